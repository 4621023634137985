"""CSV text to columns: strict about the grammar, fast where it is kept, exact about lines either way.

A byte order mark is skipped, lines may end with a line feed or with both signs, blank lines are no records,
and a quoted value may hold line ends. A record with too few or too many values is a fault of that record;
whatever else breaks the grammar refuses the file.
"""

from __future__ import annotations

import codecs
from collections.abc import Callable
from csv import Error as CsvError
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv

from expectations.layout import CsvLayout
from flows.reading.content import Content
from flows.reading.csv_grammar import Signs, as_utf8, first_record, header_names
from flows.reading.result import FAULTS_KEPT, Fault, Unreadable, shown

BLOCK_BYTES = 1 << 22


@dataclass(frozen=True)
class ParsedText:
    """Columns of a CSV text by header.

    Attributes
    ----------
    columns : dict
        Header → text column.
    lines : ndarray of int64
        Line at which each record starts; 1 is the first line of the file.
    record_count : int
        Records of the file, faulty ones included.
    faults : tuple of Fault
        Records with another number of values than the header, the first of them; none is in the columns.
    """

    columns: dict[str, pa.ChunkedArray]
    lines: np.ndarray
    record_count: int
    faults: tuple[Fault, ...]


def header(content: Content, layout: CsvLayout) -> tuple[str, ...] | None:
    """Return the names in the first record, or None when it is no text or does not end within the head."""
    key = ("csv header", layout.encodings, layout.delimiter)
    return content.once(key, lambda: _header(content.head, content.is_head_whole, layout))


def _header(head: bytes, is_whole: bool, layout: CsvLayout) -> tuple[str, ...] | None:
    for encoding in layout.encodings:
        name = "utf-8-sig" if codecs.lookup(encoding).name == "utf-8" else encoding
        try:
            # Incremental, for the head may end in the middle of a character.
            text = codecs.getincrementaldecoder(name)().decode(head, final=is_whole).encode()
        except UnicodeDecodeError:
            continue
        first = first_record(text, is_whole=is_whole)
        if first is None or b"\0" in first:
            return None
        try:
            return header_names(first, layout.delimiter)
        except CsvError:  # a name of a hundred thousand characters
            return None
    return None


def parse(content: bytes, layout: CsvLayout, is_wanted: Callable[[str], bool]) -> ParsedText:
    """Return the wanted columns of a CSV file.

    Raises
    ------
    Unreadable
        When the file breaks the grammar; the fault names line and column.
    """
    signs = Signs(as_utf8(content, layout.encodings, layout.delimiter), layout.delimiter)
    signs.check()
    names, start = signs.names, signs.header_end
    body = memoryview(signs.text)[start:]
    if not bytes(body[:2]).strip(b"\r\n") and not bytes(body).strip(b"\r\n"):
        raise Unreadable(Fault(None, None, "a header alone", "at least one record", "records"))
    has_unnamed_last = layout.trailing_delimiter and names[-1] == ""
    wanted = [
        index for index, name in enumerate(names) if is_wanted(name) or (has_unnamed_last and name == "")
    ]
    table, is_ragged = _parsed(body, len(names), wanted, signs)
    header_lines = signs.text.count(b"\n", 0, start)
    body_lines = signs.text.count(b"\n", start) + (not signs.text.endswith(b"\n"))
    broken, faults = 0, ()
    if not is_ragged and table.num_rows == body_lines:
        lines = np.arange(header_lines + 1, header_lines + 1 + body_lines, dtype=np.int64)
    else:
        lines, broken, faults = _counted(signs)
        if len(lines) != table.num_rows:
            seen = f"{table.num_rows} records one way, {len(lines)} another"
            raise Unreadable(Fault(None, None, seen, "CSV that reads one way", "records"))
    record_count = len(lines) + broken
    columns = {names[index]: table.column(str(index)) for index in wanted}
    if has_unnamed_last:
        lines, more = _without_values_beyond(columns, lines, len(names) - 1)
        faults = (*faults, *more)[:FAULTS_KEPT]
    return ParsedText(columns, lines, record_count, faults)


def _parsed(body: memoryview, width: int, wanted: list[int], signs: Signs) -> tuple[pa.Table, bool]:
    """Return the wanted columns, named by their place, and whether records of another width were left out."""
    skipped = []

    def skip(row: csv.InvalidRow) -> str:
        skipped.append(row.number)
        return "skip"

    places = [str(index) for index in wanted]
    parse_options = csv.ParseOptions(
        delimiter=signs.delimiter, newlines_in_values=signs.has_breaks_inside, invalid_row_handler=skip
    )
    convert_options = csv.ConvertOptions(
        check_utf8=False,  # checked already
        column_types={place: pa.string() for place in places},
        include_columns=places,
        null_values=[],
        strings_can_be_null=False,
    )
    # A record longer than a block cannot be parsed: then the whole text is one block.
    for block in (BLOCK_BYTES, len(body) + 1):
        skipped.clear()
        read_options = csv.ReadOptions(
            column_names=[str(index) for index in range(width)], block_size=min(block, 2**31 - 1)
        )
        try:
            table = csv.read_csv(
                pa.BufferReader(pa.py_buffer(body)),
                read_options=read_options,
                parse_options=parse_options,
                convert_options=convert_options,
            )
        except pa.ArrowInvalid as error:
            if "straddling" in str(error) and block < len(body):
                continue
            raise Unreadable(Fault(None, None, shown(str(error)), "CSV", "records")) from None
        return table, bool(skipped)
    raise AssertionError("the last block holds the whole text")


def _counted(signs: Signs) -> tuple[np.ndarray, int, tuple[Fault, ...]]:
    """Return the lines of the records that are as wide as the header; how many are not, and their faults."""
    starts, ends, counts = signs.records()
    width = len(signs.names)
    lines = signs.lines_at(starts)
    is_ragged = counts != width
    faults = tuple(
        Fault(
            line=int(lines[record]),
            column=None,
            seen=shown(f"{counts[record]} values: {_text(signs, starts[record], ends[record])}"),
            expected=f"{width} values",
            rule="width",
        )
        for record in np.flatnonzero(is_ragged)[:FAULTS_KEPT]
    )
    return lines[~is_ragged].astype(np.int64), int(is_ragged.sum()), faults


def _text(signs: Signs, start: int, end: int) -> str:
    return signs.text[start : min(end, start + 1000)].decode("utf-8", "ignore").rstrip("\r")


def _without_values_beyond(
    columns: dict[str, pa.ChunkedArray], lines: np.ndarray, width: int
) -> tuple[np.ndarray, tuple[Fault, ...]]:
    """Take out the unnamed last column, and the records that have a value in it."""
    beyond = columns.pop("")
    is_blank = pc.equal(pc.binary_length(beyond), 0)
    if pc.all(is_blank).as_py():
        return lines, ()
    for name, column in columns.items():
        columns[name] = column.filter(is_blank)
    kept = is_blank.combine_chunks().to_numpy(zero_copy_only=False)
    values = beyond.filter(pc.invert(is_blank))[:FAULTS_KEPT].to_pylist()
    faults = tuple(
        Fault(int(line), None, shown(value), f"nothing after the {width} named values", "width")
        for line, value in zip(lines[~kept][:FAULTS_KEPT], values, strict=True)
    )
    return lines[kept], faults
