"""CSV text: read as the standard library reads it, and strict where that one is not."""

from __future__ import annotations

import csv
import io
import random
from dataclasses import dataclass

import pytest

from expectations.layout import CsvLayout
from flows.reading import HEAD_BYTES, Unreadable, csv_bytes
from flows.reading.csv_text import CsvText, header
from flows.reading.result import Fault
from tests.flows.reading.contents import content as landed

BOM = b"\xef\xbb\xbf"


def layout(**changes: object) -> CsvLayout:
    """A long layout; which columns it binds does not matter here."""
    return CsvLayout.model_validate({"name": "csv", "reader": "long_csv", "columns": {"a": "a"}, **changes})


@dataclass
class Parsed:
    """All records of a text, taken together."""

    columns: dict[str, list[str]]
    lines: list[int]
    record_count: int
    faults: list[Fault]


def parsed(content: bytes, **changes: object) -> Parsed:
    """All columns of the content."""
    text = CsvText(landed(content), layout(**changes), lambda _: True)
    names = [name for name in text.frame.names if name]
    found = Parsed({name: [] for name in names}, [], 0, [])
    for records, _ in text.records(lambda records: None):
        for name in names:
            found.columns[name] += [cell or "" for cell in records.columns[name].to_pylist()]
        found.lines += records.lines.tolist()
        found.record_count += records.record_count
        found.faults += records.faults
    return found


def cells(text: Parsed) -> list[tuple[str, ...]]:
    """The records as tuples."""
    return list(zip(*text.columns.values(), strict=True))


def refusal(content: bytes, **changes: object) -> tuple[int | None, str | None, str, str, str]:
    """Line, column, seen, expected and rule of the fault for which the content is refused."""
    with pytest.raises(Unreadable) as refused:
        parsed(content, **changes)
    fault = refused.value.fault
    return fault.line, fault.column, fault.seen, fault.expected, fault.rule


def test_cells_are_text_to_the_letter():
    text = parsed(b"a,b\n007, x \n1e5,NA\n")
    assert cells(text) == [("007", " x "), ("1e5", "NA")]
    assert text.lines == [2, 3]


def test_a_blank_cell_is_an_empty_text_quoted_or_not():
    assert cells(parsed(b'a,b\n,""\n')) == [("", "")]


def test_a_byte_order_mark_is_skipped():
    text = parsed(BOM + b"a,b\n1,2\n")
    assert list(text.columns) == ["a", "b"]
    assert header(landed(BOM + b"a,b\n1,2\n"), layout()) == ("a", "b")


@pytest.mark.parametrize("ending", [b"\n", b"\r\n"])
def test_both_line_ends_are_read_alike(ending: bytes):
    text = parsed(ending.join([b"a,b", b"1,2", b"3,4", b""]))
    assert (cells(text), text.lines) == ([("1", "2"), ("3", "4")], [2, 3])


def test_mixed_line_ends_are_read_alike():
    assert cells(parsed(b"a,b\r\n1,2\n3,4\r\n5,6")) == [("1", "2"), ("3", "4"), ("5", "6")]


def test_a_carriage_return_on_its_own_is_refused():
    assert refusal(b"a,b\n1,2\r3,4\n") == (
        2,
        "b",
        "1,2\r3,4",
        "a line feed after the carriage return",
        "line_end",
    )


def test_a_carriage_return_within_quotes_belongs_to_the_value():
    assert cells(parsed(b'a,b\n"1\r2",3\n4,5\n')) == [("1\r2", "3"), ("4", "5")]


def test_lines_are_counted_through_quoted_line_ends_and_blank_lines():
    text = parsed(b'a,b\n1,"x\ny\n"\n\n\r\n2,"z"\n3,w\n')
    assert cells(text) == [("1", "x\ny\n"), ("2", "z"), ("3", "w")]
    assert text.lines == [2, 7, 8]


def test_lines_are_counted_through_a_header_of_two_lines():
    text = parsed(b'"a\nx",b\n1,2\n')
    assert list(text.columns) == ["a\nx", "b"]
    assert text.lines == [3]


def test_quotes_within_quotes_and_delimiters_within_quotes_are_read():
    assert cells(parsed(b'a,b\n"say ""hi""","1,2"\n"""",x\n')) == [('say "hi"', "1,2"), ('"', "x")]


@pytest.mark.parametrize(
    ("content", "line", "column", "expected"),
    [
        (b'a,b\n1,2\n3,"4\n5,6\n', 3, "b", "a closing quote"),
        (b'a,b\n"1,2\n"3",4\n', 2, "a", "a closing quote before the next delimiter or line end"),
        (b'a,b\n"1"x,2\n', 2, "a", "a closing quote before the next delimiter or line end"),
        (b'a,b\n1,5" pipe\n', 2, "b", "no quote inside a value that is not quoted"),
        (b'a,b\n"x,y",5"\n', 2, "b", "no quote inside a value that is not quoted"),
    ],
)
def test_a_quote_out_of_place_is_refused_with_line_and_column(
    content: bytes, line: int, column: str, expected: str
):
    found = refusal(content)
    assert (found[0], found[1], found[3], found[4]) == (line, column, expected, "quoting")


def test_a_nul_byte_is_refused_with_line_and_column():
    assert refusal(b"a,b\n1,2\n3,4\x005\n") == (3, "b", "3,4\\x005", "text without NUL bytes", "nul_byte")


def test_bytes_outside_the_declared_encoding_are_refused_with_line_and_column():
    assert refusal("a,b\n1,2\n3,中\n".encode("gbk")) == (
        3,
        "b",
        "byte 0xD6 in 3,\\xd6\\xd0",
        "text in utf-8",
        "encoding",
    )


def test_a_declared_encoding_is_decoded():
    content = "a,b\n1,中国\n".encode("gb18030")
    assert cells(parsed(content, encodings=["utf-8", "gb18030"])) == [("1", "中国")]
    assert header(landed(content), layout(encodings=["utf-8", "gb18030"])) == ("a", "b")


def test_latin_1_is_not_taken_for_utf_8():
    assert refusal("a,b\n1,Côte\n".encode("latin-1"))[4] == "encoding"
    assert cells(parsed("a,b\n1,Côte\n".encode("latin-1"), encodings=["latin-1"])) == [("1", "Côte")]


def test_a_column_named_twice_is_refused():
    assert refusal(b"a,b,a\n1,2,3\n") == (1, "a", "2 columns of this name", "one", "header")


@pytest.mark.parametrize("content", [b"a,b\n", b"a,b", b"a,b\n\n\r\n"])
def test_a_header_alone_is_refused(content: bytes):
    assert refusal(content) == (None, None, "a header alone", "at least one record", "records")


def test_ragged_records_are_faults_of_their_lines_and_the_others_stand():
    text = parsed(b'a,b\n1,2\n3\n4,"x\ny"\n5,6,7\n8,9\n')
    assert cells(text) == [("1", "2"), ("4", "x\ny"), ("8", "9")]
    assert text.lines == [2, 4, 7]
    assert [(fault.line, fault.seen, fault.expected, fault.rule) for fault in text.faults] == [
        (3, "1 values: 3", "2 values", "width"),
        (6, "3 values: 5,6,7", "2 values", "width"),
    ]
    assert text.record_count == 5


def test_a_record_that_is_cut_off_is_ragged():
    assert [fault.line for fault in parsed(b"a,b,c\n1,2,3\n4,5").faults] == [3]


def test_only_the_first_thousand_ragged_records_are_told_and_all_are_counted():
    text = parsed(b"a,b\n1,2\n" + b"3\n" * 5000)
    assert (len(text.faults), text.record_count, len(text.lines)) == (1000, 5001, 1)


def test_lines_may_end_with_a_delimiter_where_the_layout_says_so():
    text = parsed(b"a,b,\n1,2,\n3,4,\n", trailing_delimiter=True)
    assert (list(text.columns), cells(text)) == (["a", "b"], [("1", "2"), ("3", "4")])


def test_a_value_in_the_unnamed_last_column_is_a_fault():
    text = parsed(b"a,b,\n1,2,\n3,4,5\n6,7,\n", trailing_delimiter=True)
    assert cells(text) == [("1", "2"), ("6", "7")]
    assert text.lines == [2, 4]
    (fault,) = text.faults
    assert (fault.line, fault.seen, fault.expected) == (3, "5", "nothing after the 2 named values")


def test_quoted_line_ends_are_read_wherever_a_piece_ends(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(csv_bytes, "PIECE_BYTES", 1 << 18)
    record = b'1,"%s"\n' % (b"line of a value\n" * 1000)
    text = parsed(b"a,b\n" + record * 700)
    assert len(record) * 700 > csv_bytes.PIECE_BYTES * 2
    assert text.lines == [2 + 1001 * number for number in range(700)]
    assert set(text.columns["b"]) == {"line of a value\n" * 1000}


def test_a_record_longer_than_several_pieces_is_read(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(csv_bytes, "PIECE_BYTES", 1 << 18)
    long = b"x" * (csv_bytes.PIECE_BYTES * 3)
    text = parsed(b"a,b\n1,2\n3," + long + b"\n4,5\n")
    assert [len(cell) for cell in text.columns["b"]] == [1, len(long), 1]


def test_a_header_that_does_not_end_within_the_head_is_none():
    assert header(landed(b"a" * (HEAD_BYTES + 1)), layout()) is None
    assert header(landed(b'"a\nb'), layout()) is None
    assert header(landed(b"a,b"), layout()) == ("a", "b")


def test_a_name_as_long_as_a_file_is_no_header():
    assert header(landed(b"a," + b"x" * 500_000 + b"\n1,2\n"), layout()) is None


def test_a_head_that_ends_within_a_character_is_read():
    head = "a,b\n中".encode()
    assert header(landed(head + "中".encode() * (HEAD_BYTES // 3)), layout()) == ("a", "b")


@pytest.mark.parametrize("head", [b"", b"\x00\x01\n", b"\xff\xfe\n", b"PK\x03\x04\x00\n"])
def test_what_is_no_text_has_no_known_header(head: bytes):
    assert header(landed(head), layout()) in (None, ())


def test_any_well_formed_text_reads_as_the_standard_library_reads_it():
    chance = random.Random(20240328)
    pieces = ["", "a", "7", " ", ",", '"', "\n", "\r\n", "\n\n", "中", "é", ";", "=1+1"]
    for _ in range(400):
        width = chance.randint(2, 5)
        records = [
            ["".join(chance.choices(pieces, k=chance.randint(0, 3))) for _ in range(width)]
            for _ in range(chance.randint(1, 12))
        ]
        ending = chance.choice(["\n", "\r\n"])
        stream = io.StringIO(newline="")
        writer = csv.writer(
            stream, lineterminator=ending, quoting=chance.choice([csv.QUOTE_ALL, csv.QUOTE_MINIMAL])
        )
        writer.writerow([f"c{index}" for index in range(width)])
        writer.writerows(records)
        written = stream.getvalue()
        lines, start = [], 1
        reader = csv.reader(io.StringIO(written, newline=""))
        for number, _ in enumerate(reader):
            if number:
                lines.append(start)
            start = reader.line_num + 1
        text = parsed(written.encode())
        assert cells(text) == [tuple(record) for record in records]
        assert text.lines == lines
