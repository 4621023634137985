"""The whole line, run through the door its users use: the command line, in a process of its own."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from flows.warehouse import reading
from tests.integration.prefect_server import prefect_server

PATIENCE = 600
"""Seconds after which a command hangs; on a quiet machine the longest takes one minute."""


@dataclass(frozen=True)
class Outcome:
    """How a command ended."""

    exit_code: int
    out: str
    err: str


@dataclass(frozen=True)
class Warehouse:
    """A state directory and the commands that work on it."""

    home: Path
    environment: dict[str, str]

    def serai(self, *arguments: str | Path) -> Outcome:
        command = [sys.executable, "-m", "flows.cli", *map(str, arguments), "--home", str(self.home)]
        with subprocess.Popen(
            command,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=self.environment,
            start_new_session=True,
        ) as process:
            try:
                out, err = process.communicate(timeout=PATIENCE)
            except BaseException:
                # The command's own children end with it: the server that it started for itself, the judge.
                os.killpg(process.pid, signal.SIGKILL)
                raise
        return Outcome(process.returncode, out, err)

    def run(self, landing: Path, *arguments: str) -> Outcome:
        return self.serai("run", "--landing", landing, *arguments)

    def copied(self, home: Path) -> Warehouse:
        return replace(self, home=Path(shutil.copytree(self.home, home, symlinks=True)))

    def moved(self, folder: Path) -> Warehouse:
        """Put the state directory into another folder: questions are answered there too."""
        return replace(self, home=self.home.rename(folder / self.home.name))

    @property
    def release(self) -> Path:
        return (self.home / "current").resolve()

    @property
    def record(self) -> dict[str, Any]:
        return json.loads((self.release / "run.json").read_text(encoding="utf-8"))

    def ask(
        self, query: str, parameters: list[Any] | None = None, release: Path | None = None
    ) -> list[tuple]:
        with reading((release or self.release) / "serai.duckdb") as connection:
            return connection.execute(query, parameters or []).fetchall()


@dataclass(frozen=True)
class Rerun:
    """A state directory after a further run, how that ended, and the record of the release before it."""

    warehouse: Warehouse
    outcome: Outcome
    before: dict[str, Any]


@pytest.fixture(scope="session")
def environment(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The environment of the commands: Prefect's own state apart from the user's, no server named."""
    found = {name: value for name, value in os.environ.items() if not name.startswith(("PREFECT_", "SERAI_"))}
    found["PREFECT_HOME"] = str(tmp_path_factory.mktemp("prefect"))
    found["PREFECT_SERVER_ANALYTICS_ENABLED"] = "false"
    return found


@pytest.fixture(scope="session")
def sample(repository: Path) -> Path:
    return repository / "sample"


@pytest.fixture(scope="session")
def working_place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The one path at which state directories are changed: what dbt has parsed holds only there."""
    return tmp_path_factory.mktemp("working") / "warehouse"


@pytest.fixture(scope="session")
def published(
    tmp_path_factory: pytest.TempPathFactory, environment: dict[str, str], sample: Path, working_place: Path
) -> Warehouse:
    """The sample, refreshed once into a fresh state directory, without a server. Tests only read it."""
    warehouse = Warehouse(working_place, environment)
    outcome = warehouse.run(sample)
    assert outcome.exit_code == 0, outcome.err
    return warehouse.moved(tmp_path_factory.mktemp("published"))


@pytest.fixture(scope="session")
def server(environment: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a Prefect server of our own: a run that is given none starts one for itself."""
    with prefect_server(environment, tmp_path_factory.mktemp("server") / "server.log") as url:
        yield url


@pytest.fixture(scope="session")
def copy_anew(published: Warehouse, server: str, working_place: Path) -> Callable[[], Warehouse]:
    """Copy the published state directory to the working place, to change at will until the next copy."""

    def copy() -> Warehouse:
        shutil.rmtree(working_place, ignore_errors=True)
        copied = published.copied(working_place)
        return replace(copied, environment={**published.environment, "PREFECT_API_URL": server})

    return copy


@pytest.fixture
def copied(copy_anew: Callable[[], Warehouse]) -> Warehouse:
    """A copy of the published state directory, to change at will."""
    return copy_anew()


@pytest.fixture
def landing(sample: Path, tmp_path: Path) -> Path:
    """A copy of the sample's landing folder, to change at will."""
    return Path(shutil.copytree(sample, tmp_path / "landing"))


@pytest.fixture(scope="session")
def forced(copy_anew: Callable[[], Warehouse], sample: Path, tmp_path_factory) -> Rerun:
    """A forced run of one study over the same files, seen by a server."""
    warehouse = copy_anew()
    before = warehouse.record
    outcome = warehouse.run(sample, "--study", "central_asia", "--force")
    return Rerun(warehouse.moved(tmp_path_factory.mktemp("forced")), outcome, before)
