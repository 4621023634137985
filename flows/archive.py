"""Where arriving files are kept: the archive, once by content, and the quarantine of what was refused.

Whatever is written here is written aside, flushed to the disk and renamed, so that a crash at any moment
leaves either nothing or all of it.
"""

from __future__ import annotations

import os
import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import yaml

from expectations.strict_yaml import load_yaml
from flows.durable import flush, sha256
from flows.landing import LandedFile
from flows.settings import Settings

FIRST_ARRIVAL = "first_arrival.yml"
ORIGIN = "origin.yml"
REASON = "reason.yml"
_UNFINISHED = ".arriving"


class ArchiveDamaged(Exception):
    """An entry of the archive is not what it was when it was written."""


@dataclass(frozen=True)
class Kept:
    """One file of the archive.

    Attributes
    ----------
    folder : Path
        ``archive/<first two digits>/<sha256>``.
    name : str
        Name under which the content first arrived, below the landing folder.
    first_seen : datetime
        When it first arrived, UTC without zone.
    """

    folder: Path
    name: str
    first_seen: datetime
    stored_as: str

    @property
    def path(self) -> Path:
        """The content."""
        return self.folder / self.stored_as

    @property
    def side_car(self) -> Path | None:
        """Copy of the side-car that came with it, if one did."""
        path = self.folder / ORIGIN
        return path if path.exists() else None

    @property
    def side_car_sha256(self) -> str | None:
        """Hash of that copy."""
        return sha256(self.side_car) if self.side_car else None


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
    try:
        known = load_yaml((folder / FIRST_ARRIVAL).read_text(encoding="utf-8"))
        first_seen = datetime.fromisoformat(known["first_seen"]).astimezone(UTC).replace(tzinfo=None)
        return Kept(folder, known["name"], first_seen, known["stored_as"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ArchiveDamaged(f"{folder / FIRST_ARRIVAL} cannot be read: {error}") from None


def keep(
    settings: Settings, file: LandedFile, content: bytes, side_car: bytes | None, first_seen: datetime
) -> Kept:
    """Keep a file's content in the archive, unaltered and read-only, with its first arrival.

    Parameters
    ----------
    content : bytes
        What was read from ``file``; its sha256 is the file's.
    first_seen : datetime
        When it first arrived, UTC without zone.
    """
    folder = _archive_folder(settings, file.file_id)
    stored_as = _stored_as(file)
    if not folder.exists():
        arrival = {
            "name": file.name,
            "first_seen": first_seen.replace(tzinfo=UTC).isoformat(),
            "sha256": file.file_id,
            "byte_count": len(content),
            "stored_as": stored_as,
        }
        with _written_aside(settings.archive, folder) as aside:
            _write(aside / stored_as, content)
            if side_car is not None:
                _write(aside / ORIGIN, side_car)
            _write(aside / FIRST_ARRIVAL, _yaml(arrival))
    return kept(settings, file.file_id)


def replace_side_car(entry: Kept, side_car: bytes) -> None:
    """Put a corrected side-car in the place of the one that first came with the file."""
    _replace(entry.folder / ORIGIN, side_car)


def quarantine(settings: Settings, file: LandedFile, reason: dict[str, Any], *, source: Path) -> None:
    """Put a refused file aside with the reason.

    Parameters
    ----------
    reason : dict
        What ``reason.yml`` says; replaces what an earlier refusal said.
    source : Path
        Where the content is read from; a file of the archive is linked, any other is copied.
    """
    folder = settings.quarantine / file.file_id
    if folder.exists():
        _replace(folder / REASON, _yaml(reason))
        return
    with _written_aside(settings.quarantine, folder) as aside:
        target = aside / _stored_as(file)
        if source.is_relative_to(settings.archive):
            os.link(source, target)
        else:
            shutil.copyfile(source, target)
            flush(target)
            target.chmod(0o444)
        if file.side_car is not None:
            _write(aside / ORIGIN, file.side_car.read_bytes())
        _write(aside / REASON, _yaml(reason))


def quarantined(settings: Settings, sha256: str) -> dict[str, Any] | None:
    """Return what is known of an earlier refusal of the same content, or None."""
    try:
        known = load_yaml((settings.quarantine / sha256 / REASON).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return known if isinstance(known, dict) else None


def release_from_quarantine(settings: Settings, sha256: str) -> None:
    """Remove a file from the quarantine, because its content has been loaded."""
    shutil.rmtree(settings.quarantine / sha256, ignore_errors=True)


def _archive_folder(settings: Settings, sha256: str) -> Path:
    return settings.archive / sha256[:2] / sha256


def _stored_as(file: LandedFile) -> str:
    """Return the original name, unless it is one of our own or no text that every system can store."""
    name = file.path.name
    is_taken = name.lower() in (FIRST_ARRIVAL, ORIGIN, REASON)
    return "content" if is_taken or Path(file.name).name != name else name


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
