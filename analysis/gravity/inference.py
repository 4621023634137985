"""Statistics, p-values and intervals of coefficients under the distribution that the fit names."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import stats

from analysis.gravity.fit import LinearFit


@dataclass(frozen=True)
class Inference:
    """Inference on p coefficients.

    Attributes
    ----------
    terms : tuple of str, length p
    estimates, std_errors, statistics, p_values, ci_low, ci_high : ndarray, shape (p,)
        p-values are two-sided, of a coefficient of 0.
    """

    terms: tuple[str, ...]
    estimates: np.ndarray
    std_errors: np.ndarray
    statistics: np.ndarray
    p_values: np.ndarray
    ci_low: np.ndarray
    ci_high: np.ndarray


def infer(fit: LinearFit, level: float) -> Inference:
    """Test each coefficient against 0 and give its interval.

    Parameters
    ----------
    fit : LinearFit
        Statistics are compared with the distribution that it names.
    level : float
        Coverage of the intervals, between 0 and 1.

    Raises
    ------
    ValueError
        `level` is not between 0 and 1.
    """
    if not 0 < level < 1:
        raise ValueError(f"level {level}: expected a number between 0 and 1")
    reference = stats.norm if fit.df_inference is None else stats.t(fit.df_inference)
    std_errors = fit.std_errors
    # A standard error of 0 (a perfect fit) leaves the statistic undefined rather than infinite.
    usable = np.where(std_errors > 0, std_errors, np.nan)
    statistics = fit.coefficients / usable
    half_width = reference.ppf((1 + level) / 2) * std_errors
    return Inference(
        terms=fit.terms,
        estimates=fit.coefficients,
        std_errors=std_errors,
        statistics=statistics,
        p_values=2 * reference.sf(np.abs(statistics)),
        ci_low=fit.coefficients - half_width,
        ci_high=fit.coefficients + half_width,
    )
