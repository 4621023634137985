"""Runs dbt on build databases in a process of its own, without a network, and keeps what it said.

dbt takes longer to parse the project than to answer most questions of a test. What it has parsed holds for
every database of the same name in the folder that it works in: one full parse serves all tests of a session.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flows.warehouse import reading

DATABASE = "serai.duckdb"
"""The name of every build database: one that is named otherwise is not served by what was parsed."""

PARSED = "partial_parse.msgpack"

UNWRITTEN = {"DBT_WRITE_JSON": "false", "DBT_LOG_LEVEL_FILE": "none"}
"""Nobody reads the manifest and the log here, and writing them costs a third of a short command."""

RUN_DBT = """
import json, os, socket, sys
from dbt.adapters.duckdb.connections import DuckDBConnectionManager
from dbt.cli.main import dbtRunner

def refuse(*address):
    raise OSError(f"dbt reaches for the network: {address}")

socket.socket.connect = socket.getaddrinfo = refuse
runner = dbtRunner()
for folder, arguments in json.loads(sys.argv[1]):
    os.chdir(folder)
    answer = runner.invoke(arguments)
    DuckDBConnectionManager.close_all_connections()
    if answer.exception:
        raise answer.exception
    nodes = getattr(answer.result, "results", [])
    print(json.dumps({node.node.name: str(node.status) for node in nodes}))
"""


@dataclass(frozen=True)
class Call:
    """One command of dbt: on which database, and below which folder dbt writes."""

    database: Path
    work: Path
    command: Sequence[str]


@dataclass(frozen=True)
class Dbt:
    """The dbt project, and the folder that holds what dbt has parsed of it."""

    project: Path
    parsed: Path

    def run(self, database: Path, work: Path, *commands: Sequence[str]) -> list[dict[str, str]]:
        """Run commands on one database and return each node's status per command."""
        return self.run_all([Call(database, work, command) for command in commands])

    def run_all(self, calls: Sequence[Call]) -> list[dict[str, str]]:
        """Run commands, in one process of their own, and return each node's status per command."""
        (name,) = {call.database.name for call in calls}
        for call in calls:
            (call.work / "target").mkdir(exist_ok=True)
        kept, first = self.parsed / PARSED, calls[0].work / "target" / PARSED
        # Without a parse from before, the first call makes one, which the others read.
        parsed = [kept if kept.exists() else None, *[kept if kept.exists() else first] * (len(calls) - 1)]
        asked = [
            (str(call.database.parent), self._arguments(call, found))
            for call, found in zip(calls, parsed, strict=True)
        ]
        done = subprocess.run(
            [sys.executable, "-c", RUN_DBT, json.dumps(asked)],
            env=os.environ | UNWRITTEN | {"DO_NOT_TRACK": "1", "SERAI_BUILD_DATABASE": name},
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        self._keep(first)
        return [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]

    def _arguments(self, call: Call, parsed: Path | None) -> list[str]:
        folders = {"project-dir": self.project, "profiles-dir": self.project}
        folders |= {"target-path": call.work / "target", "log-path": call.work / "logs"}
        if parsed:
            folders["partial-parse-file-path"] = parsed
        options = [text for name, folder in folders.items() for text in (f"--{name}", str(folder))]
        return [*call.command, "--quiet", *options]

    def _keep(self, parsed: Path) -> None:
        """Keep what dbt parsed in full for the calls to come, of other processes too."""
        if parsed.exists() and not (self.parsed / PARSED).exists():
            # Another process may be reading or keeping at this moment: a rename is never seen half done.
            half = self.parsed / uuid.uuid4().hex
            shutil.copyfile(parsed, half)
            half.replace(self.parsed / PARSED)


@dataclass(frozen=True)
class Build:
    """A build database, and what dbt said of each node of each command."""

    database: Path
    work: Path
    panel: dict[str, str]
    reporting: dict[str, str]
    units: dict[str, str]

    def copied(self, folder: Path) -> Path:
        """Copy the database into a folder, to change it at will."""
        return Path(shutil.copyfile(self.database, folder / self.database.name))

    def compiled(self, test: str) -> str:
        """Return the query that dbt made of a test."""
        (query,) = self.work.glob(f"target/compiled/**/{test}.sql")
        return query.read_text(encoding="utf-8")

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
