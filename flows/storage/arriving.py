"""Copies of landed files made while they are hashed: what is kept is what was hashed, and read once."""

from __future__ import annotations

import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple, Self

from flows import durable
from flows.settings import Settings
from flows.storage import archive


class _Copied(NamedTuple):
    source: Path
    clocks: tuple[int, ...]
    copy: Path


class Arriving:
    """Contents that are new here, each copied once; what is not taken is gone with the block."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._folder = settings.archive / durable.UNFINISHED / uuid.uuid4().hex
        self._copied: dict[str, _Copied] = {}

    def __enter__(self) -> Self:
        """Begin; nothing is written before the first file."""
        return self

    def __exit__(self, *_: object) -> None:
        """Remove what nobody has taken."""
        shutil.rmtree(self._folder, ignore_errors=True)

    def hash_of(self, path: Path) -> str:
        """Return the sha256 of a landed file, and keep a copy of it unless the content is here already.

        Raises
        ------
        OSError
            When it cannot be read. That there is no room for the copy is told when the file is taken.
        """
        clocks, copy = _clocks(path), self._folder / uuid.uuid4().hex
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            sha256 = durable.copied(path, copy)
        except OSError:
            copy.unlink(missing_ok=True)
            return durable.sha256(path)
        if sha256 in self._copied or archive.has(self._settings, sha256):
            copy.unlink()
        else:
            self._copied[sha256] = _Copied(path, clocks, copy)
        return sha256

    @contextmanager
    def copy_of(self, path: Path, sha256: str) -> Iterator[Path]:
        """Yield a copy of a landed file that nobody alters, for the block; it may be moved away within.

        Raises
        ------
        NotCopied
            When the file cannot be read, or was altered since it was hashed: somebody is still writing it.
        """
        known = self._copied.get(sha256)
        if known is None or known.source != path:
            with archive.stable_copy(self._settings, path, sha256) as copy:
                yield copy
            return
        del self._copied[sha256]
        try:
            if _is_altered(known):
                raise archive.NotCopied(archive.ALTERED)
            yield known.copy
        finally:
            known.copy.unlink(missing_ok=True)


def _is_altered(known: _Copied) -> bool:
    try:
        return _clocks(known.source) != known.clocks
    except OSError as error:
        raise archive.NotCopied(f"cannot be read: {error.strerror}") from None


def _clocks(path: Path) -> tuple[int, ...]:
    found = path.stat()
    return found.st_size, found.st_mtime_ns, found.st_ino
