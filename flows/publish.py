"""Fourth stage: published tables, suites, report, release. Nothing is published unless every gate is open."""

from __future__ import annotations

import multiprocessing
import shutil
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flows import release, release_files
from flows.as_of import EXCLUSIONS
from flows.data_package import write_data_package, write_dictionary
from flows.lineage import Lineage
from flows.meta_tables import add_meta
from flows.redistribution import left_out_sources, terms_of
from flows.run_record import RunRecord, read_records
from flows.settings import Settings
from flows.table_status import empty_reasons
from flows.warehouse import read_frame, reading

if TYPE_CHECKING:
    import pandas as pd

    from expectations.verdict import Verdict


class DataCheckFailed(Exception):
    """A critical expectation failed; the message names each. Nothing was published."""


@contextmanager
def suite_worker() -> Iterator[ProcessPoolExecutor]:
    """Start the process that runs Great Expectations, so that its slow import happens beside other work."""
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(max_workers=1, mp_context=context) as worker:
        worker.submit(_import_great_expectations)
        yield worker


def _import_great_expectations() -> None:
    from expectations.suite import warm_up

    warm_up()


def _run_suites(tables: dict[str, pd.DataFrame], is_absence_tolerated: bool) -> list[Verdict]:
    from expectations.suite import load_suites, validate

    return validate(load_suites(), tables, is_absence_tolerated=is_absence_tolerated)


def _judged_tables() -> set[str]:
    from expectations.suite_file import load_suites

    return {table for suite in load_suites() for table in suite.tables}


def published_frames(build: Path) -> dict[str, pd.DataFrame]:
    """Return the published tables that the suites and the report read, by table name.

    The others, which may have more rows than memory holds, go from file to file and never become a frame.
    """
    from analysis.report import TABLES_READ

    names = {*_judged_tables(), *TABLES_READ, EXCLUSIONS}
    with reading(build) as connection:
        found = connection.execute(
            "select schema_name, table_name from duckdb_tables()"
            " where schema_name in (select unnest(?)) and table_name in (select unnest(?))",
            [list(release_files.PUBLISHED_SCHEMAS), sorted(names)],
        ).fetchall()
        return {table: read_frame(connection, schema, table) for schema, table in sorted(found)}


def check(
    tables: dict[str, pd.DataFrame], worker: ProcessPoolExecutor, *, is_absence_tolerated: bool
) -> list[Verdict]:
    """Run every suite in the worker process.

    Parameters
    ----------
    tables : dict
        The published frames.
    worker : ProcessPoolExecutor
        See `suite_worker`.
    is_absence_tolerated : bool
        For a rebuild as of an earlier day: what was not known yet is absent, not wrong.

    Returns
    -------
    list of Verdict
        Passed and failed ones.
    """
    judged = _judged_tables()
    given = {name: frame for name, frame in tables.items() if name in judged}
    return worker.submit(_run_suites, given, is_absence_tolerated).result()


def keep_verdicts(verdicts: list[Verdict], settings: Settings, record: RunRecord) -> Path:
    """Count the verdicts in the record and write their page beside it, failed runs included."""
    from expectations.verdict import render_page

    record.verdicts = {
        "passed": sum(v.is_passed for v in verdicts),
        **{
            severity: sum(not v.is_passed and v.severity == severity for v in verdicts)
            for severity in ("critical", "warning", "info")
        },
    }
    settings.runs.mkdir(parents=True, exist_ok=True)
    page = settings.runs / f"{record.run_id}.validation.html"
    page.write_text(render_page(verdicts, f"Validation of {record.run_id}"), encoding="utf-8")
    return page


ROWS_NAMED = 3
"""How many failing rows the message names; the page shows more."""


def _row(row: dict[str, Any]) -> str:
    return ", ".join(f"{name} {value}" for name, value in row.items() if value is not None)


def gate(verdicts: list[Verdict], page: Path) -> None:
    """Let the run go on only when no critical expectation failed.

    Raises
    ------
    DataCheckFailed
        Names suite, expectation, column, what was seen and expected, and the page of the failing rows.
    """
    from expectations.verdict import gate as is_open

    if is_open(verdicts):
        return
    failed = [v for v in verdicts if not v.is_passed and v.severity == "critical"]
    lines = [f"{len(failed)} critical checks failed; nothing was published:"]
    for verdict in failed:
        column = f", column {verdict.column}" if verdict.column else ""
        lines.append(
            f"  {verdict.suite}{column}: {verdict.expectation}: {verdict.failing_count} of"
            f" {verdict.checked_count} rows; seen {verdict.observed}; expected {verdict.expected}"
        )
        lines += [f"    {_row(row)}" for row in verdict.rows[:ROWS_NAMED]]
    lines.append(f"  failing rows: {page}")
    raise DataCheckFailed("\n".join(lines))


def build_release(
    build: Path,
    tables: dict[str, pd.DataFrame],
    verdicts: list[Verdict],
    settings: Settings,
    record: RunRecord,
    say: Callable[[str], None],
) -> Path:
    """Build the release aside, prove it, and move it into place.

    Parameters
    ----------
    build : Path
        The build database; dbt's work folder lies beside it.
    tables : dict
        The published frames, for the report.
    verdicts : list of Verdict
        All verdicts of this run.
    settings, record : Settings, RunRecord
        Where to, and what to tell of the run; finished here.
    say : callable
        Takes progress lines.

    Returns
    -------
    Path
        The release folder.

    Raises
    ------
    ReleaseFailed
        When what was built is not what should be published.
    """
    from expectations.verdict import verdicts_frame

    settings.releases.mkdir(parents=True, exist_ok=True)
    aside = settings.releases / f".{record.run_id}"
    shutil.rmtree(aside, ignore_errors=True)
    aside.mkdir()
    try:
        database = aside / "serai.duckdb"
        with reading(build) as connection:
            files = read_frame(connection, "meta", "files")
        lineage = Lineage.of_build(build.parent)
        is_redistributable = settings.redistributable
        record.left_out = left_out_sources(files, is_redistributable=is_redistributable)
        terms = terms_of(
            release_files.published_relations(build), lineage, files, is_redistributable=is_redistributable
        )
        say("copying the tables")
        published = release_files.build_database(build, database, terms)
        record.tables = {t.relation: {"rows": t.rows, "digest": t.digest} for t in published}
        record.changes = _changes(settings, record)
        verdict_rows = verdicts_frame(verdicts).rename(columns={"column": "column_name"})
        verdict_rows.insert(0, "run_id", record.run_id)
        # From here on the record is what the release says of itself.
        record.finish("published", 3 if record.refused else 0)
        records = [*_earlier(settings, record), asdict(record)]
        reasons = empty_reasons(build.parent)
        add_meta(
            database, build, records, verdict_rows, terms, reasons, is_redistributable=is_redistributable
        )
        with reading(database) as connection:
            status = read_frame(connection, "meta", "table_status")
        everything = published + release_files.described(database, "meta")
        say("rendering the report")
        _write_pages(
            aside, {**tables, "meta.verdicts": verdict_rows, "meta.table_status": status}, settings, record
        )
        say("writing Parquet, CSV and the dictionary")
        release_files.export_tables(database, everything, aside, csv_row_limit=settings.csv_row_limit)
        write_dictionary(everything, terms, aside / "data_dictionary.csv")
        write_data_package(everything, files, lineage, terms, record, aside)
        (aside / "run.json").write_text(record.to_json(), encoding="utf-8")
        say("verifying")
        release_files.verify(database, everything)
        release_files.write_checksums(aside)
        return release.move_into_place(aside, settings, record.run_id, becomes_current=settings.as_of is None)
    except BaseException:
        shutil.rmtree(aside, ignore_errors=True)
        raise


def _write_pages(aside: Path, tables: dict[str, pd.DataFrame], settings: Settings, record: RunRecord) -> None:
    from analysis.report import render_report

    facts = {
        "run_id": record.run_id,
        "as_of": record.as_of,
        "published_at": record.finished_at,
        "inputs": sum(record.files[kind] for kind in ("loaded", "duplicates")),
        "code_version": record.code_fingerprint,
    }
    html = render_report(tables, facts)
    (aside / "report.html").write_text(html, encoding="utf-8")
    shutil.copyfile(settings.runs / f"{record.run_id}.validation.html", aside / "validation.html")


def _earlier(settings: Settings, record: RunRecord) -> list[dict[str, Any]]:
    return [found for found in read_records(settings) if found["run_id"] != record.run_id]


def _changes(settings: Settings, record: RunRecord) -> dict[str, Any]:
    current = release.current_release(settings)
    if current is None:
        return {}
    before = release.release_record(current).get("tables", {})
    after = record.tables
    return {
        "against": current.name,
        "added": sorted(set(after) - set(before)),
        "gone": sorted(set(before) - set(after)),
        "changed": {
            name: {"rows_before": before[name]["rows"], "rows_after": after[name]["rows"]}
            for name in sorted(set(after) & set(before))
            if before[name]["digest"] != after[name]["digest"]
        },
    }
