"""What the ledger of files, and the quarantine, say of a file that was loaded or refused."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from expectations.contract import Contract
from flows.ingestion.stating import Statement
from flows.loading.examining import Accepted, Refused
from flows.loading.load import LedgerEntry

FAULTS_QUARANTINED = 20
"""How many faults ``quarantine/<sha256>/reason.yml`` tells; the ledger holds the rest."""


CIRCLE = "its side-car and others' supersede one another in a circle"


def loaded_entry(
    file_id: str, byte_count: int, accepted: Accepted, said: Statement, first_seen: datetime
) -> LedgerEntry:
    """Return the entry of a file whose good rows are loaded."""
    contract, side_car = accepted.contract, said.side_car
    return LedgerEntry(
        file_id=file_id,
        file_name=said.leading.name,
        byte_count=byte_count,
        contract=contract.name,
        source=contract.source,
        layout=accepted.layout.name,
        status="loaded",
        reason=accepted.reason,
        vintage=accepted.vintage,
        vintage_origin=accepted.vintage_origin,
        publisher=side_car.publisher if side_car else contract.publisher,
        source_url=side_car.url if side_car else None,
        licence=side_car.licence if side_car else contract.licence.name,
        redistribution=_redistribution(said, contract),
        loaded_at=first_seen,
        row_count=accepted.inspection.row_count,
        refused_row_count=accepted.inspection.refused_row_count,
        completeness=accepted.completeness,
        left_out_row_count=accepted.reading.left_out_row_count,
        container_id=said.leading.container_id,
        retrieved_at=side_car.retrieved_at if side_car else None,
        replaces_file_id=" ".join(said.replaces) or None,
    )


def _redistribution(said: Statement, contract: Contract) -> str:
    """Whether figures may be passed on; a side-car that does not know leaves the contract's word standing."""
    if said.side_car is None or said.side_car.redistribution == "unknown":
        return contract.licence.redistribution
    return said.side_car.redistribution


def refused_entry(
    file_id: str,
    name: str,
    byte_count: int | None,
    refusal: Refused,
    first_seen: datetime,
    container_id: str | None = None,
) -> LedgerEntry:
    """Return the entry of a file that is not loaded."""
    contract = refusal.contract
    return LedgerEntry(
        file_id=file_id,
        file_name=name,
        byte_count=byte_count,
        contract=contract.name if contract else None,
        source=contract.source if contract else None,
        layout=refusal.layout.name if refusal.layout else None,
        status="refused",
        reason=refusal.reason,
        vintage=None,
        vintage_origin=None,
        publisher=contract.publisher if contract else None,
        source_url=None,
        licence=contract.licence.name if contract else None,
        redistribution=contract.licence.redistribution if contract else None,
        loaded_at=first_seen,
        row_count=0,
        refused_row_count=refusal.refused_row_count,
        container_id=container_id,
    )


def replaced_entry(entry: LedgerEntry, by: LedgerEntry) -> LedgerEntry:
    """Return the entry of a file that makes way for another one."""
    reason = f"replaced by {by.file_name}, as its side-car says"
    return replace(entry, status="replaced", reason=reason, row_count=0)


def entry_in_circle(entry: LedgerEntry, others: Sequence[str]) -> LedgerEntry:
    """Return the entry of a loaded file with what is told of the circle that it stands in, if it does.

    Parameters
    ----------
    others : sequence of str
        Names of the other files of the circle; empty when it stands in none, or no more.
    """
    reason = (entry.reason or "").partition(CIRCLE)[0].removesuffix("; ")
    if others:
        circle = f"{CIRCLE}: it stays loaded, as {' and '.join(others)} do"
        reason = f"{reason}; {circle}" if reason else circle
    return replace(entry, reason=reason or None)


def quarantine_note(name: str, refusal: Refused, first_seen: datetime) -> dict[str, Any]:
    """Return what the quarantine tells of a refused file."""
    return {
        "file_name": name,
        "first_seen": first_seen.replace(tzinfo=UTC).isoformat(),
        "reason": refusal.reason,
        "contract": refusal.contract.name if refusal.contract else None,
        "layout": refusal.layout.name if refusal.layout else None,
        "faults": [f"{fault} [{fault.rule}]" for fault in refusal.faults[:FAULTS_QUARANTINED]],
    }
