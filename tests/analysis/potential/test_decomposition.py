"""What moved trade: parts add up without a remainder."""

from __future__ import annotations

import numpy as np
import pytest

from analysis.potential.decomposition import decompose_levels, decompose_logs, logarithmic_mean


def test_the_logarithmic_mean_lies_between_the_geometric_and_the_arithmetic_one():
    assert logarithmic_mean(1.0, np.e) == pytest.approx(np.e - 1)
    assert logarithmic_mean(7.0, 7.0) == 7.0
    assert logarithmic_mean(7.0, 7.0 * (1 + 1e-13)) == pytest.approx(7.0, rel=1e-12)
    assert logarithmic_mean(0.0, 5.0) == 0.0
    assert np.isnan(logarithmic_mean(-1.0, 5.0))


def test_parts_of_actual_and_of_predicted_trade_add_up_exactly():
    rng = np.random.default_rng(3)
    contributions = rng.normal(0, 0.3, (50, 4))
    before, predicted = np.exp(rng.normal(20, 1, 50)), np.exp(rng.normal(20, 1, 50))
    after = before * np.exp(contributions.sum(axis=1) + rng.normal(0, 0.2, 50))
    then = predicted * np.exp(contributions.sum(axis=1))
    found = decompose_logs(contributions, before, after, predicted, then)
    np.testing.assert_allclose(found.actual_usd.sum(axis=1), after - before, rtol=1e-9, atol=1e-3)
    np.testing.assert_allclose(found.predicted_usd.sum(axis=1), then - predicted, rtol=1e-9, atol=1e-3)
    np.testing.assert_allclose(found.in_logarithms.sum(axis=1), np.log(after / before))


def test_trade_of_zero_has_no_decomposition():
    found = decompose_logs(np.array([[0.1]]), *(np.array([value]) for value in (0.0, 5.0, 1.0, 1.1)))
    assert np.isnan(found.actual_usd).all()
    assert np.isfinite(found.predicted_usd).all()


def test_levels_add_up_too():
    found = decompose_levels(np.array([[2.0, -1.0]]), np.array([100.0]), np.array([125.0]), 10.0)
    np.testing.assert_allclose(found.predicted_usd, [[20.0, -10.0]])
    np.testing.assert_allclose(found.actual_usd, [[20.0, -10.0, 15.0]])
    assert np.isnan(found.in_logarithms).all()
