"""Rows that a layout leaves out as no data, such as totals that somebody added: counted, not loaded."""

from __future__ import annotations

from dataclasses import replace
from typing import TypeVar

import pyarrow as pa
import pyarrow.compute as pc

from expectations.layout import Layout
from flows.reading.result import ROW_NUMBER, Reading

_Rows = TypeVar("_Rows", pa.Table, pa.RecordBatch)


def without_left_out(reading: Reading, layout: Layout) -> Reading:
    """Return the reading without the rows that the layout leaves out; a record is counted once."""
    if not isinstance(reading.table, pa.Table):
        return reading  # its rows are left out as they are read
    table, record_count = kept_rows(reading.table, layout)
    if not record_count:
        return reading
    return replace(reading, table=table, left_out_row_count=reading.left_out_row_count + record_count)


def kept_rows(rows: _Rows, layout: Layout) -> tuple[_Rows, int]:
    """Return the rows that are data, and how many records are not."""
    record_count = 0
    for rule in layout.left_out_rows:
        for column in rule.columns:
            if column not in rows.schema.names:
                continue
            cells = rows.column(column)
            if pa.types.is_dictionary(cells.type):
                cells = cells.cast(cells.type.value_type)
            is_out = pc.fill_null(pc.match_substring_regex(cells, rf"\A(?:{rule.pattern})\z"), False)
            record_count += pc.count_distinct(rows.column(ROW_NUMBER).filter(is_out)).as_py()
            rows = rows.filter(pc.invert(is_out))
    return rows, record_count
