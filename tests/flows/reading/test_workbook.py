"""Workbooks: sheets chosen by name, headers of several rows, cells as the shortest text that says it."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import openpyxl
import pytest

from expectations.layout import WorkbookLayout
from flows import reading
from flows.reading import Content, Unreadable, workbook_cells
from flows.reading.result import HEADER_COLUMN, SHEET_COLUMN
from flows.reading.workbook_cells import cell_text, letters_of, place_of
from tests.flows.reading.contents import content


def workbook(**sheets: Sequence[Sequence[Any]]) -> Content:
    """A workbook of the sheets, each given as its rows."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    stream = io.BytesIO()
    book.save(stream)
    return content(stream.getvalue())


def layout(**keys: Any) -> WorkbookLayout:
    base = {"name": "book", "reader": "workbook", "sheets": [{"name_pattern": ".*"}], "header_rows": [1]}
    return WorkbookLayout.model_validate(base | keys)


def rows(found: Content, of: WorkbookLayout, *columns: str) -> list[tuple]:
    table = reading.read(found, of).table
    return list(zip(*(table.column(name).to_pylist() for name in columns), strict=True))


LONG = layout(columns={"Code": "code", "Value": "value"})
WIDE = layout(
    columns={"Code": "code"},
    values={"header_pattern": r"\d{4}", "name_column": "year", "value_column": "value", "missing": [".."]},
)


def test_columns_are_bound_by_name_and_rows_keep_their_number_in_the_sheet():
    found = workbook(one=[["Value", "Code"], [1.5, "A"], [None, None], [2, "B"]])
    assert rows(found, LONG, "row_number", "code", "value", SHEET_COLUMN) == [
        (2, "A", "1.5", "one"),
        (4, "B", "2", "one"),
    ]


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (1.0, "1"),
        (-3.0, "-3"),
        (0.1 + 0.2, "0.30000000000000004"),
        (21473.599999999995, "21473.599999999995"),
        (1e22, "1e+22"),
        (True, "true"),
        (date(2023, 9, 19), "2023-09-19"),
        (datetime(2023, 9, 19), "2023-09-19"),
        (datetime(2023, 9, 19, 1, 2), "2023-09-19T01:02:00"),
        (" as it is ", " as it is "),
    ],
)
def test_a_cell_is_the_shortest_text_that_says_the_same(cell: Any, text: str):
    assert cell_text(cell) == text


@pytest.mark.parametrize(
    ("cell", "place"), [("A1", (0, 0)), ("B4", (3, 1)), ("Z9", (8, 25)), ("AA10", (9, 26))]
)
def test_a_cell_is_found_by_its_letters_and_the_letters_by_the_column(cell: str, place: tuple[int, int]):
    assert place_of(cell) == place
    assert letters_of(place[1]) == cell.rstrip("0123456789")


def test_every_cell_with_a_value_of_a_wide_sheet_is_a_row_under_the_letters_of_its_column():
    found = workbook(one=[["Code", "2013", 2014], ["A", 1, None], ["B", "..", 4]])
    assert rows(found, WIDE, "row_number", "code", "year", "value", HEADER_COLUMN) == [
        (2, "A", "2013", "1", "B (2013)"),
        (3, "B", "2014", "4", "C (2014)"),
    ]


def test_a_text_of_an_upper_header_row_holds_to_the_right_where_the_last_row_names_a_column():
    found = workbook(
        one=[
            [None, "Code", "Customs", None, " Overall\nscore ", None, None],
            [None, None, "score", "rank", "mean", None, None],
            ["Aaa", "A", 1, 2, 3, None, "?"],
        ]
    )
    names = layout(
        header_rows=[1, 2], columns={"Code": "code", "Customs rank": "rank"}, unknown_columns="ignored"
    )
    assert reading.header(found, names) == (
        "<A>",
        "Code",
        "Customs score",
        "Customs rank",
        "Overall score mean",
        "<G>",
    )
    assert rows(found, names, "code", "rank") == [("A", "2")]


def test_sheets_tell_by_name_by_constant_and_by_cell():
    found = workbook(
        **{
            "2013": [["Aaa"], ["Code", "Value"], ["A", 1]],
            "2014": [["Bbb"], ["Code", "Value"], ["A", 2]],
            "notes": [["Code"]],
        }
    )
    told = layout(
        columns={"Code": "code", "Value": "value"},
        header_rows=[2],
        sheets=[
            {
                "name_pattern": r"20(\d\d)",
                "name_column": "year",
                "constants": {"unit": "usd"},
                "cells": {"who": "A1"},
            }
        ],
    )
    assert rows(found, told, "year", "unit", "who", "value", SHEET_COLUMN) == [
        ("13", "usd", "Aaa", "1", "2013"),
        ("14", "usd", "Bbb", "2", "2014"),
    ]


def test_a_workbook_without_a_required_sheet_is_none_of_the_layout_and_one_without_another_is():
    found = workbook(here=[["Code", "Value"], ["A", 1]])
    needed = [{"name_pattern": "here"}, {"name_pattern": "gone"}]
    assert reading.header(found, layout(columns={"Code": "code"}, sheets=needed)) is None
    needed[1]["is_required"] = False
    assert reading.header(found, layout(columns={"Code": "code"}, sheets=needed)) == ("Code", "Value")


def test_a_required_column_that_one_sheet_lacks_is_lacking():
    found = workbook(one=[["Code", "Value"], ["A", 1]], two=[["Code", "Worth"], ["B", 2]])
    assert reading.header(found, LONG) == ("Code", "Worth")
    either = layout(columns={"Code": "code", "Value": "value"}, aliases={"Worth": "Value"})
    assert rows(found, either, "code", "value") == [("A", "1"), ("B", "2")]


def test_a_column_that_a_sheet_may_lack_is_blank_there():
    found = workbook(one=[["Code", "Value"], ["A", 1]], two=[["Code"], ["B"]])
    optional = layout(columns={"Code": "code"}, optional_columns={"Value": "value"})
    assert rows(found, optional, "code", "value") == [("A", "1"), ("B", "")]


def test_a_row_that_says_again_what_an_earlier_one_says_is_left_out_and_told():
    sheet = [["Code", "Value"], ["A", 1], ["B", 2], [" A", 1], ["A", 3]]
    once = layout(columns={"Code": "code", "Value": "value"}, leaves_out_repeats=True)
    found = reading.read(workbook(one=sheet), once)
    assert found.table.column("row_number").to_pylist() == [2, 3, 5]
    assert (found.record_count, found.left_out_row_count) == (4, 1)
    assert "1 of 4 records" in found.remarks[0]
    assert reading.read(workbook(one=sheet), LONG).table.num_rows == 4


def test_a_cell_that_must_say_the_unit_and_says_another_refuses_the_workbook():
    unit = [{"name_pattern": "one", "required_cells": {"A1": "US Dollars, Millions"}}]
    dollars = layout(columns={"Code": "code"}, header_rows=[2], sheets=unit)
    assert rows(workbook(one=[["US Dollars, Millions"], ["Code"], ["A"]]), dollars, "code") == [("A",)]
    with pytest.raises(
        Unreadable, match=r"line 1, column \"sheet 'one', cell A1\": seen 'US Dollars, Thousands'"
    ):
        reading.read(workbook(one=[["US Dollars, Thousands"], ["Code"], ["A"]]), dollars)


def test_two_columns_of_one_name_refuse_the_workbook_when_they_are_read():
    found = workbook(one=[["Code", "2013", "2013"], ["A", 1, 2]])
    with pytest.raises(Unreadable, match="2 columns of this name"):
        reading.read(found, WIDE)
    twice_unread = workbook(one=[["Code", "2013", "Note", "Note"], ["A", 1, 2, 3]])
    assert rows(twice_unread, WIDE, "value") == [("1",)]


def test_the_vintage_stands_in_a_cell():
    dated = layout(
        columns={"Code": "code"},
        header_rows=[2],
        vintage_cell="B1",
        vintage={"pattern": r"Updated on (.+)", "format": "%B %d, %Y"},
    )
    found = workbook(one=[["Title", "Updated on May 02, 2025"], ["Code"], ["A"]])
    assert reading.read(found, dated).vintage == date(2025, 5, 2)
    assert reading.read(workbook(one=[["Title"], ["Code"], ["A"]]), dated).vintage is None


def test_a_broken_header_is_read_by_that_of_another_sheet_as_long_as_the_two_agree():
    whole = [[None, 2013, None, 2014], ["Code", "Mean", "Rank", "Mean"], ["A", 1, 9, 2]]
    broken = [
        [None, 2013, None, None],
        [None, None, None, 2014],
        ["Code", "Mean", None, "Mean"],
        ["A", 3, 9, 4],
    ]
    contradicting = [[None, 2013, None, 2015], *broken[2:]]
    means = layout(
        columns={"Code": "code"},
        header_rows=[1, 2],
        sheets=[{"name_pattern": "whole"}, {"name_pattern": "broken", "header_of": "whole"}],
        values={"header_pattern": r"(\d{4}) Mean", "name_column": "year", "value_column": "value"},
        unknown_columns="ignored",
    )
    columns = (SHEET_COLUMN, "row_number", "code", "year", "value")
    assert rows(workbook(whole=whole, broken=broken), means, *columns) == [
        ("whole", 3, "A", "2013", "1"),
        ("whole", 3, "A", "2014", "2"),
        ("broken", 4, "A", "2013", "3"),
        ("broken", 4, "A", "2014", "4"),
    ]
    # What does not agree is a row, and no row of the contract's.
    found = rows(workbook(whole=whole, broken=contradicting), means, *columns)
    assert ("broken", 1, "", "2014", "2015") in found


def test_a_header_alone_is_no_table():
    with pytest.raises(Unreadable, match="a header alone"):
        reading.read(workbook(one=[["Code", "Value"]]), LONG)


def test_what_is_no_workbook_has_no_header():
    archive: Mapping[str, bytes] = {
        "text": b"Code,Value\nA,1\n",
        "empty": b"",
        "old": b"\xd0\xcf\x11\xe0 cut",
    }
    for data in archive.values():
        assert reading.header(content(data), LONG) is None


def test_a_flipped_bit_is_found_by_the_checksum_of_its_part():
    found = workbook(one=[["Code", "Value"], *(["A", number] for number in range(100))])
    damaged = bytearray(found.path.read_bytes())
    place = damaged.index(b"xl/worksheets/sheet1.xml") + 60
    damaged[place] ^= 1
    broken = content(bytes(damaged))
    assert reading.header(broken, LONG) is None
    assert "a workbook that cannot be read" in reading.kind(broken)
    with pytest.raises(Unreadable, match=r"sheet1\.xml"):
        reading.read(broken, LONG)


def test_a_workbook_of_nobody_is_told_by_its_sheets_and_first_cells():
    found = workbook(Sheet1=[[None, "period"], [2014, 1]], Sheet2=[["x"]])
    assert reading.kind(found) == (
        "a workbook of the sheets 'Sheet1', 'Sheet2', of which the first begins with 'period'"
    )


def test_a_reader_that_panics_over_a_damaged_workbook_refuses_it_and_nothing_else_is_caught(
    monkeypatch: pytest.MonkeyPatch,
):
    panic = type("PanicException", (BaseException,), {"__module__": "pyo3_runtime"})
    data = workbook(one=[["Code", "Value"], ["A", 1]]).path.read_bytes()

    def raising(error: BaseException) -> Callable[..., None]:
        def from_path(path: Path) -> None:
            raise error

        return from_path

    calamine = SimpleNamespace(from_path=raising(panic("left == right")))
    monkeypatch.setattr(workbook_cells, "CalamineWorkbook", calamine)
    panicking = Content(content(data).path, "one")
    assert reading.header(panicking, LONG) is None
    assert "damaged in a way that has no name" in reading.kind(panicking)
    calamine.from_path = raising(KeyboardInterrupt())
    with pytest.raises(KeyboardInterrupt):
        reading.header(Content(panicking.path, "two"), LONG)
