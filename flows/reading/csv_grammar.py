"""What CSV may look like: the signs of a text are checked as whole arrays, and every fault is placed.

The fast parser lets much through: quotes that are never closed or stand inside a value, NUL bytes, carriage
returns on their own. It also counts no lines. Both are made good here, without a loop over the records.
"""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass
from functools import cache, cached_property

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from flows.reading.result import Fault, Unreadable, shown

QUOTE, LINE_FEED, CARRIAGE_RETURN = ord('"'), ord("\n"), ord("\r")


@dataclass(frozen=True)
class Signs:
    """Whole records of a CSV text, and where their quotes and line ends stand.

    Attributes
    ----------
    text : bytes
        UTF-8 without byte order mark.
    first_line : int
        Line of the file on which the text begins.
    delimiter : str
        Sign between two values.
    names : tuple of str
        Names of the values of a record.
    """

    text: bytes
    first_line: int
    delimiter: str
    names: tuple[str, ...]

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

    @cached_property
    def line_count(self) -> int:
        """Lines of the text; the last may lack its end."""
        return np.count_nonzero(self.codes == LINE_FEED) + (not self.text.endswith(b"\n"))

    @cached_property
    def is_regular(self) -> bool:
        """Whether the text keeps the grammar and every line is a record; found in one go, without places."""
        if b'"' not in self.text:
            return b"\0" not in self.text and not len(self._lone_returns)
        # One automaton over the text as a single value: a third of what whole arrays cost.
        buffers = [None, pa.py_buffer(np.array([0, len(self.text)], np.int64)), pa.py_buffer(self.text)]
        whole = pa.Array.from_buffers(pa.large_binary(), 1, buffers)
        return pc.match_substring_regex(whole, _regular(self.delimiter))[0].as_py()

    def is_inside(self, positions: np.ndarray) -> np.ndarray:
        """Tell which positions lie within quotes: an odd number of quotes stands before them."""
        return (np.searchsorted(self.quotes, positions) & 1).astype(bool)

    @cached_property
    def has_breaks_inside(self) -> bool:
        """Whether a quoted value holds a line end."""
        if not len(self.quotes):
            return False
        if self.is_inside(self.line_feeds).any():
            return True
        return len(self._lone_returns) > 0

    @cached_property
    def _lone_returns(self) -> np.ndarray:
        """Positions of the carriage returns without a line feed after them."""
        if b"\r" not in self.text or self.text.count(b"\r") == self.text.count(b"\r\n"):
            return np.empty(0, np.int64)
        returns = np.flatnonzero(self.codes == CARRIAGE_RETURN)
        return returns[_codes_at(self.codes, returns + 1) != LINE_FEED]

    def check(self) -> None:
        """Check the whole text.

        Raises
        ------
        Unreadable
            At the first sign that CSV does not have there.
        """
        nul = self.text.find(b"\0")
        if nul >= 0:
            raise self.unreadable(nul, "text without NUL bytes", "nul_byte")
        self._check_quotes()
        outside = self._lone_returns[~self.is_inside(self._lone_returns)]
        if len(outside):
            raise self.unreadable(int(outside[0]), "a line feed after the carriage return", "line_end")

    def _check_quotes(self) -> None:
        """Check that quotes enclose whole values: opened after a delimiter, closed before one."""
        quotes = self.quotes
        if not len(quotes):
            return
        ends = np.zeros(256, dtype=bool)
        ends[[ord(self.delimiter), LINE_FEED, CARRIAGE_RETURN, QUOTE]] = True
        opening, closing = quotes[0::2], quotes[1::2]
        wrongly_opened = opening[~ends[_codes_at(self.codes, opening - 1)]]
        wrongly_closed = opening[: len(closing)][~ends[_codes_at(self.codes, closing + 1)]]
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
        return Unreadable(Fault(self.first_line - 1 + line, column, seen, expected, rule))

    def records(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Return start, end and number of values of every record; blank lines are none."""
        ends = self.line_feeds[~self.is_inside(self.line_feeds)]
        if not self.text.endswith(b"\n"):
            ends = np.append(ends, len(self.text))
        starts = np.concatenate(([0], ends[:-1] + 1))
        returns = _codes_at(self.codes, ends - 1) == CARRIAGE_RETURN
        is_blank = ends - returns == starts
        starts, ends = starts[~is_blank], ends[~is_blank]
        delimiters = np.flatnonzero(self.codes == ord(self.delimiter))
        delimiters = delimiters[~self.is_inside(delimiters)]
        counts = np.searchsorted(delimiters, ends) - np.searchsorted(delimiters, starts) + 1
        return starts, ends, counts

    def lines_at(self, positions: np.ndarray) -> np.ndarray:
        """Return the line of the file on which each position stands."""
        return np.searchsorted(self.line_feeds, positions) + self.first_line


@cache
def _regular(delimiter: str) -> str:
    other, sign = rf"{re.escape(delimiter)}\r\n\x00", re.escape(delimiter)
    value = rf'(?:"(?:[^"\r\n\x00]|"")*"|[^"{other}]*)'
    return rf"\A(?:{value}(?:{sign}|\r?\n))*{value}\z"


def last_record_end(rest: bytes, piece: bytes, kept_back: int) -> int:
    """Return the position in a piece after the last record that ends in it; 0 when none does.

    Parameters
    ----------
    rest : bytes
        The beginning of a record that ends in the piece, or in a later one.
    kept_back : int
        How many bytes at the end of the piece are not looked at.
    """
    end = piece.rfind(b"\n", 0, max(0, len(piece) - kept_back)) + 1
    if not end or not (b'"' in piece or b'"' in rest):
        return end
    codes = np.frombuffer(piece, np.uint8, end)
    if not (rest.count(b'"') + np.count_nonzero(codes == QUOTE)) & 1:
        return end
    # The last line end stands within quotes: look for the last one that does not.
    feeds = np.flatnonzero(codes == LINE_FEED)
    quotes_before = np.searchsorted(np.flatnonzero(codes == QUOTE), feeds) + rest.count(b'"')
    outside = feeds[quotes_before % 2 == 0]
    return int(outside[-1]) + 1 if len(outside) else 0


def first_record(text: bytes, start: int = 0, *, is_whole: bool) -> bytes | None:
    """Return the record that begins at ``start``, with its line end; None when it does not end here."""
    position, inside = start, 0
    while (end := text.find(b"\n", position)) >= 0:
        inside ^= text.count(b'"', position, end) & 1
        position = end + 1
        if not inside:
            return text[start:position]
    return text[start:] if is_whole and not inside ^ (text.count(b'"', position) & 1) else None


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
    if len(positions) and positions[0] >= 0 and positions[-1] < len(codes):  # they are in order
        return codes[positions]
    is_in = (positions >= 0) & (positions < len(codes))
    found = np.full(len(positions), LINE_FEED, np.uint8)
    found[is_in] = codes[positions[is_in]]
    return found
