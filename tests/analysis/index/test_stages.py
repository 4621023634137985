"""All stages of a composite index: each by hand, and one after the other."""

from __future__ import annotations

import numpy as np
import pytest

from analysis.index.correlation import IndicatorError
from analysis.index.hierarchy import Member
from analysis.index.scaling import Scaling
from analysis.index.stages import denominate, impute_group_mean, is_screened_in, staged_index
from analysis.index.treatment import TreatmentRule

STRUCTURE = [
    Member("index"),
    Member("economy", "index", 3),
    Member("burden", "index", 1),
    Member("income", "economy"),
    Member("trade", "economy"),
    Member("debt", "burden"),
]
NAMES = ["income", "trade", "debt"]
VALUES = np.array([[1.0, 10, 50], [3, 30, 100], [5, 20, 0]])


def test_an_index_by_all_stages_is_worked_out_by_hand():
    # Normalised: income 0 50 100, trade 0 100 50, debt (less is better) 50 0 100.
    found = staged_index(VALUES, NAMES, STRUCTURE, directions={"debt": -1})
    np.testing.assert_allclose(found.normalised, [[0, 0, 50], [50, 100, 0], [100, 50, 100]])
    frame = found.to_frame()
    np.testing.assert_allclose(frame["economy"], [0, 75, 75])
    np.testing.assert_allclose(frame["index"], [12.5, 56.25, 81.25])
    np.testing.assert_array_equal(found.index, frame["index"])
    assert found.treated is None


def test_outliers_are_treated_before_they_are_turned_and_scaled():
    outlying = np.array([*range(1, 11), 30, 100], dtype=float)
    even = np.arange(12.0)
    structure = [Member("index"), Member("a", "index"), Member("b", "index")]
    values, rule = np.column_stack([outlying, even]), TreatmentRule()
    found = staged_index(values, ["a", "b"], structure, directions={"a": -1}, treatment=rule)
    np.testing.assert_allclose(found.normalised[-2:, 0], 0)
    assert found.treated.report[0].winsorised_count == 1


def test_missing_cells_go_through_all_stages():
    holes = VALUES.copy()
    holes[1, 1] = np.nan
    found = staged_index(holes, NAMES, STRUCTURE).to_frame()
    # Trade runs from 10 to 20 then; the second row's economy is its income alone.
    np.testing.assert_allclose(found["economy"], [0, 50, 100])


def test_sizes_are_divided_out():
    found = denominate(np.array([10.0, 30, np.nan]), np.array([2.0, np.nan, 5]), 100)
    np.testing.assert_array_equal(found, [500, np.nan, np.nan])
    with pytest.raises(IndicatorError, match="seen 0, expected numbers above 0"):
        denominate(np.array([1.0]), np.array([0.0]))


def test_rows_with_too_few_indicators_are_screened_out():
    values = np.array([[1.0, np.nan, np.nan], [1, 2, np.nan], [1, 2, 3]])
    assert is_screened_in(values, 2 / 3).tolist() == [False, True, True]


def test_holes_are_filled_by_the_mean_of_the_group_or_of_all():
    values = np.array([[1.0, np.nan], [3, np.nan], [np.nan, 6], [10, 8]])
    filled, is_filled = impute_group_mean(values, ["poor", "poor", "rich", "rich"])
    np.testing.assert_array_equal(filled, [[1, np.nan], [3, np.nan], [10, 6], [10, 8]])
    assert is_filled.sum() == 1
    everyone, is_filled = impute_group_mean(values)
    np.testing.assert_allclose(everyone[:, 1], [7, 7, 6, 8])
    assert everyone[2, 0] == pytest.approx(14 / 3)
    assert is_filled.sum() == 3


@pytest.mark.parametrize("directions", [{"debt": 0}, {"nobody": 1}])
def test_directions_of_nothing_are_refused(directions):
    with pytest.raises(IndicatorError, match="expected 1 or -1"):
        staged_index(VALUES, NAMES, STRUCTURE, directions=directions)


def test_goalposts_of_an_indicator_of_which_less_is_better_are_in_its_own_unit():
    values = np.array([[10.0, 1.0], [30.0, 3.0]])
    found = staged_index(
        values,
        ["mortality", "income"],
        [Member("mortality", "index"), Member("income", "index"), Member("index")],
        directions={"mortality": -1},
        scaling=Scaling("goalposts", goalposts={"mortality": (0, 40), "income": (0, 4)}),
    )
    np.testing.assert_allclose(found.normalised, [[0.75, 0.25], [0.25, 0.75]])
