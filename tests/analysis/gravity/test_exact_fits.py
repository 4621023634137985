"""An outcome that is fitted exactly leaves rounding error, from which nothing is concluded."""

from __future__ import annotations

import math

import numpy as np
import pytest

from analysis.gravity.errors import NotEstimable
from analysis.gravity.first_difference import first_difference
from analysis.gravity.hausman import hausman
from analysis.gravity.mundlak import mundlak
from analysis.gravity.panel import between, fixed_effects
from analysis.gravity.panel_data import panel_data
from analysis.gravity.partner_errors import (
    breusch_pagan_cross_section,
    jarque_bera,
    modified_wald,
    pesaran_cd,
)
from analysis.gravity.pooled import pooled_ols
from analysis.gravity.serial_correlation import (
    baltagi_li,
    breusch_godfrey,
    durbin_watson,
    wooldridge_serial_correlation,
)
from analysis.gravity.specification_tests import breusch_pagan_lm, f_test_of_partner_effects, honda
from analysis.gravity.two_way import two_way_fixed_effects

SAID = "the equation fits the outcome exactly"


@pytest.fixture(scope="module")
def exact(make_panel):
    """A panel whose outcome is the sum of its terms and a partner's own number."""
    sample = make_panel(n_entities=9, n_periods=7)
    outcome = sample.regressors.sum(axis=1) + 1.7 * sample.entity_index
    return panel_data(outcome, sample.regressors, sample.terms, sample.entity_index, sample.periods)


@pytest.fixture(scope="module")
def exact_without_partners(make_panel):
    sample = make_panel(n_entities=9, n_periods=7)
    return panel_data(
        sample.regressors.sum(axis=1), sample.regressors, sample.terms, sample.entity_index, sample.periods
    )


def test_every_estimator_says_so_and_no_other_fit_does(exact, exact_without_partners, make_panel):
    for estimator in (fixed_effects, two_way_fixed_effects, first_difference):
        assert SAID in estimator(exact).caveat
    for estimator in (pooled_ols, between):
        assert SAID in estimator(exact_without_partners).caveat
    assert not pooled_ols(exact).is_exact
    assert SAID not in fixed_effects(make_panel()).caveat


def test_a_large_mean_is_not_taken_for_an_exact_fit(make_panel):
    sample = make_panel()
    moved = panel_data(
        sample.outcome + 1e9, sample.regressors, sample.terms, sample.entity_index, sample.periods
    )
    assert not pooled_ols(moved).is_exact


def test_tests_of_partner_effects_conclude_nothing(exact, exact_without_partners):
    f_test = f_test_of_partner_effects(pooled_ols(exact), fixed_effects(exact), alpha=0.05)
    assert not f_test.is_valid
    assert math.isnan(f_test.statistic)
    for test in (breusch_pagan_lm, honda):
        found = test(exact_without_partners, pooled_ols(exact_without_partners), alpha=0.05)
        assert not found.is_valid
        assert "fits the outcome exactly" in found.caveat
    with pytest.raises(NotEstimable, match="exactly"):
        hausman(fixed_effects(exact), pooled_ols(exact), alpha=0.05)
    with pytest.raises(NotEstimable, match="exactly"):
        mundlak(exact_without_partners, alpha=0.05)


def test_tests_of_errors_conclude_nothing(exact):
    fixed = fixed_effects(exact)
    for test in (wooldridge_serial_correlation, breusch_godfrey, modified_wald):
        assert not test(exact, fixed, alpha=0.05).is_valid
    assert not jarque_bera(fixed, alpha=0.05).is_valid
    assert math.isnan(durbin_watson(exact, fixed))
    for test in (pesaran_cd, breusch_pagan_cross_section):
        with pytest.raises(NotEstimable, match="exactly"):
            test(exact, fixed, alpha=0.05)
    with pytest.raises(NotEstimable, match="exactly"):
        baltagi_li(exact, alpha=0.05)


def test_without_a_term_there_is_nothing_to_difference_or_to_compare(make_panel):
    sample = make_panel()
    bare = panel_data(sample.outcome, np.empty((sample.n_obs, 0)), [], sample.entity_index, sample.periods)
    with pytest.raises(NotEstimable, match="no term"):
        first_difference(bare)
    with pytest.raises(NotEstimable, match="no slope in common"):
        hausman(fixed_effects(bare), pooled_ols(bare), alpha=0.05)
