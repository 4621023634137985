"""The quarantine: files that were refused, each with the reason and the names under which it came."""

from __future__ import annotations

import os
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from expectations.strict_yaml import load_yaml
from flows import durable
from flows.landing.arrivals import Arrival, heard_of, told
from flows.settings import Settings
from flows.storage.archive import ARRIVALS, as_yaml, storable

REASON = "reason.yml"


def clear_unfinished(settings: Settings) -> None:
    """Remove what a crash left half written."""
    shutil.rmtree(settings.quarantine / durable.UNFINISHED, ignore_errors=True)


def put_aside(
    settings: Settings, sha256: str, reason: dict[str, Any], arrivals: Sequence[Arrival], *, source: Path
) -> None:
    """Put a refused file aside with the reason.

    Parameters
    ----------
    reason : dict
        What ``reason.yml`` says; replaces what an earlier refusal said.
    source : Path
        A copy of the content that nobody alters: one of the archive is linked, any other is moved.
    """
    folder = settings.quarantine / sha256
    if folder.exists():
        durable.replace(folder / ARRIVALS, told(arrivals))
        durable.replace(folder / REASON, as_yaml(reason))
        return
    with durable.written_aside(settings.quarantine, folder) as aside:
        target = aside / storable(reason["file_name"], (ARRIVALS, REASON))
        if source.is_relative_to(settings.archive) and durable.UNFINISHED not in source.parts:
            os.link(source, target)
        else:
            durable.move(source, target)
        durable.write(aside / ARRIVALS, told(arrivals))
        durable.write(aside / REASON, as_yaml(reason))


def known(settings: Settings, sha256: str) -> dict[str, Any] | None:
    """Return what is known of an earlier refusal of the same content, or None."""
    try:
        known = load_yaml((settings.quarantine / sha256 / REASON).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return known if isinstance(known, dict) else None


def arrivals_of(settings: Settings, sha256: str) -> list[Arrival]:
    """Return under which names a refused content came; none when that is lost."""
    try:
        return heard_of((settings.quarantine / sha256 / ARRIVALS).read_bytes())
    except (OSError, ValueError, KeyError, TypeError):
        return []


def note(settings: Settings, sha256: str, arrivals: Sequence[Arrival]) -> None:
    """Remember under which names a refused content came."""
    durable.replace(settings.quarantine / sha256 / ARRIVALS, told(arrivals))


def release(settings: Settings, sha256: str) -> None:
    """Remove a file from the quarantine, because its content has been loaded."""
    shutil.rmtree(settings.quarantine / sha256, ignore_errors=True)
