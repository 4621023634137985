"""A table as the template draws it: caption, headed columns, cells of ready text."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import NamedTuple

# A page is for reading; whoever wants every row has the published table.
MOST_ROWS = 100
MOST_COUNTRIES = 25


# A page that may be cited: its whole address, nothing in it that could end an attribute.
_PAGE = re.compile(r"https?://[^\s\"'<>`{}\\]+")


class Link(NamedTuple):
    """A page that is cited: what it is called and its address, which nothing on this page loads."""

    text: str
    url: str

    @classmethod
    def to(cls, text: str, url: str) -> Link | None:
        """The link, or None where the address is not one of the web; one without a name is called source."""
        return cls(text or "source", url) if _PAGE.fullmatch(url) else None


@dataclass(frozen=True)
class Column:
    """A column's heading; numbers stand to the right, long texts may wrap."""

    heading: str
    kind: str = "text"  # text, number, long
    below: tuple[str, ...] = ()


@dataclass(frozen=True)
class Cell:
    """A cell: text, smaller lines, a tooltip, a style class, shares in per cent for a bar, pages cited."""

    text: str
    below: str | tuple[str, ...] = ""
    tooltip: str = ""
    style: str = ""
    bar: tuple[float, ...] = ()
    links: tuple[Link | None, ...] = ()

    @property
    def lines(self) -> tuple[str, ...]:
        """The smaller lines that say something."""
        lines = (self.below,) if isinstance(self.below, str) else self.below
        return tuple(line for line in lines if line)


@dataclass(frozen=True)
class Table:
    """A table with its caption and notes.

    Attributes
    ----------
    caption : str
        What one row is, and the unit where all columns share one.
    columns : tuple of Column
    rows : tuple of tuple of Cell
        The first cell of a row heads it.
    notes : tuple of str
        Said beneath.
    layout : str
        Style class: ``plain``, ``small`` (as wide as it needs to be), ``heat`` or ``coverage``.
    """

    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    notes: tuple[str, ...] = ()
    layout: str = "plain"

    @property
    def is_long(self) -> bool:
        """Whether the table scrolls in a box of its own on screen."""
        return len(self.rows) > 24


def rest_note(shown: int, of: int, order: str, source: str) -> tuple[str, ...]:
    """What a table says that shows only some countries: which, of how many, and where all of them are."""
    return () if shown >= of else (f"The first {shown} of {of} by {order}; all are in {source}.",)


def table(
    caption: str,
    columns: list[Column],
    rows: list[list[Cell]],
    *,
    source: str,
    notes: tuple[str, ...] = (),
    layout: str = "plain",
) -> Table:
    """A table of at most `MOST_ROWS` rows, saying where the rest is found."""
    if len(rows) > MOST_ROWS:
        notes = (*notes, f"The first {MOST_ROWS} of {len(rows):,} rows; all of them are in {source}.")
        rows = rows[:MOST_ROWS]
    return Table(caption, tuple(columns), tuple(tuple(row) for row in rows), notes, layout)
