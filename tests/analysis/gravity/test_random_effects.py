"""Variance components by Amemiya, Wallace and Hussain, and Nerlove."""

from __future__ import annotations

import numpy as np
import pytest

from analysis.gravity.errors import NotEstimable, TimeInvariantTerms
from analysis.gravity.influence import panel_rows
from analysis.gravity.panel import fixed_effects
from analysis.gravity.panel_data import panel_data
from analysis.gravity.pooled import pooled_ols
from analysis.gravity.random_effects import random_effects
from tests.analysis.gravity.test_panel import with_columns

METHODS = ("amemiya", "wallace_hussain", "nerlove")

# R's plm (2.4 and later) on its Grunfeld data less the last row: coefficients, standard errors, variances of
# the idiosyncratic error and of firms, as its own test output prints them.
PLM_199_ROWS = {
    "baltagi_chang": ([-57.846046, 0.109784, 0.308110], [28.969526, 0.010519, 0.017224], [2799.34, 7124.82]),
    "wallace_hussain": (
        [-57.874183, 0.109792, 0.308181],
        [29.422867, 0.010552, 0.017216],
        [2900.88, 7663.69],
    ),
    "amemiya": ([-57.831814, 0.109780, 0.308074], [28.748169, 0.010503, 0.017229], [2799.34, 6994.34]),
    "nerlove": ([-57.917118, 0.109804, 0.308288], [30.158311, 0.010601, 0.017203], [2630.54, 7371.22]),
}


@pytest.mark.parametrize(
    ("method", "published"),
    [
        # R 4.2.2, plm 2.6-2 on plm's Grunfeld data.
        ("amemiya", [-57.7710540218, 0.1097636877, 0.3079518704]),
        ("wallace_hussain", [-57.5538635321, 0.1097103740, 0.3073739276]),
        ("nerlove", [-57.907362077, 0.109802323, 0.308294302]),
    ],
)
def test_grunfeld_equals_plm(grunfeld, method, published):
    np.testing.assert_allclose(random_effects(grunfeld, method=method).coefficients, published, rtol=1e-8)


@pytest.mark.parametrize("method", PLM_199_ROWS)
def test_grunfeld_less_one_row_equals_what_plm_prints(grunfeld, method):
    firms = grunfeld.entities[grunfeld.entity_index]
    kept = ~((firms == "Diamond Match") & (grunfeld.periods == 1954))
    fit = random_effects(panel_rows(grunfeld, kept), method=method)
    assert fit.n_obs == 199
    coefficients, std_errors, variances = PLM_199_ROWS[method]
    np.testing.assert_allclose(fit.coefficients, coefficients, rtol=0, atol=5.1e-7)
    np.testing.assert_allclose(fit.std_errors, std_errors, rtol=0, atol=5.1e-7)
    ours = [fit.components.sigma_e**2, fit.components.sigma_u**2]
    np.testing.assert_allclose(ours, variances, rtol=0, atol=0.0051)


def test_baltagi_chang_is_swamy_arora_on_a_balanced_panel_and_not_on_another(make_panel):
    balanced, unbalanced = make_panel(), make_panel(share_missing=0.35)
    np.testing.assert_allclose(
        random_effects(balanced, method="baltagi_chang").coefficients,
        random_effects(balanced).coefficients,
        rtol=1e-12,
    )
    one, other = random_effects(unbalanced, method="baltagi_chang"), random_effects(unbalanced)
    assert abs(one.components.sigma_u / other.components.sigma_u - 1) > 1e-3


def test_baltagi_changs_form_is_what_the_variances_let_expect_with_a_term_that_never_varies(make_panel):
    sample = make_panel(share_missing=0.35)
    wider = with_columns(sample, distance=np.cos(np.arange(12.0))[sample.entity_index])
    means = wider.entity_means(wider.design)[wider.entity_index]
    maker = np.eye(wider.n_obs) - means @ np.linalg.pinv(means)
    averaged = wider.entity_means(wider.outcome)[wider.entity_index]
    parts = random_effects(wider, method="baltagi_chang").components
    partner = wider.entity_index[:, None] == wider.entity_index
    between = partner / wider.counts[wider.entity_index][:, None]
    spread = between @ (parts.sigma_u**2 * partner + parts.sigma_e**2 * np.eye(wider.n_obs)) @ between
    assert averaged @ maker @ averaged == pytest.approx(np.trace(maker @ spread), rel=1e-9)


@pytest.mark.parametrize("method", ["swamy_arora", "baltagi_chang", *METHODS])
@pytest.mark.parametrize("outcome", ["constant", "partners"])
def test_an_outcome_that_never_varies_within_partners_is_refused(make_panel, method, outcome):
    sample = make_panel(n_entities=8, n_periods=6)
    values = np.full(sample.n_obs, 3.0) if outcome == "constant" else np.round(sample.entity_index * 1.3, 1)
    exact = panel_data(values, sample.regressors, sample.terms, sample.entity_index, sample.periods)
    if outcome == "partners" and method == "wallace_hussain":
        return  # its residuals are those of pooled OLS, which does not fit partners
    with pytest.raises(NotEstimable, match="leaves no residual"):
        random_effects(exact, method=method)


def expected_forms(sample, maker, sigma_u2, sigma_e2):
    """Expectations of both quadratic forms of the residuals `maker` y, with n by n matrices."""
    partner = sample.entity_index[:, None] == sample.entity_index
    spread = sigma_u2 * partner + sigma_e2 * np.eye(sample.n_obs)
    between = partner / sample.counts[sample.entity_index][:, None]
    of_residuals = maker @ spread @ maker.T
    return np.trace((np.eye(sample.n_obs) - between) @ of_residuals), np.trace(between @ of_residuals)


@pytest.mark.parametrize("method", ["amemiya", "wallace_hussain"])
def test_on_unbalanced_panels_both_quadratic_forms_are_what_the_variances_let_expect(make_panel, method):
    sample = make_panel(share_missing=0.35)
    n = sample.n_obs
    centre = np.eye(n) - 1 / n
    if method == "wallace_hussain":
        maker = np.eye(n) - sample.design @ np.linalg.pinv(sample.design)
    else:
        within = sample.demeaned(sample.regressors)
        maker = centre @ (np.eye(n) - sample.regressors @ np.linalg.pinv(within))
    residuals = maker @ sample.outcome
    means = sample.entity_means(residuals)[sample.entity_index]
    inner = residuals - means
    parts = random_effects(sample, method=method).components
    expected = expected_forms(sample, maker, parts.sigma_u**2, parts.sigma_e**2)
    np.testing.assert_allclose([inner @ inner, means @ means], expected, rtol=1e-9)


def test_nerlove_takes_the_variance_of_estimated_effects(make_panel):
    sample = make_panel()
    fixed, parts = fixed_effects(sample), random_effects(sample, method="nerlove").components
    assert parts.sigma_u**2 == pytest.approx(np.var(fixed.entity_effects, ddof=1))
    assert parts.sigma_e**2 == pytest.approx(fixed.residual_sum_of_squares / sample.n_obs)


@pytest.mark.parametrize("method", ["amemiya", "wallace_hussain"])
@pytest.mark.parametrize("share_missing", [0.0, 0.3])
def test_variances_come_back_from_a_long_panel(make_panel, method, share_missing):
    sample = make_panel(n_entities=600, n_periods=8, share_missing=share_missing)
    plain = with_columns(sample).regressors - sample.entity_means(sample.regressors)[sample.entity_index]
    unrelated = panel_data(
        sample.outcome - (sample.regressors - plain) @ np.linspace(1.0, -0.5, 3),
        plain,
        sample.terms,
        sample.entity_index,
        sample.periods,
    )
    parts = random_effects(unrelated, method=method).components
    assert parts.sigma_u == pytest.approx(1.0, abs=0.12)
    assert parts.sigma_e == pytest.approx(1.0, abs=0.07)


def test_few_partners_are_said_where_swamy_arora_would_refuse(make_panel):
    sample = make_panel(n_entities=5, n_periods=8, n_terms=7)
    fit = random_effects(sample, method="wallace_hussain")
    assert "rests on N = 5 partners, no more than the K = 8 coefficients" in fit.caveat
    assert fit.estimator == "random_effects_wallace_hussain"


@pytest.mark.parametrize("method", METHODS)
def test_one_partner_or_nothing_within_is_refused(make_panel, method):
    with pytest.raises(NotEstimable, match="seen 1 partner"):
        random_effects(make_panel(n_entities=1, n_periods=20), method=method)
    with pytest.raises(NotEstimable, match="at least 13 observations are needed"):
        random_effects(make_panel(n_entities=6, n_periods=2, n_terms=6), method=method)


@pytest.mark.parametrize("method", ["amemiya", "nerlove"])
def test_terms_that_would_count_as_partner_effects_are_refused(make_panel, method):
    sample = make_panel()
    wider = with_columns(sample, distance=np.cos(np.arange(12.0))[sample.entity_index])
    with pytest.raises(TimeInvariantTerms, match="would count as partner effects: distance"):
        random_effects(wider, method=method)
    assert random_effects(wider, method="wallace_hussain").terms[-1] == "distance"


def test_a_negative_variance_becomes_zero_and_is_said(make_panel):
    sample = make_panel(effect_size=0.0, seed=11)
    calmed = panel_data(
        sample.outcome - 0.9 * sample.entity_means(pooled_ols(sample).residuals)[sample.entity_index],
        sample.regressors,
        sample.terms,
        sample.entity_index,
        sample.periods,
    )
    fit = random_effects(calmed, method="wallace_hussain")
    assert fit.components.is_sigma_u_truncated
    assert "was estimated as -" in fit.caveat


def test_an_unknown_method_is_refused(make_panel):
    with pytest.raises(ValueError, match="'ht' of random effects: expected one of"):
        random_effects(make_panel(), method="ht")
