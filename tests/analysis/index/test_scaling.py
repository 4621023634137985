"""Scaling: over all rows, by year, on a base year, and what cannot be scaled."""

from __future__ import annotations

import numpy as np
import pytest

from analysis.index.correlation import ConstantIndicator, IndicatorError, standardise
from analysis.index.scaling import Scaling, scale

VALUES = np.array([[1.0], [3.0], [10.0], [30.0]])
YEARS = [2013, 2013, 2014, 2014]


def scaled(scaling, values=VALUES, years=YEARS):
    return scale(values, ["a"], scaling, years).values[:, 0]


@pytest.mark.parametrize(
    ("scaling", "expected"),
    [
        (Scaling("min_max"), [0, 2 / 29, 9 / 29, 1]),
        (Scaling("min_max", low=0, high=100), [0, 200 / 29, 900 / 29, 100]),
        (Scaling("min_max", "per_year"), [0, 1, 0, 1]),
        # Measured against 1 to 3, 10 and 30 lie far above.
        (Scaling("min_max", "base_year", 2013), [0, 1, 4.5, 14.5]),
        # Mean 2, deviation root 2; mean 20, deviation 10 root 2.
        (Scaling("z_score", "per_year"), np.array([-1, 1, -1, 1]) / np.sqrt(2)),
        (Scaling("z_score", "base_year", 2013), np.array([-1, 1, 8, 28]) / np.sqrt(2)),
    ],
)
def test_scales_are_worked_out_by_hand(scaling, expected):
    np.testing.assert_allclose(scaled(scaling), expected)


def test_pooled_z_scores_are_those_that_components_use(random_indicators):
    names = list("abcdef")
    found = scale(random_indicators, names, Scaling()).values
    np.testing.assert_array_equal(found, standardise(random_indicators, names).z)


def test_missing_cells_stay_missing_and_do_not_count():
    values = np.array([[1.0], [3.0], [np.nan], [5.0]])
    found = scale(values, ["a"], Scaling("min_max"), is_missing_allowed=True).values[:, 0]
    np.testing.assert_array_equal(found, [0, 0.5, np.nan, 1])
    with pytest.raises(IndicatorError, match="seen nan"):
        scale(values, ["a"], Scaling("min_max"))


def test_an_indicator_that_is_flat_in_one_year_is_named_with_the_year():
    with pytest.raises(ConstantIndicator, match="do not vary in 2014: a"):
        scaled(Scaling("z_score", "per_year"), np.array([[1.0], [2.0], [5.0], [5.0]]))


def test_years_are_needed_where_they_matter():
    with pytest.raises(IndicatorError, match="seen 0 years for 4 rows"):
        scale(VALUES, ["a"], Scaling("z_score", "per_year"))
    with pytest.raises(IndicatorError, match=r"seen no row of 2012, expected it among \[2013, 2014\]"):
        scaled(Scaling("z_score", "base_year", 2012))


def test_one_row_a_year_cannot_be_scaled_by_year():
    with pytest.raises(IndicatorError, match="fewer than 2 values in 2013"):
        scaled(Scaling("z_score", "per_year"), years=[2013, 2014, 2015, 2016])


@pytest.mark.parametrize(
    "keys",
    [
        {"method": "ranks"},
        {"reference": "ever"},
        {"reference": "base_year"},
        {"base_year": 2013},
        {"method": "min_max", "low": 1.0, "high": 0.0},
    ],
)
def test_scalings_that_make_no_sense_are_refused(keys):
    with pytest.raises(ValueError, match="expected"):
        Scaling(**keys)


@pytest.mark.parametrize(
    ("scaling", "expected"),
    [
        (Scaling("rank"), [1, 2, 3, 4]),
        (Scaling("percentile_rank"), [0, 1 / 3, 2 / 3, 1]),
        (Scaling("percentile_rank", "per_year"), [0, 1, 0, 1]),
        (Scaling("share_of_best"), [1 / 30, 0.1, 1 / 3, 1]),
        (Scaling("share_of_best", "base_year", 2013), [1 / 3, 1, 10 / 3, 10]),
        (Scaling("share_of_mean"), [1 / 11, 3 / 11, 10 / 11, 30 / 11]),
        (Scaling("goalposts", goalposts={"a": (2, 12)}), [0, 0.1, 0.8, 1]),
        (Scaling("goalposts", goalposts={"a": (12, 2)}), [1, 0.9, 0.2, 0]),
        (Scaling("goalposts", low=1, high=11, goalposts={"a": (2, 12)}), [1, 2, 9, 11]),
    ],
)
def test_scales_without_a_deviation_are_worked_out_by_hand(scaling, expected):
    np.testing.assert_allclose(scaled(scaling), expected)


def test_ranks_pass_over_missing_cells_and_equals_share_the_lower_one():
    values = np.array([[5.0], [np.nan], [7.0], [5.0]])
    found = scale(values, ["a"], Scaling("rank"), is_missing_allowed=True).values[:, 0]
    np.testing.assert_array_equal(found, [1, np.nan, 3, 1])


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"method": "goalposts"}, "expected them with method 'goalposts'"),
        ({"method": "min_max", "goalposts": {"a": (0, 1)}}, "expected them with method 'goalposts'"),
        ({"method": "goalposts", "goalposts": {"a": (1, 1)}}, "expected two different numbers"),
        ({"method": "goalposts", "reference": "per_year", "goalposts": {"a": (0, 1)}}, "expected 'pooled'"),
        ({"method": "rank", "reference": "base_year", "base_year": 2013}, "expected 'pooled' or 'per_year'"),
    ],
)
def test_a_scaling_that_means_nothing_is_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        Scaling(**arguments)


def test_an_indicator_without_goalposts_and_a_share_of_a_negative_one_are_refused():
    with pytest.raises(IndicatorError, match=r"seen no goalposts for \['a'\]"):
        scaled(Scaling("goalposts", goalposts={"b": (0, 1)}))
    with pytest.raises(IndicatorError, match="seen numbers below 0 in the sample in a"):
        scaled(Scaling("share_of_best"), -VALUES)
