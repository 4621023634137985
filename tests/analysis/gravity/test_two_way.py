"""Partner and period effects together."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis.gravity.covariance import covariance_rule
from analysis.gravity.errors import CollinearTerms, NotEstimable, TimeInvariantTerms
from analysis.gravity.panel_data import panel_data
from analysis.gravity.two_way import two_way_fixed_effects
from tests.analysis.gravity.test_panel import with_columns

SHAPES = [
    pytest.param({}, id="balanced"),
    pytest.param({"share_missing": 0.35}, id="unbalanced"),
    pytest.param({"n_entities": 40, "n_periods": 4, "share_missing": 0.3}, id="short"),
]


@pytest.mark.parametrize("shape", SHAPES)
def test_it_equals_linearmodels(make_panel, shape):
    from linearmodels.panel import PanelOLS

    sample = make_panel(**shape)
    index = pd.MultiIndex.from_arrays([sample.entities[sample.entity_index], sample.periods])
    other = PanelOLS(
        pd.Series(sample.outcome, index=index),
        pd.DataFrame(sample.design, index=index),
        entity_effects=True,
        time_effects=True,
    ).fit()
    fit = two_way_fixed_effects(sample)
    np.testing.assert_allclose(fit.coefficients, other.params, rtol=1e-9)
    np.testing.assert_allclose(fit.std_errors, other.std_errors, rtol=1e-9)
    assert fit.df_resid == other.df_resid


@pytest.mark.parametrize("shape", SHAPES)
def test_it_equals_dummies_with_effects_and_all(make_panel, shape):
    sample = make_panel(**shape)
    fit = two_way_fixed_effects(sample)
    partners = (sample.entity_index[:, None] == np.arange(sample.n_entities)).astype(float)
    periods = (sample.period_index[:, None] == np.arange(sample.n_periods)).astype(float)
    design = np.column_stack([sample.regressors, partners, periods])
    solution = np.linalg.lstsq(design, sample.outcome, rcond=None)[0]
    np.testing.assert_allclose(fit.coefficients[1:], solution[:3], rtol=1e-9)
    np.testing.assert_allclose(fit.fitted, design @ solution, atol=1e-9)
    np.testing.assert_allclose(fit.residuals @ fit.residuals, fit.residual_sum_of_squares, rtol=1e-9)
    assert fit.df_resid == sample.n_obs - np.linalg.matrix_rank(design)
    np.testing.assert_allclose(sample.counts @ fit.entity_effects, 0, atol=1e-8)
    np.testing.assert_allclose(fit.period_effects[sample.period_index].sum(), 0, atol=1e-8)


def test_partners_and_periods_in_two_parts_cost_one_degree_of_freedom_less_and_it_is_said(make_panel):
    sample = make_panel(n_entities=8, n_periods=6)
    # Four partners have the first three periods, four the last three.
    kept = (sample.entity_index < 4) == (sample.period_index < 3)
    parts = panel_data(
        sample.outcome[kept],
        sample.regressors[kept],
        sample.terms,
        sample.entity_index[kept],
        sample.periods[kept],
    )
    fit = two_way_fixed_effects(parts)
    assert fit.df_resid == 24 - 3 - (8 + 6 - 2)
    assert "2 parts that share no row" in fit.caveat


def test_terms_that_both_effects_absorb_together_are_named_or_dropped(make_panel):
    sample = make_panel(share_missing=0.2)
    age = sample.periods - (1950.0 + 3 * sample.entity_index)
    wider = with_columns(sample, age=age, dear=np.cos(sample.periods.astype(float)))
    with pytest.raises(TimeInvariantTerms, match="absorb: age, dear") as refusal:
        two_way_fixed_effects(wider)
    assert refusal.value.terms == ("age", "dear")
    fit = two_way_fixed_effects(wider, absorbed_terms="drop")
    assert fit.dropped == ("age", "dear")
    np.testing.assert_allclose(fit.coefficients, two_way_fixed_effects(sample).coefficients, rtol=1e-8)


def test_terms_that_only_both_effects_make_dependent_are_named(make_panel):
    sample = make_panel()
    twin = sample.regressors[:, 0] + np.sqrt(sample.periods) + sample.entity_index
    with pytest.raises(CollinearTerms, match="effects are removed: x1, twin"):
        two_way_fixed_effects(with_columns(sample, twin=twin))


@pytest.mark.parametrize(
    ("shape", "message"),
    [
        ({"n_entities": 1, "n_periods": 20}, "seen 1 partners and 20 periods"),
        ({"n_entities": 20, "n_periods": 1}, "seen 20 partners and 1 periods"),
        ({"n_entities": 4, "n_periods": 3, "n_terms": 6}, r"12 observations for 12 parameters .*rank 6"),
    ],
)
def test_too_little_is_refused_with_counts(make_panel, shape, message):
    with pytest.raises(NotEstimable, match=message):
        two_way_fixed_effects(make_panel(**shape))


def test_two_way_clusters_of_two_way_effects_need_no_period_or_partner_in_k(make_panel):
    sample = make_panel()
    bare = two_way_fixed_effects(sample, covariance_rule("two_way_t", "none")).covariance
    fit = two_way_fixed_effects(sample, covariance_rule("two_way_t"))
    n, smaller = sample.n_obs, sample.n_periods
    np.testing.assert_allclose(fit.covariance, smaller / (smaller - 1) * (n - 1) / (n - 4) * bare, rtol=1e-10)
    assert fit.df_inference == smaller - 1
