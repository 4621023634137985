"""CSV text to columns: strict about the grammar, fast where it is kept, exact about lines either way.

A byte order mark is skipped, lines may end with a line feed or with both signs, blank lines are no records,
and a quoted value may hold line ends. A record with too few or too many values is a fault of that record;
whatever else breaks the grammar refuses the file.
"""

from __future__ import annotations

import codecs
import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from csv import Error as CsvError
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv

from expectations.layout import CsvLayout
from flows.reading.content import Content
from flows.reading.csv_bytes import fitting_encoding
from flows.reading.csv_chunks import Chunks
from flows.reading.csv_frame import framed
from flows.reading.csv_grammar import Signs, first_record, header_names
from flows.reading.result import FAULTS_KEPT, Fault, Unreadable, shown

_Made = TypeVar("_Made")

WORKERS = min(4, os.cpu_count() or 1)
"""How many chunks are parsed at the same time."""


@dataclass(frozen=True)
class Records:
    """Some records of a CSV text.

    Attributes
    ----------
    columns : dict
        Header → text column; an empty cell, quoted or not, is null.
    lines : ndarray of int64
        Line at which each record starts; 1 is the first line of the file.
    record_count : int
        Records, faulty ones included.
    faults : tuple of Fault
        Records with another number of values than the header, the first of them; none is in the columns.
    """

    columns: dict[str, pa.Array]
    lines: np.ndarray
    record_count: int
    faults: tuple[Fault, ...]


def header(content: Content, layout: CsvLayout) -> tuple[str, ...] | None:
    """Return the header's names, or None when it is no text or does not end within the head."""
    key = ("csv header", layout.encodings, layout.delimiter, layout.preamble_line_count)
    return content.once(key, lambda: _header(content, layout))


def _header(content: Content, layout: CsvLayout) -> tuple[str, ...] | None:
    # A byte that is no text, far below the header, does not hide it: reading names the byte and its line.
    for errors in ("strict", "replace"):
        for encoding in layout.encodings:
            try:
                names = _names_in(_head(content, encoding, errors), content.is_head_whole, layout)
            except UnicodeDecodeError:
                continue
            if errors == "strict" or (names and not any("\ufffd" in name for name in names)):
                return names
    return None


def _names_in(text: bytes, is_whole: bool, layout: CsvLayout) -> tuple[str, ...] | None:
    start = 0
    for _ in range(layout.preamble_line_count):
        start = text.find(b"\n", start) + 1
        if not start:
            return None
    first = first_record(text, start, is_whole=is_whole)
    if first is None or b"\0" in first:
        return None
    try:
        return header_names(first, layout.delimiter)
    except CsvError:  # a name of a hundred thousand characters
        return None


def _head(content: Content, encoding: str, errors: str = "strict") -> bytes:
    # Incremental, for the head may end in the middle of a character.
    decoder = codecs.getincrementaldecoder(encoding)(errors)
    return decoder.decode(content.head, final=content.is_head_whole).removeprefix("\ufeff").encode()


class CsvText:
    """The wanted columns of a CSV file.

    Parameters
    ----------
    is_wanted : callable
        Tells by its name whether a column is read.

    Attributes
    ----------
    frame : Frame
        What stands before the records.

    Raises
    ------
    Unreadable
        When what stands before the records is not what the layout says.
    """

    def __init__(self, content: Content, layout: CsvLayout, is_wanted: Callable[[str], bool]) -> None:
        head = _head(content, fitting_encoding(content, layout.encodings), "replace")
        self.frame = framed(head, layout)
        names = self.frame.names
        self._has_unnamed_last = layout.trailing_delimiter and names[-1] == ""
        self._wanted = [
            index
            for index, name in enumerate(names)
            if is_wanted(name) or (self._has_unnamed_last and name == "")
        ]
        self._chunks = Chunks(content, layout, self.frame)

    @property
    def footer(self) -> str | None:
        """What stands after the records; known when all have been read, None where there is none."""
        return self._chunks.footer

    @property
    def is_last_line_ended(self) -> bool:
        """Whether the last record ends with a line end; known when all have been read."""
        return self._chunks.is_last_line_ended

    def records(self, work: Callable[[Records], _Made]) -> Iterator[tuple[Records, _Made]]:
        """Yield all records in order, and what is made of them, several chunks at the same time.

        Raises
        ------
        Unreadable
            When the file breaks the grammar; the fault names line and column.
        """

        def made(chunk: Signs) -> tuple[Records, _Made]:
            records = self._parsed(chunk)
            return records, work(records)

        record_count = 0
        for records, result in _in_order(made, self._chunks):
            record_count += records.record_count
            yield records, result
        if not record_count:
            raise Unreadable(Fault(None, None, "a header alone", "at least one record", "records"))

    def _parsed(self, signs: Signs) -> Records:
        if signs.text[:1] in b"\r\n" and not signs.text.strip(b"\r\n"):
            nothing = {signs.names[index]: pa.array([], pa.string()) for index in self._wanted}
            return Records(nothing, np.empty(0, np.int64), 0, ())
        if not signs.is_regular:
            signs.check()
        names = signs.names
        table, is_ragged = _parse(signs, self._wanted)
        faults: tuple[Fault, ...] = ()
        if not is_ragged and table.num_rows == signs.line_count:
            lines = np.arange(signs.first_line, signs.first_line + signs.line_count, dtype=np.int64)
            record_count = len(lines)
        else:
            lines, broken_count, faults = _counted(signs)
            if len(lines) != table.num_rows:
                seen = f"{table.num_rows} records one way, {len(lines)} another"
                raise Unreadable(Fault(signs.first_line, None, seen, "CSV that reads one way", "records"))
            record_count = len(lines) + broken_count
        columns = {names[index]: _only_chunk(table.column(str(index))) for index in self._wanted}
        if self._has_unnamed_last:
            lines, more = _without_values_beyond(columns, lines, len(names) - 1)
            faults = (*faults, *more)[:FAULTS_KEPT]
        return Records(columns, lines, record_count, faults)


def _in_order(function: Callable[[Signs], _Made], chunks: Iterable[Signs]) -> Iterator[_Made]:
    """Yield a function's results in the order of the chunks; a few chunks are worked on at the same time."""
    with ThreadPoolExecutor(WORKERS) as pool:
        waiting: deque[Future[_Made]] = deque()
        for chunk in chunks:
            waiting.append(pool.submit(function, chunk))
            if len(waiting) > WORKERS:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


def _parse(signs: Signs, wanted: list[int]) -> tuple[pa.Table, bool]:
    """Return the wanted columns, named by their place, and whether records of another width were left out."""
    places = [str(index) for index in wanted]
    is_ragged = False

    def skip(_: csv.InvalidRow) -> str:
        nonlocal is_ragged
        is_ragged = True
        return "skip"

    try:
        table = csv.read_csv(
            pa.BufferReader(pa.py_buffer(signs.text)),
            read_options=csv.ReadOptions(
                column_names=[str(index) for index in range(len(signs.names))],
                block_size=len(signs.text) + 1,
                use_threads=False,
            ),
            parse_options=csv.ParseOptions(
                delimiter=signs.delimiter,
                newlines_in_values=not signs.is_regular and signs.has_breaks_inside,
                invalid_row_handler=skip,
            ),
            convert_options=csv.ConvertOptions(
                check_utf8=False,  # checked already
                column_types={place: pa.string() for place in places},
                include_columns=places,
                null_values=[""],
                strings_can_be_null=True,
            ),
        )
    except pa.ArrowInvalid as error:
        raise Unreadable(Fault(signs.first_line, None, shown(str(error)), "CSV", "records")) from None
    return table, is_ragged


def _only_chunk(column: pa.ChunkedArray) -> pa.Array:
    return column.chunk(0) if column.num_chunks == 1 else column.combine_chunks()


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
    columns: dict[str, pa.Array], lines: np.ndarray, width: int
) -> tuple[np.ndarray, tuple[Fault, ...]]:
    """Take out the unnamed last column, and the records that have a value in it."""
    beyond = columns.pop("")
    if beyond.null_count == len(beyond):
        return lines, ()
    is_blank = pc.is_null(beyond)
    for name, column in columns.items():
        columns[name] = column.filter(is_blank)
    kept = is_blank.to_numpy(zero_copy_only=False)
    values = beyond.filter(pc.invert(is_blank))[:FAULTS_KEPT].to_pylist()
    faults = tuple(
        Fault(int(line), None, shown(value), f"nothing after the {width} named values", "width")
        for line, value in zip(lines[~kept][:FAULTS_KEPT], values, strict=True)
    )
    return lines[kept], faults
