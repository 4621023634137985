"""Wide CSV: every value that is there becomes a row, with the line of its record and the header above it."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from expectations.contract import load_contracts
from expectations.layout import CsvLayout
from flows.reading import Content, read
from flows.reading.result import HEADER_COLUMN
from tests.flows.reading.contents import content as landed

LAYOUT = CsvLayout.model_validate(
    {
        "name": "csv",
        "reader": "wide_csv",
        "columns": {"Name": "name", "Code": "code"},
        "ignored_columns": ["2099"],
        "trailing_delimiter": True,
        "values": {"header_pattern": r"(?:YR)?(\d{4})", "name_column": "year", "value_column": "value"},
    }
)


def rows(content: bytes) -> list[tuple]:
    """Line, code, header, year and value of every row."""
    table = read(landed(content), LAYOUT).table
    columns = ["row_number", "code", HEADER_COLUMN, "year", "value"]
    return list(zip(*(table.column(name).to_pylist() for name in columns), strict=True))


def test_values_become_rows_record_by_record():
    assert rows(b"Name,Code,2013,2014\nOne,A,1.50,2\nTwo,B,3,4\n") == [
        (2, "A", "2013", "2013", "1.50"),
        (2, "A", "2014", "2014", "2"),
        (3, "B", "2013", "2013", "3"),
        (3, "B", "2014", "2014", "4"),
    ]


def test_a_blank_cell_is_no_row():
    assert rows(b'Name,Code,2013,2014,2015\nOne,A,,2,\nTwo,B,"", \t,6\n') == [
        (2, "A", "2014", "2014", "2"),
        (3, "B", "2015", "2015", "6"),
    ]


def test_a_record_without_any_value_is_a_record_and_no_row():
    reading = read(landed(b"Name,Code,2013\nOne,A,\n"), LAYOUT)
    assert (reading.table.num_rows, reading.record_count) == (0, 1)


def test_the_name_of_a_value_is_the_group_in_its_header():
    assert rows(b"Name,Code,YR2013\nOne,A,1\n") == [(2, "A", "YR2013", "2013", "1")]


def test_value_columns_may_stand_anywhere_and_an_ignored_one_is_no_value():
    assert rows(b"2013,Code,2099,Name,2012\n1,A,7,One,2\n") == [
        (2, "A", "2013", "2013", "1"),
        (2, "A", "2012", "2012", "2"),
    ]


def test_lines_ending_with_a_delimiter_and_a_byte_order_mark_are_read():
    assert rows(b"\xef\xbb\xbfName,Code,2013,\r\nOne,A,1,\r\n") == [(2, "A", "2013", "2013", "1")]


def test_lines_are_right_after_a_quoted_line_end():
    assert [row[0] for row in rows(b'Name,Code,2013\n"One\nor two",A,1\nThree,B,2\n')] == [2, 4]


def test_the_reading_tells_the_header_of_a_value_row_by_row():
    assert read(landed(b"Name,Code,2013\nOne,A,1\n"), LAYOUT).header_column_for == "value"


@pytest.mark.real_data
@pytest.mark.parametrize("name", ["WDICSV_extract.csv", "WDICSV_extract_2018-08.csv"])
def test_the_publishers_indicators_read_as_the_standard_library_reads_them(shared_data: Path, name: str):
    path = shared_data / "wdi" / name
    layout = next(item for item in load_contracts() if item.name == "worldbank_wdi__observations").layouts[0]
    table = read(Content(path, name), layout).table
    with path.open(encoding="utf-8-sig", newline="") as lines:
        expected = [
            (record["Country Code"], record["Indicator Code"], year, value)
            for record in csv.DictReader(lines)
            for year, value in record.items()
            if year.isdigit() and value.strip()
        ]
    names = ["country_code", "indicator_code", "year", "value"]
    assert list(zip(*(table.column(column).to_pylist() for column in names), strict=True)) == expected


def test_a_mark_of_a_missing_value_is_no_row():
    values = {**LAYOUT.values.model_dump(), "missing": [".."]}
    marked = CsvLayout.model_validate({**LAYOUT.model_dump(), "values": values})
    table = read(landed(b"Name,Code,2013,2014\nOne,A,..,1\nTwo,B, .. ,\n"), marked).table
    assert table.column("value").to_pylist() == ["1"]


API = "API_14_DS2_en_csv_v2_3054360_science-and-technology-raw-2021.csv"


@pytest.mark.real_data
@pytest.mark.parametrize(
    ("name", "layout_name", "before", "vintage", "missing"),
    [
        (API, "api_csv", 4, "2021-09-15", ""),
        ("API_IT.NET.USER.ZS_DS2_en_csv_v2_4150946.csv", "api_csv", 4, "2022-05-25", ""),
        ("API_NE.TRD.GNFS.ZS_DS2_en_csv_v2_101.csv", "api_csv", 4, "2026-04-08", ""),
        ("DataBank_export_2025-01-28.csv", "databank_csv", 0, "2025-01-28", ".."),
    ],
)
def test_the_publishers_downloads_read_as_the_standard_library_reads_them(
    shared_data: Path, name: str, layout_name: str, before: int, vintage: str, missing: str
):
    path = shared_data / "wdi" / "formats" / name
    contract = next(item for item in load_contracts() if item.name == "worldbank_wdi__observations")
    layout = next(item for item in contract.layouts if item.name == layout_name)
    reading = read(Content(path, name), layout)
    expected = []
    with path.open(encoding="utf-8-sig", newline="") as lines:
        reader = csv.reader(lines)
        for _ in range(before):
            next(reader)
        names = next(reader)
        start = reader.line_num + 1
        for record in reader:
            for name_above, value in zip(names, record, strict=False):
                if name_above[:4].isdigit() and value not in ("", missing):
                    expected.append((start, record[1], record[3], name_above[:4], value))
            start = reader.line_num + 1
    columns = ["row_number", "country_code", "indicator_code", "year", "value"]
    found = list(zip(*(reading.table.column(column).to_pylist() for column in columns), strict=True))
    assert found == expected
    assert str(reading.vintage) == vintage
