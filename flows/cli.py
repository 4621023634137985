"""The command line: ``serai …``. Heavy modules are imported by the command that needs them."""

from __future__ import annotations

import atexit
import json
import multiprocessing
import os
import signal
import sys
import traceback
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

from flows.fetch.commands import app as fetch
from flows.options import Home, Landing
from flows.settings import Settings, SettingsError
from flows.table_command import app as table

if TYPE_CHECKING:
    from analysis.study import Study
    from flows.ingestion.report import FileResult

EXIT_FAILED, EXIT_USAGE, EXIT_REFUSED, EXIT_LOCKED = 1, 2, 3, 75

app = typer.Typer(
    name="serai",
    help="Serai, the trade-potential warehouse: landed files in, a validated and versioned release out.",
    epilog="Exit codes: 0 ok; 1 a data check failed, nothing published; 2 usage;"
    " 3 published, but some input was refused; 4 fetch: the source cannot be reached;"
    " 75 another run holds the lock.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
app.add_typer(fetch)
app.add_typer(table)

AsJson = Annotated[bool, typer.Option("--json", help="Answer in JSON, for machines.")]
AsOf = Annotated[
    datetime | None,
    typer.Option(
        "--as-of",
        formats=["%Y-%m-%d"],
        help="Rebuild what was known that day; kept beside the current release.",
    ),
]
StudyName = Annotated[
    str | None, typer.Option("--study", help="Re-estimate this study alone; the rows of the others stand.")
]
Query = Annotated[
    str, typer.Argument(help='One statement, e.g. "select * from reporting.rpt_trade_potential".')
]


@app.command()
def run(
    landing: Landing = None,
    home: Home = None,
    study: StudyName = None,
    as_of: AsOf = None,
    force: Annotated[bool, typer.Option("--force", help="Run even when nothing is new.")] = False,
    redistributable: Annotated[
        bool, typer.Option("--redistributable", help="Leave out figures that may not be passed on.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Refresh the warehouse from the landing folder and publish a release."""
    day = as_of.date() if as_of else None
    # Without the option the settings decide: it can ask for such a release, not against one.
    settings = Settings.load(home=home, landing=landing, as_of=day, redistributable=redistributable or None)
    from flows.freshness import freshness
    from flows.lock import LockHeld, only_writer
    from flows.recovery import StateDamaged, recover

    try:
        _check_landing(settings)
        _check_study(study, settings)
        with only_writer(settings):
            recover(settings)
            found = freshness(settings)
            if not found.inputs:
                _fail(f"no data file in {settings.landing_folder}, and none in the archive", EXIT_USAGE)
            if found.is_up_to_date and not force:
                outcome = found.report()
            else:
                outcome = _refresh(settings, study, force, is_quiet=as_json)
    except LockHeld as held:
        _fail(str(held), EXIT_LOCKED)
    except StateDamaged as damage:
        _fail(str(damage), EXIT_FAILED)
    except OSError as error:
        _fail(f"{settings.state}: {error}", EXIT_FAILED)
    _tell(outcome, as_json)
    raise typer.Exit(outcome["exit_code"])


def _refresh(settings: Settings, study: str | None, force: bool, *, is_quiet: bool) -> dict[str, Any]:
    from flows.dbt_runner import TransformFailed
    from flows.publish import DataCheckFailed
    from flows.recovery import StateDamaged
    from flows.refresh import refresh
    from flows.release import current_release, release_record
    from flows.release_files import ReleaseFailed

    before = current_release(settings)
    signal.signal(signal.SIGINT, _interrupted)
    try:
        return refresh(
            home=str(settings.state),
            landing=str(settings.landing_folder),
            study=study,
            as_of=settings.as_of,
            force=force,
            quiet=is_quiet,
            redistributable=settings.redistributable,
        )
    except (TransformFailed, DataCheckFailed, ReleaseFailed, StateDamaged) as failure:
        _fail(str(failure), EXIT_FAILED)
    except Exception as error:
        # A scheduler that went away after the pointer moved does not take the release back.
        after = current_release(settings)
        if after is not None and after != before:
            return {**release_record(after), "release": str(after)}
        _fail(_unexpected(settings, error), EXIT_FAILED)


def _interrupted(number: int, _frame: object) -> None:
    """End at once: Prefect's client would go on asking its server, which the same keystroke has ended."""
    print(
        "\ninterrupted: the release that is current is whole; the next run clears what is left",
        file=sys.stderr,
    )
    for child in multiprocessing.active_children():
        child.kill()
    os._exit(128 + number)


def _unexpected(settings: Settings, error: Exception) -> str:
    """Return one line for a person, and keep the rest for whoever looks into it."""
    lines = [f"nothing was published: {type(error).__name__}: {error}".strip()]
    if os.environ.get("PREFECT_API_URL") and "API" in str(error):
        lines.append("unset PREFECT_API_URL to run without a Prefect server")
    with suppress(OSError):
        settings.logs.mkdir(parents=True, exist_ok=True)
        log = settings.logs / "last_failure.log"
        log.write_text("".join(traceback.format_exception(error)), encoding="utf-8")
        lines.append(f"details: {log}")
    return "\n".join(lines)


def _check_landing(settings: Settings) -> None:
    folder = settings.landing_folder
    if not folder.is_dir():
        _fail(f"no landing folder {folder}: put files there, or name another one with --landing", EXIT_USAGE)


def _studies(settings: Settings) -> tuple[Study, ...]:
    from analysis.study import load_studies
    from analysis.study.file import StudyError

    try:
        return load_studies(settings.studies_folder)
    except StudyError as error:
        _fail(str(error), EXIT_FAILED)


def _check_study(study: str | None, settings: Settings) -> None:
    if study is None:
        return
    from flows.estimate import UnknownStudy, check_study

    try:
        check_study(study, [found.study for found in _studies(settings)])
    except UnknownStudy as unknown:
        _fail(str(unknown), EXIT_USAGE)


def _tell(outcome: dict[str, Any], as_json: bool) -> None:
    if as_json:
        print(json.dumps(outcome, indent=2, ensure_ascii=False, default=str))
        return
    if outcome["status"] == "up to date":
        print(f"Nothing new: {outcome['run_id']} stays the current release")
        print(f"- release: {outcome['release']}")
        for item in outcome["refused"]:
            print(f"- still refused: {item['file']}: {item['reason']}")
        return
    from flows.run_record import RunRecord
    from flows.summary import summarise

    fields = {name: value for name, value in outcome.items() if name in RunRecord.__dataclass_fields__}
    print(summarise(RunRecord(**fields), Path(outcome["release"])))


@app.command()
def status(home: Home = None, landing: Landing = None, as_json: AsJson = False) -> None:
    """Say what is published, how old it is, how the last run ended, and whether anything new has landed."""
    from flows.freshness import freshness
    from flows.run_record import read_records

    settings = Settings.load(home=home, landing=landing)
    found = freshness(settings) if settings.landing_folder.is_dir() else None
    from flows.release import current_release, release_record

    current = current_release(settings)
    record = (release_record(current) or None) if current else None
    runs = read_records(settings)
    last = runs[-1] if runs else None
    answer = {
        "home": str(settings.state),
        "release": str(current) if current else None,
        "run_id": record["run_id"] if record else None,
        "published_at": record["finished_at"] if record else None,
        "tables": len(record["tables"]) if record else 0,
        "rows": sum(table["rows"] for table in record["tables"].values()) if record else 0,
        "refused": record["refused"] if record else [],
        "verdicts": record["verdicts"] if record else {},
        "new_inputs": found.new_inputs if found else None,
        "is_code_changed": found.is_code_changed if found else None,
        "last_run": {name: last[name] for name in ("run_id", "status", "exit_code", "finished_at", "error")}
        if last
        else None,
    }
    if as_json:
        print(json.dumps(answer, indent=2, ensure_ascii=False))
        return
    print(f"home        {answer['home']}")
    if current is None:
        print("published   nothing yet: serai run")
    elif record is None:
        print(f"published   {current}, but its run.json is lost or damaged: serai run publishes anew")
    else:
        print(f"published   {answer['run_id']} at {answer['published_at']}")
        print(f"            {answer['tables']} tables, {answer['rows']:,} rows: {answer['release']}")
        print(f"checks      {json.dumps(answer['verdicts'])}")
        for item in answer["refused"]:
            print(f"refused     {item['file']}: {item['reason']}")
    if found is not None:
        print(f"landing     {found.new_inputs} new in {settings.landing_folder}")
        if found.is_code_changed:
            print("code        changed since: the next run rebuilds")
    if last:
        print(f"last run    {last['run_id']} {last['status']}, exit code {last['exit_code']}")
        if last["error"]:
            print(f"            {last['error']}")


@app.command()
def sql(
    query: Query,
    home: Home = None,
    as_json: AsJson = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="Answer in CSV.")] = False,
    limit: Annotated[int, typer.Option("--limit", min=1, help="Most rows shown as a table.")] = 100,
) -> None:
    """Ask the current release in SQL, read-only."""
    from flows.answers import finite, print_table
    from flows.release import current_release
    from flows.warehouse import DatabaseError, reading

    settings = Settings.load(home=home)
    current = current_release(settings)
    if current is None:
        _fail(f"nothing is published in {settings.state} yet: serai run", EXIT_USAGE)
    try:
        with reading(current / "serai.duckdb") as connection:
            # Read-only means files too: no statement may write one, or read another than the release.
            connection.execute("set enable_external_access = false")
            connection.execute(query)
            columns = [column[0] for column in connection.description or []]
            rows = connection.fetchall() if columns else []
    except DatabaseError as error:
        _fail(str(error), EXIT_USAGE)
    if as_json:
        found = [dict(zip(columns, map(finite, row), strict=True)) for row in rows]
        print(json.dumps(found, ensure_ascii=False, default=str, allow_nan=False))
    elif as_csv:
        import csv

        writer = csv.writer(sys.stdout)
        writer.writerow(columns)
        writer.writerows(rows)
    else:
        print_table(columns, rows, limit)


@app.command()
def validate(landing: Landing = None, home: Home = None, as_json: AsJson = False) -> None:
    """Check the files in the landing folder, the contracts, the studies and the suites; write nothing."""
    settings = Settings.load(home=home, landing=landing)
    _check_landing(settings)
    from expectations.suite import load_suites
    from flows.ingestion.validating import check

    studies, suites = _studies(settings), load_suites()
    report = check(settings)
    answer = {
        "files": [
            {
                "file": item.file_name,
                "status": item.status,
                "contract": item.contract,
                "rows": item.row_count,
                "refused_rows": item.refused_row_count,
                "reason": item.reason,
                "faults": [str(fault) for fault in item.faults],
            }
            for item in report.files
        ],
        "studies": [study.study for study in studies],
        "suites": [suite.table for suite in suites],
    }
    if as_json:
        print(json.dumps(answer, indent=2, ensure_ascii=False))
    else:
        for item in report.files:
            _print_file(item)
        print(f"studies  {', '.join(answer['studies'])}")
        print(f"suites   {', '.join(answer['suites'])}")
    raise typer.Exit(0 if report.is_clean else EXIT_REFUSED)


FAULTS_SHOWN = 10
"""How many broken cells of a file `validate` prints; --json tells all that were kept."""


def _print_file(item: FileResult) -> None:
    told = f": {item.reason}" if item.reason else ""
    if item.status == "loaded":
        print(f"ok         {item.file_name}: {item.contract}, {item.row_count:,} rows{told}")
    else:
        print(f"{item.status:<10} {item.file_name}{told}")
    # The reason tells the first faults, and of a whole file what its one fault says.
    more = [fault for fault in item.faults if fault.line is not None and str(fault) not in told]
    for fault in more[:FAULTS_SHOWN]:
        print(f"             {fault}")
    if len(more) > FAULTS_SHOWN:
        print(f"             and {len(more) - FAULTS_SHOWN} more: --json")


@app.command()
def docs(home: Home = None, as_json: AsJson = False) -> None:
    """Write dbt's own documentation of the last build as one static page, and say where."""
    from flows.build import newest_build
    from flows.lock import LockHeld, only_writer
    from flows.transform import document

    settings = Settings.load(home=home)
    build = newest_build(settings)
    if build is None:
        _fail(f"nothing is built in {settings.state} yet: serai run", EXIT_USAGE)
    try:
        with only_writer(settings):
            page = document(build, settings)
    except LockHeld as held:
        _fail(str(held), EXIT_LOCKED)
    print(json.dumps({"page": str(page)}) if as_json else page)


def _fail(message: str, code: int) -> NoReturn:
    print(message, file=sys.stderr)
    raise typer.Exit(code)


def main() -> None:
    """Entry point of the ``serai`` command."""
    # Our own lines say what happens; the scheduler's go to its server, not to the terminal.
    os.environ.setdefault("PREFECT_LOGGING_HANDLERS_CONSOLE_LEVEL", "CRITICAL")
    ending = {"code": 0}
    # Registered first, so run last. Prefect's threads outlive the flow, and taking the interpreter down under
    # them makes DuckDB's bindings print pages of harmless "leaked" warnings: leave without taking it down.
    atexit.register(_leave, ending)
    try:
        app()
    except SystemExit as end:
        ending["code"] = end.code if isinstance(end.code, int) else 1
        raise
    except SettingsError as error:
        ending["code"] = EXIT_USAGE
        print(error, file=sys.stderr)
        sys.exit(EXIT_USAGE)
    except BaseException:
        ending["code"] = 1
        raise


def _leave(ending: dict[str, int]) -> None:
    if "prefect" in sys.modules:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(ending["code"])


if __name__ == "__main__":
    main()
