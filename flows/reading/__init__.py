"""Readers: from a file's bytes to text columns bound by name, with the line of every record; nothing is cast.

One module per family of layouts. A reader has two functions, ``header(head, is_whole, layout)`` and
``read(content, layout)``; a new family is a module here, its name in :class:`expectations.contract.Layout`
and an entry in ``READERS``.
"""

from __future__ import annotations

from types import MappingProxyType

from expectations.contract import Layout
from flows.reading import long_csv, wide_csv
from flows.reading.result import Fault, Reading, Unreadable

__all__ = ["HEAD_BYTES", "READERS", "VERSION", "Fault", "Reading", "Unreadable", "header", "kind", "read"]

VERSION = 1
"""To be raised when a reader or the loading gives other rows for the same bytes: every file is read anew."""

HEAD_BYTES = 1 << 20
"""How much of a file is looked at to recognise it; the header must end within."""

READERS = MappingProxyType({"long_csv": long_csv, "wide_csv": wide_csv})

_SIGNATURES = (
    (b"PK\x03\x04", "a zip archive or a workbook"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"\xd0\xcf\x11\xe0", "an old workbook"),
    (b"%PDF", "a PDF document"),
    (b"PAR1", "a Parquet file"),
)


def header(head: bytes, is_whole: bool, layout: Layout) -> tuple[str, ...] | None:
    """Return the header's names as the layout's reader finds them, or None when it finds none.

    Parameters
    ----------
    head : bytes
        The first ``HEAD_BYTES`` of the file.
    is_whole : bool
        The file ends there.
    """
    return READERS[layout.reader].header(head, is_whole, layout)


def read(content: bytes, layout: Layout) -> Reading:
    """Return the file's cells as text.

    Raises
    ------
    Unreadable
        When the file as a whole is not what the layout says.
    """
    return READERS[layout.reader].read(content, layout)


def kind(head: bytes) -> str | None:
    """Return in words what a file that is no text seems to be, or None."""
    if not head:
        return "an empty file"
    return next((words for start, words in _SIGNATURES if head.startswith(start)), None)
