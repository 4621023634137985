"""The way of a partner through the classes of potential over the years."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise


@dataclass(frozen=True)
class Trajectory:
    """One partner's classes over the years in which K is defined.

    Attributes
    ----------
    first_year, last_year : int
    n_years : int
        Years with a class.
    first_class, last_class : str
    n_changes : int
        Changes of class between one year with a class and the next.
    path : str
        The classes in order, each with its years.
    """

    first_year: int
    last_year: int
    n_years: int
    first_class: str
    last_class: str
    n_changes: int
    path: str

    @property
    def is_stable(self) -> bool:
        """Whether the class never changes; with one year it cannot."""
        return self.n_changes == 0


def trajectory(years: Sequence[int], labels: Sequence[str | None]) -> Trajectory | None:
    """Follow the classes of one partner.

    Parameters
    ----------
    years : sequence of int
        Each once, in any order.
    labels : sequence of str or None
        The class of each year; None where K is undefined, such a year is passed over.

    Returns
    -------
    Trajectory or None
        None where no year has a class.

    Raises
    ------
    ValueError
        When a year is there twice.
    """
    if len(set(years)) < len(years):
        raise ValueError(f"years: seen {sorted(years)}, expected each once")
    known = [(year, label) for year, label in sorted(zip(years, labels, strict=True)) if label is not None]
    if not known:
        return None
    steps = []
    for label, group in groupby(known, key=lambda item: item[1]):
        spell = [year for year, _ in group]
        steps.append(f"{label} ({_span(spell)})")
    return Trajectory(
        first_year=known[0][0],
        last_year=known[-1][0],
        n_years=len(known),
        first_class=known[0][1],
        last_class=known[-1][1],
        n_changes=sum(before != after for (_, before), (_, after) in pairwise(known)),
        path=" → ".join(steps),
    )


def _span(years: list[int]) -> str:
    return str(years[0]) if len(years) == 1 else f"{years[0]}-{years[-1]}"
