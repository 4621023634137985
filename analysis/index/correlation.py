"""Standardised indicators and their correlation matrix, and what cannot be standardised."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

# A column whose deviations are below this share of its size does not vary in double precision.
VANISHED_SHARE = 1e-12


class IndicatorError(ValueError):
    """Indicators cannot enter an index."""


class NonFiniteIndicator(IndicatorError):
    """A cell is missing or infinite."""


class ConstantIndicator(IndicatorError):
    """Indicators do not vary in the sample, so that they have no standard deviation to divide by.

    Attributes
    ----------
    names : tuple of str
    """

    def __init__(self, message: str, names: Sequence[str]) -> None:
        super().__init__(message)
        self.names = tuple(names)


@dataclass(frozen=True)
class Standardised:
    """Indicators in standard deviations from their means.

    Attributes
    ----------
    names : tuple of str, length p
    z : ndarray, shape (n, p)
    mean, std : ndarray, shape (p,)
        Over all rows, countries and years pooled; the standard deviation divides by n - 1.
    """

    names: tuple[str, ...]
    z: np.ndarray
    mean: np.ndarray
    std: np.ndarray


def standardise(values: np.ndarray, names: Sequence[str]) -> Standardised:
    """Standardise each indicator over all rows.

    Pooling countries and years keeps movements over time in the index; standardising year by year would
    remove them.

    Parameters
    ----------
    values : array_like, shape (n, p)
    names : sequence of str, length p

    Raises
    ------
    IndicatorError
        Shapes disagree, a name is used twice, or there are fewer than two rows.
    NonFiniteIndicator
        A cell is missing or infinite; column and row are named.
    ConstantIndicator
        Indicators do not vary; they are named.
    """
    values, names = checked_indicators(values, names)
    mean = values.mean(axis=0)
    centred = values - mean
    flat = np.linalg.norm(centred, axis=0) <= VANISHED_SHARE * np.linalg.norm(values, axis=0)
    if flat.any():
        constant = tuple(name for name, is_flat in zip(names, flat, strict=True) if is_flat)
        raise ConstantIndicator(f"indicators that do not vary in the sample: {', '.join(constant)}", constant)
    std = centred.std(axis=0, ddof=1)
    return Standardised(names, centred / std, mean, std)


def checked_indicators(
    values: np.ndarray, names: Sequence[str], *, is_missing_allowed: bool = False, fewest_rows: int = 2
) -> tuple[np.ndarray, tuple[str, ...]]:
    """Return indicators as floats, shape (n, p), and their names, once they fit together.

    Parameters
    ----------
    values : array_like, shape (n, p)
    names : sequence of str, length p
    is_missing_allowed : bool
        Whether a cell may be nan. Infinite cells never may.
    fewest_rows : int
        1 where nothing is learned from the rows.

    Raises
    ------
    IndicatorError
        Shapes disagree, a name is used twice, or there are fewer rows.
    NonFiniteIndicator
        A cell is missing or infinite; column and row are named.
    """
    values, names = np.asarray(values, dtype=float), tuple(names)
    if values.ndim != 2 or values.shape[1] != len(names) or not names:
        raise IndicatorError(
            f"indicators have shape {values.shape}, expected (rows, {len(names)}) for {list(names)}"
        )
    if len(set(names)) != len(names):
        raise IndicatorError(
            f"indicators named more than once: {sorted({x for x in names if names.count(x) > 1})}"
        )
    if values.shape[0] < fewest_rows:
        raise IndicatorError(f"{values.shape[0]} rows of indicators, expected {fewest_rows} or more")
    is_bad = np.isinf(values) if is_missing_allowed else ~np.isfinite(values)
    bad = np.argwhere(is_bad)
    if bad.size:
        row, column = bad[0]
        further = f" (and {len(bad) - 1} more cells)" if len(bad) > 1 else ""
        raise NonFiniteIndicator(
            f"column {names[column]!r}, row {row}: seen {values[row, column]}, "
            f"expected a finite number{further}"
        )
    return values, names


def covariance_matrix(centred: np.ndarray) -> np.ndarray:
    """Covariance matrix of centred columns (n, p), dividing by n - 1, shape (p, p)."""
    return centred.T @ centred / (centred.shape[0] - 1)


def correlation_matrix(standardised: Standardised) -> np.ndarray:
    """Correlation matrix, shape (p, p), with a diagonal of exactly 1."""
    z = standardised.z
    correlation = z.T @ z / (z.shape[0] - 1)
    np.fill_diagonal(correlation, 1.0)
    return correlation
