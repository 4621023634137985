"""The whole line, run through the door its users use: the command line, in a process of its own.

One run takes the whole sample with every study, as they ship; all others take a small part of both.
"""

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
from tests.integration.lean import land_lean, members_of, write_lean_study
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
def lean_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("lean")


@pytest.fixture(scope="session")
def lean_economies(lean_folder: Path, repository: Path) -> set[str]:
    """The codes of the economies of the lean study, which is written into a folder of studies of its own."""
    return write_lean_study(repository / "analysis" / "studies" / "central_asia.yml", lean_folder / "studies")


@pytest.fixture(scope="session")
def lean_sample(sample: Path, lean_folder: Path, lean_economies: set[str]) -> Path:
    """What the sample holds of the lean study's economies and of those of RCEP. Tests only read it."""
    land_lean(sample, lean_economies | members_of("RCEP", sample), lean_folder / "landing")
    return lean_folder / "landing"


@pytest.fixture(scope="session")
def lean(
    tmp_path_factory: pytest.TempPathFactory,
    environment: dict[str, str],
    lean_sample: Path,
    lean_folder: Path,
    published: Warehouse,
    server: str,
    working_place: Path,
) -> Warehouse:
    """The lean sample, refreshed once by the lean study alone, seen by a server. Tests only read it."""
    # What dbt has parsed of the project holds at this place whatever is landed, and takes long to make anew.
    (parsed,) = published.home.glob("build/*/target/partial_parse.msgpack")
    told = {
        "SERAI_STUDIES": str(lean_folder / "studies"),
        "PREFECT_API_URL": server,
        "DBT_PARTIAL_PARSE_FILE_PATH": str(parsed),
    }
    warehouse = Warehouse(working_place, environment | told)
    outcome = warehouse.run(lean_sample)
    assert outcome.exit_code == 0, outcome.err
    return warehouse.moved(tmp_path_factory.mktemp("lean_published"))


@pytest.fixture(scope="session")
def server(environment: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a Prefect server of our own: a run that is given none starts one for itself."""
    with prefect_server(environment, tmp_path_factory.mktemp("server") / "server.log") as url:
        yield url


@pytest.fixture(scope="session")
def copy_anew(lean: Warehouse, working_place: Path) -> Callable[[], Warehouse]:
    """Copy the lean state directory to the working place, to change at will until the next copy."""

    def copy() -> Warehouse:
        shutil.rmtree(working_place, ignore_errors=True)
        return lean.copied(working_place)

    return copy


@pytest.fixture
def copied(copy_anew: Callable[[], Warehouse]) -> Warehouse:
    """A copy of the lean state directory, to change at will."""
    return copy_anew()


@pytest.fixture
def landing(lean_sample: Path, tmp_path: Path) -> Path:
    """A copy of the lean landing folder, to change at will."""
    return Path(shutil.copytree(lean_sample, tmp_path / "landing"))


@pytest.fixture(scope="session")
def rebuilt(copy_anew: Callable[[], Warehouse], tmp_path_factory: pytest.TempPathFactory) -> Rerun:
    """A forced run of one study from the archive alone: no build database, nothing in the landing folder."""
    warehouse = copy_anew()
    before = warehouse.record
    shutil.rmtree(warehouse.home / "build")
    outcome = warehouse.run(tmp_path_factory.mktemp("empty"), "--study", "central_asia", "--force")
    return Rerun(warehouse.moved(tmp_path_factory.mktemp("rebuilt")), outcome, before)
