"""A table of a web page: the one whose rows have as many cells as the layout names.

Rows above the first one that the layout names head the table. From there on every row must have exactly the
layout's cells, each one column wide and one row high: a row that is cut or merged would put numbers under
another heading. A line of a single cell is a note.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import pyarrow as pa

from expectations.layout import HtmlLayout
from flows.reading.content import Content
from flows.reading.html_text import Tag, tokens
from flows.reading.result import FAULTS_KEPT, ROW_NUMBER, Fault, Reading, Unreadable, shown

LONGEST = 1 << 24
"""Bytes of the longest page that is looked at: a bulletin has a hundredth of it."""


@dataclass
class Cell:
    """A cell; ``width`` and ``height`` in columns and rows."""

    width: int = 1
    height: int = 1
    parts: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """What stands in it, blanks collapsed."""
        return collapsed("".join(self.parts))


@dataclass
class Table:
    """A table; what stands in a table within one of its cells is not part of it."""

    rows: list[list[Cell]] = field(default_factory=list)

    @property
    def text(self) -> str:
        """The text of all cells."""
        return " ".join(cell.text for row in self.rows for cell in row)


@dataclass(frozen=True)
class Page:
    """A page's visible text, blanks collapsed, and its tables in the order in which they begin."""

    text: str
    tables: tuple[Table, ...]


def header(content: Content, layout: HtmlLayout) -> tuple[str, ...] | None:
    """Return the layout's names when the page has its title, else None."""
    page = _page(content, layout)
    return layout.header if page and re.search(layout.title_pattern, page.text) else None


def read(content: Content, layout: HtmlLayout) -> Reading:
    """Return the cells of the table; ``row_number`` is the row of the table, 1 for its first.

    Raises
    ------
    Unreadable
        When the page lacks a text that it must have, states two titles, has no such table or more than one.
    """
    page = _page(content, layout)
    for text in layout.required_text:
        if page is None or text not in page.text:
            # Such as the line that names the unit: seen is the line that stands in its place.
            word = text.split()[0]
            place = page.text.find(word) if page else -1
            seen = page.text[place : place + 60] if place >= 0 else "no such text"
            raise Unreadable(Fault(None, None, shown(seen), f"a page with the text {text!r}", "text"))
    table, first = _table(page, layout)
    width = len(layout.header)
    numbers, rows, faults, broken = [], [], [], 0
    for number, row in enumerate(table.rows[first:], first + 1):
        texts = [cell.text for cell in row]
        if not any(texts) or len(row) == 1:
            continue
        if len(row) != width or any(cell.width != 1 or cell.height != 1 for cell in row):
            broken += 1
            if len(faults) < FAULTS_KEPT:
                spans = f"{len(row)} cells over {sum(cell.width for cell in row)} columns"
                seen = shown(f"{spans}: {' | '.join(texts)}")
                faults.append(Fault(number, None, seen, f"{width} cells of one column and row each", "width"))
            continue
        numbers.append(number)
        rows.append(texts)
    return Reading(
        table=_landed(layout, numbers, rows),
        headers={landed: name for name, landed in layout.bound.items()},
        record_count=len(rows) + broken,
        broken_record_count=broken,
        faults=tuple(faults),
        constants={**layout.constants, **_title(page, table, layout)},
    )


def collapsed(text: str) -> str:
    """Return a text with one space for every run of blanks, and none around it."""
    return " ".join(text.split())


def _page(content: Content, layout: HtmlLayout) -> Page | None:
    """Return the page, or None when the content is none."""
    is_markup = content.head.removeprefix(codecs.BOM_UTF8).lstrip()[:1] == b"<"
    if not is_markup or content.byte_count > LONGEST:
        return None
    return content.once(("html page", layout.encodings), lambda: _parsed(content, layout.encodings))


def _parsed(content: Content, encodings: Iterable[str]) -> Page | None:
    data = content.path.read_bytes()
    for encoding in encodings:
        try:
            return parse(data.decode(encoding).removeprefix("\ufeff"))
        except UnicodeDecodeError:
            continue
    return None


def parse(text: str) -> Page:
    """Return what stands on a page."""
    words: list[str] = []
    tables: list[Table] = []
    open_tables: list[Table] = []
    open_cells: list[Cell | None] = []
    for token in tokens(text):
        if isinstance(token, str):
            words.append(token)
            if open_cells and open_cells[-1]:
                open_cells[-1].parts.append(token)
            continue
        if token.is_break:
            words.append(" ")
            if open_cells and open_cells[-1]:
                open_cells[-1].parts.append(" ")
        if token.name == "table":
            if not token.is_end:
                open_tables.append(Table())
                tables.append(open_tables[-1])
                open_cells.append(None)
            elif open_tables:
                open_tables.pop()
                open_cells.pop()
        elif open_tables:
            open_cells[-1] = _within_table(token, open_tables[-1], open_cells[-1])
    return Page(collapsed("".join(words)), tuple(tables))


def _within_table(tag: Tag, table: Table, cell: Cell | None) -> Cell | None:
    """Return the cell that is open after a tag."""
    if tag.name in ("tr", "thead", "tbody", "tfoot"):
        if tag.name == "tr" and not tag.is_end:
            table.rows.append([])
        return None
    if tag.name in ("td", "th"):
        if tag.is_end:
            return None
        if not table.rows:
            table.rows.append([])
        # A span of 0 goes to the end of the table.
        cell = Cell(tag.number("colspan"), tag.number("rowspan"))
        table.rows[-1].append(cell)
    return cell


def _table(page: Page, layout: HtmlLayout) -> tuple[Table, int]:
    """Return the layout's table and the index of its first row of data."""
    found = [
        (table, first)
        for table in page.tables
        if (first := next(_first_rows(table, layout), None)) is not None
    ]
    if len(found) != 1:
        expected = f"one table with a row of {len(layout.header)} cells that begins with {layout.first_row}"
        raise Unreadable(Fault(None, None, f"{len(found)} such tables", expected, "table"))
    return found[0]


def _first_rows(table: Table, layout: HtmlLayout) -> Iterator[int]:
    for index, row in enumerate(table.rows):
        if len(row) == len(layout.header) and re.fullmatch(layout.first_row, row[0].text):
            yield index


def _title(page: Page, table: Table, layout: HtmlLayout) -> dict[str, str]:
    """Return what the title states: the table's own title goes before others of the page, such as links."""
    for text in (table.text, page.text):
        stated = {tuple(match.groupdict().items()) for match in re.finditer(layout.title_pattern, text)}
        if len(stated) == 1:
            return {name: value or "" for name, value in stated.pop()}
        if stated:
            seen = " and ".join(sorted(", ".join(f"{name} {value}" for name, value in one) for one in stated))
            raise Unreadable(Fault(None, None, shown(seen), "one title", "title"))
    raise AssertionError("a page without the title is not recognised")


def _landed(layout: HtmlLayout, numbers: list[int], rows: list[list[str]]) -> pa.Table:
    """Return the cells under the columns that they feed."""
    columns = {ROW_NUMBER: pa.array(numbers, pa.int64())}
    for index, name in enumerate(layout.header):
        if landed := layout.bound.get(name):
            columns[landed] = pa.array([row[index] for row in rows], pa.string())
    if rule := layout.aggregates:
        names = columns[layout.bound[layout.header[0]]].to_pylist()
        matches = [re.fullmatch(rule.pattern, name) for name in names]
        columns[layout.bound[layout.header[0]]] = pa.array(
            ["" if match else name for name, match in zip(names, matches, strict=True)], pa.string()
        )
        columns[rule.column] = pa.array([match.group(1) if match else "" for match in matches], pa.string())
    return pa.table(columns)
