"""Pooled ordinary least squares."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from analysis.gravity.panel_data import panel_data
from analysis.gravity.pooled import pooled_ols


def test_a_line_through_four_points_is_the_one_worked_out_by_hand():
    # x = 0 1 2 3, y = 1 3 2 6: slope 7/5, intercept 9/10, residual sum of squares 4.2, s2 = 2.1.
    sample = panel_data([1, 3, 2, 6], [[0], [1], [2], [3]], ["x"], ["A", "A", "B", "B"], [1, 2, 1, 2])
    fit = pooled_ols(sample)
    np.testing.assert_allclose(fit.coefficients, [0.9, 1.4], rtol=1e-13)
    assert fit.residual_sum_of_squares == pytest.approx(4.2)
    assert fit.sigma2 == pytest.approx(2.1)
    np.testing.assert_allclose(fit.covariance, 2.1 * np.array([[0.7, -0.3], [-0.3, 0.2]]), rtol=1e-12)
    assert fit.headline_r_squared == pytest.approx(1 - 4.2 / 14)
    assert (fit.terms, fit.df_resid, fit.df_inference) == (("const", "x"), 2, 2.0)


def test_grunfeld_pooled_equals_the_published_coefficients(grunfeld):
    # Baltagi, Econometric Analysis of Panel Data, table 2.1; Kleiber and Zeileis, chapter 3.
    fit = pooled_ols(grunfeld)
    np.testing.assert_allclose(fit.coefficients, [-42.71437, 0.1155622, 0.2306785], atol=5e-6)


def test_log_likelihood_is_the_gaussian_density_at_the_maximising_variance(make_panel):
    fit = pooled_ols(make_panel())
    scale = np.sqrt(fit.residual_sum_of_squares / fit.n_obs)
    assert fit.log_likelihood == pytest.approx(stats.norm.logpdf(fit.residuals, scale=scale).sum())


def test_residuals_are_orthogonal_to_the_regressors_and_fitted_plus_residual_is_the_outcome(make_panel):
    sample = make_panel(share_missing=0.2)
    fit = pooled_ols(sample)
    np.testing.assert_allclose(sample.design.T @ fit.residuals, 0, atol=1e-10)
    np.testing.assert_allclose(fit.fitted + fit.residuals, sample.outcome)
    np.testing.assert_array_equal(fit.fitted, fit.linear_prediction)


def test_the_order_of_rows_does_not_change_the_estimates(make_panel):
    sample = make_panel(share_missing=0.2)
    order = np.random.default_rng(1).permutation(sample.n_obs)
    shuffled = panel_data(
        sample.outcome[order],
        sample.regressors[order],
        sample.terms,
        sample.entities[sample.entity_index][order],
        sample.periods[order],
    )
    first, second = pooled_ols(sample), pooled_ols(shuffled)
    np.testing.assert_allclose(first.coefficients, second.coefficients, rtol=1e-12)
    np.testing.assert_allclose(first.residuals[order], second.residuals, atol=1e-12)


def test_units_of_a_regressor_do_not_matter_to_its_statistic(make_panel):
    sample = make_panel()
    scaled = panel_data(
        sample.outcome, sample.regressors * [1e12, 1, 1e-9], sample.terms, sample.entity_index, sample.periods
    )
    first, second = pooled_ols(sample), pooled_ols(scaled)
    np.testing.assert_allclose(
        first.coefficients / first.std_errors, second.coefficients / second.std_errors, rtol=1e-9
    )
