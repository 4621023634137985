"""Each expectation of each suite file passes on good tables and fails on tables broken in just its way."""

from __future__ import annotations

import pandas as pd
import pytest

from expectations.suite import load_suites, validate
from expectations.verdict import gate
from tests.expectations.suites.breakings import (
    BREAKINGS,
    FACILITATION,
    LOST_YEAR,
    PANEL,
    PROFILE,
    REPLICATION,
    SUMMARY,
    VINTAGES,
)

SUITES = {suite.table: suite for suite in load_suites()}
ALL = [(suite.table, expectation.name) for suite in SUITES.values() for expectation in suite.expectations]


def only(table, name):
    """The suite of a table with one of its expectations, and the frames that it needs."""
    suite = SUITES[table]
    return suite.model_copy(update={"expectations": tuple(e for e in suite.expectations if e.name == name)})


def test_good_tables_pass_every_suite(good_tables):
    verdicts = validate(tuple(SUITES.values()), good_tables)
    assert [(v.suite, v.expectation, v.observed) for v in verdicts if not v.is_passed] == []
    assert len(verdicts) == len(SUITES) + len(ALL)
    assert gate(verdicts)


def test_every_expectation_has_a_way_to_break_it():
    assert sorted(BREAKINGS) == sorted(ALL)


@pytest.mark.parametrize(("table", "name"), ALL)
def test_an_expectation_fails_on_a_table_broken_in_its_way(table, name, good_tables):
    BREAKINGS[table, name](good_tables)
    _, verdict = validate([only(table, name)], good_tables)
    declared = next(e.severity for e in SUITES[table].expectations if e.name == name)
    assert not verdict.is_passed
    assert verdict.failing_count >= 1, verdict.observed
    assert verdict.severity == declared
    assert gate([verdict]) == (declared != "critical")
    assert verdict.rows


def test_a_reported_cell_out_of_range_is_shown_once_though_two_fill_sets_share_it(good_tables):
    BREAKINGS[PANEL, "reported_value_is_not_above_range"](good_tables)
    panel = good_tables[PANEL]
    good_tables[PANEL] = panel[(panel["unit_id"] == "UZB") | (panel["year"] != 2014)]
    _, verdict = validate([only(PANEL, "reported_value_is_not_above_range")], good_tables)
    assert verdict.failing_count == 1
    (row,) = verdict.rows
    assert (row["unit_id"], row["year"], row["value"], row["max_value"]) == ("UZB", 2014, 101.0, 100.0)


def test_a_fill_beyond_the_range_does_not_stop_the_release(good_tables):
    BREAKINGS[PANEL, "filled_value_is_not_above_range"](good_tables)
    verdicts = validate([SUITES[PANEL]], good_tables)
    assert [v.expectation for v in verdicts if not v.is_passed] == ["filled_value_is_not_above_range"]
    assert gate(verdicts)


def test_a_lost_last_year_is_a_remark_and_a_lost_year_between_others_stops_the_release(good_tables):
    last, between = dict(good_tables), dict(good_tables)
    last[PANEL], between[PANEL] = good_tables[PANEL].copy(), good_tables[PANEL].copy()
    BREAKINGS[PANEL, "year_is_covered"](last)
    LOST_YEAR(between)
    assert gate(validate([SUITES[PANEL]], last))
    assert not gate(validate([SUITES[PANEL]], between))


def test_an_absent_indicator_table_fails_the_ranges_and_says_so(good_tables):
    del good_tables["dim_indicator"]
    verdicts = {v.expectation: v for v in validate([SUITES[PANEL]], good_tables)}
    verdict = verdicts["reported_value_is_not_above_range"]
    assert not verdict.is_passed
    assert "dim_indicator" in verdict.observed
    assert verdicts["variable_is_not_mostly_filled"].is_passed


def test_only_printed_numbers_count_as_items_that_differ(good_tables):
    differing = good_tables[REPLICATION].head(1).assign(verdict="differs")
    many = [differing.assign(item=f"{n}", kind="derived") for n in range(20)]
    good_tables[REPLICATION] = pd.concat([good_tables[REPLICATION], *many], ignore_index=True)
    assert all(v.is_passed for v in validate([SUITES[REPLICATION]], good_tables))
    good_tables[REPLICATION]["kind"] = "printed"
    failed = {v.expectation for v in validate([SUITES[REPLICATION]], good_tables) if not v.is_passed}
    assert failed == {"most_items_do_not_differ"}


def test_a_study_that_rebuilds_no_printed_work_may_leave_the_replication_empty(good_tables):
    good_tables[REPLICATION] = good_tables[REPLICATION].iloc[:0]
    good_tables[VINTAGES] = good_tables[VINTAGES].iloc[:0]
    verdicts = {v.suite: v for v in validate([SUITES[REPLICATION], SUITES[VINTAGES]], good_tables)}
    assert verdicts[REPLICATION].is_passed
    assert not verdicts[VINTAGES].is_passed
    assert not gate(list(verdicts.values()))


def test_a_known_redefinition_is_told_and_stops_nothing(good_tables):
    BREAKINGS[SUMMARY, "redefined_series_are_not_joined"](good_tables)
    verdicts = validate([SUITES[SUMMARY]], good_tables)
    (failed,) = (v for v in verdicts if not v.is_passed)
    assert (failed.expectation, failed.severity) == ("redefined_series_are_not_joined", "warning")
    assert failed.rows[0]["indicator_code"] == "NY.GDP.PCAP.PP.CD"
    assert failed.rows[0]["redefinition"] == "Another price comparison."
    assert gate(verdicts)


def test_an_unknown_redefinition_stops_the_release_and_names_indicator_and_files(good_tables):
    BREAKINGS[SUMMARY, "release_tells_of_the_same_thing"](good_tables)
    verdicts = validate([SUITES[SUMMARY]], good_tables)
    (failed,) = (v for v in verdicts if not v.is_passed and v.severity == "critical")
    assert (failed.rows[0]["indicator_code"], failed.rows[0]["file_names_new"]) == (
        "SP.POP.TOTL",
        "after.csv",
    )
    assert not gate(verdicts)


def test_a_house_without_a_second_vintage_has_nothing_to_compare(good_tables):
    for name in ("rpt_revisions", SUMMARY, "rpt_corrections"):
        good_tables[name] = good_tables[name].iloc[:0]
        assert gate(validate([SUITES[name]], good_tables))


def test_a_group_that_nobody_joined_late_has_no_empty_rows_to_explain(good_tables):
    good_tables[FACILITATION] = good_tables[FACILITATION].query("is_measured")
    assert all(v.is_passed for v in validate([SUITES[FACILITATION]], good_tables))


def test_profiles_of_a_study_without_potential_have_no_ratio_to_judge(good_tables):
    good_tables[PROFILE] = good_tables[PROFILE].query("country_iso3 == 'TLS'")
    assert all(v.is_passed for v in validate([SUITES[PROFILE]], good_tables))
