"""The archive: every file that ever arrived, once by content, with all names under which it came.

Whatever is written here is written aside, flushed to the disk and renamed, so that a crash at any moment
leaves either nothing or all of it.
"""

from __future__ import annotations

import os
import shutil
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import yaml

from expectations.strict_yaml import load_yaml
from flows import durable
from flows.landing.arrivals import Arrival, heard_of, merged, told, utc
from flows.landing.files import SIDE_CAR_SUFFIX
from flows.settings import Settings

FIRST_ARRIVAL = "first_arrival.yml"
ORIGIN = "origin.yml"
ARRIVALS = "arrivals.json"
LONGEST_NAME = 200
ALTERED = "its content changed while it was read: it will be tried again"


class ArchiveDamaged(Exception):
    """An entry of the archive is not what it was when it was written."""


class NotCopied(Exception):
    """A landed file that cannot be had as it was found: the message says why; it is tried again."""


@dataclass(frozen=True)
class Kept:
    """One file of the archive.

    Attributes
    ----------
    folder : Path
        ``archive/<first two digits>/<sha256>``.
    arrivals : tuple of Arrival
        Every name under which the content arrived, in order of names.
    first_name : str
        Under which it arrived first.
    first_seen : datetime
        When it first arrived, UTC without zone.
    """

    folder: Path
    arrivals: tuple[Arrival, ...]
    first_name: str
    first_seen: datetime
    stored_as: str

    @property
    def path(self) -> Path:
        """The content."""
        return self.folder / self.stored_as


def clear_unfinished(settings: Settings) -> None:
    """Remove what a crash left half written."""
    shutil.rmtree(settings.archive / durable.UNFINISHED, ignore_errors=True)


def kept_ids(settings: Settings) -> list[str]:
    """Return the sha256 of every file of the archive, sorted."""
    return sorted(folder.name for folder in settings.archive.glob("[0-9a-f][0-9a-f]/*") if folder.is_dir())


def has(settings: Settings, sha256: str) -> bool:
    """Tell whether the archive has an entry for a content."""
    return _archive_folder(settings, sha256).is_dir()


def kept(settings: Settings, sha256: str) -> Kept:
    """Return an entry of the archive.

    Raises
    ------
    ArchiveDamaged
        When what is known about its arrival cannot be read.
    """
    folder = _archive_folder(settings, sha256)
    read = folder / FIRST_ARRIVAL
    try:
        known = load_yaml(read.read_text(encoding="utf-8"))
        first_seen = utc(known["first_seen"])
        read = folder / ORIGIN
        side_car = read.read_bytes() if read.exists() else None
        first = Arrival(known["name"], first_seen, side_car, f"{known['name']}{SIDE_CAR_SUFFIX}")
        read = folder / ARRIVALS
        further = heard_of(read.read_bytes()) if read.exists() else []
        if first.name in {arrival.name for arrival in further}:
            arrivals = merged(further, sha256)
        else:
            arrivals = merged([first, *further], sha256)
        return Kept(folder, tuple(arrivals), first.name, first_seen, known["stored_as"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ArchiveDamaged(f"{read} cannot be read: {error}") from None


@contextmanager
def stable_copy(settings: Settings, path: Path, sha256: str) -> Iterator[Path]:
    """Yield a copy of a landed file that nobody alters, for the block; it may be moved away within.

    Raises
    ------
    NotCopied
        When it cannot be read, or is not the content with that hash any more: somebody is writing it.
    """
    aside = settings.archive / durable.UNFINISHED / uuid.uuid4().hex
    aside.mkdir(parents=True)
    try:
        copy = aside / "content"
        try:
            digest = durable.copied(path, copy)
        except OSError as error:
            raise NotCopied(f"cannot be read: {error.strerror}") from None
        if digest != sha256:
            raise NotCopied(ALTERED)
        yield copy
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def keep(settings: Settings, sha256: str, path: Path, arrivals: Sequence[Arrival]) -> Kept:
    """Keep a content in the archive, unaltered and read-only, with its arrivals; what is there stands.

    Parameters
    ----------
    path : Path
        A copy of the content that nobody alters; it is moved.
    arrivals : sequence of Arrival
        At least one. The first of them, by time and then by name, becomes the content's first arrival.
    """
    folder = _archive_folder(settings, sha256)
    if not folder.exists():
        first = min(arrivals, key=lambda arrival: (arrival.first_seen, arrival.rank))
        stored_as = storable(first.name, (FIRST_ARRIVAL, ORIGIN, ARRIVALS))
        arrival = {
            "name": first.name,
            "first_seen": _zoned(first.first_seen),
            "sha256": sha256,
            "byte_count": path.stat().st_size,
            "stored_as": stored_as,
        }
        with durable.written_aside(settings.archive, folder) as aside:
            durable.move(path, aside / stored_as)
            durable.write(aside / FIRST_ARRIVAL, as_yaml(arrival))
            side_car, further = _apart(arrivals, first.name)
            if side_car is not None:
                durable.write(aside / ORIGIN, side_car)
            if further:
                durable.write(aside / ARRIVALS, told(further))
    return kept(settings, sha256)


def add_arrivals(known: Kept, arrivals: Sequence[Arrival]) -> None:
    """Remember under which names a content of the archive came, and what is said beside each now."""
    if list(known.arrivals) == list(arrivals):
        return
    side_car, further = _apart(arrivals, known.first_name)
    if side_car is not None:
        durable.replace(known.folder / ORIGIN, side_car)
    if further:
        durable.replace(known.folder / ARRIVALS, told(further))


def heal(settings: Settings, sha256: str, path: Path, arrivals: Sequence[Arrival]) -> None:
    """Put a sound copy in the place of a damaged entry, file by file; what is still readable stands.

    Parameters
    ----------
    path : Path
        A copy of the content that nobody alters; it is moved.
    """
    folder = _archive_folder(settings, sha256)
    try:
        known = kept(settings, sha256)
    except ArchiveDamaged:
        shutil.rmtree(folder)
        keep(settings, sha256, path, arrivals)
        return
    durable.flush(path)
    os.replace(path, known.path)
    durable.flush(folder)


def is_sound(path: Path, digest: str) -> bool:
    """Tell whether a file of the archive is still the content with that hash."""
    return path.is_file() and durable.sha256(path) == digest


def storable(name: str, taken: Sequence[str]) -> str:
    """Return the last part of a name, unless it is taken or no text that every system can store."""
    last = name.rpartition("/")[2]
    is_odd = not last or "\\" in last or last.startswith(".") or len(last.encode()) > LONGEST_NAME
    return "content" if is_odd or last.lower() in taken else last


def as_yaml(said: dict[str, Any]) -> bytes:
    """Return keys and values as a YAML text."""
    return yaml.safe_dump(said, sort_keys=False, allow_unicode=True, width=110).encode()


def _apart(arrivals: Sequence[Arrival], first_name: str) -> tuple[bytes | None, list[Arrival]]:
    """Return the side-car of the first name, and the arrivals that take more than that to be remembered."""
    first = [one for one in arrivals if one.name == first_name and one.container_id is None]
    return first[0].side_car if first else None, [one for one in arrivals if one not in first]


def _archive_folder(settings: Settings, sha256: str) -> Path:
    return settings.archive / sha256[:2] / sha256


def _zoned(time: datetime) -> str:
    return time.replace(tzinfo=UTC).isoformat()
