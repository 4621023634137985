"""The only door to DuckDB: how a database is opened, for writing (the refresh alone) and for reading."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb

if TYPE_CHECKING:
    import pandas as pd

Connection = duckdb.DuckDBPyConnection
DatabaseError = duckdb.Error


@contextmanager
def writing(path: Path) -> Iterator[Connection]:
    """Open the build database for writing and close it on the way out.

    Parameters
    ----------
    path : Path
        The database file; created when absent. Its folder must exist.

    Raises
    ------
    DatabaseError
        When another process holds the file, or it is damaged.
    """
    with _opened(str(path)) as connection:
        yield connection


@contextmanager
def reading(path: Path) -> Iterator[Connection]:
    """Open a finished database read-only and close it on the way out.

    Raises
    ------
    DatabaseError
        When the file is absent, held by a writer, or damaged.
    """
    with _opened(str(path), read_only=True) as connection:
        yield connection


@contextmanager
def in_memory() -> Iterator[Connection]:
    """Open a database of its own in memory, gone on the way out."""
    with _opened(":memory:") as connection:
        yield connection


@contextmanager
def _opened(database: str, *, read_only: bool = False) -> Iterator[Connection]:
    connection = duckdb.connect(database, read_only=read_only)
    try:
        # A missing extension would otherwise be looked for on the network, for seconds, before it is refused.
        connection.execute("set autoinstall_known_extensions = false")
        connection.execute("set autoload_known_extensions = false")
        connection.execute("set timezone = 'UTC'")
        yield connection
    finally:
        connection.close()


@contextmanager
def transaction(connection: Connection) -> Iterator[Connection]:
    """Run the block in one transaction: committed whole, or rolled back whole when it raises."""
    connection.execute("begin transaction")
    try:
        yield connection
    except BaseException:
        connection.execute("rollback")
        raise
    connection.execute("commit")


@contextmanager
def bulk_loading(connection: Connection) -> Iterator[Connection]:
    """Let what is inserted in the block be stored in any order, and written as soon as it can be.

    It takes less time and memory; a query that needs an order must ask for it. After an error the connection
    stays as it is in the block, for a transaction that failed lets nothing be set.
    """
    connection.execute("set preserve_insertion_order = false")
    connection.execute("set write_buffer_row_group_count = 1")
    yield connection
    connection.execute("reset write_buffer_row_group_count")
    connection.execute("set preserve_insertion_order = true")


def quoted(identifier: str) -> str:
    """Return an SQL identifier, possibly dotted by the caller, safely quoted."""
    return '"' + identifier.replace('"', '""') + '"'


def literal(text: str) -> str:
    """Return an SQL string literal, safely quoted."""
    return "'" + text.replace("'", "''") + "'"


def qualified(schema: str, table: str) -> str:
    """Return ``"schema"."table"``, safely quoted."""
    return f"{quoted(schema)}.{quoted(table)}"


def write_frame(connection: Connection, schema: str, table: str, frame: pd.DataFrame) -> None:
    """Replace a table by a frame, with types taken from the frame's, so that an empty column keeps its type.

    Parameters
    ----------
    connection : Connection
        A writing connection.
    schema, table : str
        Where to; the schema is created when absent.
    frame : DataFrame
        bool, integer, float and datetime columns keep their kind, every other column becomes VARCHAR.
    """
    columns = ", ".join(f"{quoted(str(name))} {_sql_type(frame[name].dtype)}" for name in frame.columns)
    connection.execute(f"create schema if not exists {quoted(schema)}")
    connection.execute(f"create or replace table {qualified(schema, table)} ({columns})")
    if len(frame):
        connection.register("incoming_frame", frame)
        try:
            names = ", ".join(quoted(str(name)) for name in frame.columns)
            connection.execute(
                f"insert into {qualified(schema, table)} ({names}) select {names} from incoming_frame"
            )
        finally:
            connection.unregister("incoming_frame")


def _sql_type(dtype: object) -> str:
    from pandas.api import types

    if types.is_bool_dtype(dtype):
        return "BOOLEAN"
    if types.is_integer_dtype(dtype):
        return "BIGINT"
    if types.is_float_dtype(dtype):
        return "DOUBLE"
    if types.is_datetime64_any_dtype(dtype):
        return "TIMESTAMP"
    return "VARCHAR"


def read_frame(connection: Connection, schema: str, table: str) -> pd.DataFrame:
    """Return a whole table in its stored order."""
    return connection.execute(f"select * from {qualified(schema, table)}").df()


def has_table(connection: Connection, schema: str, table: str) -> bool:
    """Tell whether the table exists in the connection's own database."""
    found = connection.execute(
        "select count(*) from duckdb_tables()"
        " where database_name = current_database() and schema_name = ? and table_name = ?",
        [schema, table],
    ).fetchall()
    return found[0][0] > 0


def content(connection: Connection, schema: str, table: str) -> tuple[int, str]:
    """Return the number of rows and a digest that does not depend on the order of the rows.

    The digest is the sum of the rows' hashes, not their exclusive or, which would cancel pairs of equal rows.
    Reading every row also makes DuckDB check every block's checksum.
    """
    rows, total = connection.execute(
        f"select count(*), coalesce(sum(cast(hash(t) as hugeint)), 0) from {qualified(schema, table)} as t"
    ).fetchall()[0]
    return int(rows), f"{int(total):x}"
