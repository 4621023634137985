"""Judging: what is broken fails, what cannot be judged fails critically, and failing rows are kept."""

from __future__ import annotations

import json
import multiprocessing
from concurrent.futures import ProcessPoolExecutor

import numpy as np
import pandas as pd
import pytest

from expectations.suite import KEPT_CHARACTERS, KEPT_ROWS, validate
from expectations.suite_file import Suite
from expectations.verdict import gate

BETWEEN = "expect_column_values_to_be_between"
PAIR = "expect_column_pair_values_a_to_be_greater_than_b"


def suite_of(*expectations, **more) -> Suite:
    said = {"severity": "warning", "description": "A sentence that says why."}
    return Suite.model_validate(
        {
            "table": "rpt_thing",
            "key": ["iso3"],
            "expectations": [{"name": f"e{n}", **said, **one} for n, one in enumerate(expectations)],
            **more,
        }
    )


def judged(expectation, frame, **more):
    """The verdict on one expectation, after that on the table's presence."""
    presence, verdict = validate([suite_of(expectation, **more)], {"rpt_thing": frame})
    assert presence.is_passed
    return verdict


IN_SET = {"expectation": "expect_column_values_to_be_in_set"}
SHARE = {"expectation": BETWEEN, "column": "value", "min_value": 0, "max_value": 1}


@pytest.mark.parametrize(
    ("expectation", "good", "bad"),
    [
        (SHARE, [0, 1, None], [0, 1.5]),
        (SHARE, [0, 1], [0, np.inf]),
        (SHARE | {"strict_min": True}, [0.1, 1], [0, 1]),
        (SHARE | {"strict_max": True}, [0, 0.9], [0, 1]),
        (SHARE | {"mostly": 0.5}, [0, 1, 2], [0, 2, 2]),
        ({"expectation": "expect_column_values_to_not_be_null", "column": "value"}, [1, 2], [1, np.nan]),
        (IN_SET | {"column": "value", "value_set": ["a"]}, ["a", None], ["a", "b"]),
    ],
)
def test_each_kind_of_expectation_passes_on_a_good_column_and_fails_on_a_broken_one(expectation, good, bad):
    def frame(values):
        return pd.DataFrame({"iso3": [f"C{n}" for n in range(len(values))], "value": values})

    assert judged(expectation, frame(good)).is_passed
    verdict = judged(expectation, frame(bad))
    assert not verdict.is_passed
    assert verdict.severity == "warning"


def test_pairs_are_compared_where_both_have_a_value():
    expectation = {"expectation": PAIR, "column_A": "high", "column_B": "low", "or_equal": True}
    frame = pd.DataFrame({"iso3": list("ABC"), "high": [2, 1, np.nan], "low": [1, 1, 9.0]})
    verdict = judged(expectation, frame)
    assert (verdict.is_passed, verdict.checked_count, verdict.column) == (True, 2, "high, low")
    verdict = judged(expectation, frame.assign(low=3.0))
    assert (verdict.is_passed, verdict.failing_count) == (False, 2)
    assert verdict.rows[0] == {"iso3": "A", "high": 2.0, "low": 3.0}
    assert not judged(expectation | {"or_equal": False}, frame).is_passed


def test_failing_rows_are_counted_in_full_and_kept_in_part_with_key_and_shown_columns():
    frame = pd.DataFrame(
        {"iso3": [f"C{n:02}" for n in range(50)], "value": [2.0] * 30 + [0.5] * 20, "source": "x"}
    )
    verdict = judged(SHARE, frame, show=["source", "not_in_this_frame"])
    assert (verdict.failing_count, verdict.checked_count) == (30, 50)
    assert verdict.failing_share == 0.6
    assert len(verdict.rows) == KEPT_ROWS
    assert verdict.rows[3] == {"iso3": "C03", "value": 2.0, "source": "x"}
    assert verdict.observed == "0.5 to 2"


def test_the_failing_rows_that_are_shown_are_the_first_by_key_whatever_the_order_of_the_table():
    years = [2020, 2009, 2010] * 20
    frame = pd.DataFrame({"iso3": [f"C{n // 3:02}" for n in range(60)], "year": years, "value": 2.0})
    frame.loc[0, "iso3"] = None
    shuffled = frame.sample(frac=1, random_state=1).reset_index(drop=True)
    kept, again = (judged(SHARE, table, key=["iso3", "year"]) for table in (frame, shuffled))
    assert kept.failing_rows == again.failing_rows
    first, second, third = again.rows[:3]
    assert (first["iso3"], first["year"], second["year"]) == ("C00", 2009, 2010)
    assert (third["iso3"], third["year"]) == ("C01", 2009)
    assert len(again.rows) == KEPT_ROWS


def test_a_key_of_cells_of_several_types_still_has_an_order():
    frame = pd.DataFrame({"iso3": ["B", 7, None, pd.Timestamp("2020-01-01"), "A"], "value": 2.0})
    shown = [row["iso3"] for row in judged(SHARE, frame).rows]
    assert shown == ["2020-01-01", 7, "A", "B", None]


def test_failing_rows_of_a_summary_name_its_groups():
    frames = {
        "by_study": {"by": ["study"], "measures": {"n": {"function": "count_present", "column": "value"}}}
    }
    frame = pd.DataFrame({"iso3": list("ABC"), "study": ["s", "s", "t"], "value": [1.0, 1.0, None]})
    expectation = {"expectation": BETWEEN, "column": "n", "min_value": 1, "max_value": 9, "frame": "by_study"}
    verdict = judged(expectation, frame, frames=frames)
    assert verdict.rows == [{"study": "t", "n": 0}]


def test_failing_rows_are_json_whatever_the_cells_hold():
    frame = pd.DataFrame(
        {
            "iso3": ["A", None],
            "value": [np.inf, -np.inf],
            "count": pd.array([np.int64(3), None], dtype="Int64"),
            "share": np.array([np.nan, 0.5], dtype="float32"),
            "is_filled": pd.array([True, None], dtype="boolean"),
            "vintage": pd.to_datetime(["2024-03-28", None]),
            "text": ["<script>alert(1)</script>", "x" * 5000],
        }
    )
    verdict = judged(SHARE, frame, show=["count", "share", "is_filled", "vintage", "text"])
    first, second = json.loads(verdict.failing_rows, parse_constant=pytest.fail)
    assert first == {
        "iso3": "A",
        "count": 3,
        "share": None,
        "is_filled": True,
        "vintage": "2024-03-28",
        "text": "<script>alert(1)</script>",
        "value": "inf",
    }
    assert second["value"] == "-inf"
    assert len(second["text"]) == KEPT_CHARACTERS + 1
    assert [second[name] for name in ("iso3", "count", "is_filled", "vintage")] == [None] * 4


@pytest.mark.parametrize(
    ("tables", "seen"),
    [({}, "no such table"), ({"rpt_thing": pd.DataFrame({"iso3": [], "value": []})}, "0 rows")],
)
def test_an_absent_or_empty_table_is_a_critical_failure_of_its_own(tables, seen):
    (verdict,) = validate([suite_of(SHARE)], tables)
    assert (verdict.expectation, verdict.severity, verdict.is_passed) == ("table_has_rows", "critical", False)
    assert verdict.observed == seen
    assert not gate([verdict])


def test_a_table_that_may_be_empty_must_still_be_there():
    suite = suite_of(SHARE, is_empty_allowed=True)
    assert gate(validate([suite], {"rpt_thing": pd.DataFrame({"iso3": [], "value": []})}))
    assert not gate(validate([suite], {}))


@pytest.mark.parametrize(
    ("expectation", "more", "said"),
    [
        (SHARE | {"column": "absent"}, {}, "absent"),
        (SHARE | {"column": "iso3"}, {}, "same type"),
        (SHARE | {"frame": "f"}, {"frames": {"f": {"rows": {"absent": 1}}}}, "absent"),
        (SHARE | {"frame": "f"}, {"frames": {"f": {"columns": {"value": "iso3 * 2"}}}}, "ValueError"),
        (SHARE | {"frame": "f"}, {"frames": {"f": {"rows": {"iso3": "nowhere"}}}}, "no rows to judge"),
        (SHARE | {"column": "empty"}, {}, "no value to judge in 2 rows"),
        (SHARE | {"min_value": 2}, {}, "min_value"),
    ],
)
def test_what_cannot_be_judged_is_a_critical_failure_with_its_reason_and_the_rest_is_judged(
    expectation, more, said
):
    frame = pd.DataFrame({"iso3": ["A", "B"], "value": [0.1, 0.2], "empty": [np.nan, np.nan]})
    suite = suite_of(expectation, SHARE, **more)
    _, verdict, other = validate([suite], {"rpt_thing": frame})
    assert not verdict.is_passed
    assert verdict.severity == "critical"
    assert verdict.observed.startswith("could not be judged: ")
    assert said in verdict.observed
    assert other.is_passed


def test_a_frame_that_may_be_empty_passes_when_it_is():
    more = {"frames": {"f": {"rows": {"iso3": "nowhere"}, "is_empty_allowed": True}}}
    frame = pd.DataFrame({"iso3": ["A"], "value": [0.1]})
    verdict = judged(SHARE | {"frame": "f"}, frame, **more)
    assert verdict.is_passed
    assert verdict.observed == "no rows, which is allowed here"


def test_frames_of_different_tables_are_not_mistaken_for_each_other():
    good = suite_of(SHARE)
    bad = good.model_copy(update={"table": "rpt_other"})
    tables = {
        "rpt_thing": pd.DataFrame({"iso3": ["A"], "value": [0.5]}),
        "rpt_other": pd.DataFrame({"iso3": ["A"], "value": [5.0]}),
    }
    for _ in range(2):
        verdicts = validate([good, bad, good], tables)
        assert [v.is_passed for v in verdicts if v.expectation == "e0"] == [True, False, True]


def test_nullable_columns_are_judged_like_plain_ones():
    frame = pd.DataFrame(
        {
            "iso3": list("ABC"),
            "value": pd.array([0.5, None, 2.0], dtype="Float64"),
            "n": pd.array([1, 2, None], "Int64"),
        }
    )
    verdict = judged(SHARE, frame)
    assert (verdict.failing_count, verdict.checked_count) == (1, 2)
    assert judged(SHARE | {"column": "n", "max_value": 2}, frame).is_passed


def test_the_order_of_verdicts_is_that_of_the_suite():
    more = {"frames": {"f": {"rows": {"iso3": "A"}}}}
    suite = suite_of(SHARE | {"frame": "f"}, SHARE, SHARE | {"frame": "f", "max_value": 2}, **more)
    verdicts = validate([suite], {"rpt_thing": pd.DataFrame({"iso3": ["A"], "value": [0.5]})})
    assert [v.expectation for v in verdicts] == ["table_has_rows", "e0", "e1", "e2"]


def test_tables_are_judged_in_another_process():
    frame = pd.DataFrame({"iso3": ["A"], "value": [5.0]})
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(max_workers=1, mp_context=context) as worker:
        verdicts = worker.submit(validate, (suite_of(SHARE),), {"rpt_thing": frame}).result(timeout=120)
    assert verdicts == validate((suite_of(SHARE),), {"rpt_thing": frame})
    assert not verdicts[1].is_passed


class TestRebuildOfAnEarlierDay:
    """What was not known yet is absent, not wrong; what is wrong stays critical."""

    CRITICAL = SHARE | {"severity": "critical"}
    EMPTY = pd.DataFrame({"iso3": pd.Series(dtype="str"), "value": pd.Series(dtype="float")})

    def severities(self, frame: pd.DataFrame, **more) -> list[tuple[str, bool]]:
        suite = suite_of(self.CRITICAL | more)
        found = validate([suite], {"rpt_thing": frame}, is_absence_tolerated=True)
        return [(verdict.severity, verdict.is_passed) for verdict in found]

    def test_an_empty_table_is_a_warning(self):
        assert self.severities(self.EMPTY) == [("warning", False)]

    def test_a_column_without_a_value_is_a_warning(self):
        frame = pd.DataFrame({"iso3": ["A"], "value": [np.nan]})
        assert self.severities(frame) == [("critical", True), ("warning", False)]

    def test_a_failed_expectation_about_absence_is_a_warning(self):
        frame = pd.DataFrame({"iso3": ["A"], "value": [2.0]})
        assert self.severities(frame, is_about_absence=True)[1] == ("warning", False)

    def test_a_wrong_value_stays_critical(self):
        frame = pd.DataFrame({"iso3": ["A"], "value": [2.0]})
        assert self.severities(frame)[1] == ("critical", False)

    def test_a_table_that_was_not_built_stays_critical(self):
        (presence,) = validate([suite_of(self.CRITICAL)], {}, is_absence_tolerated=True)
        assert (presence.severity, presence.is_passed) == ("critical", False)

    def test_without_tolerance_all_of_them_are_critical(self):
        (presence,) = validate([suite_of(self.CRITICAL)], {"rpt_thing": self.EMPTY})
        assert (presence.severity, presence.is_passed) == ("critical", False)
