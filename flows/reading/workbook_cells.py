"""A workbook opened once: its sheets as rows of texts.

A cell's text is the shortest that gives the same number again; a whole number has no decimal point, a day is
year-month-day. An error cell such as a division by zero reads as blank, and a formula as its stored result.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook

from flows.reading.content import Content
from flows.reading.result import Fault, Unreadable, shown
from flows.reading.zip_file import ZIP_STARTS, opened_zip, unpacked

OLD_WORKBOOK = b"\xd0\xcf\x11\xe0"
WORKBOOK_PART = "xl/workbook.xml"
"""What a zip archive holds when it is a workbook."""

PANIC_MODULE = "pyo3_runtime"

WHOLE_BELOW = 1e15
"""Up to here every whole number has a text of its own without an exponent."""


class Workbook:
    """The sheets of a workbook.

    Attributes
    ----------
    sheet_names : tuple of str
        In the workbook's order.
    """

    def __init__(self, path: Path) -> None:
        with _damage_told():
            self._book = CalamineWorkbook.from_path(path)
        self.sheet_names = tuple(self._book.sheet_names)
        self._rows: dict[str, list[list[str]]] = {}

    def rows(self, sheet: str) -> list[list[str]]:
        """Return the sheet's rows from its first on, all of one width, without the blank ones at the end.

        Raises
        ------
        Unreadable
            When the sheet is damaged.
        """
        if sheet not in self._rows:
            with _damage_told(f"sheet {sheet!r}: "):
                cells = self._book.get_sheet_by_name(sheet).to_python(skip_empty_area=False)
            rows = [[cell_text(cell) for cell in row] for row in cells]
            while rows and not any(rows[-1]):
                rows.pop()
            self._rows[sheet] = rows
        return self._rows[sheet]


def opened(content: Content) -> Workbook | None:
    """Return the workbook, or None when the content is none; opened once per content.

    Raises
    ------
    Unreadable
        When it is one and damaged.
    """
    found = content.once("workbook", lambda: _opened(content))
    if isinstance(found, Unreadable):
        raise found
    return found


def _opened(content: Content) -> Workbook | Unreadable | None:
    try:
        if content.head.startswith(ZIP_STARTS):
            return Workbook(content.path) if _is_whole_workbook(content.path) else None
        return Workbook(content.path) if content.head.startswith(OLD_WORKBOOK) else None
    except Unreadable as broken:
        return broken


def _is_whole_workbook(path: Path) -> bool:
    """Tell whether a zip archive is a workbook, all of it within the limits and with its checksums.

    The reader of the cells looks at no checksum: without this a flipped bit could become another number.
    """
    with opened_zip(path) as (archive, members):
        if all(member.filename != WORKBOOK_PART for member in members):
            return False
        for member in members:
            for _ in unpacked(archive, member):
                pass
    return True


@contextmanager
def _damage_told(where: str = "") -> Iterator[None]:
    """Turn what the reader of the cells says of a damaged workbook into a refusal."""
    try:
        yield
    except CalamineError as error:
        raise _damaged(f"{where}{error}") from None
    except BaseException as error:
        # An old workbook can bring the reader to a panic, which is no Exception and cannot be imported.
        if type(error).__module__ != PANIC_MODULE:
            raise
        raise _damaged(f"{where}damaged in a way that has no name") from None


def _damaged(seen: str) -> Unreadable:
    return Unreadable(Fault(None, None, shown(seen), "a workbook that can be read", "workbook"))


def cell_text(cell: Any) -> str:
    """Return a cell's text."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        return number_text(cell)
    if isinstance(cell, datetime) and cell.time() == time():
        return cell.date().isoformat()
    return cell.isoformat() if isinstance(cell, date | time) else str(cell)


def number_text(number: float) -> str:
    """Return the shortest text that gives the same number, whole numbers without a decimal point."""
    if number.is_integer() and abs(number) < WHOLE_BELOW:
        return str(int(number))
    return repr(number)


def place_of(cell: str) -> tuple[int, int]:
    """Return row and column, 0 for the first, of a cell such as ``B4``."""
    letters = cell.rstrip("0123456789")
    column = 0
    for letter in letters:
        column = column * 26 + ord(letter) - ord("A") + 1
    return int(cell[len(letters) :]) - 1, column - 1


def letters_of(column: int) -> str:
    """Return the letters of a column, 0 for the first."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters
