"""Covariance rules against a second program and against each other."""

from __future__ import annotations

import numpy as np
import pytest

from analysis.gravity.covariance import CovarianceRule, covariance_rule
from analysis.gravity.errors import NotEstimable
from analysis.gravity.panel import between, fixed_effects, random_effects
from analysis.gravity.panel_data import panel_data
from analysis.gravity.pooled import pooled_ols


def second_opinion(sample, design, **covariance):
    import statsmodels.api as sm

    return sm.OLS(sample.outcome, design).fit(**covariance)


def with_partner_dummies(sample):
    dummies = sample.entity_index[:, None] == np.arange(sample.n_entities)
    return np.column_stack([sample.regressors, dummies.astype(float)])


def test_classical_equals_statsmodels(make_panel):
    sample = make_panel(share_missing=0.15)
    other = second_opinion(sample, sample.design)
    np.testing.assert_allclose(pooled_ols(sample).std_errors, other.bse, rtol=1e-10)


def test_hc1_equals_statsmodels(make_panel):
    sample = make_panel(share_missing=0.15)
    other = second_opinion(sample, sample.design, cov_type="HC1")
    fit = pooled_ols(sample, covariance_rule("hc1_t"))
    np.testing.assert_allclose(fit.covariance, other.cov_params(), rtol=1e-9)


def test_cr1_equals_statsmodels(make_panel):
    sample = make_panel(share_missing=0.15)
    other = second_opinion(
        sample, sample.design, cov_type="cluster", cov_kwds={"groups": sample.entity_index}, use_t=True
    )
    fit = pooled_ols(sample, covariance_rule("cr1_t"))
    np.testing.assert_allclose(fit.covariance, other.cov_params(), rtol=1e-9)
    assert fit.df_inference == sample.n_entities - 1


def test_cr1_of_fixed_effects_with_effects_counted_equals_partner_dummies_in_statsmodels(make_panel):
    sample = make_panel(share_missing=0.15)
    other = second_opinion(
        sample, with_partner_dummies(sample), cov_type="cluster", cov_kwds={"groups": sample.entity_index}
    )
    fit = fixed_effects(sample, covariance_rule("cr1_t", "stata_regress"))
    np.testing.assert_allclose(fit.covariance[1:, 1:], other.cov_params()[:3, :3], rtol=1e-9)


def test_hc1_of_fixed_effects_equals_partner_dummies_in_statsmodels_and_carries_its_caveat(make_panel):
    sample = make_panel()
    other = second_opinion(sample, with_partner_dummies(sample), cov_type="HC1")
    fit = fixed_effects(sample, covariance_rule("hc1_t"))
    np.testing.assert_allclose(fit.covariance[1:, 1:], other.cov_params()[:3, :3], rtol=1e-9)
    assert "inconsistent for fixed effects" in fit.caveat


def test_small_sample_rules_of_clusters_differ_by_the_factors_they_are_named_after(make_panel):
    sample = make_panel(n_entities=6, n_periods=7)
    n, groups, slopes = 42, 6, 3
    bare = fixed_effects(sample, covariance_rule("cr1_normal", "none")).covariance
    factors = {
        "groups_only": groups / (groups - 1),
        "nested_excluded": groups / (groups - 1) * (n - 1) / (n - slopes - 1),
        "stata_regress": groups / (groups - 1) * (n - 1) / (n - slopes - groups),
    }
    for name, factor in factors.items():
        fit = fixed_effects(sample, covariance_rule("cr1_normal", name))
        np.testing.assert_allclose(fit.covariance, factor * bare, rtol=1e-12, err_msg=name)
    assert covariance_rule("cr1_normal").small_sample == "nested_excluded"


@pytest.mark.parametrize(("name", "factor"), [("stata_regress", 108 / 104), ("stata_ppml", 108 / 107)])
def test_small_sample_rules_of_hc_differ_by_the_factors_they_are_named_after(make_panel, name, factor):
    sample = make_panel()
    bare = pooled_ols(sample, covariance_rule("hc1_normal", "none")).covariance
    fit = pooled_ols(sample, covariance_rule("hc1_normal", name))
    np.testing.assert_allclose(fit.covariance, factor * bare, rtol=1e-12)


def test_random_effects_clustered_by_partner_equal_linearmodels(make_panel):
    import pandas as pd
    from linearmodels.panel import RandomEffects

    sample = make_panel(share_missing=0.2)
    index = pd.MultiIndex.from_arrays([sample.entities[sample.entity_index], sample.periods])
    other = RandomEffects(
        pd.Series(sample.outcome, index=index), pd.DataFrame(sample.design, index=index)
    ).fit(cov_type="clustered", cluster_entity=True, group_debias=True)
    fit = random_effects(sample, covariance_rule("cr1_t"))
    np.testing.assert_allclose(fit.std_errors, other.std_errors, rtol=1e-9)


def test_clusters_of_one_row_make_cr1_of_between_the_same_as_hc1(make_panel):
    sample = make_panel()
    clustered = between(sample, covariance_rule("cr1_t")).covariance
    np.testing.assert_allclose(clustered, between(sample, covariance_rule("hc1_t")).covariance, rtol=1e-12)


def test_few_clusters_and_a_short_rank_are_said(make_panel):
    sample = make_panel(n_entities=5, n_periods=8, n_terms=7)
    fit = pooled_ols(sample, covariance_rule("cr1_t"))
    assert "rest on 5 partners (fewer than 20)" in fit.caveat
    assert "8 coefficients has rank 4 at most" in fit.caveat
    assert np.linalg.matrix_rank(fit.covariance) <= 4
    assert "G = 5, n = 40, k = 8" in fit.covariance_note


def test_enough_clusters_need_no_caveat(make_panel):
    assert pooled_ols(make_panel(n_entities=20), covariance_rule("cr1_t")).caveats == ()


def test_one_cluster_is_refused():
    sample = panel_data([1, 3, 2, 6], [[0], [1], [2], [3]], ["x"], ["A"] * 4, [1, 2, 3, 4])
    with pytest.raises(NotEstimable, match="at least 2 partners, seen 1"):
        pooled_ols(sample, covariance_rule("cr1_t"))


@pytest.mark.parametrize("kind", ["HC0", "HC2", "HC3"])
def test_hc_of_pooled_ols_equal_statsmodels(make_panel, kind):
    sample = make_panel(share_missing=0.15)
    other = second_opinion(sample, sample.design, cov_type=kind)
    fit = pooled_ols(sample, covariance_rule(f"{kind.lower()}_t"))
    np.testing.assert_allclose(fit.covariance, other.cov_params(), rtol=1e-9)


@pytest.mark.parametrize("kind", ["HC2", "HC3"])
def test_leverages_of_fixed_effects_count_the_effects_or_not_as_the_rule_says(make_panel, kind):
    sample = make_panel(share_missing=0.15)
    other = second_opinion(sample, with_partner_dummies(sample), cov_type=kind)
    fit = fixed_effects(sample, covariance_rule(f"{kind.lower()}_t"))
    np.testing.assert_allclose(fit.covariance[1:, 1:], other.cov_params()[:3, :3], rtol=1e-9)
    bare = fixed_effects(sample, covariance_rule(f"{kind.lower()}_t", "transformed_leverage"))
    assert (bare.std_errors[1:] < fit.std_errors[1:]).all()


def test_a_row_that_is_fitted_exactly_is_left_out_of_hc3_and_said(make_panel):
    sample = make_panel(n_entities=4, n_periods=6, n_terms=1)
    alone = np.zeros(sample.n_obs)
    alone[3] = 1.0
    spiked = panel_data(
        sample.outcome,
        np.column_stack([sample.regressors, alone]),
        ["x1", "alone"],
        sample.entity_index,
        sample.periods,
    )
    fit = pooled_ols(spiked, covariance_rule("hc3_t"))
    assert "1 rows are fitted exactly" in fit.caveat
    assert np.isfinite(fit.std_errors).all()


@pytest.mark.parametrize(
    "name", ["classical_normal", "classical_t", "hc1_normal", "cr1_t", "cr2_satterthwaite"]
)
def test_a_rule_reads_back_its_own_name(name):
    assert covariance_rule(name).name == name


def test_unknown_rules_are_refused_with_what_is_expected():
    with pytest.raises(ValueError, match="'hc4': expected one of"):
        covariance_rule("hc4_t")
    with pytest.raises(ValueError, match="expected 'normal', 't' or 'satterthwaite'"):
        CovarianceRule("classical", "z")
    with pytest.raises(ValueError, match="cr1 has no degrees of freedom by Satterthwaite"):
        covariance_rule("cr1_satterthwaite")
    with pytest.raises(ValueError, match="lag 2 of cr1: expected 0 or more, for 'driscoll_kraay' only"):
        covariance_rule("cr1_t", lag=2)
    with pytest.raises(ValueError, match="'stata' of cr1: expected"):
        covariance_rule("cr1_t", "stata")
