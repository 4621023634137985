"""Inference under a named distribution."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from analysis.gravity.covariance import covariance_rule
from analysis.gravity.inference import FewClusters, infer, infer_with_few_clusters, leading_inference
from analysis.gravity.pooled import pooled_ols
from analysis.gravity.wild_bootstrap import wild_cluster_bootstrap


def test_normal_and_t_differ_only_in_what_the_statistic_is_compared_with(make_panel):
    sample = make_panel(n_entities=5, n_periods=8, n_terms=7)
    z = infer(pooled_ols(sample, covariance_rule("classical_normal")), 0.95)
    t = infer(pooled_ols(sample, covariance_rule("classical_t")), 0.95)
    np.testing.assert_array_equal(z.statistics, t.statistics)
    np.testing.assert_allclose(z.p_values, 2 * stats.norm.sf(np.abs(z.statistics)))
    np.testing.assert_allclose(t.p_values, 2 * stats.t.sf(np.abs(t.statistics), 32))
    assert (t.p_values > z.p_values).all()


def test_intervals_follow_the_distribution_and_the_level(make_panel):
    fit = pooled_ols(make_panel(n_entities=5, n_periods=8, n_terms=7), covariance_rule("classical_t"))
    wide, narrow = infer(fit, 0.95), infer(fit, 0.5)
    # Student's table: 97.5% point of t(32) is 2.037.
    np.testing.assert_allclose((wide.ci_high - wide.ci_low) / 2 / wide.std_errors, 2.036933, atol=1e-6)
    assert (narrow.ci_low > wide.ci_low).all()


def test_an_interval_excludes_zero_exactly_when_the_p_value_is_below_one_minus_its_level(make_panel):
    for rule in ("classical_normal", "classical_t", "cr1_t"):
        found = infer(pooled_ols(make_panel(effect_size=3.0), covariance_rule(rule)), 0.9)
        np.testing.assert_array_equal((found.ci_low > 0) | (found.ci_high < 0), found.p_values < 0.1)


def test_a_level_outside_zero_and_one_is_refused(make_panel):
    with pytest.raises(ValueError, match="level 95"):
        infer(pooled_ols(make_panel()), 95)


def test_few_clusters_lead_with_the_wild_bootstrap_and_enough_do_not(make_panel):
    few = pooled_ols(make_panel(n_entities=5))
    leading = leading_inference(few, 0.95)
    assert leading.method == "wild_cluster_bootstrap"
    assert leading.n_clusters == 5
    bootstrap = wild_cluster_bootstrap(few.regression, few.terms)
    np.testing.assert_array_equal(leading.p_values, bootstrap.p_values)
    np.testing.assert_array_equal(leading.ci_high, bootstrap.ci_high)
    enough = leading_inference(pooled_ols(make_panel(n_entities=20)), 0.95)
    assert (enough.method, enough.n_clusters) == ("t", None)
    alone = leading_inference(pooled_ols(make_panel(n_entities=1, n_periods=20)), 0.95)
    assert (alone.method, alone.n_clusters) == ("t", None)


def test_the_number_of_clusters_that_are_few_and_the_method_are_stated(make_panel):
    fit = pooled_ols(make_panel(n_entities=25), covariance_rule("classical_t"))
    few = FewClusters(below=30, method="cr2_satterthwaite")
    leading = leading_inference(fit, 0.9, few)
    own = infer(pooled_ols(make_panel(n_entities=25), covariance_rule("cr2_satterthwaite")), 0.9)
    np.testing.assert_array_equal(leading.p_values, own.p_values)
    np.testing.assert_array_equal(leading.ci_low, own.ci_low)
    assert leading.method == "cr2_satterthwaite"
    assert "CR2 by partner" in leading.note


def test_degrees_of_freedom_by_satterthwaite_stand_beside_the_bootstrap(make_panel):
    fit = pooled_ols(make_panel(n_entities=6))
    bootstrap = infer_with_few_clusters(fit, 0.95)
    cr2 = infer_with_few_clusters(fit, 0.95, FewClusters(method="cr2_satterthwaite"))
    np.testing.assert_array_equal(bootstrap.df, cr2.df)
    frame = bootstrap.to_frame()
    assert list(frame["term"]) == list(fit.terms)
    assert set(frame["method"]) == {"wild_cluster_bootstrap"}
