"""What a run tells of every name in the landing folder, once the fate of every content is known."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from flows.ingestion.deciding import not_a_file, refusal_of_name
from flows.ingestion.ledger_entries import CIRCLE
from flows.ingestion.report import FileResult
from flows.landing.arrivals import Arrival, hear
from flows.landing.files import LandedFile
from flows.landing.holdings import Holdings
from flows.loading.examining import Refused
from flows.loading.load import LedgerEntry
from flows.reading import Fault


class Outcomes:
    """What happened in one run.

    Attributes
    ----------
    loaded : dict
        Content → what was loaded of it in this run, under its first name.
    refusals : dict
        Content → why it was refused in this run.
    damages : dict
        Content → how its entry in the archive is damaged.
    passing : dict
        Name → why it could not be had just now; nothing of it is recorded.
    circles : frozenset
        Contents that stay loaded because they and others supersede one another in a circle.
    """

    def __init__(self) -> None:
        self.loaded: dict[str, FileResult] = {}
        self.refusals: dict[str, Refused] = {}
        self.damages: dict[str, Refused] = {}
        self.passing: dict[str, Refused] = {}
        self.circles: frozenset[str] = frozenset()

    def damaged(self, file_id: str, damage: Exception) -> Refused:
        """Take note of a damaged entry; it is not recorded, so that a repaired one is taken up."""
        reason = f"the archive is damaged: {damage}"
        fault = Fault(None, None, reason, "the content that was kept", "archive")
        self.damages[file_id] = Refused(reason, [fault])
        return self.damages[file_id]

    def told(
        self,
        files: Sequence[LandedFile],
        holdings: Holdings,
        ledger: Mapping[str, LedgerEntry],
        faults_of_names: Callable[[str], Mapping[str, str]],
        recorded_faults: Callable[[str], tuple[Fault, ...]],
    ) -> list[FileResult]:
        """Return the results: contents that lie in the archive alone, then every name in the landing folder.

        Parameters
        ----------
        faults_of_names : callable
            Returns, of a content, name → why what stands beside it is not understood.
        recorded_faults : callable
            Returns what was wrong with a content that was refused in an earlier run.
        """
        self._holdings, self._ledger = holdings, ledger
        self._faults_of_names, self._recorded_faults = faults_of_names, recorded_faults
        landed = [named for file in files for named in self._names(file)]
        self._names_of: dict[str, list[str]] = {}
        for name, file_id, refusal in landed:
            if refusal is None:
                self._names_of.setdefault(file_id, []).append(name)
        kept = {*self.damages, *ledger} - {file_id for _, file_id, _ in landed}
        of_archive = [result for file_id in kept if (result := self._of_archive(file_id))]
        told = [
            *sorted(of_archive, key=lambda result: result.file_name),
            *(
                FileResult.of_refused(name, file_id, refusal) if refusal else self._of(name, file_id)
                for name, file_id, refusal in landed
            ),
        ]
        return [self._in_circle(result) for result in told]

    def _in_circle(self, result: FileResult) -> FileResult:
        """Return a result with what the ledger tells of the circle that its content stands in."""
        if result.file_id not in self.circles or result.status not in ("loaded", "duplicate"):
            return result
        circle = CIRCLE + (self._ledger[result.file_id].reason or "").partition(CIRCLE)[2]
        reason = f"{result.reason}; {circle}" if result.reason else circle
        return replace(result, reason=reason, is_in_circle=True)

    def _names(self, file: LandedFile) -> list[tuple[str, str, Refused | None]]:
        """Return every name that a landed file stands for: name, content, and why it alone is refused."""
        refusal = self.passing.get(file.name) or self.damages.get(file.file_id)
        members = self._holdings.members(file.file_id)
        if refusal or members is None:
            return [(file.name, file.file_id, refusal)]
        return [
            (
                member.name_in(file.name),
                member.sha256,
                not_a_file(member.problem) if member.problem else self.damages.get(member.sha256),
            )
            for member in members
        ]

    def _of_archive(self, file_id: str) -> FileResult | None:
        if damage := self.damages.get(file_id):
            entry = self._ledger.get(file_id)
            return FileResult.of_refused(entry.file_name if entry else file_id, file_id, damage)
        entry = self._ledger[file_id]
        if entry.status == "refused":
            return self._refused(entry.file_name, entry)
        loaded = self.loaded.get(file_id)
        return replace(loaded, file_name=entry.file_name) if loaded and entry.status == "loaded" else None

    def _of(self, name: str, file_id: str) -> FileResult:
        entry = self._ledger[file_id]
        if entry.status == "refused":
            return self._refused(name, entry)
        if refusal := self._refusal_of_name(name, file_id):
            if file_id not in self.loaded:
                refusal.reason += "; the rows loaded before stand"
            return FileResult.of_refused(name, file_id, refusal)
        if entry.status == "replaced":
            return FileResult.of_replaced(name, entry)
        loaded = self.loaded.get(file_id)
        if loaded is None:
            return FileResult.of_duplicate(name, entry.file_name, entry)
        names = [one for one in self._names_of[file_id] if not self._refusal_of_name(one, file_id)]
        told_as = entry.file_name if entry.file_name in names else names[0]
        if name == told_as:
            return replace(loaded, file_name=name)
        return FileResult.of_duplicate(name, told_as, entry)

    def _refusal_of_name(self, name: str, file_id: str) -> Refused | None:
        """Return why a name is refused though its content is good: nobody understands its side-car."""
        fault = self._faults_of_names(file_id).get(name)
        for arrival in self._holdings.landed(file_id):
            if arrival.name == name:
                fault = fault or self._fault_of_correction(arrival, file_id)
                return refusal_of_name(arrival, fault) if fault else None
        return None

    def _fault_of_correction(self, arrival: Arrival, file_id: str) -> str | None:
        taken = next(one for one in self._holdings.arrivals(file_id) if one.name == arrival.name)
        is_taken = (taken.side_car, taken.problem) == (arrival.side_car, arrival.problem)
        return None if is_taken else hear(arrival, file_id).fault

    def _refused(self, name: str, entry: LedgerEntry) -> FileResult:
        now = self.refusals.get(entry.file_id)
        return FileResult(
            file_name=name,
            file_id=entry.file_id,
            status="refused",
            contract=entry.contract,
            reason=entry.reason,
            refused_row_count=entry.refused_row_count,
            faults=now.faults if now else self._recorded_faults(entry.file_id),
        )
