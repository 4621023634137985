"""Trade gained when the prediction changes."""

from __future__ import annotations

import warnings

import numpy as np
import pytest

from analysis.potential.scenarios import trade_gained

SETTINGS = {"is_log": True, "unit_usd": 1.0, "level": 0.95}


def test_a_change_of_logarithms_multiplies_trade_and_the_total_sums():
    found = trade_gained(np.array([100.0, 300.0]), np.log([1.1, 1.5]), None, **SETTINGS)
    np.testing.assert_allclose(found.gain_usd, [10, 150, 160])
    np.testing.assert_allclose(found.gain_pct, [10, 50, 40])
    np.testing.assert_allclose(found.scenario_usd, [110, 450, 560])
    assert np.isnan(found.gain_low_usd).all()


def test_a_change_in_levels_is_added():
    found = trade_gained(np.array([100.0]), np.array([2.0]), None, is_log=False, unit_usd=10.0, level=0.9)
    np.testing.assert_allclose(found.gain_usd, [20, 20])


def test_the_total_counts_what_partners_have_in_common():
    # Each draw moves the two partners against one another: the total stays nearly put.
    tilt = np.linspace(-0.1, 0.1, 999)
    draws = np.column_stack([tilt, -tilt])
    found = trade_gained(np.array([100.0, 100.0]), np.zeros(2), draws, **SETTINGS)
    width = found.gain_high_usd - found.gain_low_usd
    assert width[2] < 0.1 * width[0]


def test_a_partner_without_trade_or_drivers_has_no_gain_and_is_left_out_of_the_total():
    found = trade_gained(np.array([100.0, np.nan, 50.0]), np.array([0.1, 0.1, np.nan]), None, **SETTINGS)
    assert np.isnan(found.gain_usd[1:3]).all()
    assert found.base_usd[3] == 100
    assert found.gain_usd[3] == pytest.approx(found.gain_usd[0])
    nobody = trade_gained(np.array([np.nan]), np.array([0.1]), np.full((99, 1), 0.1), **SETTINGS)
    assert np.isnan(nobody.gain_usd).all()
    assert len(found.to_frame()) == 4


def test_nothing_changed_gains_exactly_nothing():
    found = trade_gained(np.array([100.0]), np.zeros(1), np.zeros((99, 1)), **SETTINGS)
    assert found.gain_usd.tolist() == found.gain_low_usd.tolist() == found.gain_high_usd.tolist() == [0, 0]


def test_a_change_without_bound_is_no_number_and_leaves_the_total_of_the_others():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = trade_gained(
            np.array([10.0, 20.0]),
            np.array([2000.0, np.log(2)]),
            np.array([[2000.0, np.log(2)]] * 99),
            is_log=True,
            unit_usd=1.0,
            level=0.9,
        )
    np.testing.assert_allclose(found.gain_usd, [np.nan, 20, 20])
    np.testing.assert_allclose(found.gain_low_usd, [np.nan, 20, 20])
    assert np.isnan(found.scenario_usd[0])
    wide = trade_gained(
        np.array([10.0]), np.array([0.5]), np.array([[-2000.0]] * 99), is_log=True, unit_usd=1.0, level=0.9
    )
    # An end without bound is no number either; the estimate stands.
    assert np.isfinite(wide.gain_usd).all()
    assert np.isnan(wide.gain_high_usd).all()
