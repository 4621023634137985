"""Outliers: when they are treated, how, and what is reported."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from analysis.index.correlation import IndicatorError
from analysis.index.treatment import TreatmentRule, excess_kurtosis, skewness, treat

# Ten even numbers and two outliers, with the moments that the vignette on treatment of COINr 1.1 prints.
OUTLYING = np.array([*range(1, 11), 30, 100], dtype=float)


def treated(values, rule):
    found = treat(np.asarray(values, dtype=float)[:, None], ["a"], rule)
    return found.values[:, 0], found.report[0]


def test_moments_are_the_published_ones():
    assert skewness(OUTLYING) == pytest.approx(3.063241, abs=5e-7)
    assert excess_kurtosis(OUTLYING) == pytest.approx(9.741391, abs=5e-7)


def test_moments_equal_scipys_with_missing_values_left_out(random_indicators):
    column = np.append(random_indicators[:, 0], np.nan)
    assert skewness(column) == pytest.approx(stats.skew(column[:-1], bias=False))
    assert excess_kurtosis(column) == pytest.approx(stats.kurtosis(column[:-1], bias=False))


def test_as_few_values_are_moved_as_bring_it_within_the_limits():
    values, report = treated(OUTLYING, TreatmentRule(winsorised_max=2))
    np.testing.assert_array_equal(values, [*range(1, 11), 30, 30])
    assert (report.method, report.winsorised_count, report.is_within_limits) == ("winsorised", 1, True)
    # As that vignette prints it.
    assert report.skewness_after == pytest.approx(1.712038, abs=5e-7)


def test_a_long_low_tail_is_winsorised_upwards():
    values, report = treated(-OUTLYING, TreatmentRule())
    np.testing.assert_array_equal(values, [*-np.arange(1, 11), -30, -30])
    assert report.winsorised_count == 1


def test_where_moving_is_not_enough_the_untouched_values_are_transformed():
    column = np.exp(np.linspace(0, 12, 40))
    values, report = treated(column, TreatmentRule(winsorised_max=1))
    size = column.max() - column.min()
    np.testing.assert_allclose(values, np.log(column - column.min() + 0.01 * size))
    assert (report.method, report.winsorised_count) == ("shifted_log", 0)
    mirrored, _ = treated(-column, TreatmentRule(winsorised_max=1))
    np.testing.assert_allclose(mirrored, -values)
    rooted, report = treated(column, TreatmentRule(winsorised_max=0, otherwise="box_cox", power=0.25))
    np.testing.assert_allclose(rooted, ((column - column.min() + 1) ** 0.25 - 1) / 0.25)
    assert report.method == "box_cox"


def test_the_order_of_values_stays():
    column = np.exp(np.linspace(0, 12, 40))
    for side in (1, -1):
        values, _ = treated(side * column, TreatmentRule(winsorised_max=0))
        assert (np.diff(side * values) > 0).all()


def test_an_indicator_within_the_limits_and_one_that_never_varies_are_left_alone():
    # Skewed but not heavy-tailed: both limits must be exceeded.
    for column in ([1.0, 1, 1, 1, 9], [5.0] * 6, np.arange(20.0)):
        values, report = treated(column, TreatmentRule(kurtosis_limit=9))
        np.testing.assert_array_equal(values, column)
        assert (report.method, report.is_within_limits) == ("none", True)


def test_what_cannot_be_helped_is_reported():
    column = np.zeros(50)
    column[0] = 1.0
    _, report = treated(column, TreatmentRule(winsorised_max=0))
    assert not report.is_within_limits
    assert report.method == "shifted_log"
    left, report = treated(column, TreatmentRule(winsorised_max=0, otherwise="none"))
    np.testing.assert_array_equal(left, column)
    assert not report.is_within_limits


def test_the_report_is_a_table():
    frame = treat(np.column_stack([OUTLYING, np.arange(12.0)]), ["a", "b"], TreatmentRule()).to_frame()
    assert list(frame["name"]) == ["a", "b"]
    assert list(frame["method"]) == ["winsorised", "none"]


def test_fewer_than_four_values_have_no_kurtosis():
    with pytest.raises(IndicatorError, match="treatment: a with fewer than 4 values"):
        treated([1.0, 2, np.nan, 3], TreatmentRule())


@pytest.mark.parametrize("keys", [{"skewness_limit": 0}, {"winsorised_max": -1}, {"otherwise": "square"}])
def test_rules_that_make_no_sense_are_refused(keys):
    with pytest.raises(ValueError, match="expected"):
        TreatmentRule(**keys)


def test_a_rare_event_is_not_winsorised_into_a_constant():
    event = np.eye(40)[:, [0]]
    found = treat(event, ["event"], TreatmentRule())
    assert found.values.min() < found.values.max()
    assert (found.report[0].method, found.report[0].is_within_limits) == ("shifted_log", False)
    untouched = treat(event, ["event"], TreatmentRule(otherwise="none"))
    np.testing.assert_array_equal(untouched.values, event)


def test_no_more_values_are_winsorised_than_allowed_where_the_highest_are_equal():
    column = np.append(np.linspace(-1, 1, 38), [100.0, 100.0])[:, None]
    two = treat(column, ["a"], TreatmentRule(winsorised_max=2)).report[0]
    one = treat(column, ["a"], TreatmentRule(winsorised_max=1, otherwise="none")).report[0]
    assert (two.method, two.winsorised_count) == ("winsorised", 2)
    assert (one.method, one.winsorised_count) == ("none", 0)
