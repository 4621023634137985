"""Readers: from a file's content to text columns bound by name, with every record's line; nothing is cast.

One module per family of layouts, imported when a file needs it. A reader has two functions,
``header(content, layout)`` and ``read(content, layout)``; a new family is a module here, a model in
:mod:`expectations.layout` whose ``reader`` names it, and an entry in ``READERS``.
"""

from __future__ import annotations

from importlib import import_module
from types import MappingProxyType

from expectations.layout import Layout
from flows.reading.content import HEAD_BYTES, Content
from flows.reading.left_out import without_left_out
from flows.reading.page import html_page
from flows.reading.result import Fault, Reading, Unreadable

__all__ = [
    "HEAD_BYTES",
    "READERS",
    "VERSION",
    "Content",
    "Fault",
    "Reading",
    "Unreadable",
    "header",
    "kind",
    "read",
]

VERSION = 3
"""To be raised when a reader or the loading gives other rows for the same bytes: every file is read anew."""

READERS = MappingProxyType(
    {
        "long_csv": "flows.reading.long_csv",
        "wide_csv": "flows.reading.wide_csv",
        "json": "flows.reading.json_records",
        "workbook": "flows.reading.workbook",
        "stata": "flows.reading.stata",
        "html_table": "flows.reading.html_table",
    }
)

_SIGNATURES = (
    (b"PK\x03\x04", "a zip archive"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"<stata_dta>", "a Stata data file"),
    (b"%PDF", "a PDF document"),
    (b"PAR1", "a Parquet file"),
)


def header(content: Content, layout: Layout) -> tuple[str, ...] | None:
    """Return the names that the layout's reader finds, or None when the content is none of its family.

    A reader looks no further than it must: recognition asks every layout.
    """
    return import_module(READERS[layout.reader]).header(content, layout)


def read(content: Content, layout: Layout) -> Reading:
    """Return the file's cells as text, without the rows that the layout leaves out.

    Raises
    ------
    Unreadable
        When the file as a whole is not what the layout says.
    """
    return without_left_out(import_module(READERS[layout.reader]).read(content, layout), layout)


def kind(content: Content) -> str | None:
    """Return in words what a file that is no text seems to be, or None."""
    if not content.head:
        return "an empty file"
    for reader in ("workbook", "json"):
        if words := import_module(READERS[reader]).described(content):
            return words
    if page := html_page(content.head):
        return page
    return next((words for start, words in _SIGNATURES if content.head.startswith(start)), None)
