"""Second stage: the studies become rows, and dbt builds the panel."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from flows.dbt_runner import NodeResult, run_dbt
from flows.redistribution import show_what_may_be_passed_on
from flows.settings import Settings
from flows.warehouse import reading, write_frame, writing

ROWS_TOLD = 3
"""How many rows of a dbt test that warned are kept; its query gives the rest."""


def load_study_rows(database: Path, folder: Path | None = None) -> tuple[str, ...]:
    """Replace ``raw.serai__study_*`` by what the study files of a folder say now, by default our own.

    Returns
    -------
    tuple of str
        The names of the studies.
    """
    from analysis.study import load_studies, study_tables

    studies = load_studies(folder)
    with writing(database) as connection:
        for table, frame in study_tables(studies).items():
            write_frame(connection, "raw", table, frame)
    return tuple(study.study for study in studies)


def build_panel(build: Path, settings: Settings) -> list[NodeResult]:
    """Build and test seeds, staging, intermediate and marts in one dbt call.

    Raises
    ------
    TransformFailed
        When a model cannot be built or a test fails.
    """
    return _build("panel", build, settings)


def build_reporting(build: Path, settings: Settings) -> list[NodeResult]:
    """Build and test the published tables over the estimates in one dbt call.

    Raises
    ------
    TransformFailed
        When a model cannot be built or a test fails.
    """
    return _build("reporting", build, settings)


def warned(build: Path, nodes: Iterable[NodeResult]) -> list[dict[str, Any]]:
    """Return what the tests that warned have found: dbt itself tells no more than how many rows.

    Returns
    -------
    list of dict
        Per test its name, the number of rows (``count``) and the first of them (``rows``), cells as text.
    """
    found = []
    with reading(build) as connection:
        for node in nodes:
            if node.status != "warn" or node.query is None:
                continue
            connection.execute(node.query.read_text(encoding="utf-8"))
            names = [column[0] for column in connection.description or []]
            rows = connection.fetchmany(ROWS_TOLD)
            found.append(
                {
                    "test": node.name,
                    "count": node.failures,
                    "rows": [
                        {name: str(cell) for name, cell in zip(names, row, strict=True) if cell is not None}
                        for row in rows
                    ],
                }
            )
    return found


def document(build: Path, settings: Settings) -> Path:
    """Write dbt's own documentation of the build as one static page, and return its path.

    Raises
    ------
    TransformFailed
        When dbt cannot make it.
    """
    _run(["docs", "generate", "--static"], build, settings)
    return build.parent / "target" / "static_index.html"


def _build(selector: str, build: Path, settings: Settings) -> list[NodeResult]:
    if settings.redistributable:
        with writing(build) as connection:
            show_what_may_be_passed_on(connection)
    return _run(["build", "--selector", selector], build, settings)


def _run(arguments: list[str], build: Path, settings: Settings) -> list[NodeResult]:
    # The same variables in every call: dbt keeps its partial parse only while they stay the same.
    variables = {
        "as_of": settings.as_of.isoformat() if settings.as_of else "",
        "redistributable": settings.redistributable,
    }
    return run_dbt(arguments, database=build, work=build.parent, logs=settings.logs, variables=variables)
