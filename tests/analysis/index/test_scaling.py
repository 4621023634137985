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
