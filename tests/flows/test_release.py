"""A release's life: moved into place whole, named by the pointer, pruned when old."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from flows import release
from flows.settings import Settings

DAY = 24 * 3600


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    found = Settings(home=tmp_path, keep_releases=2)
    found.releases.mkdir(parents=True)
    return found


def build(settings: Settings, run_id: str, *, becomes_current: bool = True) -> Path:
    aside = settings.releases / f".{run_id}"
    aside.mkdir()
    (aside / "run.json").write_text(f'{{"run_id": "{run_id}"}}', encoding="utf-8")
    return release.move_into_place(aside, settings, run_id, becomes_current=becomes_current)


def make_old(folder: Path) -> None:
    then = time.time() - 3 * DAY
    os.utime(folder, (then, then))


def test_the_pointer_is_relative_and_names_the_newest(settings: Settings):
    build(settings, "r000001-x")
    second = build(settings, "r000002-x")
    assert release.current_release(settings) == second.resolve()
    assert not Path(os.readlink(settings.current)).is_absolute()
    assert release.release_record(second)["run_id"] == "r000002-x"


def test_the_pointer_names_the_release_before_until_one_rename_replaces_it(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
):
    first, rename, replaced = build(settings, "r000001-x"), os.replace, []

    def watched(source: Path, target: Path) -> None:
        assert release.current_release(settings) == first.resolve()
        replaced.append(target)
        rename(source, target)

    monkeypatch.setattr(os, "replace", watched)
    second = build(settings, "r000002-x")
    assert replaced == [settings.current]
    assert release.current_release(settings) == second.resolve()


def test_a_release_as_of_a_day_leaves_the_pointer_alone(settings: Settings):
    first = build(settings, "r000001-x")
    build(settings, "r000002-x-asof-2022-12-31", becomes_current=False)
    assert release.current_release(settings) == first.resolve()


def test_before_the_first_release_there_is_no_current_one(settings: Settings):
    assert release.current_release(settings) is None


def test_published_files_cannot_be_written(settings: Settings):
    folder = build(settings, "r000001-x")
    assert (folder / "run.json").stat().st_mode & 0o222 == 0


def test_what_a_cut_off_run_left_is_cleared_and_nothing_else(settings: Settings):
    kept = build(settings, "r000001-x")
    (settings.releases / ".r000002-x" / "parquet").mkdir(parents=True)
    (settings.state / ".current.r000002-x").symlink_to("releases/r000002-x")
    release.clear_leftovers(settings)
    assert sorted(entry.name for entry in settings.releases.iterdir()) == [kept.name]
    assert not (settings.state / ".current.r000002-x").is_symlink()
    assert release.current_release(settings) == kept.resolve()


def test_pruning_keeps_the_newest_the_current_and_the_young(settings: Settings):
    for number in range(1, 6):
        make_old(build(settings, f"r00000{number}-x"))
    release.point_to(settings, "r000001-x")
    young = build(settings, "r000006-x", becomes_current=False)
    assert release.prune(settings) == ["r000002-x", "r000003-x", "r000004-x"]
    assert sorted(entry.name for entry in settings.releases.iterdir()) == [
        "r000001-x",
        "r000005-x",
        young.name,
    ]


def test_a_release_that_somebody_may_still_read_is_not_pruned(settings: Settings):
    young = build(settings, "r000001-x")
    for number in range(2, 6):
        make_old(build(settings, f"r00000{number}-x"))
    assert release.prune(settings) == ["r000002-x", "r000003-x"]
    assert young.is_dir()


def test_releases_as_of_a_day_never_push_out_the_regular_ones(settings: Settings):
    make_old(build(settings, "r000001-x"))
    for number in range(2, 6):
        make_old(build(settings, f"r00000{number}-x-asof-2022-12-31", becomes_current=False))
    release.prune(settings)
    names = sorted(entry.name for entry in settings.releases.iterdir())
    assert names == ["r000001-x", "r000004-x-asof-2022-12-31", "r000005-x-asof-2022-12-31"]
