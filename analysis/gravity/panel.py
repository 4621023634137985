"""Panel estimators: fixed effects with one effect per partner, and between."""

from __future__ import annotations

import math
from typing import Literal

import numpy as np

from analysis.gravity.covariance import CLASSICAL_T, CovarianceRule
from analysis.gravity.errors import CollinearTerms, NotEstimable, TimeInvariantTerms
from analysis.gravity.fit import LinearFit, gaussian_log_likelihood, linear_fit, variance_components
from analysis.gravity.least_squares import dependent_terms, vanished
from analysis.gravity.panel_data import PanelData
from analysis.gravity.random_effects import (
    random_effects,
    random_effects_sigma_u_zero,
    require_entities,
)
from analysis.gravity.regression import run_regression

__all__ = ["between", "fixed_effects", "random_effects", "random_effects_sigma_u_zero"]


def fixed_effects(
    panel: PanelData,
    rule: CovarianceRule = CLASSICAL_T,
    *,
    time_invariant: Literal["raise", "drop"] = "raise",
) -> LinearFit:
    """Within estimator with one effect per partner.

    The constant is the mean of the partner effects over all rows, as Stata's `xtreg, fe` reports it.

    Parameters
    ----------
    panel : PanelData
    rule : CovarianceRule
    time_invariant : {'raise', 'drop'}
        What to do with terms that do not vary within any partner.

    Raises
    ------
    TimeInvariantTerms
        Such terms exist and are to be refused, or no other term is left.
    CollinearTerms
        Terms are dependent once partner means are removed.
    NotEstimable
        No residual degrees of freedom: n must exceed N + k.
    """
    within = panel.demeaned(panel.regressors)
    absorbed = vanished(within, panel.regressors)
    dropped = tuple(term for term, is_absorbed in zip(panel.terms, absorbed, strict=True) if is_absorbed)
    if dropped and (time_invariant == "raise" or absorbed.all()):
        raise TimeInvariantTerms(
            "terms that do not vary over time within any partner, so that partner effects absorb them: "
            f"{', '.join(dropped)}",
            dropped,
        )
    kept_terms = [term for term in panel.terms if term not in dropped]
    n_parameters = panel.n_entities + len(kept_terms)
    df_resid = panel.n_obs - n_parameters
    if df_resid <= 0:
        raise NotEstimable(
            f"fixed effects: {panel.n_obs} observations for {n_parameters} parameters (N = "
            f"{panel.n_entities} partner effects, {len(kept_terms)} slopes): at least "
            f"{n_parameters + 1} observations are needed"
        )
    dependent = dependent_terms(within[:, ~absorbed], kept_terms)
    if dependent:
        raise CollinearTerms(
            f"terms linearly dependent once partner means are removed: {', '.join(dependent)}", dependent
        )
    # Adding back the grand means leaves slopes as they are and gives the constant a standard error.
    order = panel.row_order
    shifted = within[:, ~absorbed] + panel.grand_mean(panel.regressors[:, ~absorbed])
    clusters = panel.entity_index[order]
    regression = run_regression(
        np.column_stack([np.ones(panel.n_obs), shifted[order]]),
        (panel.demeaned(panel.outcome) + panel.grand_mean(panel.outcome))[order],
        clusters,
        panel.period_index[order],
        absorbed=(clusters,),
        n_absorbed=panel.n_entities - 1,
    )
    kept_design = np.column_stack([np.ones(panel.n_obs), panel.regressors[:, ~absorbed]])
    effects = panel.entity_means(panel.outcome - kept_design @ regression.solution.coefficients)
    sigma_u = float(np.std(effects, ddof=1)) if panel.n_entities > 1 else 0.0
    squares = regression.solution.residual_sum_of_squares
    return linear_fit(
        panel,
        regression,
        rule,
        estimator="fixed_effects",
        r_squared_kind="within",
        log_likelihood=gaussian_log_likelihood(squares, panel.n_obs),
        entity_effects=effects,
        components=variance_components(sigma_u, math.sqrt(squares / df_resid)),
        dropped=dropped,
    )


def between(panel: PanelData, rule: CovarianceRule = CLASSICAL_T) -> LinearFit:
    """Regress the partners' means on one another, each partner counting once.

    Parameters
    ----------
    panel : PanelData
    rule : CovarianceRule

    Raises
    ------
    NotEstimable
        There are no more partners than coefficients.
    CollinearTerms
        Terms are dependent in the partners' means.
    """
    n_coefficients = panel.design.shape[1]
    require_entities(panel, "between", n_coefficients)
    means = panel.entity_means(panel.design)
    centred = means[:, 1:] - means[:, 1:].mean(axis=0)
    flat = vanished(centred, means[:, 1:])
    dependent = tuple(term for term, is_flat in zip(panel.terms, flat, strict=True) if is_flat)
    dependent = dependent or dependent_terms(centred, panel.terms)
    if dependent:
        raise CollinearTerms(
            f"terms linearly dependent in the means of the partners: {', '.join(dependent)}", dependent
        )
    regression = run_regression(means, panel.entity_means(panel.outcome), np.arange(panel.n_entities), None)
    return linear_fit(
        panel,
        regression,
        rule,
        estimator="between",
        r_squared_kind="between",
        log_likelihood=gaussian_log_likelihood(regression.solution.residual_sum_of_squares, panel.n_entities),
    )
