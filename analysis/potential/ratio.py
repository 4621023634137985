"""The trade potential ratio K: actual trade over the trade that a fitted equation leads to expect."""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

Smearing = Literal["duan", "normal", "none"]


def smearing_factor(residuals: ArrayLike, kind: Smearing, n_coefficients: int = 0) -> float:
    """Return the factor that takes the exponential of a fitted logarithm to the expected level.

    Parameters
    ----------
    residuals : array_like, shape (n,)
        Residuals of the equation in logarithms, over the estimation sample.
    kind : {'duan', 'normal', 'none'}
        'duan': mean of exp(residual), whatever the distribution of errors. 'normal': exp(s²/2), right when
        errors are normal with one variance. 'none': 1, the prediction is then a median.
    n_coefficients : int
        Coefficients estimated, the constant and partner effects included; enters s² = RSS/(n - k) of 'normal'
        only.

    Returns
    -------
    float
        Positive, without unit.

    Raises
    ------
    ValueError
        When there is no residual, one is not finite, or 'normal' has no degree of freedom left.

    References
    ----------
    Duan (1983), Smearing estimate: a nonparametric retransformation method, JASA 78, 605-610.
    """
    errors = np.asarray(residuals, dtype=float)
    if errors.size == 0 or not np.isfinite(errors).all():
        raise ValueError(f"residuals: seen {errors.size} of which some not finite, expected finite ones")
    if kind == "none":
        return 1.0
    if kind == "duan":
        return float(np.exp(errors).mean())
    if kind == "normal":
        degrees = errors.size - n_coefficients
        if degrees <= 0:
            raise ValueError(f"seen {errors.size} rows for {n_coefficients} coefficients, expected more rows")
        return float(np.exp(0.5 * (errors @ errors) / degrees))
    raise ValueError(f"smearing: seen {kind!r}, expected 'duan', 'normal' or 'none'")


def predicted_levels(
    fitted: ArrayLike, unit_usd: float, *, is_log: bool, smearing: float = 1.0
) -> NDArray[np.float64]:
    """Return the trade that the equation expects, in USD.

    Parameters
    ----------
    fitted : array_like, shape (n,)
        Fitted values of the equation; missing where a row is not in its sample.
    unit_usd : float
        USD per unit of the dependent variable.
    is_log : bool
        Whether the dependent variable is a logarithm.
    smearing : float
        Factor of :func:`smearing_factor`; without effect where the equation is in levels.

    Returns
    -------
    ndarray, shape (n,)
        USD; may be negative where the equation is in levels.
    """
    values = np.asarray(fitted, dtype=float)
    return np.exp(values) * smearing * unit_usd if is_log else values * unit_usd


def potential_ratio(actual_usd: ArrayLike, predicted_usd: ArrayLike) -> NDArray[np.float64]:
    """Return K = actual / predicted, missing where it has no meaning.

    Parameters
    ----------
    actual_usd, predicted_usd : array_like, shape (n,)
        USD.

    Returns
    -------
    ndarray, shape (n,)
        Without unit. NaN where the prediction is missing, not finite or not positive, and where actual trade
        is missing or negative; zero where there is no trade.
    """
    actual, predicted = np.broadcast_arrays(
        np.asarray(actual_usd, dtype=float), np.asarray(predicted_usd, dtype=float)
    )
    ratio = np.full(actual.shape, np.nan)
    is_defined = np.isfinite(actual) & (actual >= 0) & np.isfinite(predicted) & (predicted > 0)
    np.divide(actual, predicted, out=ratio, where=is_defined)
    return ratio


def potential_gap(actual_usd: ArrayLike, predicted_usd: ArrayLike) -> NDArray[np.float64]:
    """Return predicted - actual trade: positive where trade falls short of what the equation expects.

    Parameters
    ----------
    actual_usd, predicted_usd : array_like, shape (n,)
        USD.

    Returns
    -------
    ndarray, shape (n,)
        USD; NaN exactly where :func:`potential_ratio` is.
    """
    ratio = potential_ratio(actual_usd, predicted_usd)
    gap = np.asarray(predicted_usd, dtype=float) - np.asarray(actual_usd, dtype=float)
    return np.where(np.isnan(ratio), np.nan, gap)
