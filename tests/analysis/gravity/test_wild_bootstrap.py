"""The wild cluster bootstrap against a plain loop that estimates every draw."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from analysis.gravity.errors import NotEstimable
from analysis.gravity.panel import fixed_effects
from analysis.gravity.panel_data import panel_data
from analysis.gravity.pooled import pooled_ols
from analysis.gravity.wild_bootstrap import wild_cluster_bootstrap
from analysis.gravity.wild_weights import POINTS, wild_draws


def one_by_one(design, outcome, clusters, position, null, weights):
    """The sample's statistic and that of each draw, every one estimated."""
    bread = np.linalg.inv(design.T @ design)

    def statistic(values):
        coefficients = bread @ design.T @ values
        errors = values - design @ coefficients
        scores = np.array([design[clusters == g].T @ errors[clusters == g] for g in np.unique(clusters)])
        covariance = bread @ scores.T @ scores @ bread
        return (coefficients[position] - null) / np.sqrt(covariance[position, position])

    others = np.delete(design, position, axis=1)
    shifted = outcome - null * design[:, position]
    fitted = others @ np.linalg.lstsq(others, shifted, rcond=None)[0] + null * design[:, position]
    errors = outcome - fitted
    return statistic(outcome), np.array([statistic(fitted + row[clusters] * errors) for row in weights])


def share(sample, draws):
    return float((np.abs(draws) >= abs(sample) * (1 - 1e-9)).mean())


@pytest.fixture(scope="module")
def all_webb():
    return np.array(list(itertools.product(POINTS["webb"], repeat=4)))


@pytest.mark.parametrize("n_terms", [2, 6])
def test_enumeration_equals_the_loop_with_fewer_and_with_more_coefficients_than_clusters(
    make_panel, all_webb, n_terms
):
    sample = make_panel(n_entities=4, n_periods=7, n_terms=n_terms, share_missing=0.1)
    fit = pooled_ols(sample)
    found = wild_cluster_bootstrap(fit.regression, fit.terms, with_intervals=False)
    assert found.is_enumerated
    assert found.draws == 6**4
    assert found.note.endswith("all 1,296 combinations of Webb weights")
    for position in (0, 1):
        statistic, draws = one_by_one(
            sample.design, sample.outcome, sample.entity_index, position, 0.0, all_webb
        )
        assert found.statistics[position] == pytest.approx(statistic)
        assert found.p_values[position] == share(statistic, draws)


def test_interval_ends_are_where_the_test_turns(make_panel, all_webb):
    sample = make_panel(n_entities=4, n_periods=7, n_terms=2)
    fit = pooled_ols(sample)
    found = wild_cluster_bootstrap(fit.regression, fit.terms, level=0.8)
    for end, inwards in ((found.ci_low[1], 1), (found.ci_high[1], -1)):
        for step, is_rejected in ((-inwards, True), (inwards, False)):
            null = end + step * 1e-4
            values = one_by_one(sample.design, sample.outcome, sample.entity_index, 1, null, all_webb)
            assert (share(*values) <= 0.2) == is_rejected


def test_draws_equal_the_loop_with_the_same_weights_and_count_the_sample(make_panel):
    sample = make_panel(n_entities=9, n_periods=5, n_terms=2)
    fit = pooled_ols(sample)
    found = wild_cluster_bootstrap(fit.regression, fit.terms, n_draws=199, seed=5)
    weights = wild_draws(9, "webb", 199, 5).weights
    statistic, draws = one_by_one(sample.design, sample.outcome, sample.entity_index, 1, 0.0, weights)
    assert found.p_values[1] == pytest.approx((1 + 199 * share(statistic, draws)) / 200)
    above = (draws >= statistic * (1 - 1e-9)).sum() if statistic > 0 else (draws <= statistic).sum()
    assert found.p_values_equal_tail[1] == pytest.approx(
        min(1, 2 * min(1 + above, 200 - above) / 200), abs=1e-12
    )
    assert not found.is_enumerated
    assert "seed 5" in found.note
    other = wild_cluster_bootstrap(fit.regression, fit.terms, n_draws=199, seed=6)
    assert (other.p_values != found.p_values).any()


def test_partner_effects_stand_for_their_dummies(make_panel, all_webb):
    sample = make_panel(n_entities=4, n_periods=8, n_terms=2)
    fit = fixed_effects(sample)
    found = wild_cluster_bootstrap(fit.regression, fit.terms, with_intervals=False)
    dummies = (sample.entity_index[:, None] == np.arange(4)).astype(float)
    design = np.column_stack([sample.regressors, dummies])
    values = one_by_one(design, sample.outcome, sample.entity_index, 0, 0.0, all_webb)
    assert found.p_values[1] == share(*values)


def test_rademacher_weights_are_enumerated_further(make_panel):
    fit = pooled_ols(make_panel())
    found = wild_cluster_bootstrap(fit.regression, fit.terms, weights="rademacher")
    assert found.draws == 2**12
    weights = np.array(list(itertools.product(POINTS["rademacher"], repeat=12)))
    sample = make_panel()
    values = one_by_one(sample.design, sample.outcome, sample.entity_index, 2, 0.0, weights)
    assert found.p_values[2] == share(*values)


def test_the_interval_holds_the_estimate_and_excludes_0_just_when_the_test_rejects(make_panel):
    for seed in range(6):
        fit = pooled_ols(make_panel(n_entities=5, seed=seed))
        found = wild_cluster_bootstrap(fit.regression, fit.terms, level=0.9)
        assert ((found.ci_low < found.estimates) & (found.estimates < found.ci_high)).all()
        excluded = (found.ci_low > 0) | (found.ci_high < 0)
        np.testing.assert_array_equal(excluded, found.p_values <= 0.1)


def test_two_clusters_cannot_reject_so_the_interval_has_no_end(make_panel):
    fit = pooled_ols(make_panel(n_entities=2, n_periods=10, n_terms=1))
    found = wild_cluster_bootstrap(fit.regression, fit.terms)
    assert found.draws == 36
    assert (found.p_values >= 6 / 36).all()
    assert np.isinf(found.ci_low[1])
    assert np.isinf(found.ci_high[1])


def test_webb_weights_have_mean_0_and_variance_1():
    points = POINTS["webb"]
    assert points.sum() == pytest.approx(0)
    assert (points**2).mean() == pytest.approx(1)
    assert wild_draws(6, "webb", 999, 1).count == 46_656
    assert not wild_draws(7, "webb", 999, 1).is_enumerated


def test_what_cannot_be_drawn_is_refused(make_panel):
    alone = pooled_ols(make_panel(n_entities=1, n_periods=20))
    with pytest.raises(NotEstimable, match="at least 2 clusters, seen 1"):
        wild_cluster_bootstrap(alone.regression, alone.terms)
    fit = pooled_ols(make_panel())
    with pytest.raises(ValueError, match="'mammen'"):
        wild_cluster_bootstrap(fit.regression, fit.terms, weights="mammen")
    with pytest.raises(ValueError, match="level 95"):
        wild_cluster_bootstrap(fit.regression, fit.terms, level=95)
    with pytest.raises(ValueError, match="seen 0 draws"):
        wild_cluster_bootstrap(fit.regression, fit.terms, n_draws=0)


def test_a_coefficient_without_clustered_variance_has_no_p_value():
    x = np.array([0.0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3])
    wave = np.tile([1.0, -1.0, -1.0, 1.0], 3)  # sums to 0 with 1 and with x, in each cluster
    sample = panel_data(2 + 3 * x + wave, x[:, None], ["x"], list("AAAABBBBCCCC"), [1, 2, 3, 4] * 3)
    fit = pooled_ols(sample)
    found = wild_cluster_bootstrap(fit.regression, fit.terms)
    assert np.isnan(found.p_values).all()
