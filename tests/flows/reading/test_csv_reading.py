"""Large files: read in pieces, as often as they are asked for, they give what a small one gives at once."""

from __future__ import annotations

import errno
import io
import random
import tempfile
from collections.abc import Iterator
from dataclasses import replace

import pytest

from expectations.layout import CsvLayout
from flows.loading.checking import landed
from flows.reading import Reading, Unreadable, csv_bytes, csv_chunks, csv_frame, csv_reading, read
from flows.reading.cell_stream import CellStream
from flows.warehouse import Connection, in_memory
from tests.flows.reading.contents import content

LONG = {"name": "csv", "reader": "long_csv", "columns": {"Code": "code", "Price": "price"}}
WIDE = {
    "name": "csv",
    "reader": "wide_csv",
    "columns": {"Code": "code"},
    "values": {"header_pattern": r"\d{4}", "name_column": "year", "value_column": "price", "missing": [".."]},
}


@pytest.fixture
def _in_small_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(csv_reading, "IN_MEMORY_BYTES", 0)
    monkeypatch.setattr(csv_bytes, "PIECE_BYTES", 7)
    monkeypatch.setattr(csv_chunks, "FOOTER_BYTES", 40)
    monkeypatch.setattr(csv_frame, "FOOTER_BYTES", 40)


@pytest.fixture(scope="module")
def connection() -> Iterator[Connection]:
    """Any database."""
    with in_memory() as opened:
        yield opened


def rows(connection: Connection, reading: Reading) -> list[tuple]:
    """All rows as a database sees them, in order."""
    with landed(connection, reading):
        return connection.execute("select * from landed order by row_number").fetchall()


def stripped(reading: Reading) -> Reading:
    """What is known of a reading besides its rows."""
    return replace(reading.settled(), table=None)


def both(
    connection: Connection, data: str | bytes, made: CsvLayout, monkeypatch: pytest.MonkeyPatch
) -> tuple[object, object]:
    """What a small and a large file of the same content give: rows and facts, or the fault."""
    found = []
    for in_memory_bytes, piece_bytes in ((1 << 20, 1 << 20), (0, 7)):
        monkeypatch.setattr(csv_reading, "IN_MEMORY_BYTES", in_memory_bytes)
        monkeypatch.setattr(csv_bytes, "PIECE_BYTES", piece_bytes)
        try:
            reading = read(content(data), made)
            found.append((rows(connection, reading), stripped(reading)))
        except Unreadable as refused:
            found.append(refused.fault)
    return found[0], found[1]


@pytest.mark.parametrize(
    "data",
    [
        "Code,Price\na,1\nb,2\n",
        'Code,Price\r\n"a\n,""b",1\r\n\r\nc,"2"\r\n',
        "Code,Price\na,1\nb\nc,3,4\nd,5",
        "Code,Price\n" + "a,1\n" * 500 + "b,2,3\n" + "c,4\n" * 10,
        "Code,Price\n",
        'Code,Price\na,1\nb,"2\nc,3\n',
        'Code,Price\na,1\n"b"x,2\nc,3\n',
        "Code,Price\na,1\nb,\x002\n",
        "Code,Price\na,1\rb,2\n",
        b"Code,Price\na,1\nb,\xff\n",
    ],
)
def test_a_large_file_reads_as_a_small_one(
    connection: Connection, data: str | bytes, monkeypatch: pytest.MonkeyPatch
):
    small, large = both(connection, data, CsvLayout.model_validate(LONG), monkeypatch)
    assert large == small


def test_a_large_wide_file_reads_as_a_small_one(connection: Connection, monkeypatch: pytest.MonkeyPatch):
    data = "Code,2013,2014\n" + "".join(f"c{number},{number},..\n" for number in range(50)) + "last,,7\n"
    small, large = both(connection, data, CsvLayout.model_validate(WIDE), monkeypatch)
    assert large == small
    assert len(large[0]) == 51


def test_footer_preamble_and_rows_that_are_no_data_are_found_in_pieces(
    connection: Connection, monkeypatch: pytest.MonkeyPatch
):
    made = CsvLayout.model_validate(
        {
            **LONG,
            "preamble_line_count": 2,
            "trailing_delimiter": True,
            "footer_pattern": "End of ",
            "vintage": {"pattern": r"Updated (\S+)"},
            "left_out_rows": [{"columns": ["code"], "pattern": "Total", "reason": "a sum"}],
        }
    )
    monkeypatch.setattr(csv_chunks, "FOOTER_BYTES", 40)
    monkeypatch.setattr(csv_frame, "FOOTER_BYTES", 40)
    records = "".join(f"c{number},{number},\n" for number in range(60))
    data = f"x\n\nCode,Price\n{records}Total,9,\n,,\nEnd of file\nUpdated 2024-03-28\n"
    small, large = both(connection, data, made, monkeypatch)
    assert large == small
    found = large[1]
    assert (found.record_count, found.left_out_row_count, found.completeness) == (61, 1, "footer")
    assert str(found.vintage) == "2024-03-28"


def test_any_text_well_formed_or_not_gives_the_same_in_pieces(
    connection: Connection, monkeypatch: pytest.MonkeyPatch
):
    chance = random.Random(20250128)
    pieces = ["a", "7", ",", ",", '"', '""', "\n", "\n", "\r\n", "\r", "中", "\n\n", '"x"', '"x\ny"']
    made = CsvLayout.model_validate(LONG)
    for _ in range(150):
        data = "Code,Price\n" + "".join(chance.choices(pieces, k=chance.randint(1, 40)))
        small, large = both(connection, data, made, monkeypatch)
        if isinstance(small, tuple) and small[1:2] and isinstance(small[1], Reading):
            assert large == small, data
        else:  # which of several faults is met first depends on where a piece ends
            assert not isinstance(large, tuple) or large == small, data


@pytest.mark.usefixtures("_in_small_pieces")
def test_a_large_file_can_be_read_again_and_again(connection: Connection):
    reading = read(content("Code,Price\na,1\nb,2\n"), CsvLayout.model_validate(LONG))
    assert isinstance(reading.table, CellStream)
    assert rows(connection, reading) == rows(connection, reading) == [(2, "a", "1"), (3, "b", "2")]
    assert reading.settled().record_count == 2


@pytest.mark.usefixtures("_in_small_pieces")
def test_why_a_large_file_cannot_be_read_is_told_in_our_words(connection: Connection):
    reading = read(content('Code,Price\na,1\nb,2"\n'), CsvLayout.model_validate(LONG))
    with pytest.raises(Unreadable, match=r"line 3, column 'Price': .* no quote inside a value"):
        rows(connection, reading)


@pytest.mark.usefixtures("_in_small_pieces")
def test_a_record_longer_than_allowed_is_refused_before_it_is_read_to_its_end(
    connection: Connection, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(csv_chunks, "RECORD_BYTES", 1000)
    for long in ("x" * 5000, '"' + "x\n" * 2500):
        reading = read(content(f"Code,Price\na,1\n{long},2\nb,3\n"), CsvLayout.model_validate(LONG))
        with pytest.raises(Unreadable) as refused:
            rows(connection, reading)
        assert refused.value.fault.line == 3
        assert refused.value.fault.rule in ("record_length", "quoting")


@pytest.mark.usefixtures("_in_small_pieces")
def test_a_query_may_read_a_large_file_twice_at_the_same_time(connection: Connection):
    data = "Code,Price\n" + "".join(f"c{number},{number}\n" for number in range(300))
    reading = read(content(data), CsvLayout.model_validate(LONG))
    with landed(connection, reading):
        twice = "select count(*) from landed as a join landed as b on a.code = b.code"
        assert connection.execute(twice).fetchall() == [(300,)]
    assert (reading.settled().record_count, reading.table.num_rows) == (300, 300)


@pytest.mark.usefixtures("_in_small_pieces")
def test_the_text_is_parsed_once(connection: Connection, monkeypatch: pytest.MonkeyPatch):
    reading = read(content("Code,Price\na,1\nb,2\n"), CsvLayout.model_validate(LONG))
    first = rows(connection, reading)
    monkeypatch.setattr(csv_bytes, "pieces", None)
    monkeypatch.setattr(csv_chunks, "pieces", None)
    assert rows(connection, reading) == first


@pytest.mark.usefixtures("_in_small_pieces")
def test_where_a_temporary_file_has_no_room_the_text_is_parsed_again(
    connection: Connection, monkeypatch: pytest.MonkeyPatch
):
    class Full(io.BytesIO):
        def write(self, data: bytes) -> int:
            raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(tempfile, "TemporaryFile", Full)
    reading = read(content("Code,Price\na,1\nb,2\n"), CsvLayout.model_validate(LONG))
    assert rows(connection, reading) == rows(connection, reading) == [(2, "a", "1"), (3, "b", "2")]
