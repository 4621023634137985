"""Ingest: every landed file recognised, checked, kept once and loaded, or refused with a reason.

What is loaded is a function of the archive and the landing folder alone: a build that is begun anew reads the
archive first, and gives the same rows with the same ``loaded_at``.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

from expectations.contract import Contract, load_contracts
from flows import archive, loading
from flows.build import drop_older_builds, open_build
from flows.examining import Accepted, Refused, claim, examine
from flows.ingest_report import FileResult, IngestEvent, IngestReport, Progress, silent
from flows.landing import HASHES, LandedFile, scan
from flows.loading import LedgerEntry
from flows.reading import Content, Fault
from flows.settings import Settings
from flows.warehouse import Connection, in_memory, transaction, writing

FAULTS_QUARANTINED = 20
"""How many faults ``quarantine/<sha256>/reason.yml`` tells; the ledger holds the rest."""


class StillChanging(Refused):
    """A file that is being written while it is read: refused for this run, and tried again in the next."""


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
        The clock that a new file's first arrival is read from: UTC without zone.

    Raises
    ------
    FileNotFoundError
        When the landing folder does not exist.
    DatabaseError
        When another process has the build open.
    """
    contracts = load_contracts() if contracts is None else tuple(contracts)
    settings.state.mkdir(parents=True, exist_ok=True)
    files = scan(settings.landing_folder, skip=settings.state, cache=settings.state / HASHES)
    archive.clear_unfinished(settings)
    build, is_new = open_build(settings, contracts)
    with writing(build) as connection:
        results = _Ingestion(settings, connection, contracts, progress, now).run(files)
    drop_older_builds(settings, build)
    return IngestReport(build, tuple(results), is_new)


def check(settings: Settings, *, contracts: Sequence[Contract] | None = None) -> IngestReport:
    """Check every file of the landing folder against the contracts, and write nothing.

    Raises
    ------
    FileNotFoundError
        When the landing folder does not exist.
    """
    contracts = load_contracts() if contracts is None else tuple(contracts)
    accepted: dict[str, FileResult] = {}
    results = []
    with in_memory() as connection:
        for file in scan(settings.landing_folder, skip=settings.state):
            if first := accepted.get(file.file_id):
                results.append(FileResult.of_duplicate(file, first.file_name, first))
                continue
            try:
                content, _, side_car = _read(contracts, file)
                found = examine(connection, contracts, file, content, side_car, utc_now().date())
                accepted[file.file_id] = FileResult.of_loaded(file, found)
                results.append(accepted[file.file_id])
            except Refused as refusal:
                results.append(FileResult.of_refused(file, refusal))
    return IngestReport(None, tuple(results))


def _read(contracts: Sequence[Contract], file: LandedFile) -> tuple[Content, bytes, bytes | None]:
    """Return content and side-car; of what no contract claims only the head is read."""
    if file.problem:
        raise Refused(file.problem, [Fault(None, None, file.problem, "a data file", "landing")])
    try:
        content = Content(file.path, file.sha256)
        claim(contracts, content)
        data = file.path.read_bytes()
        side_car = file.side_car.read_bytes() if file.side_car else None
    except OSError as error:
        reason = f"cannot be read: {error.strerror}"
        raise Refused(reason, [Fault(None, None, reason, "a file that can be read", "landing")]) from None
    if hashlib.sha256(data).hexdigest() != file.sha256:
        reason = "its content changed while it was read: it will be tried again"
        raise StillChanging(reason, [Fault(None, None, reason, "a file that is complete", "landing")])
    return content, data, side_car


class _Ingestion:
    """One run over the archive and the landing folder."""

    def __init__(
        self,
        settings: Settings,
        connection: Connection,
        contracts: Sequence[Contract],
        progress: Progress,
        now: Callable[[], datetime],
    ) -> None:
        self._settings = settings
        self._connection = connection
        self._contracts = contracts
        self._progress = progress
        self._now = now
        self._ledger = loading.ledger(connection)
        self._archived = set(archive.kept_ids(settings))
        self._loaded_now: dict[str, FileResult] = {}
        self._damage: dict[str, Refused] = {}
        self._number = self._total = 0

    def run(self, files: Sequence[LandedFile]) -> list[FileResult]:
        """Take what the archive has and the build lacks, then what has landed."""
        here = {file.file_id for file in files}
        self._forget_gone(here | self._archived)
        lacking = sorted(self._archived - self._ledger.keys())
        gone_but_refused = self._archived - here - set(lacking)
        self._total = len(lacking) + len(files)
        results = [self._from_archive(sha256) for sha256 in lacking]
        results += [
            self._refused_before(entry.file_name, entry)
            for sha256, entry in self._ledger.items()
            if entry.status == "refused" and sha256 in gone_but_refused
        ]
        for file in files:
            self._number += 1
            results.append(self._from_landing(file))
        # A landed file that was loaded from the archive in this run is told once.
        return list({(result.file_id, result.file_name): result for result in results}.values())

    def _forget_gone(self, here: Iterable[str]) -> None:
        """Take out of the ledger what was refused and has been taken away since."""
        gone = [key for key, entry in self._ledger.items() if entry.status == "refused" and key not in here]
        if gone:
            with transaction(self._connection):
                loading.forget(self._connection, gone)
            for key in gone:
                del self._ledger[key]

    def _from_archive(self, sha256: str) -> FileResult:
        self._number += 1
        file = LandedFile(self._settings.archive, sha256, sha256)
        try:
            kept = archive.kept(self._settings, sha256)
            file = LandedFile(kept.path, kept.name, sha256, kept.side_car, kept.side_car_sha256)
            return self._take(file, kept.first_seen)
        except archive.ArchiveDamaged as damage:
            return self._damaged(file, str(damage))
        except StillChanging:
            return self._damaged(file, f"{file.path} is not what was kept there")

    def _damaged(self, file: LandedFile, what: str) -> FileResult:
        """Tell of a damaged entry of the archive; not recorded, so that a repaired one is taken up."""
        reason = f"the archive is damaged: {what}"
        fault = Fault(None, None, reason, "the content that was kept", "archive")
        self._damage[file.file_id] = Refused(reason, [fault])
        return self._told_refused(file, self._damage[file.file_id])

    def _from_landing(self, file: LandedFile) -> FileResult:
        if damage := self._damage.get(file.file_id):
            return self._told_refused(file, damage)
        known = self._ledger.get(file.file_id)
        try:
            kept = archive.kept(self._settings, file.file_id) if file.file_id in self._archived else None
        except archive.ArchiveDamaged as damage:
            return self._damaged(file, str(damage))
        if known and known.status == "loaded" and kept and not file.problem:
            # The side-car beside the name that was loaded holds; it may be corrected, a copy's may not.
            is_first = file.name == kept.name
            if not is_first or file.side_car_sha256 in (None, kept.side_car_sha256):
                now_loaded = self._loaded_now.get(file.file_id)
                if is_first and now_loaded:
                    return now_loaded
                return FileResult.of_duplicate(file, kept.name, known)
        earlier = archive.quarantined(self._settings, file.file_id)
        # The same contracts (the build is theirs), the same content, the same side-car: the same refusal.
        is_tried = earlier is not None and earlier.get("side_car_sha256") == file.side_car_sha256
        if known and known.status == "refused" and is_tried and not file.problem:
            return self._refused_before(file.name, known)
        first_seen = kept.first_seen if kept else _first_seen(earlier) or self._now()
        try:
            return self._take(file, first_seen)
        except StillChanging as refusal:
            return self._told_refused(file, refusal)

    def _take(self, file: LandedFile, first_seen: datetime) -> FileResult:
        """Load the file or record its refusal."""
        self._tell("reading", file)
        try:
            content, data, side_car = _read(self._contracts, file)
            accepted = examine(self._connection, self._contracts, file, content, side_car, first_seen.date())
        except StillChanging:
            raise
        except Refused as refusal:
            return self._refuse(file, refusal, first_seen)
        return self._load(file, data, side_car, accepted, first_seen)

    def _load(
        self,
        file: LandedFile,
        content: bytes,
        side_car: bytes | None,
        accepted: Accepted,
        first_seen: datetime,
    ) -> FileResult:
        entry = _loaded_entry(file, len(content), accepted, first_seen)
        result = FileResult.of_loaded(file, accepted)
        with transaction(self._connection):
            loading.insert_rows(
                self._connection,
                accepted.contract,
                accepted.reading,
                accepted.inspection,
                file.file_id,
                accepted.vintage,
                first_seen,
            )
            loading.record(self._connection, entry, accepted.inspection.faults)
            # Before the commit: what the build holds is in the archive. After a crash between the two the
            # next run finds the content in the archive, and not in the ledger, and loads it.
            kept = archive.keep(self._settings, file, content, side_car, first_seen)
            self._tell("loading", file, f"{result.row_count:,} rows")
        if side_car is not None and kept.side_car_sha256 != file.side_car_sha256:
            archive.replace_side_car(kept, side_car)
        archive.release_from_quarantine(self._settings, file.file_id)
        self._archived.add(file.file_id)
        self._ledger[file.file_id] = entry
        self._loaded_now[file.file_id] = result
        return result

    def _refuse(self, file: LandedFile, refusal: Refused, first_seen: datetime) -> FileResult:
        known = self._ledger.get(file.file_id)
        is_archived = file.file_id in self._archived
        if known and known.status == "loaded" and is_archived:
            refusal.reason += "; the rows loaded before stand"
            return self._told_refused(file, refusal)
        if file.sha256 is not None:
            source = archive.kept(self._settings, file.sha256).path if is_archived else file.path
            archive.quarantine(self._settings, file, _told(file, refusal, first_seen), source=source)
        entry = _refused_entry(file, refusal, first_seen)
        with transaction(self._connection):
            loading.record(self._connection, entry, refusal.faults)
        self._ledger[file.file_id] = entry
        return self._told_refused(file, refusal)

    def _refused_before(self, name: str, known: LedgerEntry) -> FileResult:
        return FileResult(
            file_name=name,
            file_id=known.file_id,
            status="refused",
            contract=known.contract,
            reason=known.reason,
            refused_row_count=known.refused_row_count,
            faults=loading.recorded_faults(self._connection, known.file_id),
        )

    def _told_refused(self, file: LandedFile, refusal: Refused) -> FileResult:
        self._tell("refused", file, refusal.reason)
        return FileResult.of_refused(file, refusal)

    def _tell(self, kind: str, file: LandedFile, detail: str = "") -> None:
        self._progress(IngestEvent(kind, file.name, self._number, self._total, detail))


def _first_seen(earlier: dict[str, Any] | None) -> datetime | None:
    """Return when a file that was refused earlier first arrived."""
    try:
        told = datetime.fromisoformat(earlier["first_seen"]) if earlier else None
    except (KeyError, TypeError, ValueError):
        return None
    return told.astimezone(UTC).replace(tzinfo=None) if told else None


def _told(file: LandedFile, refusal: Refused, first_seen: datetime) -> dict[str, Any]:
    """Return what the quarantine tells of a refused file."""
    return {
        "file_name": file.name,
        "first_seen": first_seen.replace(tzinfo=UTC).isoformat(),
        "reason": refusal.reason,
        "contract": refusal.contract.name if refusal.contract else None,
        "layout": refusal.layout.name if refusal.layout else None,
        "side_car_sha256": file.side_car_sha256,
        "faults": [f"{fault} [{fault.rule}]" for fault in refusal.faults[:FAULTS_QUARANTINED]],
    }


def _loaded_entry(file: LandedFile, byte_count: int, accepted: Accepted, first_seen: datetime) -> LedgerEntry:
    contract, said = accepted.contract, accepted.side_car
    return LedgerEntry(
        file_id=file.file_id,
        file_name=file.name,
        byte_count=byte_count,
        contract=contract.name,
        source=contract.source,
        layout=accepted.layout.name,
        status="loaded",
        reason=accepted.reason,
        vintage=accepted.vintage,
        vintage_origin=accepted.vintage_origin,
        publisher=said.publisher if said else contract.publisher,
        source_url=said.url if said else None,
        licence=said.licence if said else contract.licence.name,
        redistribution=said.redistribution if said else contract.licence.redistribution,
        loaded_at=first_seen,
        row_count=accepted.inspection.row_count,
        refused_row_count=accepted.inspection.refused_row_count,
    )


def _refused_entry(file: LandedFile, refusal: Refused, first_seen: datetime) -> LedgerEntry:
    contract = refusal.contract
    return LedgerEntry(
        file_id=file.file_id,
        file_name=file.name,
        byte_count=file.path.stat().st_size if file.sha256 else None,
        contract=contract.name if contract else None,
        source=contract.source if contract else None,
        layout=refusal.layout.name if refusal.layout else None,
        status="refused",
        reason=refusal.reason,
        vintage=None,
        vintage_origin=None,
        publisher=contract.publisher if contract else None,
        source_url=None,
        licence=contract.licence.name if contract else None,
        redistribution=contract.licence.redistribution if contract else None,
        loaded_at=first_seen,
        row_count=0,
        refused_row_count=refusal.refused_row_count,
    )
