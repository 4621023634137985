"""Records of a JSON text: one object per row of the landed table."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from datetime import date
from typing import Any

import pyarrow as pa

from expectations.layout import JsonLayout
from flows.reading.binding import bind, stated_vintage
from flows.reading.content import Content
from flows.reading.json_text import Absent, at, documents, first_of, printed, scalar, text_of
from flows.reading.result import FAULTS_KEPT, ROW_NUMBER, Fault, Reading, Unreadable, shown


def header(content: Content, layout: JsonLayout) -> tuple[str, ...] | None:
    """Return the paths of the first record's values, or None when there is no such record in the head."""
    head = content.once("json head", lambda: _head(content))
    if head is None:
        return None
    return content.once(("json header", layout.records), lambda: _header(head, layout.records))


def read(content: Content, layout: JsonLayout) -> Reading:
    """Return the records' values, each under the landed column that its path feeds.

    A row's number is the record's place in the file, 1 for the first; null is a blank cell. A record that
    lacks a path, or has one that the layout does not know, is left out as broken.

    Raises
    ------
    Unreadable
        When the text is not JSON as the layout says, states another number of records than it has, or tells
        of an error.
    """
    answers = _answers(documents(text_of(content.path.read_bytes())), layout)
    records = [record for answer in answers for record in _records(answer, layout)]
    if not records:
        raise Unreadable(Fault(None, layout.records, "no record", "at least one", "records"))
    vintages = {_vintage(answer, layout) for answer in answers}
    if len(vintages) > 1:
        seen = " and ".join(sorted(map(str, vintages)))
        raise Unreadable(Fault(None, layout.vintage_path, seen, "one vintage in every answer", "vintage"))
    cells, faults, names = _cells(records, layout)
    return Reading(
        table=cells,
        headers={landed: name for name, landed in bind(layout, names, None).items()},
        record_count=len(records),
        broken_record_count=len(records) - cells.num_rows,
        faults=tuple(faults[:FAULTS_KEPT]),
        vintage=vintages.pop(),
        completeness="stated_count" if layout.count else None,
        constants=dict(layout.constants),
    )


def _head(content: Content) -> str | None:
    bare = content.head.removeprefix(codecs.BOM_UTF8).lstrip()
    if bare[:1] not in (b"{", b"["):
        return None
    try:
        # Incremental, for the head may end in the middle of a character.
        return codecs.getincrementaldecoder("utf-8")().decode(bare, final=content.is_head_whole)
    except UnicodeDecodeError:
        return None


def _header(head: str, path: str) -> tuple[str, ...] | None:
    try:
        record = first_of(head, path)
    except Absent:
        return None
    return tuple(name for name, _ in _flat(record)) if isinstance(record, dict) else None


def _flat(record: dict[str, Any], above: str = "") -> Iterator[tuple[str, Any]]:
    """Yield path and value of every value that is no object."""
    for key, value in record.items():
        if isinstance(value, dict) and value:
            yield from _flat(value, f"{above}{key}.")
        else:
            yield above + key, value


def _answers(found: list[Any], layout: JsonLayout) -> list[Any]:
    """Return the answers of which a text is made: an array of answers is opened."""
    answers = []
    for document in found:
        if not _has_records(document, layout) and isinstance(document, list):
            answers += document
        else:
            answers.append(document)
    return answers


def _has_records(answer: Any, layout: JsonLayout) -> bool:
    try:
        found = at(answer, layout.records)
    except Absent:
        return False
    return isinstance(found, list) and all(isinstance(record, dict) for record in found)


def _records(answer: Any, layout: JsonLayout) -> list[dict[str, Any]]:
    """Return an answer's records, which are as many as it states."""
    _check_error(answer, layout)
    if not _has_records(answer, layout):
        raise Unreadable(Fault(None, layout.records, printed(answer), "an array of objects", "records"))
    records = at(answer, layout.records)
    if layout.count is None:
        return records
    stated = _whole(answer, layout.count)
    expected = f"{stated:,}, as {layout.count} says"
    if layout.page_number is not None:
        page, size = _whole(answer, layout.page_number), _whole(answer, layout.page_size)
        expected = f"page {page} of {stated:,} records, {size:,} a page"
        stated = min(size, stated - size * (page - 1))
    if stated != len(records):
        raise Unreadable(Fault(None, layout.records, f"{len(records):,} records", expected, "stated_count"))
    return records


def _check_error(answer: Any, layout: JsonLayout) -> None:
    if layout.error is None:
        return
    try:
        said = at(answer, layout.error)
    except Absent:
        return
    if said not in ("", None):
        raise Unreadable(Fault(None, layout.error, printed(said), "no error", "error"))


def _whole(answer: Any, path: str) -> int:
    try:
        said = at(answer, path)
    except Absent:
        raise Unreadable(Fault(None, path, "nothing", "a whole number", "stated_count")) from None
    if not isinstance(said, str) or not said.isdecimal():
        raise Unreadable(Fault(None, path, printed(said), "a whole number", "stated_count"))
    return int(said)


def _vintage(answer: Any, layout: JsonLayout) -> date | None:
    if layout.vintage_path is None:
        return None
    try:
        said = at(answer, layout.vintage_path)
    except Absent:
        return None
    return stated_vintage(layout, said) if isinstance(said, str) else None


def _cells(
    records: list[dict[str, Any]], layout: JsonLayout
) -> tuple[pa.Table, list[Fault], tuple[str, ...]]:
    """Return the cells of the whole records, what is wrong with the others, and the paths of all of them."""
    bound, ignored = layout.bound, set(layout.ignored_columns)
    is_strict = layout.unknown_columns == "refused"
    columns: dict[str, list[str]] = {landed: [] for landed in bound.values()}
    places: list[int] = []
    faults: list[Fault] = []
    names: dict[str, None] = {}
    for place, record in enumerate(records, start=1):
        cells: dict[str, str] = {}
        fault = None
        for name, value in _flat(record):
            names.setdefault(name)
            known = layout.canonical(name)
            landed = bound.get(known)
            if landed is None:
                if is_strict and known not in ignored:
                    fault = Fault(place, name, printed(value), "a key of the layout", "header")
            elif landed in cells:
                fault = Fault(place, name, printed(value), f"one key that feeds {landed}", "header")
            elif (text := scalar(value)) is None:
                fault = Fault(place, name, printed(value), "a text, a number, true, false or null", "type")
            else:
                cells[landed] = text
        lacking = [name for name, landed in layout.columns.items() if landed not in cells]
        if lacking and fault is None:
            fault = Fault(place, lacking[0], shown(printed(record)), "the key in every record", "header")
        if fault is not None:
            faults.append(fault)
            continue
        places.append(place)
        for landed, column in columns.items():
            column.append(cells.get(landed, ""))
    table = {ROW_NUMBER: pa.array(places, pa.int64())}
    table |= {landed: pa.array(column, pa.string()) for landed, column in columns.items()}
    return pa.table(table), faults, tuple(names)
