"""What the rounding of print leaves open.

Printed numbers are rounded, so each stands for an interval; two of them contradict each other only where no
values inside their intervals agree.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from decimal import Decimal
from itertools import product

from analysis.study.printed import half_unit

Interval = tuple[float, float]


def decimals(printed_text: str) -> int:
    """Return how many digits a printed number has after the point."""
    return max(0, -int(Decimal(printed_text).as_tuple().exponent))


def as_text(value: float, printed_text: str) -> str:
    """Write a number of ours with as many digits as the printed one has."""
    return f"{value:.{decimals(printed_text)}f}"


def interval(text: str) -> Interval:
    """Return the numbers that a printed one stands for."""
    return float(text) - half_unit(text), float(text) + half_unit(text)


def reachable(function: Callable[..., float], *intervals: Interval) -> Interval:
    """Smallest and largest value over the corners: exact for functions monotone in each argument."""
    values = [function(*corner) for corner in product(*intervals)]
    return min(values), max(values)


def moment_interval(moment: str, value: float, count: int, half: float) -> Interval:
    """Return what a moment of numbers can be before each of them was rounded.

    Parameters
    ----------
    moment : {'mean', 'sd', 'min', 'max'}
    value : float
        Of the rounded numbers.
    count : int
        How many there are.
    half : float
        Half a unit of their last digit.

    Notes
    -----
    A standard deviation is a norm of deviations, so errors move it by no more than their own, which is at
    most ``half * sqrt(count / (count - 1))``; it is not below 0.
    """
    reach = half * math.sqrt(count / (count - 1)) if moment == "sd" else half
    return (max(value - reach, 0.0) if moment == "sd" else value - reach), value + reach


def has_printed_digits(value: float, printed_text: str) -> bool:
    """Whether a number, written as `as_text` does, shows the printed digits."""
    return float(as_text(value, printed_text)) == float(printed_text)


def within(possible: Interval, printed_text: str) -> str:
    """Say in words, with two digits more than are printed, what rounding leaves room for."""
    digits = decimals(printed_text) + 2
    low, high = (f"{bound:.{digits}f}" for bound in possible)
    return f"within what the rounding of the printed inputs allows: [{low}, {high}]"
