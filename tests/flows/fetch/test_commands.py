"""The commands: what they print, how they end, and that nobody else pays for them."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from flows.cli import app
from flows.landing.files import scan
from tests.flows.fetch.bench import Bench
from tests.flows.fetch.service import Comtrade, Reply


@pytest.fixture(autouse=True)
def _in_no_hurry_to_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("WORLDBANK_REQUESTS_PER_SECOND", "COMTRADE_REQUESTS_PER_SECOND"):
        monkeypatch.setenv(f"SERAI_FETCH_{name}", "1000")
    monkeypatch.setenv("SERAI_FETCH_ATTEMPTS", "1")


def _worldbank(world: Bench, *arguments: str) -> Result:
    where = ["--landing", str(world.landing), "--base-url", f"{world.service.url}/v2"]
    return CliRunner().invoke(app, ["fetch", "worldbank", *arguments, *where])


def _comtrade(trade: Bench, *arguments: str) -> Result:
    where = ["--landing", str(trade.landing), "--base-url", trade.service.url]
    return CliRunner().invoke(app, ["fetch", "comtrade", "--reporter", "CHN", *arguments, *where])


def _events(answer: Result) -> list[dict]:
    return [json.loads(line) for line in answer.stdout.splitlines()]


@pytest.mark.parametrize("command", ["worldbank", "comtrade"])
def test_every_command_has_help_and_speaks_json(command: str):
    answer = CliRunner().invoke(app, ["fetch", command, "--help"])
    assert answer.exit_code == 0
    for option in ("--json", "--dry-run", "--refresh", "--landing", "--base-url"):
        assert option in answer.output


def test_what_landed_is_printed_as_a_result(world: Bench):
    answer = _worldbank(world, "SP.POP.TOTL", "--years", "2020:2021")
    assert answer.exit_code == 0
    landed = world.landing / "worldbank/2026-07-13/SP.POP.TOTL.source-2.all.2020-2021.page-001.json"
    assert answer.stdout.splitlines() == [f"landed     {landed}, 6 rows", f"1 landed: {world.landing}"]
    assert answer.stderr.startswith("asking     http://127.0.0.1:")
    assert landed.is_file()


def test_json_is_one_object_per_line(world: Bench):
    answer = _worldbank(world, "SP.POP.TOTL", "NO.SUCH", "--json")
    assert [event["event"] for event in _events(answer)] == ["request", "landed", "request", "failed", "done"]
    assert _events(answer)[1]["rows"] == 12
    assert _events(answer)[-1]["failed"] == 1
    assert answer.stderr == ""
    assert answer.exit_code == 3


def test_nothing_of_it_and_some_of_it_end_differently(world: Bench):
    assert _worldbank(world, "NO.SUCH").exit_code == 1
    assert _worldbank(world, "NO.SUCH", "SP.POP.TOTL").exit_code == 3
    assert _worldbank(world, "NY.GDP.PCAP.CD", "SP.POP.TOTL").exit_code == 0


def test_a_misunderstanding_ends_with_the_code_for_usage(world: Bench):
    answer = _worldbank(world, "SP.POP.TOTL", "--years", "soon")
    assert (answer.exit_code, world.service.asked) == (2, [])
    assert "--years: seen 'soon'" in answer.stderr


def test_a_landing_folder_without_a_name_is_not_the_one_we_are_in(world: Bench, tmp_path: Path):
    where = ["--landing", "", "--base-url", f"{world.service.url}/v2"]
    answer = CliRunner().invoke(app, ["fetch", "worldbank", "SP.POP.TOTL", *where])
    assert answer.exit_code == 2
    assert list(tmp_path.iterdir()) == []


def test_the_landing_folder_of_the_environment_is_used(world: Bench, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("SERAI_LANDING", str(world.landing))
    where = ["--base-url", f"{world.service.url}/v2"]
    assert CliRunner().invoke(app, ["fetch", "worldbank", "SP.POP.TOTL", *where]).exit_code == 0
    assert len(world.files()) == 2


def test_a_setting_that_is_none_is_named(world: Bench, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("SERAI_FETCH_PATIENCE_SECONDS", "long")
    answer = _worldbank(world, "SP.POP.TOTL")
    assert answer.exit_code == 2
    assert "SERAI_FETCH_PATIENCE_SECONDS" in answer.stderr


def test_a_dry_run_lists_the_requests_and_makes_none(trade: Bench):
    answer = _comtrade(trade, "--years", "2019:2020", "--dry-run", "--json")
    assert answer.exit_code == 0
    assert [event["event"] for event in _events(answer)] == ["planned", "planned"]
    assert "period=2019" in _events(answer)[0]["url"]
    assert trade.service.asked == []
    assert not trade.landing.exists()


def test_a_dry_run_knows_what_is_here(trade: Bench):
    _comtrade(trade, "--years", "2020")
    plans = _events(_comtrade(trade, "--years", "2019:2020", "--dry-run", "--json"))
    assert [plan["is_here"] for plan in plans] == [False, True]


def test_offline_is_one_line_and_leaves_nothing(tmp_path: Path):
    answer = CliRunner().invoke(
        app,
        [
            *("fetch", "worldbank", "SP.POP.TOTL", "SP.DYN.LE00.IN", "--landing", str(tmp_path / "landing")),
            *("--base-url", "http://127.0.0.1:9/v2"),
        ],
    )
    assert answer.exit_code == 4
    (line,) = [line for line in answer.stderr.splitlines() if line.startswith("failed")]
    assert "seen no connection" in line
    assert "offline" in line
    assert not (tmp_path / "landing").exists()


def test_the_key_of_the_environment_is_used_and_shown_nowhere(trade: Bench, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("SERAI_COMTRADE_KEY", Comtrade.KEY)
    trade.service.faults.append(Reply(500, Comtrade.KEY.encode()))
    answer = _comtrade(trade, "--years", "2019:2020", "--json")
    assert [event["event"] for event in _events(answer)] == ["request", "failed", "request", "landed", "done"]
    assert trade.service.asked[0].path == "/data/v1/get/C/A/HS"
    assert Comtrade.KEY not in answer.output
    written = b"".join(path.read_bytes() for path in trade.landing.rglob("*") if path.is_file())
    assert Comtrade.KEY.encode() not in written


def test_another_fetch_at_work_ends_it_with_the_code_of_the_lock(world: Bench):
    from filelock import FileLock

    (world.landing / ".fetching").mkdir(parents=True)
    with FileLock(world.landing / ".fetching" / ".lock"):
        answer = _worldbank(world, "SP.POP.TOTL")
    assert answer.exit_code == 75
    assert "another fetch is at work" in answer.stderr


def test_a_process_that_is_killed_leaves_nothing_half_and_the_next_goes_on(
    world: Bench, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("SERAI_FETCH_WORLDBANK_PAGE_SIZE", "5")
    world.service.faults += [None, None, Reply(manner="drip")]
    where = ["--landing", str(world.landing), "--base-url", f"{world.service.url}/v2"]
    program = [
        sys.executable,
        "-c",
        "from flows.cli import main; main()",
        "fetch",
        "worldbank",
        "SP.POP.TOTL",
    ]
    with subprocess.Popen([*program, *where], stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        half = world.landing / ".fetching/worldbank/SP.POP.TOTL.source-2.all.all-years.page-003.json.part"
        for _ in range(3000):
            if half.exists():
                break
            time.sleep(0.01)
        process.kill()
    assert half.exists()
    assert scan(world.landing) == []
    answer = _worldbank(world, "SP.POP.TOTL")
    assert "3 landed" in answer.stdout
    assert [asked.query["page"] for asked in world.service.asked] == ["1", "2", "3", "3"]
    assert world.hidden() == []


def test_a_landing_folder_that_cannot_be_written_is_one_line(world: Bench):
    world.landing.write_text("a file", encoding="utf-8")
    answer = _worldbank(world, "SP.POP.TOTL")
    assert answer.exit_code == 1
    assert str(world.landing) in answer.stderr
    assert "Traceback" not in answer.output


def test_nobody_else_pays_for_fetching():
    program = (
        "import sys, flows.cli, flows.freshness, flows.fetch.commands;"
        "print(sorted({'httpx', 'tenacity', 'rich.markup', 'yaml'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert "httpx" not in done.stdout
    assert "tenacity" not in done.stdout
