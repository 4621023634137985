"""The work folder: where a run puts what it looks at, and nothing of it stays.

A folder within belongs to the process that holds its lock, an operating-system lock that dies with the
process: what a crash left behind is told from what another command is just using.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from flows.settings import Settings


@contextmanager
def work_folder(settings: Settings) -> Iterator[Path]:
    """Yield an empty folder below ``<home>/work`` for the block; it is removed with all that is in it."""
    is_state_new = not settings.state.exists()
    path, held = _held_folder(settings.work)
    try:
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)
        os.close(held)
        # Others may be at work beside us: only what is empty goes.
        with suppress(OSError):
            settings.work.rmdir()
            if is_state_new:
                settings.state.rmdir()


def clear_work(settings: Settings) -> None:
    """Remove what a crash left behind; folders of commands that are running are left alone."""
    if not settings.work.is_dir():
        return
    for path in settings.work.iterdir():
        held = _lock(path)
        if held is None:
            continue
        shutil.rmtree(path, ignore_errors=True)
        os.close(held)
    with suppress(OSError):
        settings.work.rmdir()


def _held_folder(root: Path) -> tuple[Path, int]:
    while True:
        path = root / uuid.uuid4().hex
        path.mkdir(parents=True)
        held = _lock(path)
        # Between the two lines above a run that begins may have taken it for left behind.
        if held is not None and path.exists():
            return path, held
        if held is not None:
            os.close(held)


def _lock(path: Path) -> int | None:
    """Return an open, locked descriptor of a folder, or None when another process holds it."""
    try:
        descriptor = os.open(path, os.O_RDONLY)
    except OSError:
        return None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        return None
    except OSError:
        pass  # a disk without such locks: only the run itself, which holds the writer's, clears
    return descriptor
