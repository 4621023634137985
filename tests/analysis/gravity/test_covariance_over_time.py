"""Two-way clusters and Driscoll-Kraay against second programs and against their definitions."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis.gravity.covariance import covariance_rule
from analysis.gravity.errors import NotEstimable
from analysis.gravity.panel import fixed_effects
from analysis.gravity.pooled import pooled_ols


def linearmodels_fit(sample, effects, **covariance):
    from linearmodels.panel import PanelOLS

    index = pd.MultiIndex.from_arrays([sample.entities[sample.entity_index], sample.periods])
    model = PanelOLS(
        pd.Series(sample.outcome, index=index), pd.DataFrame(sample.design, index=index), **effects
    )
    return model.fit(**covariance)


def test_two_way_clusters_are_both_less_their_intersection(make_panel):
    sample = make_panel(share_missing=0.2)
    other = linearmodels_fit(
        sample,
        {},
        cov_type="clustered",
        cluster_entity=True,
        cluster_time=True,
        debiased=False,
        group_debias=False,
    )
    fit = pooled_ols(sample, covariance_rule("two_way_t", "none"))
    np.testing.assert_allclose(fit.covariance, other.cov, rtol=1e-9)
    assert fit.df_inference == min(sample.n_entities, sample.n_periods) - 1
    parts = [pooled_ols(sample, covariance_rule(name)).covariance for name in ("cr0_t", "hc0_t")]
    np.testing.assert_allclose(parts[0] - parts[1] - fit.covariance, -(by_period(sample)), rtol=1e-8)


def by_period(sample):
    fit = pooled_ols(sample)
    bread, residuals = fit.covariance_unscaled, fit.residuals
    scores = [
        sample.design[sample.periods == period].T @ residuals[sample.periods == period]
        for period in np.unique(sample.periods)
    ]
    return sum(np.outer(bread @ score, bread @ score) for score in scores)


def test_each_part_may_have_its_own_factor(make_panel):
    sample = make_panel()
    n, k = sample.n_obs, 4
    own = pooled_ols(sample, covariance_rule("two_way_t", "each_own")).covariance
    factors = [groups / (groups - 1) * (n - 1) / (n - k) for groups in (12, 9, n)]
    parts = [
        pooled_ols(sample, covariance_rule("cr0_t")).covariance,
        by_period(sample),
        pooled_ols(sample, covariance_rule("hc0_t")).covariance,
    ]
    expected = factors[0] * parts[0] + factors[1] * parts[1] - factors[2] * parts[2]
    np.testing.assert_allclose(own, expected, rtol=1e-9)


def test_a_two_way_variance_that_is_not_positive_is_repaired_and_said(make_panel):
    for seed in range(60):
        sample = make_panel(n_entities=4, n_periods=4, n_terms=2, effect_size=0.0, seed=seed)
        raw = (
            pooled_ols(sample, covariance_rule("cr0_t")).covariance
            + by_period(sample)
            - pooled_ols(sample, covariance_rule("hc0_t")).covariance
        )
        fit = pooled_ols(sample, covariance_rule("two_way_t", "none"))
        is_negative = (np.diag(raw) <= 0).any()
        assert ("were put to 0" in fit.caveat) == is_negative
        assert np.isfinite(fit.std_errors).all()
        if not is_negative:
            np.testing.assert_allclose(fit.covariance, raw, rtol=1e-8, atol=1e-12)
            assert ("its standard errors stand" in fit.caveat) == (np.linalg.eigvalsh(raw)[0] < -1e-12)
        elif seed > 5:
            return
    pytest.fail("no seed gave a negative variance")


@pytest.mark.parametrize("lag", [0, 2, 5])
def test_driscoll_kraay_equals_linearmodels(make_panel, lag):
    sample = make_panel(share_missing=0.2)
    options = {"cov_type": "kernel", "kernel": "bartlett", "bandwidth": lag, "debiased": False}
    fit = pooled_ols(sample, covariance_rule("driscoll_kraay_t", lag=lag))
    np.testing.assert_allclose(fit.covariance, linearmodels_fit(sample, {}, **options).cov, rtol=1e-9)
    other = linearmodels_fit(sample, {"entity_effects": True}, **options)
    fit = fixed_effects(sample, covariance_rule("driscoll_kraay_t", "linearmodels", lag=lag))
    np.testing.assert_allclose(fit.covariance[1:, 1:], other.cov.iloc[1:, 1:], rtol=1e-9)
    assert f"lag {lag}" in fit.covariance_note
    assert fit.df_inference == sample.n_periods - 1


def test_the_lag_is_the_fourth_root_of_the_periods_unless_stated(make_panel):
    assert "lag 1," in pooled_ols(make_panel(), covariance_rule("driscoll_kraay_t")).covariance_note
    long = make_panel(n_periods=16)
    assert "lag 2," in pooled_ols(long, covariance_rule("driscoll_kraay_t")).covariance_note


def test_few_periods_are_said_and_a_lag_beyond_them_is_refused(make_panel):
    sample = make_panel()
    assert "rest on 9 periods" in pooled_ols(sample, covariance_rule("driscoll_kraay_t")).caveat
    with pytest.raises(NotEstimable, match="lag 9 need more than 9 periods, seen 9"):
        pooled_ols(sample, covariance_rule("driscoll_kraay_t", lag=9))
    with pytest.raises(NotEstimable, match="at least 2 periods, seen 1"):
        pooled_ols(make_panel(n_entities=30, n_periods=1), covariance_rule("two_way_t"))
