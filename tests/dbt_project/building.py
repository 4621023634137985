"""Runs dbt on a build database in a process of its own, without a network, and keeps what it said."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flows.warehouse import reading

RUN_DBT = """
import json, socket, sys
from dbt.cli.main import dbtRunner

def refuse(*address):
    raise OSError(f"dbt reaches for the network: {address}")

socket.socket.connect = socket.getaddrinfo = refuse
runner, project = dbtRunner(), sys.argv[1]
for command in json.loads(sys.argv[2]):
    answer = runner.invoke([*command, "--quiet", "--project-dir", project, "--profiles-dir", project])
    if answer.exception:
        raise answer.exception
    nodes = getattr(answer.result, "results", [])
    print(json.dumps({node.node.name: str(node.status) for node in nodes}))
"""


@dataclass(frozen=True)
class Build:
    """A build database, and what dbt said of each node of each command."""

    database: Path
    work: Path
    project: Path
    panel: dict[str, str]
    units: dict[str, str]
    reporting: dict[str, str]

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        with reading(self.database) as connection:
            return connection.execute(query).fetchall()

    def cells(self, variable: str, fill_set: str) -> dict[tuple[str, int], tuple[Any, ...]]:
        """Value, origin, whether filled, method and file of each cell of a variable."""
        found = self.rows(
            "select unit_id, year, value, value_origin, is_filled, fill_method, file_id"
            f" from marts.fct_study_panel where variable = '{variable}' and fill_set = '{fill_set}'"
        )
        return {(unit, year): tuple(rest) for unit, year, *rest in found}


def run_dbt(project: Path, database: Path, work: Path, commands: list[list[str]]) -> list[dict[str, str]]:
    """Run dbt commands in one process of their own and return each node's status per command."""
    environment = os.environ | {
        "DO_NOT_TRACK": "1",
        "SERAI_BUILD_DATABASE": str(database),
        "DBT_TARGET_PATH": str(work / "target"),
        "DBT_LOG_PATH": str(work / "logs"),
    }
    done = subprocess.run(
        [sys.executable, "-c", RUN_DBT, str(project), json.dumps(commands)],
        env=environment,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
