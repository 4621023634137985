"""The Hausman test: a second program, degenerate cases, and what must not be concluded."""

from __future__ import annotations

import dataclasses
import math

import numpy as np
import pandas as pd
import pytest

from analysis.gravity.errors import NotEstimable
from analysis.gravity.panel import between, fixed_effects, random_effects, random_effects_sigma_u_zero
from analysis.gravity.panel_data import panel_data
from analysis.gravity.pooled import pooled_ols
from tests.analysis.gravity.at_five_percent import f_test_of_partner_effects, hausman

FORMS = ["default", "sigmamore", "sigmaless"]


@pytest.mark.parametrize("share_missing", [0.0, 0.35])
@pytest.mark.parametrize("form", FORMS)
def test_hausman_and_f_equal_linearmodels(make_panel, form, share_missing):
    from linearmodels.panel import PanelOLS, RandomEffects

    sample = make_panel(n_entities=30, share_missing=share_missing)
    index = pd.MultiIndex.from_arrays([sample.entities[sample.entity_index], sample.periods])
    outcome = pd.Series(sample.outcome, index=index)
    design = pd.DataFrame(sample.design, index=index, columns=list(sample.design_terms))
    other_fixed = PanelOLS(outcome, design, entity_effects=True).fit()
    options = {} if form == "default" else {form: True}
    expected = RandomEffects(outcome, design).fit().hausman(other_fixed, **options).statistic
    fixed = fixed_effects(sample)
    found = hausman(fixed, random_effects(sample), form)
    assert found.statistic == pytest.approx(expected.stat, rel=1e-7)
    assert found.p_value == pytest.approx(expected.pval, rel=1e-6)
    f_test = f_test_of_partner_effects(pooled_ols(sample), fixed)
    assert f_test.statistic == pytest.approx(other_fixed.f_pooled.stat, rel=1e-9)


@pytest.mark.parametrize(("n_entities", "n_terms"), [(5, 7), (5, 4), (4, 9)])
def test_with_as_many_slopes_as_effects_the_hausman_test_against_pooled_is_the_f_test(
    make_panel, n_entities, n_terms
):
    sample = make_panel(n_entities=n_entities, n_periods=8, n_terms=n_terms)
    pooled, fixed = pooled_ols(sample), fixed_effects(sample)
    f_test = f_test_of_partner_effects(pooled, fixed)
    sigmaless, sigmamore = hausman(fixed, pooled, "sigmaless"), hausman(fixed, pooled, "sigmamore")
    assert sigmaless.rank == sigmamore.rank == n_entities - 1
    assert sigmaless.statistic == pytest.approx((n_entities - 1) * f_test.statistic, rel=1e-8)
    shrunk = f_test.statistic * fixed.sigma2 / pooled.sigma2
    assert sigmamore.statistic == pytest.approx((n_entities - 1) * shrunk, rel=1e-8)
    assert sigmaless.is_valid
    if n_terms > n_entities - 1:
        assert f"rank {n_entities - 1} of {n_terms}" in sigmaless.caveat


def test_with_fewer_slopes_than_effects_the_hausman_test_is_another_test(make_panel):
    sample = make_panel(n_entities=12, n_terms=3)
    pooled, fixed = pooled_ols(sample), fixed_effects(sample)
    f_test = f_test_of_partner_effects(pooled, fixed)
    found = hausman(fixed, pooled, "sigmaless")
    assert found.rank == 3
    assert found.statistic < 11 * f_test.statistic


def test_the_default_form_on_few_partners_is_indefinite_and_draws_no_conclusion(make_panel):
    sample = make_panel(n_entities=5, n_periods=8, n_terms=7, effect_size=3.0)
    fixed, degenerate = fixed_effects(sample), random_effects_sigma_u_zero(sample)
    assert degenerate.sigma2 > fixed.sigma2
    found = hausman(fixed, degenerate)
    # Three of seven directions carry no difference; two unequal error variances turn them negative.
    assert (found.eigenvalues < 0).sum() >= 3
    assert not found.is_valid
    assert not found.rejects
    assert found.conclusion.startswith("no conclusion")
    assert "not positive semidefinite" in found.caveat


def test_the_default_form_overstates_its_degrees_of_freedom_when_estimators_differ_in_few_directions(
    make_panel,
):
    sample = make_panel(n_entities=5, n_periods=8, n_terms=7)
    fixed, degenerate = fixed_effects(sample), random_effects_sigma_u_zero(sample)
    assert degenerate.sigma2 < fixed.sigma2
    found = hausman(fixed, degenerate)
    assert (found.eigenvalues > 0).all()
    assert found.rank == 7
    assert not found.is_valid
    assert "differ in 4 directions only" in found.caveat


def test_a_negative_statistic_stays_negative_and_has_no_p_value(make_panel):
    sample = make_panel()
    fixed, random = fixed_effects(sample), random_effects(sample)
    # A noisier efficient estimator turns the whole difference of the covariances negative.
    noisy = dataclasses.replace(random, sigma2=1000 * random.sigma2)
    found = hausman(fixed, noisy)
    assert found.statistic < 0
    assert math.isnan(found.p_value)
    assert not found.is_valid
    assert "the statistic is negative" in found.caveat
    assert "3 of 3 eigenvalues are negative" in found.caveat


def test_units_do_not_change_hausman_rank_eigenvalues_or_statistic(make_panel):
    sample = make_panel(n_entities=5, n_periods=8, n_terms=6)
    scaled = panel_data(
        sample.outcome,
        sample.regressors * [1e6, 1, 1e-6, 1, 1e3, 1],
        sample.terms,
        sample.entity_index,
        sample.periods,
    )
    first = hausman(fixed_effects(sample), pooled_ols(sample), "sigmaless")
    second = hausman(fixed_effects(scaled), pooled_ols(scaled), "sigmaless")
    assert first.rank == second.rank == 4
    assert first.statistic == pytest.approx(second.statistic, rel=1e-7)
    np.testing.assert_allclose(first.eigenvalues, second.eigenvalues, atol=1e-9)


def test_eigenvalues_have_the_signs_of_the_difference_of_the_covariances(make_panel):
    sample = make_panel(n_entities=5, n_periods=8, n_terms=7)
    fixed, pooled = fixed_effects(sample), pooled_ols(sample)
    found = hausman(fixed, pooled)
    plain = np.linalg.eigvalsh((fixed.covariance - pooled.covariance)[1:, 1:])
    assert (found.eigenvalues < 0).sum() == (plain < 0).sum()


def test_hausman_uses_classical_covariances_whatever_the_fits_report(make_panel):
    from analysis.gravity.covariance import covariance_rule

    sample = make_panel()
    clustered = covariance_rule("cr1_t")
    first = hausman(fixed_effects(sample), random_effects(sample))
    second = hausman(fixed_effects(sample, clustered), random_effects(sample, clustered))
    assert first.statistic == second.statistic


def test_hausman_of_an_estimator_against_itself_has_nothing_to_test(make_panel):
    fixed = fixed_effects(make_panel())
    found = hausman(fixed, fixed)
    assert found.rank == 0
    assert not found.is_valid
    assert "nothing to test" in found.caveat


def test_hausman_compares_only_what_fixed_effects_kept(make_panel):
    sample = make_panel()
    distance = np.cos(np.arange(sample.n_entities))[sample.entity_index]
    wider = panel_data(
        sample.outcome,
        np.column_stack([distance, sample.regressors]),
        ["distance", *sample.terms],
        sample.entity_index,
        sample.periods,
    )
    found = hausman(fixed_effects(wider, time_invariant="drop"), random_effects(wider))
    assert found.terms == ("x1", "x2", "x3")


def test_fits_of_different_samples_are_refused(make_panel):
    with pytest.raises(ValueError, match="not estimated on the same outcome"):
        hausman(fixed_effects(make_panel()), random_effects(make_panel(seed=3)))
    with pytest.raises(ValueError, match="108 rows"):
        f_test_of_partner_effects(pooled_ols(make_panel()), fixed_effects(make_panel(n_periods=5)))


def test_hausman_of_an_exact_fit_is_refused(make_panel):
    sample = make_panel()
    fixed, random = fixed_effects(sample), random_effects(sample)
    with pytest.raises(NotEstimable, match="fits the outcome exactly"):
        hausman(dataclasses.replace(fixed, sigma2=0.0), random)


def test_an_unknown_form_is_refused(make_panel):
    sample = make_panel()
    with pytest.raises(ValueError, match="form 'robust'"):
        hausman(fixed_effects(sample), random_effects(sample), "robust")


def test_between_against_random_effects_is_what_plm_prints_and_against_fixed_effects_refused(grunfeld):
    # R's plm, phtest(be, re) on Grunfeld: chisq = 2.1313791, Baltagi's m2.
    found = hausman(between(grunfeld), random_effects(grunfeld))
    assert found.statistic == pytest.approx(2.1313791, abs=5.1e-8)
    assert found.p_value == pytest.approx(0.3444902, abs=5.1e-8)
    for pair in ((fixed_effects, between), (between, fixed_effects)):
        with pytest.raises(ValueError, match="neither is efficient"):
            hausman(*(estimator(grunfeld) for estimator in pair))
