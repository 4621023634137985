"""First differences."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis.gravity.covariance import covariance_rule
from analysis.gravity.errors import CollinearTerms, NotEstimable, TimeInvariantTerms
from analysis.gravity.first_difference import first_difference
from analysis.gravity.panel_data import panel_data
from tests.analysis.gravity.test_panel import with_columns


def test_a_balanced_panel_equals_linearmodels(make_panel):
    from linearmodels.panel import FirstDifferenceOLS

    sample = make_panel()
    index = pd.MultiIndex.from_arrays([sample.entities[sample.entity_index], sample.periods])
    other = FirstDifferenceOLS(
        pd.Series(sample.outcome, index=index), pd.DataFrame(sample.regressors, index=index)
    ).fit()
    fit = first_difference(sample)
    np.testing.assert_allclose(fit.coefficients, other.params, rtol=1e-10)
    np.testing.assert_allclose(fit.std_errors, other.std_errors, rtol=1e-10)
    assert fit.terms == sample.terms


def test_two_periods_are_fixed_effects(make_panel):
    from analysis.gravity.panel import fixed_effects

    sample = make_panel(n_entities=30, n_periods=2)
    expected = fixed_effects(
        with_columns(sample, later=(sample.period_index == 1) * np.linspace(1, 2, 30)[sample.entity_index])
    )
    wider = with_columns(
        sample, later=(sample.period_index == 1) * np.linspace(1, 2, 30)[sample.entity_index]
    )
    np.testing.assert_allclose(first_difference(wider).coefficients, expected.coefficients[1:], rtol=1e-9)


def test_a_gap_is_never_differenced_across():
    # B lacks 2003: only 2002 - 2001 and 2005 - 2004 of B are changes; A has all four.
    years_a, years_b = [2001, 2002, 2003, 2004, 2005], [2001, 2002, 2004, 2005]
    x = np.array([1.0, 2, 4, 7, 11, 3, 5, 50, 53])
    sample = panel_data(
        3 * x + np.array([0] * 5 + [9] * 4), x[:, None], ["x"], ["A"] * 5 + ["B"] * 4, years_a + years_b
    )
    fit = first_difference(sample)
    assert fit.df_resid == 6 - 1
    np.testing.assert_allclose(fit.coefficients, [3.0])
    assert "6 changes between consecutive periods enter, from 9 rows; 1 rows follow a gap" in fit.caveat


def test_periods_four_years_apart_are_consecutive_and_it_is_said(make_panel):
    sample = make_panel()
    apart = panel_data(
        sample.outcome,
        sample.regressors,
        sample.terms,
        sample.entity_index,
        2000 + 4 * sample.period_index,
    )
    np.testing.assert_array_equal(first_difference(apart).coefficients, first_difference(sample).coefficients)
    assert "a period being 4" in first_difference(apart).caveat


def test_fitted_values_have_each_partners_mean(make_panel):
    sample = make_panel(share_missing=0.2)
    fit = first_difference(sample, covariance_rule("cr1_t"))
    np.testing.assert_allclose(sample.entity_means(fit.residuals), 0, atol=1e-10)
    assert fit.linear_prediction.mean() == pytest.approx(sample.outcome.mean())


def test_what_cannot_be_differenced_is_refused_by_name(make_panel):
    sample = make_panel()
    wider = with_columns(sample, distance=np.cos(np.arange(12.0))[sample.entity_index])
    with pytest.raises(TimeInvariantTerms, match="from a period to the next within any partner: distance"):
        first_difference(wider)
    assert first_difference(wider, time_invariant="drop").dropped == ("distance",)
    trends = with_columns(
        sample, year=sample.periods.astype(float), age=sample.periods - 3.0 * sample.entity_index
    )
    with pytest.raises(CollinearTerms, match="changes are linearly dependent: year, age"):
        first_difference(trends)
    with pytest.raises(NotEstimable, match="no partner has two consecutive periods"):
        first_difference(make_panel(n_entities=20, n_periods=1))
    with pytest.raises(NotEstimable, match="6 changes for 6 slopes: at least 7 are needed"):
        first_difference(make_panel(n_entities=6, n_periods=2, n_terms=6))
    texts = panel_data(
        sample.outcome, sample.regressors, sample.terms, sample.entity_index, sample.periods.astype(str)
    )
    with pytest.raises(ValueError, match="expected numbers"):
        first_difference(texts)
