"""The quarantine: what was refused, with the reason and the names, and never half written."""

from __future__ import annotations

import pytest

from flows.settings import Settings
from flows.storage import archive, quarantine
from tests.flows.storage.test_archive import CONTENT, SHA256, arrival, files, keep, settings

__all__ = ["settings"]


def put_aside(settings: Settings, reason: str, name: str = "sub/a.csv") -> None:
    """Put the content aside, as ingest does."""
    path = settings.state / "landed.csv"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(CONTENT)
    with archive.stable_copy(settings, path, SHA256) as copy:
        note = {"file_name": name, "reason": reason}
        quarantine.put_aside(settings, SHA256, note, [arrival()], source=copy)


def test_a_refused_file_is_put_aside_with_its_reason_and_names(settings: Settings):
    put_aside(settings, "it is <odd>: \n'")
    assert files(settings.quarantine / SHA256)["a.csv"] == CONTENT
    assert quarantine.known(settings, SHA256) == {"file_name": "sub/a.csv", "reason": "it is <odd>: \n'"}
    assert quarantine.arrivals_of(settings, SHA256) == [arrival()]


def test_a_later_reason_replaces_the_earlier_one(settings: Settings):
    put_aside(settings, "first")
    put_aside(settings, "second")
    assert (quarantine.known(settings, SHA256) or {})["reason"] == "second"
    assert set(files(settings.quarantine / SHA256)) == {"a.csv", "reason.yml", "arrivals.json"}


def test_a_file_of_the_archive_is_quarantined_without_a_second_copy(settings: Settings):
    kept = keep(settings)
    note = {"file_name": "sub/a.csv", "reason": "x"}
    quarantine.put_aside(settings, SHA256, note, [arrival()], source=kept.path)
    assert (settings.quarantine / SHA256 / "a.csv").samefile(kept.path)
    quarantine.release(settings, SHA256)
    assert quarantine.known(settings, SHA256) is None
    assert kept.path.read_bytes() == CONTENT


@pytest.mark.parametrize("name", ["reason.yml", "ARRIVALS.json"])
def test_a_refused_file_may_have_the_name_of_one_of_ours(settings: Settings, name: str):
    put_aside(settings, "x", name)
    assert files(settings.quarantine / SHA256)["content"] == CONTENT


@pytest.mark.parametrize("damage", ["", "{", "[7]", "[{}]"])
def test_a_damaged_memory_of_names_is_none(settings: Settings, damage: str):
    put_aside(settings, "x")
    path = settings.quarantine / SHA256 / "arrivals.json"
    path.chmod(0o644)
    path.write_text(damage)
    assert quarantine.arrivals_of(settings, SHA256) == []


def test_what_a_killed_process_left_half_written_is_cleared(settings: Settings):
    half = settings.quarantine / ".arriving" / "abc"
    half.mkdir(parents=True)
    put_aside(settings, "x")
    quarantine.clear_unfinished(settings)
    assert not half.exists()
    assert quarantine.known(settings, SHA256)
