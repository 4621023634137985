"""The table of tests: which are made of which estimator, and what becomes of one that cannot be made."""

from __future__ import annotations

from typing import get_args

import numpy as np
import pytest

from analysis import equation_tests
from analysis.equation_tests import EFFICIENT, PLAN, VARIANCE_INFLATION, is_measure
from analysis.estimators import ESTIMATORS, FRONTIERS, PPML_EFFECTS, estimate, explains_levels
from analysis.gravity.panel_data import panel_data
from analysis.study.equations import Estimator

COVARIANCE = {"ppml": "cr1_t", "frontier": "hessian_normal", "random": "classical_normal"}


def panels(n_partners=10, n_years=8, seed=5):
    rng = np.random.default_rng(seed)
    partners = np.repeat([f"P{number:02d}" for number in range(n_partners)], n_years)
    years = np.tile(np.arange(2010, 2010 + n_years), n_partners)
    columns = rng.normal(size=(partners.size, 2))
    logs = (
        columns @ [0.7, -0.4] + rng.normal(size=n_partners).repeat(n_years) + rng.normal(size=partners.size)
    )
    logs -= np.abs(rng.normal(scale=2, size=partners.size))
    return {
        of_levels: panel_data(np.exp(logs) if of_levels else logs, columns, ("a", "b"), partners, years)
        for of_levels in (False, True)
    }


def made(estimators, both=None):
    both = both or panels()
    fits = {}
    for estimator in estimators:
        covariance = COVARIANCE.get(estimator.split("_")[0], "classical_t")
        fits[estimator, covariance] = estimate(estimator, covariance, both[explains_levels(estimator)], 0.05)
    return list(equation_tests.tests_of(fits, lambda key: both[explains_levels(key[0])], 0.05))


def codes(found, estimator):
    return {test.test for (name, _), test in found if name == estimator}


def test_a_study_may_name_every_estimator_and_no_other():
    assert set(get_args(Estimator)) == {*ESTIMATORS, *PPML_EFFECTS, *FRONTIERS}
    planned = {estimator for item in PLAN for estimator in item.estimators}
    assert planned < set(get_args(Estimator))
    assert len({item.code for item in PLAN}) == len(PLAN)


def test_every_planned_test_is_made_where_its_estimators_are_there():
    found = made(get_args(Estimator))
    for item in PLAN:
        for estimator in item.estimators:
            expected = {f"{VARIANCE_INFLATION} a", f"{VARIANCE_INFLATION} b"}
            if item.code != VARIANCE_INFLATION:
                expected = {item.code}
            assert expected <= codes(found, estimator)
    assert all(test.conclusion for _, test in found)


def test_a_test_between_estimators_waits_for_both():
    assert "f_partner_effects" not in codes(made(["fixed_effects"]), "fixed_effects")
    assert "f_partner_effects" in codes(made(["fixed_effects", "pooled_ols"]), "fixed_effects")
    alone = made(["random_effects"])
    assert not codes(alone, "random_effects")
    for estimator in EFFICIENT:
        assert "hausman_sigmamore" in codes(made(["fixed_effects", estimator]), estimator)


def test_measures_have_no_p_value_and_valid_tests_have_one():
    for _, test in made(get_args(Estimator)):
        if test.is_valid:
            assert np.isfinite(test.statistic)
            assert np.isnan(test.p_value) == is_measure(test.test)


def test_a_test_that_the_sample_does_not_carry_says_why():
    short = panels(n_years=2)
    found = {test.test: test for _, test in made(["pooled_ols", "fixed_effects"], short)}
    assert not found["baltagi_li"].is_valid
    assert "3 or more consecutive years" in found["baltagi_li"].caveat
    assert found["f_partner_effects"].is_valid


@pytest.mark.parametrize("seed", [1, 2])
def test_the_order_of_rows_changes_no_statistic(seed):
    both = panels()
    order = np.random.default_rng(seed).permutation(both[False].n_obs)
    again = {
        of_levels: panel_data(
            panel.outcome[order],
            panel.regressors[order],
            panel.terms,
            panel.entities[panel.entity_index][order],
            panel.periods[order],
        )
        for of_levels, panel in both.items()
    }
    estimators = ["pooled_ols", "fixed_effects", "random_effects", "two_way_fixed_effects", "ppml"]
    for (_, first), (_, second) in zip(made(estimators, both), made(estimators, again), strict=True):
        assert first.test == second.test
        # The published panel is sorted before; a search for a maximum leaves some 1e-8 here.
        np.testing.assert_allclose(second.statistic, first.statistic, rtol=1e-6)
