"""The result of one estimation, the same shape for every linear estimator."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.gravity.covariance import CovarianceEstimate, CovarianceRule
from analysis.gravity.least_squares import VANISHED_SHARE
from analysis.gravity.panel_data import PanelData
from analysis.gravity.regression import Regression

EXACT = "the equation fits the outcome exactly: standard errors, statistics and p-values are rounding error"


@dataclass(frozen=True)
class RSquared:
    """Squared correlations of outcome and linear prediction, as Stata's xtreg prints them.

    Attributes
    ----------
    within, between, overall : float
        Of deviations from partner means, of partner means, and of all rows. nan where one side does not vary.
    """

    within: float
    between: float
    overall: float


@dataclass(frozen=True)
class VarianceComponents:
    """The split of the error into partner effect and the rest.

    Attributes
    ----------
    sigma_u, sigma_e : float
        Standard deviations of partner effect and idiosyncratic error, in units of the outcome.
    rho : float
        Share of the variance that is due to partner effects.
    is_sigma_u_truncated : bool
        The estimated variance of partner effects was negative and set to 0.
    """

    sigma_u: float
    sigma_e: float
    rho: float
    is_sigma_u_truncated: bool


@dataclass(frozen=True)
class LinearFit:
    """Result of one linear estimation on n rows with p coefficients.

    Attributes
    ----------
    estimator : str
        'pooled_ols', 'fixed_effects', 'two_way_fixed_effects', 'first_difference', 'between',
        'random_effects' (Swamy-Arora), 'random_effects_baltagi_chang', 'random_effects_amemiya',
        'random_effects_wallace_hussain', 'random_effects_nerlove' or 'random_effects_sigma_u_zero'.
    terms : tuple of str, length p
        'const' first, but for 'first_difference', which has none.
    coefficients : ndarray, shape (p,)
    covariance : ndarray, shape (p, p)
    covariance_unscaled : ndarray, shape (p, p)
        (X'X)^-1 of the regression as it was run; times `sigma2` it is the classical covariance.
    rule : CovarianceRule
    covariance_note : str
        Small-sample rule of the covariance and the counts that entered it.
    df_inference : float, ndarray of shape (p,), or None
        Degrees of freedom of the t distribution, of each coefficient where they differ; None for the normal.
    linear_prediction : ndarray, shape (n,)
        X b without partner effects, in the order of the sample's rows.
    fitted : ndarray, shape (n,)
        The same with partner effects where the estimator has them.
    residuals : ndarray, shape (n,)
        Outcome minus `fitted`.
    residual_sum_of_squares : float
        Of the regression as it was run (transformed where the estimator transforms).
    sigma2 : float
        That sum over `df_resid`.
    df_resid : int
        Observations of that regression less all estimated parameters, partner effects included.
    n_obs, n_entities : int
    r_squared : RSquared
    r_squared_kind : str
        Which of the three describes this estimator: 'overall', 'within' or 'between'.
    log_likelihood : float
        Gaussian. Random effects: at the estimates, which do not maximise it.
    entity_effects : ndarray, shape (N,), or None
        Estimated partner effects around the constant (fixed effects and first difference only).
    components : VarianceComponents or None
    dropped : tuple of str
        Terms left out since partner effects absorb them.
    caveats : tuple of str
        Sentences that must stay beside the numbers.
    regression : Regression
        The regression as it was run, from which other covariances and the wild bootstrap start.
    period_effects : ndarray, shape (T,), or None
        Estimated period effects around the constant (two-way fixed effects only).
    """

    estimator: str
    terms: tuple[str, ...]
    coefficients: np.ndarray
    covariance: np.ndarray
    covariance_unscaled: np.ndarray
    rule: CovarianceRule
    covariance_note: str
    df_inference: float | np.ndarray | None
    linear_prediction: np.ndarray
    fitted: np.ndarray
    residuals: np.ndarray
    residual_sum_of_squares: float
    sigma2: float
    df_resid: int
    n_obs: int
    n_entities: int
    r_squared: RSquared
    r_squared_kind: str
    log_likelihood: float
    entity_effects: np.ndarray | None
    components: VarianceComponents | None
    dropped: tuple[str, ...]
    caveats: tuple[str, ...]
    regression: Regression
    period_effects: np.ndarray | None = None

    @property
    def std_errors(self) -> np.ndarray:
        """Standard errors, shape (p,)."""
        return np.sqrt(np.diag(self.covariance))

    @property
    def is_exact(self) -> bool:
        """Whether the outcome is fitted but for rounding, so that residuals say nothing."""
        return is_rounding(self.residual_sum_of_squares, self.regression.outcome)

    @property
    def headline_r_squared(self) -> float:
        """The squared correlation named by `r_squared_kind`."""
        return getattr(self.r_squared, self.r_squared_kind)

    @property
    def caveat(self) -> str:
        """All caveats as one text; empty when there are none."""
        return "; ".join(self.caveats)

    def to_frame(self, level: float = 0.95) -> pd.DataFrame:
        """One row per coefficient: the columns of `Inference.to_frame`, by the fit's own distribution.

        Parameters
        ----------
        level : float
            Coverage of the intervals, between 0 and 1.
        """
        from analysis.gravity.inference import infer

        return infer(self, level).to_frame()


def linear_fit(
    panel: PanelData,
    regression: Regression,
    rule: CovarianceRule,
    *,
    estimator: str,
    r_squared_kind: str,
    log_likelihood: float,
    covariance: CovarianceEstimate | None = None,
    entity_effects: np.ndarray | None = None,
    period_effects: np.ndarray | None = None,
    constant: float = 0.0,
    components: VarianceComponents | None = None,
    dropped: tuple[str, ...] = (),
    caveats: tuple[str, ...] = (),
    terms: tuple[str, ...] | None = None,
) -> LinearFit:
    """Carry the solution of an estimator's regression over to the rows of the sample.

    Parameters
    ----------
    regression : Regression
        As it was run; its coefficients belong to `terms`.
    covariance : CovarianceEstimate or None
        None: that of the regression by the rule.
    constant : float
        What predictions need beyond the coefficients, where none of them is a constant.
    terms : tuple of str or None
        None: the constant and the terms of the panel that are not `dropped`.

    Other parameters are the fields of `LinearFit` of the same name.
    """
    covariance = covariance or regression.covariance(rule)
    solution, order = regression.solution, panel.row_order
    terms = terms or tuple(term for term in panel.design_terms if term not in dropped)
    kept = [panel.design_terms.index(term) for term in terms]
    prediction, fitted = np.empty(panel.n_obs), np.empty(panel.n_obs)
    prediction[order] = (
        np.einsum("ij,j->i", panel.design[np.ix_(order, kept)], solution.coefficients) + constant
    )
    fitted[:] = prediction
    if entity_effects is not None:
        fitted += entity_effects[panel.entity_index]
    if period_effects is not None:
        fitted += period_effects[panel.period_index]
    df_resid = regression.df_resid
    if is_rounding(solution.residual_sum_of_squares, regression.outcome):
        caveats = (*caveats, EXACT)
    return LinearFit(
        estimator=estimator,
        terms=terms,
        coefficients=solution.coefficients,
        covariance=covariance.matrix,
        covariance_unscaled=solution.unscaled,
        rule=rule,
        covariance_note=covariance.note,
        df_inference=covariance.df,
        linear_prediction=prediction,
        fitted=fitted,
        residuals=panel.outcome - fitted,
        residual_sum_of_squares=solution.residual_sum_of_squares,
        sigma2=solution.residual_sum_of_squares / df_resid,
        df_resid=df_resid,
        n_obs=panel.n_obs,
        n_entities=panel.n_entities,
        r_squared=squared_correlations(panel, prediction),
        r_squared_kind=r_squared_kind,
        log_likelihood=log_likelihood,
        entity_effects=entity_effects,
        components=components,
        dropped=dropped,
        caveats=(*caveats, *covariance.caveats),
        regression=regression,
        period_effects=period_effects,
    )


def is_rounding(squares: float, outcome: np.ndarray) -> bool:
    """Whether a residual sum of squares of a regression of `outcome` (m,) is but rounding error."""
    return squares <= VANISHED_SHARE**2 * float(outcome @ outcome)


def squared_correlations(panel: PanelData, prediction: np.ndarray) -> RSquared:
    """Within, between and overall squared correlation of the outcome with `prediction` (n,)."""
    order = panel.row_order
    outcome_within, within = panel.demeaned(panel.outcome)[order], panel.demeaned(prediction)[order]
    outcome, sorted_prediction = panel.outcome[order], prediction[order]
    return RSquared(
        within=squared_correlation(outcome_within, within, outcome, sorted_prediction),
        between=squared_correlation(panel.entity_means(panel.outcome), panel.entity_means(prediction)),
        overall=squared_correlation(outcome, sorted_prediction),
    )


def squared_correlation(
    first: np.ndarray,
    second: np.ndarray,
    first_before: np.ndarray | None = None,
    second_before: np.ndarray | None = None,
) -> float:
    """Squared correlation of two variables (n,); nan where one does not vary.

    Parameters
    ----------
    first_before, second_before : ndarray, shape (n,), or None
        The variables before means were removed, by which rounding error is told from variation.
    """
    first_centred, second_centred = first - first.mean(), second - second.mean()
    squares = []
    for centred, before in (
        (first_centred, first if first_before is None else first_before),
        (second_centred, second if second_before is None else second_before),
    ):
        if np.linalg.norm(centred) <= VANISHED_SHARE * np.linalg.norm(before):
            return math.nan
        squares.append(float(centred @ centred))
    return float(first_centred @ second_centred) ** 2 / (squares[0] * squares[1])


def gaussian_log_likelihood(residual_sum_of_squares: float, n_obs: int) -> float:
    """Log-likelihood of n independent Gaussian residuals at the maximising variance RSS/n."""
    if residual_sum_of_squares <= 0:
        return math.inf
    return -n_obs / 2 * (math.log(2 * math.pi * residual_sum_of_squares / n_obs) + 1)


def variance_components(sigma_u: float, sigma_e: float, is_truncated: bool = False) -> VarianceComponents:
    """Put two standard deviations together with the share of the first in the variance."""
    total = sigma_u**2 + sigma_e**2
    rho = sigma_u**2 / total if total > 0 else math.nan
    return VarianceComponents(sigma_u, sigma_e, rho, is_truncated)
