"""A contract compiled into SQL: cells cast, and the first rule that each of them breaks.

The compiled text holds identifiers, what the contract says, and what is said once for a whole file, all of it
quoted; a file's cells are never part of it.

Where :mod:`flows.loading.plain_cells` has told that every cell near a row is plain, nothing else is asked of
it.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from expectations.contract import Column, Contract
from flows.loading.plain_cells import EVERY_MARK, mark_of, typed_of
from flows.reading import Reading
from flows.reading.result import HEADER_COLUMN, ROW_NUMBER, SHEET_COLUMN
from flows.warehouse import literal, quoted

BLANK = r"\s*"
NUMBER = r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?"
GROUPED_NUMBER = r"[+-]?(\d{{1,3}}({0}\d{{3}})+(\.\d*)?|\d+\.?\d*|\.\d+)([eE][+-]?\d+)?"
WHOLE_NUMBER = r"[+-]?\d+"
DAY = r"\d{4}-\d{2}-\d{2}"


def checked_rows(contract: Contract, reading: Reading) -> str:
    """Return the ``with`` clause whose ``checked`` holds, per row of ``landed``, values, faults and cells."""
    cells, texts, cast, checked = [], [], [], []
    names = reading.table.column_names
    for column in contract.columns:
        if column.name in contract.flag_columns:
            continue
        name, seen = quoted(column.name), seen_of(column.name)
        plain = _plain(column, reading)
        passed = [quoted(other) for other in (mark_of(column.name), typed_of(column.name)) if other in names]
        cells += [_cell(column.name, reading), *passed]
        texts += [f"{_text(column, plain)} as {name}", f"{name} as {seen}", *passed]
        cast += [name, f"{_cast(column, plain)} as {_cast_of(column)}", seen, *passed]
        for mark, flag in column.suffix_flags.items():
            is_marked = f"case when {plain} then false else {_is_marked(name, mark)} end"
            texts.append(f"coalesce({is_marked}, false) as {quoted(flag)}")
            cast.append(quoted(flag))
            checked.append(quoted(flag))
        checked += [f"{_value(column, plain)} as {name}", seen]
        if fault := _fault_case(column, plain):
            checked.append(f"{fault} as {fault_of(column.name)}")
    place = ROW_NUMBER
    for name in (HEADER_COLUMN, SHEET_COLUMN, EVERY_MARK):
        place += f", {quoted(name)}" if name in names else ""
    return (
        f"with cells as (select {place}, {', '.join(cells)} from landed),"
        f" texts as (select {place}, {', '.join(texts)} from cells),"
        f" casts as (select {place}, {', '.join(cast)} from texts),"
        f" checked as (select {place}, {', '.join(checked)} from casts)"
    )


def checked_columns(contract: Contract) -> list[str]:
    """Return the columns of which a cell can break a rule; each has a fault in ``checked``."""
    columns = (column for column in contract.columns if column.name not in contract.flag_columns)
    return [column.name for column in columns if _fault_case(column, "false")]


def seen_of(name: str) -> str:
    """Return the column of ``checked`` that holds the cell as it stands in the file."""
    return quoted(f"seen {name}")


def fault_of(name: str) -> str:
    """Return the column of ``checked`` that names the first rule that the cell breaks."""
    return quoted(f"fault {name}")


def is_faulty(contract: Contract) -> str:
    """Return the condition that rows of ``checked`` with a broken cell fulfil."""
    return " or ".join(f"{fault_of(name)} is not null" for name in checked_columns(contract)) or "false"


def has_no_fault(contract: Contract, reading: Reading) -> str:
    """Return the condition that rows of ``checked`` without a broken cell fulfil."""
    if EVERY_MARK not in reading.table.column_names:
        return f"not ({is_faulty(contract)})"
    # Not joined by a logical operator: that would ask for the faults of every row.
    return f"case when {quoted(EVERY_MARK)} then true else not ({is_faulty(contract)}) end"


def grain_hash(contract: Contract) -> str:
    """Return the expression of one number per grain; an optional part that is not there counts as a value."""
    return f"hash({', '.join(quoted(name) for name in contract.grain)})"


def repeated(contract: Contract) -> str:
    """Return the query of the grains that more than one row has.

    A required part that is not there is a fault of its own and makes no grain; an optional one that is not
    there, such as a dimension that a query did not ask for, is as good as any other.
    """
    grain = ", ".join(quoted(name) for name in contract.grain)
    required = {column.name for column in contract.columns if column.required}
    known = [f"{quoted(name)} is not null" for name in contract.grain if name in required]
    return (
        f"select {grain}, count(*) as row_count from checked where {' and '.join(['true', *known])}"
        f" group by {grain} having count(*) > 1"
    )


def is_repeated(contract: Contract) -> str:
    """Return the condition that rows of ``checked`` fulfil whose grain another row has as well."""
    same = " and ".join(
        f"repeated.{quoted(name)} is not distinct from checked.{quoted(name)}" for name in contract.grain
    )
    return f"exists (select 1 from ({repeated(contract)}) as repeated where {same})"


def _cell(name: str, reading: Reading) -> str:
    """Return the cell as it stands in the file, or what every row has in its place."""
    if name in reading.table.column_names:
        return quoted(name)
    told = reading.constants.get(name)
    return f"{'null::varchar' if told is None else literal(told)} as {quoted(name)}"


def _plain(column: Column, reading: Reading) -> str:
    """Return the condition that the cell, and every cell near it, is plain."""
    if column.name in reading.plain:
        return "true"
    mark = mark_of(column.name)
    return quoted(mark) if mark in reading.table.column_names else "false"


def _text(column: Column, plain: str) -> str:
    """Return the cell's text: null when blank or marked as missing, without a mark after it.

    Spaces around numbers and dates are taken off; text stays as it is.
    """
    name = quoted(column.name)
    is_missing = f"regexp_full_match({name}, {literal(BLANK)})"
    if column.missing:
        is_missing += f" or trim({name}) in ({_listed(column.missing)})"
    text = name if column.type == "text" else f"trim({name})"
    for mark in column.suffix_flags:
        bare = f"trim(left(trim({name}), length(trim({name})) - {len(mark)}))"
        text = f"case when {_is_marked(name, mark)} then {bare} else {text} end"
    return f"case when {plain} then {name} when {is_missing} then null else {text} end"


def _is_marked(name: str, mark: str) -> str:
    return f"ends_with(trim({name}), {literal(mark)})"


def _listed(texts: Iterable[str]) -> str:
    return ", ".join(literal(text) for text in texts)


def _cast_of(column: Column) -> str:
    return quoted(f"cast {column.name}")


def _cast(column: Column, plain: str) -> str:
    """Return the text as the column's type, null where it is none; a number is read to be compared."""
    name = quoted(column.name)
    if column.type == "text":
        return name
    if column.type == "number":
        return f"case when {plain} then null else try_cast({_ungrouped(column)} as double) end"
    value = (
        f"lower({name}) = 'true'" if column.type == "boolean" else f"try_cast({name} as {column.sql_type})"
    )
    if plain == "false":
        return value
    return f"case when {plain} then {quoted(typed_of(column.name))} else {value} end"


def _ungrouped(column: Column) -> str:
    name = quoted(column.name)
    if not column.thousands_separator:
        return name
    return f"replace({name}, {literal(column.thousands_separator)}, '')"


def _value(column: Column, plain: str) -> str:
    if column.type != "number" or not column.thousands_separator:
        return quoted(column.name) if column.type == "number" else _cast_of(column)
    return f"case when {plain} then {quoted(column.name)} else {_ungrouped(column)} end"


def _fault_case(column: Column, plain: str) -> str | None:
    """Return the case expression that names the first rule the cell breaks; None when it can break none."""
    name, cast = quoted(column.name), _cast_of(column)
    whens = [f"when {name} is null then {literal('required') if column.required else 'null'}"]
    if column.type == "number":
        shape = GROUPED_NUMBER.format(column.thousands_separator) if column.thousands_separator else NUMBER
        whens.append(f"when not isfinite({cast}) then 'finite'")
        whens.append(f"when not regexp_full_match({name}, {literal(shape)}) then 'type'")
    elif column.type == "boolean":
        whens.append(f"when lower({name}) not in ('true', 'false') then 'type'")
    elif column.type != "text":
        shape = WHOLE_NUMBER if column.type == "integer" else DAY
        whens.append(f"when not regexp_full_match({name}, {literal(shape)}) then 'type'")
        whens.append(f"when {cast} is null then 'type'")
    if column.allowed is not None:
        whens.append(f"when {name} not in ({_listed(column.allowed)}) then 'allowed'")
    if column.pattern is not None:
        whens.append(f"when not regexp_full_match({name}, {literal(column.pattern)}) then 'pattern'")
    for bound, is_beyond in ((column.minimum, "<"), (column.maximum, ">")):
        if bound is not None:
            stated = f"date {literal(bound.isoformat())}" if isinstance(bound, date) else repr(bound)
            whens.append(f"when {cast} {is_beyond} {stated} then 'range'")
    if len(whens) == 1 and not column.required:
        return None
    return f"case when {plain} then null {' '.join(whens)} end"
