"""Outliers of indicators: found by skewness and kurtosis, winsorised or else transformed, and reported."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Literal

import numpy as np
import pandas as pd

from analysis.index.correlation import IndicatorError, checked_indicators

# The smallest number of values that a sample kurtosis is defined for.
FEWEST_VALUES = 4
# What the shifted logarithm leaves between the lowest value and zero, as a share of the range.
SHIFT = 0.01


@dataclass(frozen=True)
class TreatmentRule:
    """When an indicator is treated, and how.

    Attributes
    ----------
    skewness_limit, kurtosis_limit : float
        An indicator is treated where its absolute skewness and its excess kurtosis both exceed these.
    winsorised_max : int
        At most this many values at the long tail are first moved to the next one, as few as bring the
        indicator within the limits, equal values together; 0 for none. None are moved where all would be
        equal then.
    otherwise : {'shifted_log', 'box_cox', 'none'}
        What is done to the untouched values where moving that many is not enough: ln(x - min + 0.01 range);
        or ((x - min + 1)^power - 1) / power; or nothing. With the long tail at the low end values are
        mirrored before and after, so that the tail is what is drawn in and the order of values stays.
    power : float
        Of 'box_cox'; 0 is the logarithm.

    References
    ----------
    OECD and JRC (2008), Handbook on Constructing Composite Indicators, step 5; the limits 2 and 3.5 are those
    of the audits of composite indicators by the JRC. Groeneveld and Meeden (1984), The Statistician 33.
    """

    skewness_limit: float = 2.0
    kurtosis_limit: float = 3.5
    winsorised_max: int = 5
    otherwise: Literal["shifted_log", "box_cox", "none"] = "shifted_log"
    power: float = 0.5

    def __post_init__(self) -> None:
        if not (self.skewness_limit > 0 and self.kurtosis_limit > 0 and self.winsorised_max >= 0):
            raise ValueError(
                f"treatment: seen limits {self.skewness_limit:g} and {self.kurtosis_limit:g} and "
                f"{self.winsorised_max} values, expected limits above 0 and 0 or more values"
            )
        if self.otherwise not in ("shifted_log", "box_cox", "none"):
            raise ValueError(
                f"treatment: seen {self.otherwise!r}, expected 'shifted_log', 'box_cox' or 'none'"
            )


@dataclass(frozen=True)
class TreatedIndicator:
    """What was done to one indicator.

    Attributes
    ----------
    name : str
    method : str
        'none', 'winsorised', 'shifted_log' or 'box_cox'.
    winsorised_count : int
    skewness_before, kurtosis_before, skewness_after, kurtosis_after : float
        nan where the values do not vary.
    is_within_limits : bool
        Whether it is now.
    """

    name: str
    method: str
    winsorised_count: int
    skewness_before: float
    kurtosis_before: float
    skewness_after: float
    kurtosis_after: float
    is_within_limits: bool


@dataclass(frozen=True)
class Treated:
    """Treated indicators and their report.

    Attributes
    ----------
    values : ndarray, shape (n, p)
    report : tuple of TreatedIndicator, length p
    """

    values: np.ndarray
    report: tuple[TreatedIndicator, ...]

    def to_frame(self) -> pd.DataFrame:
        """One row per indicator."""
        return pd.DataFrame([asdict(item) for item in self.report])


def skewness(values: np.ndarray) -> float:
    """Sample skewness, corrected for bias: G1 = sqrt(n (n-1)) / (n-2) m3 / m2^1.5; nan values are left out.

    References
    ----------
    Joanes and Gill (1998), The Statistician 47.
    """
    n, (second, third, _) = _moments(values)
    return float("nan") if n < 3 or second == 0 else np.sqrt(n * (n - 1)) / (n - 2) * third / second**1.5


def excess_kurtosis(values: np.ndarray) -> float:
    """Sample excess kurtosis, corrected for bias: G2 = (n-1) / ((n-2)(n-3)) ((n+1) g2 + 6); nan left out."""
    n, (second, _, fourth) = _moments(values)
    if n < FEWEST_VALUES or second == 0:
        return float("nan")
    return (n - 1) / ((n - 2) * (n - 3)) * ((n + 1) * (fourth / second**2 - 3) + 6)


def treat(values: np.ndarray, names: Sequence[str], rule: TreatmentRule) -> Treated:
    """Treat each indicator by the rule.

    Parameters
    ----------
    values : array_like, shape (n, p)
        nan where missing; missing values stay so.
    names : sequence of str, length p
    rule : TreatmentRule

    Raises
    ------
    IndicatorError
        An indicator has fewer than 4 values, so that it has no kurtosis; or shapes disagree.
    NonFiniteIndicator
        A cell is infinite.
    """
    values, names = checked_indicators(values, names, is_missing_allowed=True)
    few = [
        name
        for name, column in zip(names, values.T, strict=True)
        if np.isfinite(column).sum() < FEWEST_VALUES
    ]
    if few:
        raise IndicatorError(
            f"treatment: {', '.join(few)} with fewer than {FEWEST_VALUES} values, expected that many: "
            "a kurtosis is not defined"
        )
    done = [_treated(column, name, rule) for column, name in zip(values.T, names, strict=True)]
    columns, report = zip(*done, strict=True)
    return Treated(np.column_stack(columns), tuple(report))


def _treated(column: np.ndarray, name: str, rule: TreatmentRule) -> tuple[np.ndarray, TreatedIndicator]:
    before = skewness(column), excess_kurtosis(column)
    found, method, count = column, "none", 0
    if not _is_within(column, rule):
        found, count = _winsorised(column, rule)
        method = "winsorised" if count else "none"
        if not _is_within(found, rule):
            found, count = _transformed(column, rule), 0
            method = rule.otherwise
    after = skewness(found), excess_kurtosis(found)
    return found, TreatedIndicator(name, method, count, *before, *after, _is_within(found, rule))


def _winsorised(column: np.ndarray, rule: TreatmentRule) -> tuple[np.ndarray, int]:
    found, count = column.copy(), 0
    high = low = np.zeros(len(column), dtype=bool)
    while not _is_within(found, rule):
        moved = found.copy()
        if skewness(found) >= 0:
            high = found == np.nanmax(found)
            moved[high] = np.nanmax(found[~high])
        else:
            low = found == np.nanmin(found)
            moved[low] = np.nanmin(found[~low])
        together = int((high | low).sum())
        # Values that share the end move together or not at all, and never so that none differs any more.
        if together > rule.winsorised_max or np.nanmin(moved) == np.nanmax(moved):
            break
        found, count = moved, together
    return found, count


def _transformed(column: np.ndarray, rule: TreatmentRule) -> np.ndarray:
    if rule.otherwise == "none":
        return column
    side = 1.0 if skewness(column) >= 0 else -1.0
    from_lowest = side * column - np.nanmin(side * column)
    if rule.otherwise == "shifted_log":
        return side * np.log(from_lowest + SHIFT * np.nanmax(from_lowest))
    if rule.power == 0:
        return side * np.log(from_lowest + 1)
    return side * ((from_lowest + 1) ** rule.power - 1) / rule.power


def _is_within(column: np.ndarray, rule: TreatmentRule) -> bool:
    # An indicator that does not vary has neither moment; whoever scales it will say so.
    return not (abs(skewness(column)) > rule.skewness_limit and excess_kurtosis(column) > rule.kurtosis_limit)


def _moments(values: np.ndarray) -> tuple[int, tuple[float, float, float]]:
    there = np.asarray(values, dtype=float)
    there = there[~np.isnan(there)]
    if len(there) == 0 or there.min() == there.max():
        return len(there), (0.0, 0.0, 0.0)
    centred = there - there.mean()
    return len(there), tuple(float((centred**power).mean()) for power in (2, 3, 4))
