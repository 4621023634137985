"""Classes of trade potential as the report shows them: colour, meaning, limits.

The class of a cell is the published one; nothing is classified here.
"""

from __future__ import annotations

import csv
import math
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

# Blue and orange stay apart under every common form of colour blindness; the middle is pale.
COLOURS = {
    "below": "#2166ac",
    "near": "#f1e3b5",
    "above": "#b35806",
    "other": "#7a6a9e",
}
UNDEFINED = "undefined"
# A cell is drawn darker when K is further than this factor beyond its class's limit.
STRONG_FACTOR = 1.5


@dataclass(frozen=True)
class PotentialClass:
    """A class of K = actual / predicted trade.

    Attributes
    ----------
    name, label_zh, meaning : str
        What it is called, in English and Chinese, and what it means. Empty texts where not known.
    lower, upper : float
        Limits of K; minus and plus infinity where open.
    slot : str
        Colour slot: ``below`` or ``above`` the norm, ``near`` it, ``other`` for a class not described.
    """

    name: str
    label_zh: str = ""
    meaning: str = ""
    lower: float = -math.inf
    upper: float = math.inf

    @property
    def slot(self) -> str:
        if not self.meaning:
            return "other"
        if self.upper <= 1:
            return "below"
        return "above" if self.lower >= 1 else "near"

    @property
    def rule(self) -> str:
        """The limits in words, for example "K below 0.8"."""
        if not self.meaning:
            return ""
        if math.isinf(self.lower):
            return f"K below {self.upper:g}"
        if math.isinf(self.upper):
            return f"K above {self.lower:g}"
        return f"K from {self.lower:g} to {self.upper:g}"

    def is_strong(self, ratio: float) -> bool:
        """Whether K lies far beyond the limit that leads into this class."""
        if self.slot == "below":
            return ratio * STRONG_FACTOR < self.upper
        return self.slot == "above" and ratio > self.lower * STRONG_FACTOR

    def disagrees(self, ratio: float) -> bool:
        """Whether a K published under this class lies outside the limits written here."""
        tolerance = 1e-9
        return not self.lower - tolerance <= ratio <= self.upper + tolerance


@lru_cache(maxsize=1)
def described_classes() -> tuple[PotentialClass, ...]:
    """The classes of the glossary, from low to high K."""
    text = resources.files("analysis.report").joinpath("potential_classes.csv").read_text(encoding="utf-8")
    rows = csv.DictReader(line for line in text.splitlines() if not line.startswith("#"))
    return tuple(
        PotentialClass(
            name=row["potential_class"],
            label_zh=row["label_zh"],
            meaning=row["meaning"],
            lower=float(row["lower_ratio"] or -math.inf),
            upper=float(row["upper_ratio"] or math.inf),
        )
        for row in rows
    )


def class_named(name: str) -> PotentialClass:
    """The class of that name; one without description when the glossary does not know it."""
    return next((known for known in described_classes() if known.name == name), PotentialClass(name))


def slot_of(name: str) -> str:
    """Colour slot of a class name; ``undefined`` for an empty name."""
    return class_named(name).slot if name else UNDEFINED


def described_and(names: Iterable[str]) -> list[PotentialClass]:
    """All classes of the glossary, and after them those of these names that it does not know."""
    known = [described.name for described in described_classes()]
    return [class_named(name) for name in [*known, *sorted(set(names) - {*known, ""})]]
