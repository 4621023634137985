"""Long CSV: one record per row of the landed table."""

from __future__ import annotations

import pyarrow as pa

from expectations.layout import CsvLayout
from flows.reading import csv_text
from flows.reading.binding import bind
from flows.reading.content import Content
from flows.reading.csv_reading import CsvCells, reading_of
from flows.reading.csv_text import CsvText, Records
from flows.reading.result import ROW_NUMBER, Reading

header = csv_text.header


def read(content: Content, layout: CsvLayout) -> Reading:
    """Return the file's cells, each under the landed column that its header feeds.

    Raises
    ------
    Unreadable
        When the file is not CSV as the layout says.
    """
    text = CsvText(content, layout, lambda name: layout.canonical(name) in layout.bound)
    bound = bind(layout, text.frame.names, text.frame.header_line)
    schema = pa.schema([(ROW_NUMBER, pa.int64()), *((landed, pa.string()) for landed in bound.values())])

    def to_batch(records: Records) -> pa.RecordBatch:
        columns = [pa.array(records.lines), *(records.columns[name] for name in bound)]
        return pa.RecordBatch.from_arrays(columns, schema=schema)

    cells = CsvCells(text, layout, schema, to_batch)
    return reading_of(content, cells, {landed: name for name, landed in bound.items()}, layout.constants)
