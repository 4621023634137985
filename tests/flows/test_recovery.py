"""What a run that was cut off left behind is put right by the next one."""

from __future__ import annotations

from pathlib import Path

import pytest

from flows import release
from flows.recovery import StateDamaged, drop_damaged_builds, recover
from flows.run_record import RunRecord, read_records
from flows.settings import Settings


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    found = Settings(home=tmp_path)
    found.releases.mkdir(parents=True)
    return found


def cut_off_after_rename(settings: Settings) -> str:
    """A run whose release is whole and in place, but whose process died before the pointer and record."""
    current = release.current_release(settings)
    record = RunRecord.begin(settings, study=None, previous=current.name if current else None)
    record.save(settings)
    record.finish("published", 0)
    aside = settings.releases / f".{record.run_id}"
    aside.mkdir()
    (aside / "run.json").write_text(record.to_json(), encoding="utf-8")
    release.move_into_place(aside, settings, record.run_id, becomes_current=False)
    return record.run_id


def test_a_release_that_was_whole_is_published_and_its_run_told_as_such(settings: Settings):
    first = cut_off_after_rename(settings)
    recover(settings)
    assert release.current_release(settings).name == first
    assert [record["status"] for record in read_records(settings)] == ["published"]
    second = cut_off_after_rename(settings)
    recover(settings)
    assert release.current_release(settings).name == second


def test_a_run_that_was_cut_off_earlier_leaves_the_pointer_alone(settings: Settings):
    first = cut_off_after_rename(settings)
    recover(settings)
    RunRecord.begin(settings, study=None, previous=first).save(settings)
    (settings.releases / ".r000002-x").mkdir()
    recover(settings)
    assert release.current_release(settings).name == first
    assert [record["status"] for record in read_records(settings)] == ["published", "failed"]
    assert [entry.name for entry in settings.releases.iterdir()] == [first]


def test_a_release_that_another_one_has_overtaken_does_not_become_current_again(settings: Settings):
    cut_off_after_rename(settings)
    other = settings.releases / "r000009-x"
    other.mkdir()
    release.point_to(settings, other.name)
    recover(settings)
    assert release.current_release(settings).name == other.name
    assert [record["status"] for record in read_records(settings)] == ["published"]


def test_a_pointer_that_is_no_link_is_not_touched_and_named(settings: Settings):
    settings.current.mkdir()
    with pytest.raises(StateDamaged, match="no link to a release: move it away"):
        recover(settings)
    assert settings.current.is_dir()


def test_damaged_builds_are_removed_and_sound_ones_kept(settings: Settings):
    (settings.builds / "1").mkdir(parents=True)
    assert not drop_damaged_builds(settings, RuntimeError("a model failed"))
    assert settings.builds.is_dir()
    assert drop_damaged_builds(settings, RuntimeError("IO Error: Corrupt database file: computed checksum 1"))
    assert not settings.builds.exists()
