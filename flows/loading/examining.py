"""One file against the contracts: recognised, read, checked and dated, or refused with the reason."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from types import MappingProxyType

from expectations.contract import Contract
from expectations.layout import CsvLayout, Layout
from expectations.recognition import Unclaimed, recognise
from flows import reading
from flows.landing.side_car import SideCar
from flows.loading.checking import Inspection, inspect, landed, stated_vintages
from flows.loading.plain_cells import marked
from flows.loading.totals import agrees_with_control_totals, check_stated_total
from flows.reading import Content, Fault, Reading, Unreadable
from flows.reading.binding import dated
from flows.reading.foreign_text import foreign_text
from flows.reading.result import shown
from flows.warehouse import Connection

FAULTS_TOLD = 3
"""How many faults a reason tells; the ledger holds the rest."""


class Refused(Exception):
    """A file that is not loaded.

    Attributes
    ----------
    reason : str
        Why, for a person.
    faults : tuple of Fault
        Why, place by place; at least one.
    contract, layout : Contract, Layout or None
        By which contract and layout the file was read, when one claimed it.
    refused_row_count : int
        Rows that break the contract.
    """

    def __init__(
        self,
        reason: str,
        faults: Sequence[Fault],
        contract: Contract | None = None,
        layout: Layout | None = None,
        refused_row_count: int = 0,
    ) -> None:
        super().__init__(reason)
        self.reason = reason
        self.faults = tuple(faults)
        self.contract = contract
        self.layout = layout
        self.refused_row_count = refused_row_count


@dataclass(frozen=True)
class Accepted:
    """A file that may be loaded, with everything that is known about it.

    Attributes
    ----------
    completeness : str or None
        What shows that the file is whole, joined by ``and``: sha256, row_count, control_total, stated_count,
        footer; None when nothing does.
    """

    contract: Contract
    layout: Layout
    reading: Reading
    inspection: Inspection
    side_car: SideCar | None
    vintage: date
    vintage_origin: str
    completeness: str | None

    @property
    def reason(self) -> str | None:
        """Why some rows are left out, when some are, and what else a person should know of the file."""
        reasons = []
        if self.inspection.refused_row_count:
            reasons.append(_rows_reason(self.contract, self.inspection))
        if self.reading.left_out_row_count and self.layout.left_out_rows:
            reasons.append(_left_out_reason(self.layout, self.reading))
        if self.reading.lacks_last_line_end and self.completeness is None:
            reasons.append("its last record lacks the line end that the others have: it may have been cut")
        return "; ".join([*reasons, *self.reading.remarks]) or None


def examine(
    connection: Connection,
    contracts: Sequence[Contract],
    name: str,
    content: Content,
    said: SideCar | None,
    landing_date: date,
    stated: Mapping[str, str] = MappingProxyType({}),
) -> Accepted:
    """Examine one file; nothing is written.

    Parameters
    ----------
    connection : Connection
        Any database: the file's cells are shown to it and checked there.
    name : str
        Its path below the landing folder.
    content : Content
        What the file holds.
    said : SideCar or None
        What its side-car says.
    landing_date : date
        Day on which the file first arrived.
    stated : mapping of str to str
        Landed column → the text that every row has, told elsewhere than in the file.

    Raises
    ------
    Refused
        When no contract claims the file, or it breaks the one that does, or what its side-car promises.
    """
    contract, layout = claim(contracts, content)
    try:
        cells = reading.read(content, layout)
        cells = marked(replace(cells, constants={**stated, **cells.constants}), contract)
        with landed(connection, cells):
            inspection = inspect(connection, contract, cells)
            cells = cells.settled()
            if said and said.row_count is not None and said.row_count != cells.record_count:
                expected = f"{said.row_count}, as the side-car says"
                raise Unreadable(Fault(None, None, f"{cells.record_count} records", expected, "side_car"))
            if inspection.refused_share > contract.refused_share_max:
                reason = _rows_reason(contract, inspection)
                raise Refused(reason, inspection.faults, contract, layout, inspection.refused_row_count)
            vintage, origin = _vintage(connection, contract, cells, said, name, landing_date)
            completeness = _completeness(connection, contract, layout, cells, inspection, said)
    except Unreadable as broken:
        reason = f"breaks the contract {contract.name}: {broken.fault}"
        raise Refused(reason, [broken.fault], contract, layout) from None
    return Accepted(contract, layout, cells, inspection, said, vintage, origin, completeness)


def claim(contracts: Sequence[Contract], content: Content) -> tuple[Contract, Layout]:
    """Return the contract and layout that claim a file by what it holds.

    Raises
    ------
    Refused
        When none does, or several do.
    """
    found: list[tuple[str, ...] | None] = []
    is_of_a_family = False

    def header_of(layout: Layout) -> tuple[str, ...] | None:
        nonlocal is_of_a_family
        found.append(reading.header(content, layout))
        # Not so for CSV: what is no text may decode all the same.
        is_of_a_family |= found[-1] is not None and not isinstance(layout, CsvLayout)
        return found[-1]

    try:
        return recognise(contracts, header_of)
    except Unclaimed as unclaimed:
        kind = None if is_of_a_family else reading.kind(content)
        reason = f"no contract claims this file: it is {kind}" if kind else str(unclaimed)
        delimiters = {
            layout.delimiter
            for contract in contracts
            for layout in contract.layouts
            if isinstance(layout, CsvLayout)
        }
        foreign = None if is_of_a_family or kind else foreign_text(content, delimiters)
        if foreign:
            fault = Fault(None, None, shown(foreign.seen), foreign.expected, "contract")
            raise Refused(f"no contract claims this file: {fault}", [fault]) from None
        seen = kind or ", ".join(next((names for names in found if names), ("no header",)))
        fault = Fault(None, None, shown(seen), "a header that one contract claims", "contract")
        raise Refused(reason, [fault]) from None


def _vintage(
    connection: Connection,
    contract: Contract,
    cells: Reading,
    said: SideCar | None,
    path: str,
    landing_date: date,
) -> tuple[date, str]:
    """Return the vintage and where it is known from: the first origin of the contract that knows it."""
    for origin in contract.vintage.order:
        if origin == "landing_date":
            return landing_date, origin
        if origin == "side_car" and said is not None:
            return said.vintage, origin
        if origin == "path" and (found := dated(contract.vintage.path, path)) is not None:
            return found, origin
        if origin == "content":
            if cells.vintage is not None:
                return cells.vintage, origin
            if contract.vintage.content_column is None:
                continue
            stated = stated_vintages(connection, contract, cells)
            if len(stated) > 1:
                header = cells.headers[contract.vintage.content_column]
                seen = " and ".join(map(str, stated))
                raise Unreadable(Fault(None, header, seen, "one vintage in every row", "vintage"))
            if stated and stated[0] is not None:
                return stated[0], origin
    expected = " or ".join(contract.vintage.order)
    raise Unreadable(Fault(None, None, "no vintage", f"one from {expected}", "vintage"))


def _completeness(
    connection: Connection,
    contract: Contract,
    layout: Layout,
    cells: Reading,
    inspection: Inspection,
    said: SideCar | None,
) -> str | None:
    """Return what shows that the file is whole.

    Raises
    ------
    Unreadable
        When a total shows that it is not.
    """
    is_total_right = agrees_with_control_totals(connection, contract, layout, cells, inspection)
    if said and said.control_total is not None:
        check_stated_total(connection, contract, cells, inspection, said.control_total)
        is_total_right = True
    shows = {
        "sha256": said is not None and said.sha256 is not None,
        "row_count": said is not None and said.row_count is not None,
        "control_total": is_total_right,
    }
    told = [name for name, does in shows.items() if does]
    return " and ".join([*told, *filter(None, [cells.completeness])]) or None


def _left_out_reason(layout: Layout, cells: Reading) -> str:
    rules = "; ".join(f"{rule.reason} (/{rule.pattern}/)" for rule in layout.left_out_rows)
    return f"{cells.left_out_row_count:,} of {cells.record_count:,} records are left out as no data: {rules}"


def _rows_reason(contract: Contract, inspection: Inspection) -> str:
    rows = inspection.row_count + inspection.refused_row_count
    told = "; ".join(f"{fault} [{fault.rule}]" for fault in inspection.faults[:FAULTS_TOLD])
    reason = f"{inspection.refused_row_count:,} of {rows:,} rows break the contract {contract.name}: {told}"
    more = inspection.fault_count - min(FAULTS_TOLD, len(inspection.faults))
    if more:
        reason += f"; and {more:,} more"
    if inspection.fault_count > len(inspection.faults):
        reason += f" (the first {len(inspection.faults):,} are in meta.refused_rows)"
    return reason
