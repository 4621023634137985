"""Broken cells and rows told one by one: line, column, seen, expected; asked only of a file that has some."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from difflib import get_close_matches

from expectations.contract import Column, Contract
from flows.loading.compiling import checked_rows, fault_of, is_repeated, seen_of
from flows.reading import Fault, Reading
from flows.reading.result import FAULTS_KEPT, HEADER_COLUMN, ROW_NUMBER, SHEET_COLUMN, shown
from flows.warehouse import Connection, quoted

NEAREST_SHOWN = 3
"""How many known codes are named that are like an unknown one."""

CODES_SHOWN = 10
"""How many of the allowed texts are named."""

CODES_COMPARED = 10
"""For how many unknown codes of a column the known ones that are like them are looked for."""

_EXPECTED = {
    "number": "a number such as 1234.5",
    "integer": "a whole number",
    "date": "a date such as 2024-03-28",
    "boolean": "true or false",
}


def column_faults(
    connection: Connection, contract: Contract, reading: Reading, column: Column
) -> Iterator[Fault]:
    """Yield the first broken cells of a column of the rows shown as ``landed``."""
    is_wide = reading.header_column_for == column.name
    header = quoted(HEADER_COLUMN) if is_wide else "null"
    fault, seen_text, sheet = fault_of(column.name), seen_of(column.name), _sheet(reading)
    # What stands beside the values of a wide record is repeated for each of them, and told once.
    once = "distinct " if reading.header_column_for and not is_wide else ""
    found = connection.execute(
        f"{checked_rows(contract, reading)}"
        f" select {once}{ROW_NUMBER}, {header}, coalesce({seen_text}, ''), {fault}, {sheet}"
        f" from checked where {fault} is not null order by {ROW_NUMBER} limit {FAULTS_KEPT}"
    ).fetchall()
    expected: dict[tuple[str, str], str] = {}
    for line, above, seen, rule, name in found:
        where = above if is_wide else reading.headers.get(column.name, column.name)
        where = f"sheet {name!r}: {where}" if name else where
        # The likeness of texts is dear: it is asked for the first unknown codes, not for a column of junk.
        code = shown(seen).strip() if rule == "allowed" and len(expected) < CODES_COMPARED else ""
        if (rule, code) not in expected:
            expected[rule, code] = _expected(column, rule, code)
        yield Fault(line, where, shown(seen), expected[rule, code], rule)


def grain_faults(connection: Connection, contract: Contract, reading: Reading) -> Iterator[Fault]:
    """Yield a fault for every row of a repeated grain: nobody can tell which of them is meant."""
    grain = ", ".join(quoted(name) for name in contract.grain)
    texts = ", ".join(f"cast({quoted(name)} as varchar)" for name in contract.grain)
    window = f"over (partition by {grain} order by {ROW_NUMBER})"
    found = connection.execute(
        f"{checked_rows(contract, reading)}"
        f" select {ROW_NUMBER}, concat_ws(', ', {texts}),"
        f" coalesce(lag({ROW_NUMBER}) {window}, lead({ROW_NUMBER}) {window}), {_sheet(reading)}"
        f" from checked where {is_repeated(contract)} order by {ROW_NUMBER} limit {FAULTS_KEPT}"
    ).fetchall()
    for line, seen, other, name in found:
        expected = f"one row per {', '.join(contract.grain)}; the same stands on line {other}"
        yield Fault(line, f"sheet {name!r}" if name else None, shown(seen), expected, "grain")


def _sheet(reading: Reading) -> str:
    return quoted(SHEET_COLUMN) if SHEET_COLUMN in reading.table.column_names else "null"


def _expected(column: Column, rule: str, seen: str) -> str:
    if rule == "required":
        return "a value"
    if rule == "finite":
        return "a finite number"
    if rule == "type":
        return _EXPECTED[column.type]
    if rule == "pattern":
        return f"text like /{column.pattern}/"
    if rule == "allowed":
        return _expected_code(column, seen)
    bounds = [f"at least {column.minimum}"] if column.minimum is not None else []
    bounds += [f"at most {column.maximum}"] if column.maximum is not None else []
    return " and ".join(bounds)


def _expected_code(column: Column, seen: str) -> str:
    """Return what may stand in the place of an unknown code, and what is most like the one that does."""
    if column.code_list:
        where = "".join(f", {name} {text}" for name, text in column.code_list.where.items())
        listed = f"{column.code_list.column} of {column.code_list.seed}{where}"
        expected = f"one of {len(column.allowed):,} codes ({listed}){_span(column.allowed)}"
    else:
        expected = f"one of {', '.join(column.allowed[:CODES_SHOWN])}"
        more = len(column.allowed) - CODES_SHOWN
        if more <= 0:
            return expected
        expected += f" and {more} more"
    if not any(sign.isalpha() for sign in seen):
        return expected  # numbers with like digits name things that have nothing to do with one another
    by_letters = {code.casefold(): code for code in column.allowed}
    nearest = [by_letters[found] for found in get_close_matches(seen.casefold(), by_letters, NEAREST_SHOWN)]
    return f"{expected}; nearest are {', '.join(nearest)}" if nearest else expected


def _span(codes: Sequence[str]) -> str:
    """Return from where to where codes go that are all numbers."""
    if not all(code.isdecimal() for code in codes):
        return ""
    return f" from {min(codes, key=int)} to {max(codes, key=int)}"
