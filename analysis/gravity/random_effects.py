"""Random effects by generalised least squares, the variance of partner effects estimated in five ways."""

from __future__ import annotations

import dataclasses
import math
from typing import Literal

import numpy as np

from analysis.gravity.covariance import CLASSICAL_NORMAL, CovarianceRule
from analysis.gravity.error_components import COMPONENTS, require_entities
from analysis.gravity.fit import LinearFit, linear_fit, variance_components
from analysis.gravity.least_squares import LeastSquares, rank_of
from analysis.gravity.panel_data import PanelData
from analysis.gravity.pooled import pooled_ols
from analysis.gravity.regression import run_regression

__all__ = ["random_effects", "random_effects_sigma_u_zero", "require_entities"]

ESTIMATOR = {
    "swamy_arora": "random_effects",
    "baltagi_chang": "random_effects_baltagi_chang",
    "amemiya": "random_effects_amemiya",
    "wallace_hussain": "random_effects_wallace_hussain",
    "nerlove": "random_effects_nerlove",
}


def random_effects(
    panel: PanelData,
    rule: CovarianceRule = CLASSICAL_NORMAL,
    *,
    method: Literal["swamy_arora", "baltagi_chang", "amemiya", "wallace_hussain", "nerlove"] = "swamy_arora",
) -> LinearFit:
    """Generalised least squares with estimated variance components.

    Each variable less theta_i times its partner's mean, theta_i = 1 - sqrt(s_e^2 / (s_e^2 + T_i s_u^2)), is
    regressed by least squares. A negative variance of partner effects is set to 0 and said so.

    Parameters
    ----------
    panel : PanelData
    rule : CovarianceRule
    method : str
        'swamy_arora': residuals within and of the regression of means; on unbalanced panels corrected by the
        harmonic mean of the partners' numbers of rows, as Stata's `xtreg, re` does. 'baltagi_chang': the
        same on balanced panels, exact expectations on unbalanced ones, as R's plm (its 'swar') and EViews do.
        'wallace_hussain': residuals of pooled OLS. 'amemiya': residuals of fixed effects. 'nerlove': the
        variance of estimated partner effects. The last three by the formulas of R's plm: simple denominators
        on balanced panels, exact expectations of the quadratic forms on unbalanced ones (Nerlove: effects
        weighted by rows).

    Raises
    ------
    NotEstimable
        Swamy-Arora and Baltagi-Chang: the between step has no residual degrees of freedom (N must exceed K,
        the constant included; terms that partner means cannot tell apart, such as period effects of a
        balanced panel, do not count). All: one partner only, no degrees of freedom within partners, or
        nothing left unexplained within partners.
    TimeInvariantTerms
        Amemiya and Nerlove: terms that do not vary within any partner would count as partner effects.

    References
    ----------
    Swamy and Arora (1972), Econometrica 40; Amemiya (1971), International Economic Review 12; Wallace and
    Hussain (1969), Econometrica 37; Nerlove (1971), Econometrica 39; Baltagi and Chang (1994), Journal of
    Econometrics 62; Baltagi, Econometric Analysis of Panel Data, chapters 2 and 9.
    """
    if method not in COMPONENTS:
        raise ValueError(f"method {method!r} of random effects: expected one of {list(COMPONENTS)}")
    sigma_u2, sigma_e2 = COMPONENTS[method](panel)
    is_truncated = sigma_u2 < 0
    caveats = []
    if is_truncated:
        caveats.append(
            f"the variance of partner effects was estimated as {sigma_u2:.4g} and set to 0: "
            "the estimates equal pooled OLS"
        )
    if method not in ("swamy_arora", "baltagi_chang") and panel.n_entities <= panel.design.shape[1]:
        caveats.append(
            f"the variance of partner effects rests on N = {panel.n_entities} partners, no more than the "
            f"K = {panel.design.shape[1]} coefficients: Swamy-Arora's would not be estimable"
        )
    sigma_u2 = max(sigma_u2, 0.0)
    theta = 1 - np.sqrt(sigma_e2 / (sigma_e2 + panel.counts * sigma_u2))
    order, removed = panel.row_order, theta[panel.entity_index]
    design = panel.design - removed[:, None] * panel.entity_means(panel.design)[panel.entity_index]
    outcome = panel.outcome - removed * panel.entity_means(panel.outcome)[panel.entity_index]
    regression = run_regression(
        design[order],
        outcome[order],
        panel.entity_index[order],
        panel.period_index[order],
        working=((1 - removed) ** -2)[order],
    )
    return linear_fit(
        panel,
        regression,
        rule,
        estimator=ESTIMATOR[method],
        r_squared_kind="overall",
        log_likelihood=_log_likelihood(panel, regression.solution, sigma_u2, sigma_e2),
        components=variance_components(math.sqrt(sigma_u2), math.sqrt(sigma_e2), is_truncated),
        caveats=tuple(caveats),
    )


def random_effects_sigma_u_zero(panel: PanelData, rule: CovarianceRule = CLASSICAL_NORMAL) -> LinearFit:
    """Random effects with the variance of partner effects put to 0, not estimated.

    By the numbers this is pooled OLS, reported with z statistics: what statistical software prints when the
    between step has no degrees of freedom and the variance falls back to 0.

    Parameters
    ----------
    panel : PanelData
    rule : CovarianceRule
        Its distribution must be 'normal'.

    Raises
    ------
    ValueError
        The rule asks for the t distribution.
    """
    if rule.distribution != "normal":
        raise ValueError(
            f"random effects with sigma_u = 0 is reported with z statistics: seen {rule.name!r}, "
            "expected a rule with the normal distribution"
        )
    pooled = pooled_ols(panel, rule)
    n_coefficients = panel.design.shape[1]
    why = (
        f"Swamy-Arora's between step is not estimable with N = {panel.n_entities} partners and "
        f"K = {n_coefficients} coefficients"
        if panel.n_entities <= rank_of(panel.entity_means(panel.design))
        else "the variance of partner effects was put to 0, not estimated"
    )
    return dataclasses.replace(
        pooled,
        estimator="random_effects_sigma_u_zero",
        components=variance_components(0.0, math.sqrt(pooled.sigma2)),
        caveats=(
            f"{why}: coefficients and standard errors are those of pooled OLS, and partner effects are "
            f"assumed away; z in place of t({pooled.df_resid}) makes p-values and intervals too small",
            *pooled.caveats,
        ),
    )


def _log_likelihood(panel: PanelData, solution: LeastSquares, sigma_u2: float, sigma_e2: float) -> float:
    """Gaussian log-likelihood of the error components model at the given variances.

    The quasi-demeaned residuals have variance sigma_e2; the determinant of the transformation is
    (1 - theta) per partner.
    """
    n = panel.n_obs
    log_determinant = 0.5 * float(np.log(sigma_e2 / (sigma_e2 + panel.counts * sigma_u2)).sum())
    quadratic = solution.residual_sum_of_squares / sigma_e2
    return -0.5 * (n * math.log(2 * math.pi * sigma_e2) + quadratic) + log_determinant
