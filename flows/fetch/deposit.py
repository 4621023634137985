"""The way into the landing folder: aside under a hidden name, checked, then renamed beside its side-car.

``<landing>/<source>/<vintage>/<file>``: a later release lands beside an earlier one and never in its place.
What was asked for in several pages becomes visible with its last page; until then its pages wait in
``<landing>/.fetching``, and the same command goes on from them.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import yaml
from filelock import FileLock, Timeout

from flows import durable
from flows.fetch.request import Facts, Request
from flows.fetch.transport import Answer
from flows.landing.files import SIDE_CAR_SUFFIX
from flows.landing.side_car import SideCar, SideCarError, parse_side_car
from flows.lock import LockHeld

ASIDE = ".fetching"
LOCK = ".lock"


@dataclass(frozen=True)
class Kept:
    """A reply that is on the disk, whole: its hash is the one that its side-car states."""

    path: Path
    side_car: SideCar


class Deposit:
    """One source's place in the landing folder.

    Nothing is made on the disk, the folder itself included, before there is a reply to keep.
    """

    def __init__(self, landing: Path, source: str) -> None:
        self._landing = landing
        self._source = source
        self._folder = landing / source
        self._hidden = landing / ASIDE
        self._aside = self._hidden / source
        self._lock: FileLock | None = None

    def close(self) -> None:
        """Take away the hidden folder when nothing waits in it, and let other fetches in."""
        if self._lock is None:
            return
        with suppress(OSError):  # not empty: the same command goes on from what waits
            self._aside.rmdir()
            self._hidden.joinpath(LOCK).unlink()  # held, so nobody else is between its making and its locking
            self._hidden.rmdir()
        self._lock.release()

    def landed(self, request: Request) -> Kept | None:
        """Return the newest reply to this very request that has landed."""
        for path in sorted(self._folder.glob(f"*/{request.file_name}"), reverse=True):
            if kept := _kept(path, request):
                return kept
        return None

    def waiting(self, request: Request) -> Kept | None:
        """Return the reply to this request that an interrupted fetch left aside."""
        return _kept(self._aside / request.file_name, request)

    @contextmanager
    def place(self, request: Request) -> Iterator[Callable[[], Path]]:
        """Offer a hidden file to write a reply into; it is gone afterwards unless it was kept.

        Yields
        ------
        callable
            Makes the folder and returns the file's path; raises LockHeld when another fetch is at work in
            this landing folder.
        """
        part = self._part(request)

        def opened() -> Path:
            self._open()
            return part

        try:
            yield opened
        finally:
            part.unlink(missing_ok=True)

    def keep(
        self, request: Request, answer: Answer, facts: Facts, *, at: datetime, instead_of: Kept | None
    ) -> Kept:
        """Let a checked reply wait aside, its side-car first.

        Parameters
        ----------
        instead_of : Kept or None
            What has landed for this request. Of the same vintage, it is superseded by name; of an earlier
            one, it stays a release of its own.
        """
        path = self._aside / request.file_name
        path.unlink(missing_ok=True)
        origin = _origin(request, answer, facts, at)
        if instead_of and instead_of.side_car.vintage == origin["vintage"]:
            origin["replaces"] = instead_of.side_car.sha256
        side_car = _write_side_car(_side_car_of(path), origin)
        part = self._part(request)
        durable.flush(part)
        os.replace(part, path)
        return Kept(path, side_car)

    def land(self, kept: Kept) -> Path:
        """Make a waiting reply visible to a run, its side-car first, and return where it is."""
        folder = self._folder / kept.side_car.vintage.isoformat()
        folder.mkdir(parents=True, exist_ok=True)
        target = folder / kept.path.name
        os.replace(_side_car_of(kept.path), _side_car_of(target))
        os.replace(kept.path, target)
        durable.flush(folder)
        return target

    def _part(self, request: Request) -> Path:
        return self._aside / f"{request.file_name}.part"

    def _open(self) -> None:
        if self._lock is not None:
            return
        self._aside.mkdir(parents=True, exist_ok=True)
        lock = FileLock(self._hidden / LOCK, timeout=0)
        try:
            lock.acquire()
        except Timeout:
            raise LockHeld(f"another fetch is at work in {self._landing}") from None
        self._lock = lock
        for left in self._aside.glob("*.part"):
            left.unlink()


def _side_car_of(path: Path) -> Path:
    return path.with_name(path.name + SIDE_CAR_SUFFIX)


def _kept(path: Path, request: Request) -> Kept | None:
    try:
        side_car = parse_side_car(_side_car_of(path).read_bytes())
        is_whole = side_car.url == request.url and side_car.sha256 == durable.sha256(path)
    except (OSError, SideCarError):
        return None
    return Kept(path, side_car) if is_whole else None


def _origin(request: Request, answer: Answer, facts: Facts, at: datetime) -> dict[str, Any]:
    said = {
        "publisher": facts.publisher,
        "title": facts.title,
        "url": request.url,
        "vintage": facts.vintage or at.astimezone(UTC).date(),
        "vintage_note": facts.vintage_note,
        "licence": facts.licence,
        "redistribution": facts.redistribution,
        "retrieved_at": at,
        "etag": answer.etag,
        "http_status": answer.status,
        "sha256": answer.sha256,
        "row_count": facts.row_count,
    }
    return {key: value for key, value in said.items() if value is not None}


def _write_side_car(path: Path, origin: dict[str, Any]) -> SideCar:
    content = yaml.safe_dump(origin, sort_keys=False, allow_unicode=True, width=1_000).encode()
    side_car = parse_side_car(content)
    aside = path.with_name(f"{path.name}.part")
    aside.write_bytes(content)
    durable.flush(aside)
    os.replace(aside, path)
    return side_car
