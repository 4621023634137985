"""What a run read, built, checked and changed: ``runs/<run_id>.json``, failed runs included."""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from flows.settings import Settings

RUN_NUMBER = re.compile(r"^\.?r(\d{6})-")


NEEDED = frozenset({"run_id", "started_at", "status", "exit_code", "steps"})
"""Without these a record tells nothing; one of an older version may lack others."""


@dataclass
class Step:
    """One stage of a run: what it did and how long it took; tried again, it is another step."""

    name: str
    started_at: str
    attempt: int = 1
    seconds: float = 0.0
    status: str = "running"
    detail: dict[str, Any] = field(default_factory=dict)

    def close(self, status: str) -> None:
        """Say how the stage ended, and how long it took."""
        taken = datetime.now(UTC) - datetime.fromisoformat(self.started_at)
        self.status, self.seconds = status, round(taken.total_seconds(), 3)


@dataclass
class RunRecord:
    """One run, from its first step to its outcome.

    Attributes
    ----------
    run_id : str
        ``r<number>-<UTC time>``. The number is a counter, so the order of runs never depends on the clock.
    status : str
        ``running``, ``published`` or ``failed``.
    exit_code : int
        0 published, 1 failed, 3 published but some input was refused.
    previous : str or None
        The release that was current when the run began.
    inputs : list of str
        Fingerprints of everything that was read, refused files included.
    tables : dict
        Per published table, rows and content digest.
    changes : dict
        Against the previous release: tables added, gone, changed (with rows before and after).
    circles : list of str
        Files that stay loaded though their side-cars supersede one another: in a circle none is the last.
    warned : list of dict
        Tests of the tables that warned, each with its count and its first rows.
    not_known : dict
        For a rebuild as of an earlier day, the vintages released later and the variables left with none.
    redistributable : bool
        Whether the release may be passed on: what may not be was left out.
    left_out : list of str
        Sources of which files were left out for that.
    """

    run_id: str
    started_at: str
    status: str = "running"
    exit_code: int = 1
    finished_at: str | None = None
    previous: str | None = None
    as_of: str | None = None
    study: str | None = None
    code_fingerprint: str = ""
    inputs: list[str] = field(default_factory=list)
    files: dict[str, Any] = field(default_factory=dict)
    refused: list[dict[str, Any]] = field(default_factory=list)
    circles: list[str] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)
    verdicts: dict[str, int] = field(default_factory=dict)
    tables: dict[str, dict[str, Any]] = field(default_factory=dict)
    changes: dict[str, Any] = field(default_factory=dict)
    warned: list[dict[str, Any]] = field(default_factory=list)
    not_known: dict[str, Any] = field(default_factory=dict)
    redistributable: bool = False
    left_out: list[str] = field(default_factory=list)
    error: str | None = None

    @classmethod
    def begin(cls, settings: Settings, *, study: str | None, previous: str | None) -> RunRecord:
        """Start the next run: its number is one above every run and release ever seen here."""
        now = datetime.now(UTC)
        name = f"r{_next_number(settings):06d}-{now:%Y%m%dT%H%M%SZ}"
        if settings.as_of:
            name += f"-asof-{settings.as_of.isoformat()}"
        return cls(
            run_id=name,
            started_at=now.isoformat(timespec="seconds"),
            previous=previous,
            as_of=settings.as_of.isoformat() if settings.as_of else None,
            study=study,
            redistributable=settings.redistributable,
        )

    @contextmanager
    def step(self, name: str) -> Iterator[dict[str, Any]]:
        """Time a stage; what it puts into the yielded dictionary is kept as its detail."""
        attempt = 1 + sum(step.name == name for step in self.steps)
        step = Step(name, datetime.now(UTC).isoformat(timespec="milliseconds"), attempt)
        self.steps.append(step)
        try:
            yield step.detail
        except BaseException:
            step.close("failed")
            raise
        step.close("done")

    def finish(self, status: str, exit_code: int, error: str | None = None) -> None:
        """Close the record, and an open step: a release tells of itself before it is in place."""
        for step in self.steps:
            if step.status == "running":
                step.close("done" if status == "published" else "failed")
        self.status, self.exit_code, self.error = status, exit_code, error
        self.finished_at = datetime.now(UTC).isoformat(timespec="seconds")

    def to_json(self) -> str:
        """Return the record as indented JSON."""
        return json.dumps(asdict(self), indent=2, ensure_ascii=False, default=str) + "\n"

    def save(self, settings: Settings) -> Path:
        """Write ``runs/<run_id>.json`` aside and rename it, so that a reader never sees half a record."""
        settings.runs.mkdir(parents=True, exist_ok=True)
        path = settings.runs / f"{self.run_id}.json"
        aside = path.with_suffix(".json.new")
        aside.write_text(self.to_json(), encoding="utf-8")
        os.replace(aside, path)
        return path


def _next_number(settings: Settings) -> int:
    highest = 0
    for folder in (settings.runs, settings.releases):
        if folder.is_dir():
            for entry in folder.iterdir():
                match = RUN_NUMBER.match(entry.name)
                if match:
                    highest = max(highest, int(match.group(1)))
    return highest + 1


def read_records(settings: Settings) -> list[dict[str, Any]]:
    """Return every saved record, oldest first; one that is damaged is passed over."""
    if not settings.runs.is_dir():
        return []
    found = []
    for path in sorted(settings.runs.glob("r*.json")):
        with suppress(OSError, ValueError):
            record = json.loads(path.read_text(encoding="utf-8"))
            if isinstance(record, dict) and record.keys() >= NEEDED:
                found.append(record)
    return found


def close_cut_off_runs(settings: Settings) -> list[str]:
    """Mark runs that never came to an end as failed, or as their finished release says of itself.

    Returns
    -------
    list of str
        Their names.
    """
    closed = []
    for found in read_records(settings):
        if found["status"] == "running":
            published = settings.releases / found["run_id"] / "run.json"
            if published.is_file():
                shutil.copyfile(published, settings.runs / f"{found['run_id']}.json")
                closed.append(found["run_id"])
                continue
            known = {name: value for name, value in found.items() if name in RunRecord.__dataclass_fields__}
            record = RunRecord(**{**known, "steps": [Step(**step) for step in found["steps"]]})
            record.finish("failed", 1, "the process was cut off before it could end the run")
            record.save(settings)
            closed.append(record.run_id)
    return closed
