"""The whole line, run through the door its users use: the command line, in a process of its own."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from flows.warehouse import reading


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
        done = subprocess.run(
            [
                sys.executable,
                "-m",
                "flows.cli",
                *(str(argument) for argument in arguments),
                "--home",
                self.home,
            ],
            capture_output=True,
            text=True,
            env=self.environment,
            timeout=300,
            check=False,
        )
        return Outcome(done.returncode, done.stdout, done.stderr)

    def run(self, landing: Path, *arguments: str) -> Outcome:
        return self.serai("run", "--landing", landing, *arguments)

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


@pytest.fixture(scope="session")
def environment(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The environment of the commands: Prefect's own state apart from the user's, no server named."""
    found = {name: value for name, value in os.environ.items() if not name.startswith(("PREFECT_", "SERAI_"))}
    found["PREFECT_HOME"] = str(tmp_path_factory.mktemp("prefect"))
    return found


@pytest.fixture(scope="session")
def sample(repository: Path) -> Path:
    return repository / "sample"


@pytest.fixture(scope="session")
def published(tmp_path_factory, environment, sample) -> Warehouse:
    """The sample, refreshed once into a fresh state directory. Tests only read it."""
    warehouse = Warehouse(tmp_path_factory.mktemp("published") / "warehouse", environment)
    outcome = warehouse.run(sample)
    assert outcome.exit_code == 0, outcome.err
    return warehouse


@pytest.fixture
def copied(published: Warehouse, tmp_path: Path) -> Warehouse:
    """A copy of the published state directory, to change at will."""
    home = tmp_path / "warehouse"
    shutil.copytree(published.home, home, symlinks=True)
    return Warehouse(home, published.environment)


@pytest.fixture
def landing(sample: Path, tmp_path: Path) -> Path:
    """A copy of the sample's landing folder, to change at will."""
    folder = tmp_path / "landing"
    shutil.copytree(sample, folder)
    return folder
