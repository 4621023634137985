"""Draws of coefficients against brute force: one regression per draw."""

from __future__ import annotations

import numpy as np
import pytest
import statsmodels.api as sm

from analysis.potential.draws import (
    PAIRS_FROM,
    basis_of,
    draw_coefficients,
    draw_coefficients_again,
    resample,
)


def panel(n_clusters: int, n_years: int, n_slopes: int, seed: int = 1):
    rng = np.random.default_rng(seed)
    clusters = np.repeat(np.arange(n_clusters), n_years)
    design = np.column_stack([np.ones(clusters.size), rng.normal(10, 2, (clusters.size, n_slopes))])
    outcome = design @ rng.normal(size=n_slopes + 1) + rng.normal(size=clusters.size)
    coefficients = np.linalg.lstsq(design, outcome, rcond=None)[0]
    return design, outcome, coefficients, clusters


def drawn(design, outcome, coefficients, clusters, resampling):
    return draw_coefficients(design, outcome - design @ coefficients, coefficients, clusters, resampling)


def test_a_wild_draw_moves_by_what_each_cluster_weighs_left_out():
    design, outcome, coefficients, clusters = panel(5, 8, 3)
    resampling = resample(5, 99, 1, few_clusters=20)
    found = drawn(design, outcome, coefficients, clusters, resampling)
    without = [
        np.linalg.lstsq(design[clusters != g], outcome[clusters != g], rcond=None)[0] for g in range(5)
    ]
    expected = coefficients + resampling.weights @ (coefficients - np.array(without))
    np.testing.assert_allclose(found.coefficients, expected, rtol=1e-9)
    assert resampling.is_exact
    assert len(found.coefficients) == 6**5
    assert "all 7776 combinations" in found.sentence


def test_the_refit_of_a_wild_draw_is_least_squares_on_its_outcomes():
    design, outcome, coefficients, clusters = panel(8, 6, 3)
    resampling = resample(8, 99, 1, few_clusters=20)
    found = drawn(design, outcome, coefficients, clusters, resampling)
    fitted = design @ coefficients
    again = fitted + resampling.weights[7][clusters] * (outcome - fitted)
    np.testing.assert_allclose(found.refits[7], sm.OLS(again, design).fit().params, rtol=1e-8)


def test_a_draw_of_pairs_is_least_squares_on_the_clusters_that_it_takes():
    design, outcome, coefficients, clusters = panel(25, 5, 3)
    resampling = resample(25, 99, 1, few_clusters=20)
    assert resampling.kind == "pairs"
    found = drawn(design, outcome, coefficients, clusters, resampling)
    for draw in (0, 50, 98):
        counts = resampling.weights[draw].astype(int)
        rows = np.concatenate([np.tile(np.flatnonzero(clusters == g), counts[g]) for g in range(25)])
        expected = sm.OLS(outcome[rows], design[rows]).fit().params
        np.testing.assert_allclose(found.coefficients[draw], expected, rtol=1e-8)


def test_resamples_that_do_not_tell_terms_apart_are_left_out_and_counted():
    design, outcome, _, clusters = panel(20, 3, 1)
    # Only two of the clusters tell the last column from the constant; draws without either are singular.
    design = np.column_stack([design, (clusters < 2).astype(float)])
    coefficients = np.linalg.lstsq(design, outcome, rcond=None)[0]
    resampling = resample(20, 999, 1, few_clusters=20)
    found = drawn(design, outcome, coefficients, clusters, resampling)
    n_singular = int((resampling.weights[:, :2].sum(axis=1) == 0).sum())
    assert n_singular > 50
    assert found.n_failed == n_singular
    assert len(found.coefficients) == len(found.weights) == 999 - n_singular
    assert np.isfinite(found.coefficients).all()
    assert f"{n_singular} of 999 draws left out" in found.sentence


def test_a_cluster_that_cannot_be_left_out_is_told():
    design, outcome, _, clusters = panel(6, 5, 1)
    design = np.column_stack([design, (clusters == 0).astype(float)])
    coefficients = np.linalg.lstsq(design, outcome, rcond=None)[0]
    found = drawn(design, outcome, coefficients, clusters, resample(6, 99, 1, few_clusters=20))
    assert found.n_inseparable == 1
    assert "1 clusters cannot be left out" in found.sentence
    assert np.isfinite(found.coefficients).all()


@pytest.mark.parametrize("n_clusters", [8, 24])
def test_a_regressor_that_every_draw_leaves_as_it_is_gives_the_draws_back(n_clusters: int):
    design, outcome, coefficients, clusters = panel(n_clusters, 6, 3)
    resampling = resample(n_clusters, 199, 1, few_clusters=20, may_enumerate=False)
    plain = drawn(design, outcome, coefficients, clusters, resampling)
    again = draw_coefficients_again(
        lambda block: np.broadcast_to(design, (block.stop - block.start, *design.shape)),
        outcome,
        clusters,
        resampling,
        basis_of(design),
    )
    for name in ("coefficients", "smooth", "refits"):
        np.testing.assert_allclose(getattr(again, name), getattr(plain, name), rtol=1e-7)


def test_poisson_draws_are_newton_steps_from_the_estimate():
    rng = np.random.default_rng(4)
    clusters = np.repeat(np.arange(200), 5)
    design = np.column_stack([np.ones(1000), rng.normal(size=(1000, 2))])
    outcome = rng.poisson(np.exp(design @ [1.0, 0.3, -0.2])).astype(float)
    fit = sm.GLM(outcome, design, family=sm.families.Poisson()).fit()
    root = np.sqrt(fit.mu)
    resampling = resample(200, 999, 1, few_clusters=20)
    found = draw_coefficients(
        root[:, None] * design, (outcome - fit.mu) / root, fit.params, clusters, resampling
    )
    # One step is close to the whole way: a full fit on one resample differs by far less than its spread.
    counts = resampling.weights[3][clusters]
    whole = sm.GLM(outcome, design, family=sm.families.Poisson(), freq_weights=counts).fit().params
    assert np.abs(found.coefficients[3] - whole).max() < 0.1 * found.coefficients.std(axis=0).min()


def test_one_cluster_is_refused():
    with pytest.raises(ValueError, match="expected at least 2"):
        resample(1, 99, 1, few_clusters=20)


def test_large_panels_go_block_by_block_with_the_same_numbers(monkeypatch):
    design, outcome, _, clusters = panel(8, 6, 3)
    resampling = resample(8, 199, 1, few_clusters=20)

    def run():
        return draw_coefficients_again(
            lambda block: np.broadcast_to(design, (block.stop - block.start, *design.shape)),
            outcome,
            clusters,
            resampling,
            basis_of(design),
        ).coefficients

    whole = run()
    monkeypatch.setattr("analysis.potential.draws.BLOCK_SIZE", 5000)
    np.testing.assert_allclose(run(), whole, rtol=1e-12)


def test_clusters_are_resampled_whole_from_the_number_given_on():
    assert resample(20, 99, 1, few_clusters=20).kind == "pairs"
    assert resample(19, 99, 1, few_clusters=20).kind == "wild"


def test_with_thirty_clusters_of_common_errors_the_wild_bootstrap_holds_the_slope_and_pairs_do_too_seldom():
    rng = np.random.default_rng(20240331)
    clusters = np.repeat(np.arange(30), 6)
    own = np.repeat(rng.normal(size=(30, 3)), 6, axis=0)
    design = np.column_stack([np.ones(180), own + 0.5 * rng.normal(size=own.shape)])
    held = {"wild": [], "pairs": []}
    for seed in range(120):
        outcome = design @ np.ones(4) + np.repeat(rng.normal(size=30), 6) + rng.normal(size=180)
        coefficients = np.linalg.lstsq(design, outcome, rcond=None)[0]
        for kind, few in (("wild", PAIRS_FROM), ("pairs", 2)):
            resampling = resample(30, 199, seed, few_clusters=few)
            assert resampling.kind == kind
            found = drawn(design, outcome, coefficients, clusters, resampling).coefficients
            low, high = np.percentile(2 * coefficients - found, [2.5, 97.5], axis=0)
            held[kind].append(((low <= 1) & (high >= 1))[1:].mean())
    assert 0.91 < np.mean(held["wild"]) < 0.97
    assert np.mean(held["pairs"]) < np.mean(held["wild"]) - 0.02
