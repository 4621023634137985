"""What stands around the records: preamble, lines of units, footer, and lines that end with a delimiter."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

import pytest

from expectations.layout import CsvLayout
from flows.reading import Content, Unreadable, header, read
from flows.reading.result import Reading
from tests.flows.reading.contents import content as landed

PREAMBLE = {"preamble_line_count": 2, "vintage": {"pattern": r"Updated,(\S+)"}}
FOOTER = {
    "footer_pattern": "Data from ",
    "vintage": {"pattern": r"Updated: (\d\d/\d\d/\d{4})", "format": "%m/%d/%Y"},
}
UNITS = {"unit_line_count": 1, "unit_pattern": r",\(\$/bbl\)"}


def layout(**changes: object) -> CsvLayout:
    """A long layout of two columns."""
    return CsvLayout.model_validate(
        {"name": "csv", "reader": "long_csv", "columns": {"Code": "code", "Price": "price"}, **changes}
    )


def reading(content: bytes | str, **changes: object) -> Reading:
    """What is read of a content."""
    return read(landed(content), layout(**changes))


def rows(found: Reading) -> list[tuple]:
    """Line and cells of every record."""
    names = ["row_number", "code", "price"]
    return list(zip(*(found.table.column(name).to_pylist() for name in names), strict=True))


def fault(content: bytes | str, **changes: object) -> tuple:
    """Line, seen, expected and rule of the fault for which a content is refused."""
    with pytest.raises(Unreadable) as refused:
        reading(content, **changes)
    found = refused.value.fault
    return found.line, found.seen, found.expected, found.rule


def test_the_header_stands_after_the_preamble_and_lines_stay_those_of_the_file():
    content = "\ufeffUpdated,2021-09-15\r\n\r\nCode,Price\r\na,1\r\nb,2\r\n"
    found = reading(content, **PREAMBLE)
    assert header(landed(content), layout(**PREAMBLE)) == ("Code", "Price")
    assert rows(found) == [(4, "a", "1"), (5, "b", "2")]
    assert (found.vintage, found.completeness) == (date(2021, 9, 15), None)


def test_a_text_that_ends_within_its_preamble_has_no_header():
    assert header(landed("Updated,2021-09-15\n"), layout(**PREAMBLE)) is None
    assert fault("Updated,2021-09-15\n", **PREAMBLE)[2:] == ("a header", "header")


def test_a_preamble_that_states_no_vintage_is_read_all_the_same():
    assert reading("x\n\nCode,Price\na,1\n", **PREAMBLE).vintage is None


def test_a_vintage_in_another_form_is_refused():
    assert fault("Updated,15.9.2021\n\nCode,Price\na,1\n", **PREAMBLE)[1:] == (
        "15.9.2021",
        "a vintage written as YYYY-MM-DD",
        "vintage",
    )


@pytest.mark.parametrize("blank", ["", "\n", ",\n,\n , \n"])
def test_a_footer_is_no_record_and_shows_that_the_file_is_whole(blank: str):
    found = reading(f"Code,Price\na,1\nb,2\n{blank}Data from here,\nUpdated: 01/28/2025,\n", **FOOTER)
    assert rows(found) == [(2, "a", "1"), (3, "b", "2")]
    assert (found.record_count, found.vintage, found.completeness) == (2, date(2025, 1, 28), "footer")


def test_a_file_without_its_footer_is_cut():
    line, seen, expected, rule = fault("Code,Price\na,1\nb,2\n", **FOOTER)
    assert (line, seen, rule) == (3, "b,2", "footer")
    assert expected == "a footer that begins like /Data from / at the end: the file is cut"


def test_a_footer_alone_is_no_record():
    assert fault("Code,Price\nData from here\n", **FOOTER)[1] == "a header alone"


def test_a_footer_within_quotes_is_not_taken_for_one():
    assert fault('Code,Price\na,"1\nData from here\n2"\nb,3\n', **FOOTER)[3] == "footer"


def test_lines_of_units_are_no_records_and_must_say_what_the_layout_says():
    assert rows(reading("Code,Price\n,($/bbl)\na,1\n", **UNITS)) == [(3, "a", "1")]
    assert fault("Code,Price\n,(Yuan/bbl)\na,1\n", **UNITS) == (
        2,
        ",(Yuan/bbl)",
        r"units like /,\(\$/bbl\)/",
        "units",
    )
    assert fault("Code,Price", **UNITS)[3] == "units"


@pytest.mark.parametrize("first", ["Code,Price", "Code,Price,"])
def test_records_may_end_with_a_delimiter_that_the_header_lacks(first: str):
    found = reading(f"{first}\r\na,1,\r\nb,2,\r\n", trailing_delimiter=True)
    assert rows(found) == [(2, "a", "1"), (3, "b", "2")]


def test_a_value_after_the_last_name_is_a_fault_though_the_header_has_no_name_there():
    found = reading("Code,Price\na,1,\nb,2,x\nc,3\n", trailing_delimiter=True)
    assert rows(found) == [(2, "a", "1")]
    assert sorted((item.line, item.seen, item.expected) for item in found.faults) == [
        (3, "x", "nothing after the 2 named values"),
        (4, "2 values: c,3", "3 values"),
    ]


def test_where_no_record_ends_with_a_delimiter_none_may():
    assert rows(reading("Code,Price\na,1\n", trailing_delimiter=True)) == [(2, "a", "1")]
    assert [item.line for item in reading("Code,Price\na,1\nb,2,\n", trailing_delimiter=True).faults] == [3]


def test_a_line_feed_alone_within_quotes_stands_in_a_text_of_both_line_ends():
    found = reading('Code,Price\r\n"a\nb",1\r\nc,2\r\n')
    assert rows(found) == [(2, "a\nb", "1"), (4, "c", "2")]


def test_a_last_record_without_the_line_end_of_the_others_is_told():
    assert reading("Code,Price\na,1\nb,2").lacks_last_line_end
    assert not reading("Code,Price\na,1\nb,2\n").lacks_last_line_end
    assert not reading("Code,Price\na,1").lacks_last_line_end


def test_two_headers_that_feed_one_column_are_refused():
    found = fault("Code,Price,Cost\na,1,2\n", aliases={"Cost": "Price"})
    assert found[1:3] == ("'Price' and 'Cost'", "one column that feeds price")


def test_a_fault_names_the_column_as_the_file_does():
    found = reading("Code,Cost\na,1\n", aliases={"Cost": "Price"})
    assert (rows(found), found.headers["price"]) == ([(2, "a", "1")], "Cost")


def test_rows_that_are_no_data_are_left_out_and_counted():
    total = [{"columns": ["code"], "pattern": "Total.*", "reason": "a sum that somebody added"}]
    found = reading("Code,Price\na,1\nTotal of all,1\nA Total,3\n", left_out_rows=total)
    assert rows(found) == [(2, "a", "1"), (4, "A Total", "3")]
    assert (found.record_count, found.left_out_row_count) == (3, 1)


@pytest.mark.real_data
@pytest.mark.parametrize(
    ("name", "encoding", "changes", "skipped"),
    [
        (
            "comtrade/TradeData_2022_CHN_USA_DEU_TOTAL_all_partners.csv",
            "windows-1252",
            {"trailing_delimiter": True},
            0,
        ),
        ("comtrade/TradeData_THA_8542_2014_2024.csv", "windows-1252", {"trailing_delimiter": True}, 0),
        ("customs/gacc_soybean_2023.csv", "gb18030", {"trailing_delimiter": True}, 0),
        (
            "customs/gacc_fuel_export_2024_no_partner.utf8.csv",
            "utf-8",
            {"trailing_delimiter": True, "encodings": ["utf-8", "gb18030"]},
            0,
        ),
        (
            "wdi/formats/Metadata_Country_API_14_DS2_en_csv_v2_3054360.csv",
            "utf-8-sig",
            {"trailing_delimiter": True, "encodings": ["utf-8"]},
            0,
        ),
        (
            "wdi/pinksheet_crude_oil_annual_nominal.csv",
            "utf-8",
            {"unit_line_count": 1, "unit_pattern": r"(,\(\$/bbl\))+", "encodings": ["utf-8"]},
            1,
        ),
    ],
)
def test_the_publishers_files_read_as_the_standard_library_reads_them(
    shared_data: Path, name: str, encoding: str, changes: dict, skipped: int
):
    with (shared_data / name).open(encoding=encoding, newline="") as lines:
        reader = csv.reader(lines)
        names, start, expected = next(reader), reader.line_num + 1, []
        for number, record in enumerate(reader):
            if number >= skipped:
                assert record[len(names) :] in ([], [""])
                expected.append([start, *record[: len([name for name in names if name])]])
            start = reader.line_num + 1
    bound = {name: f"c{index}" for index, name in enumerate(names) if name}
    made = layout(**{"columns": bound, "encodings": [encoding], **changes})
    found = read(Content(shared_data / name, name), made)
    columns = ["row_number", *bound.values()]
    read_so = zip(*(found.table.column(column).to_pylist() for column in columns), strict=True)
    assert [[cell or "" for cell in row] for row in read_so] == expected
    assert found.record_count == len(expected)
