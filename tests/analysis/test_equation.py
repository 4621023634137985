"""One equation in every way that a study lists, and the specification that is selected."""

from __future__ import annotations

import pytest

from analysis.design import panel_inputs
from analysis.equation import Equation, estimate_equation, is_eligible, is_selected, select
from analysis.gravity.errors import NotEstimable
from tests.analysis.conftest import COUNTRIES
from tests.analysis.test_estimate import noisy

POOLED, RANDOM = ("pooled_ols", "classical_t"), ("random_effects", "classical_normal")


def plain(study, panel) -> Equation:
    """The equation without index, of total trade."""
    model, flow = study.gravity.models[0], study.gravity.flows[0]
    return estimate_equation(study, model, flow, "as_it_is", panel_inputs(study, panel, "as_it_is"), None)


def test_every_listed_specification_is_fitted_or_refused(study_of, made_up_panel):
    study = study_of()
    equation = plain(study, noisy(made_up_panel))
    listed = {(item.estimator, item.covariance) for item in study.gravity.specifications}
    assert {*equation.fits, *equation.refused} == listed
    assert not equation.refused


def test_three_partners_leave_random_effects_refused_with_the_counts(study_of, made_up_panel):
    few = made_up_panel[made_up_panel["country_iso3"].isin(COUNTRIES[:3])]
    equation = plain(study_of(), noisy(few))
    assert list(equation.refused) == [RANDOM]
    assert "N = 3 partners" in equation.refused[RANDOM]
    assert POOLED in equation.fits


def test_an_equation_without_rows_refuses_every_specification_and_makes_no_test(study_of, made_up_panel):
    gone = made_up_panel["value"].mask(made_up_panel["variable"] == "income")
    equation = plain(study_of(), made_up_panel.assign(value=gone))
    assert not equation.fits
    assert set(equation.refused.values()) == {"no row has every variable of the equation"}
    assert equation.tests == ()
    with pytest.raises(NotEstimable, match="the rule chooses pooled OLS"):
        equation.select("benchmark_across_partners")


def test_tests_are_at_the_level_of_the_study(study_of, made_up_panel):
    study = study_of()
    strict = study.model_copy(
        update={"gravity": study.gravity.model_copy(update={"significance_level": 0.001})}
    )
    for item in (study, strict):
        test = plain(item, noisy(made_up_panel)).test("f_partner_effects")
        assert test.alpha == item.gravity.significance_level


def test_the_selected_specification_is_of_the_studys_model_and_base_fill_set(study_of, made_up_panel):
    study = study_of()
    equation = plain(study, noisy(made_up_panel, effect=1.0))
    selected = select(study, [equation])
    assert selected["total"].key == RANDOM
    assert is_selected(study, equation, RANDOM, selected)
    assert not is_selected(study, equation, POOLED, selected)
    other = study_of(gravity=study.gravity.model_dump() | {"selection": _of_the_other_model(study)})
    assert not is_eligible(other, equation)
    assert select(other, [equation]) == {}


def _of_the_other_model(study) -> dict:
    return study.gravity.selection.model_dump() | {"model": "developed"}
