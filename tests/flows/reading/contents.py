"""Bytes of a test as the content of a file, for readers take a content by its path."""

from __future__ import annotations

import hashlib
from pathlib import Path
from tempfile import TemporaryDirectory

from flows.reading import Content

_FOLDER = TemporaryDirectory(prefix="contents")
"""Gone when the tests end."""


def content(data: bytes | str) -> Content:
    """Return a content that holds the data."""
    data = data if isinstance(data, bytes) else data.encode()
    sha256 = hashlib.sha256(data).hexdigest()
    path = Path(_FOLDER.name, sha256)
    if not path.exists():
        path.write_bytes(data)
    return Content(path, sha256)
