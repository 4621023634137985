"""What a release holds: the database that every driver opens, the files beside it, and their proof."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from flows.durable import sha256
from flows.redistribution import TableTerms
from flows.warehouse import Connection, content, literal, qualified, quoted, reading, writing

PUBLISHED_SCHEMAS = ("marts", "reporting")
STORAGE_VERSION = "v1.2.0"
"""Drivers of business-intelligence tools lag behind: this version opens in every DuckDB since 1.2."""
TYPES = frozenset({"BIGINT", "INTEGER", "DOUBLE", "VARCHAR", "DATE", "TIMESTAMP", "BOOLEAN"})
"""Types that every reader understands; DECIMAL(p,s) besides."""


class ReleaseFailed(Exception):
    """The release that was built does not hold what it should; nothing was published."""


@dataclass(frozen=True)
class PublishedTable:
    """One table of the release, as its readers see it."""

    schema: str
    name: str
    description: str
    columns: tuple[tuple[str, str, str], ...]
    primary_key: tuple[str, ...]
    rows: int
    digest: str

    @property
    def relation(self) -> str:
        """``schema.table``."""
        return f"{self.schema}.{self.name}"

    def file(self, kind: str) -> Path:
        """Where the table lies in the release as ``csv`` or ``parquet``."""
        return Path(kind) / self.schema / f"{self.name}.{kind}"


def published_relations(build: Path) -> list[str]:
    """Return the published tables of the build as ``schema.table``."""
    with reading(build) as connection:
        found = connection.execute(
            "select schema_name || '.' || table_name from duckdb_tables()"
            " where schema_name in (select unnest(?)) order by schema_name, table_name",
            [list(PUBLISHED_SCHEMAS)],
        ).fetchall()
    return [relation for (relation,) in found]


def build_database(build: Path, target: Path, terms: Mapping[str, TableTerms]) -> list[PublishedTable]:
    """Copy the published schemas of the build into a fresh file that older drivers open.

    Keys, not-null constraints and comments come along. Rows are stored in the order of the key.

    Parameters
    ----------
    build, target : Path
        The build's database, and the release's, which must not exist.
    terms : mapping
        By ``schema.table`` what may be done with it; the table's description says so where it is not all.

    Raises
    ------
    ReleaseFailed
        When a published column has a type that readers do not understand.
    """
    with writing(build) as connection:
        found = connection.execute(
            "select schema_name, table_name, sql, comment from duckdb_tables()"
            " where database_name = current_database() and schema_name in (select unnest(?))"
            " order by schema_name, table_name",
            [list(PUBLISHED_SCHEMAS)],
        ).fetchall()
        tables = {}
        for schema, name, _, comment in found:
            note = terms.get(f"{schema}.{name}", TableTerms()).note
            description = f"{comment or ''} {note}".strip()
            tables[schema, name] = _describe(connection, schema, name, description)
        source = connection.execute("select current_database()").fetchall()[0][0]
        connection.execute(
            f"attach {literal(str(target))} as release (storage_version {literal(STORAGE_VERSION)})"
        )
        try:
            connection.execute("use release")
            for schema in sorted({row[0] for row in found}):
                connection.execute(f"create schema {quoted(schema)}")
            for schema, name, ddl, _ in found:
                table = tables[schema, name]
                connection.execute(ddl)
                order = ", ".join(quoted(column) for column in table.primary_key) or "all"
                connection.execute(
                    f"insert into {qualified(schema, name)}"
                    f" select * from {quoted(source)}.{qualified(schema, name)} order by {order}"
                )
                connection.execute(
                    f"comment on table {qualified(schema, name)} is {literal(table.description)}"
                )
                for column, _, text in table.columns:
                    connection.execute(
                        f"comment on column {qualified(schema, name)}.{quoted(column)} is {literal(text)}"
                    )
        finally:
            connection.execute(f"use {quoted(source)}")
            connection.execute("checkpoint release")
            connection.execute("detach release")
    return list(tables.values())


def described(database: Path, schema: str) -> list[PublishedTable]:
    """Return the tables of one schema of a database, as its readers see them.

    Raises
    ------
    ReleaseFailed
        When a column has a type that readers do not understand.
    """
    with reading(database) as connection:
        found = connection.execute(
            "select table_name, comment from duckdb_tables() where schema_name = ? order by table_name",
            [schema],
        ).fetchall()
        return [_describe(connection, schema, name, comment) for name, comment in found]


def _describe(connection: Connection, schema: str, name: str, comment: str | None) -> PublishedTable:
    columns = connection.execute(
        "select column_name, data_type, coalesce(comment, '') from duckdb_columns()"
        " where database_name = current_database() and schema_name = ? and table_name = ?"
        " order by column_index",
        [schema, name],
    ).fetchall()
    for column, kind, _ in columns:
        if kind not in TYPES and not kind.startswith("DECIMAL("):
            raise ReleaseFailed(
                f"{schema}.{name}, column {column}: type {kind}; expected one of {', '.join(sorted(TYPES))}"
            )
    key = connection.execute(
        "select constraint_column_names from duckdb_constraints() where database_name = current_database()"
        " and schema_name = ? and table_name = ? and constraint_type = 'PRIMARY KEY'",
        [schema, name],
    ).fetchall()
    rows, digest = content(connection, schema, name)
    return PublishedTable(
        schema, name, comment or "", tuple(columns), tuple(key[0][0]) if key else (), rows, digest
    )


def export_tables(
    database: Path, tables: Iterable[PublishedTable], folder: Path, *, csv_row_limit: int
) -> None:
    """Write one Parquet and one CSV file per published table, a table above the limit as Parquet alone.

    A text that a spreadsheet would run as a formula gets a leading apostrophe in CSV, and only there.
    """
    with reading(database) as connection:
        for table in tables:
            parquet, sheet = (folder / table.file(kind) for kind in ("parquet", "csv"))
            parquet.parent.mkdir(parents=True, exist_ok=True)
            relation = qualified(table.schema, table.name)
            connection.execute(
                f"copy (from {relation}) to {literal(str(parquet))} (format parquet, compression zstd)"
            )
            if table.rows > csv_row_limit:
                continue
            sheet.parent.mkdir(parents=True, exist_ok=True)
            columns = ", ".join(_harmless(column, kind) for column, kind, _ in table.columns)
            connection.execute(
                f"copy (select {columns} from {relation}) to {literal(str(sheet))} (format csv, header)"
            )


def _harmless(column: str, kind: str) -> str:
    name = quoted(column)
    if kind != "VARCHAR":
        return name
    return (
        f"case when regexp_matches({name}, '^[=+@\\-\\t\\r]') then '''' || {name} else {name} end as {name}"
    )


def write_checksums(folder: Path) -> None:
    """Write ``SHA256SUMS`` over every file of the release, in the form that ``sha256sum -c`` reads."""
    lines = [
        f"{sha256(path)}  {path.relative_to(folder).as_posix()}"
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != "SHA256SUMS"
    ]
    (folder / "SHA256SUMS").write_text("\n".join(lines) + "\n", encoding="utf-8")


def verify(database: Path, tables: Iterable[PublishedTable]) -> None:
    """Reopen the file read-only, read every row, and compare with what the build held.

    Raises
    ------
    ReleaseFailed
        When a table lacks rows or holds other ones, or a write-ahead log was left behind.
    """
    log = database.with_name(database.name + ".wal")
    if log.exists():
        raise ReleaseFailed(f"{log.name} was left beside the database: it was not closed cleanly")
    with reading(database) as connection:
        for table in tables:
            rows, digest = content(connection, table.schema, table.name)
            if (rows, digest) != (table.rows, table.digest):
                raise ReleaseFailed(
                    f"{table.relation}: {rows} rows with digest {digest};"
                    f" expected {table.rows} rows with digest {table.digest} as built"
                )
