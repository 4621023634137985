"""From the records of a CSV text to a reading: a small file at once, a large one whenever it is asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import pyarrow as pa

from expectations.layout import CsvLayout
from flows.reading.binding import stated_vintage
from flows.reading.content import Content
from flows.reading.csv_text import CsvText, Records
from flows.reading.left_out import kept_rows
from flows.reading.result import FAULTS_KEPT, CellStream, Fault, Reading

IN_MEMORY_BYTES = 1 << 27
"""Up to which size a file's cells are kept in memory; those of a larger one are read again for every use."""


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
        self._begin()

    def _begin(self) -> None:
        self._record_count = self._broken_count = self._left_out_count = 0
        self._faults: list[Fault] = []

    def batches(
        self, function: Callable[[pa.RecordBatch], pa.RecordBatch] = lambda batch: batch
    ) -> Iterator[pa.RecordBatch]:
        """Yield what a function makes of the rows, in order, without those that the layout leaves out."""
        self._begin()

        def work(records: Records) -> tuple[pa.RecordBatch, int]:
            batch, left_out = kept_rows(self._to_batch(records), self._layout)
            return function(batch), left_out

        for records, (batch, left_out) in self._text.records(work):
            self._record_count += records.record_count
            self._broken_count += records.record_count - len(records.lines)
            self._faults += records.faults[: FAULTS_KEPT - len(self._faults)]
            self._left_out_count += left_out
            yield batch

    def settled(self, reading: Reading) -> Reading:
        """Return a reading with what is known once all batches have been seen."""
        around = self._text.frame.preamble + (self._text.footer or "")
        return replace(
            reading,
            record_count=self._record_count,
            broken_record_count=self._broken_count,
            faults=tuple(self._faults),
            left_out_row_count=self._left_out_count,
            vintage=stated_vintage(self._layout, around),
            completeness="footer" if self._text.footer is not None else None,
            lacks_last_line_end=self._record_count > 1 and not self._text.is_last_line_ended,
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
