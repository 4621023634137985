"""The build: kept while contracts and readers stay the same, begun anew under the next number otherwise."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from expectations.contract import Contract, load_contracts
from flows import build
from flows.build import drop_older_builds, opened_build
from flows.settings import Settings
from flows.warehouse import DatabaseError, reading, writing


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings of an empty state directory."""
    return Settings(home=tmp_path)


CONTRACTS = load_contracts()


def open_build(settings: Settings, contracts: Sequence[Contract]) -> tuple[Path, bool]:
    """Open a build and close it again; return its path, and whether it was begun anew."""
    with opened_build(settings, contracts) as opened:
        return opened.path, opened.is_new


def test_the_first_build_has_every_landed_table_and_the_ledger(settings: Settings):
    path, is_new = open_build(settings, CONTRACTS)
    assert (path, is_new) == (settings.builds / "1" / "serai.duckdb", True)
    with reading(path) as connection:
        found = connection.execute("select schema_name || '.' || table_name from duckdb_tables()").fetchall()
    expected = {f"raw.{contract.name}" for contract in CONTRACTS}
    ledger = {"meta.files", "meta.refused_rows"}
    assert {row[0] for row in found} == expected | ledger | {"meta.build", "meta.decided", "meta.members"}


def test_a_build_stands_while_nothing_changes(settings: Settings):
    first, _ = open_build(settings, CONTRACTS)
    assert open_build(settings, CONTRACTS) == (first, False)


def test_changed_contracts_begin_a_new_build(settings: Settings):
    first, _ = open_build(settings, CONTRACTS)
    changed = CONTRACTS[0].model_copy(update={"version": CONTRACTS[0].version + 1})
    second, is_new = open_build(settings, [changed, *CONTRACTS[1:]])
    assert (second.parent.name, is_new, first.exists()) == ("2", True, True)


def test_changed_readers_begin_a_new_build(settings: Settings, monkeypatch: pytest.MonkeyPatch):
    open_build(settings, CONTRACTS)
    monkeypatch.setattr(build, "VERSION", build.VERSION + 1)
    assert open_build(settings, CONTRACTS)[1]


@pytest.mark.parametrize("content", [b"", b"not a database at all" * 1000])
def test_a_damaged_build_is_left_for_a_new_one(settings: Settings, content: bytes):
    path, _ = open_build(settings, CONTRACTS)
    path.write_bytes(content)
    assert open_build(settings, CONTRACTS)[0].parent.name == "2"


def test_a_build_that_another_process_has_open_is_not_passed_over(settings: Settings):
    path, _ = open_build(settings, CONTRACTS)
    hold = "import duckdb, sys; c = duckdb.connect(sys.argv[1]); print('held', flush=True); sys.stdin.read()"
    with subprocess.Popen(
        [sys.executable, "-c", hold, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as holder:
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(DatabaseError, match="Could not set lock"):
            open_build(settings, CONTRACTS)
        holder.stdin.close()
    assert open_build(settings, CONTRACTS) == (path, False)


def test_older_builds_are_dropped_and_no_number_is_used_twice(settings: Settings):
    open_build(settings, CONTRACTS)
    second, _ = open_build(settings, CONTRACTS[1:])
    drop_older_builds(settings, second)
    assert [folder.name for folder in settings.builds.iterdir()] == ["2"]
    third, _ = open_build(settings, CONTRACTS)
    assert third.parent.name == "3"


def test_a_build_that_was_begun_and_not_finished_is_left_for_a_new_one(settings: Settings):
    path = settings.builds / "4" / "serai.duckdb"
    path.parent.mkdir(parents=True)
    with writing(path) as connection:
        connection.execute("create schema meta")
    assert open_build(settings, CONTRACTS)[0].parent.name == "5"
