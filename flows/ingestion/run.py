"""One run of ingest: what the archive has and the build lacks, then what has landed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from expectations.contract import Contract
from flows.ingestion import memory
from flows.ingestion.deciding import not_a_file
from flows.ingestion.fates import STANDING, Fates
from flows.ingestion.report import FileResult, IngestEvent, Progress
from flows.landing.containers import Member, is_container, open_container
from flows.landing.files import LandedFile
from flows.loading import load
from flows.loading.examining import Refused
from flows.reading import Unreadable
from flows.settings import Settings
from flows.storage import archive
from flows.storage.arriving import Arriving
from flows.warehouse import Connection, transaction
from flows.work import work_folder


class Ingestion:
    """One run over the archive and the landing folder.

    Parameters
    ----------
    files : sequence of LandedFile
        What lies in the landing folder.
    arriving : Arriving
        Copies of what is new among them.
    now : datetime
        When what is new arrived, UTC without zone.
    """

    def __init__(
        self,
        settings: Settings,
        connection: Connection,
        contracts: Sequence[Contract],
        files: Sequence[LandedFile],
        arriving: Arriving,
        progress: Progress,
        now: datetime,
    ) -> None:
        self._settings = settings
        self._connection = connection
        self._files = files
        self._arriving = arriving
        self._progress = progress
        self._now = now
        self._landed = {file.sha256: file for file in files if file.sha256}
        self._fates = Fates(settings, connection, contracts, files, now, self._tell)
        self._again: set[str] = set()
        self._number = self._total = 0

    def run(self) -> list[FileResult]:
        """Take everything in; return what became of each name."""
        fates = self._fates
        fates.forget_gone()
        lacking = [file_id for file_id in sorted(fates.keeping.archived) if self._lacks(file_id)]
        self._total = len(lacking) + len(self._files)
        for file_id in lacking:
            self._number += 1
            self._from_archive(file_id)
        for file in self._files:
            self._number += 1
            self._from_landing(file)
        while back := [file_id for file_id in fates.make_way() if file_id not in self._again]:
            self._again.update(back)
            for file_id in back:
                self._take_again(file_id)
        return fates.outcomes.told(
            self._files,
            fates.holdings,
            fates.ledger,
            fates.faults_of_names,
            lambda file_id: load.recorded_faults(self._connection, file_id),
        )

    def path_dependent(self) -> list[str]:
        """Return the landed files whose place below the landing folder says something of them."""
        told = set()
        for file_id in self._landed:
            members = self._fates.holdings.members(file_id)
            contents = [file_id] if members is None else [member.sha256 for member in members]
            if any(map(self._fates.depends_on_path, contents)):
                told.add(file_id)
        return sorted(told)

    def _lacks(self, file_id: str) -> bool:
        members = self._fates.holdings.members(file_id)
        if members is None:
            return file_id not in self._fates.ledger
        return any(member.sha256 not in self._fates.ledger for member in members if not member.problem)

    def _is_new(self, file_id: str) -> bool:
        return file_id in self._again or self._fates.is_new(file_id)

    def _from_archive(self, file_id: str) -> None:
        try:
            kept = self._fates.keeping.kept(file_id)
            if not archive.is_sound(kept.path, file_id):
                raise archive.ArchiveDamaged(f"{kept.path} is not what was kept there")
        except archive.ArchiveDamaged as damage:
            if not self._is_healed(file_id):
                refusal = self._fates.outcomes.damaged(file_id, damage)
                self._tell("refused", self._name(file_id), refusal.reason)
                return
            kept = self._fates.keeping.kept(file_id)
        self._take(file_id, kept.path)

    def _from_landing(self, file: LandedFile) -> None:
        fates, file_id = self._fates, file.file_id
        if file.sha256 is None:
            if fates.is_new(file_id):
                fates.refuse(file_id, None, not_a_file(file.problem or "cannot be read"))
            return
        if file_id in fates.outcomes.damages:
            return
        if file_id in fates.keeping.archived and not self._is_readable(file_id):
            return
        members = fates.holdings.members(file_id)
        contents = [file_id] if members is None else [one.sha256 for one in members if self._decides(one)]
        is_new = any(map(self._is_new, contents))
        if is_new and file_id in fates.keeping.archived:
            self._from_archive(file_id)
            return
        is_to_be_kept = members is None and self._stands(file_id) and not file.problem
        if is_new or (is_to_be_kept and file_id not in fates.keeping.archived):
            self._from_copy(file, is_new)
            return
        for content in contents:
            fates.note(content)

    def _from_copy(self, file: LandedFile, is_new: bool) -> None:
        try:
            with self._arriving.copy_of(file.path, file.file_id) as copy:
                if is_new:
                    self._take(file.file_id, copy)
                else:
                    self._fates.note(file.file_id, copy)
        except archive.NotCopied as error:
            self._fates.outcomes.passing[file.name] = not_a_file(str(error))
            self._tell("refused", file.name, str(error))

    def _take_again(self, file_id: str) -> None:
        """Load a content anew, from the archive or from an archive within it."""
        containers = self._fates.holdings.containers(file_id)
        for source in (file_id, *containers):
            if source in self._fates.keeping.archived:
                self._from_archive(source)
                return

    def _is_readable(self, file_id: str) -> bool:
        """Tell whether what the archive knows of an arrival can be read, or could be put right."""
        try:
            self._fates.keeping.kept(file_id)
        except archive.ArchiveDamaged as damage:
            if not self._is_healed(file_id):
                self._fates.outcomes.damaged(file_id, damage)
                return False
        return True

    def _is_healed(self, file_id: str) -> bool:
        """Put a landed copy in the place of a damaged entry of the archive, when there is one."""
        file = self._landed.get(file_id)
        if file is None or file.problem:
            return False
        entry = self._fates.ledger.get(file_id)
        first_seen = entry.loaded_at if entry and entry.loaded_at else self._now
        arrivals = [
            replace(arrival, first_seen=min(first_seen, arrival.first_seen))
            for arrival in self._fates.holdings.arrivals(file_id)
            if arrival.container_id is None
        ]
        try:
            with self._arriving.copy_of(file.path, file_id) as copy:
                archive.heal(self._settings, file_id, copy, arrivals)
        except archive.NotCopied:
            return False
        self._fates.keeping.altered(file_id)
        self._tell("healed", file.name, "a damaged copy in the archive is replaced by it")
        return True

    def _take(self, file_id: str, path: Path) -> None:
        """Decide a content, or those that it holds when it is an archive."""
        is_file = any(not arrival.problem for arrival in self._fates.holdings.arrivals(file_id))
        if is_file and is_container(path):
            self._open(file_id, path)
        else:
            self._fates.decide(file_id, path)

    def _open(self, file_id: str, path: Path) -> None:
        name = self._name(file_id)
        self._tell("opening", name)
        with work_folder(self._settings) as folder:
            try:
                members = open_container(path, folder)
            except Unreadable as broken:
                reason = f"cannot be opened: {broken.fault}"
                self._fates.refuse(file_id, path, Refused(reason, [broken.fault]))
                return
            with transaction(self._connection):
                memory.remember_members(self._connection, file_id, members)
                load.forget(self._connection, [file_id])
            self._fates.opened(file_id, members)
            for member in members:
                self._take_member(member, file_id, path)
            if any(self._stands(member.sha256) for member in members):
                self._fates.keeping.keep(file_id, path)

    def _take_member(self, member: Member, container_id: str, path: Path) -> None:
        if not self._decides(member):
            return
        if member.problem and self._is_new(member.sha256):
            self._fates.refuse(member.sha256, member.path, not_a_file(member.problem))
        elif member.path and self._is_new(member.sha256):
            self._fates.decide(member.sha256, member.path, (container_id, path))
        else:
            self._fates.note(member.sha256, member.path)

    def _decides(self, member: Member) -> bool:
        """Tell whether a member is decided here: one with a problem is not, should it have come by itself."""
        came = self._fates.holdings.arrivals(member.sha256)
        return not member.problem or all(arrival.problem for arrival in came)

    def _stands(self, file_id: str) -> bool:
        entry = self._fates.ledger.get(file_id)
        return entry is not None and entry.status in STANDING

    def _name(self, file_id: str) -> str:
        arrivals = self._fates.holdings.arrivals(file_id)
        return arrivals[0].name if arrivals else file_id

    def _tell(self, kind: str, name: str, detail: str = "") -> None:
        self._progress(IngestEvent(kind, name, self._number, self._total, detail))
