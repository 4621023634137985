"""What moved trade from one year to the next: its change by driver, adding up exactly."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Decomposition:
    """The change of trade over m pairs of consecutive years, split among k drivers and the rest.

    Attributes
    ----------
    predicted_usd : ndarray, shape (m, k)
        Contribution of each driver to the change of predicted trade; a row sums to that change.
    actual_usd : ndarray, shape (m, k + 1)
        Contribution to the change of actual trade, that of the residual last; a row sums to that change.
    in_logarithms : ndarray, shape (m, k + 1)
        b times the change of the driver, and the change of the residual; NaN where the equation is in levels.
    """

    predicted_usd: Array
    actual_usd: Array
    in_logarithms: Array


def logarithmic_mean(first: ArrayLike, second: ArrayLike) -> Array:
    """Return (b - a) / (ln b - ln a), the weight that turns a change of logarithms into one of levels.

    Parameters
    ----------
    first, second : array_like, shape (m,)
        Not negative, in the same unit.

    Returns
    -------
    ndarray, shape (m,)
        a where both are equal, 0 where one of them is 0, NaN where one is negative or missing.
    """
    first, second = np.broadcast_arrays(np.asarray(first, dtype=float), np.asarray(second, dtype=float))
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.log(second / first)
        # expm1 keeps digits where the two are nearly equal.
        mean = np.where(ratio == 0, first, first * np.expm1(ratio) / ratio)
    mean = np.where((first == 0) | (second == 0), 0.0, mean)
    is_known = (first >= 0) & (second >= 0)
    return np.where(is_known, mean, np.nan)


def decompose_logs(
    contributions: Array,
    actual_before: Array,
    actual_after: Array,
    predicted_before: Array,
    predicted_after: Array,
) -> Decomposition:
    """Split changes of trade where the equation explains its logarithm (or the logarithm of its mean).

    ln y_t - ln y_s = sum_k b_k (x_kt - x_ks) + change of the residual; times the logarithmic mean of y_s and
    y_t each part is in USD, and the parts add up to y_t - y_s without a remainder (LMDI-I).

    Parameters
    ----------
    contributions : ndarray, shape (m, k)
        b_k times the change of the regressor, and the change of effects where they vary over time.
    actual_before, actual_after, predicted_before, predicted_after : ndarray, shape (m,)
        USD. Where trade is 0 its logarithm is undefined, and so is its decomposition (NaN).

    References
    ----------
    Ang (2005), The LMDI approach to decomposition analysis: a practical guide, Energy Policy 33, 867-871.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        change = np.log(actual_after / actual_before)
    change = np.where(np.isfinite(change), change, np.nan)
    parts = np.column_stack([contributions, change - contributions.sum(axis=1)])
    # Where the whole is undefined so is every part of it.
    weights = np.where(np.isnan(change), np.nan, logarithmic_mean(actual_before, actual_after))
    return Decomposition(
        predicted_usd=contributions * logarithmic_mean(predicted_before, predicted_after)[:, None],
        actual_usd=parts * weights[:, None],
        in_logarithms=parts,
    )


def decompose_levels(
    contributions: Array, actual_before: Array, actual_after: Array, unit_usd: float
) -> Decomposition:
    """Split changes of trade where the equation explains trade itself.

    Parameters
    ----------
    contributions : ndarray, shape (m, k)
        As in :func:`decompose_logs`, in units of the dependent variable.
    actual_before, actual_after : ndarray, shape (m,)
        USD.
    unit_usd : float
        USD per unit of the dependent variable.
    """
    predicted = contributions * unit_usd
    rest = actual_after - actual_before - predicted.sum(axis=1)
    actual = np.column_stack([predicted, rest])
    return Decomposition(predicted, actual, np.full(actual.shape, np.nan))
