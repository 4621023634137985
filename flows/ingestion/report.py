"""What ingest tells: what became of each file, and what happens while it works."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from flows.loading.examining import Accepted, Refused
from flows.loading.load import LedgerEntry
from flows.reading import Fault


@dataclass(frozen=True)
class FileResult:
    """What became of one file.

    Attributes
    ----------
    status : str
        ``loaded``, ``duplicate`` (its content had been loaded before, under ``same_as``), ``replaced`` (by a
        file that supersedes it) or ``refused``.
    reason : str or None
        Why it, or some of its rows, were refused; or what it is a duplicate of.
    row_count, refused_row_count : int
        Rows loaded in this run, and rows of the file that are left out.
    faults : tuple of Fault
        What is wrong, place by place.
    is_in_circle : bool
        It stays loaded because it and others supersede one another in a circle; the reason names them.
    """

    file_name: str
    file_id: str
    status: str
    contract: str | None = None
    reason: str | None = None
    row_count: int = 0
    refused_row_count: int = 0
    vintage: date | None = None
    same_as: str | None = None
    faults: tuple[Fault, ...] = ()
    is_in_circle: bool = False

    @classmethod
    def of_loaded(cls, name: str, file_id: str, accepted: Accepted) -> FileResult:
        """Return the result of a file whose good rows are loaded."""
        return cls(
            file_name=name,
            file_id=file_id,
            status="loaded",
            contract=accepted.contract.name,
            reason=accepted.reason,
            row_count=accepted.inspection.row_count,
            refused_row_count=accepted.inspection.refused_row_count,
            vintage=accepted.vintage,
            faults=accepted.inspection.faults,
        )

    @classmethod
    def of_refused(cls, name: str, file_id: str, refusal: Refused) -> FileResult:
        """Return the result of a file that is refused."""
        return cls(
            file_name=name,
            file_id=file_id,
            status="refused",
            contract=refusal.contract.name if refusal.contract else None,
            reason=refusal.reason,
            refused_row_count=refusal.refused_row_count,
            faults=refusal.faults,
        )

    @classmethod
    def of_duplicate(cls, name: str, same_as: str, known: FileResult | LedgerEntry) -> FileResult:
        """Return the result of a file whose content was loaded before, under the name ``same_as``."""
        is_same = same_as == name
        return cls(
            file_name=name,
            file_id=known.file_id,
            status="duplicate",
            contract=known.contract,
            reason="loaded before" if is_same else f"the same content as {same_as}",
            # Rows that were left out are told once, under the name that was loaded.
            refused_row_count=known.refused_row_count if is_same else 0,
            vintage=known.vintage,
            same_as=same_as,
        )

    @classmethod
    def of_replaced(cls, name: str, known: LedgerEntry) -> FileResult:
        """Return the result of a file that another one supersedes."""
        return cls(
            file_name=name,
            file_id=known.file_id,
            status="replaced",
            contract=known.contract,
            reason=known.reason,
            vintage=known.vintage,
        )


@dataclass(frozen=True)
class IngestReport:
    """What became of all files.

    Attributes
    ----------
    build_path : Path or None
        The database that was written; None after a mere check.
    files : tuple of FileResult
        In the order in which they were taken.
    is_new_build : bool
        The build was begun in this run, from the archive: it is the first, or contracts or readers changed.
    """

    build_path: Path | None
    files: tuple[FileResult, ...]
    is_new_build: bool = False

    def _of(self, status: str) -> tuple[FileResult, ...]:
        return tuple(file for file in self.files if file.status == status)

    @property
    def loaded(self) -> tuple[FileResult, ...]:
        """Files whose rows were loaded in this run."""
        return self._of("loaded")

    @property
    def duplicates(self) -> tuple[FileResult, ...]:
        """Files whose content was there already, under this or another name."""
        return self._of("duplicate")

    @property
    def refused(self) -> tuple[FileResult, ...]:
        """Files that were not loaded, in this run or before."""
        return self._of("refused")

    @property
    def row_count(self) -> int:
        """Rows loaded in this run."""
        return sum(file.row_count for file in self.loaded)

    @property
    def refused_row_count(self) -> int:
        """Rows left out, of every file that lies here."""
        return sum(file.refused_row_count for file in self.files)

    @property
    def is_clean(self) -> bool:
        """No file and no row was refused."""
        return not self.refused and not self.refused_row_count


@dataclass(frozen=True)
class IngestEvent:
    """Something that ingest did; as text, one line for a person."""

    kind: str
    file_name: str
    number: int
    total: int
    detail: str = ""

    def __str__(self) -> str:
        detail = f": {self.detail}" if self.detail else ""
        return f"{self.number}/{self.total} {self.kind} {self.file_name}{detail}"


Progress = Callable[[IngestEvent], None]


def silent(_: IngestEvent) -> None:
    """Tell nobody."""
