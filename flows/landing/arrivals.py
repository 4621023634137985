"""Arrivals: every name under which one content came, and what was said beside each.

What becomes of a content follows from all of its arrivals together, never from which of them came first.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import lru_cache

from flows.landing.side_car import SideCar, SideCarError, parse_side_car


@dataclass(frozen=True)
class Arrival:
    """One name under which a content arrived.

    Attributes
    ----------
    name : str
        Below the landing folder; ``<archive>!/<member>`` for a member.
    first_seen : datetime
        When it first came under this name, UTC without zone.
    side_car : bytes or None
        What the side-car says that holds for it.
    side_car_name : str or None
        How that side-car is called.
    container_id : str or None
        Sha256 of the archive that it came in.
    sibling_count : int
        How many files the side-car holds for besides this one: those of the same archive.
    is_side_car_of_container : bool
        The side-car stands beside the archive, and speaks of its sha256.
    problem : str or None
        Why nothing can be said of it under this name, such as a side-car that is no file.
    """

    name: str
    first_seen: datetime
    side_car: bytes | None = None
    side_car_name: str | None = None
    container_id: str | None = None
    sibling_count: int = 0
    is_side_car_of_container: bool = False
    problem: str | None = None

    @property
    def rank(self) -> tuple[bool, str]:
        """Order of names: of several, the first one is the content's; plain files before members."""
        return self.container_id is not None, self.name


@dataclass(frozen=True)
class Heard:
    """An arrival, and its side-car as understood; or why it is not."""

    arrival: Arrival
    side_car: SideCar | None = None
    fault: str | None = None


@lru_cache(maxsize=4096)
def hear(arrival: Arrival, sha256: str) -> Heard:
    """Read what is said beside an arrival of the content with the given hash."""
    if arrival.problem:
        return Heard(arrival, fault=arrival.problem)
    if arrival.side_car is None:
        return Heard(arrival)
    described = arrival.container_id if arrival.is_side_car_of_container else sha256
    try:
        said = parse_side_car(arrival.side_car)
        if said.sha256 is not None and said.sha256 != described:
            raise SideCarError(f"key 'sha256': seen {said.sha256}, expected {described}, the file's own")
        if said.replaces is not None and said.replaces in (sha256, arrival.container_id):
            raise SideCarError(f"key 'replaces': seen {said.replaces}, expected another file than this one")
        if arrival.sibling_count:
            for key in ("row_count", "control_total"):
                if getattr(said, key) is not None:
                    files = arrival.sibling_count + 1
                    raise SideCarError(f"key {key!r}: the archive holds {files} files: put it beside each")
    except SideCarError as error:
        return Heard(arrival, fault=f"its side-car {arrival.side_car_name}: {error}")
    if said.sha256 is not None:
        said = said.model_copy(update={"sha256": sha256})
    return Heard(arrival, said)


def merged(arrivals: Iterable[Arrival], sha256: str) -> list[Arrival]:
    """Return one arrival per name, in order of names; later ones of the list correct earlier ones.

    A correction that is not understood, or says nothing, does not take the place of what was said before.
    """
    found: dict[str, Arrival] = {}
    for arrival in arrivals:
        known = found.get(arrival.name)
        if known is None:
            found[arrival.name] = arrival
            continue
        says_nothing = arrival.side_car is None and not arrival.problem
        keeps = says_nothing or (hear(arrival, sha256).fault and not hear(known, sha256).fault)
        first_seen = min(known.first_seen, arrival.first_seen)
        found[arrival.name] = replace(known if keeps else arrival, first_seen=first_seen)
    return sorted(found.values(), key=lambda arrival: arrival.rank)


def told(arrivals: Sequence[Arrival]) -> bytes:
    """Return arrivals as a JSON text; those with a problem are not told."""
    values = [
        {
            "name": arrival.name,
            "first_seen": arrival.first_seen.replace(tzinfo=UTC).isoformat(),
            "side_car": arrival.side_car.decode("utf-8", "surrogateescape")
            if arrival.side_car is not None
            else None,
            "side_car_name": arrival.side_car_name,
            "container_id": arrival.container_id,
            "sibling_count": arrival.sibling_count,
            "is_side_car_of_container": arrival.is_side_car_of_container,
        }
        for arrival in arrivals
        if not arrival.problem
    ]
    return json.dumps(values, indent=1).encode()


def heard_of(text: bytes) -> list[Arrival]:
    """Return the arrivals that `told` gave.

    Raises
    ------
    ValueError, KeyError, TypeError
        When the text is no such one.
    """
    return [
        Arrival(
            name=str(one["name"]),
            first_seen=utc(one["first_seen"]),
            side_car=None if one["side_car"] is None else one["side_car"].encode("utf-8", "surrogateescape"),
            side_car_name=one["side_car_name"],
            container_id=one["container_id"],
            sibling_count=int(one["sibling_count"]),
            is_side_car_of_container=bool(one["is_side_car_of_container"]),
        )
        for one in json.loads(text)
    ]


def utc(text: str) -> datetime:
    """Return a time that was written with its zone, as UTC without zone."""
    return datetime.fromisoformat(text).astimezone(UTC).replace(tzinfo=None)
