"""What is said of a file outside it: its side-cars as one, and the columns that the file does not hold.

One content may arrive under many names with a side-car beside each. Whoever says nothing is no contradiction;
who says another thing is, and then nobody is believed.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from expectations.contract import Contract, StatedColumn
from expectations.layout import Layout
from flows import reading
from flows.landing.arrivals import Arrival, Heard, hear
from flows.landing.side_car import SideCar
from flows.loading.examining import Refused
from flows.reading import Content, Fault, Unreadable
from flows.reading.binding import dated
from flows.reading.result import shown

_OF_ALL = ("row_count", "control_total")
"""What any side-car may add to the others', as long as no two differ."""

_STRICTEST_FIRST = ("not_allowed", "unknown", "allowed")


@dataclass(frozen=True)
class Statement:
    """All that is said of one content.

    Attributes
    ----------
    heard : tuple of Heard
        Every arrival that is understood; when none is, those that are not.
    side_car : SideCar or None
        The side-cars as one: the strictest terms, the earliest retrieval, and what any of them adds.
    contradiction : tuple of str
        What two side-cars say differently, whoever is asked: key, and who says what.
    vintage_contradiction : str or None
        Their different vintages; of no concern where the file itself states its vintage.
    replaces : tuple of str
        Files that this one supersedes.
    """

    heard: tuple[Heard, ...]
    side_car: SideCar | None
    contradiction: tuple[str, str] | None
    vintage_contradiction: str | None
    replaces: tuple[str, ...]

    @property
    def leading(self) -> Arrival:
        """The arrival whose name is the content's."""
        return self.heard[0].arrival

    @property
    def is_understood(self) -> bool:
        """At least one arrival is."""
        return self.heard[0].fault is None


def statement(arrivals: Sequence[Arrival], sha256: str) -> Statement:
    """Take together what is said of a content; ``arrivals`` are in order of their names, at least one."""
    everything = [hear(arrival, sha256) for arrival in arrivals]
    heard = tuple(one for one in everything if not one.fault) or tuple(everything)
    said = [(one.arrival.side_car_name or "", one.side_car) for one in heard if one.side_car]
    if not said:
        return Statement(heard, None, None, None, ())
    agreed: dict[str, Any] = {}
    contradiction = None
    for key in _OF_ALL:
        told = _distinct(said, lambda side_car, key=key: getattr(side_car, key))
        if len(told) > 1:
            contradiction = contradiction or (key, _both(told))
        agreed[key] = next(iter(told), None)
    values: dict[str, str] = {}
    for column in sorted({column for _, side_car in said for column in side_car.values}):
        told = _distinct(said, lambda side_car, column=column: side_car.values.get(column))
        if len(told) > 1:
            contradiction = contradiction or (column, _both(told))
        values[column] = next(iter(told))
    agreed["values"] = values
    agreed["vintage"], vintage_contradiction = _vintage(said)
    replaces = tuple(sorted({side_car.replaces for _, side_car in said if side_car.replaces}))
    first = min((side_car for _, side_car in said), key=_precedence)
    one = first.model_copy(update=agreed)
    return Statement(heard, one, contradiction, vintage_contradiction, replaces)


def faults_of_names(arrivals: Sequence[Arrival], sha256: str) -> dict[str, str]:
    """Return name → why what stands beside it is not understood."""
    return {arrival.name: fault for arrival in arrivals if (fault := hear(arrival, sha256).fault)}


def fingerprint(contract: Contract, layout: Layout, said: Statement) -> str:
    """Return a digest that changes when what is said may lead to something else being loaded."""
    columns = [
        [column.column, sorted(_told_by_paths(column, said.heard))]
        for column in _stated_columns(contract, layout)
    ]
    told = {
        "side_car": said.side_car.model_dump(mode="json") if said.side_car else None,
        "contradictions": [said.contradiction, said.vintage_contradiction],
        "replaces": said.replaces,
        "columns": columns,
        "vintages": sorted(str(day) for day in _vintages_of_paths(contract, said.heard)),
        "faults": sorted(one.fault for one in said.heard if one.fault),
    }
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()


def depends_on_path(contract: Contract, layout: Layout) -> bool:
    """Tell whether the place of a file below the landing folder says something of it."""
    return contract.vintage.path is not None or any(
        column.path_pattern for column in _stated_columns(contract, layout)
    )


def stated_texts(contract: Contract, layout: Layout, content: Content, said: Statement) -> dict[str, str]:
    """Return landed column → the text that every row has, for the columns that the file does not hold.

    Raises
    ------
    Refused
        When nobody tells a column, two tell it differently, or a side-car tells one that the file holds.
    """

    def refuse(reason: str, column: str, seen: str, expected: str) -> Refused:
        fault = Fault(None, column, shown(seen), expected, "stated")
        return Refused(reason, [fault], contract, layout)

    by_side_car = dict(said.side_car.values) if said.side_car else {}
    held = _held(layout, content)
    asked = {column.column: column for column in _stated_columns(contract, layout)}
    for name, text in by_side_car.items():
        if name in held:
            reason = f"its side-car gives a value for {name!r}, a column that the file itself holds"
            raise refuse(reason, name, text, "no value in the side-car")
        if name not in asked:
            known = ", ".join(sorted(asked.keys() - held)) or "none"
            reason = f"its side-car gives a value for {name!r}, which is not asked for: {known} would be"
            raise refuse(reason, name, text, f"values for: {known}")
    found = {}
    for name, column in asked.items():
        if name in held:
            continue
        if name in by_side_car:
            found[name] = by_side_car[name]
            continue
        told = _told_by_paths(column, said.heard)
        if not told:
            seen = said.leading.name
            raise refuse(
                f"nothing tells {name!r}: {column.how_to_tell}", name, seen, f"a place that tells {name}"
            )
        if len(told) > 1:
            both = _both(told)
            reason = f"its places contradict one another on {name!r}: {both}. {column.how_to_tell}"
            raise refuse(reason, name, both, "one value")
        found[name] = next(iter(told))
    return found


def name_that_dates(contract: Contract, layout: Layout, said: Statement) -> tuple[str, Refused | None]:
    """Return the name that tells the vintage, if one does, and the refusal when another tells another one."""
    told = _vintages_of_paths(contract, said.heard)
    if len(told) < 2:
        return next(iter(told.values()), said.leading.name), None
    both = _both(told)
    fault = Fault(None, None, shown(both), "one vintage in all names of the same content", "vintage")
    reason = f"its places contradict one another on the vintage: {both}"
    return said.leading.name, Refused(reason, [fault], contract, layout)


def contradicted(contract: Contract, layout: Layout, key: str, both: str) -> Refused:
    """Return the refusal of a content of which two side-cars say different things."""
    fault = Fault(None, key, shown(both), "one value in all side-cars of the same content", "side_car")
    return Refused(f"its side-cars contradict one another on {key!r}: {both}", [fault], contract, layout)


def _vintages_of_paths(contract: Contract, heard: Sequence[Heard]) -> dict[Any, str]:
    """Return vintage → the first name that tells it; a text that is no date counts as it stands."""
    told: dict[Any, str] = {}
    if contract.vintage.path is not None:
        for one in heard:
            try:
                day: Any = dated(contract.vintage.path, one.arrival.name)
            except Unreadable as broken:
                day = broken.fault.seen
            if day is not None:
                told.setdefault(day, one.arrival.name)
    return told


def _stated_columns(contract: Contract, layout: Layout) -> list[StatedColumn]:
    return [
        column for column in contract.stated_columns if not column.layouts or layout.name in column.layouts
    ]


def _held(layout: Layout, content: Content) -> set[str]:
    """Return the landed columns that this file feeds: of optional ones, those that its header has."""
    header = {layout.canonical(name) for name in reading.header(content, layout) or ()}
    absent = {landed for name, landed in layout.optional_columns.items() if name not in header}
    return set(layout.fed_columns) - absent


def _told_by_paths(column: StatedColumn, heard: Sequence[Heard]) -> dict[str, str]:
    """Return text → the first name that tells it."""
    told: dict[str, str] = {}
    if column.path_pattern is None:
        return told
    for one in heard:
        for match in re.finditer(column.path_pattern, one.arrival.name):
            text = match.group(1) if match.re.groups else match.group(0)
            if text is not None:
                told.setdefault(column.path_values.get(text.casefold(), text), one.arrival.name)
    return told


def _distinct(said: Sequence[tuple[str, SideCar]], key: Callable[[SideCar], Any]) -> dict[Any, str]:
    """Return value → the first side-car that gives it."""
    told: dict[Any, str] = {}
    for name, side_car in said:
        if (value := key(side_car)) is not None:
            told.setdefault(value, name)
    return told


def _vintage(said: Sequence[tuple[str, SideCar]]) -> tuple[date, str | None]:
    """Return the vintage, and how the side-cars contradict one another on it.

    Who knows no better gives the day of the download: the same content downloaded on two days was there on
    the earlier one, and whoever names a release is believed before both.
    """
    releases = _distinct(said, lambda side_car: None if _is_download_day(side_car) else side_car.vintage)
    if not releases:
        return min(side_car.vintage for _, side_car in said), None
    return min(releases), _both(releases) if len(releases) > 1 else None


def _is_download_day(side_car: SideCar) -> bool:
    return side_car.retrieved_at is not None and side_car.vintage == side_car.retrieved_at.date()


def _precedence(side_car: SideCar) -> tuple[int, datetime, str]:
    strictness = _STRICTEST_FIRST.index(side_car.redistribution)
    return strictness, side_car.retrieved_at or datetime.max, side_car.model_dump_json()


def _both(told: Mapping[Any, str]) -> str:
    parts = sorted((name, _text(value)) for value, name in told.items())
    return " and ".join(f"{name} says {value}" for name, value in parts)


def _text(value: Any) -> str:
    return f"{value.value} of {value.column}" if hasattr(value, "column") else str(value)
