"""What the dbt project says of itself, read from its files, and what it builds of a handful of rows."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.dbt_project import tiny_warehouse
from tests.dbt_project.building import DATABASE, Build, Dbt
from tests.dbt_project.project_files import Model


@pytest.fixture(scope="session")
def project(repository: Path) -> Path:
    """The dbt project's folder."""
    return repository / "dbt_project"


@pytest.fixture(scope="session")
def models(project: Path) -> dict[str, Model]:
    """Every model by name."""
    found = (project / "models").rglob("*.sql")
    return {path.stem: Model(path, path.relative_to(project / "models").parts[0]) for path in sorted(found)}


@pytest.fixture(scope="session")
def panel_models(models: dict[str, Model]) -> list[Model]:
    """The models of the pass before estimation, which another engine must be able to run."""
    return [model for model in models.values() if model.layer != "reporting"]


@pytest.fixture(scope="session")
def build(dbt: Dbt, tmp_path_factory: pytest.TempPathFactory) -> Build:
    """The tiny warehouse after both passes and the unit tests; built once, never written to again."""
    work = tmp_path_factory.mktemp("dbt")
    database = work / DATABASE
    tiny_warehouse.write_tiny_warehouse(database)
    commands = [
        ["build", "--selector", "panel"],
        ["build", "--selector", "reporting"],
        # Last: a unit test takes the columns of what its model reads from the relations that are there.
        ["test", "--selector", "unit_tests"],
    ]
    return Build(database, work, *dbt.run(database, work, *commands))
