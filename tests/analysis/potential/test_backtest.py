"""Forecasts from the past alone, and how they are scored."""

from __future__ import annotations

import numpy as np
import pytest

from analysis.potential.backtest import (
    Forecast,
    History,
    autoregressive_coefficient,
    autoregressive_forecast,
    naive_forecast,
    score,
)


def test_the_naive_forecast_is_the_last_value_with_the_spread_of_past_changes():
    history = History(np.array([[1.0, 2.0, 4.0], [0.0, -1.0, -1.0]]))
    found = naive_forecast(history, 1, 0.95)
    np.testing.assert_array_equal(found.point, [4.0, -1.0])
    spread = np.sqrt(np.mean([1, 4, 1, 0]))
    np.testing.assert_allclose(found.high - found.point, 1.959964 * spread, rtol=1e-6)
    # Two years ahead the changes over two years count.
    np.testing.assert_allclose(
        naive_forecast(history, 2, 0.95).high - found.point, 1.959964 * np.sqrt(np.mean([9, 1])), rtol=1e-6
    )
    assert np.isnan(naive_forecast(history, 3, 0.95).high).all()


def test_the_pooled_coefficient_is_found_again_on_long_series():
    rng = np.random.default_rng(1)
    values = np.zeros((20, 400))
    for year in range(1, 400):
        values[:, year] = 0.7 * values[:, year - 1] + rng.normal(size=20)
    history = History(values + np.arange(20)[:, None])
    assert autoregressive_coefficient(history) == pytest.approx(0.7, abs=0.03)
    found = autoregressive_forecast(history, 1, 0.95)
    deviation = history.values[:, -1] - history.values.mean(axis=1)
    rho = autoregressive_coefficient(history)
    np.testing.assert_allclose(found.point, history.values.mean(axis=1) + rho * deviation)
    np.testing.assert_allclose(found.high - found.point, 1.96, atol=0.1)


def test_too_short_a_history_has_no_interval_or_no_forecast_and_no_number():
    one = History(np.array([[3.0], [4.0]]))
    assert np.isnan(autoregressive_coefficient(one))
    np.testing.assert_array_equal(naive_forecast(one, 1, 0.95).point, [3.0, 4.0])
    assert np.isnan(autoregressive_forecast(one, 1, 0.95).point).all()
    unknown = History(np.array([[np.nan, np.nan]]))
    assert np.isnan(naive_forecast(unknown, 1, 0.95).point).all()


def test_scores_are_of_errors_in_logarithms_and_relative_to_the_naive_forecast():
    outcome = np.array([1.0, 2.0, np.nan])
    forecast = Forecast(np.array([0.9, 2.3, 1.0]), np.array([0.0, 2.1, 0.0]), np.array([2.0, 2.5, 2.0]))
    found = score(outcome, forecast, np.array([0.6, 2.0, 1.0]))
    assert found.n_forecasts == 2
    assert found.root_mean_squared_error == pytest.approx(np.sqrt((0.01 + 0.09) / 2))
    assert found.mean_absolute_error == pytest.approx(0.2)
    assert found.mean_error == pytest.approx(-0.1)
    assert found.relative_error == pytest.approx(0.2 / 0.2)
    assert found.hit_rate == 0.5


def test_nothing_to_score_has_no_score():
    empty = Forecast(np.empty(0), np.empty(0), np.empty(0))
    found = score(np.empty(0), empty, np.empty(0))
    assert found.n_forecasts == 0
    assert np.isnan(found.root_mean_squared_error)
