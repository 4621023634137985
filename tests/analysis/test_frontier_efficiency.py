"""Efficiency beside K: the frontier that the study lists is the one that tells it, and is estimated once."""

from __future__ import annotations

import numpy as np
import pytest

import analysis.frontier_efficiency as module
from analysis.design import panel_inputs
from analysis.equation import estimate_equation
from analysis.frontier_efficiency import BY_LIKELIHOOD, frontier_efficiencies, frontier_of
from tests.analysis.conftest import COUNTRIES, YEARS, small_study
from tests.analysis.test_benchmark_of_every_estimator import zero_trade

NAMED = ("plain", "total", "as_it_is")


def listing(*estimators: str) -> dict:
    covariance = {"pooled_ols": "classical_t", "ppml": "cr1_t"}
    return small_study()["gravity"] | {
        "specifications": [
            {"estimator": name, "covariance": covariance.get(name, BY_LIKELIHOOD), "fill_sets": ["as_it_is"]}
            for name in estimators
        ]
    }


@pytest.fixture
def equation_of(study_of, made_up_panel):
    """The first equation with normal noise less half-normal inefficiency, by the estimators listed."""
    random = np.random.default_rng(5)
    count = len(COUNTRIES) * len(YEARS)
    errors = random.normal(0, 0.2, count) - np.abs(random.normal(0, 0.8, count))
    by_cell = dict(zip([(one, year) for one in COUNTRIES for year in YEARS], errors, strict=True))
    is_trade = made_up_panel["variable"].isin(["exports_usd", "imports_usd"])
    moved = [np.exp(by_cell[row.country_iso3, row.year]) for row in made_up_panel.itertuples()]
    panel = made_up_panel.assign(
        value=made_up_panel["value"].where(~is_trade, made_up_panel["value"] * moved)
    )

    def equation(*estimators, panel=panel):
        study = study_of(gravity=listing(*estimators))
        inputs = panel_inputs(study, panel, "as_it_is")
        chosen = study.gravity.models[0], study.gravity.flows[0]
        return study, estimate_equation(study, *chosen, "as_it_is", inputs, None)

    return equation


def test_a_listed_frontier_is_not_estimated_again(equation_of, monkeypatch):
    study, equation = equation_of("pooled_ols", "frontier_half_normal")
    fit = equation.fits["frontier_half_normal", BY_LIKELIHOOD]
    monkeypatch.setattr(module, "estimate", lambda *_: pytest.fail("estimated a second time"))
    assert frontier_of(study, equation) is fit
    values = frontier_efficiencies(study, [equation, equation])[NAMED].values
    np.testing.assert_array_equal(values.to_numpy(), fit.efficiency)
    assert 0 < fit.gamma < 1


def test_of_two_listed_the_half_normal_one_speaks_and_alone_the_other(equation_of):
    study, both = equation_of("frontier_truncated_normal", "frontier_half_normal")
    assert frontier_of(study, both).estimator == "frontier_half_normal"
    study, one = equation_of("frontier_truncated_normal")
    assert frontier_of(study, one).estimator == "frontier_truncated_normal"


def test_without_a_listed_one_a_half_normal_one_is_estimated_and_is_the_same(equation_of):
    study, equation = equation_of("pooled_ols")
    own = frontier_of(study, equation)
    listed = equation_of("frontier_half_normal")[1].fits["frontier_half_normal", BY_LIKELIHOOD]
    np.testing.assert_array_equal(own.efficiency, listed.efficiency)


def test_a_refused_one_gives_its_reason(equation_of, made_up_panel):
    few = made_up_panel[made_up_panel["country_iso3"].eq(COUNTRIES[0]) & made_up_panel["year"].lt(2014)]
    study, equation = equation_of("frontier_half_normal", panel=few)
    found = frontier_efficiencies(study, [equation])[NAMED]
    assert found.values is None
    assert equation.refused["frontier_half_normal", BY_LIKELIHOOD] in found.caveat


def test_where_nothing_is_in_logarithms_the_reason_is_that(equation_of, made_up_panel):
    study, equation = equation_of("ppml")
    caveat = frontier_efficiencies(study, [equation])[NAMED].caveat
    assert caveat == "no frontier efficiency: the study lists no specification in logarithms"
    nothing = zero_trade(made_up_panel, *((one, year) for one in COUNTRIES for year in YEARS))
    study, equation = equation_of("pooled_ols", panel=nothing)
    caveat = frontier_efficiencies(study, [equation])[NAMED].caveat
    assert caveat == "no frontier efficiency: no row has every variable of the equation"
