"""Intervals of K: what they contain, what they leave out, and what is undefined."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from analysis.potential.draws import draw_coefficients, resample
from analysis.potential.intervals import bounds_of, new_draws, potential_intervals, smearing_draws

CLASSES = [
    SimpleNamespace(label="low", upper=0.8, is_upper_included=False),
    SimpleNamespace(label="middle", upper=1.2, is_upper_included=True),
    SimpleNamespace(label="high", upper=None, is_upper_included=False),
]


def intervals(actual, linear, draws, errors=(0.0,), **settings):
    linear, draws = np.asarray(linear, dtype=float), np.asarray(draws, dtype=float)
    given = {"is_log": True, "unit_usd": 1.0, "level": 0.95, "seed": 1} | settings
    return potential_intervals(
        np.asarray(actual, dtype=float),
        linear,
        lambda cells: draws[:, cells],
        lambda cells: draws[:, cells],
        np.asarray(errors, dtype=float),
        CLASSES,
        **given,
    )


def test_bounds_are_order_statistics():
    values = np.random.default_rng(0).permutation(np.arange(1.0, 1000.0))
    assert bounds_of(values, 0.95) == (25.0, 975.0)
    assert bounds_of(np.arange(1.0, 10.0), 0.95) == (1.0, 9.0)


def test_without_any_uncertainty_every_interval_is_k_itself():
    found = intervals([80.0, 200.0], np.log([100.0, 100.0]), np.log([[100.0, 100.0]] * 99))
    np.testing.assert_allclose(found.ratio_low, [0.8, 2.0])
    np.testing.assert_allclose(found.ratio_high, [0.8, 2.0])
    np.testing.assert_allclose(found.gap_low_usd, [20.0, -100.0])
    np.testing.assert_allclose(found.class_probabilities[1], [0, 0, 1])


def test_the_benchmark_is_reflected_so_that_bias_is_taken_out():
    # All draws lie a tenth too high in logarithms: so did the estimate, and the interval lies lower.
    found = intervals([100.0], np.log([100.0]), np.log([[100.0]] * 99) + 0.1)
    np.testing.assert_allclose(found.ratio_low, np.exp(0.1))


def test_a_new_draw_has_an_error_of_its_own():
    draws = np.log([[100.0]] * 999)
    found = intervals([100.0], np.log([100.0]), draws, errors=[-0.5, 0.5])
    np.testing.assert_allclose([found.ratio_low[0], found.ratio_high[0]], 1)
    np.testing.assert_allclose(found.new_ratio_low, np.exp(-0.5))
    np.testing.assert_allclose(found.new_ratio_high, np.exp(0.5))
    assert found.class_probabilities[0, 1] == 0
    assert found.class_probabilities[0].sum() == pytest.approx(1)


def test_smearing_moves_the_benchmark_and_leaves_new_draws_alone():
    draws = np.log([[100.0]] * 99)
    plain = intervals([100.0], np.log([100.0]), draws)
    smeared = intervals([100.0], np.log([100.0]), draws, smearing=1.25, drawn_smearing=np.full(99, 1.25))
    np.testing.assert_allclose(smeared.ratio_low, plain.ratio_low / 1.25)
    np.testing.assert_allclose(smeared.new_ratio_low, plain.new_ratio_low)


def test_a_level_prediction_that_is_not_positive_is_in_no_class():
    draws = np.array([[-10.0], [10.0]] * 50)
    found = intervals([10.0], [0.0], draws, is_log=False)
    assert found.undefined_share[0] == pytest.approx(0.5)
    assert found.class_probabilities[0].sum() == pytest.approx(0.5)
    assert np.isnan(found.ratio_high[0])
    np.testing.assert_allclose(found.ratio_low, 1.0)


def test_trade_of_zero_is_in_the_lowest_class_and_unknown_trade_in_none():
    found = intervals([0.0, np.nan, -1.0], np.zeros(3), np.zeros((99, 3)))
    np.testing.assert_array_equal(found.class_probabilities[0], [1, 0, 0])
    assert found.ratio_low[0] == found.ratio_high[0] == 0
    for cell in (1, 2):
        assert np.isnan(found.ratio_low[cell])
        np.testing.assert_array_equal(found.class_probabilities[cell], 0)
        assert found.undefined_share[cell] == 1


def test_new_draws_of_trade_that_may_be_zero_leave_no_upper_end():
    found = intervals([5.0], [0.0], np.zeros((999, 1)), errors=[-np.inf, 0.0])
    assert np.isinf(found.new_ratio_high[0])
    assert found.class_probabilities[0].sum() == pytest.approx(1)


@pytest.mark.parametrize("level", [0, 1, 95])
def test_a_level_that_is_no_share_is_refused(level):
    with pytest.raises(ValueError, match="level: seen"):
        intervals([1.0], [0.0], np.zeros((9, 1)), level=level)


def test_nothing_in_gives_nothing_out():
    found = intervals([], [], np.zeros((99, 0)))
    assert found.ratio_low.size == 0
    assert found.class_probabilities.shape == (0, 3)
    assert len(found.to_frame()) == 0


@pytest.mark.parametrize(("n_clusters", "kind"), [(6, "duan"), (6, "normal"), (25, "duan"), (25, "normal")])
def test_smearing_of_a_draw_is_that_of_its_own_residuals(n_clusters: int, kind: str):
    rng = np.random.default_rng(2)
    clusters = np.repeat(np.arange(n_clusters), 6)
    design = np.column_stack([np.ones(clusters.size), rng.normal(size=clusters.size)])
    outcome = design @ [1.0, 2.0] + rng.normal(size=clusters.size)
    coefficients = np.linalg.lstsq(design, outcome, rcond=None)[0]
    fitted = design @ coefficients
    resampling = resample(n_clusters, 99, 1, few_clusters=20)
    draws = draw_coefficients(design, outcome - fitted, coefficients, clusters, resampling)
    found = smearing_draws(
        outcome, lambda d: draws.refits[d] @ design.T, lambda _: fitted[None], clusters, draws, kind, 2
    )
    draw = 11
    if n_clusters < 20:
        rows = np.arange(clusters.size)
        sampled = fitted + resampling.weights[draw][clusters] * (outcome - fitted)
    else:
        rows = np.repeat(np.arange(clusters.size), resampling.weights[draw][clusters].astype(int))
        sampled = outcome
    again = np.linalg.lstsq(design[rows], sampled[rows], rcond=None)[0]
    residuals = sampled[rows] - design[rows] @ again
    expected = np.exp(residuals).mean()
    if kind == "normal":
        expected = np.exp(0.5 * (residuals @ residuals) / (rows.size * (1 - 2 / clusters.size)))
    assert found[draw] == pytest.approx(expected, rel=1e-9)
    assert (smearing_draws(outcome, None, None, clusters, draws, "none", 2) == 1).all()


def test_new_draws_come_from_the_seed_alone():
    draws = np.random.default_rng(1).normal(size=(99, 3))
    errors = np.array([-1.0, 0.0, 2.0])
    first, second = (new_draws(np.zeros(3), draws, errors, 5) for _ in range(2))
    assert first.tobytes() == second.tobytes()
    assert first.tobytes() != new_draws(np.zeros(3), draws, errors, 6).tobytes()
