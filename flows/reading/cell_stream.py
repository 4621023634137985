"""Rows of a large file: read in pieces, and kept on the disk for the next time they are asked for."""

from __future__ import annotations

import os
import tempfile
import weakref
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import BinaryIO

import pyarrow as pa

from flows.reading.result import Unreadable

_Work = Callable[[pa.RecordBatch], pa.RecordBatch]


class CellStream:
    """Rows that are handed on batch by batch, because together they are too large.

    It speaks Arrow's stream protocol: a database scans it as it scans a table. What has been read once lies
    in a temporary file without a name, gone with the stream; where that has no room, the rows are read anew.

    Parameters
    ----------
    batches : callable
        Returns the rows from the first to the last, each batch after a given function.

    Attributes
    ----------
    num_rows : int
        Rows, known when they have been read once.
    failure : Unreadable or None
        Why they could not be read, the last time: a database tells it in its own words only.
    """

    def __init__(
        self,
        schema: pa.Schema,
        batches: Callable[[_Work], Iterator[pa.RecordBatch]],
        function: _Work = lambda batch: batch,
    ) -> None:
        self.schema = schema
        self.column_names = schema.names
        self._batches = batches
        self._function = function
        self._kept: BinaryIO | None = None
        self.num_rows = 0
        self.failure: Unreadable | None = None

    def mapped(self, function: _Work, schema: pa.Schema) -> CellStream:
        """Return the stream of what a function makes of each batch, several of them at the same time."""
        before = self._function
        return CellStream(schema, self._batches, lambda batch: function(before(batch)))

    def __arrow_c_schema__(self) -> object:
        """Return the schema in Arrow's protocol."""
        return self.schema.__arrow_c_schema__()

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        """Return the rows in Arrow's protocol."""
        batches = self._read() if self._kept is None else self._read_kept(self._kept)
        return pa.RecordBatchReader.from_batches(self.schema, batches).__arrow_c_stream__(requested_schema)

    def _read(self) -> Iterator[pa.RecordBatch]:
        self.failure, row_count = None, 0
        keeping = _Keeping(self.schema)
        try:
            for batch in self._batches(self._function):
                row_count += batch.num_rows
                keeping.add(batch)
                yield batch
            self.num_rows = row_count
            self._keep(keeping.finished())
        except Unreadable as failure:
            self.failure = failure
            raise
        finally:
            keeping.give_up()

    def _keep(self, file: BinaryIO | None) -> None:
        if file is None:
            return
        weakref.finalize(self, file.close)
        self._kept = self._kept or file

    def _read_kept(self, kept: BinaryIO) -> Iterator[pa.RecordBatch]:
        with pa.ipc.open_stream(pa.PythonFile(_FromStart(kept), mode="r")) as reader:
            yield from reader


class _Keeping:
    """Batches written to a temporary file, as long as there is room."""

    def __init__(self, schema: pa.Schema) -> None:
        self._file: BinaryIO | None = None
        with suppress(OSError):
            self._file = tempfile.TemporaryFile()  # noqa: SIM115
            self._writer = pa.ipc.new_stream(self._file, schema)

    def add(self, batch: pa.RecordBatch) -> None:
        if self._file is None:
            return
        try:
            self._writer.write_batch(batch)
        except OSError:
            self.give_up()

    def finished(self) -> BinaryIO | None:
        """Return the file, which the caller closes; None when there was no room."""
        if self._file is None:
            return None
        try:
            self._writer.close()
            self._file.flush()
        except OSError:
            self.give_up()
        file, self._file = self._file, None
        return file

    def give_up(self) -> None:
        """Close the file, unless it has been handed over."""
        if self._file is not None:
            with suppress(OSError):
                self._file.close()
        self._file = None


class _FromStart:
    """A file read from its beginning, without moving the place of anybody who reads it at the same time."""

    closed = False

    def __init__(self, file: BinaryIO) -> None:
        self._descriptor = file.fileno()
        self._position = 0

    def read(self, count: int = -1) -> bytes:
        data = os.pread(self._descriptor, count, self._position)
        self._position += len(data)
        return data
