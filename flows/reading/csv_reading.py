"""From the records of a CSV text to a reading: a small file at once, a large one whenever it is asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import pyarrow as pa

from expectations.layout import CsvLayout
from flows.reading.binding import stated_vintage
from flows.reading.cell_stream import CellStream
from flows.reading.content import Content
from flows.reading.csv_text import CsvText, Records
from flows.reading.left_out import kept_rows
from flows.reading.result import FAULTS_KEPT, Fault, Reading

IN_MEMORY_BYTES = 3 << 26
"""Up to which size a file's cells are kept in memory; those of a larger one are read again for every use."""


@dataclass
class _Tally:
    """What is counted while all records of a file are read once."""

    record_count: int = 0
    broken_count: int = 0
    left_out_count: int = 0
    faults: tuple[Fault, ...] = ()


class CsvCells:
    """The cells of one CSV file, and what is counted while they are read."""

    def __init__(
        self,
        text: CsvText,
        layout: CsvLayout,
        schema: pa.Schema,
        to_batch: Callable[[Records], pa.RecordBatch],
    ) -> None:
        self._text = text
        self._layout = layout
        self.schema = schema
        self._to_batch = to_batch
        self._tally = _Tally()

    def batches(
        self, function: Callable[[pa.RecordBatch], pa.RecordBatch] = lambda batch: batch
    ) -> Iterator[pa.RecordBatch]:
        """Yield what a function makes of the rows, in order, without those that the layout leaves out."""
        tally = _Tally()  # of its own: a database may read the same file twice at the same time

        def work(records: Records) -> tuple[pa.RecordBatch, int]:
            batch, left_out = kept_rows(self._to_batch(records), self._layout)
            return function(batch), left_out

        for records, (batch, left_out) in self._text.records(work):
            tally.record_count += records.record_count
            tally.broken_count += records.record_count - len(records.lines)
            tally.left_out_count += left_out
            tally.faults += records.faults[: FAULTS_KEPT - len(tally.faults)]
            yield batch
        self._tally = tally

    def settled(self, reading: Reading) -> Reading:
        """Return a reading with what is known once all batches have been seen."""
        tally, footer = self._tally, self._text.footer
        return replace(
            reading,
            record_count=tally.record_count,
            broken_record_count=tally.broken_count,
            faults=tally.faults,
            left_out_row_count=tally.left_out_count,
            vintage=stated_vintage(self._layout, self._text.frame.preamble + (footer or "")),
            completeness="footer" if footer is not None else None,
            lacks_last_line_end=tally.record_count > 1 and not self._text.is_last_line_ended,
            settle=None,
        )


def reading_of(
    content: Content,
    cells: CsvCells,
    headers: dict[str, str],
    constants: dict[str, str],
    header_column_for: str | None = None,
) -> Reading:
    """Return the reading of a file's cells.

    Raises
    ------
    Unreadable
        When the file is not CSV as the layout says; of a large file, this is seen when its cells are used.
    """
    is_small = content.byte_count <= IN_MEMORY_BYTES
    table = (
        pa.Table.from_batches(cells.batches(), cells.schema)
        if is_small
        else CellStream(cells.schema, cells.batches)
    )
    reading = Reading(
        table=table,
        headers=headers,
        record_count=0,
        header_column_for=header_column_for,
        constants=constants,
        settle=cells.settled,
    )
    return cells.settled(reading) if is_small else reading
