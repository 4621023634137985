"""Long CSV: one record per row of the landed table."""

from __future__ import annotations

import pyarrow as pa

from expectations.layout import CsvLayout
from flows.reading import csv_text
from flows.reading.content import Content
from flows.reading.result import ROW_NUMBER, Reading

header = csv_text.header


def read(content: Content, layout: CsvLayout) -> Reading:
    """Return the file's cells, each under the landed column that its header feeds.

    Raises
    ------
    Unreadable
        When the file is not CSV as the layout says.
    """
    bound = layout.bound
    parsed = csv_text.parse(content.path.read_bytes(), layout, lambda name: name in bound)
    columns: dict[str, pa.Array | pa.ChunkedArray] = {ROW_NUMBER: pa.array(parsed.lines)}
    for name, landed in bound.items():
        if name in parsed.columns:
            columns[landed] = parsed.columns[name]
        else:
            columns[landed] = pa.nulls(len(parsed.lines), pa.string())
    return Reading(
        table=pa.table(columns),
        headers={landed: name for name, landed in bound.items()},
        record_count=parsed.record_count,
        broken_record_count=parsed.record_count - len(parsed.lines),
        faults=parsed.faults,
    )
