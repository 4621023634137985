"""Plain cells: whole columns that keep their contract as they stand, found before the database sees them.

Most columns of most files hold nothing but cells that are written as they are stored. That is told for some
ten thousand rows at a time by operations on whole arrays, at a part of what it costs to ask a database
cell by cell. A column that holds anything else is left to the database: what is said here is never wrong, and
it need not be complete.
"""

from __future__ import annotations

import math
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from expectations.contract import Column, Contract
from flows.reading import Reading
from flows.reading.cell_stream import CellStream
from flows.reading.csv_text import WORKERS

DAY = r"\A\d{4}-\d{2}-\d{2}\z"
SAMPLE, FEW = 512, 128
"""A column is taken to repeat few texts when so many cells at its beginning hold no more than a few."""

TYPED = {"integer": pa.int32(), "date": pa.date32(), "boolean": pa.bool_()}
"""Types whose plain cells are handed on as values."""


EVERY_MARK = "every cell is plain"
"""Column that tells that every cell of every column near a row is plain."""


def mark_of(name: str) -> str:
    """Return the column that tells that every cell near a row is plain."""
    return f"plain {name}"


def typed_of(name: str) -> str:
    """Return the column that holds the values of plain cells in their type."""
    return f"typed {name}"


def marked(reading: Reading, contract: Contract) -> Reading:
    """Return the reading with what is plain told, and plain cells' values where their type is not text.

    Of a table that is told once per column, in ``Reading.plain``; of a stream, in a column beside each until
    it has been read once.
    """
    columns = [column for column in contract.columns if column.name in reading.table.column_names]
    typed = [
        pa.field(typed_of(column.name), TYPED[column.type]) for column in columns if column.type in TYPED
    ]
    if isinstance(reading.table, CellStream):
        return _marked_stream(reading, columns, typed)
    batches = reading.table.to_batches()
    with ThreadPoolExecutor(WORKERS) as pool:
        found = list(pool.map(lambda batch: _examined_batch(batch, columns), batches))
    plain = {
        column.name
        for column, told in zip(columns, zip(*(told for told, _ in found), strict=True), strict=False)
        if all(told)
    }
    schema = pa.schema([*reading.table.schema, *typed])
    table = pa.Table.from_batches(
        [
            pa.RecordBatch.from_arrays([*batch.columns, *values], schema=schema)
            for batch, (_, values) in zip(batches, found, strict=True)
        ],
        schema,
    )
    return replace(reading, table=table, plain=frozenset(plain))


def _marked_stream(reading: Reading, columns: list[Column], typed: list[pa.Field]) -> Reading:
    marks = [pa.field(mark_of(column.name), pa.bool_()) for column in columns]
    schema = pa.schema([*reading.table.schema, *typed, *marks, pa.field(EVERY_MARK, pa.bool_())])
    plain_everywhere = {column.name for column in columns}

    def mark(batch: pa.RecordBatch) -> pa.RecordBatch:
        plain, values = _examined_batch(batch, columns)
        told = [_repeated(is_plain, batch.num_rows) for is_plain in [*plain, all(plain)]]
        plain_everywhere.difference_update(
            column.name for column, is_plain in zip(columns, plain, strict=True) if not is_plain
        )
        return pa.RecordBatch.from_arrays([*batch.columns, *values, *told], schema=schema)

    def settle(read: Reading) -> Reading:
        settled = reading.settle(read) if reading.settle else read
        return replace(settled, plain=frozenset(plain_everywhere))

    return replace(reading, table=reading.table.mapped(mark, schema), settle=settle)


def _examined_batch(batch: pa.RecordBatch, columns: list[Column]) -> tuple[list[bool], list[pa.Array]]:
    """Return for each column whether its cells are plain, and the values of those that have a type."""
    plain, values = [], []
    for column in columns:
        is_plain, typed = _examined(batch.column(column.name), column)
        plain.append(is_plain)
        if column.type in TYPED:
            values.append(typed if is_plain else pa.nulls(batch.num_rows, TYPED[column.type]))
    return plain, values


def _repeated(value: bool, count: int) -> pa.Array:
    bits = pa.py_buffer((b"\xff" if value else b"\x00") * ((count + 7) // 8))
    return pa.BooleanArray.from_buffers(pa.bool_(), count, [None, bits])


def _examined(cells: pa.Array, column: Column) -> tuple[bool, pa.Array | None]:
    """Return whether all cells are plain, and then their values in their type."""
    if column.required and cells.null_count:
        return False, None
    if isinstance(cells, pa.DictionaryArray):
        if pc.any(pc.is_null(cells.dictionary)).as_py():
            return False, None
        is_plain, typed = _examined(cells.dictionary, column)
        return is_plain, typed.take(cells.indices) if is_plain and typed is not None else None
    is_plain, typed = _typed(cells, column)
    return is_plain and _has_allowed_texts(cells, column), typed


def _typed(cells: pa.Array, column: Column) -> tuple[bool, pa.Array | None]:
    """Return whether the cells are written as their type is stored, within its bounds, and their values."""
    try:
        if column.type == "text":
            return True, None
        if column.type == "number":
            # Arrow reads neither blanks nor grouped digits here; what is not finite it does read.
            numbers = pc.cast(cells, pa.float64())
            is_finite = pc.all(pc.is_finite(numbers)).as_py()
            return is_finite is not False and _is_within(numbers, column), None
        if column.type == "integer":
            if _may_hold_hexadecimal_digits(cells):  # which Arrow would read
                return False, None
            values = pc.cast(cells, pa.int32())
        elif column.type == "date":
            if not _all(pc.match_substring_regex(_distinct(cells), DAY)):
                return False, None
            values = pc.cast(cells, pa.date32())
        else:
            values = pc.equal(cells, "true")
            return _all(pc.is_in(_distinct(cells), pa.array(["true", "false", None], pa.string()))), values
    except pa.ArrowInvalid:
        return False, None
    return _is_within(values, column), values


def _is_within(values: pa.Array, column: Column) -> bool:
    if column.minimum is None and column.maximum is None:
        return True
    span = pc.min_max(values)
    low, high = span["min"].as_py(), span["max"].as_py()
    if low is None:
        return True
    least = column.minimum if column.minimum is not None else _least(low)
    most = column.maximum if column.maximum is not None else _most(high)
    return least <= low and high <= most


def _least(value: int | float | date) -> float | date:
    return date.min if isinstance(value, date) else -math.inf


def _most(value: int | float | date) -> float | date:
    return date.max if isinstance(value, date) else math.inf


def _has_allowed_texts(cells: pa.Array, column: Column) -> bool:
    """Tell whether no cell is blank, marked, or another text than the contract allows."""
    if column.type == "text" and not _all(pc.greater_equal(cells, "!")):  # every blank comes before it
        return False
    # What has been read as a number ends with a digit or a point.
    flags = [mark for mark in column.suffix_flags if column.type == "text" or mark[-1] in "0123456789."]
    if not (column.missing or flags or column.allowed is not None or column.pattern is not None):
        return True
    texts = _distinct(cells)
    bare = pc.utf8_rtrim(texts, " ") if column.missing or flags else texts
    if column.missing and pc.any(pc.is_in(bare, pa.array(column.missing, pa.string()))).as_py():
        return False
    if any(pc.any(pc.ends_with(bare, mark)).as_py() for mark in flags):
        return False
    if column.allowed is not None and not _all(
        pc.is_in(texts, pa.array([*column.allowed, None], pa.string()))
    ):
        return False
    return column.pattern is None or _all(pc.match_substring_regex(texts, rf"\A(?:{column.pattern})\z"))


def _may_hold_hexadecimal_digits(cells: pa.Array) -> bool:
    """Tell whether an x stands in the texts or in others that share their memory: all bytes at once."""
    texts = cells.buffers()[2]
    return texts is not None and bool(((np.frombuffer(texts, np.uint8) | 0x20) == ord("x")).any())


def _distinct(cells: pa.Array) -> pa.Array:
    """Return the distinct texts where they seem to be few, else all cells."""
    sample = pc.unique(cells[:SAMPLE])
    is_constant = len(sample) == 1 and not cells.null_count
    # Many a column repeats one text: to compare with it takes a third of what the search for others takes.
    if is_constant and pc.all(pc.equal(cells, sample[0])).as_py():
        return sample
    return pc.unique(cells) if len(sample) <= FEW else cells


def _all(conditions: pa.Array) -> bool:
    """Tell whether a condition holds wherever it is known."""
    return pc.all(conditions).as_py() is not False
