"""Bringing indicators to one scale: how, and measured against which rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal, get_args

import numpy as np
from scipy import stats

from analysis.index.correlation import (
    VANISHED_SHARE,
    ConstantIndicator,
    IndicatorError,
    checked_indicators,
)

ScalingMethod = Literal[
    "z_score", "min_max", "goalposts", "rank", "percentile_rank", "share_of_best", "share_of_mean"
]
METHODS: tuple[str, ...] = get_args(ScalingMethod)
LINEAR = ("z_score", "min_max")
"""Methods that later rows may be put on the scale of earlier ones by: a shift and a width."""


@dataclass(frozen=True)
class Scaling:
    """How indicators are scaled.

    Attributes
    ----------
    method : str
        'z_score': standard deviations from the mean (dividing by n - 1). 'min_max': the position between
        minimum and maximum. 'goalposts': the position between two fixed ends, whatever the rows; beyond an
        end is at the end. 'rank': 1 for the lowest, equals sharing the lower one. 'percentile_rank': the
        share of the other rows that are lower. 'share_of_best', 'share_of_mean': the value over the highest,
        or over the mean, of an indicator that is nowhere negative.
    reference : {'pooled', 'per_year', 'base_year'}
        Rows that mean, deviation, minimum and maximum are taken from: all of them, so that movements over
        time stay; those of the row's own year, which removes common movements; or those of one year, so that
        other years are measured against it and may lie outside of its range. Ranks have no base year;
        goalposts ask no rows.
    base_year : int or None
        With 'base_year'.
    low, high : float
        What 'min_max' makes of the minimum and of the maximum, 'goalposts' of the two ends.
    goalposts : mapping of str to tuple of float
        With 'goalposts': by indicator, the values that get `low` and `high`. The first may be the larger one:
        less is better then.

    References
    ----------
    OECD and JRC (2008), Handbook on Constructing Composite Indicators, step 5. United Nations Development
    Programme (2022), Human Development Report, technical note 1: goalposts.
    """

    method: ScalingMethod = "z_score"
    reference: Literal["pooled", "per_year", "base_year"] = "pooled"
    base_year: int | None = None
    low: float = 0.0
    high: float = 1.0
    goalposts: Mapping[str, tuple[float, float]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.method not in METHODS:
            raise ValueError(f"scaling: seen method {self.method!r}, expected one of {', '.join(METHODS)}")
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
        allowed = {"goalposts": ("pooled",), "rank": ("pooled", "per_year")}
        allowed["percentile_rank"] = allowed["rank"]
        if self.reference not in allowed.get(self.method, (self.reference,)):
            raise ValueError(
                f"scaling: seen {self.method} with reference {self.reference!r}, expected "
                f"{' or '.join(map(repr, allowed[self.method]))}"
            )
        if (self.method == "goalposts") != bool(self.goalposts):
            raise ValueError(
                f"scaling: seen method {self.method!r} and goalposts of {sorted(self.goalposts)}, expected "
                "them with method 'goalposts' and only there"
            )
        for name, ends in self.goalposts.items():
            if len(ends) != 2 or not np.isfinite(ends).all() or ends[0] == ends[1]:
                raise ValueError(
                    f"scaling: seen goalposts {tuple(ends)} of {name!r}, expected two different numbers"
                )

    @property
    def is_learned(self) -> bool:
        """Whether pooled rows teach a shift and a width, which other rows may be scaled by."""
        return self.method in LINEAR and self.reference == "pooled"

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
        Mean and standard deviation, minimum and range, the first goalpost and the way to the second, or 0 and
        the highest or mean; nan of ranks.
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
        Shapes disagree, years are missing, no row is of the base year, an indicator has no goalposts, or one
        is negative of which shares are taken.
    NonFiniteIndicator
        A cell is infinite, or missing where it may not be.
    ConstantIndicator
        Indicators do not vary in the rows that they are measured against; they and the year are named.
    """
    is_fixed = scaling.method == "goalposts"
    values, names = checked_indicators(
        values, names, is_missing_allowed=is_missing_allowed, fewest_rows=1 if is_fixed else 2
    )
    if is_fixed:
        return _between_goalposts(values, names, scaling)
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
    scaled = np.empty_like(values)
    for at, year in enumerate(wanted):
        place = by_row == year if scaling.reference == "per_year" else slice(None)
        scaled[place] = _placed(values[place], centre[at], width[at], scaling)
    return Scaled(names, scaled, tuple(int(year) for year in wanted), centre, width)


def turned(scaling: Scaling, directions: Mapping[str, int]) -> Scaling:
    """Return a scaling for indicators multiplied by -1 where less is better: goalposts stated in the unit of
    the indicator, lower end first, change sign and place with them.

    Parameters
    ----------
    directions : mapping of str to int
        -1 or 1; an indicator that is not there is not turned.
    """
    ends = {
        name: tuple(sorted(-end for end in found)) if directions.get(name, 1) == -1 else found
        for name, found in scaling.goalposts.items()
    }
    return replace(scaling, goalposts=ends)


def _between_goalposts(values: np.ndarray, names: tuple[str, ...], scaling: Scaling) -> Scaled:
    missing = [name for name in names if name not in scaling.goalposts]
    if missing:
        raise IndicatorError(
            f"scaling: seen no goalposts for {missing}, expected two for each of {list(names)}"
        )
    first, second = np.array([scaling.goalposts[name] for name in names], dtype=float).T
    unit = np.clip((values - first) / (second - first), 0.0, 1.0)
    placed = scaling.low + (scaling.high - scaling.low) * unit
    return Scaled(names, placed, (), first[None], (second - first)[None])


def _placed(values: np.ndarray, centre: np.ndarray, width: np.ndarray, scaling: Scaling) -> np.ndarray:
    if scaling.method in ("rank", "percentile_rank"):
        ranks = stats.rankdata(values, method="min", axis=0, nan_policy="omit")
        if scaling.method == "rank":
            return ranks
        return (ranks - 1) / (np.isfinite(values).sum(axis=0) - 1)
    unit = (values - centre) / width
    if scaling.method != "min_max" or (scaling.low, scaling.high) == (0.0, 1.0):
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
    centre = np.nanmin(values, axis=0)
    width = np.nanmax(values, axis=0) - centre
    if method == "z_score":
        centre = np.nanmean(values, axis=0)
        width = np.nanstd(values - centre, axis=0, ddof=1)
    flat = width <= VANISHED_SHARE * np.nanmax(np.abs(values), axis=0)
    if flat.any():
        constant = tuple(name for name, is_flat in zip(names, flat, strict=True) if is_flat)
        raise ConstantIndicator(f"indicators that do not vary {where}: {', '.join(constant)}", constant)
    if method in ("rank", "percentile_rank"):
        return np.full(len(names), np.nan), np.full(len(names), np.nan)
    if method.startswith("share_of"):
        if (centre < 0).any():
            below = [name for name, low in zip(names, centre, strict=True) if low < 0]
            raise IndicatorError(
                f"scaling {method}: seen numbers below 0 {where} in {', '.join(below)}, expected none"
            )
        whole = np.nanmax if method == "share_of_best" else np.nanmean
        return np.zeros(len(names)), whole(values, axis=0)
    return centre, width
