"""One writer: an operating-system lock, whose text only names the holder."""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from filelock import FileLock, Timeout

from flows.settings import Settings


class LockHeld(Exception):
    """Another run holds the lock; the message names it."""


@contextmanager
def only_writer(settings: Settings) -> Iterator[None]:
    """Hold the state directory's lock for the block; entering twice within one process is allowed.

    The lock dies with the process that holds it, so no stale lock can stand in the way.

    Raises
    ------
    LockHeld
        At once, when another process holds it.
    """
    settings.state.mkdir(parents=True, exist_ok=True)
    lock = FileLock(settings.state / ".lock", timeout=0, thread_local=False, is_singleton=True)
    holder = settings.state / ".lock.holder"
    try:
        lock.acquire()
    except Timeout:
        raise LockHeld(f"another run holds {settings.state}: {_who(holder)}") from None
    try:
        text = {"pid": os.getpid(), "host": socket.gethostname(), "since": datetime.now(UTC).isoformat()}
        holder.write_text(json.dumps(text), encoding="utf-8")
        yield
    finally:
        lock.release()


def _who(holder) -> str:
    try:
        found = json.loads(holder.read_text(encoding="utf-8"))
        return f"process {found['pid']} on {found['host']} since {found['since']}"
    except (OSError, ValueError, KeyError):
        return "it has not said who it is"
