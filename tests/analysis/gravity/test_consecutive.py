"""Which rows follow one another, whatever a period is."""

from __future__ import annotations

import numpy as np
import pytest

from analysis.gravity.consecutive import consecutive, period_step
from analysis.gravity.errors import UnusableInput
from analysis.gravity.first_difference import first_difference
from analysis.gravity.panel import fixed_effects
from analysis.gravity.panel_data import PanelData, panel_data
from analysis.gravity.serial_correlation import breusch_godfrey, durbin_watson, wooldridge_serial_correlation


def with_periods(sample: PanelData, periods) -> PanelData:
    return panel_data(sample.outcome, sample.regressors, sample.terms, sample.entity_index, periods)


@pytest.mark.parametrize("length", [0.5, 4.0, 1 / 12])
def test_the_length_of_a_period_changes_no_test_and_no_difference(make_panel, length):
    sample = make_panel(share_missing=0.2)
    other = with_periods(sample, 2013 + (sample.periods - 2013) * length)
    assert period_step(other) == pytest.approx(length)
    fits = fixed_effects(sample), fixed_effects(other)
    for test in (wooldridge_serial_correlation, breusch_godfrey):
        first, second = (
            test(panel, fit, alpha=0.05) for panel, fit in zip((sample, other), fits, strict=True)
        )
        assert first.statistic == second.statistic
    assert durbin_watson(sample, fits[0]) == durbin_watson(other, fits[1])
    np.testing.assert_array_equal(first_difference(sample).coefficients, first_difference(other).coefficients)


def test_rows_follow_by_partner_and_lag_and_never_across_a_gap(make_panel):
    sample = make_panel(n_entities=5, n_periods=7, share_missing=0.3, seed=3)
    held = set(zip(sample.entity_index.tolist(), sample.periods.tolist(), strict=True))
    for lag in (1, 2, 3):
        later, earlier = consecutive(sample, lag)
        np.testing.assert_array_equal(sample.entity_index[later], sample.entity_index[earlier])
        np.testing.assert_array_equal(sample.periods[later] - lag, sample.periods[earlier])
        assert later.size == sum((partner, period - lag) in held for partner, period in held)


def test_a_period_between_two_others_of_the_grid_follows_nothing(make_panel):
    sample = make_panel(n_entities=4, n_periods=6)
    periods = sample.periods.astype(float)
    periods[periods == 2018] = 2018.5
    later, _ = consecutive(with_periods(sample, periods))
    assert later.size == 4 * 4


def test_periods_that_are_no_numbers_are_refused_where_order_in_time_matters(make_panel):
    sample = make_panel()
    for periods in (sample.periods.astype(str), sample.periods.astype(str).astype("datetime64[Y]")):
        other = with_periods(sample, periods)
        fit = fixed_effects(other)
        for estimate in (
            lambda panel=other, fit=fit: breusch_godfrey(panel, fit, alpha=0.05),
            lambda panel=other, fit=fit: durbin_watson(panel, fit),
            lambda panel=other: first_difference(panel),
        ):
            with pytest.raises(UnusableInput, match="expected numbers"):
                estimate()
