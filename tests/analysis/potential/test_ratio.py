"""K by hand, and where it has no value."""

from __future__ import annotations

import math

import numpy as np
import pytest

from analysis.potential.ratio import potential_gap, potential_ratio, predicted_levels, smearing_factor

# Two rows of the same prediction, one at twice its median and one at half: residuals ln 2 and -ln 2.
RESIDUALS = [math.log(2), -math.log(2)]


def test_duan_is_the_mean_of_exponentials():
    assert smearing_factor(RESIDUALS, "duan") == pytest.approx(1.25)


def test_normal_is_half_the_error_variance_exponentiated():
    # RSS = 2 (ln 2)^2 over 2 - 1 degrees of freedom
    assert smearing_factor(RESIDUALS, "normal", 1) == pytest.approx(math.exp(math.log(2) ** 2))


def test_none_leaves_the_median():
    assert smearing_factor(RESIDUALS, "none") == 1.0


@pytest.mark.parametrize("residuals", [[], [np.nan, 0.1], [np.inf]])
def test_residuals_that_are_not_numbers_are_refused(residuals):
    with pytest.raises(ValueError, match="expected finite ones"):
        smearing_factor(residuals, "duan")


def test_normal_needs_a_degree_of_freedom():
    with pytest.raises(ValueError, match="2 rows for 2 coefficients"):
        smearing_factor(RESIDUALS, "normal", 2)


def test_an_unknown_factor_is_refused():
    with pytest.raises(ValueError, match="seen 'median'"):
        smearing_factor(RESIDUALS, "median")


def test_the_mean_of_predictions_is_the_mean_of_trade_with_duans_factor():
    trade = np.array([200.0, 50.0]) * 1e4
    fitted = np.full(2, math.log(100.0))
    predicted = predicted_levels(fitted, 1e4, is_log=True, smearing=smearing_factor(RESIDUALS, "duan"))
    assert predicted == pytest.approx([125e4, 125e4])
    assert predicted.mean() == pytest.approx(trade.mean())
    assert potential_ratio(trade, predicted) == pytest.approx([1.6, 0.4])
    assert potential_gap(trade, predicted) == pytest.approx([-75e4, 75e4])


def test_an_equation_in_levels_is_not_smeared():
    assert predicted_levels([3.0, -1.0], 1e4, is_log=False, smearing=9.0) == pytest.approx([3e4, -1e4])


@pytest.mark.parametrize("predicted", [0.0, -4.688, np.nan, np.inf, -np.inf])
def test_k_is_undefined_where_the_prediction_is_not_a_positive_number(predicted):
    assert np.isnan(potential_ratio([1.0], [predicted])).all()
    assert np.isnan(potential_gap([1.0], [predicted])).all()


@pytest.mark.parametrize("actual", [np.nan, -1.0, np.inf])
def test_k_is_undefined_where_trade_is_missing_or_impossible(actual):
    assert np.isnan(potential_ratio([actual], [2.0])).all()


def test_no_trade_at_all_is_a_ratio_of_zero():
    assert potential_ratio([0.0], [2.0]) == pytest.approx([0.0])
    assert potential_gap([0.0], [2.0]) == pytest.approx([2.0])
