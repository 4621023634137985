"""The archive: once by content, unaltered, read-only, and never half written."""

from __future__ import annotations

import hashlib
import stat
import tracemalloc
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from flows import durable
from flows.durable import sha256
from flows.landing.arrivals import Arrival
from flows.settings import Settings
from flows.storage import archive

FIRST = datetime(2026, 1, 2, 3, 4, 5)
CONTENT = b"a,b\n1,2\n"
SHA256 = hashlib.sha256(CONTENT).hexdigest()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings of an empty state directory."""
    return Settings(home=tmp_path / "home")


def arrival(name: str = "sub/a.csv", side_car: bytes | None = None, at: datetime = FIRST) -> Arrival:
    """An arrival with what stands beside it."""
    return Arrival(name, at, side_car, f"{name}.origin.yml")


def keep(settings: Settings, *arrivals: Arrival) -> archive.Kept:
    """Keep the content as ingest does: a copy of the landed file is moved into the archive."""
    path = settings.state / "landed.csv"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(CONTENT)
    with archive.stable_copy(settings, path, SHA256) as copy:
        return archive.keep(settings, SHA256, copy, arrivals or [arrival()])


def files(folder: Path) -> dict[str, bytes]:
    """Every file below a folder."""
    found = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in found}


def test_a_file_is_kept_under_its_sha256_with_its_first_arrival(settings: Settings):
    kept = keep(settings, arrival(side_car=b"publisher: x\n"))
    assert kept.folder == settings.archive / SHA256[:2] / SHA256
    assert (kept.first_seen, kept.path.name, kept.path.read_bytes()) == (FIRST, "a.csv", CONTENT)
    assert kept.arrivals == (arrival(side_car=b"publisher: x\n"),)
    assert files(kept.folder)["origin.yml"] == b"publisher: x\n"
    assert archive.kept_ids(settings) == [SHA256]


def test_kept_files_are_read_only_and_nothing_is_left_half_written(settings: Settings):
    kept = keep(settings, arrival(), arrival("b.csv"))
    assert {stat.S_IMODE(path.stat().st_mode) for path in kept.folder.iterdir()} == {0o444}
    names = ("b.csv", "first_arrival.yml", "arrivals.json")
    assert set(files(settings.archive)) == {f"{SHA256[:2]}/{SHA256}/{name}" for name in names}


def test_the_first_arrival_stands(settings: Settings):
    keep(settings)
    again = keep(settings, arrival("b.csv", at=datetime(2030, 1, 1)))
    assert (again.arrivals, again.first_seen) == ((arrival(),), FIRST)


def test_further_names_and_what_stands_beside_them_are_remembered(settings: Settings):
    keep(settings)
    odd = arrival("b.csv", b"note: \xff\n", datetime(2030, 1, 1))
    archive.add_arrivals(archive.kept(settings, SHA256), [arrival(side_car=b"x: 1\n"), odd])
    kept = archive.kept(settings, SHA256)
    assert kept.arrivals == (odd, arrival(side_car=b"x: 1\n"))
    assert kept.first_seen == FIRST


def test_a_first_name_within_another_archive_is_remembered_with_all_that_is_known_of_it(settings: Settings):
    member = replace(
        arrival("z.zip!/a.csv", b"x: 1\n"), container_id="cd" * 32, is_side_car_of_container=True
    )
    plain = arrival("b.csv", b"y: 2\n", datetime(2030, 1, 1))
    kept = keep(settings, member, plain)
    assert (kept.arrivals, kept.first_name) == ((plain, member), "z.zip!/a.csv")
    corrected = replace(member, side_car=b"x: 3\n")
    archive.add_arrivals(kept, [plain, corrected])
    assert archive.kept(settings, SHA256).arrivals == (plain, corrected)


@pytest.mark.parametrize("name", ["first_arrival.yml", "ORIGIN.yml", "arrivals.json"])
def test_a_file_may_have_the_name_of_one_of_ours(settings: Settings, name: str):
    kept = keep(settings, arrival(name, b"x: 1\n"))
    assert (kept.path.read_bytes(), kept.arrivals[0].name) == (CONTENT, name)


@pytest.mark.parametrize("name", ["\\xff\\n.csv", "a" * 250 + ".csv", ".csv"])
def test_a_name_that_is_no_text_or_too_long_or_hidden_is_told_and_not_used(settings: Settings, name: str):
    kept = keep(settings, arrival(name))
    assert (kept.arrivals[0].name, kept.path.name) == (name, "content")


def test_a_crash_while_keeping_leaves_nothing(settings: Settings, monkeypatch: pytest.MonkeyPatch):
    def failing(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(durable.os, "rename", failing)
    with pytest.raises(KeyboardInterrupt):
        keep(settings)
    assert archive.kept_ids(settings) == []
    assert files(settings.archive) == {}


def test_what_a_killed_process_left_half_written_is_cleared(settings: Settings):
    half = settings.archive / ".arriving" / "abc"
    half.mkdir(parents=True)
    (half / "a.csv").write_bytes(b"a,")
    keep(settings)
    archive.clear_unfinished(settings)
    assert not half.exists()
    assert archive.kept_ids(settings) == [SHA256]


def test_a_large_file_is_copied_without_filling_the_memory(settings: Settings, tmp_path: Path):
    path = tmp_path / "a.csv"
    with path.open("wb") as stream:
        stream.truncate(60_000_000)
    digest = sha256(path)
    tracemalloc.start()
    with archive.stable_copy(settings, path, digest) as copy:
        kept = archive.keep(settings, digest, copy, [arrival()])
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert (kept.path.stat().st_size, peak < 5_000_000) == (60_000_000, True), f"{peak:,} bytes"


def test_a_file_that_is_not_what_was_found_is_not_copied(settings: Settings, tmp_path: Path):
    path = tmp_path / "a.csv"
    path.write_bytes(CONTENT + b"3,4\n")
    with (
        pytest.raises(archive.NotCopied, match="changed while it was read"),
        archive.stable_copy(settings, path, SHA256),
    ):
        pass
    with (
        pytest.raises(archive.NotCopied, match="cannot be read: No such file"),
        archive.stable_copy(settings, tmp_path / "gone.csv", SHA256),
    ):
        pass
    assert files(settings.archive) == {}


@pytest.mark.parametrize("name", ["first_arrival.yml", "arrivals.json"])
def test_a_damaged_entry_is_told(settings: Settings, name: str):
    kept = keep(settings, arrival(), arrival("b.csv"))
    damaged = kept.folder / name
    damaged.chmod(0o644)
    damaged.write_text("{")
    with pytest.raises(archive.ArchiveDamaged, match=f"{name} cannot be read"):
        archive.kept(settings, SHA256)


def test_a_side_car_is_replaced_by_a_corrected_one(settings: Settings):
    kept = keep(settings, arrival(side_car=b"old: 1\n"))
    archive.add_arrivals(kept, [arrival(side_car=b"new: 1\n")])
    assert files(kept.folder)["origin.yml"] == b"new: 1\n"
    assert set(files(kept.folder)) == {"a.csv", "origin.yml", "first_arrival.yml"}
