"""Second stage: the studies become rows, and dbt builds the panel."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from flows.dbt_runner import NodeResult, run_dbt
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


def build_panel(database: Path, work: Path, as_of: date | None) -> list[NodeResult]:
    """Build and test seeds, staging, intermediate and marts in one dbt call.

    Raises
    ------
    TransformFailed
        When a model cannot be built or a test fails.
    """
    return run_dbt(
        ["build", "--selector", "panel"], database=database, work=work, variables=_variables(as_of)
    )


def build_reporting(database: Path, work: Path, as_of: date | None) -> list[NodeResult]:
    """Build and test the published tables over the estimates in one dbt call.

    Raises
    ------
    TransformFailed
        When a model cannot be built or a test fails.
    """
    return run_dbt(
        ["build", "--selector", "reporting"], database=database, work=work, variables=_variables(as_of)
    )


def _variables(as_of: date | None) -> dict[str, str]:
    # The same variables in both calls: dbt keeps its partial parse only while they stay the same.
    return {"as_of": as_of.isoformat() if as_of else ""}
