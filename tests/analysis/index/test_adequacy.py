"""Sampling adequacy against published values, by hand, and where it is undefined."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats

from analysis.index.adequacy import adequacy, bartlett, kmo
from analysis.index.correlation import correlation_matrix, standardise


def correlations(values, names=None):
    return correlation_matrix(standardise(values, names or [f"i{k}" for k in range(np.shape(values)[1])]))


def test_us_arrests_equal_the_published_kmo_msa_and_bartlett(us_arrests):
    # KMO and cortest.bartlett of R's psych on the same 50 states.
    values, names = us_arrests
    found = adequacy(correlations(values, names), 50, names)
    assert found.kmo.overall == pytest.approx(0.653815, abs=5e-7)
    np.testing.assert_allclose(found.kmo.msa, [0.617151, 0.643383, 0.502386, 0.778356], atol=5e-7)
    assert found.bartlett.statistic == pytest.approx(88.28815, abs=5e-6)
    assert found.bartlett.df == 6
    assert found.bartlett.p_value == pytest.approx(6.868423e-17, rel=1e-6)
    assert found.warnings == {}


def test_kmo_of_two_indicators_is_one_half_whatever_their_correlation():
    for r in (-0.9, 0.1, 0.6):
        assert kmo(np.array([[1, r], [r, 1]]), ["a", "b"]).overall == pytest.approx(0.5)


def test_kmo_of_three_equally_correlated_indicators_is_worked_out_by_hand():
    # Correlations of r have partial correlations of r / (1 + r); for r = 1/2 that is 1/3: 9 / (9 + 4).
    found = kmo(np.full((3, 3), 0.5) + 0.5 * np.eye(3), list("abc"))
    assert found.overall == pytest.approx(9 / 13)
    np.testing.assert_allclose(found.msa, 9 / 13)


def test_bartlett_is_worked_out_by_hand():
    # |R| of three correlations of 1/2 is 1/2; n - 1 - (2 * 3 + 5) / 6 = 100 - 1 - 11 / 6.
    found = bartlett(np.full((3, 3), 0.5) + 0.5 * np.eye(3), 100)
    assert found.statistic == pytest.approx((99 - 11 / 6) * math.log(2))
    assert found.df == 3
    assert found.p_value == pytest.approx(stats.chi2.sf(found.statistic, 3))


def test_a_singular_matrix_leaves_both_undefined_with_the_reason(random_indicators):
    values = np.column_stack([random_indicators, random_indicators[:, 0] + random_indicators[:, 1]])
    found = adequacy(correlations(values), 40, list("abcdefg"))
    assert math.isnan(found.kmo.overall)
    assert np.isnan(found.kmo.msa).all()
    assert "singular (rank 6 of 7)" in found.kmo.reason
    assert "singular (rank 6 of 7)" in found.bartlett.reason
    assert math.isnan(found.bartlett.p_value)
    assert found.warnings == {"kmo": found.kmo.reason, "bartlett": found.bartlett.reason}


def test_fewer_rows_than_indicators_are_singular_not_a_crash(random_indicators):
    found = adequacy(correlations(random_indicators[:4]), 4, list("abcdef"))
    assert "singular (rank 3 of 6)" in found.warnings["kmo"]
    assert "4 rows for 6 indicators" in found.warnings["observations"]


def test_one_indicator_has_neither():
    found = adequacy(np.array([[1.0]]), 40, ["only"])
    assert "one indicator (only)" in found.kmo.reason
    assert "one indicator" in found.bartlett.reason


def test_uncorrelated_indicators_have_no_kmo_and_a_bartlett_of_zero():
    found = adequacy(np.eye(3), 40, list("abc"))
    assert math.isnan(found.kmo.overall)
    assert "no two indicators are correlated" in found.warnings["kmo"]
    assert (found.bartlett.statistic, found.bartlett.p_value) == (0.0, 1.0)


def test_bartlett_with_too_few_rows_for_its_factor_is_undefined():
    assert "2 rows are too few" in bartlett(np.array([[1, 0.5], [0.5, 1]]), 2).reason


def test_low_kmo_and_few_rows_are_flagged_with_their_limits():
    # One indicator is the sum of two uncorrelated others plus noise: correlations small, partials large.
    matrix = np.array([[1, 0, 0.7], [0, 1, 0.7], [0.7, 0.7, 1]])
    found = adequacy(matrix, 14, list("abc"))
    assert "below 0.5" in found.warnings["kmo"]
    assert "14 rows for 3 indicators, fewer than 5 each" in found.warnings["observations"]
    low = {f"msa {name}" for name, value in zip("abc", found.kmo.msa, strict=True) if value < 0.5}
    assert low
    assert {about for about in found.warnings if about.startswith("msa")} == low
    assert all("below 0.5: it shares too little" in found.warnings[about] for about in low)
    eased = adequacy(matrix, 15, list("abc"), kmo_floor=0.1)
    assert eased.warnings == {}


def test_adequacy_does_not_depend_on_the_order_of_indicators(random_indicators):
    order = [3, 0, 5, 1, 4, 2]
    first, second = correlations(random_indicators), correlations(random_indicators[:, order])
    assert kmo(first, list("abcdef")).overall == pytest.approx(kmo(second, list("dafbec")).overall)
    np.testing.assert_allclose(kmo(first, list("abcdef")).msa[order], kmo(second, list("dafbec")).msa)
