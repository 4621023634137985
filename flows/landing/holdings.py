"""What lies in the landing folder and what is kept: every content with all names under which it came."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from flows.landing.arrivals import Arrival, merged
from flows.landing.containers import Member
from flows.landing.files import SIDE_CAR_SUFFIX, LandedFile
from flows.landing.side_car import LONGEST


class Holdings:
    """Contents by their hash.

    Parameters
    ----------
    files : iterable of LandedFile
        What lies in the landing folder.
    now : datetime
        When it arrived, unless it is known to have arrived before.
    kept : callable
        Returns the arrivals of a content that archive or quarantine remember.
    """

    def __init__(
        self, files: Iterable[LandedFile], now: datetime, kept: Callable[[str], Sequence[Arrival]]
    ) -> None:
        self._kept = kept
        self._landed: dict[str, list[Arrival]] = {}
        self._members: dict[str, tuple[Member, ...]] = {}
        self._holders: dict[str, list[str]] = {}
        self._known: dict[str, list[Arrival]] = {}
        for file in files:
            self._landed.setdefault(file.file_id, []).append(_arrival(file, now))

    def opened(self, container_id: str, members: Sequence[Member]) -> None:
        """Take up what an archive holds."""
        self._members[container_id] = tuple(replace(member, path=None) for member in members)
        for member in members:
            holders = self._holders.setdefault(member.sha256, [])
            if container_id not in holders:
                holders.append(container_id)
        self.altered()

    def altered(self) -> None:
        """Forget what was found out: archive or quarantine know something else now."""
        self._known.clear()

    def members(self, container_id: str) -> tuple[Member, ...] | None:
        """Return what an archive holds; None for what is no archive, or was not opened yet."""
        return self._members.get(container_id)

    def landed(self, file_id: str) -> list[Arrival]:
        """Return the names under which a content lies in the landing folder, within archives too."""
        return [*self._landed.get(file_id, ()), *self._as_member(file_id, self.landed)]

    def is_landed(self, file_id: str) -> bool:
        """Tell whether a content lies in the landing folder, within archives too."""
        return file_id in self._landed or any(map(self.is_landed, self._holders.get(file_id, ())))

    def containers(self, file_id: str) -> list[str]:
        """Return the archives that hold a content."""
        return list(self._holders.get(file_id, ()))

    def arrivals(self, file_id: str) -> list[Arrival]:
        """Return every name under which a content ever came, in order of names."""
        if file_id not in self._known:
            as_member = self._as_member(file_id, self.arrivals)
            told = [*self._kept(file_id), *as_member, *self._landed.get(file_id, ())]
            self._known[file_id] = merged(told, file_id)
        return self._known[file_id]

    def came_as(self, file_id: str) -> frozenset[str]:
        """Return as what a content came: its own hash for a plain file, else those of the archives."""
        return frozenset(arrival.container_id or file_id for arrival in self.arrivals(file_id))

    def _as_member(self, file_id: str, arrivals: Callable[[str], Sequence[Arrival]]) -> list[Arrival]:
        found = []
        for container_id in self._holders.get(file_id, ()):
            members = self._members[container_id]
            siblings = sum(member.problem is None for member in members) - 1
            for member in members:
                if member.sha256 == file_id:
                    found += [
                        _within(container, container_id, member, siblings)
                        for container in arrivals(container_id)
                    ]
        return found


def digest(arrivals: Iterable[Arrival]) -> str:
    """Return a digest of names and what stands beside them; when they came does not enter."""
    told = [
        (one.name, one.side_car, one.side_car_name, one.container_id, one.sibling_count, one.problem)
        for one in arrivals
    ]
    return hashlib.sha256(repr(told).encode()).hexdigest()


def _arrival(file: LandedFile, now: datetime) -> Arrival:
    side_car, problem = None, file.problem
    if file.side_car is not None:
        try:
            with file.side_car.open("rb") as stream:
                side_car = stream.read(LONGEST + 1)
        except OSError as error:
            problem = problem or f"its side-car cannot be read: {error.strerror}"
    return Arrival(file.name, now, side_car, f"{file.name}{SIDE_CAR_SUFFIX}", problem=problem)


def _within(container: Arrival, container_id: str, member: Member, siblings: int) -> Arrival:
    name = member.name_in(container.name)
    problem = container.problem or member.problem
    if member.side_car is not None:
        own = Arrival(name, container.first_seen, member.side_car, f"{name}{SIDE_CAR_SUFFIX}", container_id)
        return replace(own, problem=problem)
    return replace(
        container,
        name=name,
        problem=problem,
        container_id=container_id,
        sibling_count=siblings,
        is_side_car_of_container=True,
    )
