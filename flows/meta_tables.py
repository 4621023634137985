"""Schema ``meta`` of a release: files and refused rows from the build, the rest from the run records."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from expectations.landed_tables import LEDGER, LandedColumn
from flows.redistribution import TableTerms
from flows.table_status import status_rows
from flows.warehouse import Connection, literal, qualified, quoted, writing

if TYPE_CHECKING:
    import pandas as pd

_RUN_ID = LandedColumn("run_id", "VARCHAR", "The run; the release that it published bears the same name.")

FROM_RUNS: Mapping[str, tuple[str, tuple[LandedColumn, ...]]] = {
    "runs": (
        "One row per run of the refresh up to this release, failed ones included.",
        (
            _RUN_ID,
            LandedColumn("status", "VARCHAR", "published or failed."),
            LandedColumn("exit_code", "INTEGER", "0 published; 1 failed; 3 published, some input refused."),
            LandedColumn("started_at", "TIMESTAMP", "When the run began, UTC."),
            LandedColumn("finished_at", "TIMESTAMP", "When the run ended, UTC."),
            LandedColumn("previous_run_id", "VARCHAR", "The release that was current when the run began."),
            LandedColumn("as_of", "DATE", "The day whose knowledge was rebuilt; null for all that is known."),
            LandedColumn("study", "VARCHAR", "The study that alone was estimated anew; null for all."),
            LandedColumn("error", "VARCHAR", "Why the run failed."),
        ),
    ),
    "steps": (
        "One row per run, stage and attempt: how it ended and how long it took.",
        (
            _RUN_ID,
            LandedColumn("step", "VARCHAR", "ingest, transform, estimate or publish."),
            LandedColumn("attempt", "INTEGER", "1, or more where a stage was tried again."),
            LandedColumn("status", "VARCHAR", "done or failed."),
            LandedColumn("seconds", "DOUBLE", "Wall time in seconds."),
            LandedColumn("detail", "VARCHAR", "What the stage counted, as JSON."),
        ),
    ),
    "verdicts": (
        "One row per expectation checked before this release.",
        (
            _RUN_ID,
            LandedColumn("suite", "VARCHAR", "Published table that was judged."),
            LandedColumn("expectation", "VARCHAR", "Name of the expectation within its suite."),
            LandedColumn("column_name", "VARCHAR", "Column or columns judged; empty for the table itself."),
            LandedColumn("severity", "VARCHAR", "critical, warning or info."),
            LandedColumn("is_passed", "BOOLEAN", "Whether the table is as expected."),
            LandedColumn("observed", "VARCHAR", "What was seen."),
            LandedColumn("expected", "VARCHAR", "What was expected."),
            LandedColumn("failing_count", "BIGINT", "Rows that broke the expectation."),
            LandedColumn("checked_count", "BIGINT", "Rows that were judged."),
            LandedColumn("failing_rows", "VARCHAR", "The first failing rows, as JSON."),
            LandedColumn("description", "VARCHAR", "Why this is expected."),
        ),
    ),
    "table_sources": (
        "One row per published table, source behind it and whether its rows are left out: who may have them.",
        (
            LandedColumn("table_schema", "VARCHAR", "Schema of the published table."),
            LandedColumn("table_name", "VARCHAR", "Published table."),
            LandedColumn(
                "source", "VARCHAR", "Source of which files have been loaded that the table is made from."
            ),
            LandedColumn(
                "redistribution",
                "VARCHAR",
                "allowed, not_allowed or unknown: may its figures be passed on, by its strictest file.",
            ),
            LandedColumn("licences", "VARCHAR", "The publisher's terms, of several joined by '; '."),
            LandedColumn(
                "is_left_out",
                "BOOLEAN",
                "True where the figures were left out, because this release is one that may be passed on.",
            ),
        ),
    ),
    "table_status": (
        "One row per published result table and study: how many rows it has, and why it has none.",
        (
            LandedColumn("table_schema", "VARCHAR", "Schema of the published table."),
            LandedColumn("table_name", "VARCHAR", "Published table."),
            LandedColumn("study", "VARCHAR", "Study; all for a table that is of no study."),
            LandedColumn("row_count", "BIGINT", "Rows of the study in the table."),
            LandedColumn("empty_reason", "VARCHAR", "When the table has rows; null where it has some."),
        ),
    ),
}
"""Tables made of what the run says, of itself and of the tables: grain sentence and columns."""

KEYS = {
    "files": ("file_id",),
    "runs": ("run_id",),
    "steps": ("run_id", "step", "attempt"),
    "verdicts": ("run_id", "suite", "expectation"),
    "table_sources": ("table_schema", "table_name", "source", "is_left_out"),
    "table_status": ("table_schema", "table_name", "study"),
}
"""Primary keys; a refused row has none, for one cell may break two rules."""


NO_CELLS = "where file_id not in (select file_id from build.meta.files where redistribution = 'not_allowed')"
"""What a refused row shows of a file that may not be passed on is a figure of it."""


def add_meta(
    target: Path,
    build: Path,
    records: list[Mapping[str, Any]],
    verdicts: pd.DataFrame,
    terms: Mapping[str, TableTerms],
    reasons: Mapping[str, str],
    *,
    is_redistributable: bool,
) -> None:
    """Write schema ``meta`` into a release's database, with keys and a comment on every table and column.

    Parameters
    ----------
    target, build : Path
        The release's database, and the build's, which has the ledger of files.
    records : list of mappings
        Every run record, this run's included.
    verdicts : DataFrame
        This run's verdicts, with the columns of `FROM_RUNS`.
    terms : mapping
        By ``schema.table`` what may be done with it.
    reasons : mapping
        By table why it may be empty.
    is_redistributable : bool
        Whether cells of files that may not be passed on are left out of the refused rows.
    """
    rows = {
        "runs": [_run(record) for record in records],
        "steps": [row for record in records for row in _steps(record)],
        "table_sources": [row for relation, found in terms.items() for row in _sources(relation, found)],
        "table_status": status_rows(target, reasons),
    }
    with writing(target) as connection:
        connection.execute("create schema meta")
        for name, (comment, columns) in {**FROM_RUNS, **LEDGER}.items():
            _create(connection, name, comment, columns)
        for name, found in rows.items():
            marks = ", ".join("?" for _ in FROM_RUNS[name][1])
            if found:
                connection.executemany(f"insert into {qualified('meta', name)} values ({marks})", found)
        names = ", ".join(quoted(column.name) for column in FROM_RUNS["verdicts"][1])
        connection.register("found_verdicts", verdicts)
        connection.execute(f"insert into meta.verdicts select {names} from found_verdicts")
        connection.unregister("found_verdicts")
        connection.execute(f"attach {literal(str(build))} as build (read_only)")
        for name, (_, columns) in LEDGER.items():
            names = ", ".join(quoted(column.name) for column in columns)
            is_cells = is_redistributable and name == "refused_rows"
            connection.execute(
                f"insert into {qualified('meta', name)} select {names} from build.{qualified('meta', name)}"
                f" {NO_CELLS if is_cells else ''} order by all"
            )
        connection.execute("detach build")
        connection.execute("checkpoint")


def _create(connection: Connection, name: str, comment: str, columns: tuple[LandedColumn, ...]) -> None:
    table = qualified("meta", name)
    described = [f"{quoted(column.name)} {column.sql_type}" for column in columns]
    if key := KEYS.get(name):
        described.append(f"primary key ({', '.join(quoted(column) for column in key)})")
    connection.execute(f"create table {table} ({', '.join(described)})")
    connection.execute(f"comment on table {table} is {literal(comment)}")
    for column in columns:
        connection.execute(
            f"comment on column {table}.{quoted(column.name)} is {literal(column.description)}"
        )


def _run(record: Mapping[str, Any]) -> list[Any]:
    return [
        record["run_id"],
        record["status"],
        record["exit_code"],
        record["started_at"],
        record.get("finished_at"),
        record.get("previous"),
        record.get("as_of"),
        record.get("study"),
        record.get("error"),
    ]


def _sources(relation: str, found: TableTerms) -> list[list[Any]]:
    return [
        [
            *relation.split("."),
            terms.source,
            terms.redistribution,
            "; ".join(terms.licences),
            terms.is_left_out,
        ]
        for terms in found.sources
    ]


def _steps(record: Mapping[str, Any]) -> list[list[Any]]:
    return [
        [
            record["run_id"],
            step["name"],
            step.get("attempt", 1),
            step["status"],
            step["seconds"],
            json.dumps(step.get("detail", {}), ensure_ascii=False),
        ]
        for step in record["steps"]
    ]
