"""Statistics, p-values and intervals of coefficients: by the fit's own distribution or for few clusters."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal, Protocol

import numpy as np
import pandas as pd
from scipy import stats

from analysis.gravity.covariance import FEW_PARTNERS, CovarianceRule
from analysis.gravity.errors import NotEstimable
from analysis.gravity.regression import Regression
from analysis.gravity.wild_bootstrap import DEFAULT_DRAWS, DEFAULT_SEED, wild_cluster_bootstrap
from analysis.gravity.wild_weights import Weights

CR2_SATTERTHWAITE = CovarianceRule("cr2", "satterthwaite")
FewClusterMethod = Literal["wild_cluster_bootstrap", "cr2_satterthwaite"]


class Fit(Protocol):
    """What inference needs of a fit: `LinearFit`, `RowFit` or another with p coefficients."""

    terms: tuple[str, ...]
    coefficients: np.ndarray
    df_inference: float | np.ndarray | None
    regression: Regression

    @property
    def std_errors(self) -> np.ndarray:
        """Standard errors, shape (p,)."""


@dataclass(frozen=True)
class FewClusters:
    """When there are few clusters, and what is done then.

    Attributes
    ----------
    below : int
        Fewer clusters than this are few.
    method : {'wild_cluster_bootstrap', 'cr2_satterthwaite'}
    weights : {'webb', 'rademacher'}
    draws, seed : int
        Of the bootstrap, where its combinations are too many to enumerate.
    """

    below: int = FEW_PARTNERS
    method: FewClusterMethod = "wild_cluster_bootstrap"
    weights: Weights = "webb"
    draws: int = DEFAULT_DRAWS
    seed: int = DEFAULT_SEED


@dataclass(frozen=True)
class Inference:
    """Inference on p coefficients by one method.

    Attributes
    ----------
    terms : tuple of str, length p
    estimates, std_errors, statistics, p_values, ci_low, ci_high : ndarray, shape (p,)
        p-values are two-sided, of a coefficient of 0. Ends of an interval without bound are infinite.
    method : str
        'normal', 't', 'cr2_satterthwaite' or 'wild_cluster_bootstrap'.
    df : ndarray, shape (p,), or None
        Degrees of freedom of each coefficient's t distribution; beside the bootstrap those that Satterthwaite
        gives CR2, which say how many independent clusters a coefficient rests on; None for the normal.
    n_clusters : int or None
        Where the method rests on clusters.
    note : str
        The method in words.
    """

    terms: tuple[str, ...]
    estimates: np.ndarray
    std_errors: np.ndarray
    statistics: np.ndarray
    p_values: np.ndarray
    ci_low: np.ndarray
    ci_high: np.ndarray
    method: str = ""
    df: np.ndarray | None = None
    n_clusters: int | None = None
    note: str = ""

    def to_frame(self) -> pd.DataFrame:
        """One row per term: estimate, std_error, statistic, p_value, ci_low, ci_high, df, method."""
        return pd.DataFrame(
            {
                "term": self.terms,
                "estimate": self.estimates,
                "std_error": self.std_errors,
                "statistic": self.statistics,
                "p_value": self.p_values,
                "ci_low": self.ci_low,
                "ci_high": self.ci_high,
                "df": math.nan if self.df is None else self.df,
                "method": self.method,
            }
        )


def infer(fit: Fit, level: float) -> Inference:
    """Test each coefficient against 0 and give its interval.

    Parameters
    ----------
    fit : Fit
        Statistics are compared with the distribution that it names.
    level : float
        Coverage of the intervals, between 0 and 1.

    Raises
    ------
    ValueError
        `level` is not between 0 and 1.
    """
    method = "normal" if fit.df_inference is None else "t"
    return _by_distribution(fit.terms, fit.coefficients, fit.std_errors, fit.df_inference, level, method)


def infer_with_few_clusters(fit: Fit, level: float, few: FewClusters | None = None) -> Inference:
    """Test each coefficient against 0 by a method that holds for few clusters.

    Parameters
    ----------
    fit : Fit
    level : float
        Coverage of the intervals, between 0 and 1.
    few : FewClusters or None
        Its method is used whatever the number of clusters.

    Returns
    -------
    Inference
        With the standard errors of CR2, which both methods presume no less than clusters; the bootstrap's
        statistics are its own (without a small-sample factor).

    Raises
    ------
    ValueError
        `level` is not between 0 and 1.
    NotEstimable
        There is one cluster only.
    """
    few = few or FewClusters()
    regression = fit.regression
    covariance = regression.covariance(CR2_SATTERTHWAITE)
    std_errors = np.sqrt(np.diag(covariance.matrix))
    if few.method == "cr2_satterthwaite":
        return _by_distribution(
            fit.terms,
            fit.coefficients,
            std_errors,
            covariance.df,
            level,
            few.method,
            n_clusters=regression.n_clusters,
            note=covariance.note,
        )
    found = wild_cluster_bootstrap(
        regression,
        fit.terms,
        level=level,
        weights=few.weights,
        n_draws=few.draws,
        seed=few.seed,
    )
    return Inference(
        terms=fit.terms,
        estimates=fit.coefficients,
        std_errors=std_errors,
        statistics=found.statistics,
        p_values=found.p_values,
        ci_low=found.ci_low,
        ci_high=found.ci_high,
        method=few.method,
        df=covariance.df,
        n_clusters=regression.n_clusters,
        note=found.note,
    )


def leading_inference(fit: Fit, level: float, few: FewClusters | None = None) -> Inference:
    """Return the inference to be read first: for few clusters where there are few, the fit's own else.

    A fit of one cluster, for which no method for few clusters exists, keeps its own.
    """
    few = few or FewClusters()
    if regression_has_few(fit, few):
        try:
            return infer_with_few_clusters(fit, level, few)
        except NotEstimable:
            return infer(fit, level)
    return infer(fit, level)


def regression_has_few(fit: Fit, few: FewClusters) -> bool:
    """Whether the clusters of a fit are few, though more than one."""
    return 1 < fit.regression.n_clusters < few.below


def _by_distribution(
    terms: tuple[str, ...],
    estimates: np.ndarray,
    std_errors: np.ndarray,
    df: float | np.ndarray | None,
    level: float,
    method: str,
    **about: object,
) -> Inference:
    if not 0 < level < 1:
        raise ValueError(f"level {level}: expected a number between 0 and 1")
    # The functions themselves: a frozen distribution costs more to set up than all that it is asked here.
    reference, degrees = (stats.norm, ()) if df is None else (stats.t, (df,))
    # A standard error of 0 (a perfect fit) leaves the statistic undefined rather than infinite.
    usable = np.where(std_errors > 0, std_errors, np.nan)
    statistics = estimates / usable
    half_width = reference.ppf((1 + level) / 2, *degrees) * std_errors
    return Inference(
        terms=terms,
        estimates=estimates,
        std_errors=std_errors,
        statistics=statistics,
        p_values=2 * reference.sf(np.abs(statistics), *degrees),
        ci_low=estimates - half_width,
        ci_high=estimates + half_width,
        method=method,
        df=None if df is None else np.broadcast_to(np.asarray(df, dtype=float), estimates.shape),
        **about,
    )
