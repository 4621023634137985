"""A release's life: built aside, moved into place by one rename, named by the pointer, pruned when old."""

from __future__ import annotations

import json
import os
import shutil
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from flows.durable import flush
from flows.settings import Settings

YOUNGEST_PRUNED = timedelta(days=1)
"""A reader may hold a release that is younger than this."""


def current_release(settings: Settings) -> Path | None:
    """Return the real folder of the current release, or None before the first.

    A path that is opened again within one process gives the database of the first opening, so callers resolve
    the pointer once and use the real path.
    """
    return settings.current.resolve() if settings.current.is_symlink() and settings.current.exists() else None


def release_record(folder: Path) -> dict[str, Any]:
    """Return the release's ``run.json``; empty when it is lost or damaged, so that a run publishes anew."""
    try:
        found = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def clear_leftovers(settings: Settings) -> None:
    """Remove what a run that was cut off left half-built; call it while holding the lock."""
    if settings.releases.is_dir():
        for entry in settings.releases.glob(".r*"):
            shutil.rmtree(entry, ignore_errors=True)
    for link in settings.state.glob(".current.*"):
        link.unlink(missing_ok=True)


def move_into_place(aside: Path, settings: Settings, run_id: str, *, becomes_current: bool) -> Path:
    """Flush the finished folder to disk, rename it, and swap the pointer by one rename.

    Returns
    -------
    Path
        The release folder.
    """
    for path in aside.rglob("*"):
        if path.is_file():
            path.chmod(0o444)
        flush(path)
    flush(aside)
    final = settings.releases / run_id
    os.rename(aside, final)
    flush(settings.releases)
    if becomes_current:
        point_to(settings, run_id)
    return final


def point_to(settings: Settings, run_id: str) -> None:
    """Make ``current`` name a finished release: a relative link, replaced by one rename."""
    link = settings.state / f".current.{run_id}"
    link.unlink(missing_ok=True)
    link.symlink_to(Path("releases") / run_id)
    os.replace(link, settings.current)
    flush(settings.state)


def prune(settings: Settings) -> list[str]:
    """Remove the oldest releases beyond the number to keep; never the current one, never one of the last day.

    Releases as of an earlier day are counted apart, so that they never push out the regular ones.
    """
    current = current_release(settings)
    removed = []
    finished = sorted(entry for entry in settings.releases.glob("r*") if entry.is_dir())
    for group in (
        [entry for entry in finished if "-asof-" not in entry.name],
        [entry for entry in finished if "-asof-" in entry.name],
    ):
        for entry in group[: -settings.keep_releases]:
            age = datetime.now(UTC) - datetime.fromtimestamp(entry.stat().st_mtime, UTC)
            if entry != current and age > YOUNGEST_PRUNED:
                # Renamed first: what a cut-off leaves of it is a leftover, not half a release.
                with suppress(OSError):
                    doomed = entry.rename(entry.with_name(f".{entry.name}"))
                    removed.append(entry.name)
                    shutil.rmtree(doomed)
    return removed
