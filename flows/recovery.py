"""What a run that was cut off left behind, put right before all else. The caller holds the lock."""

from __future__ import annotations

import shutil

from flows.release import clear_leftovers, current_release, point_to, release_record
from flows.run_record import close_cut_off_runs
from flows.settings import Settings

DAMAGE = ("Corrupt database file", "Could not read enough bytes", "Failure while replaying WAL")
"""How DuckDB says that a file is damaged."""


class StateDamaged(Exception):
    """The state directory is not as we left it; the message says what to do."""


def recover(settings: Settings) -> None:
    """Clear half-built releases, close records of runs that were cut off, and finish a swap that was cut off.

    A release is renamed into place only when it is whole and proved. A run that was cut off after that is a
    published run: its record is the one that the release itself holds.

    Raises
    ------
    StateDamaged
        When ``current`` is no link.
    """
    if settings.current.exists() and not settings.current.is_symlink():
        raise StateDamaged(f"{settings.current} is no link to a release: move it away, then run again")
    clear_leftovers(settings)
    for name in close_cut_off_runs(settings):
        told = release_record(settings.releases / name)
        current = current_release(settings)
        was_current = current.name if current else None
        if told and told.get("as_of") is None and told.get("previous") == was_current:
            point_to(settings, name)


def drop_damaged_builds(settings: Settings, error: BaseException) -> bool:
    """Remove the builds when the error says that one is damaged: all of it comes back from the archive.

    Returns
    -------
    bool
        Whether they were removed.
    """
    if not any(sign in str(error) for sign in DAMAGE):
        return False
    shutil.rmtree(settings.builds, ignore_errors=True)
    return True
