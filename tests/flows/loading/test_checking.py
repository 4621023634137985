"""Checking: every rule of a contract, with the line, column, seen and expected of what breaks it."""

from __future__ import annotations

import time
from datetime import date
from typing import Any

import pytest

from expectations.contract import Contract
from flows.loading.checking import Inspection, inspect, is_good, landed, stated_vintages
from flows.loading.compiling import checked_rows
from flows.loading.plain_cells import marked
from flows.reading import Reading, read
from flows.warehouse import in_memory
from tests.expectations.shop import SHOP
from tests.flows.reading.contents import content as content_of


def contract(*columns: dict[str, Any], grain: list[str] | None = None, **changes: Any) -> Contract:
    """A long contract with the given columns, each under a header of the same name in capitals."""
    flags = {flag for column in columns for flag in column.get("suffix_flags", {}).values()}
    names = [column["name"] for column in columns if column["name"] not in flags]
    return Contract.model_validate(
        {
            **SHOP,
            "grain": grain or names[:1],
            "layouts": [
                {"name": "csv", "reader": "long_csv", "columns": {name.upper(): name for name in names}}
            ],
            "columns": [{"description": "A column.", **column} for column in columns],
            **changes,
        }
    )


KEY = {"name": "key", "type": "text", "required": True}


def inspected(made: Contract, content: str) -> tuple[Inspection, list[tuple]]:
    """What is found, and the values of the good rows: the same whether plain cells are marked or not."""
    reading = read(content_of(content), made.layouts[0])
    found = _inspected(made, reading)
    assert _inspected(made, marked(reading, made)) == found
    return found


def _inspected(made: Contract, reading: Reading) -> tuple[Inspection, list[tuple]]:
    names = ", ".join(f'"{column.name}"' for column in made.columns)
    with in_memory() as connection, landed(connection, reading):
        inspection = inspect(connection, made, reading)
        good = connection.execute(
            f"{checked_rows(made, reading)} select {names} from checked"
            f" where {is_good(made, inspection)} order by row_number"
        ).fetchall()
    return inspection, good


def told(column: dict[str, Any], cell: str) -> tuple | None:
    """Line, column, seen, expected and rule of the one fault of a cell on line 3; None when it is good."""
    made = contract(KEY, {"name": "cell", **column})
    quoted = '"' + cell.replace('"', '""') + '"'
    inspection, _ = inspected(made, f"KEY,CELL\na,\nb,{quoted}\n")
    faults = [fault for fault in inspection.faults if fault.line == 3]
    assert len(faults) == inspection.refused_row_count == inspection.fault_count
    return next(((f.line, f.column, f.seen, f.expected, f.rule) for f in faults), None)


@pytest.mark.parametrize(
    "cell",
    ["1", "-1.50", "+3", ".5", "1.", "1e5", "8.9e-05", "1E+3", " 12 ", "1e-400", "00012", ""],
)
def test_these_are_numbers(cell: str):
    assert told({"type": "number"}, cell) is None


@pytest.mark.parametrize(
    "cell", ["abc", "1,5", "1_000", "0x10", "1 000", "NA", "--5", "1e", "true", "٣", "1;drop table x", "\t7"]
)
def test_these_are_not_numbers(cell: str):
    assert told({"type": "number"}, cell) == (3, "CELL", cell, "a number such as 1234.5", "type")


@pytest.mark.parametrize("cell", ["inf", "-Infinity", "nan", "NaN", "1e400", "-1e400"])
def test_a_number_that_is_not_finite_is_refused(cell: str):
    assert told({"type": "number"}, cell) == (3, "CELL", cell, "a finite number", "finite")


@pytest.mark.parametrize("cell", ["1,234.5", "12,345,678", "1234", "-1,234e-3", ".5"])
def test_digits_may_be_grouped_where_the_contract_says_so(cell: str):
    assert told({"type": "number", "thousands_separator": ","}, cell) is None


@pytest.mark.parametrize("cell", ["1,23", "12,34,567", ",123", "1,5", "1234,567"])
def test_digits_grouped_otherwise_than_by_three_are_refused(cell: str):
    found = told({"type": "number", "thousands_separator": ","}, cell)
    assert found is not None
    assert found[4] == "type"


@pytest.mark.parametrize("cell", ["7", "-7", "+7", " 7 "])
def test_these_are_whole_numbers(cell: str):
    assert told({"type": "integer"}, cell) is None


@pytest.mark.parametrize("cell", ["7.0", "7.5", "1e3", "0x10", "1_000", "99999999999", "seven"])
def test_these_are_not_whole_numbers(cell: str):
    assert told({"type": "integer"}, cell) == (3, "CELL", cell, "a whole number", "type")


def test_a_day_is_written_year_month_day():
    assert told({"type": "date"}, "2024-02-29") is None


@pytest.mark.parametrize(
    "cell", ["2023-02-29", "2024-1-5", "05/01/2024", "20240105", "epoch", "infinity", "2024-01-05 10:00"]
)
def test_these_are_not_days(cell: str):
    assert told({"type": "date"}, cell) == (3, "CELL", cell, "a date such as 2024-03-28", "type")


def test_a_boolean_is_true_or_false():
    assert told({"type": "boolean"}, "True") is None
    assert told({"type": "boolean"}, "1") == (3, "CELL", "1", "true or false", "type")


@pytest.mark.parametrize("cell", ["", "  ", "\t", "-"])
def test_a_required_cell_may_not_be_blank_or_marked_as_missing(cell: str):
    inspection, good = inspected(
        contract(KEY, {"name": "cell", "type": "text", "required": True, "missing": ["-"]}),
        f'KEY,CELL\na,x\nb,"{cell}"\n',
    )
    (fault,) = inspection.faults
    assert (fault.line, fault.column, fault.seen, fault.expected, fault.rule) == (
        3,
        "CELL",
        cell,
        "a value",
        "required",
    )
    assert good == [("a", "x")]


def test_a_blank_cell_and_a_missing_mark_become_null():
    made = contract(KEY, {"name": "cell", "type": "number", "missing": ["."]})
    inspection, good = inspected(made, 'KEY,CELL\na,.\nb,\nc," . "\nd,1\n')
    assert not inspection.faults
    assert good == [("a", None), ("b", None), ("c", None), ("d", "1")]


def test_a_missing_mark_of_another_column_is_no_number():
    assert told({"type": "number"}, ".") == (3, "CELL", ".", "a number such as 1234.5", "type")


def test_a_value_outside_the_allowed_ones_is_refused_and_they_are_told():
    column = {"type": "text", "allowed": ["exports", "imports"]}
    assert told(column, "exports") is None
    assert told(column, "Exports") == (3, "CELL", "Exports", "one of exports, imports", "allowed")


def test_a_long_code_list_is_not_told_in_full():
    codes = [f"C{number:02}" for number in range(30)]
    found = told({"type": "text", "allowed": codes}, "C99")
    assert found is not None
    assert found[3].endswith("C08, C09 and 20 more; nearest are C29, C19, C09")


def test_an_unknown_code_is_told_with_the_known_ones_most_like_it():
    codes = ["KAZ", "KGZ", "TJK", "TKM", "UZB", *(f"X{number:02}" for number in range(20))]
    seed = {"seed": "countries.csv", "column": "country_iso3", "where": {"code_system": "iso"}}
    column = {"type": "text", "allowed": codes, "code_list": seed}
    assert told(column, "kax")[3] == (
        "one of 25 codes (country_iso3 of countries.csv, code_system iso); nearest are KAZ"
    )
    assert told(column, "999")[3] == "one of 25 codes (country_iso3 of countries.csv, code_system iso)"


def test_numbers_that_are_codes_are_told_by_their_span_and_not_by_likeness():
    seed = {"seed": "countries.csv", "column": "code"}
    column = {"type": "text", "allowed": ["4", "156", "894"], "code_list": seed}
    assert told(column, "155")[3] == "one of 3 codes (code of countries.csv) from 4 to 894"


def test_a_column_of_junk_is_told_in_time():
    codes = [f"{number:06}" for number in range(5000)]
    made = contract(KEY, {"name": "cell", "type": "text", "allowed": codes})
    junk = "".join(f"{number},junk{number}\n" for number in range(2000))
    started = time.monotonic()
    inspection, _ = inspected(made, f"KEY,CELL\n{junk}")
    assert (inspection.fault_count, len(inspection.faults)) == (2000, 1000)
    assert time.monotonic() - started < 10


def test_a_pattern_must_match_the_whole_cell():
    column = {"type": "text", "pattern": "[A-Z]{3}"}
    assert told(column, "KAZ") is None
    for cell in ("KAZ ", "KAZX", "kaz", "KAZ\n"):
        assert told(column, cell) == (3, "CELL", cell, "text like /[A-Z]{3}/", "pattern")


@pytest.mark.parametrize(
    ("column", "cell", "expected"),
    [
        ({"type": "integer", "minimum": 1900, "maximum": 2100}, "1899", "at least 1900 and at most 2100"),
        ({"type": "integer", "minimum": 1900, "maximum": 2100}, "2101", "at least 1900 and at most 2100"),
        ({"type": "number", "minimum": 0}, "-0.01", "at least 0"),
        ({"type": "number", "maximum": 1.5, "thousands_separator": ","}, "1,000", "at most 1.5"),
        ({"type": "date", "minimum": date(2000, 1, 1)}, "1999-12-31", "at least 2000-01-01"),
    ],
)
def test_a_value_out_of_bounds_is_refused(column: dict[str, Any], cell: str, expected: str):
    assert told(column, cell) == (3, "CELL", cell, expected, "range")


def test_bounds_belong_to_what_is_allowed():
    column = {"type": "integer", "minimum": 1900, "maximum": 2100}
    assert told(column, "1900") is None
    assert told(column, "2100") is None


def test_a_mark_after_a_number_becomes_a_flag_and_the_number_stands_alone():
    made = contract(
        KEY,
        {
            "name": "cell",
            "type": "number",
            "thousands_separator": ",",
            "suffix_flags": {" e": "is_estimated"},
        },
        {"name": "is_estimated", "type": "boolean"},
    )
    inspection, good = inspected(made, 'KEY,CELL\na,1.50 e\nb,2\nc,"18,472.91 e"\nd,\ne, 7 e \n')
    assert not inspection.faults
    assert good == [
        ("a", "1.50", True),
        ("b", "2", False),
        ("c", "18472.91", True),
        ("d", None, False),
        ("e", "7", True),
    ]
    faulty, _ = inspected(made, "KEY,CELL\na,x e\nb,1e\n")
    assert [(fault.line, fault.seen, fault.rule) for fault in faulty.faults] == [
        (2, "x e", "type"),
        (3, "1e", "type"),
    ]


def test_numbers_stay_as_printed_and_other_types_are_cast():
    made = contract(
        KEY,
        {"name": "number", "type": "number"},
        {"name": "whole", "type": "integer"},
        {"name": "day", "type": "date"},
        {"name": "yes", "type": "boolean"},
    )
    _, good = inspected(made, "KEY,NUMBER,WHOLE,DAY,YES\n x , 1.500 , 007,2024-03-28,TRUE\n")
    key, number, whole, day, yes = good[0]
    assert (key, number, whole, day.isoformat(), yes) == (" x ", "1.500", 7, "2024-03-28", True)


def test_two_rows_of_one_grain_are_both_refused_each_naming_the_other():
    made = contract(KEY, {"name": "year", "type": "integer"}, grain=["key", "year"])
    inspection, good = inspected(made, "KEY,YEAR\na,2013\nb,2013\na,02013\nb,2014\n")
    assert [(fault.line, fault.column, fault.seen, fault.rule) for fault in inspection.faults] == [
        (2, None, "a, 2013", "grain"),
        (4, None, "a, 2013", "grain"),
    ]
    assert inspection.faults[0].expected == "one row per key, year; the same stands on line 4"
    assert inspection.faults[1].expected == "one row per key, year; the same stands on line 2"
    assert (inspection.row_count, inspection.refused_row_count, inspection.fault_count) == (2, 2, 2)
    assert good == [("b", 2013), ("b", 2014)]


def test_a_row_that_breaks_two_rules_counts_once_and_is_told_twice():
    made = contract(KEY, {"name": "x", "type": "number"}, {"name": "y", "type": "number"})
    inspection, good = inspected(made, "KEY,X,Y\na,1,2\nb,one,two\n")
    assert (inspection.row_count, inspection.refused_row_count, inspection.fault_count) == (1, 1, 2)
    assert [(fault.line, fault.column, fault.seen) for fault in inspection.faults] == [
        (3, "X", "one"),
        (3, "Y", "two"),
    ]
    assert good == [("a", "1", "2")]


def test_records_that_could_not_be_split_count_as_refused_rows():
    made = contract(KEY, {"name": "x", "type": "number"})
    inspection, good = inspected(made, "KEY,X\na,1\nb\nc,3\n")
    assert (inspection.row_count, inspection.refused_row_count, inspection.refused_share) == (2, 1, 1 / 3)
    assert [(fault.line, fault.rule) for fault in inspection.faults] == [(3, "width")]
    assert good == [("a", "1"), ("c", "3")]


def test_only_the_first_thousand_faults_are_kept_and_all_are_counted():
    made = contract(KEY, {"name": "x", "type": "number"})
    inspection, _ = inspected(made, "KEY,X\n" + "".join(f"{number},bad\n" for number in range(2500)))
    assert (len(inspection.faults), inspection.fault_count, inspection.refused_row_count) == (
        1000,
        2500,
        2500,
    )
    assert inspection.faults[-1].line == 1001


def test_a_broken_cell_is_shown_cut_to_two_hundred_characters():
    found = told({"type": "number"}, "x" * 5000)
    assert found is not None
    assert found[2] == "x" * 199 + "…"


def test_a_second_header_in_the_middle_is_found_by_the_types():
    made = contract(KEY, {"name": "x", "type": "number"})
    inspection, _ = inspected(made, "KEY,X\na,1\nKEY,X\nb,2\n")
    assert [(fault.line, fault.column, fault.seen) for fault in inspection.faults] == [(3, "X", "X")]


HOSTILE = ["'); drop table x; --", '"; select 1', "{{ 7*7 }}", "<script>alert(1)</script>", "%s ? $1", "\\"]


@pytest.mark.parametrize("cell", HOSTILE)
def test_hostile_values_are_nothing_but_values(cell: str):
    made = contract(KEY)
    quoted = '"' + cell.replace('"', '""') + '"'
    inspection, good = inspected(made, f"KEY\n{quoted}\n")
    assert (inspection.faults, good) == ((), [(cell,)])


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_contract_texts_are_nothing_but_texts(text: str):
    made = Contract.model_validate(
        {
            **contract(KEY).model_dump(),
            "columns": [{**KEY, "description": text, "allowed": [text], "missing": ["n'a"]}],
            "layouts": [{"name": "csv", "reader": "long_csv", "columns": {text: "key"}}],
        }
    )
    quoted = '"' + text.replace('"', '""') + '"'
    inspection, good = inspected(made, f"{quoted}\n{quoted}\nother\n")
    assert good == [(text,)]
    assert [(fault.line, fault.column, fault.seen) for fault in inspection.faults] == [(3, text, "other")]


def test_the_vintages_that_the_rows_state_are_read():
    made = contract(
        KEY,
        {"name": "updated", "type": "date"},
        vintage={"order": ["content"], "content_column": "updated"},
    )
    for rows, expected in (
        ("a,2024-03-28\nb,2024-03-28\n", ["2024-03-28"]),
        ("a,2024-03-28\nb,2023-01-01\nc,2022-01-01\n", ["2022-01-01", "2023-01-01"]),
    ):
        reading = read(content_of(f"KEY,UPDATED\n{rows}"), made.layouts[0])
        with in_memory() as connection, landed(connection, reading):
            assert [str(day) for day in stated_vintages(connection, made, reading)] == expected
