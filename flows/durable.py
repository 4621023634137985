"""Files that survive a crash, and the hash by which a file is known. Standard library only."""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from io import RawIOBase
from pathlib import Path

UNFINISHED = ".arriving"
"""Folder of what is half written; what a crash leaves there is worth nothing."""

PIECE_BYTES = 1 << 20


def flush(path: Path) -> None:
    """Have the operating system put a file's content, or a folder's entries, on the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sha256(path: Path) -> str:
    """Return the sha256 of a file's content in hexadecimal digits."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def copied(source: Path, target: Path) -> str:
    """Copy a file's content into a new, read-only file; return the sha256 of what was copied."""
    digest = hashlib.sha256()
    with source.open("rb", buffering=0) as reading, target.open("xb", buffering=0) as writing:
        while piece := reading.read(PIECE_BYTES):
            digest.update(piece)
            _write_all(writing, piece)
    target.chmod(0o444)
    return digest.hexdigest()


def _write_all(stream: RawIOBase, content: bytes) -> None:
    rest = memoryview(content)
    while rest:
        rest = rest[stream.write(rest) :]


def write(path: Path, content: bytes) -> None:
    """Write a new, read-only file and have it put on the disk."""
    with path.open("xb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())
    path.chmod(0o444)


def replace(path: Path, content: bytes) -> None:
    """Put a new content in the place of a file's, by one rename."""
    aside = path.with_name(f".{path.name}.{uuid.uuid4().hex}")
    write(aside, content)
    os.replace(aside, path)
    flush(path.parent)


def move(source: Path, target: Path) -> None:
    """Move a file, put on the disk, also to another disk."""
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
def written_aside(root: Path, folder: Path) -> Iterator[Path]:
    """Yield a folder to be filled; it becomes ``folder`` by one rename, or vanishes when the block raises."""
    aside = root / UNFINISHED / uuid.uuid4().hex
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
