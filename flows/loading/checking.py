"""Checking: every cell and the grain of a file's rows against the contract, nothing written.

A file that keeps its contract is gone through once. Only one that does not is asked where and why.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import date

import numpy as np

from expectations.contract import Contract
from flows.loading.compiling import (
    checked_columns,
    checked_rows,
    fault_of,
    grain_hash,
    has_no_fault,
    is_faulty,
    is_repeated,
    repeated,
)
from flows.loading.faults import column_faults, grain_faults
from flows.reading import Fault, Reading
from flows.reading.result import FAULTS_KEPT
from flows.warehouse import Connection, DatabaseError, quoted


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
    """Show a reading to the database under the name ``landed`` for the block; nothing is copied.

    Raises
    ------
    Unreadable
        When the rows of a stream cannot be read.
    """
    connection.register("landed", reading.table)
    try:
        yield
    except BaseException as error:
        with suppress(DatabaseError):  # a transaction that failed refuses this as well, and must not hide why
            connection.unregister("landed")
        failure = getattr(reading.table, "failure", None)
        if isinstance(error, DatabaseError) and failure is not None:
            raise failure from None
        raise
    connection.unregister("landed")


def inspect(connection: Connection, contract: Contract, reading: Reading) -> Inspection:
    """Check every cell and the grain of the rows shown as ``landed``."""
    grains = _grains_of_good_rows(connection, contract, reading)
    reading = reading.settled()
    if len(grains) == reading.table.num_rows and not _has_equal_ones(grains):
        broken = reading.broken_record_count
        return Inspection(len(grains), broken, broken, reading.faults, has_repeated_rows=False)
    return _explained(connection, contract, reading)


def _grains_of_good_rows(connection: Connection, contract: Contract, reading: Reading) -> np.ndarray:
    """Return one number per row without a broken cell: the same for the same grain, and hardly for others."""
    return connection.execute(
        f"{checked_rows(contract, reading)} select {grain_hash(contract)} as grain from checked"
        f" where {has_no_fault(contract, reading)}"
    ).fetchnumpy()["grain"]


def _has_equal_ones(grains: np.ndarray) -> bool:
    grains.sort()  # in place: there may be many millions of them
    return bool((grains[1:] == grains[:-1]).any())


def _explained(connection: Connection, contract: Contract, reading: Reading) -> Inspection:
    """Return the inspection of a file that breaks its contract, or whose grains look as if they repeated."""
    checked = checked_rows(contract, reading)
    names = checked_columns(contract)
    counts = connection.execute(
        f"{checked} select count(*), count(*) filter (where {is_faulty(contract)})"
        + "".join(f", count({fault_of(name)})" for name in names)
        + " from checked"
    ).fetchall()[0]
    rows, refused, by_column = counts[0], counts[1], dict(zip(names, counts[2:], strict=True))
    repeated_count = connection.execute(
        f"{checked} select coalesce(sum(row_count), 0) from ({repeated(contract)}) as found"
    ).fetchall()[0][0]
    faults = list(reading.faults)
    for column in contract.columns:
        if by_column.get(column.name):
            faults += column_faults(connection, contract, reading, column)
    if repeated_count:
        faults += grain_faults(connection, contract, reading)
        refused = connection.execute(
            f"{checked} select count(*) from checked where {is_faulty(contract)} or {is_repeated(contract)}"
        ).fetchall()[0][0]
    faults.sort(key=lambda fault: fault.line or 0)
    return Inspection(
        row_count=rows - refused,
        refused_row_count=refused + reading.broken_record_count,
        fault_count=sum(by_column.values()) + int(repeated_count) + reading.broken_record_count,
        faults=tuple(faults[:FAULTS_KEPT]),
        has_repeated_rows=bool(repeated_count),
    )


def stated_vintages(connection: Connection, contract: Contract, reading: Reading) -> list[date | None]:
    """Return the first two distinct vintages that the rows shown as ``landed`` state."""
    column = quoted(contract.vintage.content_column)
    found = connection.execute(
        f"{checked_rows(contract, reading)} select distinct {column} from checked order by {column} limit 2"
    ).fetchall()
    return [row[0] for row in found]


def is_good(contract: Contract, inspection: Inspection) -> str:
    """Return the condition that rows of ``checked`` fulfil when they may be loaded."""
    conditions = ["true"]
    if inspection.refused_row_count:
        conditions.append(f"not ({is_faulty(contract)})")
    if inspection.has_repeated_rows:
        conditions.append(f"not {is_repeated(contract)}")
    return " and ".join(conditions)
