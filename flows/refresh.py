"""The one scheduled flow: ingest, transform, estimate, publish; each stage a plain function."""

from __future__ import annotations

import errno
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import Any

from prefect import flow, task
from prefect.artifacts import create_markdown_artifact
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import TaskRun
from prefect.states import State
from prefect.tasks import Task

from analysis.study import load_studies
from flows import estimate as estimating
from flows import publish as publishing
from flows import release, transform
from flows.as_of import EXCLUSIONS, left_out
from flows.fingerprint import code_fingerprint
from flows.freshness import freshness
from flows.ingest import ingest
from flows.ingestion.report import IngestEvent, IngestReport
from flows.lock import only_writer
from flows.progress import Progress, Say
from flows.recovery import StateDamaged, drop_damaged_builds, recover
from flows.run_record import RunRecord
from flows.settings import Settings
from flows.summary import summarise


def _is_transient(_task: Task, _run: TaskRun, state: State) -> bool:
    """Tell whether trying again can help: a disk that did not answer. Bad data, or a full disk, stays so."""
    error = state.result(raise_on_failure=False)
    return isinstance(error, OSError) and error.errno in {
        errno.EIO,
        errno.EAGAIN,
        errno.EBUSY,
        errno.ETIMEDOUT,
    }


# Inputs are paths and records, results stay in this process: nothing of them may be cached or hashed.
_stage = {
    "cache_policy": NO_CACHE,
    "persist_result": False,
    "retries": 2,
    "retry_delay_seconds": [2, 10],
    "retry_condition_fn": _is_transient,
}


@task(name="ingest", **_stage)
def _ingest(settings: Settings, record: RunRecord, progress: Progress) -> IngestReport:
    with record.step("ingest") as detail, progress.stage("Ingest") as say:
        report = ingest(settings, progress=lambda event: _tell(event, progress, say))
        detail.update(
            loaded=len(report.loaded), duplicates=len(report.duplicates), refused=len(report.refused)
        )
        record.files = dict(detail)
        # A loaded file that left rows out was refused in part: the exit code says so too.
        record.refused = [
            {"file": item.file_name, "reason": item.reason}
            for item in report.files
            if item.status == "refused" or item.refused_row_count
        ]
        record.circles = [item.file_name for item in report.files if item.is_in_circle]
        detail["studies"] = transform.load_study_rows(report.build_path, settings.studies_folder)
        return report


def _tell(event: IngestEvent, progress: Progress, say: Say) -> None:
    # A line per file is enough where lines stay; on a terminal the line moves while a large file is read.
    if event.kind != "reading" or progress.is_terminal:
        say(str(event))


@task(name="transform", **_stage)
def _transform(build: Path, settings: Settings, record: RunRecord, progress: Progress) -> None:
    with record.step("transform") as detail, progress.stage("Transform"):
        nodes = transform.build_panel(build, settings)
        record.warned = transform.warned(build, nodes)
        detail.update(nodes=len(nodes), warnings=len(record.warned))


@task(name="estimate", **_stage)
def _estimate(
    build: Path, study: str | None, settings: Settings, record: RunRecord, progress: Progress
) -> None:
    with record.step("estimate") as detail, progress.stage("Estimate") as say:
        detail.update(rows=estimating.estimate_studies(build, study, say, settings.studies_folder))


@task(name="publish", **_stage)
def _publish(build: Path, settings: Settings, record: RunRecord, worker: Any, progress: Progress) -> Path:
    with record.step("publish") as detail, progress.stage("Publish") as say:
        say("building the published tables")
        nodes = transform.build_reporting(build, settings)
        detail.update(nodes=len(nodes))
        tables = publishing.published_frames(build)
        is_rebuild = settings.as_of is not None
        if is_rebuild:
            record.not_known = left_out(tables[EXCLUSIONS])
        say("checking whether the numbers are believable")
        verdicts = publishing.check(tables, worker, is_absence_tolerated=is_rebuild)
        page = publishing.keep_verdicts(verdicts, settings, record)
        publishing.gate(verdicts, page)
        return publishing.build_release(build, tables, verdicts, settings, record, say)


@flow(name="refresh", validate_parameters=True)
def refresh(
    home: str | None = None,
    landing: str | None = None,
    study: str | None = None,
    as_of: date | None = None,
    force: bool = False,
    quiet: bool = False,
    redistributable: bool | None = None,
) -> dict[str, Any]:
    """Refresh the warehouse from the landing folder and publish a release.

    Parameters
    ----------
    home, landing : str, optional
        State directory and folder of arriving files; by default what the settings say.
    study : str, optional
        Re-estimate this study alone.
    as_of : date, optional
        Rebuild what was known that day; kept beside, never the current release.
    force : bool
        Run even when nothing is new.
    quiet : bool
        Show no progress.
    redistributable : bool, optional
        Leave out figures that may not be passed on; by default what the settings say.

    Returns
    -------
    dict
        The run record, or ``{"status": "up to date", …}`` when nothing is new.

    Raises
    ------
    LockHeld
        Another run is at work.
    DataCheckFailed, TransformFailed, ReleaseFailed
        Nothing was published; the release that was current still is.
    """
    settings = Settings.load(home=home, landing=landing, as_of=as_of, redistributable=redistributable)
    with only_writer(settings):
        found = freshness(settings)
        if found.is_up_to_date and not force:
            return found.report()
        return _run(settings, study, found.inputs, Progress(is_quiet=quiet))


def _run(settings: Settings, study: str | None, inputs: list[str], progress: Progress) -> dict[str, Any]:
    recover(settings)
    current = release.current_release(settings)
    record = RunRecord.begin(settings, study=study, previous=current.name if current else None)
    record.code_fingerprint = code_fingerprint(settings.studies_folder)
    record.inputs = inputs
    record.save(settings)
    try:
        # A study that cannot be read would stop the run after minutes of loading.
        load_studies(settings.studies_folder)
        with publishing.suite_worker() as worker:
            report = _ingest(settings, record, progress)
            build = report.build_path
            _transform(build, settings, record, progress)
            _estimate(build, study, settings, record, progress)
            folder = _publish(build, settings, record, worker, progress)
    except BaseException as error:
        record.finish("failed", 1, str(error) or type(error).__name__)
        # On a full disk the reason must not be lost behind the failure to write it down.
        with suppress(OSError):
            record.save(settings)
        if drop_damaged_builds(settings, error):
            raise StateDamaged(
                "the build database was damaged and is removed; run again: all comes back"
            ) from error
        raise
    record.save(settings)
    release.prune(settings)
    # The release is out: a scheduler that went away must not turn that into a failure.
    with suppress(Exception):
        create_markdown_artifact(
            summarise(record, folder), key="refresh", description="What the last refresh published"
        )
    return {**vars(record), "steps": [vars(step) for step in record.steps], "release": str(folder)}
