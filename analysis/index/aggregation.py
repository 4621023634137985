"""From several columns to one: arithmetic, geometric and harmonic means with weights."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np

from analysis.index.correlation import IndicatorError

Mean = Literal["arithmetic", "geometric", "harmonic"]
MEANS: tuple[Mean, ...] = ("arithmetic", "geometric", "harmonic")


def weighted_mean(
    columns: np.ndarray, weights: Sequence[float], mean: Mean, names: Sequence[str] | None = None
) -> np.ndarray:
    """Weighted mean of the columns of each row.

    Arithmetic sum(w x) / sum(w); geometric exp(sum(w ln x) / sum(w)); harmonic sum(w) / sum(w / x).

    Parameters
    ----------
    columns : array_like, shape (n, p)
        nan where missing: the row's mean is that of its other columns, with their weights; a row without any
        has none. Above 0 for the geometric and the harmonic mean, which a single 0 would decide alone.
    weights : sequence of float, length p
        0 or more, not all 0. They need not sum to 1.
    mean : {'arithmetic', 'geometric', 'harmonic'}
    names : sequence of str, length p, optional
        Of the columns, for messages.

    Returns
    -------
    ndarray, shape (n,)

    Raises
    ------
    IndicatorError
        Weights do not fit the columns; or a column that must be positive is not.
    """
    columns, weights = np.asarray(columns, dtype=float), np.asarray(weights, dtype=float)
    if mean not in MEANS:
        raise ValueError(f"aggregation: seen {mean!r}, expected one of {', '.join(MEANS)}")
    if columns.ndim != 2 or weights.shape != (columns.shape[1],):
        raise IndicatorError(
            f"aggregation: seen {weights.size} weights for columns of shape {columns.shape}, "
            "expected one each"
        )
    if not np.isfinite(weights).all() or (weights < 0).any() or weights.sum() == 0:
        raise IndicatorError(
            f"aggregation: seen weights {weights.tolist()}, expected 0 or more and one above 0"
        )
    if mean != "arithmetic" and (columns <= 0).any():
        row, column = np.argwhere(columns <= 0)[0]
        name = names[column] if names is not None else column
        raise IndicatorError(
            f"aggregation: column {name!r}, row {row}: seen {columns[row, column]:g}, "
            f"expected a number above 0 for a {mean} mean"
        )
    is_there = ~np.isnan(columns)
    counted = np.where(is_there, weights, 0.0)
    total = counted.sum(axis=1)
    filled = np.where(is_there, columns, 1.0)
    share = np.divide(counted, total[:, None], out=np.full_like(counted, np.nan), where=total[:, None] > 0)
    if mean == "arithmetic":
        return (share * filled).sum(axis=1)
    if mean == "geometric":
        return np.exp((share * np.log(filled)).sum(axis=1))
    return 1.0 / (share / filled).sum(axis=1)


def to_positive(columns: np.ndarray, floor: float) -> np.ndarray:
    """Bring each column to [floor, 1] over all rows, so that a geometric mean of them exists.

    Parameters
    ----------
    columns : array_like, shape (n, p)
        Each varies.
    floor : float
        Above 0 and below 1: what the lowest row gets. The nearer to 0, the more one low column decides.

    Raises
    ------
    IndicatorError
        A column does not vary, or the floor is out of its range.
    """
    columns = np.asarray(columns, dtype=float)
    if not 0 < floor < 1:
        raise IndicatorError(f"aggregation: seen a floor of {floor:g}, expected one between 0 and 1")
    low, high = columns.min(axis=0), columns.max(axis=0)
    if (high <= low).any():
        raise IndicatorError("aggregation: seen a column that does not vary, expected every one to")
    return floor + (1 - floor) * (columns - low) / (high - low)
