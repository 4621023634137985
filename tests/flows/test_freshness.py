"""Is anything new? A release remembers what it was made from."""

from __future__ import annotations

import hashlib
import json
from datetime import date
from pathlib import Path

import pytest

from flows import release
from flows.fingerprint import code_fingerprint
from flows.freshness import freshness
from flows.landing.files import fingerprint, remember_path_dependent
from flows.settings import Settings


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    landing = tmp_path / "landing"
    landing.mkdir()
    (landing / "a.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    return Settings(home=tmp_path / "w", landing=landing)


def publish(settings: Settings, **told) -> None:
    record = {
        "run_id": "r000001-x",
        "inputs": sorted(fingerprint(settings).lines | fingerprint(settings).places),
        "code_fingerprint": code_fingerprint(),
        "exit_code": 0,
        "refused": [],
        **told,
    }
    aside = settings.releases / ".r000001-x"
    aside.mkdir(parents=True)
    (aside / "run.json").write_text(json.dumps(record), encoding="utf-8")
    release.move_into_place(aside, settings, "r000001-x", becomes_current=True)


def test_before_the_first_release_everything_is_new(settings: Settings):
    found = freshness(settings)
    assert not found.is_up_to_date
    assert found.new_inputs == 1


def test_after_a_release_of_the_same_files_nothing_is_new(settings: Settings):
    publish(settings)
    found = freshness(settings)
    assert found.is_up_to_date
    assert found.report()["run_id"] == "r000001-x"


def test_a_release_that_may_be_passed_on_is_another_than_one_that_may_not(settings: Settings):
    publish(settings)
    assert not freshness(settings.model_copy(update={"redistributable": True})).is_up_to_date
    publish_again = {"redistributable": True}
    (settings.releases / "r000001-x" / "run.json").unlink()
    (settings.releases / "r000001-x").rmdir()
    publish(settings, **publish_again)
    assert freshness(settings.model_copy(update={"redistributable": True})).is_up_to_date
    assert not freshness(settings).is_up_to_date


def test_a_renamed_copy_is_not_new_and_a_changed_file_is(settings: Settings):
    publish(settings)
    first = settings.landing_folder / "a.csv"
    first.rename(settings.landing_folder / "b.csv")
    assert freshness(settings).is_up_to_date
    (settings.landing_folder / "b.csv").write_text("a,b\n1,3\n", encoding="utf-8")
    assert freshness(settings).new_inputs == 1


def test_a_file_moved_to_a_place_that_says_something_is_new(settings: Settings):
    publish(settings)
    path = settings.landing_folder / "a.csv"
    remember_path_dependent(settings, [hashlib.sha256(path.read_bytes()).hexdigest()])
    assert freshness(settings).is_up_to_date
    path.rename(settings.landing_folder / "b.csv")
    assert freshness(settings).new_inputs == 1


def test_a_side_car_that_is_added_or_corrected_is_new(settings: Settings):
    publish(settings)
    (settings.landing_folder / "a.csv.origin.yml").write_text("publisher: somebody\n", encoding="utf-8")
    assert freshness(settings).new_inputs == 1


def test_what_a_failed_run_took_into_the_archive_is_new(settings: Settings):
    publish(settings)
    (settings.archive / "ab" / ("ab" + "0" * 62)).mkdir(parents=True)
    assert freshness(settings).new_inputs == 1


def test_a_file_that_is_taken_away_changes_nothing_since_the_archive_has_it(settings: Settings):
    publish(settings)
    (settings.landing_folder / "a.csv").unlink()
    assert freshness(settings).is_up_to_date


def test_changed_code_asks_for_a_run(settings: Settings):
    publish(settings, code_fingerprint="0123456789abcdef")
    found = freshness(settings)
    assert found.is_code_changed
    assert not found.is_up_to_date


def test_a_changed_study_of_ones_own_asks_for_a_run(settings: Settings, tmp_path: Path):
    studies = tmp_path / "studies"
    studies.mkdir()
    (studies / "mine.yml").write_text("study: mine\n", encoding="utf-8")
    own = settings.model_copy(update={"studies": studies})
    publish(settings, code_fingerprint=code_fingerprint(studies))
    assert freshness(own).is_up_to_date
    assert freshness(settings).is_code_changed
    (studies / "mine.yml").write_text("study: mine_too\n", encoding="utf-8")
    assert freshness(own).is_code_changed


def test_a_rebuild_as_of_a_day_always_runs(settings: Settings):
    publish(settings)
    assert not freshness(settings.model_copy(update={"as_of": date(2022, 12, 31)})).is_up_to_date


def test_files_that_were_refused_keep_being_told(settings: Settings):
    publish(settings, exit_code=3, refused=[{"file": "bad.csv", "reason": "why"}])
    report = freshness(settings).report()
    assert (report["exit_code"], report["refused"]) == (3, [{"file": "bad.csv", "reason": "why"}])


def test_a_release_that_lost_its_record_is_published_anew(settings: Settings):
    publish(settings)
    record = settings.releases / "r000001-x" / "run.json"
    record.chmod(0o644)
    record.write_text("{", encoding="utf-8")
    assert not freshness(settings).is_up_to_date
