"""What a reader gives back: cells as text, and what is wrong with them, place by place."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

import pyarrow as pa

if TYPE_CHECKING:
    from flows.reading.cell_stream import CellStream

FAULTS_KEPT = 1000
"""How many faults of one file are kept; the rest is counted."""

SEEN_LENGTH = 200
"""How much of a broken cell is shown."""


@dataclass(frozen=True)
class Fault:
    """One broken cell or rule.

    Attributes
    ----------
    line : int or None
        Line of the file, 1 for the first; None when the whole file is meant.
    column : str or None
        Column as the file's header names it; None when the whole line is meant.
    seen, expected : str
        What stands there, and what was promised.
    rule : str
        Name of the rule that is broken.
    """

    line: int | None
    column: str | None
    seen: str
    expected: str
    rule: str

    def __str__(self) -> str:
        place = [f"line {self.line}"] if self.line is not None else []
        place += [f"column {self.column!r}"] if self.column is not None else []
        prefix = f"{', '.join(place)}: " if place else ""
        return f"{prefix}seen {self.seen!r}, expected {self.expected}"


class Unreadable(Exception):
    """A file that cannot be read as its layout says."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(str(fault))
        self.fault = fault


@dataclass(frozen=True)
class Reading:
    """The cells of a file.

    Attributes
    ----------
    table : pyarrow.Table or CellStream
        ``row_number`` (int64) and one text column per landed column; an empty cell is an empty text or null,
        and a column that the file does not have is absent.
        A wide layout adds ``HEADER_COLUMN``, the header above each value, a workbook ``SHEET_COLUMN``, the
        sheet in which the row stands.
    headers : dict
        Landed column → the name that the file's header gives it.
    record_count : int
        Records of the file, its header not counted.
    broken_record_count : int
        Those that could not be split into cells; they are not in the table.
    faults : tuple of Fault
        Why, for the first of them.
    header_column_for : str or None
        Landed column whose header is told row by row in ``HEADER_COLUMN``.
    vintage : date or None
        Release that the file states outside its rows.
    completeness : str or None
        How the file itself shows that it is whole, such as ``stated_count`` or ``footer``.
    left_out_row_count : int
        Records that the layout leaves out as no data; they are not in the table, and in ``record_count``.
    constants : dict
        Landed column → the text that every row has; such a column is not in the table.
    remarks : tuple of str
        What a person should know of the file, though it is no fault.
    lacks_last_line_end : bool
        Every record of a text but the last ends with a line end: it may have been cut.
    plain : frozenset of str
        Landed columns of which every cell is known to be written as it is stored.
    settle : callable or None
        Of a stream: fills in what is known when its rows have been read once.
    """

    table: pa.Table | CellStream
    headers: dict[str, str]
    record_count: int
    broken_record_count: int = 0
    faults: tuple[Fault, ...] = ()
    header_column_for: str | None = None
    vintage: date | None = None
    completeness: str | None = None
    left_out_row_count: int = 0
    constants: dict[str, str] = field(default_factory=dict)
    remarks: tuple[str, ...] = ()
    lacks_last_line_end: bool = False
    plain: frozenset[str] = frozenset()
    settle: Callable[[Reading], Reading] | None = None

    def settled(self) -> Reading:
        """Return the reading with everything known that is counted while the rows of a stream are read."""
        return self.settle(self) if self.settle else self


ROW_NUMBER = "row_number"
HEADER_COLUMN = "header of the value"
SHEET_COLUMN = "sheet of the row"
"""Not names that a landed column can have."""


def shown(text: str) -> str:
    """Return a cell's text cut to the length that messages and ledgers carry."""
    return text if len(text) <= SEEN_LENGTH else text[: SEEN_LENGTH - 1] + "…"
