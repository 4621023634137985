"""Is anything new? Answered from hashes alone, before anything heavy is imported."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flows.fingerprint import code_fingerprint
from flows.landing.files import fingerprint
from flows.release import current_release, release_record
from flows.settings import Settings


@dataclass(frozen=True)
class Freshness:
    """What is in the landing folder, against what the current release was made from.

    Attributes
    ----------
    release : Path or None
        The current release.
    inputs : list of str
        Fingerprints of all that has ever been read, the landing folder's files and their places included.
    new_inputs : int
        How many files (or side-cars) of the landing folder the release has not seen.
    is_code_changed : bool
        Our code, contracts, studies, models or libraries changed since.
    is_of_other_terms : bool
        The release may be passed on and this run's may not, or the other way round.
    """

    release: Path | None
    record: dict[str, Any]
    inputs: list[str]
    new_inputs: int
    is_code_changed: bool
    is_as_of: bool
    is_of_other_terms: bool

    @property
    def is_up_to_date(self) -> bool:
        """Nothing a run could change."""
        return (
            self.release is not None
            and not self.new_inputs
            and not self.is_code_changed
            and not self.is_as_of
            and not self.is_of_other_terms
        )

    def report(self) -> dict[str, Any]:
        """Return what a run that had nothing to do tells."""
        return {
            "status": "up to date",
            "run_id": self.record["run_id"],
            "release": str(self.release),
            "exit_code": self.record["exit_code"],
            "refused": self.record["refused"],
        }


def freshness(settings: Settings) -> Freshness:
    """Compare the landing folder and our code with what the current release was made from.

    Raises
    ------
    FileNotFoundError
        When the landing folder does not exist.
    """
    # What a failed run took into the archive is new to the release, even when its sender removed it since.
    archived = {entry.name for entry in settings.archive.glob("[0-9a-f][0-9a-f]/*")}
    here = fingerprint(settings)
    landed = here.lines | archived
    release = current_release(settings)
    record = release_record(release) if release else {}
    seen = set(record.get("inputs", []))
    code = code_fingerprint(settings.studies_folder)
    return Freshness(
        release=release,
        record=record,
        # Whether a place says something is known after the run only: all that it saw are remembered.
        inputs=sorted(seen | landed | here.places),
        new_inputs=len(landed - seen),
        is_code_changed=bool(release) and record.get("code_fingerprint") != code,
        is_as_of=settings.as_of is not None,
        is_of_other_terms=record.get("redistributable", False) != settings.redistributable,
    )
