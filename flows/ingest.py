"""Ingest: every landed file recognised, checked, kept once and loaded, or refused with a reason.

What is loaded is a function of the archive and the landing folder alone: a build that is begun anew reads the
archive first, and gives the same rows with the same ``loaded_at``. Which of two files came first changes
nothing else.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from expectations.contract import Contract, load_contracts
from flows.build import drop_older_builds, opened_build
from flows.ingestion.report import IngestReport, Progress, silent
from flows.ingestion.run import Ingestion
from flows.landing.files import HASHES, remember_path_dependent, scan
from flows.settings import Settings
from flows.storage import archive, quarantine
from flows.storage.arriving import Arriving
from flows.work import clear_work


def utc_now() -> datetime:
    """Return the time to the second, UTC without zone."""
    return datetime.now(UTC).replace(tzinfo=None, microsecond=0)


def ingest(
    settings: Settings,
    *,
    progress: Progress = silent,
    contracts: Sequence[Contract] | None = None,
    now: Callable[[], datetime] = utc_now,
) -> IngestReport:
    """Load what is new in the landing folder; the caller holds the writer's lock.

    Parameters
    ----------
    settings : Settings
        Where things are.
    progress : callable, optional
        Told what happens, file by file.
    contracts : sequence of Contract, optional
        By default those of the project.
    now : callable, optional
        The clock, read once: all that is new in a run arrived at the same time, UTC without zone.

    Raises
    ------
    FileNotFoundError
        When the landing folder does not exist.
    DatabaseError
        When another process has the build open.
    """
    contracts = load_contracts() if contracts is None else tuple(contracts)
    settings.state.mkdir(parents=True, exist_ok=True)
    archive.clear_unfinished(settings)
    quarantine.clear_unfinished(settings)
    clear_work(settings)
    with Arriving(settings) as arriving:
        cache = settings.state / HASHES
        files = scan(settings.landing_folder, skip=settings.state, cache=cache, hash_of=arriving.hash_of)
        with opened_build(settings, contracts) as build:
            ingestion = Ingestion(settings, build.connection, contracts, files, arriving, progress, now())
            results = ingestion.run()
    remember_path_dependent(settings, ingestion.path_dependent())
    drop_older_builds(settings, build.path)
    return IngestReport(build.path, tuple(results), build.is_new)
