"""Fixed effects, between and random effects against published numbers and a second program."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from analysis.gravity.covariance import covariance_rule
from analysis.gravity.errors import CollinearTerms, NotEstimable, TimeInvariantTerms
from analysis.gravity.panel import between, fixed_effects, random_effects, random_effects_sigma_u_zero
from analysis.gravity.panel_data import panel_data
from analysis.gravity.pooled import pooled_ols

SHAPES = [
    pytest.param({}, id="balanced"),
    pytest.param({"share_missing": 0.35}, id="unbalanced"),
    pytest.param({"share_missing": 0.35, "effect_size": 0.0, "seed": 4}, id="no effects"),
    pytest.param({"n_entities": 40, "n_periods": 3, "n_terms": 6, "share_missing": 0.3}, id="short"),
]


def linearmodels_fit(sample, estimator, **options):
    import linearmodels.panel as second_opinion

    index = pd.MultiIndex.from_arrays([sample.entities[sample.entity_index], sample.periods])
    outcome = pd.Series(sample.outcome, index=index)
    design = pd.DataFrame(sample.design, index=index, columns=list(sample.design_terms))
    return getattr(second_opinion, estimator)(outcome, design, **options).fit()


def with_columns(sample, **columns):
    return panel_data(
        sample.outcome,
        np.column_stack([sample.regressors, *columns.values()]),
        [*sample.terms, *columns],
        sample.entities[sample.entity_index],
        sample.periods,
    )


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize(
    ("own", "other", "options"),
    [
        (fixed_effects, "PanelOLS", {"entity_effects": True}),
        (between, "BetweenOLS", {}),
        (random_effects, "RandomEffects", {}),
    ],
)
def test_estimators_equal_linearmodels(make_panel, shape, own, other, options):
    sample = make_panel(**shape)
    fit, expected = own(sample), linearmodels_fit(sample, other, **options)
    np.testing.assert_allclose(fit.coefficients, expected.params, rtol=1e-8)
    np.testing.assert_allclose(fit.std_errors, expected.std_errors, rtol=1e-8)
    squared = fit.r_squared
    np.testing.assert_allclose(
        [squared.within, squared.between, squared.overall],
        [expected.corr_squared_within, expected.corr_squared_between, expected.corr_squared_overall],
        rtol=1e-8,
    )


def test_grunfeld_fixed_effects_equal_the_stata_manual(grunfeld):
    fit = fixed_effects(grunfeld)
    np.testing.assert_allclose(fit.coefficients, [-58.74393, 0.1101238, 0.3100653], atol=1e-5)
    np.testing.assert_allclose(fit.std_errors, [12.45369, 0.0118567, 0.0173545], atol=5e-6)
    np.testing.assert_allclose(fit.components.sigma_u, 85.732501, atol=5e-6)


def test_grunfeld_random_effects_equal_the_stata_manual(grunfeld):
    fit = random_effects(grunfeld)
    np.testing.assert_allclose(fit.coefficients, [-57.83441, 0.1097811, 0.308113], atol=5.1e-6)
    np.testing.assert_allclose(fit.std_errors, [28.89893, 0.0104927, 0.0171805], atol=6e-6)
    parts = fit.components
    np.testing.assert_allclose(
        [parts.sigma_u, parts.sigma_e, parts.rho], [84.20095, 52.767964, 0.71800838], atol=5.1e-6
    )
    assert fit.df_inference is None


def test_fixed_effects_equal_partner_dummies(make_panel):
    sample = make_panel(share_missing=0.3)
    fit = fixed_effects(sample)
    dummies = (sample.entity_index[:, None] == np.arange(sample.n_entities)).astype(float)
    solution = np.linalg.lstsq(np.column_stack([sample.regressors, dummies]), sample.outcome, rcond=None)[0]
    np.testing.assert_allclose(fit.coefficients[1:], solution[:3], rtol=1e-10)
    np.testing.assert_allclose(fit.coefficients[0] + fit.entity_effects, solution[3:], rtol=1e-10)
    np.testing.assert_allclose(fit.entity_effects @ sample.counts, 0, atol=1e-10)
    np.testing.assert_allclose(fit.residuals @ fit.residuals, fit.residual_sum_of_squares)
    assert fit.df_resid == sample.n_obs - 12 - 3


def test_fixed_effects_name_the_terms_they_absorb_or_drop_them(make_panel):
    sample = make_panel()
    distance = np.linspace(3.0e3, 6.1e3, sample.n_entities)[sample.entity_index]
    wider = with_columns(sample, distance_km=distance)
    with pytest.raises(TimeInvariantTerms, match="absorb them: distance_km") as refusal:
        fixed_effects(wider)
    assert refusal.value.terms == ("distance_km",)
    fit = fixed_effects(wider, time_invariant="drop")
    assert fit.dropped == ("distance_km",)
    assert fit.terms == ("const", "x1", "x2", "x3")
    np.testing.assert_allclose(fit.coefficients, fixed_effects(sample).coefficients, rtol=1e-10)


def test_fixed_effects_with_nothing_but_time_invariant_terms_are_refused_even_when_dropping(make_panel):
    sample = make_panel()
    distance = np.linspace(3.0, 6.0, sample.n_entities)[sample.entity_index]
    bare = panel_data(sample.outcome, distance[:, None], ["distance"], sample.entity_index, sample.periods)
    with pytest.raises(TimeInvariantTerms, match="distance"):
        fixed_effects(bare, time_invariant="drop")


def test_terms_that_only_partner_effects_make_dependent_are_named(make_panel):
    sample = make_panel()
    # Age is the year less a year of birth: told apart between partners, not within them.
    age = sample.periods - (1950 + 3 * sample.entity_index)
    wider = with_columns(sample, age=age, year=sample.periods.astype(float))
    with pytest.raises(CollinearTerms, match="once partner means are removed: age, year"):
        fixed_effects(wider)


def test_fixed_effects_without_residual_degrees_of_freedom_are_refused(make_panel):
    sample = make_panel(n_entities=6, n_periods=2, n_terms=6)
    with pytest.raises(NotEstimable, match=r"12 observations for 12 parameters \(N = 6"):
        fixed_effects(sample)


def test_between_is_the_regression_of_means_worked_out_by_hand():
    # Means of x: 1 3 5; of y: 2 3 7. Slope 10/8, intercept 4 - 3 * 5/4.
    sample = panel_data(
        [1, 3, 2, 4, 6, 8], [[0], [2], [2], [4], [5], [5]], ["x"], list("AABBCC"), [1, 2, 1, 2, 1, 2]
    )
    np.testing.assert_allclose(between(sample).coefficients, [0.25, 1.25], rtol=1e-12)


def test_between_names_terms_that_means_cannot_tell_apart(make_panel):
    sample = make_panel()
    wider = with_columns(sample, year=sample.periods.astype(float))
    with pytest.raises(CollinearTerms, match="means of the partners: year"):
        between(wider)


@pytest.mark.parametrize("estimator", [between, random_effects])
def test_as_many_coefficients_as_partners_are_refused_with_both_counts_and_what_is_needed(
    make_panel, estimator
):
    sample = make_panel(n_entities=5, n_periods=8, n_terms=7)
    with pytest.raises(NotEstimable, match=r"N = 5 partners for K = 8 coefficients.*at least 9 partners"):
        estimator(sample)


def test_one_partner_more_than_coefficients_is_enough_and_one_less_is_not(make_panel):
    assert random_effects(make_panel(n_entities=9, n_terms=7)).n_entities == 9
    with pytest.raises(NotEstimable, match="N = 8 partners for K = 8"):
        random_effects(make_panel(n_entities=8, n_terms=7))


def test_random_effects_with_time_invariant_and_period_terms_equal_linearmodels(make_panel):
    sample = make_panel()
    wider = with_columns(
        sample,
        distance=np.cos(np.arange(sample.n_entities))[sample.entity_index],
        in_2015=(sample.periods == 2015).astype(float),
    )
    fit, expected = random_effects(wider), linearmodels_fit(wider, "RandomEffects")
    np.testing.assert_allclose(fit.coefficients, expected.params, rtol=1e-8)
    np.testing.assert_allclose(fit.std_errors, expected.std_errors, rtol=1e-8)


def test_a_negative_variance_of_partner_effects_becomes_zero_and_is_said(make_panel):
    sample = make_panel(effect_size=0.0, seed=11)
    # Taking most of the partner means out of the outcome leaves less spread between partners than chance.
    calmed = panel_data(
        sample.outcome - 0.9 * sample.entity_means(pooled_ols(sample).residuals)[sample.entity_index],
        sample.regressors,
        sample.terms,
        sample.entity_index,
        sample.periods,
    )
    fit = random_effects(calmed)
    assert fit.components.is_sigma_u_truncated
    assert fit.components.sigma_u == 0
    assert "was estimated as -" in fit.caveat
    np.testing.assert_allclose(fit.coefficients, pooled_ols(calmed).coefficients, rtol=1e-12)


def test_random_effects_log_likelihood_is_the_density_of_the_error_components(make_panel):
    sample = make_panel(share_missing=0.3)
    fit = random_effects(sample)
    parts = fit.components
    same = sample.entity_index[:, None] == sample.entity_index
    covariance = parts.sigma_u**2 * same + parts.sigma_e**2 * np.eye(sample.n_obs)
    density = stats.multivariate_normal(cov=covariance).logpdf(sample.outcome - fit.linear_prediction)
    assert fit.log_likelihood == pytest.approx(density)


def test_random_effects_are_refused_when_nothing_is_left_within_partners(make_panel):
    sample = make_panel()
    exact = panel_data(
        sample.regressors @ [1.0, 2.0, 3.0] + sample.entity_index**2,
        sample.regressors,
        sample.terms,
        sample.entity_index,
        sample.periods,
    )
    with pytest.raises(NotEstimable, match="leaves no residual"):
        random_effects(exact)


def test_sigma_u_zero_is_pooled_ols_with_z_statistics_and_says_so(make_panel):
    sample = make_panel(n_entities=5, n_periods=8, n_terms=7)
    fit, pooled = random_effects_sigma_u_zero(sample), pooled_ols(sample)
    np.testing.assert_array_equal(fit.coefficients, pooled.coefficients)
    np.testing.assert_array_equal(fit.std_errors, pooled.std_errors)
    assert fit.estimator == "random_effects_sigma_u_zero"
    assert "N = 5 partners and K = 8 coefficients" in fit.caveat
    assert "t(32)" in fit.caveat
    assert fit.df_inference is None
    assert (fit.components.sigma_u, fit.components.rho) == (0, 0)


def test_sigma_u_zero_does_not_blame_the_sample_when_random_effects_are_estimable(make_panel):
    assert "put to 0, not estimated" in random_effects_sigma_u_zero(make_panel()).caveat


def test_sigma_u_zero_refuses_the_t_distribution(make_panel):
    with pytest.raises(ValueError, match="'classical_t', expected a rule with the normal"):
        random_effects_sigma_u_zero(make_panel(), covariance_rule("classical_t"))
