"""Landed files tried against the contracts before anything is done with them: nothing is written or kept."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from expectations.contract import Contract, load_contracts
from flows.ingest import utc_now
from flows.ingestion.deciding import decide, not_a_file
from flows.ingestion.ledger_entries import (
    entry_in_circle,
    loaded_entry,
    refused_entry,
    replaced_entry,
)
from flows.ingestion.report import FileResult, IngestReport
from flows.ingestion.results import Outcomes
from flows.ingestion.stating import faults_of_names, statement
from flows.ingestion.superseding import superseding
from flows.landing.containers import Member, is_container, open_container
from flows.landing.files import LandedFile, scan
from flows.landing.holdings import Holdings
from flows.loading.examining import Refused
from flows.loading.load import LedgerEntry
from flows.reading import Content, Unreadable
from flows.settings import Settings
from flows.storage.archive import ALTERED, NotCopied, is_sound
from flows.warehouse import Connection, in_memory
from flows.work import work_folder


def check(settings: Settings, *, contracts: Sequence[Contract] | None = None) -> IngestReport:
    """Check every file of the landing folder against the contracts.

    Archives are opened in the work folder, which is gone afterwards. What the archive of earlier files
    knows is not asked: the answer is that of a first run.

    Raises
    ------
    FileNotFoundError
        When the landing folder does not exist.
    """
    contracts = load_contracts() if contracts is None else tuple(contracts)
    files = scan(settings.landing_folder, skip=settings.state)
    with in_memory() as connection:
        return _Check(settings, connection, contracts, files).run()


class _Check:
    """One look at the landing folder."""

    def __init__(
        self,
        settings: Settings,
        connection: Connection,
        contracts: Sequence[Contract],
        files: Sequence[LandedFile],
    ) -> None:
        self._settings = settings
        self._connection = connection
        self._contracts = contracts
        self._files = files
        self._now = utc_now()
        self._holdings = Holdings(files, self._now, lambda _: ())
        self._outcomes = Outcomes()
        self._ledger: dict[str, LedgerEntry] = {}

    def run(self) -> IngestReport:
        """Open all archives to know what they hold, then decide every content."""
        for file in self._files:
            if file.sha256 is None or self._is_only_problem(file.sha256):
                self._refuse(file.file_id, not_a_file(file.problem or "cannot be read"))
        for file in self._files:
            self._look(file, is_content_decided=False)
        for file in self._files:
            self._look(file, is_content_decided=True)
        self._make_way()
        told = self._outcomes.told(
            self._files,
            self._holdings,
            self._ledger,
            lambda file_id: faults_of_names(self._holdings.arrivals(file_id), file_id),
            lambda _: (),
        )
        return IngestReport(None, tuple(told))

    def _look(self, file: LandedFile, *, is_content_decided: bool) -> None:
        """Look at a landed file: into it, when it is an archive."""
        if file.file_id in self._ledger or file.name in self._outcomes.passing:
            return
        try:
            with _as_found(file):
                if is_container(file.path):
                    self._open(file, is_content_decided)
                elif is_content_decided:
                    self._decide(file.file_id, file.path)
        except NotCopied as error:
            self._ledger.pop(file.file_id, None)
            self._outcomes.passing[file.name] = not_a_file(str(error))

    def _open(self, file: LandedFile, is_content_decided: bool) -> None:
        with work_folder(self._settings) as folder:
            try:
                members = open_container(file.path, folder)
            except Unreadable as broken:
                reason = f"cannot be opened: {broken.fault}"
                self._refuse(file.file_id, Refused(reason, [broken.fault]))
                return
            self._holdings.opened(file.file_id, members)
            for member in members if is_content_decided else ():
                self._decide_member(member)

    def _decide_member(self, member: Member) -> None:
        if member.path is not None and not member.problem and member.sha256 not in self._ledger:
            self._decide(member.sha256, member.path)

    def _decide(self, file_id: str, path: Path) -> None:
        said = statement(self._holdings.arrivals(file_id), file_id)
        try:
            content = Content(path, file_id)
            accepted = decide(self._connection, self._contracts, content, said, self._now.date())
        except Refused as refusal:
            self._refuse(file_id, refusal)
        else:
            self._ledger[file_id] = loaded_entry(file_id, content.byte_count, accepted, said, self._now)
            self._outcomes.loaded[file_id] = FileResult.of_loaded(said.leading.name, file_id, accepted)

    def _refuse(self, file_id: str, refusal: Refused) -> None:
        name = statement(self._holdings.arrivals(file_id), file_id).leading.name
        self._ledger[file_id] = refused_entry(file_id, name, None, refusal, self._now)
        self._outcomes.refusals[file_id] = refusal

    def _make_way(self) -> None:
        loaded = {key: entry for key, entry in self._ledger.items() if entry.status == "loaded"}
        found = superseding(loaded, self._holdings.came_as)
        for file_id, entry in loaded.items():
            if file_id in found.gone:
                self._ledger[file_id] = replaced_entry(entry, loaded[found.gone[file_id]])
            else:
                others = [loaded[other].file_name for other in found.circles.get(file_id, ())]
                self._ledger[file_id] = entry_in_circle(entry, others)
        self._outcomes.circles = frozenset(found.circles)

    def _is_only_problem(self, file_id: str) -> bool:
        return all(arrival.problem for arrival in self._holdings.arrivals(file_id))


@contextmanager
def _as_found(file: LandedFile) -> Iterator[None]:
    """Run the block on a landed file where it lies, and see afterwards that nobody altered it meanwhile."""
    try:
        yield
        is_same = is_sound(file.path, file.file_id)
    except OSError as error:
        raise NotCopied(f"cannot be read: {error.strerror}") from None
    if not is_same:
        raise NotCopied(ALTERED)
