"""The gate before a release."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from expectations.verdict import Verdict
from flows.publish import DataCheckFailed, gate, keep_verdicts, published_frames
from flows.run_record import RunRecord
from flows.settings import Settings
from flows.warehouse import writing


def verdict(*, severity: str = "critical", is_passed: bool = False) -> Verdict:
    rows = [{"country_iso3": "KAZ", "year": year, "value": -1.0} for year in (2013, 2014, 2015, 2016)]
    return Verdict(
        suite="fct_study_panel",
        expectation="value_is_plausible",
        column="value",
        severity=severity,
        is_passed=is_passed,
        observed="-1 to 5",
        expected="at least 0",
        failing_count=4,
        checked_count=40,
        failing_rows=json.dumps(rows),
        description="Shares are not negative.",
    )


def test_a_critical_failure_closes_the_gate_and_names_what_was_seen_and_expected():
    with pytest.raises(DataCheckFailed) as failure:
        gate([verdict()], Path("page.html"))
    text = str(failure.value)
    assert "fct_study_panel, column value: value_is_plausible: 4 of 40 rows" in text
    assert "seen -1 to 5; expected at least 0" in text
    assert "country_iso3 KAZ, year 2013, value -1.0" in text
    assert "2016" not in text
    assert "page.html" in text


@pytest.mark.parametrize("harmless", [verdict(severity="warning"), verdict(is_passed=True)])
def test_a_warning_or_a_passed_check_leaves_it_open(harmless: Verdict):
    gate([harmless], Path("page.html"))


def test_verdicts_are_counted_and_their_page_is_kept_beside_the_record(tmp_path: Path):
    settings = Settings(home=tmp_path)
    record = RunRecord(run_id="r000001-x", started_at="")
    page = keep_verdicts([verdict(), verdict(severity="warning"), verdict(is_passed=True)], settings, record)
    assert record.verdicts == {"passed": 1, "critical": 1, "warning": 1, "info": 0}
    assert page.parent == settings.runs
    assert "Shares are not negative." in page.read_text(encoding="utf-8")


def test_a_table_that_no_suite_and_no_report_reads_never_becomes_a_frame(tmp_path: Path):
    build = tmp_path / "build.duckdb"
    with writing(build) as connection:
        for relation in (
            "marts.fct_commodity_trade",
            "marts.fct_bilateral_trade",
            "reporting.rpt_trade_potential",
        ):
            connection.execute(f"create schema if not exists {relation.split('.')[0]}")
            connection.execute(f"create table {relation} as select 1 as one")
    assert set(published_frames(build)) == {"fct_bilateral_trade", "rpt_trade_potential"}
