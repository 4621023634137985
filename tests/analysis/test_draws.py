"""Weights and counts that everything that resamples shares."""

from __future__ import annotations

import numpy as np
import pytest

from analysis.draws import cluster_counts, normal_weights, webb_weights


def test_few_clusters_have_every_combination_once():
    weights, is_exact = webb_weights(3, 999, seed=1)
    assert is_exact
    assert weights.shape == (216, 3)
    assert len(np.unique(weights, axis=0)) == 216
    np.testing.assert_allclose(weights.mean(axis=0), 0, atol=1e-15)
    np.testing.assert_allclose((weights**2).mean(axis=0), 1)


def test_more_clusters_are_drawn_and_the_seed_fixes_them():
    weights, is_exact = webb_weights(7, 999, seed=1)
    assert not is_exact
    assert weights.shape == (999, 7)
    assert weights.tobytes() == webb_weights(7, 999, seed=1)[0].tobytes()
    assert weights.tobytes() != webb_weights(7, 999, seed=2)[0].tobytes()
    assert webb_weights(3, 50, seed=1, enumerate_up_to=0)[0].shape == (50, 3)


def test_counts_take_as_many_clusters_as_there_are():
    counts = cluster_counts(25, 400, seed=3)
    assert (counts.sum(axis=1) == 25).all()
    assert counts.mean() == 1
    assert counts.min() == 0


def test_draws_cannot_be_changed_in_place():
    for drawn in (webb_weights(7, 9, 1)[0], normal_weights(7, 9, 1), cluster_counts(7, 9, 1)):
        with pytest.raises(ValueError, match="read-only"):
            drawn[0, 0] = 2


@pytest.mark.parametrize(("n_clusters", "n_draws"), [(0, 9), (3, 0)])
def test_nothing_to_draw_is_refused(n_clusters: int, n_draws: int):
    for draw in (webb_weights, normal_weights, cluster_counts):
        with pytest.raises(ValueError, match="expected at least one cluster and one draw"):
            draw(n_clusters, n_draws, 1)


@pytest.mark.parametrize("seed", [-1, 1.5, True, None])
def test_a_seed_is_a_whole_number(seed):
    with pytest.raises(ValueError, match="seed: seen"):
        normal_weights(3, 3, seed)
