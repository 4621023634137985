"""Going on after an interruption, asking again, and what a run sees meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from flows.fetch import worldbank
from flows.fetch.deposit import Deposit
from flows.fetch.faults import Unreachable
from flows.landing.files import scan
from flows.lock import LockHeld
from tests.flows.fetch.bench import NOW, Bench
from tests.flows.fetch.service import Reply, WorldBank

Make = Callable[..., worldbank.Indicator]

FIRST = "worldbank/2026-07-13/SP.POP.TOTL.source-2.all.all-years.page-001.json"


class _Died(BaseException):
    """The process ends, wherever it is."""


def test_what_is_here_is_not_asked_for_again(world: Bench, indicator: Make):
    world.fetch(indicator())
    before = len(world.service.asked)
    outcome = world.fetch(indicator())
    assert (outcome.kept, outcome.landed) == (3, 0)
    assert len(world.service.asked) == before


def test_an_interrupted_fetch_goes_on_where_it_was(world: Bench, indicator: Make):
    world.service.faults += [None, None, Reply(404)]
    assert world.fetch(indicator()).landed == 0
    assert world.files() == []  # two of three pages: nothing that a run would see
    assert [asked.query["page"] for asked in world.service.asked] == ["1", "2", "3"]
    assert world.fetch(indicator()).landed == 3
    assert [asked.query["page"] for asked in world.service.asked] == ["1", "2", "3", "3"]
    assert world.hidden() == []


def test_a_fetch_that_dies_in_the_middle_leaves_nothing_half(world: Bench, indicator: Make, monkeypatch):
    def die(*_: object) -> None:
        raise _Died

    world.service.faults += [None, Reply(200, b"[1, 2, 3", manner="cut")]
    with monkeypatch.context() as patch:
        patch.setattr(world.time, "sleep", lambda seconds: die() if seconds >= 1 else None)
        with pytest.raises(_Died):
            world.fetch(indicator())
    assert world.files() == []
    assert scan(world.landing) == []
    assert not [name for name in world.hidden() if name.endswith(".part")]
    assert world.fetch(indicator()).landed == 3


def test_what_a_killed_process_left_half_is_cleared_away(world: Bench, indicator: Make):
    world.service.faults += [None, Reply(404)]
    world.fetch(indicator())
    left = world.landing / ".fetching" / "worldbank" / "x.json.part"
    left.write_bytes(b"[1, ")
    assert world.fetch(indicator()).landed == 3
    assert world.hidden() == []


def test_a_waiting_page_that_was_damaged_is_fetched_anew(world: Bench, indicator: Make):
    world.service.faults += [None, Reply(404)]
    world.fetch(indicator())
    waiting = next((world.landing / ".fetching").rglob("*.json"))
    waiting.write_bytes(waiting.read_bytes()[:-1])
    assert world.fetch(indicator()).landed == 3
    assert [asked.query["page"] for asked in world.service.asked] == ["1", "2", "1", "2", "3"]


def test_a_waiting_page_of_an_earlier_state_is_not_mixed_with_later_ones(
    world: Bench, bank: WorldBank, indicator: Make
):
    world.service.faults += [None, Reply(404)]
    world.fetch(indicator())
    bank.last_updated = "2026-08-01"
    outcome = world.fetch(indicator())
    assert (outcome.landed, outcome.failures) == (3, [])
    assert {name.split("/")[1] for name in world.files()} == {"2026-08-01"}


def test_a_landed_file_that_was_altered_is_fetched_again(world: Bench, indicator: Make):
    world.fetch(indicator())
    whole = (world.landing / FIRST).read_bytes()
    (world.landing / FIRST).write_bytes(whole + b" ")
    outcome = world.fetch(indicator())
    assert (outcome.landed, outcome.kept) == (1, 2)
    assert (world.landing / FIRST).read_bytes() == whole


def test_a_file_of_another_question_under_the_same_name_is_not_taken_for_it(world: Bench, indicator: Make):
    world.fetch(indicator(page_size=50))
    assert world.fetch(indicator(page_size=12)).landed == 1
    assert "per_page=12" in world.origin(FIRST)["url"]


def test_refresh_asks_whether_anything_is_new(world: Bench, indicator: Make):
    world.fetch(indicator())
    outcome = world.fetch(indicator(), is_refresh=True)
    assert (outcome.unchanged, outcome.landed) == (3, 0)
    assert world.service.asked[3].headers["if-none-match"] == world.origin(FIRST)["etag"]
    assert world.origin(FIRST)["retrieved_at"] == NOW


def test_refresh_of_the_same_bytes_from_a_server_without_etags_changes_nothing(
    world: Bench, bank: WorldBank, indicator: Make
):
    world.service.answer = lambda asked: Reply(200, bank(asked).body, {"ETag": ""})
    world.fetch(indicator(page_size=50))
    outcome = world.fetch(indicator(page_size=50), is_refresh=True)
    assert (outcome.unchanged, outcome.landed) == (1, 0)
    assert world.hidden() == []


def test_a_new_release_lands_beside_the_earlier_one(world: Bench, bank: WorldBank, indicator: Make):
    world.fetch(indicator(page_size=50))
    bank.last_updated = "2026-10-01"
    world.fetch(indicator(page_size=50), is_refresh=True)
    assert {name.split("/")[1] for name in world.files()} == {"2026-07-13", "2026-10-01"}
    assert "replaces" not in world.origin(FIRST.replace("2026-07-13", "2026-10-01"))


def test_a_silent_change_of_the_same_release_names_the_file_it_supersedes(
    world: Bench, bank: WorldBank, indicator: Make
):
    world.fetch(indicator(page_size=50))
    before = world.origin(FIRST)["sha256"]
    bank.years = range(2018, 2023)
    world.fetch(indicator(page_size=50), is_refresh=True, now=NOW + timedelta(days=1))
    assert len(world.files()) == 2
    assert world.origin(FIRST)["replaces"] == before
    assert world.origin(FIRST)["row_count"] == 15


def test_a_source_out_of_reach_leaves_no_trace_and_asks_no_further(world: Bench, indicator: Make):
    gone = indicator(base_url="http://127.0.0.1:9")
    outcome = world.fetch(gone, indicator())
    assert isinstance(outcome.failures[0], Unreachable)
    assert len(outcome.failures) == 1
    assert world.service.asked == []
    assert not world.landing.exists()


def test_only_errors_leave_no_folder_behind(world: Bench, indicator: Make):
    world.service.faults += [Reply(200, b"[")] * 2
    world.fetch(indicator(), attempts=2)
    assert not world.landing.joinpath(".fetching").exists()


def test_two_fetches_into_one_landing_folder_do_not_meet(world: Bench, indicator: Make):
    request = indicator().first_requests()[0]
    other = Deposit(world.landing, "worldbank")
    with other.place(request) as place:
        place()
        with pytest.raises(LockHeld, match="another fetch is at work"):
            world.fetch(indicator())
    other.close()
    assert world.fetch(indicator()).landed == 3


def test_a_side_car_lands_before_its_file(world: Bench, indicator: Make, monkeypatch: pytest.MonkeyPatch):
    import os

    moved = []
    replace = os.replace
    monkeypatch.setattr(os, "replace", lambda a, b: (moved.append(str(b)), replace(a, b)))
    world.fetch(indicator(page_size=50))
    landed = [name.removeprefix(f"{world.landing}/") for name in moved if "/.fetching/" not in name]
    assert landed == [f"{FIRST}.origin.yml", FIRST]


def test_a_run_finds_every_landed_file_paired_with_its_origin(world: Bench, indicator: Make):
    world.fetch(indicator())
    found = scan(world.landing)
    assert len(found) == 3
    assert all(file.side_car and not file.problem for file in found)


def test_asked_pages_are_told(world: Bench, indicator: Make):
    world.fetch(indicator())
    assert world.told.kinds() == ["request", "request", "request", "landed", "landed", "landed"]


def test_of_two_releases_the_later_is_the_one_that_is_here(world: Bench, bank: WorldBank, indicator: Make):
    world.fetch(indicator(page_size=50))
    bank.last_updated = "2026-10-01"
    world.fetch(indicator(page_size=50), is_refresh=True)
    assert world.fetch(indicator(page_size=50)).kept == 1
    assert world.told.events[-1][1]["vintage"] == "2026-10-01"
    assert world.fetch(indicator(page_size=50), is_refresh=True).unchanged == 1


def test_a_page_that_is_missing_is_not_filled_up_from_a_later_release(
    world: Bench, bank: WorldBank, indicator: Make
):
    world.fetch(indicator())
    (world.landing / FIRST.replace("page-001", "page-002")).unlink()
    bank.last_updated = "2026-10-01"
    outcome = world.fetch(indicator())
    assert (outcome.landed, outcome.failures) == (3, [])
    later = [name for name in world.files() if name.startswith("worldbank/2026-10-01/")]
    assert len([name for name in later if name.endswith(".json")]) == 3
