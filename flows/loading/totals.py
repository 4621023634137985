"""Control totals: what a file, or whoever sends it, says its rows add up to, against what they add up to."""

from __future__ import annotations

from collections.abc import Mapping

from expectations.contract import Contract, ControlTotal
from expectations.layout import Layout
from flows.landing.side_car import StatedTotal
from flows.loading.checking import Inspection, is_good
from flows.loading.compiling import checked_rows
from flows.reading import Fault, Reading, Unreadable
from flows.reading.result import ROW_NUMBER, shown
from flows.warehouse import Connection, literal, quoted

ROUNDING = 1e-9
"""Share of a total by which a sum of as many digits may differ from it and still be the same."""


def agrees_with_control_totals(
    connection: Connection, contract: Contract, layout: Layout, reading: Reading, inspection: Inspection
) -> bool:
    """Check the totals that the rows shown as ``landed`` themselves print.

    Returns
    -------
    bool
        The layout has control totals, and every row has a part in one.

    Raises
    ------
    Unreadable
        When parts do not add up to their total.
    """
    controls = [
        control
        for control in contract.control_totals
        if not control.layouts or layout.name in control.layouts
    ]
    agree = [_agrees(connection, contract, control, reading, inspection) for control in controls]
    return bool(agree) and all(agree)


def _agrees(
    connection: Connection,
    contract: Contract,
    control: ControlTotal,
    reading: Reading,
    inspection: Inspection,
) -> bool:
    by = ", ".join(quoted(name) for name in control.by)
    texts = ", ".join(f"cast({quoted(name)} as varchar)" for name in control.by)
    is_part = f"not is_total and {_is_one_of(control.part_rows)}" if control.part_rows else "not is_total"
    place = f"concat_ws(', ', {texts})" if by else "''"
    amount = f"try_cast({quoted(control.value_column)} as double)"
    marked = f"select *, {_is_one_of(control.total_rows)} as is_total, {amount} as amount from checked"
    added = (
        f"select {place} as place, min({ROW_NUMBER}) filter (where is_total) as line,"
        " count(*) filter (where is_total) as total_count, fsum(amount) filter (where is_total) as total,"
        f" count(*) filter (where {is_part}) as part_count,"
        f" coalesce(fsum(amount) filter (where {is_part}), 0) as parts from marked"
    )
    rows = (
        f"{checked_rows(contract, reading)}, marked as ({marked} where {is_good(contract, inspection)}),"
        f" added as ({added}{f' group by {by}' if by else ''})"
    )
    share = max(control.tolerance, ROUNDING)
    wrong = connection.execute(
        f"{rows} select line, place, total, parts, part_count from added where total_count > 0"
        f" and part_count > 0 and abs(total - parts) > {share!r} * abs(total) order by line limit 1"
    ).fetchall()
    for line, place, total, parts, part_count in wrong:
        header = reading.headers.get(control.value_column, control.value_column)
        of = f" of {place}" if place else ""
        expected = f"{parts:.17g}, what the {part_count:,} rows{of} add up to: the file may be cut"
        raise Unreadable(Fault(line, header, f"{total:.17g}", expected, "control_total"))
    compared = connection.execute(
        f"{rows} select count(*) filter (where total_count > 0 and part_count > 0), count(*) from added"
        " where total_count > 0 or part_count > 0"
    ).fetchall()[0]
    return compared[0] > 0 and compared[0] == compared[1]


def _is_one_of(texts: Mapping[str, tuple[str, ...]]) -> str:
    conditions = []
    for name, allowed in texts.items():
        known = ", ".join(literal(text) for text in allowed)
        # A cell that is blank has the text ''.
        conditions.append(f"coalesce(cast({quoted(name)} as varchar), '') in ({known})")
    return " and ".join(conditions)


def check_stated_total(
    connection: Connection,
    contract: Contract,
    reading: Reading,
    inspection: Inspection,
    stated: StatedTotal,
) -> None:
    """Check the sum that a side-car states of a column of the rows shown as ``landed``.

    Raises
    ------
    Unreadable
        When the rows add up to another sum, or the column is none that adds up.
    """
    numbers = [column.name for column in contract.columns if column.type in ("number", "integer")]
    if stated.column not in numbers:
        seen, expected = shown(stated.column), f"one of {', '.join(numbers) or 'no column'}"
        raise Unreadable(Fault(None, None, seen, f"{expected}, as control_total's column", "side_car"))
    total = connection.execute(
        f"{checked_rows(contract, reading)} select fsum(try_cast({quoted(stated.column)} as double))"
        f" from checked where {is_good(contract, inspection)}"
    ).fetchall()[0][0]
    said = float(stated.value)
    if total is None or abs(total - said) > ROUNDING * max(abs(said), abs(total)):
        header = reading.headers.get(stated.column, stated.column)
        expected = f"{stated.value}, the sum that the side-car states"
        seen = "no value" if total is None else f"a sum of {total:.17g}"
        raise Unreadable(Fault(None, header, seen, expected, "side_car"))
