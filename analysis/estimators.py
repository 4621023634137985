"""Every estimator that a study may name: what it explains, with which covariance, and how to read its fit."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from analysis.gravity.covariance import CovarianceRule, covariance_rule
from analysis.gravity.first_difference import first_difference
from analysis.gravity.fit import LinearFit, squared_correlation
from analysis.gravity.frontier import FrontierFit, frontier
from analysis.gravity.panel import between, fixed_effects
from analysis.gravity.panel_data import PanelData
from analysis.gravity.poisson import ppml
from analysis.gravity.poisson_fit import PoissonFit
from analysis.gravity.pooled import pooled_ols
from analysis.gravity.random_effects import random_effects, random_effects_sigma_u_zero
from analysis.gravity.two_way import two_way_fixed_effects

Fit = LinearFit | PoissonFit | FrontierFit

# A term that effects absorb is left out and named rather than stopping the estimation.
ESTIMATORS: Mapping[str, Callable[[PanelData, CovarianceRule], LinearFit]] = {
    "pooled_ols": pooled_ols,
    "fixed_effects": partial(fixed_effects, time_invariant="drop"),
    "two_way_fixed_effects": partial(two_way_fixed_effects, absorbed_terms="drop"),
    "first_difference": partial(first_difference, time_invariant="drop"),
    "between": between,
    "random_effects": random_effects,
    "random_effects_baltagi_chang": partial(random_effects, method="baltagi_chang"),
    "random_effects_amemiya": partial(random_effects, method="amemiya"),
    "random_effects_wallace_hussain": partial(random_effects, method="wallace_hussain"),
    "random_effects_nerlove": partial(random_effects, method="nerlove"),
    "random_effects_sigma_u_zero": random_effects_sigma_u_zero,
}
"""Least squares of the dependent variable as the study has it."""

PPML_EFFECTS: Mapping[str, tuple[str, ...]] = {
    "ppml": (),
    "ppml_partner_effects": ("partner",),
    "ppml_year_effects": ("period",),
    "ppml_partner_year_effects": ("partner", "period"),
}
"""Poisson pseudo-maximum likelihood of trade in levels, whatever form the study's dependent variable has."""

FRONTIERS: Mapping[str, str] = {
    "frontier_half_normal": "half_normal",
    "frontier_truncated_normal": "truncated_normal",
}
"""Stochastic frontiers of the logarithm of trade."""

PPML_SMALL_SAMPLE: Mapping[str, str] = {"hc1": "stata_ppml", "cr1": "groups_only"}
"""Small-sample rule of Poisson covariances where kinds have several: those of Stata's ppml."""


def explains_levels(estimator: str) -> bool:
    """Whether the outcome is trade in levels, zeros included, even where the study takes logarithms."""
    return estimator in PPML_EFFECTS


def estimate(estimator: str, covariance: str, panel: PanelData, alpha: float) -> Fit:
    """Estimate a panel in one of the ways that a study may name.

    Parameters
    ----------
    estimator, covariance : str
        As in the study file.
    panel : PanelData
        Of trade in levels where `explains_levels`.
    alpha : float
        Level of the tests that come with a frontier.

    Raises
    ------
    EstimationError
        The sample does not carry the estimator; the message says what is missing.
    """
    if estimator in PPML_EFFECTS:
        kind = covariance.rpartition("_")[0]
        rule = covariance_rule(covariance, PPML_SMALL_SAMPLE.get(kind, ""))
        return ppml(panel, rule, effects=PPML_EFFECTS[estimator], collinear="drop")
    if estimator in FRONTIERS:
        return frontier(panel, FRONTIERS[estimator], alpha=alpha)
    return ESTIMATORS[estimator](panel, covariance_rule(covariance))


def r_squared_of(fit: Fit) -> tuple[float, str]:
    """Squared correlation that describes a fit, and which one it is.

    Returns
    -------
    r_squared : float
    kind : str
        'overall', 'within' or 'between' of the dependent variable; 'levels' of trade and its fitted mean.
    """
    if isinstance(fit, LinearFit):
        return fit.headline_r_squared, fit.r_squared_kind
    if isinstance(fit, PoissonFit):
        return fit.r_squared, "levels"
    outcome = fit.linear_prediction + fit.residuals
    return squared_correlation(outcome, fit.linear_prediction), "overall"


def n_clusters_of(fit: Fit, panel: PanelData) -> int:
    """Partners among the rows that a fit used."""
    if isinstance(fit, LinearFit):
        return fit.regression.n_clusters
    return fit.n_clusters if isinstance(fit, PoissonFit) else panel.n_entities
