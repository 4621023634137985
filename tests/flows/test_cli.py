"""The command line: what it says and how it ends when there is little to do."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from flows.cli import app
from flows.lock import only_writer
from flows.settings import Settings

COMMANDS = ["run", "status", "sql", "validate", "docs", "table"]


@pytest.fixture
def cli() -> CliRunner:
    return CliRunner()


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help(cli: CliRunner, command: str):
    answer = cli.invoke(app, [command, "--help"])
    assert answer.exit_code == 0
    assert "--home" in answer.output


def test_an_unknown_option_is_a_usage_error(cli: CliRunner):
    assert cli.invoke(app, ["run", "--nonsense"]).exit_code == 2


def test_a_date_that_is_none_is_a_usage_error(cli: CliRunner, tmp_path: Path):
    answer = cli.invoke(app, ["run", "--as-of", "2022-13-01", "--home", str(tmp_path)])
    assert answer.exit_code == 2
    assert "2022-13-01" in answer.output


def test_status_before_the_first_release_says_so(cli: CliRunner, tmp_path: Path):
    answer = cli.invoke(app, ["status", "--json", "--home", str(tmp_path)])
    assert answer.exit_code == 0
    found = json.loads(answer.output)
    assert (found["release"], found["last_run"], found["tables"]) == (None, None, 0)


def test_sql_before_the_first_release_says_so(cli: CliRunner, tmp_path: Path):
    answer = cli.invoke(app, ["sql", "select 1", "--home", str(tmp_path)])
    assert answer.exit_code == 2
    assert "nothing is published" in answer.output


def test_a_run_does_not_start_without_a_landing_folder(cli: CliRunner, tmp_path: Path):
    answer = cli.invoke(app, ["run", "--home", str(tmp_path / "w")])
    assert answer.exit_code == 2
    assert str(tmp_path / "w" / "landing") in answer.output
    assert not (tmp_path / "w").exists()


def test_the_lock_ends_a_second_run_with_its_own_exit_code(tmp_path: Path):
    import subprocess
    import sys

    (tmp_path / "landing").mkdir()
    with only_writer(Settings(home=tmp_path)):
        done = subprocess.run(
            [sys.executable, "-m", "flows.cli", "run", "--home", str(tmp_path)],
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
    assert done.returncode == 75
    assert "another run holds" in done.stderr


@pytest.mark.parametrize("option", ["--home", "--landing"])
def test_an_empty_name_of_a_folder_is_a_usage_error(cli: CliRunner, option: str):
    answer = cli.invoke(app, ["validate", option, ""])
    assert answer.exit_code == 2
    assert "seen an empty name, expected a folder" in " ".join(answer.output.replace("│", " ").split())


def test_a_landing_folder_within_the_archive_is_told_in_one_line(tmp_path: Path):
    import subprocess
    import sys

    command = [sys.executable, "-m", "flows.cli", "status", "--home", str(tmp_path)]
    done = subprocess.run(
        [*command, "--landing", str(tmp_path / "archive")],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("the landing folder ")
    assert len(done.stderr.splitlines()) == 1
