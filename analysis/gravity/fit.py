"""The result of one estimation, the same shape for every linear estimator."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from analysis.gravity.covariance import CovarianceEstimate, CovarianceRule
from analysis.gravity.least_squares import VANISHED_SHARE, LeastSquares
from analysis.gravity.panel_data import PanelData


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
        'pooled_ols', 'fixed_effects', 'between', 'random_effects' or 'random_effects_sigma_u_zero'.
    terms : tuple of str, length p
        'const' first.
    coefficients : ndarray, shape (p,)
    covariance : ndarray, shape (p, p)
    covariance_unscaled : ndarray, shape (p, p)
        (X'X)^-1 of the regression as it was run; times `sigma2` it is the classical covariance.
    rule : CovarianceRule
    covariance_note : str
        Small-sample rule of the covariance and the counts that entered it.
    df_inference : float or None
        Degrees of freedom of the t distribution; None for the normal.
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
        Estimated partner effects around the constant (fixed effects only).
    components : VarianceComponents or None
    dropped : tuple of str
        Terms left out since partner effects absorb them.
    caveats : tuple of str
        Sentences that must stay beside the numbers.
    """

    estimator: str
    terms: tuple[str, ...]
    coefficients: np.ndarray
    covariance: np.ndarray
    covariance_unscaled: np.ndarray
    rule: CovarianceRule
    covariance_note: str
    df_inference: float | None
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

    @property
    def std_errors(self) -> np.ndarray:
        """Standard errors, shape (p,)."""
        return np.sqrt(np.diag(self.covariance))

    @property
    def headline_r_squared(self) -> float:
        """The squared correlation named by `r_squared_kind`."""
        return getattr(self.r_squared, self.r_squared_kind)

    @property
    def caveat(self) -> str:
        """All caveats as one text; empty when there are none."""
        return "; ".join(self.caveats)


def linear_fit(
    panel: PanelData,
    solution: LeastSquares,
    covariance: CovarianceEstimate,
    rule: CovarianceRule,
    *,
    estimator: str,
    df_resid: int,
    r_squared_kind: str,
    log_likelihood: float,
    entity_effects: np.ndarray | None = None,
    components: VarianceComponents | None = None,
    dropped: tuple[str, ...] = (),
    caveats: tuple[str, ...] = (),
) -> LinearFit:
    """Carry the solution of an estimator's regression over to the rows of the sample.

    Parameters
    ----------
    solution : LeastSquares
        Of the regression as it was run; its coefficients belong to the constant and the terms not `dropped`.
    df_resid : int
        Residual degrees of freedom of that regression.

    Other parameters are the fields of `LinearFit` of the same name.
    """
    kept = [position for position, term in enumerate(panel.design_terms) if term not in dropped]
    prediction = panel.design[:, kept] @ solution.coefficients
    fitted = prediction if entity_effects is None else prediction + entity_effects[panel.entity_index]
    return LinearFit(
        estimator=estimator,
        terms=tuple(panel.design_terms[position] for position in kept),
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
    )


def squared_correlations(panel: PanelData, prediction: np.ndarray) -> RSquared:
    """Within, between and overall squared correlation of the outcome with `prediction` (n,)."""
    outcome = panel.outcome
    return RSquared(
        within=_squared_correlation(panel.demeaned(outcome), panel.demeaned(prediction), outcome, prediction),
        between=_squared_correlation(panel.entity_means(outcome), panel.entity_means(prediction)),
        overall=_squared_correlation(outcome, prediction),
    )


def _squared_correlation(first, second, first_before=None, second_before=None) -> float:
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
