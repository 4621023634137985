"""Tests of the model, filled cells, and the data checks of the release."""

from __future__ import annotations

import pytest

from analysis.report import checks


def column(table, heading: str) -> list[str]:
    place = [found.heading for found in table.columns].index(heading)
    return [row[place].text for row in table.rows]


def test_tests_of_the_selected_equation_stand_apart_and_say_how_they_stand_to_it(central_asia) -> None:
    own, others = checks.tests_tables(central_asia)
    assert column(own, "Test") == ["F partner effects", "Hausman default"]
    assert column(own, "Standing") == ["contradicts the selection", "not valid"]
    assert "contradicts the selection" not in column(others, "Standing")
    assert len(own.rows) + len(others.rows) == 2 + 28


def test_degrees_of_freedom_are_whole_and_the_missing_second_is_left_out(central_asia) -> None:
    own, _ = checks.tests_tables(central_asia)
    assert column(own, "Degrees of freedom") == ["4, 28", "7"]


def test_filled_cells_are_told_by_variable_and_method_with_place_and_years(central_asia) -> None:
    table = checks.filled_cells_table(central_asia)
    assert column(table, "Variable") == ["CPI", "Internet users"]
    assert column(table, "Cells") == ["6", "6"]
    assert column(table, "Where")[0] == "Tajikistan 2018–2020 and Turkmenistan 2018–2020"


def test_failed_data_checks_are_counted_by_severity_the_gravest_first(frames) -> None:
    verdicts = frames["meta.verdicts"]
    verdicts.loc[1, ["is_passed", "severity"]] = [False, "critical"]
    counts, table = checks.data_checks(verdicts)
    assert counts == ["2 passed", "1 critical failure", "1 warning"]
    assert column(table, "Severity") == ["critical", "warning"]


def test_a_release_that_passed_everything_needs_no_table(frames) -> None:
    counts, table = checks.data_checks(frames["meta.verdicts"].assign(is_passed=True))
    assert (counts, table) == (["4 passed"], None)


def test_no_verdicts_are_no_checks() -> None:
    assert checks.data_checks(None) == ([], None)


def test_a_verdict_table_without_its_columns_is_refused_by_name(frames) -> None:
    with pytest.raises(ValueError, match=r"meta.verdicts: missing column severity; seen: suite"):
        checks.data_checks(frames["meta.verdicts"].drop(columns="severity"))
