"""Frames are built as their data says: filtered, summarised, computed, or prepared by name."""

from __future__ import annotations

import math

import pandas as pd
import pytest

from expectations.preparation import (
    Frame,
    coverage_by_year,
    filled_cells,
    potential_beside_its_class,
    reported_cells,
    yearly_index_changes,
)


@pytest.fixture
def trade() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "study": ["a", "a", "b", "b"],
            "flow": pd.Series(["exports", None, "exports", "imports"], dtype="str"),
            "value": pd.array([1, None, 3, 5], dtype="Int64"),
            "is_selected": pd.array([True, False, None, True], dtype="boolean"),
        }
    )


def test_rows_are_kept_by_value_and_missing_is_no_value(trade):
    assert Frame(rows={"flow": "exports"}).build(trade, {})["study"].tolist() == ["a", "b"]
    assert Frame(rows={"flow": ("exports", "imports")}).build(trade, {})["study"].tolist() == ["a", "b", "b"]
    assert Frame(rows={"is_selected": True}).build(trade, {})["study"].tolist() == ["a", "b"]
    assert Frame(rows_without={"flow": "exports"}).build(trade, {})["study"].tolist() == ["a", "b"]
    assert Frame(rows_without={"is_selected": True}).build(trade, {})["study"].tolist() == ["a", "b"]
    assert Frame(present=("value",)).build(trade, {}).index.tolist() == [0, 1, 2]


def test_measures_are_taken_per_group(trade):
    measures = {
        "present": {"function": "count_present", "column": "value"},
        "flows": {"function": "count_distinct", "column": "flow"},
        "share": {"function": "share_present", "column": "value"},
        "selected": {"function": "share_equal", "column": "is_selected", "equal_to": True},
        "total": {"function": "sum", "column": "value"},
        "largest": {"function": "max", "column": "value"},
        "middle": {"function": "median", "column": "value"},
    }
    built = Frame(by=("study",), measures=measures).build(trade, {})
    assert built.to_dict("list") == {
        "study": ["a", "b"],
        "present": [1, 2],
        "flows": [1, 2],
        "share": [0.5, 1.0],
        "selected": [0.5, 0.5],
        "total": [1.0, 8.0],
        "largest": [1.0, 5.0],
        "middle": [1.0, 4.0],
    }


def test_a_group_without_values_has_no_sum(trade):
    missing = Frame(
        rows={"is_selected": False}, by=("study",), measures={"total": {"function": "sum", "column": "value"}}
    )
    assert math.isnan(missing.build(trade, {})["total"].item())


def test_columns_are_computed_with_the_usual_precedence(trade):
    built = Frame(columns={"result": "-(value + 1) * 2 - value / 4", "again": "result * 2"}).build(trade, {})
    assert built["result"].tolist()[0] == -4.25
    assert built["again"].tolist()[2] == 2 * -8.75
    assert math.isnan(built["result"][1])


def test_the_table_itself_is_left_alone(trade):
    before = trade.copy()
    Frame(rows={"study": "a"}, columns={"value": "value * 100"}).build(trade, {})
    pd.testing.assert_frame_equal(trade, before)


def panel(cells) -> pd.DataFrame:
    frame = pd.DataFrame(cells, columns=["fill_set", "unit_id", "year", "value", "is_filled"])
    return frame.assign(study="s", variable="v", indicator_code="X")


@pytest.fixture
def indicators() -> dict[str, pd.DataFrame]:
    limits = {"indicator_code": ["X"], "min_value": [0], "max_value": [100], "max_yearly_ratio": [2.0]}
    return {"dim_indicator": pd.DataFrame(limits)}


def test_a_cell_that_two_fill_sets_share_is_one_and_one_that_is_only_filled_is_missing(indicators):
    cells = reported_cells(
        panel(
            [
                ("none", "KAZ", 2014, 10.0, False),
                ("carry", "KAZ", 2014, 10.0, False),
                ("none", "KAZ", 2015, None, None),
                ("carry", "KAZ", 2015, 10.0, True),
            ]
        ),
        indicators,
    )
    assert cells["year"].tolist() == [2014, 2015]
    assert cells["value"].tolist()[0] == 10
    assert math.isnan(cells["value"].tolist()[1])
    assert cells["max_value"].tolist() == [100, 100]


def test_the_yearly_ratio_needs_two_positive_years_in_a_row_and_counts_falls_as_rises(indicators):
    rows = [(2013, 8.0), (2014, 2.0), (2015, 3.0), (2017, 9.0), (2018, 0.0), (2019, 5.0), (2020, 5.0)]
    cells = reported_cells(panel([("none", "KAZ", year, value, False) for year, value in rows]), indicators)
    ratios = dict(zip(cells["year"], cells["yearly_ratio"], strict=True))
    assert ratios[2014] == 4
    assert ratios[2015] == 1.5
    assert ratios[2020] == 1
    assert all(math.isnan(ratios[year]) for year in (2013, 2017, 2018, 2019))


def test_only_filled_cells_are_filled_cells(indicators):
    cells = filled_cells(panel([("a", "KAZ", 2014, 1.0, False), ("a", "KAZ", 2015, 2.0, True)]), indicators)
    assert cells[["year", "value", "max_value"]].to_dict("list") == {
        "year": [2015],
        "value": [2.0],
        "max_value": [100],
    }


def test_a_range_given_twice_for_one_indicator_is_an_error_not_a_doubling(indicators):
    twice = {"dim_indicator": pd.concat([indicators["dim_indicator"]] * 2)}
    with pytest.raises(ValueError, match="many-to-one"):
        reported_cells(panel([("a", "KAZ", 2014, 1.0, False)]), twice)


def test_a_year_dips_below_the_less_covered_of_its_neighbours():
    shares = {2013: 4, 2014: 1, 2015: 3, 2016: 4}
    cells = pd.DataFrame(
        [
            ("s", year, 1.0 if place < present else None)
            for year, present in shares.items()
            for place in range(4)
        ],
        columns=["study", "year", "value"],
    )
    years = coverage_by_year(cells, {})
    assert years["coverage"].tolist() == [1, 0.25, 0.75, 1]
    assert years["dip"].tolist()[1:3] == [0.5, -0.5]
    assert years["dip"].isna().tolist() == [True, False, False, True]


def test_the_index_changes_from_one_year_to_the_next_of_the_same_country():
    frame = pd.DataFrame(
        [("s", "KAZ", 2014, 0.75), ("s", "KAZ", 2013, 0.5), ("s", "UZB", 2014, 0.5), ("s", "KAZ", 2016, 0.9)],
        columns=["study", "country_iso3", "year", "index_value"],
    )
    changes = yearly_index_changes(frame, {}).set_index(["country_iso3", "year"])["yearly_change"]
    assert changes["KAZ", 2014] == 0.25
    assert changes.isna().sum() == 3


@pytest.fixture
def classes() -> dict[str, pd.DataFrame]:
    rows = [
        ("s", "low", 1, None, None, 0.8, False),
        ("s", "middle", 2, 0.8, True, 1.2, True),
        ("s", "high", 3, 1.2, False, None, None),
        ("other", "low", 1, None, None, 5.0, True),
    ]
    columns = ["study", "potential_class", "position", "lower_bound", "is_lower_included"]
    return {"dim_potential_class": pd.DataFrame(rows, columns=[*columns, "upper_bound", "is_upper_included"])}


@pytest.mark.parametrize(
    ("name", "ratio", "is_within"),
    [
        ("low", 0.1, True),
        ("low", 0.8, False),
        ("middle", 0.8, True),
        ("middle", 1.2, True),
        ("middle", 1.3, False),
        ("high", 1.2, False),
        ("high", 9.0, True),
        ("Low", 0.1, None),
        (None, 0.1, None),
        ("low", math.nan, None),
    ],
)
def test_a_ratio_lies_within_the_class_that_its_own_study_states(classes, name, ratio, is_within):
    potential = pd.DataFrame({"study": ["s"], "potential_class": [name], "potential_ratio": [ratio]})
    (row,) = potential_beside_its_class(potential, classes).to_dict("records")
    assert row["is_within_class"] is is_within
    assert pd.isna(row["class_position"]) == (name not in ("low", "middle", "high"))


def test_without_the_table_of_classes_nothing_is_said_of_them():
    with pytest.raises(LookupError, match="dim_potential_class"):
        potential_beside_its_class(pd.DataFrame({"study": ["s"]}), {})
