"""What becomes of one content: what it holds and all that is said of it, against the contracts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from expectations.contract import Contract
from expectations.layout import Layout
from flows.ingestion.stating import Statement, contradicted, name_that_dates, stated_texts
from flows.landing.arrivals import Arrival
from flows.loading.examining import Accepted, Refused, claim, examine
from flows.reading import Content, Fault
from flows.reading.result import shown
from flows.warehouse import Connection


def decide(
    connection: Connection,
    contracts: Sequence[Contract],
    content: Content,
    said: Statement,
    landing_date: date,
) -> Accepted:
    """Examine a content as what all its arrivals together say it is; nothing is written.

    Raises
    ------
    Refused
        When no contract claims it, it breaks the one that does, or what is said of it contradicts itself.
    """
    if said.leading.problem:
        raise not_a_file(said.leading.problem)
    contract, layout = claim(contracts, content)
    if not said.is_understood:
        raise not_understood(said.heard[0].fault or "", contract, layout)
    if said.contradiction:
        raise contradicted(contract, layout, *said.contradiction)
    stated = stated_texts(contract, layout, content, said)
    name, dated_differently = name_that_dates(contract, layout, said)
    accepted = examine(connection, contracts, name, content, said.side_car, landing_date, stated)
    if accepted.vintage_origin == "side_car" and said.vintage_contradiction:
        raise contradicted(contract, layout, "vintage", said.vintage_contradiction)
    if accepted.vintage_origin == "path" and dated_differently:
        raise dated_differently
    return accepted


def not_a_file(problem: str) -> Refused:
    """Return the refusal of an entry of the landing folder that cannot be a data file."""
    return Refused(problem, [Fault(None, None, shown(problem), "a data file", "landing")])


def not_understood(fault: str, contract: Contract | None = None, layout: Layout | None = None) -> Refused:
    """Return the refusal of a file whose side-car is not understood."""
    expected = "a side-car that fits the file"
    return Refused(fault, [Fault(None, None, shown(fault), expected, "side_car")], contract, layout)


def refusal_of_name(arrival: Arrival, fault: str) -> Refused:
    """Return why one name is refused, though the same content may be good under another."""
    return not_a_file(fault) if arrival.problem else not_understood(fault)
