"""Second stage: the studies become rows, and dbt builds the panel."""

from __future__ import annotations

from pathlib import Path

from flows.dbt_runner import NodeResult, run_dbt
from flows.settings import Settings
from flows.warehouse import write_frame, writing


def load_study_rows(database: Path) -> tuple[str, ...]:
    """Replace ``raw.serai__study_*`` by what the study files say now.

    Returns
    -------
    tuple of str
        The names of the studies.
    """
    from analysis.study import load_studies, study_tables

    studies = load_studies()
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
    return _run(["build", "--selector", selector], build, settings)


def _run(arguments: list[str], build: Path, settings: Settings) -> list[NodeResult]:
    # The same variables in every call: dbt keeps its partial parse only while they stay the same.
    variables = {"as_of": settings.as_of.isoformat() if settings.as_of else ""}
    return run_dbt(arguments, database=build, work=build.parent, logs=settings.logs, variables=variables)
