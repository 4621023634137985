"""A contract compiled into SQL: cells cast, and the first rule that each of them breaks.

The compiled text holds identifiers, what the contract says, and what is said once for a whole file, all of it
quoted; a file's cells are never part of it.

Most cells are plain: written as a number is stored, without blanks around it. A cheap condition that only
such cells fulfil stands before every dear one, which then is asked of the others alone.
"""

from __future__ import annotations

from datetime import date

from expectations.contract import Column, Contract
from flows.reading import Reading
from flows.reading.result import HEADER_COLUMN, ROW_NUMBER, SHEET_COLUMN
from flows.warehouse import literal, quoted

BLANK = r"\s*"
NUMBER = r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?"
GROUPED_NUMBER = r"[+-]?(\d{{1,3}}({0}\d{{3}})+(\.\d*)?|\d+\.?\d*|\.\d+)([eE][+-]?\d+)?"
WHOLE_NUMBER = r"[+-]?\d+"
DAY = r"\d{4}-\d{2}-\d{2}"
LARGEST = 1.7976931348623157e308
"""The largest finite number of double precision."""


def checked_rows(contract: Contract, reading: Reading) -> str:
    """Return the ``with`` clause whose ``checked`` holds, per row of ``landed``, values, faults and cells."""
    cells, texts, cast, checked = [], [], [], []
    for column in contract.columns:
        if column.name in contract.flag_columns:
            continue
        name, seen = quoted(column.name), seen_of(column.name)
        cells.append(_cell(column.name, reading))
        texts += [f"{_text(column)} as {name}", f"{name} as {seen}"]
        if column.type == "number":
            texts.append(f"{_is_plain(column)} as {_plain_of(column)}")
            cast.append(_plain_of(column))
        for mark, flag in column.suffix_flags.items():
            texts.append(f"coalesce({_is_marked(column, mark)}, false) as {quoted(flag)}")
            cast.append(quoted(flag))
            checked.append(quoted(flag))
        cast += [name, f"{_cast(column)} as {_cast_of(column)}", seen]
        checked += [f"{_value(column)} as {name}", seen]
        if fault := _fault_case(column):
            checked.append(f"{fault} as {fault_of(column.name)}")
    place = ROW_NUMBER
    for name in (HEADER_COLUMN, SHEET_COLUMN):
        place += f", {quoted(name)}" if name in reading.table.column_names else ""
    return (
        f"with cells as (select {place}, {', '.join(cells)} from landed),"
        f" texts as (select {place}, {', '.join(texts)} from cells),"
        f" casts as (select {place}, {', '.join(cast)} from texts),"
        f" checked as (select {place}, {', '.join(checked)} from casts)"
    )


def checked_columns(contract: Contract) -> list[str]:
    """Return the columns of which a cell can break a rule; each has a fault in ``checked``."""
    columns = (column for column in contract.columns if column.name not in contract.flag_columns)
    return [column.name for column in columns if _fault_case(column)]


def seen_of(name: str) -> str:
    """Return the column of ``checked`` that holds the cell as it stands in the file."""
    return quoted(f"seen {name}")


def fault_of(name: str) -> str:
    """Return the column of ``checked`` that names the first rule that the cell breaks."""
    return quoted(f"fault {name}")


def is_faulty(contract: Contract) -> str:
    """Return the condition that rows of ``checked`` with a broken cell fulfil."""
    return " or ".join(f"{fault_of(name)} is not null" for name in checked_columns(contract)) or "false"


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


def _text(column: Column) -> str:
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
        text = f"case when {_is_marked(column, mark)} then {bare} else {text} end"
    return f"case when {_is_plain(column)} then {name} when {is_missing} then null else {text} end"


def _is_plain(column: Column) -> str:
    """Return a condition that only texts fulfil which are neither missing nor to be altered."""
    name = quoted(column.name)
    conditions = [f"{name} >= '!'"]  # every blank comes before it
    if column.type == "number":
        conditions.append(f"{name}[-1] > ' '")  # of line ends and tabs as well, which the cast passes over
    elif column.type != "text" or column.missing or column.suffix_flags:
        conditions.append(f"not ends_with({name}, ' ')")
    if column.missing:
        conditions.append(f"{name} not in ({_listed(column.missing)})")
    conditions += [f"not ends_with({name}, {literal(mark)})" for mark in column.suffix_flags]
    return " and ".join(conditions)


def _is_marked(column: Column, mark: str) -> str:
    name = quoted(column.name)
    has_no_blanks = f"{name} >= '!' and not ends_with({name}, ' ')"
    return (
        f"case when {has_no_blanks} then ends_with({name}, {literal(mark)})"
        f" else ends_with(trim({name}), {literal(mark)}) end"
    )


def _listed(texts: tuple[str, ...]) -> str:
    return ", ".join(literal(text) for text in texts)


def _cast_of(column: Column) -> str:
    return quoted(f"cast {column.name}")


def _plain_of(column: Column) -> str:
    return quoted(f"plain {column.name}")


def _cast(column: Column) -> str:
    """Return the text as the column's type, null where it is none; a number is read to be compared."""
    name = quoted(column.name)
    if column.type == "number":
        return f"try_cast({_ungrouped(column)} as double)"
    if column.type == "boolean":
        return f"lower({name}) = 'true'"
    return name if column.type == "text" else f"try_cast({name} as {column.sql_type})"


def _ungrouped(column: Column) -> str:
    name = quoted(column.name)
    if not column.thousands_separator:
        return name
    sign = literal(column.thousands_separator)
    return f"case when contains({name}, {sign}) then replace({name}, {sign}, '') else {name} end"


def _value(column: Column) -> str:
    return _ungrouped(column) if column.type == "number" else _cast_of(column)


def _fault_case(column: Column) -> str | None:
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
            whens.append(f"when {cast} {is_beyond} {_bound(bound)} then 'range'")
    if len(whens) == 1 and not column.required:
        return None
    if plainly := _is_plainly_right(column):
        whens.insert(0, f"when {plainly} then null")
    return f"case {' '.join(whens)} end"


def _is_plainly_right(column: Column) -> str | None:
    """Return a cheap condition that only cells fulfil which break no rule, or None when there is none."""
    name, cast = quoted(column.name), _cast_of(column)
    if column.allowed is not None or column.pattern is not None:
        return None
    low, high = (_bound(bound) if bound is not None else None for bound in (column.minimum, column.maximum))
    if column.type == "number":
        # The cast reads what is no number here in one form only: digits grouped by underscores.
        odd = ["_", *filter(None, [column.thousands_separator])]
        conditions = [_plain_of(column), *(f"not contains({name}, {literal(sign)})" for sign in odd)]
        conditions += [f"{cast} >= {low or -LARGEST!r}", f"{cast} <= {high or repr(LARGEST)}"]
    elif column.type == "integer":
        conditions = [f"cast({cast} as varchar) = {name}"]
    elif column.type == "date":
        conditions = [f"length({name}) = 10", f"cast({cast} as varchar) = {name}"]
    else:
        return None
    if column.type != "number":
        conditions += [f"{cast} >= {low}"] if low else []
        conditions += [f"{cast} <= {high}"] if high else []
    return " and ".join(conditions)


def _bound(bound: int | float | date) -> str:
    return f"date {literal(bound.isoformat())}" if isinstance(bound, date) else repr(bound)
