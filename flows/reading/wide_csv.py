"""Wide CSV: one record holds a run of values, one per value column; each value becomes a row."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from expectations.layout import CsvLayout
from flows.reading import csv_text
from flows.reading.binding import bind, is_value, value_name
from flows.reading.content import Content
from flows.reading.csv_reading import CsvCells, reading_of
from flows.reading.csv_text import CsvText, Records
from flows.reading.result import HEADER_COLUMN, ROW_NUMBER, Reading

header = csv_text.header

REPEATED = pa.dictionary(pa.int32(), pa.string())
"""Text that many rows have: it is held once."""


def read(content: Content, layout: CsvLayout) -> Reading:
    """Return the file's values in rows, record by record, in the order of the value columns.

    A blank value cell is no row. What stands beside the values is repeated for each of them.

    Raises
    ------
    Unreadable
        When the file is not CSV as the layout says.
    """
    text = CsvText(
        content, layout, lambda name: layout.canonical(name) in layout.bound or is_value(layout, name)
    )
    bound = bind(layout, text.frame.names, text.frame.header_line)
    above = [name for name in text.frame.names if is_value(layout, name)]
    value_names = pa.array([value_name(layout, name) for name in above], pa.string())
    value_headers = pa.array(above, pa.string())
    name_column, value_column = layout.values.name_column, layout.values.value_column
    missing = pa.array([None, "", *layout.values.missing], pa.string())
    schema = pa.schema(
        [
            (ROW_NUMBER, pa.int64()),
            *((landed, REPEATED) for landed in bound.values()),
            (name_column, REPEATED),
            (HEADER_COLUMN, REPEATED),
            (value_column, pa.string()),
        ]
    )

    def to_batch(records: Records) -> pa.RecordBatch:
        cells = [records.columns[name] for name in above]
        record, column = _filled(cells, len(records.lines), missing)
        index = pa.array(record.astype(np.int32))
        column_index = pa.array(column.astype(np.int32))
        return pa.RecordBatch.from_arrays(
            [
                pa.array(records.lines[record]),
                *(pa.DictionaryArray.from_arrays(index, records.columns[name]) for name in bound),
                pa.DictionaryArray.from_arrays(column_index, value_names),
                pa.DictionaryArray.from_arrays(column_index, value_headers),
                pa.concat_arrays(cells).take(pa.array(column * len(records.lines) + record)),
            ],
            schema=schema,
        )

    headers = {**{landed: name for name, landed in bound.items()}, name_column: name_column}
    cells = CsvCells(text, layout, schema, to_batch)
    return reading_of(content, cells, headers, layout.constants, value_column)


def _filled(cells: list[pa.Array], records: int, missing: pa.Array) -> tuple[np.ndarray, np.ndarray]:
    """Return record and column of every cell that holds a value, sorted by record, then column."""
    filled = np.empty((records, len(cells)), dtype=bool)
    for index, column in enumerate(cells):
        is_blank = pc.is_in(pc.ascii_trim_whitespace(column), missing)
        filled[:, index] = pc.invert(is_blank).to_numpy(zero_copy_only=False)
    return np.nonzero(filled)
