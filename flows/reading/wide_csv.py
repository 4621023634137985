"""Wide CSV: one record holds a run of values, one per value column; each value becomes a row."""

from __future__ import annotations

import re

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from expectations.layout import CsvLayout
from flows.reading import csv_text
from flows.reading.content import Content
from flows.reading.result import HEADER_COLUMN, ROW_NUMBER, Reading

header = csv_text.header


def read(content: Content, layout: CsvLayout) -> Reading:
    """Return the file's values in rows, record by record, in the order of the value columns.

    A blank value cell is no row. What stands beside the values is repeated for each of them.

    Raises
    ------
    Unreadable
        When the file is not CSV as the layout says.
    """
    values = layout.values
    pattern = re.compile(values.header_pattern)
    bound = layout.bound

    def is_value(name: str) -> bool:
        return name not in bound and name not in layout.ignored_columns and bool(pattern.fullmatch(name))

    parsed = csv_text.parse(content.path.read_bytes(), layout, lambda name: name in bound or is_value(name))
    value_headers = [name for name in parsed.columns if is_value(name)]
    cells = [_one_array(parsed.columns[name]) for name in value_headers]
    record, column = _filled(cells, len(parsed.lines))
    columns: dict[str, pa.Array] = {ROW_NUMBER: pa.array(parsed.lines[record])}
    for name, landed in bound.items():
        if name in parsed.columns:
            # Repeated some sixty times: as a dictionary the text is held once.
            columns[landed] = _one_array(parsed.columns[name]).dictionary_encode().take(pa.array(record))
        else:
            columns[landed] = pa.nulls(len(record), pa.string())
    matches = [pattern.fullmatch(name) for name in value_headers]
    named = pa.array([match.group(1) if pattern.groups else match.group(0) for match in matches], pa.string())
    column_index = pa.array(column.astype(np.int32))
    columns[values.name_column] = pa.DictionaryArray.from_arrays(column_index, named)
    columns[HEADER_COLUMN] = pa.DictionaryArray.from_arrays(column_index, pa.array(value_headers))
    columns[values.value_column] = pa.concat_arrays(cells).take(pa.array(column * len(parsed.lines) + record))
    return Reading(
        table=pa.table(columns),
        headers={
            **{landed: name for name, landed in bound.items()},
            values.name_column: values.name_column,
        },
        record_count=parsed.record_count,
        broken_record_count=parsed.record_count - len(parsed.lines),
        faults=parsed.faults,
        header_column_for=values.value_column,
    )


def _one_array(chunked: pa.ChunkedArray) -> pa.Array:
    # Large strings: one array of a whole column may pass the two gigabytes that a plain one can address.
    return chunked.cast(pa.large_string()).combine_chunks()


def _filled(cells: list[pa.Array], records: int) -> tuple[np.ndarray, np.ndarray]:
    """Return record and column of every cell that is not blank, sorted by record, then column."""
    filled = np.empty((records, len(cells)), dtype=bool)
    for index, column in enumerate(cells):
        lengths = pc.binary_length(pc.ascii_trim_whitespace(column))
        filled[:, index] = pc.greater(lengths, 0).to_numpy(zero_copy_only=False)
    return np.nonzero(filled)
