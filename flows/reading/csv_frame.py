"""What stands around the records of a CSV text: preamble, header, lines of units, footer."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

from expectations.layout import CsvLayout
from flows.reading.csv_grammar import Signs, first_record, header_names
from flows.reading.result import Fault, Unreadable, shown

FOOTER_BYTES = 1 << 16
"""How far before the end a footer is looked for."""


@dataclass(frozen=True)
class Frame:
    """Where the records begin, and what their columns are called.

    Attributes
    ----------
    names : tuple of str
        The header's names, without surrounding blanks; an unnamed last one where lines end with a delimiter.
    header_line : int
        Line of the header, 1 for the first of the file.
    body_start : int
        Position of the first record in the text in UTF-8, byte order mark not counted.
    body_line : int
        Line on which the first record begins.
    preamble : str
        What stands before the header.
    """

    names: tuple[str, ...]
    header_line: int
    body_start: int
    body_line: int
    preamble: str


def framed(head: bytes, layout: CsvLayout) -> Frame:
    """Find where the records begin.

    Parameters
    ----------
    head : bytes
        The beginning of the text in UTF-8 without byte order mark, up to the first records.

    Raises
    ------
    Unreadable
        When the header or a line of units is not what the layout says.
    """
    header_start = _after_lines(head, 0, layout.preamble_line_count)
    header = first_record(head, header_start, is_whole=True) if header_start is not None else None
    if not header:
        raise Unreadable(Fault(None, None, shown(last_line(head)), "a header", "header"))
    names = header_names(header, layout.delimiter)
    header_line = layout.preamble_line_count + 1
    for name, times in Counter(names).items():
        if times > 1:
            raise Unreadable(Fault(header_line, name, f"{times} columns of this name", "one", "header"))
    Signs(header, header_line, layout.delimiter, names).check()
    unit_start = header_start + len(header)
    start = _after_lines(head, unit_start, layout.unit_line_count)
    if start is None:
        expected = f"{layout.unit_line_count} lines of units and a record"
        raise Unreadable(Fault(None, None, shown(last_line(head)), expected, "units"))
    _check_units(head, unit_start, start, layout)
    if layout.trailing_delimiter and names[-1] and _has_one_more(head, start, names, layout.delimiter):
        names = (*names, "")
    preamble = head[:header_start].decode("utf-8", "replace")
    return Frame(names, header_line, start, head.count(b"\n", 0, start) + 1, preamble)


def _after_lines(text: bytes, start: int, count: int) -> int | None:
    """Return the position after a number of lines, or None when the text has not as many."""
    for _ in range(count):
        start = text.find(b"\n", start) + 1
        if not start:
            return None
    return start


def _check_units(text: bytes, start: int, end: int, layout: CsvLayout) -> None:
    if layout.unit_pattern is None:
        return
    first = text.count(b"\n", 0, start) + 1
    for number, line in enumerate(text[start:end].decode("utf-8", "replace").splitlines()):
        if not re.fullmatch(layout.unit_pattern, line):
            expected = f"units like /{layout.unit_pattern}/"
            raise Unreadable(Fault(first + number, None, shown(line), expected, "units"))


def _has_one_more(text: bytes, start: int, names: tuple[str, ...], delimiter: str) -> bool:
    """Tell whether the first record has one value more than the header has names."""
    while start < len(text):
        record = first_record(text, start, is_whole=True) or b""
        if record.strip(b"\r\n"):
            return len(header_names(record, delimiter)) == len(names) + 1
        start += len(record) or len(text)
    return False


def footer_start(text: bytes, first_line: int, layout: CsvLayout) -> int:
    """Return where the footer begins in the last lines of a text, blank lines before it included.

    Parameters
    ----------
    text : bytes
        The end of the text from the beginning of some record on.
    first_line : int
        Line of the file on which it begins.

    Raises
    ------
    Unreadable
        When there is no footer: the file is cut.
    """
    position = max(0, len(text) - FOOTER_BYTES)
    if position:
        position = text.find(b"\n", position) + 1 or len(text)
    pattern, found = re.compile(layout.footer_pattern), None
    while position < len(text):
        end = text.find(b"\n", position) + 1 or len(text)
        is_alike = pattern.match(text[position:end].decode("utf-8", "replace"))
        if is_alike and not text.count(b'"', 0, position) & 1:
            found = position
            break
        position = end
    if found is None:
        line = first_line - 1 + text.count(b"\n") + (not text.endswith(b"\n"))
        expected = f"a footer that begins like /{layout.footer_pattern}/ at the end: the file is cut"
        raise Unreadable(Fault(line, None, shown(last_line(text)), expected, "footer"))
    while found:
        before = text.rfind(b"\n", 0, found - 1) + 1
        if text[before:found].strip(b" \t\r\n" + layout.delimiter.encode()):
            break
        found = before
    return found


def last_line(text: bytes) -> str:
    """Return the last line of a text, or the end of it."""
    return text[-1000:].rstrip(b"\r\n").rpartition(b"\n")[2].decode("utf-8", "replace")
