"""Loading: one file's good rows into its landed table, and its entry into the ledger, in one transaction."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import astuple, dataclass, fields
from datetime import date, datetime

import pyarrow as pa

from expectations.contract import Column, Contract
from expectations.landed_tables import LEADING_COLUMNS, LEDGER
from flows.loading.checking import Inspection, is_good, landed
from flows.loading.compiling import checked_rows
from flows.reading import Fault, Reading
from flows.reading.result import ROW_NUMBER
from flows.warehouse import Connection, bulk_loading, qualified, quoted, transaction


@dataclass(frozen=True)
class LedgerEntry:
    """One row of ``meta.files``; its attributes are the columns, in order."""

    file_id: str
    file_name: str
    byte_count: int | None
    contract: str | None
    source: str | None
    layout: str | None
    status: str
    reason: str | None
    vintage: date | None
    vintage_origin: str | None
    publisher: str | None
    source_url: str | None
    licence: str | None
    redistribution: str | None
    loaded_at: datetime | None
    row_count: int
    refused_row_count: int
    completeness: str | None = None
    left_out_row_count: int = 0
    container_id: str | None = None
    retrieved_at: datetime | None = None
    replaces_file_id: str | None = None


def prepare(connection: Connection, contracts: Iterable[Contract]) -> None:
    """Create the landed table of every contract and the ledger, where they are not there yet."""
    with transaction(connection):
        for schema in ("raw", "meta"):
            connection.execute(f"create schema if not exists {quoted(schema)}")
        for contract in contracts:
            own = [(column.name, _stored_as(column)) for column in contract.columns]
            leading = [(column.name, column.sql_type) for column in LEADING_COLUMNS]
            _create(connection, qualified("raw", contract.name), [*leading, *own])
        for name, (_, columns) in LEDGER.items():
            key = "file_id" if name == "files" else None
            described = [(column.name, column.sql_type) for column in columns]
            _create(connection, qualified("meta", name), described, key)


def _stored_as(column: Column) -> str:
    """Return the column's type; numbers as printed hardly repeat, and looking for a short form is dear."""
    return f"{column.sql_type} using compression uncompressed" if column.type == "number" else column.sql_type


def _create(
    connection: Connection, table: str, columns: Sequence[tuple[str, str]], key: str | None = None
) -> None:
    described = [f"{quoted(name)} {sql_type}" for name, sql_type in columns]
    if key:
        described.append(f"primary key ({quoted(key)})")
    connection.execute(f"create table if not exists {table} ({', '.join(described)})")


def insert_rows(
    connection: Connection,
    contract: Contract,
    reading: Reading,
    inspection: Inspection,
    file_id: str,
    vintage: date,
    loaded_at: datetime,
) -> None:
    """Insert the file's good rows into ``raw.<contract>``; rows of the same content make way for them."""
    table = qualified("raw", contract.name)
    own = ", ".join(quoted(column.name) for column in contract.columns)
    leading = ", ".join(quoted(column.name) for column in LEADING_COLUMNS)
    connection.execute(f"delete from {table} where file_id = ?", [file_id])
    with landed(connection, reading), bulk_loading(connection):
        connection.execute(
            f"insert into {table} ({leading}, {own}) {checked_rows(contract, reading)}"
            f" select ?, {ROW_NUMBER}, ?, ?, {own} from checked where {is_good(contract, inspection)}",
            [file_id, vintage, loaded_at],
        )


def take_out(connection: Connection, contract: str, file_id: str) -> None:
    """Take a file's rows out of its landed table."""
    connection.execute(f"delete from {qualified('raw', contract)} where file_id = ?", [file_id])


def record(connection: Connection, entry: LedgerEntry, faults: Sequence[Fault]) -> None:
    """Write a file's entry into the ledger, in the place of what an earlier run wrote of the same content."""
    forget(connection, [entry.file_id])
    marks = ", ".join("?" for _ in fields(entry))
    connection.execute(f"insert into meta.files values ({marks})", list(astuple(entry)))
    if not faults:
        return
    told = pa.table(
        {
            "line": pa.array([fault.line for fault in faults], pa.int64()),
            "column_name": pa.array([fault.column for fault in faults], pa.string()),
            "seen": pa.array([fault.seen for fault in faults], pa.string()),
            "expected": pa.array([fault.expected for fault in faults], pa.string()),
            "rule": pa.array([fault.rule for fault in faults], pa.string()),
        }
    )
    connection.register("told_faults", told)
    try:
        connection.execute(
            "insert into meta.refused_rows"
            " select ?, ?, line, column_name, seen, expected, rule from told_faults",
            [entry.file_id, entry.file_name],
        )
    finally:
        connection.unregister("told_faults")


def forget(connection: Connection, file_ids: Iterable[str]) -> None:
    """Take files out of the ledger."""
    for file_id in file_ids:
        connection.execute("delete from meta.refused_rows where file_id = ?", [file_id])
        connection.execute("delete from meta.files where file_id = ?", [file_id])


def ledger(connection: Connection) -> dict[str, LedgerEntry]:
    """Return the ledger's entries by file_id."""
    columns = ", ".join(quoted(field.name) for field in fields(LedgerEntry))
    rows = connection.execute(f"select {columns} from meta.files").fetchall()
    return {row[0]: LedgerEntry(*row) for row in rows}


def recorded_faults(connection: Connection, file_id: str) -> tuple[Fault, ...]:
    """Return what the ledger says was wrong with a file."""
    rows = connection.execute(
        "select line, column_name, seen, expected, rule from meta.refused_rows"
        " where file_id = ? order by line, column_name",
        [file_id],
    ).fetchall()
    return tuple(Fault(*row) for row in rows)
