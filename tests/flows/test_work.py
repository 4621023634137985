"""The work folder: below the state directory, gone afterwards, and never taken from who is at work in it."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from flows.settings import Settings
from flows.work import clear_work, work_folder


def test_a_work_folder_is_empty_and_gone_afterwards(tmp_path: Path):
    settings = Settings(home=tmp_path / "home")
    with suppress(KeyError), work_folder(settings) as folder:
        assert folder.parent == settings.work
        (folder / "a").write_text("x")
        raise KeyError
    assert list(tmp_path.iterdir()) == []


def test_what_a_crash_left_is_cleared_and_what_another_works_in_is_not(tmp_path: Path):
    settings = Settings(home=tmp_path / "home")
    left = settings.work / "left"
    left.mkdir(parents=True)
    (left / "a").write_text("x")
    with work_folder(settings) as folder:
        clear_work(settings)
        assert (folder.is_dir(), left.exists()) == (True, False)
    clear_work(settings)
    assert not settings.work.exists()


def test_a_state_directory_that_was_there_stays(tmp_path: Path):
    settings = Settings(home=tmp_path)
    with work_folder(settings):
        pass
    assert list(tmp_path.iterdir()) == []
