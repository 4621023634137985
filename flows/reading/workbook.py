"""Workbooks: the rows of the sheets that a layout names, each cell under the column that its header feeds."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

import pyarrow as pa

from expectations.layout import SheetRule, WorkbookLayout
from flows.reading.binding import bind, is_value, stated_vintage, value_name
from flows.reading.content import Content
from flows.reading.result import HEADER_COLUMN, ROW_NUMBER, SHEET_COLUMN, Fault, Reading, Unreadable, shown
from flows.reading.workbook_cells import Workbook, letters_of, opened, place_of
from flows.reading.workbook_header import last_row_within, names_in, with_letters

SHOWN = 8
"""How many sheets and columns a message names."""


@dataclass(frozen=True)
class Sheet:
    """One sheet that holds rows.

    Attributes
    ----------
    names : dict
        Place of a column → name that its header gives it.
    body : list of tuple
        Row, 1 for the first of the sheet, and its cells; rows without any cell are left out.
    """

    name: str
    rule: SheetRule
    rows: list[list[str]]
    names: dict[int, str]
    header_row: int
    body: list[tuple[int, list[str]]]

    def text(self, cell: str) -> str:
        """Return the text of a cell such as ``B4``; blank beyond the sheet's edge."""
        row, column = place_of(cell)
        is_there = row < len(self.rows) and column < len(self.rows[row])
        return self.rows[row][column].strip() if is_there else ""


def header(content: Content, layout: WorkbookLayout) -> tuple[str, ...] | None:
    """Return the names that all sheets with rows have, and those that only some have and may lack.

    None when it is no workbook, or one without the sheets of the layout.
    """
    try:
        book = opened(content)
        sheets = _sheets(book, layout) if book else []
    except Unreadable:
        return None
    if not sheets:
        return None
    required = set(layout.columns)
    found = dict.fromkeys(name for sheet in sheets for name in sheet.names.values())
    return tuple(
        name
        for name in found
        if layout.canonical(name) not in required
        or all(_has(sheet, layout, layout.canonical(name)) for sheet in sheets)
    )


def read(content: Content, layout: WorkbookLayout) -> Reading:
    """Return the workbook's rows, sheet by sheet; the line of a row is its row in the sheet.

    In a wide layout every cell that holds a value becomes a row, and what stands beside the values is
    repeated for each of them.

    Raises
    ------
    Unreadable
        When the workbook is damaged, says something else in a cell that the layout requires, or has two
        columns of one name.
    """
    book = opened(content)
    if book is None:
        raise Unreadable(Fault(None, None, "no workbook", "a workbook", "workbook"))
    sheets = _sheets(book, layout)
    columns: dict[str, list[str]] = {name: [] for name in layout.fed_columns if name not in layout.constants}
    columns |= {SHEET_COLUMN: [], **({HEADER_COLUMN: []} if layout.values else {})}
    numbers: list[int] = []
    record_count = left_out = 0
    for sheet in sheets:
        _check(sheet, layout)
        feeding = _feeding(sheet, layout)
        told = _told(sheet)
        body = _without_repeats(sheet.body) if layout.leaves_out_repeats else sheet.body
        record_count += len(sheet.body)
        left_out += len(sheet.body) - len(body)
        values = _value_columns(sheet, layout)
        for number, cells in body:
            beside = told | {landed: cells[place] for place, landed in feeding.items()}
            for record in _records(values, layout, cells) if layout.values else ({},):
                numbers.append(number)
                for name, texts in columns.items():
                    texts.append(record.get(name) or beside.get(name, ""))
    if not numbers:
        raise Unreadable(Fault(None, None, "a header alone", "at least one record", "records"))
    table = pa.table(
        {ROW_NUMBER: pa.array(numbers, pa.int64())}
        | {name: pa.array(texts, pa.string()) for name, texts in columns.items()}
    )
    repeats = (
        f"{left_out:,} of {record_count:,} records are left out: each repeats an earlier one of its sheet"
    )
    return Reading(
        table=table,
        headers=_headers(sheets, layout),
        record_count=record_count,
        header_column_for=layout.values.value_column if layout.values else None,
        vintage=_vintage(sheets[0], layout),
        left_out_row_count=left_out,
        remarks=(repeats,) if left_out else (),
        constants=dict(layout.constants),
    )


def described(content: Content) -> str | None:
    """Return in words which workbook it is: its sheets, and how the first of them begins."""
    try:
        book = opened(content)
        if book is None:
            return None
        first = next(filter(any, book.rows(book.sheet_names[0])), []) if book.sheet_names else []
    except Unreadable as broken:
        return f"a workbook that cannot be read: {broken.fault.seen}"
    names = ", ".join(map(repr, book.sheet_names[:SHOWN]))
    begins = ", ".join(repr(" ".join(text.split())) for text in list(filter(None, first))[:SHOWN])
    return shown(f"a workbook of the sheets {names}, of which the first begins with {begins or 'nothing'}")


def _sheets(book: Workbook, layout: WorkbookLayout) -> list[Sheet]:
    """Return the sheets that hold rows; none when a required one is not there."""
    chosen: list[tuple[str, SheetRule]] = []
    met: set[int] = set()
    for name in book.sheet_names:
        fits = [index for index, rule in enumerate(layout.sheets) if re.fullmatch(rule.name_pattern, name)]
        if fits:
            met.add(fits[0])
            chosen.append((name, layout.sheets[fits[0]]))
    if any(rule.is_required and index not in met for index, rule in enumerate(layout.sheets)):
        return []
    return [_sheet(book, name, rule, layout) for name, rule in chosen]


def _sheet(book: Workbook, name: str, rule: SheetRule, layout: WorkbookLayout) -> Sheet:
    rows, last = book.rows(name), max(layout.header_rows)
    if rule.header_of is None:
        names = names_in(rows, layout.header_rows)
    elif rule.header_of in book.sheet_names:
        names = names_in(book.rows(rule.header_of), layout.header_rows)
        last = last_row_within(rows, min(layout.header_rows), names)
    else:
        names = {}
    below = enumerate(rows[last:], last + 1)
    body = [(number, cells) for number, cells in below if any(map(str.strip, cells))]
    return Sheet(name, rule, rows, with_letters(names, body), last, body)


def _has(sheet: Sheet, layout: WorkbookLayout, wanted: str) -> bool:
    return any(layout.canonical(name) == wanted for name in sheet.names.values())


def _check(sheet: Sheet, layout: WorkbookLayout) -> None:
    for cell, pattern in sheet.rule.required_cells.items():
        seen = sheet.text(cell)
        if not re.fullmatch(pattern, seen):
            row, _ = place_of(cell)
            where = f"sheet {sheet.name!r}, cell {cell}"
            raise Unreadable(Fault(row + 1, where, shown(seen), f"text like /{pattern}/", "title"))
    times = Counter(sheet.names.values())
    for name, count in times.items():
        is_read = layout.canonical(name) in layout.bound or is_value(layout, name)
        if count > 1 and is_read:
            where = f"sheet {sheet.name!r}: {name}"
            raise Unreadable(Fault(sheet.header_row, where, f"{count} columns of this name", "one", "header"))


def _feeding(sheet: Sheet, layout: WorkbookLayout) -> dict[int, str]:
    """Return place of a column → landed column."""
    bound = bind(layout, sheet.names.values(), sheet.header_row)
    return {place: bound[name] for place, name in sheet.names.items() if name in bound}


def _told(sheet: Sheet) -> dict[str, str]:
    """Return what the sheet as a whole tells of its rows."""
    rule = sheet.rule
    told = {SHEET_COLUMN: sheet.name, **rule.constants}
    told |= {landed: sheet.text(cell) for landed, cell in rule.cells.items()}
    if rule.name_column:
        match = re.fullmatch(rule.name_pattern, sheet.name)
        told[rule.name_column] = match.group(1) if match.re.groups else match.group(0)
    return told


def _without_repeats(body: list[tuple[int, list[str]]]) -> list[tuple[int, list[str]]]:
    """Return the rows without those that say again, cell by cell, what an earlier one says."""
    seen, kept = set(), []
    for number, cells in body:
        said = tuple(cell.strip() for cell in cells)
        if said not in seen:
            seen.add(said)
            kept.append((number, cells))
    return kept


def _value_columns(sheet: Sheet, layout: WorkbookLayout) -> list[tuple[int, str, str]]:
    """Return place, name of the value and what the header is called in messages, of every value column."""
    if layout.values is None:
        return []
    return [
        (place, value_name(layout, name), f"{letters_of(place)} ({name})")
        for place, name in sheet.names.items()
        if is_value(layout, name)
    ]


def _records(
    values: list[tuple[int, str, str]], layout: WorkbookLayout, cells: list[str]
) -> Iterator[Mapping[str, str]]:
    name_column, value_column = layout.values.name_column, layout.values.value_column
    for place, name, header_text in values:
        text = cells[place].strip()
        if text and text not in layout.values.missing:
            yield {name_column: name, value_column: text, HEADER_COLUMN: header_text}


def _headers(sheets: list[Sheet], layout: WorkbookLayout) -> dict[str, str]:
    """Return landed column → its name in the file, with the letters where they are the same in all sheets."""
    headers: dict[str, str] = {}
    for landed in layout.fed_columns:
        names = {
            (letters_of(place), name)
            for sheet in sheets
            for place, name in sheet.names.items()
            if layout.bound.get(layout.canonical(name)) == landed
        }
        if len(names) == 1:
            ((letters, name),) = names
            headers[landed] = f"{letters} ({name})"
        else:
            headers[landed] = min((name for _, name in names), default=landed)
        for sheet in sheets:
            if landed in sheet.rule.cells:
                headers[landed] = f"cell {sheet.rule.cells[landed]}"
    return headers


def _vintage(sheet: Sheet, layout: WorkbookLayout) -> date | None:
    if layout.vintage_cell is None:
        return None
    row, _ = place_of(layout.vintage_cell)
    return stated_vintage(layout, sheet.text(layout.vintage_cell), row + 1)
