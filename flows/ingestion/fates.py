"""What becomes of contents: loaded, refused or taken out again, in build, archive and quarantine at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from expectations.contract import Contract
from expectations.layout import Layout
from flows.ingestion import memory, stating
from flows.ingestion.deciding import decide
from flows.ingestion.ledger_entries import (
    entry_in_circle,
    loaded_entry,
    quarantine_note,
    refused_entry,
    replaced_entry,
)
from flows.ingestion.memory import Decided
from flows.ingestion.report import FileResult
from flows.ingestion.results import Outcomes
from flows.ingestion.superseding import superseding
from flows.landing.containers import Member
from flows.landing.files import LandedFile
from flows.landing.holdings import digest
from flows.loading import load
from flows.loading.examining import Accepted, Refused
from flows.loading.load import LedgerEntry
from flows.reading import Content, Fault
from flows.settings import Settings
from flows.storage.keeping import Keeping
from flows.warehouse import Connection, transaction

STANDING = ("loaded", "replaced")

Tell = Callable[[str, str, str], None]
"""Told what happens, to which name, and more of it."""


class Fates:
    """The ledger of a build with the archive and quarantine behind it.

    Attributes
    ----------
    ledger : dict
        Content → its entry.
    keeping : Keeping
        Archive and quarantine.
    holdings : Holdings
        What lies in the landing folder and what is kept.
    outcomes : Outcomes
        What happened in this run.
    """

    def __init__(
        self,
        settings: Settings,
        connection: Connection,
        contracts: Sequence[Contract],
        files: Sequence[LandedFile],
        now: datetime,
        tell: Tell,
    ) -> None:
        self._connection = connection
        self._layouts = {
            (contract.name, layout.name): (contract, layout)
            for contract in contracts
            for layout in contract.layouts
        }
        self._contracts = contracts
        self._tell = tell
        self._decided = memory.decided(connection)
        self.ledger = load.ledger(connection)
        self.keeping = Keeping(settings, files, now, memory.members(connection))
        self.holdings = self.keeping.holdings
        self.outcomes = Outcomes()

    def forget_gone(self) -> None:
        """Take out of the ledger what was refused and has been taken away since."""
        gone = [
            key
            for key, entry in self.ledger.items()
            if entry.status == "refused"
            and not self.holdings.is_landed(key)
            and not self.keeping.is_archived(key)
        ]
        if gone:
            with transaction(self._connection):
                load.forget(self._connection, gone)
            for key in gone:
                del self.ledger[key]

    def is_new(self, file_id: str) -> bool:
        """Tell whether a content is to be decided: it is unknown, or other things are said of it now."""
        entry, known = self.ledger.get(file_id), self._decided.get(file_id)
        if entry is None or known is None:
            return True
        arrivals = self.holdings.arrivals(file_id)
        if digest(arrivals) == known.arrivals:
            return False
        claimed = self._claimed(entry)
        if claimed is None:
            return True
        return stating.fingerprint(*claimed, stating.statement(arrivals, file_id)) != known.statement

    def faults_of_names(self, file_id: str) -> dict[str, str]:
        """Return name → why what stands beside it is not understood."""
        known = self._decided.get(file_id)
        return known.faults if known else {}

    def depends_on_path(self, file_id: str) -> bool:
        """Tell whether the place of a content below the landing folder says something of it."""
        entry = self.ledger.get(file_id)
        claimed = self._claimed(entry) if entry else None
        return claimed is not None and stating.depends_on_path(*claimed)

    def decide(self, file_id: str, path: Path, held_by: tuple[str, Path] | None = None) -> None:
        """Load a content or record its refusal.

        Parameters
        ----------
        path : Path
            A copy of it that nobody alters; unless it is the archive's, it is moved away.
        held_by : tuple, optional
            Hash and place of the archive that it came in.
        """
        said = stating.statement(self.holdings.arrivals(file_id), file_id)
        self._tell("reading", said.leading.name, "")
        first_seen = self._first_seen(file_id)
        content = Content(path, file_id)
        try:
            accepted = decide(self._connection, self._contracts, content, said, first_seen.date())
        except Refused as refusal:
            self.refuse(file_id, path, refusal)
        else:
            self._load(content, accepted, said, first_seen, held_by)

    def _load(
        self,
        content: Content,
        accepted: Accepted,
        said: stating.Statement,
        first_seen: datetime,
        held_by: tuple[str, Path] | None,
    ) -> None:
        file_id, path = content.sha256, content.path
        entry = loaded_entry(file_id, path.stat().st_size, accepted, said, first_seen)
        with transaction(self._connection):
            load.insert_rows(
                self._connection,
                accepted.contract,
                accepted.reading,
                accepted.inspection,
                file_id,
                accepted.vintage,
                first_seen,
            )
            self._record(entry, accepted.inspection.faults, said)
            # Before the commit: what the build holds is in the archive. After a crash between the two the
            # next run finds the content in the archive, and not in the ledger, and loads it.
            if held_by:
                self.keeping.keep(*held_by)
            self.keeping.keep(file_id, path)
            self._tell("loading", entry.file_name, f"{entry.row_count:,} rows")
        self.keeping.loaded(file_id)
        self.ledger[file_id] = entry
        self.outcomes.refusals.pop(file_id, None)
        self.outcomes.loaded[file_id] = FileResult.of_loaded(entry.file_name, file_id, accepted)

    def refuse(self, file_id: str, path: Path | None, refusal: Refused) -> None:
        """Record a refusal; rows of the same content that were loaded before are taken out.

        Parameters
        ----------
        path : Path or None
            As in `decide`; None for what could not be read at all.
        """
        arrivals = self.holdings.arrivals(file_id)
        said = stating.statement(arrivals, file_id)
        name, container_id = said.leading.name, said.leading.container_id
        first_seen = self._first_seen(file_id)
        byte_count = path.stat().st_size if path else None
        if path is not None:
            note = quarantine_note(name, refusal, first_seen)
            self.keeping.refused(file_id, path, note, arrivals)
        entry = refused_entry(file_id, name, byte_count, refusal, first_seen, container_id)
        with transaction(self._connection):
            self._take_out(file_id)
            self._record(entry, refusal.faults, said)
        self.ledger[file_id] = entry
        self.outcomes.loaded.pop(file_id, None)
        self.outcomes.refusals[file_id] = refusal
        self._tell("refused", name, refusal.reason)

    def note(self, file_id: str, path: Path | None = None) -> None:
        """Take note of further names of a content whose fate they do not change.

        Parameters
        ----------
        path : Path, optional
            A copy of it, to be moved into the archive should it not be there by itself.
        """
        arrivals = self.holdings.arrivals(file_id)
        entry, known = self.ledger.get(file_id), self._decided.get(file_id)
        if entry is None or known is None or digest(arrivals) == known.arrivals:
            return
        if file_id in self.keeping.archived or (entry.status in STANDING and path):
            self.keeping.keep(file_id, path)
        elif entry.status == "refused":
            self.keeping.noted(file_id, arrivals)
        said = stating.statement(arrivals, file_id)
        entry = replace(entry, file_name=said.leading.name, container_id=said.leading.container_id)
        with transaction(self._connection):
            self._record(entry, load.recorded_faults(self._connection, file_id), said)
        self.ledger[file_id] = entry

    def opened(self, container_id: str, members: Sequence[Member]) -> None:
        """Take up what an archive holds, which itself is no content."""
        self.ledger.pop(container_id, None)
        self.keeping.loaded(container_id)
        self.holdings.opened(container_id, members)

    def make_way(self) -> list[str]:
        """Take out the rows of superseded contents; return those that are superseded no more."""
        standing = {key: entry for key, entry in self.ledger.items() if entry.status in STANDING}
        found = superseding(standing, self.holdings.came_as)
        for file_id, entry in standing.items():
            if entry.status != "loaded":
                continue
            if file_id in found.gone:
                told = replaced_entry(entry, self.ledger[found.gone[file_id]])
                with transaction(self._connection):
                    self._take_out(file_id)
                    load.record(self._connection, told, ())
                self._tell("replaced", told.file_name, told.reason or "")
            else:
                others = [standing[other].file_name for other in found.circles.get(file_id, ())]
                told = entry_in_circle(entry, others)
                if told == entry:
                    continue
                with transaction(self._connection):
                    load.record(self._connection, told, load.recorded_faults(self._connection, file_id))
            self.ledger[file_id] = told
        self.outcomes.circles = frozenset(found.circles)
        return [
            key for key, entry in standing.items() if entry.status == "replaced" and key not in found.gone
        ]

    def _take_out(self, file_id: str) -> None:
        before = self.ledger.get(file_id)
        if before and before.contract and before.status == "loaded":
            load.take_out(self._connection, before.contract, file_id)

    def _record(self, entry: LedgerEntry, faults: Sequence[Fault], said: stating.Statement) -> None:
        """Write a content's entry into the ledger, and by what it was decided."""
        load.record(self._connection, entry, faults)
        claimed = self._claimed(entry)
        arrivals = self.holdings.arrivals(entry.file_id)
        known = Decided(
            digest(arrivals),
            stating.fingerprint(*claimed, said) if claimed else None,
            stating.faults_of_names(arrivals, entry.file_id),
        )
        memory.remember(self._connection, entry.file_id, known)
        self._decided[entry.file_id] = known

    def _claimed(self, entry: LedgerEntry) -> tuple[Contract, Layout] | None:
        return self._layouts.get((entry.contract, entry.layout))

    def _first_seen(self, file_id: str) -> datetime:
        """Return when a content first arrived, under whatever name and whatever became of it then."""
        known = self.ledger.get(file_id)
        first_seen = self.keeping.first_seen(file_id)
        return min(first_seen, known.loaded_at) if known and known.loaded_at else first_seen
