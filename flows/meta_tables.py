"""Schema ``meta`` of a release: files and refused rows from the build, the rest from the run records."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from expectations.landed_tables import LEDGER, LandedColumn
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
}
"""Tables made from the run records: grain sentence and columns."""

KEYS = {
    "files": ("file_id",),
    "runs": ("run_id",),
    "steps": ("run_id", "step", "attempt"),
    "verdicts": ("run_id", "suite", "expectation"),
}
"""Primary keys; a refused row has none, for one cell may break two rules."""


def add_meta(target: Path, build: Path, records: list[Mapping[str, Any]], verdicts: pd.DataFrame) -> None:
    """Write schema ``meta`` into a release's database, with keys and a comment on every table and column.

    Parameters
    ----------
    target, build : Path
        The release's database, and the build's, which has the ledger of files.
    records : list of mappings
        Every run record, this run's included.
    verdicts : DataFrame
        This run's verdicts, with the columns of `FROM_RUNS`.
    """
    rows = {
        "runs": [_run(record) for record in records],
        "steps": [row for record in records for row in _steps(record)],
    }
    with writing(target) as connection:
        connection.execute("create schema meta")
        for name, (comment, columns) in {**FROM_RUNS, **LEDGER}.items():
            _create(connection, name, comment, columns)
        for name, found in rows.items():
            marks = ", ".join("?" for _ in FROM_RUNS[name][1])
            connection.executemany(f"insert into {qualified('meta', name)} values ({marks})", found)
        names = ", ".join(quoted(column.name) for column in FROM_RUNS["verdicts"][1])
        connection.register("found_verdicts", verdicts)
        connection.execute(f"insert into meta.verdicts select {names} from found_verdicts")
        connection.unregister("found_verdicts")
        connection.execute(f"attach {literal(str(build))} as build (read_only)")
        for name, (_, columns) in LEDGER.items():
            names = ", ".join(quoted(column.name) for column in columns)
            connection.execute(
                f"insert into {qualified('meta', name)} select {names} from build.{qualified('meta', name)}"
                " order by all"
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
