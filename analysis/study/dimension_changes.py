"""What a scenario may do to the dimensions of a study's index."""

from __future__ import annotations

from collections.abc import Sequence

from analysis.study.index import IndexSpecification
from analysis.study.potential import BINDING, DriverChange


def expect_dimensions(index: IndexSpecification, place: str, changes: Sequence[DriverChange]) -> None:
    """Refuse changes of dimensions that the index does not have, or that another change gets in the way of.

    Parameters
    ----------
    index : IndexSpecification
    place : str
        For messages.
    changes : sequence of DriverChange
        Of one scenario.

    Raises
    ------
    ValueError
        A dimension is unknown or not measured, a single one is said to bind, or the same indicator would
        change twice.
    """
    indicators = {item.dimension: [one.variable for one in item.indicators] for item in index.dimensions}
    not_measured = [item.dimension for item in index.not_measured]
    if BINDING in indicators:
        raise ValueError(
            f"{place}: seen a dimension named {BINDING!r}, expected another name: it means the lowest"
        )
    wanted = [change.dimension for change in changes if change.dimension]
    for name in wanted:
        if name in not_measured:
            raise ValueError(f"{place}: seen dimension {name!r}, which is not measured: nothing can change")
        if name != BINDING and name not in indicators:
            raise ValueError(
                f"{place}: seen dimension {name!r}, expected {BINDING!r} or one of {list(indicators)}"
            )
    if BINDING in wanted and len(indicators) < 2:
        raise ValueError(f"{place}: seen dimension {BINDING!r}, expected an index of two dimensions or more")
    if any(change.index == "own" for change in changes):
        raise ValueError(f"{place}: seen a dimension and the index itself, expected one of them")
    reached = {name for dimension in wanted for name in indicators.get(dimension, ())}
    if BINDING in wanted:
        if len(wanted) > 1:
            raise ValueError(f"{place}: seen dimensions {wanted}, expected {BINDING!r} alone or named ones")
        reached = {name for names in indicators.values() for name in names}
    twice = sorted(reached & {change.variable for change in changes if change.variable})
    if twice:
        raise ValueError(f"{place}: seen {twice} changed by itself and with its dimension, expected it once")
