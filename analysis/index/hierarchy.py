"""Aggregation level by level: indicators to dimensions, dimensions to the index, each with its weight."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.index.aggregation import Mean, weighted_mean
from analysis.index.correlation import IndicatorError, checked_indicators


@dataclass(frozen=True)
class Member:
    """A member of the structure: an indicator or a group of members.

    Attributes
    ----------
    name : str
    parent : str or None
        Group that it is summed into; none for the index itself.
    weight : float
        Within its parent; weights of one parent need not sum to 1.
    mean : {'arithmetic', 'geometric', 'harmonic'} or None
        Of a group: how its own members are summed; None for the mean of its level.
    """

    name: str
    parent: str | None = None
    weight: float = 1.0
    mean: Mean | None = None


@dataclass(frozen=True)
class Levels:
    """Values of every group.

    Attributes
    ----------
    names : tuple of str, length g
        Groups by level, from those of indicators alone to the index, in the order of the structure.
    levels : tuple of int, length g
        2 for groups of indicators alone, and one more than the highest of its members for the others.
    values : ndarray, shape (n, g)
        nan where too few members are there.
    """

    names: tuple[str, ...]
    levels: tuple[int, ...]
    values: np.ndarray

    def to_frame(self, index: pd.Index | None = None) -> pd.DataFrame:
        """One column per group, rows as given."""
        return pd.DataFrame(self.values, columns=list(self.names), index=index)


def aggregate_levels(
    values: np.ndarray,
    names: Sequence[str],
    structure: Iterable[Member],
    means: Mean | Sequence[Mean] = "arithmetic",
    minimum_share: float = 0.0,
) -> Levels:
    """Aggregate indicators up the structure.

    Parameters
    ----------
    values : array_like, shape (n, p)
        Indicators on one scale; nan where missing.
    names : sequence of str, length p
    structure : iterable of Member
        Every indicator and every group, each once.
    means : str or sequence of str
        One mean for all levels, or one per step from indicators upwards: the first makes level 2. A group
        that states a mean of its own has that.
    minimum_share : float
        A group of a row is missing unless more than no members, and at least this share of them, are there.

    Raises
    ------
    IndicatorError
        The structure does not fit the indicators: a member twice, a parent that is no member, a group without
        members, an indicator with members, a circle, more or fewer than one index, or means that do not fit
        the number of levels.
    """
    values, names = checked_indicators(values, names, is_missing_allowed=True, fewest_rows=1)
    members = list(structure)
    levels = _levels(members, names)
    top = max(levels.values())
    steps = [means] * (top - 1) if isinstance(means, str) else list(means)
    if len(steps) != top - 1:
        raise IndicatorError(f"structure: seen {len(steps)} means for {top - 1} steps, expected one each")
    columns = {name: values[:, place] for place, name in enumerate(names)}
    groups = sorted((m for m in members if m.name not in names), key=lambda m: levels[m.name])
    for group in groups:
        children = [member for member in members if member.parent == group.name]
        below = np.column_stack([columns[child.name] for child in children])
        weights = [child.weight for child in children]
        mean = group.mean or steps[levels[group.name] - 2]
        found = weighted_mean(below, weights, mean, [child.name for child in children])
        is_enough = (~np.isnan(below)).mean(axis=1) >= minimum_share
        columns[group.name] = np.where(is_enough, found, np.nan)
    order = [group.name for group in groups]
    return Levels(
        tuple(order),
        tuple(levels[name] for name in order),
        np.column_stack([columns[name] for name in order]),
    )


def _levels(members: Sequence[Member], indicators: Sequence[str]) -> dict[str, int]:
    """Level of every member, 1 for indicators, after checking that the structure is one tree over them."""
    parents: Mapping[str, str | None] = {member.name: member.parent for member in members}
    children = {name: [m.name for m in members if m.parent == name] for name in parents}
    faults = []
    if len(parents) < len(members):
        names = [member.name for member in members]
        faults.append(f"{sorted({name for name in names if names.count(name) > 1})} more than once")
    for what, found in (
        ("indicators without a place", [name for name in indicators if name not in parents]),
        ("parents that are no member", sorted({p for p in parents.values() if p and p not in parents})),
        ("groups without members", [n for n, c in children.items() if not c and n not in indicators]),
        ("indicators with members", [n for n, c in children.items() if c and n in indicators]),
    ):
        if found:
            faults.append(f"{what} {found}")
    roots = [name for name, parent in parents.items() if parent is None]
    if len(roots) != 1:
        faults.append(f"{len(roots)} members without parent {roots}")
    if faults:
        raise IndicatorError(f"structure: seen {'; '.join(faults)}, expected one tree over the indicators")
    levels = dict.fromkeys(indicators, 1)
    while len(levels) < len(parents):
        ready = [n for n in parents if n not in levels and all(child in levels for child in children[n])]
        if not ready:
            circle = sorted(set(parents) - set(levels))
            raise IndicatorError(f"structure: seen a circle through {circle}, expected one tree")
        levels |= {name: 1 + max(levels[child] for child in children[name]) for name in ready}
    return levels
