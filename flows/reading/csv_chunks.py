"""The records of a CSV file in chunks of whole records: a file of any size is read in little memory."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from expectations.layout import CsvLayout
from flows.reading.content import Content
from flows.reading.csv_bytes import Undecodable, fitting_encoding, pieces
from flows.reading.csv_frame import FOOTER_BYTES, Frame, footer_start
from flows.reading.csv_grammar import Signs, last_record_end, place
from flows.reading.result import Fault, Unreadable, shown

RECORD_BYTES = 1 << 26
"""How long one record may be."""


@dataclass
class Chunks:
    """What stands between header and footer, some megabytes at a time; can be gone through again.

    Attributes
    ----------
    footer : str or None
        What stands after the records where the layout has a footer; known when all chunks have been seen.
    is_last_line_ended : bool
        The last record ends with a line end; known when all chunks have been seen.
    """

    content: Content
    layout: CsvLayout
    frame: Frame
    footer: str | None = None
    is_last_line_ended: bool = True

    def __iter__(self) -> Iterator[Signs]:
        """Yield whole records.

        Raises
        ------
        Unreadable
            When the text cannot be decoded, a record is too long, or the footer is lacking.
        """
        line, rest, to_skip = self.frame.body_line, b"", self.frame.body_start
        kept_back = FOOTER_BYTES if self.layout.footer_pattern else 0
        encoding = fitting_encoding(self.content, self.layout.encodings)
        try:
            for piece in pieces(self.content.path, encoding):
                if to_skip:
                    piece, to_skip = piece[to_skip:], max(0, to_skip - len(piece))
                end = last_record_end(rest, piece, kept_back)
                if end:
                    chunk = self._chunk(b"".join((rest, memoryview(piece)[:end])), line)
                    yield chunk
                    line, rest = line + chunk.line_count, piece[end:]
                    continue
                rest += piece
                if len(rest) > RECORD_BYTES:
                    raise self._too_long(rest, line)
        except Undecodable as broken:
            is_in_body = len(broken.before) >= to_skip
            text = rest + broken.before[to_skip:] if is_in_body else broken.before
            raise self._undecodable(text, broken.after, line if is_in_body else 1) from None
        end = len(rest)
        if self.layout.footer_pattern:
            end = footer_start(rest, line, self.layout)
            self.footer = rest[end:].decode("utf-8", "replace")
        if end:
            self.is_last_line_ended = rest.endswith(b"\n", 0, end)
            yield self._chunk(rest[:end], line)

    def _chunk(self, text: bytes, line: int) -> Signs:
        return Signs(text, line, self.layout.delimiter, self.frame.names)

    def _too_long(self, text: bytes, line: int) -> Unreadable:
        signs = self._chunk(text, line)
        try:
            signs.check()  # most often a quote is not closed
        except Unreadable as broken:
            return broken
        return signs.unreadable(0, f"a record of at most {RECORD_BYTES >> 20} megabytes", "record_length")

    def _undecodable(self, text: bytes, after: bytes, first_line: int) -> Unreadable:
        """Return the refusal for the first of the bytes after a text that begins with a record."""
        line, index, before = place(text, len(text), self.layout.delimiter)
        names = self.frame.names
        column = names[index] if index is not None and index < len(names) else None
        seen_after = after[:100].partition(b"\n")[0].rstrip(b"\r").decode("utf-8", "backslashreplace")
        seen = shown(f"byte 0x{after[0]:02X} in {before}{seen_after}")
        expected = f"text in {' or '.join(self.layout.encodings)}"
        return Unreadable(Fault(first_line - 1 + line, column, seen, expected, "encoding"))
