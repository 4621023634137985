"""Where arriving files are kept: the archive, once by content, and the quarantine of what was refused.

Whatever is written here is written aside, flushed to the disk and renamed, so that a crash at any moment
leaves either nothing or all of it.
"""

from __future__ import annotations

import errno
import hashlib
import json
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
from flows.arrivals import Arrival, heard_of, merged, told, utc
from flows.durable import flush, sha256
from flows.landing import SIDE_CAR_SUFFIX
from flows.settings import Settings

FIRST_ARRIVAL = "first_arrival.yml"
ORIGIN = "origin.yml"
ARRIVALS = "arrivals.json"
REASON = "reason.yml"
_UNFINISHED = ".arriving"
_CHUNK = 1 << 20
_LONGEST_NAME = 200


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
    for root in (settings.archive, settings.quarantine):
        shutil.rmtree(root / _UNFINISHED, ignore_errors=True)


def kept_ids(settings: Settings) -> list[str]:
    """Return the sha256 of every file of the archive, sorted."""
    return sorted(folder.name for folder in settings.archive.glob("[0-9a-f][0-9a-f]/*") if folder.is_dir())


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
        further = heard_of(json.loads(read.read_bytes())) if read.exists() else []
        arrivals = tuple(merged([first, *further], sha256))
        return Kept(folder, arrivals, first.name, first_seen, known["stored_as"])
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
    aside = settings.archive / _UNFINISHED / uuid.uuid4().hex
    aside.mkdir(parents=True)
    try:
        copy = aside / "content"
        digest = hashlib.sha256()
        with copy.open("xb") as target:
            for chunk in _chunks(path):
                digest.update(chunk)
                target.write(chunk)
        copy.chmod(0o444)
        if digest.hexdigest() != sha256:
            raise NotCopied("its content changed while it was read: it will be tried again")
        yield copy
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def _chunks(path: Path) -> Iterator[bytes]:
    try:
        with path.open("rb") as source:
            while chunk := source.read(_CHUNK):
                yield chunk
    except OSError as error:
        raise NotCopied(f"cannot be read: {error.strerror}") from None


def keep(settings: Settings, sha256: str, path: Path, arrivals: Sequence[Arrival]) -> Kept:
    """Keep a content in the archive, unaltered and read-only, with its arrivals; what is there stands.

    Parameters
    ----------
    path : Path
        A copy of the content that nobody alters; it is moved.
    arrivals : sequence of Arrival
        The first of them, by time and then by name, becomes the content's first arrival.
    """
    folder = _archive_folder(settings, sha256)
    if not folder.exists():
        arrivals = [arrival for arrival in arrivals if not arrival.problem]
        first = min(arrivals, key=lambda arrival: (arrival.first_seen, arrival.rank))
        stored_as = _stored_as(first.name)
        arrival = {
            "name": first.name,
            "first_seen": _zoned(first.first_seen),
            "sha256": sha256,
            "byte_count": path.stat().st_size,
            "stored_as": stored_as,
        }
        with _written_aside(settings.archive, folder) as aside:
            _move(path, aside / stored_as)
            if first.side_car is not None:
                _write(aside / ORIGIN, first.side_car)
            _write(aside / FIRST_ARRIVAL, _yaml(arrival))
            further = [one for one in arrivals if one != first]
            if further:
                _write(aside / ARRIVALS, _json(further))
    return kept(settings, sha256)


def add_arrivals(known: Kept, arrivals: Sequence[Arrival]) -> None:
    """Remember under which names a content of the archive came, and what is said beside each now."""
    if list(known.arrivals) == list(arrivals):
        return
    further = []
    for arrival in arrivals:
        if arrival.name != known.first_name:
            further.append(arrival)
        elif arrival.side_car is not None:
            _replace(known.folder / ORIGIN, arrival.side_car)
    if further:
        _replace(known.folder / ARRIVALS, _json(further))


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
    flush(path)
    os.replace(path, known.path)
    flush(folder)


def quarantine(
    settings: Settings, sha256: str, reason: dict[str, Any], arrivals: Sequence[Arrival], *, source: Path
) -> None:
    """Put a refused file aside with the reason.

    Parameters
    ----------
    reason : dict
        What ``reason.yml`` says; replaces what an earlier refusal said.
    source : Path
        A copy of the content that nobody alters: one of the archive is linked, any other is moved.
    """
    folder = settings.quarantine / sha256
    if folder.exists():
        _replace(folder / ARRIVALS, _json(arrivals))
        _replace(folder / REASON, _yaml(reason))
        return
    with _written_aside(settings.quarantine, folder) as aside:
        target = aside / _stored_as(reason["file_name"])
        if source.is_relative_to(settings.archive) and _UNFINISHED not in source.parts:
            os.link(source, target)
        else:
            _move(source, target)
        _write(aside / ARRIVALS, _json(arrivals))
        _write(aside / REASON, _yaml(reason))


def quarantined(settings: Settings, sha256: str) -> dict[str, Any] | None:
    """Return what is known of an earlier refusal of the same content, or None."""
    try:
        known = load_yaml((settings.quarantine / sha256 / REASON).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return known if isinstance(known, dict) else None


def quarantined_arrivals(settings: Settings, sha256: str) -> list[Arrival]:
    """Return under which names a refused content came; none when that is lost."""
    try:
        return heard_of(json.loads((settings.quarantine / sha256 / ARRIVALS).read_bytes()))
    except (OSError, ValueError, KeyError, TypeError):
        return []


def note_arrivals(settings: Settings, sha256: str, arrivals: Sequence[Arrival]) -> None:
    """Remember under which names a refused content came."""
    _replace(settings.quarantine / sha256 / ARRIVALS, _json(arrivals))


def release_from_quarantine(settings: Settings, sha256: str) -> None:
    """Remove a file from the quarantine, because its content has been loaded."""
    shutil.rmtree(settings.quarantine / sha256, ignore_errors=True)


def is_sound(path: Path, digest: str) -> bool:
    """Tell whether a file of the archive is still the content with that hash."""
    return path.is_file() and sha256(path) == digest


def _archive_folder(settings: Settings, sha256: str) -> Path:
    return settings.archive / sha256[:2] / sha256


def _stored_as(name: str) -> str:
    """Return the original name, unless it is one of our own or no text that every system can store."""
    last = name.rpartition("/")[2]
    is_taken = last.lower() in (FIRST_ARRIVAL, ORIGIN, ARRIVALS, REASON)
    is_odd = not last or "\\" in last or last.startswith(".") or len(last.encode()) > _LONGEST_NAME
    return "content" if is_taken or is_odd else last


def _move(source: Path, target: Path) -> None:
    flush(source)
    try:
        os.rename(source, target)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        shutil.copyfile(source, target)
        flush(target)
        target.chmod(0o444)


@contextmanager
def _written_aside(root: Path, folder: Path) -> Iterator[Path]:
    """Yield a folder to be filled; it becomes ``folder`` by one rename, or vanishes when the block raises."""
    aside = root / _UNFINISHED / uuid.uuid4().hex
    aside.mkdir(parents=True)
    try:
        yield aside
        flush(aside)
        folder.parent.mkdir(parents=True, exist_ok=True)
        os.rename(aside, folder)
        flush(folder.parent)
    except BaseException:
        shutil.rmtree(aside, ignore_errors=True)
        raise


def _write(path: Path, content: bytes) -> None:
    with path.open("xb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())
    path.chmod(0o444)


def _replace(path: Path, content: bytes) -> None:
    aside = path.with_name(f".{path.name}.{uuid.uuid4().hex}")
    _write(aside, content)
    os.replace(aside, path)
    flush(path.parent)


def _yaml(said: dict[str, Any]) -> bytes:
    return yaml.safe_dump(said, sort_keys=False, allow_unicode=True, width=110).encode()


def _json(arrivals: Sequence[Arrival]) -> bytes:
    return json.dumps(told(arrivals), indent=1).encode()


def _zoned(time: datetime) -> str:
    return time.replace(tzinfo=UTC).isoformat()
