"""Bringing indicators to one scale: how, and measured against which rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from analysis.index.correlation import (
    VANISHED_SHARE,
    ConstantIndicator,
    IndicatorError,
    checked_indicators,
)


@dataclass(frozen=True)
class Scaling:
    """How indicators are scaled.

    Attributes
    ----------
    method : {'z_score', 'min_max'}
        Standard deviations from the mean (dividing by n - 1); or the position between minimum and maximum.
    reference : {'pooled', 'per_year', 'base_year'}
        Rows that mean, deviation, minimum and maximum are taken from: all of them, so that movements over
        time stay; those of the row's own year, which removes common movements; or those of one year, so that
        other years are measured against it and may lie outside of its range.
    base_year : int or None
        With 'base_year'.
    low, high : float
        What 'min_max' makes of the minimum and of the maximum.
    """

    method: Literal["z_score", "min_max"] = "z_score"
    reference: Literal["pooled", "per_year", "base_year"] = "pooled"
    base_year: int | None = None
    low: float = 0.0
    high: float = 1.0

    def __post_init__(self) -> None:
        if self.method not in ("z_score", "min_max"):
            raise ValueError(f"scaling: seen method {self.method!r}, expected 'z_score' or 'min_max'")
        if self.reference not in ("pooled", "per_year", "base_year"):
            raise ValueError(
                f"scaling: seen reference {self.reference!r}, expected 'pooled', 'per_year' or 'base_year'"
            )
        if (self.reference == "base_year") != (self.base_year is not None):
            raise ValueError(
                f"scaling: seen reference {self.reference!r} and base_year {self.base_year}, expected a "
                "base_year with reference 'base_year' and only there"
            )
        if not self.low < self.high:
            raise ValueError(f"scaling: seen bounds {self.low:g} and {self.high:g}, expected low below high")

    @property
    def label(self) -> str:
        """The scaling in a few words, for a table."""
        return f"{self.method} {self.reference}" + (f" {self.base_year}" if self.base_year else "")


@dataclass(frozen=True)
class Scaled:
    """Indicators on one scale.

    Attributes
    ----------
    names : tuple of str, length p
    values : ndarray, shape (n, p)
    years : tuple of int
        Years whose rows gave the parameters, one per row of `centre`; empty where all rows did together.
    centre, width : ndarray, shape (max(len(years), 1), p)
        Mean and standard deviation, or minimum and range.
    """

    names: tuple[str, ...]
    values: np.ndarray
    years: tuple[int, ...]
    centre: np.ndarray
    width: np.ndarray


def scale(
    values: np.ndarray,
    names: Sequence[str],
    scaling: Scaling,
    years: Sequence[int] | None = None,
    *,
    is_missing_allowed: bool = False,
) -> Scaled:
    """Scale indicators.

    Parameters
    ----------
    values : array_like, shape (n, p)
    names : sequence of str, length p
    scaling : Scaling
    years : sequence of int, length n, optional
        Of the rows; needed unless all rows are pooled.
    is_missing_allowed : bool
        Whether cells may be nan; they stay so and do not enter the parameters.

    Raises
    ------
    IndicatorError
        Shapes disagree, years are missing, or no row is of the base year.
    NonFiniteIndicator
        A cell is infinite, or missing where it may not be.
    ConstantIndicator
        Indicators do not vary in the rows that they are measured against; they and the year are named.
    """
    values, names = checked_indicators(values, names, is_missing_allowed=is_missing_allowed)
    if scaling.reference == "pooled":
        centre, width = _parameters(values, names, scaling.method, "in the sample")
        return Scaled(names, _placed(values, centre, width, scaling), (), centre[None], width[None])
    by_row = np.asarray(years if years is not None else [])
    if by_row.shape != (len(values),):
        raise IndicatorError(
            f"scaling {scaling.reference}: seen {by_row.size} years for {len(values)} rows, "
            "expected one year for each row"
        )
    known = np.unique(by_row)
    wanted = known if scaling.reference == "per_year" else np.array([scaling.base_year])
    if not np.isin(wanted, known).all():
        raise IndicatorError(
            f"scaling base_year: seen no row of {scaling.base_year}, expected it among {known.tolist()}"
        )
    found = [_parameters(values[by_row == year], names, scaling.method, f"in {year}") for year in wanted]
    centre, width = (np.array(part) for part in zip(*found, strict=True))
    place = np.searchsorted(wanted, by_row) if scaling.reference == "per_year" else 0
    scaled = _placed(values, centre[place], width[place], scaling)
    return Scaled(names, scaled, tuple(int(year) for year in wanted), centre, width)


def _placed(values: np.ndarray, centre: np.ndarray, width: np.ndarray, scaling: Scaling) -> np.ndarray:
    unit = (values - centre) / width
    if scaling.method == "z_score" or (scaling.low, scaling.high) == (0.0, 1.0):
        return unit
    return scaling.low + (scaling.high - scaling.low) * unit


def _parameters(
    values: np.ndarray, names: tuple[str, ...], method: str, where: str
) -> tuple[np.ndarray, np.ndarray]:
    counts = np.isfinite(values).sum(axis=0)
    if (counts < 2).any():
        few = [name for name, count in zip(names, counts, strict=True) if count < 2]
        raise IndicatorError(
            f"scaling: {', '.join(few)} with fewer than 2 values {where}, expected 2 or more"
        )
    if method == "z_score":
        centre = np.nanmean(values, axis=0)
        width = np.nanstd(values - centre, axis=0, ddof=1)
    else:
        centre = np.nanmin(values, axis=0)
        width = np.nanmax(values, axis=0) - centre
    flat = width <= VANISHED_SHARE * np.nanmax(np.abs(values), axis=0)
    if flat.any():
        constant = tuple(name for name, is_flat in zip(names, flat, strict=True) if is_flat)
        raise ConstantIndicator(f"indicators that do not vary {where}: {', '.join(constant)}", constant)
    return centre, width
