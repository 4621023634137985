"""How many rows each published table has, study by study, and why it has none."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from flows.warehouse import Connection, qualified, reading

SCHEMA = "reporting"
EVERY_STUDY = "all"
"""Stands for the study in the row of a table that is of no study."""


def empty_reasons(work: Path) -> dict[str, str]:
    """Return by table why it may be empty, as the build's models state it (``config.meta.empty_reason``).

    Parameters
    ----------
    work : Path
        The build's work folder, in which dbt left its manifest.
    """
    manifest: dict[str, Any] = json.loads((work / "target" / "manifest.json").read_text(encoding="utf-8"))
    return {
        node["alias"]: " ".join(reason.split())
        for node in manifest["nodes"].values()
        if node["resource_type"] == "model" and node["schema"] == SCHEMA
        if (reason := node["config"].get("meta", {}).get("empty_reason"))
    }


def status_rows(database: Path, reasons: Mapping[str, str]) -> list[list[Any]]:
    """Return the rows of ``meta.table_status``: one per published table and, where it has any, per study.

    Parameters
    ----------
    database : Path
        The release's database, with its published schemas.
    reasons : mapping
        By table why it may be empty.

    Returns
    -------
    list of list
        Schema, table, study, number of rows, and the reason where there are none. A study that a table knows
        and that is none of ``marts.dim_study`` is counted too.
    """
    with reading(database) as connection:
        declared = _studies(connection)
        tables = connection.execute(
            "select table_name, bool_or(column_name = 'study') from duckdb_columns()"
            " where schema_name = ? group by table_name order by table_name",
            [SCHEMA],
        ).fetchall()
        rows = []
        for table, is_by_study in tables:
            counts = _counts(connection, table, declared, is_by_study=is_by_study)
            for study, count in counts.items():
                rows.append([SCHEMA, table, study, count, None if count else reasons.get(table)])
    return rows


def _studies(connection: Connection) -> list[str]:
    found = connection.execute(
        "select 1 from duckdb_tables() where schema_name = 'marts' and table_name = 'dim_study'"
    ).fetchall()
    if not found:
        return []
    return [name for (name,) in connection.execute("select study from marts.dim_study order by 1").fetchall()]


def _counts(connection: Connection, table: str, declared: list[str], *, is_by_study: bool) -> dict[str, int]:
    name = qualified(SCHEMA, table)
    if not is_by_study:
        ((count,),) = connection.execute(f"select count(*) from {name}").fetchall()
        return {EVERY_STUDY: count}
    found = connection.execute(f"select study, count(*) from {name} group by study order by study").fetchall()
    counts = dict.fromkeys(declared, 0) | dict(found)
    return counts or {EVERY_STUDY: 0}
