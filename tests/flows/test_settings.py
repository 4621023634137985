"""Settings under which nothing can run are refused before anything is touched."""

from __future__ import annotations

from pathlib import Path

import pytest

from flows.settings import Settings, SettingsError


@pytest.mark.parametrize("name", ["home", "landing"])
def test_an_empty_name_is_no_folder(name: str):
    with pytest.raises(SettingsError, match=rf"^{name}: seen an empty name, expected a folder"):
        Settings.load(**{name: ""})


def test_an_empty_name_from_the_environment_is_no_folder(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("SERAI_HOME", " ")
    with pytest.raises(SettingsError, match="home: seen an empty name"):
        Settings.load()


def test_files_do_not_land_in_the_state_directory_itself(tmp_path: Path):
    with pytest.raises(SettingsError, match="the landing folder is the state directory"):
        Settings.load(home=tmp_path, landing=tmp_path / "x" / "..")


@pytest.mark.parametrize(
    "place", ["archive", "archive/ab", "quarantine", "work", "build", "releases/r1", "runs"]
)
def test_files_do_not_land_where_the_state_is_kept(tmp_path: Path, place: str):
    with pytest.raises(SettingsError, match="which this program keeps and alters"):
        Settings.load(home=tmp_path, landing=tmp_path / place)


def test_files_may_land_beside_around_and_below_the_state_directory(tmp_path: Path):
    for landing in (
        tmp_path / "landing",
        tmp_path,
        tmp_path / "home" / "landing",
        tmp_path / "home" / "mine",
    ):
        assert Settings.load(home=tmp_path / "home", landing=landing).landing_folder == landing


def test_a_folder_without_studies_is_refused(tmp_path: Path):
    with pytest.raises(SettingsError, match=r"seen no \*.yml file in .*, expected a folder of study files"):
        Settings.load(studies=tmp_path)
    (tmp_path / "mine.yml").write_text("study: mine\n", encoding="utf-8")
    assert Settings.load(studies=tmp_path).studies_folder == tmp_path
