"""What a run tells the person who started it."""

from __future__ import annotations

from pathlib import Path

import pytest

from flows.run_record import RunRecord
from flows.summary import summarise


@pytest.fixture
def record() -> RunRecord:
    return RunRecord(
        run_id="r000002-x",
        started_at="2026-01-01T00:00:00+00:00",
        tables={"marts.a": {"rows": 1200, "digest": "1"}, "reporting.b": {"rows": 5, "digest": "2"}},
        files={"loaded": 2, "duplicates": 1},
        verdicts={"passed": 80, "warning": 1},
    )


def test_it_says_what_was_published_and_where(record: RunRecord):
    text = summarise(record, Path("/w/releases/r000002-x"))
    assert "Published r000002-x: 2 tables, 1,205 rows" in text
    assert "/w/releases/r000002-x/report.html" in text
    assert "2 loaded, 1 seen before, 0 refused" in text
    assert "80 passed, 1 warning" in text
    assert "against" not in text


def test_it_names_what_changed_and_what_was_refused(record: RunRecord):
    record.changes = {
        "against": "r000001-x",
        "added": ["reporting.b"],
        "gone": [],
        "changed": {"marts.a": {"rows_before": 1100, "rows_after": 1200}},
    }
    record.refused = [{"file": "bad.csv", "reason": "no contract claims this file"}]
    text = summarise(record, Path("/w"))
    assert "against r000001-x: new reporting.b, changed marts.a (1,100 → 1,200 rows)" in text
    assert "refused: bad.csv: no contract claims this file" in text


def test_it_says_when_nothing_that_is_published_changed(record: RunRecord):
    record.changes = {"against": "r000001-x", "added": [], "gone": [], "changed": {}}
    assert "against r000001-x: no published value changed" in summarise(record, Path("/w"))


def test_files_that_supersede_one_another_are_named(record: RunRecord):
    assert "circle" not in summarise(record, Path("/w"))
    record.circles = ["new.csv", "old.csv"]
    assert "supersede one another in a circle: new.csv, old.csv" in summarise(record, Path("/w"))


def test_a_rebuild_as_of_a_day_says_that_it_is_kept_beside(record: RunRecord):
    record.as_of = "2022-12-31"
    assert "as of 2022-12-31: kept beside" in summarise(record, Path("/w"))


def test_a_test_of_the_tables_that_warned_is_named_with_what_it_found(record: RunRecord):
    record.warned = [
        {"test": "files_of_one_vintage_agree", "count": 2, "rows": [{"file_names": "a.csv, b.csv"}]},
        {"test": "empty", "count": 1, "rows": []},
    ]
    text = summarise(record, Path("/w"))
    assert "warning: files_of_one_vintage_agree: 2 rows, the first: file_names a.csv, b.csv" in text
    assert "warning: empty: 1 rows" in text


def test_a_rebuild_lists_what_was_not_known(record: RunRecord):
    record.as_of = "2022-12-31"
    record.not_known = {"vintages": [], "variables_without_vintage": ["asia.brent"]}
    assert "without any vintage on 2022-12-31: asia.brent" in summarise(record, Path("/w"))
