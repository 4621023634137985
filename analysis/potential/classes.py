"""Classes of trade potential: which interval of K a partner and year falls into."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Protocol


class RatioClass(Protocol):
    """One interval of K, from the upper bound of the class before it.

    Attributes
    ----------
    label : str
        Published name of the class.
    upper : float or None
        Upper bound of K, without unit; None for the last class.
    is_upper_included : bool
        Whether K equal to the upper bound belongs to this class.
    """

    @property
    def label(self) -> str: ...

    @property
    def upper(self) -> float | None: ...

    @property
    def is_upper_included(self) -> bool: ...


def classify(ratios: Iterable[float], classes: Sequence[RatioClass]) -> list[str | None]:
    """Return the class of each ratio; None, never a class, where the ratio is undefined.

    Parameters
    ----------
    ratios : iterable of float
        K; NaN where undefined.
    classes : sequence of RatioClass
        In rising order of their bounds, the last without one.

    Raises
    ------
    ValueError
        When the bounds do not rise or the last class has one.
    """
    bounds = [item.upper for item in classes]
    if not classes or bounds[-1] is not None or None in bounds[:-1]:
        raise ValueError(f"classes: seen upper bounds {bounds}, expected one for each class but the last")
    if any(low >= high for low, high in pairwise(bounds[:-1])):
        raise ValueError(f"classes: seen upper bounds {bounds}, expected rising ones")
    return [None if math.isnan(ratio) else _label(ratio, classes) for ratio in ratios]


def _label(ratio: float, classes: Sequence[RatioClass]) -> str:
    return next(item.label for item in classes if _holds(item, ratio))


def _holds(item: RatioClass, ratio: float) -> bool:
    """Whether a ratio that no earlier class holds falls into this one."""
    if item.upper is None:
        return True
    return ratio < item.upper or (item.is_upper_included and ratio == item.upper)
