"""Long CSV: cells bound to landed columns by the names in the header, never by their place."""

from __future__ import annotations

from expectations.layout import CsvLayout
from flows.reading import read
from tests.flows.reading.contents import content as landed

LAYOUT = CsvLayout.model_validate(
    {
        "name": "csv",
        "reader": "long_csv",
        "columns": {"From": "exporter", "To": "importer"},
        "optional_columns": {"Note": "note"},
        "ignored_columns": ["Page"],
        "unknown_columns": "ignored",
    }
)


def test_columns_are_bound_by_name_whatever_their_order():
    straight = read(landed(b"From,To\nCHN,KAZ\n"), LAYOUT).table
    swapped = read(landed(b"To,From\nKAZ,CHN\n"), LAYOUT).table
    assert swapped.to_pylist() == straight.to_pylist()
    assert straight.to_pylist() == [{"row_number": 2, "exporter": "CHN", "importer": "KAZ"}]


def test_what_is_not_bound_is_not_read():
    table = read(landed(b"Page,From,Weather,To\n1,CHN,rain,KAZ\n"), LAYOUT).table
    assert table.column_names == ["row_number", "exporter", "importer"]


def test_a_column_that_may_be_there_is_read_when_it_is():
    assert read(landed(b"From,Note,To\nCHN,fog,KAZ\n"), LAYOUT).table.column("note").to_pylist() == ["fog"]


def test_the_reading_knows_what_the_file_calls_its_columns():
    reading = read(landed(b"From,To\nCHN,KAZ\n"), LAYOUT)
    assert reading.headers == {"exporter": "From", "importer": "To"}


def test_broken_records_are_counted_apart():
    reading = read(landed(b"From,To\nCHN,KAZ\nCHN\n"), LAYOUT)
    assert (reading.table.num_rows, reading.record_count, reading.broken_record_count) == (1, 2, 1)
