"""Classes of trade potential as the report shows them: colour, limits, meaning.

Names, limits, order and meaning are the published ones, study by study; nothing is classified here.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

import pandas as pd

# Blue and orange stay apart under every common form of colour blindness; the middle is pale.
COLOURS = {
    "below": "#2166ac",
    "below-near": "#c9e0f2",
    "near": "#f1e3b5",
    "above-near": "#f8d7b4",
    "above": "#b35806",
    "other": "#7a6a9e",
}
UNDEFINED = "undefined"
UNDECLARED = "other"
# A cell is drawn darker when K is further than this factor beyond its class's limit.
STRONG_FACTOR = 1.5
_TOLERANCE = 1e-9
_WORDS = ("label_zh", "meaning", "action", "source_title", "source_url")


@dataclass(frozen=True)
class PotentialClass:
    """A class of K = actual / predicted trade in one study.

    Attributes
    ----------
    name : str
        Published label.
    slot : str
        Colour slot by place among the study's classes: ``below`` for the lowest K, ``above`` for the highest,
        ``below-near``, ``near`` and ``above-near`` between them, ``other`` for a class no table declares.
    lower, upper : float
        Limits of K; minus and plus infinity where open.
    is_lower_included, is_upper_included : bool
        Whether a limit itself belongs to the class.
    label_zh, meaning, action : str
        Chinese name, what the class says of trade, what its source reads from it for action; empty where the
        table has none.
    source_title, source_url : str
        Where meaning and action are from.
    """

    name: str
    slot: str = UNDECLARED
    lower: float = -math.inf
    upper: float = math.inf
    is_lower_included: bool = False
    is_upper_included: bool = False
    label_zh: str = ""
    meaning: str = ""
    action: str = ""
    source_title: str = ""
    source_url: str = ""

    @property
    def rule(self) -> str:
        """The limits in words, for example "K below 0.8"; empty when there are none."""
        if math.isinf(self.lower) and math.isinf(self.upper):
            return ""
        if self.is_lower_included and self.is_upper_included:
            return f"K from {self.lower:g} to {self.upper:g}"
        least = f"{'at least' if self.is_lower_included else 'above'} {self.lower:g}"
        most = f"{'at most' if self.is_upper_included else 'below'} {self.upper:g}"
        limits = [text for text, limit in ((least, self.lower), (most, self.upper)) if not math.isinf(limit)]
        return f"K {' and '.join(limits)}"

    def is_strong(self, ratio: float) -> bool:
        """Whether K lies far beyond the limit that leads into an outermost class."""
        if self.slot == "below":
            return ratio * STRONG_FACTOR < self.upper < math.inf
        return self.slot == "above" and ratio > self.lower * STRONG_FACTOR > 0

    def disagrees(self, ratio: float) -> bool:
        """Whether a K published under this class lies outside the published limits."""
        return not self.lower - _TOLERANCE <= ratio <= self.upper + _TOLERANCE


def declared_classes(rows: pd.DataFrame) -> tuple[PotentialClass, ...]:
    """The classes of one study from low to high K.

    Parameters
    ----------
    rows : DataFrame
        The study's rows of ``dim_potential_class``.
    """
    ordered = rows.sort_values("position", kind="stable")
    return tuple(
        PotentialClass(
            name=row["potential_class"],
            slot=_slot(place, len(ordered)),
            lower=-math.inf if pd.isna(row["lower_bound"]) else float(row["lower_bound"]),
            upper=math.inf if pd.isna(row["upper_bound"]) else float(row["upper_bound"]),
            is_lower_included=bool(row["is_lower_included"]),
            is_upper_included=bool(row["is_upper_included"]),
            **{name: row.get(name, "") for name in _WORDS},
        )
        for place, (_, row) in enumerate(ordered.iterrows())
    )


def _slot(place: int, count: int) -> str:
    """Colour of the class at a place (0 = lowest K) among so many."""
    if 2 * place == count - 1:
        return "near"
    if place in (0, count - 1):
        return "above" if place else "below"
    return "below-near" if 2 * place < count - 1 else "above-near"


def and_undeclared(declared: Iterable[PotentialClass], names: Iterable[str]) -> list[PotentialClass]:
    """Declared classes, and after them those of these names that are not declared."""
    known = list(declared)
    rest = set(names) - {kind.name for kind in known} - {""}
    return known + [PotentialClass(name) for name in sorted(rest)]
