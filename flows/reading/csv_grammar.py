"""What CSV may look like: the signs of a text are checked as whole arrays, and every fault is placed.

The fast parser lets much through: quotes that are never closed or stand inside a value, NUL bytes, carriage
returns on their own. It also counts no lines. Both are made good here, without a loop over the records.
"""

from __future__ import annotations

import codecs
import csv
import io
from collections import Counter
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pyarrow as pa

from flows.reading.result import Fault, Unreadable, shown

QUOTE, LINE_FEED, CARRIAGE_RETURN = ord('"'), ord("\n"), ord("\r")


@dataclass(frozen=True)
class Signs:
    """A CSV text and where its quotes and line ends stand.

    Attributes
    ----------
    text : bytes
        UTF-8 without byte order mark.
    delimiter : str
        Sign between two values.
    """

    text: bytes
    delimiter: str

    @cached_property
    def codes(self) -> np.ndarray:
        """The bytes as numbers, not copied."""
        return np.frombuffer(self.text, np.uint8)

    @cached_property
    def quotes(self) -> np.ndarray:
        """Positions of the quotes."""
        return np.flatnonzero(self.codes == QUOTE) if b'"' in self.text else np.empty(0, np.int64)

    @cached_property
    def line_feeds(self) -> np.ndarray:
        """Positions of the line feeds."""
        return np.flatnonzero(self.codes == LINE_FEED)

    def is_inside(self, positions: np.ndarray) -> np.ndarray:
        """Tell which positions lie within quotes: an odd number of quotes stands before them."""
        return (np.searchsorted(self.quotes, positions) & 1).astype(bool)

    @cached_property
    def has_breaks_inside(self) -> bool:
        """Whether a quoted value holds a line end."""
        if not len(self.quotes):
            return False
        breaks = np.flatnonzero((self.codes == LINE_FEED) | (self.codes == CARRIAGE_RETURN))
        return bool(self.is_inside(breaks).any())

    @cached_property
    def header_end(self) -> int:
        """Position after the first record."""
        first = first_record(self.text, is_whole=True)
        return 0 if first is None else len(first)

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The header's names."""
        return header_names(self.text[: self.header_end], self.delimiter)

    def check(self) -> None:
        """Check the whole text.

        Raises
        ------
        Unreadable
            At the first sign that CSV does not have there.
        """
        for name, times in Counter(self.names).items():
            if times > 1:
                raise Unreadable(Fault(1, name, f"{times} columns of this name", "one", "header"))
        nul = self.text.find(b"\0")
        if nul >= 0:
            raise self.unreadable(nul, "text without NUL bytes", "nul_byte")
        self._check_quotes()
        if self.text.count(b"\r") != self.text.count(b"\r\n"):
            returns = np.flatnonzero(self.codes == CARRIAGE_RETURN)
            alone = returns[_codes_at(self.codes, returns + 1) != LINE_FEED]
            outside = alone[~self.is_inside(alone)]
            if len(outside):
                raise self.unreadable(int(outside[0]), "a line feed after the carriage return", "line_end")

    def _check_quotes(self) -> None:
        """Check that quotes enclose whole values: opened after a delimiter, closed before one."""
        quotes = self.quotes
        if not len(quotes):
            return
        ends = np.array([ord(self.delimiter), LINE_FEED, CARRIAGE_RETURN, QUOTE], dtype=np.uint8)
        opening, closing = quotes[0::2], quotes[1::2]
        before = _codes_at(self.codes, opening - 1)
        after = _codes_at(self.codes, closing + 1)
        wrongly_opened = opening[~np.isin(before, ends)]
        wrongly_closed = opening[: len(closing)][~np.isin(after, ends) & (closing < len(self.codes) - 1)]
        places = []
        if len(wrongly_opened):
            places.append((int(wrongly_opened[0]), "no quote inside a value that is not quoted"))
        if len(wrongly_closed):
            places.append((int(wrongly_closed[0]), "a closing quote before the next delimiter or line end"))
        if not places and len(quotes) % 2:
            places.append((int(quotes[-1]), "a closing quote"))
        if places:
            raise self.unreadable(*min(places), "quoting")

    def unreadable(self, position: int, expected: str, rule: str) -> Unreadable:
        """Return the refusal for what stands at a position of the text."""
        line, index, seen = place(self.text, position, self.delimiter)
        column = self.names[index] if index is not None and index < len(self.names) else None
        return Unreadable(Fault(line, column, seen, expected, rule))

    def records(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Return start, end and number of values of every record after the header; blank lines are none."""
        feeds = self.line_feeds[self.line_feeds >= self.header_end]
        ends = feeds[~self.is_inside(feeds)]
        if not self.text.endswith(b"\n"):
            ends = np.append(ends, len(self.text))
        starts = np.concatenate(([self.header_end], ends[:-1] + 1))
        returns = _codes_at(self.codes, ends - 1) == CARRIAGE_RETURN
        is_blank = ends - returns == starts
        starts, ends = starts[~is_blank], ends[~is_blank]
        delimiters = np.flatnonzero(self.codes == ord(self.delimiter))
        delimiters = delimiters[~self.is_inside(delimiters)]
        counts = np.searchsorted(delimiters, ends) - np.searchsorted(delimiters, starts) + 1
        return starts, ends, counts

    def lines_at(self, positions: np.ndarray) -> np.ndarray:
        """Return the line, 1 for the first, on which each position stands."""
        return np.searchsorted(self.line_feeds, positions) + 1


def as_utf8(content: bytes, encodings: tuple[str, ...], delimiter: str) -> bytes:
    """Return the content in UTF-8 without byte order mark, decoded by the first encoding that fits.

    Raises
    ------
    Unreadable
        When none does; the fault names the byte that the first of them cannot be.
    """
    for encoding in encodings:
        if codecs.lookup(encoding).name == "utf-8":
            if _is_utf8(content):
                return content.removeprefix(codecs.BOM_UTF8)
            continue
        try:
            return content.decode(encoding).encode()
        except UnicodeDecodeError:
            continue
    position = _first_undecodable(content, encodings[0])
    line, index, seen = place(content, position, delimiter)
    names = header_names(first_record(content, is_whole=True) or b"", delimiter)
    column = names[index] if index is not None and index < len(names) else None
    seen = shown(f"byte 0x{content[position]:02X} in {seen}")
    raise Unreadable(Fault(line, column, seen, f"text in {' or '.join(encodings)}", "encoding"))


def _first_undecodable(content: bytes, encoding: str) -> int:
    try:
        content.decode(encoding)
    except UnicodeDecodeError as error:
        return error.start
    raise AssertionError(f"{encoding}: one decoder refuses what the other reads")


def _is_utf8(content: bytes) -> bool:
    offsets = pa.py_buffer(np.array([0, len(content)], np.int64))
    whole = pa.LargeStringArray.from_buffers(1, offsets, pa.py_buffer(content))
    try:
        whole.validate(full=True)
    except pa.ArrowInvalid:
        return False
    return True


def first_record(text: bytes, *, is_whole: bool) -> bytes | None:
    """Return the first record with its line end, or None when it does not end within the text."""
    position, inside = 0, 0
    while (end := text.find(b"\n", position)) >= 0:
        inside ^= text.count(b'"', position, end) & 1
        position = end + 1
        if not inside:
            return text[:position]
    return text if is_whole and not inside ^ (text.count(b'"', position) & 1) else None


def header_names(record: bytes, delimiter: str) -> tuple[str, ...]:
    """Return the names of a header record, without surrounding blanks."""
    rows = csv.reader(io.StringIO(record.decode("utf-8", "replace"), newline=""), delimiter=delimiter)
    return tuple(name.strip() for name in next(rows, []))


def place(text: bytes, position: int, delimiter: str) -> tuple[int, int | None, str]:
    """Return line, index of the value within it, and the line's text, for a position.

    The index is None where the line begins within a quoted value, because its columns cannot be counted then.
    """
    start = text.rfind(b"\n", 0, position) + 1
    end = text.find(b"\n", position)
    line = text[start : end if end >= 0 else len(text)]
    index = None
    if not text.count(b'"', 0, start) & 1:
        # Between quotes, every second piece is inside.
        index = sum(piece.count(delimiter.encode()) for piece in text[start:position].split(b'"')[0::2])
    # Around the place, for a line may be as long as the file.
    near = line[max(0, position - start - 100) : position - start + 100]
    seen = near.rstrip(b"\r").decode("utf-8", "backslashreplace").replace("\0", "\\x00")
    return text.count(b"\n", 0, position) + 1, index, shown(seen)


def _codes_at(codes: np.ndarray, positions: np.ndarray) -> np.ndarray:
    """Return the signs at positions; those before the first or after the last count as line ends."""
    is_in = (positions >= 0) & (positions < len(codes))
    found = np.full(len(positions), LINE_FEED, np.uint8)
    found[is_in] = codes[positions[is_in]]
    return found
