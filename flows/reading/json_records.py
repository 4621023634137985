"""Records of a JSON text: one object per row of the landed table."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import pyarrow as pa

from expectations.layout import JsonLayout
from flows.reading.binding import stated_vintage
from flows.reading.content import Content
from flows.reading.json_text import Absent, at, documents, first_of, printed, scalar, text_of
from flows.reading.result import FAULTS_KEPT, ROW_NUMBER, SEEN_LENGTH, Fault, Reading, Unreadable, shown


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
    cells, faults, headers = _cells(records, layout)
    return Reading(
        table=cells,
        headers=headers,
        record_count=len(records),
        broken_record_count=len(records) - cells.num_rows,
        faults=tuple(faults[:FAULTS_KEPT]),
        vintage=vintages.pop(),
        completeness="stated_count" if layout.count else None,
        constants=dict(layout.constants),
    )


def described(content: Content) -> str | None:
    """Return in words what a JSON text is that no layout describes, or None when it is no JSON."""
    head = content.once("json head", lambda: _head(content))
    if head is None or not re.match(r"(\{\s*[\"}]|\[\s*[\[{\]])", head):
        return None
    return f"JSON of another shape, {shown(' '.join(head[:SEEN_LENGTH].split()))!r}"


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


def _cells(records: list[dict[str, Any]], layout: JsonLayout) -> tuple[pa.Table, list[Fault], dict[str, str]]:
    """Return the cells of the whole records, what is wrong with the others, and each column's first path."""
    columns: dict[str, list[str]] = {landed: [] for landed in layout.bound.values()}
    places: list[int] = []
    faults: list[Fault] = []
    shapes: dict[tuple[str, ...], _Shape] = {}
    for place, record in enumerate(records, start=1):
        if any(isinstance(value, dict) for value in record.values()):
            record = dict(_flat(record))
        paths = tuple(record)
        shape = shapes.get(paths) or shapes.setdefault(paths, _Shape.of(paths, layout))
        if shape.fault is not None:
            name, expected = shape.fault
            seen = printed(record.get(name, record))
            faults.append(Fault(place, name, seen, expected, "header"))
            continue
        cells = [(landed, scalar(record[name]) if name else "") for landed, name in shape.names.items()]
        if strange := next((landed for landed, text in cells if text is None), None):
            name = shape.names[strange]
            expected = "a text, a number, true, false or null"
            faults.append(Fault(place, name, printed(record[name]), expected, "type"))
            continue
        places.append(place)
        for landed, text in cells:
            columns[landed].append(text)
    table = {ROW_NUMBER: pa.array(places, pa.int64())}
    table |= {landed: pa.array(column, pa.string()) for landed, column in columns.items()}
    headers: dict[str, str] = {landed: name for name, landed in layout.bound.items()}
    for shape in reversed(shapes.values()):
        headers |= {landed: name for landed, name in shape.names.items() if name is not None}
    return pa.table(table), faults, headers


@dataclass(frozen=True)
class _Shape:
    """What a record's paths feed; the records of an answer are of a shape or two.

    Attributes
    ----------
    names : dict
        Landed column → the path that feeds it, None where an optional one is absent.
    fault : tuple of str or None
        Path with which something is wrong, and what was expected.
    """

    names: dict[str, str | None]
    fault: tuple[str, str] | None

    @classmethod
    def of(cls, paths: tuple[str, ...], layout: JsonLayout) -> _Shape:
        names: dict[str, str | None] = dict.fromkeys(layout.bound.values())
        fault = None
        for path in paths:
            known = layout.canonical(path)
            landed = layout.bound.get(known)
            if landed is None:
                if layout.unknown_columns == "refused" and known not in layout.ignored_columns:
                    fault = fault or (path, "a key of the layout")
            elif names[landed] is not None:
                fault = fault or (path, f"one key that feeds {landed}")
            else:
                names[landed] = path
        lacking = [path for path, landed in layout.columns.items() if names[landed] is None]
        if lacking:
            fault = fault or (lacking[0], "the key in every record")
        return cls(names, fault)
