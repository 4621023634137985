"""Panel estimators: fixed effects, between, and random effects by Swamy and Arora."""

from __future__ import annotations

import dataclasses
import math
from typing import Literal

import numpy as np

from analysis.gravity.covariance import CLASSICAL_NORMAL, CLASSICAL_T, CovarianceRule, estimate_covariance
from analysis.gravity.errors import CollinearTerms, NotEstimable, TimeInvariantTerms
from analysis.gravity.fit import LinearFit, VarianceComponents, gaussian_log_likelihood, linear_fit
from analysis.gravity.least_squares import (
    VANISHED_SHARE,
    LeastSquares,
    dependent_terms,
    least_squares,
    rank_of,
    vanished,
)
from analysis.gravity.panel_data import PanelData
from analysis.gravity.pooled import pooled_ols


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
    design = np.column_stack(
        [np.ones(panel.n_obs), within[:, ~absorbed] + panel.regressors[:, ~absorbed].mean(axis=0)]
    )
    solution = least_squares(design, panel.demeaned(panel.outcome) + panel.outcome.mean())
    n_absorbed = panel.n_entities - 1
    covariance = estimate_covariance(
        rule, design, solution.residuals, solution.unscaled, panel.entity_index, n_absorbed=n_absorbed
    )
    kept_design = np.column_stack([np.ones(panel.n_obs), panel.regressors[:, ~absorbed]])
    effects = panel.entity_means(panel.outcome - kept_design @ solution.coefficients)
    sigma_u = float(np.std(effects, ddof=1)) if panel.n_entities > 1 else 0.0
    return linear_fit(
        panel,
        solution,
        covariance,
        rule,
        estimator="fixed_effects",
        df_resid=df_resid,
        r_squared_kind="within",
        log_likelihood=gaussian_log_likelihood(solution.residual_sum_of_squares, panel.n_obs),
        entity_effects=effects,
        components=_components(sigma_u, math.sqrt(solution.residual_sum_of_squares / df_resid)),
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
    _require_entities(panel, "between", n_coefficients)
    means = panel.entity_means(panel.design)
    centred = means[:, 1:] - means[:, 1:].mean(axis=0)
    flat = vanished(centred, means[:, 1:])
    dependent = tuple(term for term, is_flat in zip(panel.terms, flat, strict=True) if is_flat)
    dependent = dependent or dependent_terms(centred, panel.terms)
    if dependent:
        raise CollinearTerms(
            f"terms linearly dependent in the means of the partners: {', '.join(dependent)}", dependent
        )
    solution = least_squares(means, panel.entity_means(panel.outcome))
    covariance = estimate_covariance(
        rule, means, solution.residuals, solution.unscaled, np.arange(panel.n_entities)
    )
    return linear_fit(
        panel,
        solution,
        covariance,
        rule,
        estimator="between",
        df_resid=panel.n_entities - n_coefficients,
        r_squared_kind="between",
        log_likelihood=gaussian_log_likelihood(solution.residual_sum_of_squares, panel.n_entities),
    )


def random_effects(panel: PanelData, rule: CovarianceRule = CLASSICAL_NORMAL) -> LinearFit:
    """Generalised least squares with variance components by Swamy and Arora.

    On unbalanced panels the between variance is corrected by the harmonic mean of the partners' numbers of
    rows, as Stata's `xtreg, re` does. A negative variance of partner effects is set to 0 and said so.

    Parameters
    ----------
    panel : PanelData
    rule : CovarianceRule

    Raises
    ------
    NotEstimable
        The between step has no residual degrees of freedom (N must exceed K, the constant included; terms
        that partner means cannot tell apart, such as period effects of a balanced panel, do not count), or
        the within step has none, or nothing is left unexplained within partners.

    References
    ----------
    Swamy and Arora (1972), Econometrica 40; Baltagi, Econometric Analysis of Panel Data, chapters 2 and 9.
    """
    sigma_u2, sigma_e2 = _swamy_arora(panel)
    is_truncated = sigma_u2 < 0
    caveats = ()
    if is_truncated:
        caveats = (
            f"the variance of partner effects was estimated as {sigma_u2:.4g} and set to 0: "
            "the estimates equal pooled OLS",
        )
    sigma_u2 = max(sigma_u2, 0.0)
    theta = 1 - np.sqrt(sigma_e2 / (sigma_e2 + panel.counts * sigma_u2))
    removed = theta[panel.entity_index]
    design = panel.design - removed[:, None] * panel.entity_means(panel.design)[panel.entity_index]
    outcome = panel.outcome - removed * panel.entity_means(panel.outcome)[panel.entity_index]
    solution = least_squares(design, outcome)
    covariance = estimate_covariance(rule, design, solution.residuals, solution.unscaled, panel.entity_index)
    return linear_fit(
        panel,
        solution,
        covariance,
        rule,
        estimator="random_effects",
        df_resid=panel.n_obs - design.shape[1],
        r_squared_kind="overall",
        log_likelihood=_components_log_likelihood(panel, solution, sigma_u2, sigma_e2),
        components=_components(math.sqrt(sigma_u2), math.sqrt(sigma_e2), is_truncated),
        caveats=caveats,
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
        components=_components(0.0, math.sqrt(pooled.sigma2)),
        caveats=(
            f"{why}: coefficients and standard errors are those of pooled OLS, and partner effects are "
            f"assumed away; z in place of t({pooled.df_resid}) makes p-values and intervals too small",
            *pooled.caveats,
        ),
    )


def _swamy_arora(panel: PanelData) -> tuple[float, float]:
    """Variances of partner effect (may come out negative) and idiosyncratic error."""
    means = panel.entity_means(panel.design)
    rank_between = rank_of(means)
    n_coefficients = panel.design.shape[1]
    if panel.n_entities <= rank_between:
        _require_entities(panel, "random effects (Swamy-Arora)", n_coefficients)
    within = panel.demeaned(panel.regressors)
    within = within[:, ~vanished(within, panel.regressors)]
    outcome_within = panel.demeaned(panel.outcome)
    df_within = panel.n_obs - panel.n_entities - rank_of(within)
    if df_within <= 0:
        raise NotEstimable(
            f"random effects (Swamy-Arora): the within step has {panel.n_obs} observations for "
            f"N = {panel.n_entities} partner effects and {rank_of(within)} slopes; at least "
            f"{panel.n_entities + rank_of(within) + 1} observations are needed"
        )
    sigma_e2 = _minimum_residual(within, outcome_within) / df_within
    spread = panel.outcome - panel.outcome.mean()
    if sigma_e2 * df_within <= VANISHED_SHARE**2 * float(spread @ spread):
        raise NotEstimable(
            "random effects (Swamy-Arora): the within step leaves no residual, so that the variance of the "
            "idiosyncratic error cannot be estimated"
        )
    between_residual = _minimum_residual(means, panel.entity_means(panel.outcome))
    sigma_between2 = between_residual / (panel.n_entities - rank_between)
    harmonic_mean = panel.n_entities / float((1 / panel.counts).sum())
    return sigma_between2 - sigma_e2 / harmonic_mean, sigma_e2


def _minimum_residual(columns: np.ndarray, outcome: np.ndarray) -> float:
    """Residual sum of squares of a regression whose columns may be dependent."""
    if columns.shape[1] == 0:
        return float(outcome @ outcome)
    scaled = columns / np.linalg.norm(columns, axis=0)
    residuals = outcome - scaled @ np.linalg.lstsq(scaled, outcome, rcond=1e-10)[0]
    return float(residuals @ residuals)


def _require_entities(panel: PanelData, estimator: str, n_coefficients: int) -> None:
    if panel.n_entities <= n_coefficients:
        raise NotEstimable(
            f"{estimator} is not estimable: the regression of partner means has N = {panel.n_entities} "
            f"partners for K = {n_coefficients} coefficients (constant included); at least "
            f"{n_coefficients + 1} partners are needed"
        )


def _components(sigma_u: float, sigma_e: float, is_truncated: bool = False) -> VarianceComponents:
    total = sigma_u**2 + sigma_e**2
    rho = sigma_u**2 / total if total > 0 else math.nan
    return VarianceComponents(sigma_u, sigma_e, rho, is_truncated)


def _components_log_likelihood(
    panel: PanelData, solution: LeastSquares, sigma_u2: float, sigma_e2: float
) -> float:
    """Gaussian log-likelihood of the error components model at the given variances.

    The quasi-demeaned residuals have variance sigma_e2; the determinant of the transformation is
    (1 - theta) per partner.
    """
    n = panel.n_obs
    log_determinant = 0.5 * float(np.log(sigma_e2 / (sigma_e2 + panel.counts * sigma_u2)).sum())
    quadratic = solution.residual_sum_of_squares / sigma_e2
    return -0.5 * (n * math.log(2 * math.pi * sigma_e2) + quadratic) + log_determinant
