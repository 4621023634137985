"""A contract compiled into SQL: cells cast and checked, rows split into good and refused, nothing written.

The compiled text holds identifiers and what the contract says, quoted; what a file holds is never part of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date

from expectations.contract import Column, Contract
from flows.reading import Fault, Reading
from flows.reading.result import FAULTS_KEPT, HEADER_COLUMN, ROW_NUMBER, shown
from flows.warehouse import Connection, literal, quoted

BLANK = r"\s*"
NUMBER = r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?"
GROUPED_NUMBER = r"[+-]?(\d{{1,3}}({0}\d{{3}})+(\.\d*)?|\d+\.?\d*|\.\d+)([eE][+-]?\d+)?"
WHOLE_NUMBER = r"[+-]?\d+"
DAY = r"\d{4}-\d{2}-\d{2}"

_EXPECTED = {
    "number": "a number such as 1234.5",
    "integer": "a whole number",
    "date": "a date such as 2024-03-28",
    "boolean": "true or false",
}


@dataclass(frozen=True)
class Inspection:
    """What the contract says of a file's rows.

    Attributes
    ----------
    row_count : int
        Rows that keep the contract.
    refused_row_count : int
        Rows that break it, records that could not be split into cells included.
    fault_count : int
        Broken cells and rules; ``faults`` holds the first of them, by line.
    """

    row_count: int
    refused_row_count: int
    fault_count: int
    faults: tuple[Fault, ...]
    has_repeated_rows: bool

    @property
    def refused_share(self) -> float:
        """Share of the rows that break the contract."""
        rows = self.row_count + self.refused_row_count
        return self.refused_row_count / rows if rows else 0.0


@contextmanager
def landed(connection: Connection, reading: Reading) -> Iterator[None]:
    """Show a reading to the database under the name ``landed`` for the block; nothing is copied."""
    connection.register("landed", reading.table)
    try:
        yield
    finally:
        connection.unregister("landed")


def inspect(connection: Connection, contract: Contract, reading: Reading) -> Inspection:
    """Check every cell and the grain of the rows shown as ``landed``."""
    checked = checked_rows(contract, reading)
    names = _checked_columns(contract)
    counts = connection.execute(
        f"{checked} select count(*), count(*) filter (where {_is_faulty(contract)})"
        + "".join(f", count({_fault(name)})" for name in names)
        + " from checked"
    ).fetchall()[0]
    rows, refused, by_column = counts[0], counts[1], dict(zip(names, counts[2:], strict=True))
    repeated = connection.execute(
        f"{checked} select coalesce(sum(row_count), 0) from ({_repeated(contract)}) as found"
    ).fetchall()[0][0]
    faults = list(reading.faults)
    for column in contract.columns:
        if by_column.get(column.name):
            faults += _column_faults(connection, contract, reading, column)
    if repeated:
        faults += _grain_faults(connection, contract, reading)
        refused = connection.execute(
            f"{checked} select count(*) from checked where {_is_faulty(contract)} or {_is_repeated(contract)}"
        ).fetchall()[0][0]
    faults.sort(key=lambda fault: fault.line or 0)
    return Inspection(
        row_count=rows - refused,
        refused_row_count=refused + reading.broken_record_count,
        fault_count=sum(by_column.values()) + int(repeated) + reading.broken_record_count,
        faults=tuple(faults[:FAULTS_KEPT]),
        has_repeated_rows=bool(repeated),
    )


def stated_vintages(connection: Connection, contract: Contract, reading: Reading) -> list[date | None]:
    """Return the first two distinct vintages that the rows shown as ``landed`` state."""
    column = quoted(contract.vintage.content_column)
    found = connection.execute(
        f"{checked_rows(contract, reading)} select distinct {column} from checked order by {column} limit 2"
    ).fetchall()
    return [row[0] for row in found]


def checked_rows(contract: Contract, reading: Reading) -> str:
    """Return the ``with`` clause whose ``checked`` holds, per row of ``landed``, values, faults and cells."""
    texts, checked = [], []
    for column in contract.columns:
        if column.name in contract.flag_columns:
            continue
        name = quoted(column.name)
        texts.append(f"{_text(column)} as {name}, {name} as {_seen(column.name)}")
        for mark, flag in column.suffix_flags.items():
            texts.append(f"coalesce({_is_marked(name, mark)}, false) as {quoted(flag)}")
            checked.append(quoted(flag))
        checked.append(f"{_value(column)} as {name}, {_seen(column.name)}")
        if fault := _fault_case(column):
            checked.append(f"{fault} as {_fault(column.name)}")
    place = ROW_NUMBER
    if reading.header_column_for:
        place += f", {quoted(HEADER_COLUMN)}"
    return (
        f"with texts as (select {place}, {', '.join(texts)} from landed),"
        f" checked as (select {place}, {', '.join(checked)} from texts)"
    )


def is_good(contract: Contract, inspection: Inspection) -> str:
    """Return the condition that rows of ``checked`` fulfil when they may be loaded."""
    conditions = ["true"]
    if inspection.refused_row_count:
        conditions.append(f"not ({_is_faulty(contract)})")
    if inspection.has_repeated_rows:
        conditions.append(f"not {_is_repeated(contract)}")
    return " and ".join(conditions)


def _text(column: Column) -> str:
    """Return the cell's text: null when blank or marked as missing, without a mark after it.

    Spaces around numbers and dates are taken off; text stays as it is.
    """
    name = quoted(column.name)
    text = name if column.type == "text" else f"trim({name})"
    for mark in column.suffix_flags:
        bare = f"trim(left(trim({name}), length(trim({name})) - {len(mark)}))"
        text = f"case when {_is_marked(name, mark)} then {bare} else {text} end"
    # Not trim with a list of signs, which is ten times slower.
    is_missing = f"regexp_full_match({name}, {literal(BLANK)})"
    if column.missing:
        is_missing += f" or trim({name}) in ({', '.join(literal(mark) for mark in column.missing)})"
    return f"case when {is_missing} then null else {text} end"


def _is_marked(name: str, mark: str) -> str:
    return f"ends_with(trim({name}), {literal(mark)})"


def _number(column: Column) -> str:
    name = quoted(column.name)
    return (
        f"replace({name}, {literal(column.thousands_separator)}, '')" if column.thousands_separator else name
    )


def _value(column: Column) -> str:
    name = quoted(column.name)
    if column.type == "boolean":
        return f"lower({name}) = 'true'"
    if column.type in ("integer", "date"):
        return f"try_cast({name} as {column.sql_type})"
    return _number(column)


def _fault_case(column: Column) -> str | None:
    """Return the case expression that names the first rule the cell breaks; None when it can break none."""
    name, number = quoted(column.name), f"try_cast({_number(column)} as double)"
    whens = [f"when {name} is null then {literal('required') if column.required else 'null'}"]
    if column.type == "number":
        shape = GROUPED_NUMBER.format(column.thousands_separator) if column.thousands_separator else NUMBER
        whens.append(f"when not isfinite({number}) then 'finite'")
        whens.append(f"when not regexp_full_match({name}, {literal(shape)}) then 'type'")
    elif column.type == "boolean":
        whens.append(f"when lower({name}) not in ('true', 'false') then 'type'")
    elif column.type != "text":
        shape = WHOLE_NUMBER if column.type == "integer" else DAY
        whens.append(f"when not regexp_full_match({name}, {literal(shape)}) then 'type'")
        whens.append(f"when try_cast({name} as {column.sql_type}) is null then 'type'")
    if column.allowed is not None:
        allowed = ", ".join(literal(text) for text in column.allowed)
        whens.append(f"when {name} not in ({allowed}) then 'allowed'")
    if column.pattern is not None:
        whens.append(f"when not regexp_full_match({name}, {literal(column.pattern)}) then 'pattern'")
    compared = number if column.type == "number" else _value(column)
    for bound, is_beyond in ((column.minimum, "<"), (column.maximum, ">")):
        if bound is not None:
            stated = f"date {literal(bound.isoformat())}" if isinstance(bound, date) else repr(bound)
            whens.append(f"when {compared} {is_beyond} {stated} then 'range'")
    can_break = column.required or len(whens) > 1
    return f"case {' '.join(whens)} end" if can_break else None


def _seen(name: str) -> str:
    return quoted(f"seen {name}")


def _fault(name: str) -> str:
    return quoted(f"fault {name}")


def _checked_columns(contract: Contract) -> list[str]:
    columns = (column for column in contract.columns if column.name not in contract.flag_columns)
    return [column.name for column in columns if _fault_case(column)]


def _is_faulty(contract: Contract) -> str:
    return " or ".join(f"{_fault(name)} is not null" for name in _checked_columns(contract)) or "false"


def _repeated(contract: Contract) -> str:
    """Return the query of the grains that more than one row has; an unknown part makes no grain."""
    grain = ", ".join(quoted(name) for name in contract.grain)
    known = " and ".join(f"{quoted(name)} is not null" for name in contract.grain)
    return (
        f"select {grain}, count(*) as row_count from checked where {known}"
        f" group by {grain} having count(*) > 1"
    )


def _is_repeated(contract: Contract) -> str:
    same = " and ".join(f"repeated.{quoted(name)} = checked.{quoted(name)}" for name in contract.grain)
    return f"exists (select 1 from ({_repeated(contract)}) as repeated where {same})"


def _column_faults(
    connection: Connection, contract: Contract, reading: Reading, column: Column
) -> Iterator[Fault]:
    is_wide = reading.header_column_for == column.name
    header = quoted(HEADER_COLUMN) if is_wide else "null"
    found = connection.execute(
        f"{checked_rows(contract, reading)}"
        f" select {ROW_NUMBER}, {header}, coalesce({_seen(column.name)}, ''), {_fault(column.name)}"
        f" from checked where {_fault(column.name)} is not null order by {ROW_NUMBER} limit {FAULTS_KEPT}"
    ).fetchall()
    for line, above, seen, rule in found:
        where = above if is_wide else reading.headers[column.name]
        yield Fault(line, where, shown(seen), _expected(column, rule), rule)


def _grain_faults(connection: Connection, contract: Contract, reading: Reading) -> Iterator[Fault]:
    """Yield a fault for every row of a repeated grain: nobody can tell which of them is meant."""
    grain = ", ".join(quoted(name) for name in contract.grain)
    texts = ", ".join(f"cast({quoted(name)} as varchar)" for name in contract.grain)
    window = f"over (partition by {grain} order by {ROW_NUMBER})"
    found = connection.execute(
        f"{checked_rows(contract, reading)}"
        f" select {ROW_NUMBER}, concat_ws(', ', {texts}),"
        f" coalesce(lag({ROW_NUMBER}) {window}, lead({ROW_NUMBER}) {window})"
        f" from checked where {_is_repeated(contract)} order by {ROW_NUMBER} limit {FAULTS_KEPT}"
    ).fetchall()
    for line, seen, other in found:
        expected = f"one row per {', '.join(contract.grain)}; the same stands on line {other}"
        yield Fault(line, None, shown(seen), expected, "grain")


def _expected(column: Column, rule: str) -> str:
    if rule == "required":
        return "a value"
    if rule == "finite":
        return "a finite number"
    if rule == "type":
        return _EXPECTED[column.type]
    if rule == "pattern":
        return f"text like /{column.pattern}/"
    if rule == "allowed":
        shown_codes = ", ".join(column.allowed[:10])
        more = len(column.allowed) - 10
        return f"one of {shown_codes}" + (f" and {more} more" if more > 0 else "")
    bounds = [f"at least {column.minimum}"] if column.minimum is not None else []
    bounds += [f"at most {column.maximum}"] if column.maximum is not None else []
    return " and ".join(bounds)
