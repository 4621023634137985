"""Archive and quarantine: once by content, unaltered, read-only, and never half written."""

from __future__ import annotations

import hashlib
import os
import stat
from datetime import datetime
from pathlib import Path

import pytest

from flows import archive
from flows.landing import LandedFile
from flows.settings import Settings

ARRIVAL = datetime(2026, 1, 2, 3, 4, 5)
CONTENT = b"a,b\n1,2\n"
SHA256 = hashlib.sha256(CONTENT).hexdigest()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings of an empty state directory."""
    return Settings(home=tmp_path / "home")


def landed(tmp_path: Path, name: str = "sub/a.csv") -> LandedFile:
    """A file in a landing folder."""
    path = tmp_path / "landing" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(CONTENT)
    return LandedFile(path, name, SHA256)


def files(folder: Path) -> dict[str, bytes]:
    """Every file below a folder."""
    found = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in found}


def test_a_file_is_kept_under_its_sha256_with_its_first_arrival(settings: Settings, tmp_path: Path):
    kept = archive.keep(settings, landed(tmp_path), CONTENT, b"publisher: x\n", ARRIVAL)
    assert kept.folder == settings.archive / SHA256[:2] / SHA256
    assert (kept.name, kept.first_seen, kept.path.name) == ("sub/a.csv", ARRIVAL, "a.csv")
    assert kept.path.read_bytes() == CONTENT
    assert kept.side_car is not None
    assert kept.side_car.read_bytes() == b"publisher: x\n"
    assert archive.kept_ids(settings) == [SHA256]


def test_kept_files_are_read_only(settings: Settings, tmp_path: Path):
    kept = archive.keep(settings, landed(tmp_path), CONTENT, None, ARRIVAL)
    assert {stat.S_IMODE(path.stat().st_mode) for path in kept.folder.iterdir()} == {0o444}


def test_the_first_arrival_stands(settings: Settings, tmp_path: Path):
    archive.keep(settings, landed(tmp_path), CONTENT, None, ARRIVAL)
    again = archive.keep(settings, landed(tmp_path, "b.csv"), CONTENT, None, datetime(2030, 1, 1))
    assert (again.name, again.first_seen) == ("sub/a.csv", ARRIVAL)


@pytest.mark.parametrize("name", ["first_arrival.yml", "ORIGIN.yml", "reason.yml"])
def test_a_file_may_have_the_name_of_one_of_ours(settings: Settings, tmp_path: Path, name: str):
    kept = archive.keep(settings, landed(tmp_path, name), CONTENT, b"x: 1\n", ARRIVAL)
    assert (kept.path.read_bytes(), kept.name) == (CONTENT, name)


def test_a_name_that_is_no_text_is_kept_escaped(settings: Settings, tmp_path: Path):
    folder = tmp_path / "landing"
    folder.mkdir()
    path = folder / os.fsdecode(b"\xff\n.csv")
    path.write_bytes(CONTENT)
    kept = archive.keep(settings, LandedFile(path, "\\xff\\n.csv", SHA256), CONTENT, None, ARRIVAL)
    assert (kept.name, kept.path.name) == ("\\xff\\n.csv", "content")


def test_a_crash_while_keeping_leaves_nothing(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    def failing(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(archive.os, "rename", failing)
    with pytest.raises(KeyboardInterrupt):
        archive.keep(settings, landed(tmp_path), CONTENT, None, ARRIVAL)
    assert archive.kept_ids(settings) == []
    assert files(settings.archive) == {}


def test_what_a_killed_process_left_half_written_is_cleared(settings: Settings, tmp_path: Path):
    half = settings.archive / ".arriving" / "abc"
    half.mkdir(parents=True)
    (half / "a.csv").write_bytes(b"a,")
    archive.keep(settings, landed(tmp_path), CONTENT, None, ARRIVAL)
    archive.clear_unfinished(settings)
    assert not half.exists()
    assert archive.kept_ids(settings) == [SHA256]


def test_a_damaged_entry_is_told(settings: Settings, tmp_path: Path):
    kept = archive.keep(settings, landed(tmp_path), CONTENT, None, ARRIVAL)
    (kept.folder / "first_arrival.yml").unlink()
    with pytest.raises(archive.ArchiveDamaged, match=r"first_arrival\.yml cannot be read"):
        archive.kept(settings, SHA256)


def test_a_side_car_is_replaced_by_a_corrected_one(settings: Settings, tmp_path: Path):
    kept = archive.keep(settings, landed(tmp_path), CONTENT, b"old: 1\n", ARRIVAL)
    archive.replace_side_car(kept, b"new: 1\n")
    assert files(kept.folder)["origin.yml"] == b"new: 1\n"
    assert set(files(kept.folder)) == {"a.csv", "origin.yml", "first_arrival.yml"}


def test_a_refused_file_is_put_aside_with_its_reason(settings: Settings, tmp_path: Path):
    file = landed(tmp_path)
    archive.quarantine(settings, file, {"reason": "it is <odd>: \n'"}, source=file.path)
    assert files(settings.quarantine / SHA256)["a.csv"] == CONTENT
    assert archive.quarantined(settings, SHA256) == {"reason": "it is <odd>: \n'"}
    assert file.path.read_bytes() == CONTENT


def test_a_later_reason_replaces_the_earlier_one(settings: Settings, tmp_path: Path):
    file = landed(tmp_path)
    archive.quarantine(settings, file, {"reason": "first"}, source=file.path)
    archive.quarantine(settings, file, {"reason": "second"}, source=file.path)
    assert archive.quarantined(settings, SHA256) == {"reason": "second"}
    assert set(files(settings.quarantine / SHA256)) == {"a.csv", "reason.yml"}


def test_a_file_of_the_archive_is_quarantined_without_a_second_copy(settings: Settings, tmp_path: Path):
    file = landed(tmp_path)
    kept = archive.keep(settings, file, CONTENT, None, ARRIVAL)
    archive.quarantine(settings, file, {"reason": "x"}, source=kept.path)
    assert (settings.quarantine / SHA256 / "a.csv").samefile(kept.path)
    archive.release_from_quarantine(settings, SHA256)
    assert archive.quarantined(settings, SHA256) is None
    assert kept.path.read_bytes() == CONTENT
