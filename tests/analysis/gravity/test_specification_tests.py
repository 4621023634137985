"""Specification tests: published values, a second program, and what must not be concluded."""

from __future__ import annotations

import numpy as np
import pytest

from analysis.gravity.errors import NotEstimable
from analysis.gravity.panel import fixed_effects, random_effects
from analysis.gravity.panel_data import panel_data
from analysis.gravity.pooled import pooled_ols
from tests.analysis.gravity.at_five_percent import breusch_pagan_lm, f_test_of_partner_effects, hausman


def test_grunfeld_tests_equal_the_stata_manual(grunfeld):
    pooled, fixed, random = pooled_ols(grunfeld), fixed_effects(grunfeld), random_effects(grunfeld)
    f_test = f_test_of_partner_effects(pooled, fixed)
    assert (f_test.df1, f_test.df2) == (9, 188)
    assert f_test.statistic == pytest.approx(49.18, abs=0.005)
    h_test = hausman(fixed, random)
    assert (h_test.df1, h_test.rank, h_test.is_valid, h_test.rejects) == (2, 2, True, False)
    assert h_test.statistic == pytest.approx(2.33, abs=0.005)
    assert h_test.p_value == pytest.approx(0.3119, abs=0.0005)
    lm_test = breusch_pagan_lm(grunfeld, pooled)
    assert lm_test.statistic == pytest.approx(798.16, abs=0.005)
    assert lm_test.rejects
    assert lm_test.conclusion.startswith("partners differ")


def test_f_test_is_the_one_worked_out_by_hand():
    # The two partners see the same x, so the slope is 1 with or without effects, which take the gap of 4.
    x = np.array([0.0, 1, 2, 3, 0, 1, 2, 3])
    noise = np.array([1.0, -1, -1, 1, 1, -1, -1, 1])
    y = x + noise + np.repeat([0.0, 4.0], 4)
    sample = panel_data(y, x[:, None], ["x"], list("AAAABBBB"), [1, 2, 3, 4] * 2)
    found = f_test_of_partner_effects(pooled_ols(sample), fixed_effects(sample))
    # RSS is 8 with effects on 8 - 2 - 1 = 5 degrees of freedom, 8 + 8 * 2**2 = 40 without: F = 32 / (8 / 5).
    assert found.statistic == pytest.approx(20.0)
    assert found.summary == "F(1, 5) = 20.00, p = 0.0066"
    # Residuals of a partner sum to -8 and 8, squares 128; n**2 / (2 * (4**2 + 4**2 - 8)) = 64 / 48.
    lm_test = breusch_pagan_lm(sample, pooled_ols(sample))
    assert lm_test.statistic == pytest.approx(64 / 48 * (128 / 40 - 1) ** 2)


def test_f_test_of_one_partner_is_refused():
    sample = panel_data([1, 3, 2, 6], [[0], [1], [2], [3]], ["x"], ["A"] * 4, [1, 2, 3, 4])
    with pytest.raises(NotEstimable, match="no effects to test"):
        f_test_of_partner_effects(pooled_ols(sample), fixed_effects(sample))


def test_residuals_that_pull_apart_are_not_taken_for_partner_effects(make_panel):
    sample = make_panel(effect_size=0.0, seed=11)
    pooled = pooled_ols(sample)
    calmed = panel_data(
        sample.outcome - sample.entity_means(pooled.residuals)[sample.entity_index],
        sample.regressors,
        sample.terms,
        sample.entity_index,
        sample.periods,
    )
    found = breusch_pagan_lm(calmed, pooled_ols(calmed), alpha=0.9)
    assert not found.is_valid
    assert not found.rejects
    assert "negatively correlated" in found.caveat


def test_level_decides_the_conclusion(make_panel):
    sample = make_panel(effect_size=0.0, seed=4)
    pooled, fixed = pooled_ols(sample), fixed_effects(sample)
    kept = f_test_of_partner_effects(pooled, fixed, alpha=0.0001)
    rejected = f_test_of_partner_effects(pooled, fixed, alpha=0.9999)
    assert not kept.rejects
    assert "not rejected" in kept.conclusion
    assert rejected.rejects
    assert rejected.conclusion.startswith("partners differ")
