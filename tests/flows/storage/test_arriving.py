"""Copies made while hashing: read once, the very bytes that were hashed, and gone when nobody takes them."""

from __future__ import annotations

import hashlib
import os
from datetime import datetime
from pathlib import Path

import pytest

from flows import durable
from flows.landing.arrivals import Arrival
from flows.settings import Settings
from flows.storage import archive
from flows.storage.arriving import Arriving

CONTENT = b"a,b\n1,2\n" * 300_000
SHA256 = hashlib.sha256(CONTENT).hexdigest()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings of an empty state directory."""
    return Settings(home=tmp_path / "home")


@pytest.fixture
def landed(tmp_path: Path) -> Path:
    """A landed file of several pieces."""
    path = tmp_path / "a.csv"
    path.write_bytes(CONTENT)
    return path


def files(folder: Path) -> list[Path]:
    """Every file below a folder."""
    return [path for path in folder.rglob("*") if path.is_file()]


def test_what_was_hashed_is_what_is_handed_over(settings: Settings, landed: Path):
    with Arriving(settings) as arriving:
        assert arriving.hash_of(landed) == SHA256
        with arriving.copy_of(landed, SHA256) as copy:
            assert (copy.read_bytes(), copy.stat().st_mode & 0o777) == (CONTENT, 0o444)
            assert not os.path.samefile(copy, landed)


def test_a_new_file_is_read_once(settings: Settings, landed: Path, monkeypatch: pytest.MonkeyPatch):
    with Arriving(settings) as arriving:
        arriving.hash_of(landed)
        monkeypatch.setattr(durable, "copied", None)
        monkeypatch.setattr(durable, "sha256", None)
        with arriving.copy_of(landed, SHA256) as copy:
            assert copy.read_bytes() == CONTENT


def test_a_file_that_was_altered_since_is_not_handed_over(settings: Settings, landed: Path):
    with Arriving(settings) as arriving:
        arriving.hash_of(landed)
        landed.write_bytes(CONTENT + b"3,4\n")
        with pytest.raises(archive.NotCopied, match="tried again"), arriving.copy_of(landed, SHA256):
            pass


def test_a_file_that_is_gone_since_is_not_handed_over(settings: Settings, landed: Path):
    with Arriving(settings) as arriving:
        arriving.hash_of(landed)
        landed.unlink()
        with pytest.raises(archive.NotCopied, match="No such file"), arriving.copy_of(landed, SHA256):
            pass


def test_what_nobody_takes_is_removed(settings: Settings, landed: Path):
    with Arriving(settings) as arriving:
        arriving.hash_of(landed)
        assert len(files(settings.archive)) == 1
    assert files(settings.archive) == []


def test_a_content_is_copied_once_and_under_another_name_had_all_the_same(settings: Settings, landed: Path):
    other = landed.with_name("b.csv")
    other.write_bytes(CONTENT)
    with Arriving(settings) as arriving:
        assert arriving.hash_of(landed) == arriving.hash_of(other)
        assert len(files(settings.archive)) == 1
        landed.unlink()
        with arriving.copy_of(other, SHA256) as copy:
            assert copy.read_bytes() == CONTENT


def test_a_content_that_the_archive_has_is_not_copied(settings: Settings, landed: Path):
    with archive.stable_copy(settings, landed, SHA256) as copy:
        archive.keep(settings, SHA256, copy, [Arrival("a.csv", datetime(2026, 1, 1))])
    kept = files(settings.archive)
    with Arriving(settings) as arriving:
        assert arriving.hash_of(landed) == SHA256
        assert files(settings.archive) == kept


def test_a_disk_without_room_for_the_copy_is_told_when_the_file_is_taken(
    settings: Settings, landed: Path, monkeypatch: pytest.MonkeyPatch
):
    def full(source: Path, target: Path) -> str:
        target.write_bytes(b"half")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(durable, "copied", full)
    with Arriving(settings) as arriving:
        assert arriving.hash_of(landed) == SHA256
        assert files(settings.archive) == []
        with pytest.raises(archive.NotCopied, match="No space left"), arriving.copy_of(landed, SHA256):
            pass
