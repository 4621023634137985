"""What a run says of itself."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from flows.run_record import RunRecord, close_cut_off_runs, read_records
from flows.settings import Settings


def begin(settings: Settings) -> RunRecord:
    return RunRecord.begin(settings, study=None, previous=None)


def test_the_order_of_runs_comes_from_a_counter_and_not_from_the_clock(tmp_path: Path):
    settings = Settings(home=tmp_path)
    (settings.runs).mkdir(parents=True)
    # A run that a clock set far ahead has dated in the future, and a release whose record was lost.
    (settings.runs / "r000007-20991231T000000Z.json").write_text("{}", encoding="utf-8")
    (settings.releases / "r000009-20200101T000000Z").mkdir(parents=True)
    assert begin(settings).run_id.startswith("r000010-")


def test_a_half_built_release_does_not_give_its_number_away(tmp_path: Path):
    settings = Settings(home=tmp_path)
    (settings.releases / ".r000004-20260101T000000Z").mkdir(parents=True)
    assert begin(settings).run_id.startswith("r000005-")


def test_a_run_as_of_a_day_says_so_in_its_name(tmp_path: Path):
    record = begin(Settings(home=tmp_path, as_of=date(2022, 12, 31)))
    assert record.run_id.endswith("-asof-2022-12-31")
    assert record.as_of == "2022-12-31"


def test_a_run_that_was_cut_off_is_closed_as_failed(tmp_path: Path):
    settings = Settings(home=tmp_path)
    cut_off = begin(settings)
    with cut_off.step("ingest"):
        cut_off.save(settings)
    done = begin(settings)
    done.finish("published", 0)
    done.save(settings)
    assert close_cut_off_runs(settings) == [cut_off.run_id]
    assert [record["status"] for record in read_records(settings)] == ["failed", "published"]


@pytest.mark.parametrize("damage", ["", "{", "[]", '{"run_id": "r000001-x"}'])
def test_a_damaged_record_is_passed_over(tmp_path: Path, damage: str):
    settings = Settings(home=tmp_path)
    begin(settings).save(settings)
    (settings.runs / "r000000-x.json").write_text(damage, encoding="utf-8")
    assert len(read_records(settings)) == 1


def test_a_failed_step_is_kept_with_its_detail(tmp_path: Path):
    settings = Settings(home=tmp_path)
    record = begin(settings)
    with record.step("ingest") as detail:
        detail["loaded"] = 3
    with pytest.raises(RuntimeError), record.step("transform"):
        raise RuntimeError("no")
    record.finish("failed", 1, "no")
    record.save(settings)
    (saved,) = read_records(settings)
    assert [(step["name"], step["status"]) for step in saved["steps"]] == [
        ("ingest", "done"),
        ("transform", "failed"),
    ]
    assert saved["steps"][0]["detail"] == {"loaded": 3}
    assert (saved["status"], saved["exit_code"], saved["error"]) == ("failed", 1, "no")
    assert json.loads((settings.runs / f"{record.run_id}.json").read_text(encoding="utf-8")) == saved
