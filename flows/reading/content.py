"""A file's content where it lies, and what has been found out about it."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

HEAD_BYTES = 1 << 20
"""How much of a file is looked at to recognise it; a text's header must end within."""

_Found = TypeVar("_Found")


class Content:
    """The bytes of one plain file, which nobody alters while they are read.

    Parameters
    ----------
    path : Path
        Where they lie.
    sha256 : str
        Their hash in hexadecimal digits.
    """

    def __init__(self, path: Path, sha256: str) -> None:
        self.path = path
        self.sha256 = sha256
        self._known: dict[Hashable, Any] = {}

    @cached_property
    def byte_count(self) -> int:
        """Size in bytes."""
        return self.path.stat().st_size

    @cached_property
    def head(self) -> bytes:
        """The first ``HEAD_BYTES``."""
        with self.path.open("rb") as stream:
            return stream.read(HEAD_BYTES)

    @property
    def is_head_whole(self) -> bool:
        """The file ends within its head."""
        return self.byte_count <= HEAD_BYTES

    def once(self, key: Hashable, find: Callable[[], _Found]) -> _Found:
        """Return what ``find`` returns, found once per key: layouts of one family share what they look at."""
        if key not in self._known:
            self._known[key] = find()
        return self._known[key]
