"""Runs dbt in process, one call at a time, and makes a failure name itself."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flows.settings import PROJECT

DBT_PROJECT = PROJECT / "dbt_project"

ROWS_TOLD = 3
"""How many rows a message tells of a failed test; its query gives the rest."""


@dataclass(frozen=True)
class NodeResult:
    """What dbt did with one node.

    Attributes
    ----------
    unique_id : str
        dbt's name of the node, e.g. ``model.serai.fct_study_panel``.
    status : str
        ``success``, ``pass``, ``warn``, ``error``, ``fail`` or ``skipped``.
    seconds : float
        Wall time.
    failures : int
        Rows that a test found; 0 for one that found none, and for a model.
    query : Path or None
        The compiled SQL, as a file.
    """

    unique_id: str
    status: str
    seconds: float
    failures: int = 0
    query: Path | None = None

    @property
    def name(self) -> str:
        """The node's own name: the model, or the test."""
        return self.unique_id.split(".")[2]


class TransformFailed(Exception):
    """A dbt model could not be built or a dbt test failed; the message names each, with count and query."""


@contextmanager
def _environment(values: Mapping[str, str]) -> Iterator[None]:
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def run_dbt(
    arguments: Sequence[str],
    *,
    database: Path,
    work: Path,
    logs: Path,
    variables: Mapping[str, Any] | None = None,
) -> list[NodeResult]:
    """Run one dbt command on the build database and close every connection that it opened.

    Parameters
    ----------
    arguments : sequence of str
        The command, e.g. ``["build", "--selector", "panel"]``.
    database : Path
        The build database; no connection of ours may be open on it.
    work, logs : Path
        Folders for dbt's target, below ``work``, and for its log; nothing is written under the project.
    variables : mapping, optional
        dbt variables.

    Returns
    -------
    list of NodeResult
        One per node, in the order in which dbt finished them.

    Raises
    ------
    TransformFailed
        When a node failed. The message names each failed node, the column, the count and the compiled query.
    """
    import json

    from dbt.adapters.duckdb.connections import DuckDBConnectionManager
    from dbt.cli.main import dbtRunner

    target = work / "target"
    target.mkdir(parents=True, exist_ok=True)
    logs.mkdir(parents=True, exist_ok=True)
    environment = {
        "SERAI_BUILD_DATABASE": str(database),
        "DBT_TARGET_PATH": str(target),
        "DBT_LOG_PATH": str(logs),
    }
    command = [
        *arguments,
        "--log-level",
        "none",
        "--log-level-file",
        "info",
        "--project-dir",
        str(DBT_PROJECT),
        "--profiles-dir",
        str(DBT_PROJECT),
    ]
    if variables:
        command += ["--vars", json.dumps(dict(variables))]
    with _environment(environment):
        try:
            outcome = dbtRunner().invoke(command)
        finally:
            # dbt keeps the file open after a call, and nothing but this closes it.
            DuckDBConnectionManager.close_all_connections()
    if outcome.exception is not None:
        raise TransformFailed(f"dbt {' '.join(arguments)}: {outcome.exception}") from outcome.exception
    results = list(getattr(outcome.result, "results", None) or [])
    if not outcome.success:
        raise TransformFailed(_describe_failures(arguments, results, target, database))
    return [_told(result, target) for result in results]


def _told(result: Any, target: Path) -> NodeResult:
    compiled = getattr(result.node, "compiled_path", None)
    return NodeResult(
        result.node.unique_id,
        str(result.status),
        float(result.execution_time),
        int(result.failures or 0),
        target.parent / compiled if compiled else None,
    )


def _describe_failures(arguments: Sequence[str], results: Sequence[Any], target: Path, database: Path) -> str:
    lines = [f"dbt {' '.join(arguments)} failed:"]
    for result in results:
        status = str(result.status)
        if status not in {"error", "fail", "runtime error"}:
            continue
        node = result.node
        column = getattr(node, "column_name", None)
        where = f"{node.name}" + (f" on column {column}" if column else "")
        count = f": {result.failures} rows" if result.failures else ""
        lines.append(f"  {node.resource_type} {where}{count}: {str(result.message or status).strip()}")
        attached = getattr(node, "attached_node", None)
        if attached:
            lines.append(f"    table: {attached}")
        compiled = getattr(node, "compiled_path", None)
        if compiled:
            if status == "fail":
                lines += [f"    {row}" for row in _found_rows(database, target.parent / compiled)]
            lines.append(f"    compiled query: {target.parent / compiled}")
    skipped = sum(str(result.status) == "skipped" for result in results)
    if skipped:
        lines.append(f"  {skipped} nodes after these were skipped")
    return "\n".join(lines)


def _found_rows(database: Path, query: Path) -> list[str]:
    """Return the first rows that a test found, or none where its query cannot be asked again."""
    from flows.warehouse import DatabaseError, reading

    try:
        with reading(database) as connection:
            connection.execute(query.read_text(encoding="utf-8"))
            names = [column[0] for column in connection.description or []]
            rows = connection.fetchmany(ROWS_TOLD)
    except (DatabaseError, OSError):
        return []
    return [
        ", ".join(f"{name} {cell}" for name, cell in zip(names, row, strict=True) if cell is not None)
        for row in rows
    ]
