"""Model choice and influence as tables."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis.design import panel_inputs
from analysis.equation import estimate_equation, select
from analysis.gravity.selection import RULES
from analysis.tables.gravity_influence import influence_rows
from analysis.tables.gravity_selection import AS_PRINTED, selection_rows
from tests.analysis.conftest import COUNTRIES
from tests.analysis.test_estimate import noisy


def one_equation(study, panel):
    model, flow = study.gravity.models[0], study.gravity.flows[0]
    return estimate_equation(study, model, flow, "as_it_is", panel_inputs(study, panel, "as_it_is"), None)


def test_every_candidate_stands_under_every_rule_and_one_is_chosen(study_of, made_up_panel):
    study = study_of()
    table = pd.DataFrame(selection_rows(study, [one_equation(study, noisy(made_up_panel, effect=1.0))]))
    assert len(table) == len(RULES) * 4
    in_levels = table["rule"] == "benchmark_across_partners_in_levels"
    assert (table[~in_levels].groupby("rule")["is_selected"].sum() == 1).all()
    # The small study lists no estimator of trade in levels, so that rule has nothing to choose from.
    assert not table.loc[in_levels, "is_selected"].any()
    assert (
        table.loc[in_levels, "reason"].str.contains("the rule chooses PPML, but it was not estimated").all()
    )
    assert table["reason"].str.len().min() > 0
    assert set(table.loc[table["is_rule_of_study"], "rule"]) == {"benchmark_across_partners"}
    pooled = table[table["estimator"] == "pooled_ols"]
    assert (
        pooled["contradictions"]
        .str.contains("The F test rejects equal partner effects: F(11, 106)", regex=False)
        .all()
    )
    assert (pooled["contradiction_count"] >= 2).all()


def test_three_partners_leave_random_effects_among_the_candidates_with_the_reason(study_of, made_up_panel):
    study = study_of()
    few = made_up_panel[made_up_panel["country_iso3"].isin(COUNTRIES[:3])]
    table = pd.DataFrame(selection_rows(study, [one_equation(study, noisy(few))]))
    refused = table[table["estimator"] == "random_effects"]
    assert not refused["is_estimable"].any()
    assert refused["reason"].str.startswith("Not estimated: ").all()
    assert refused["contradiction_count"].isna().all()


def test_where_nothing_can_be_estimated_every_row_says_so(study_of, made_up_panel):
    study = study_of()
    gone = made_up_panel.assign(value=made_up_panel["value"].mask(made_up_panel["variable"] == "income"))
    table = pd.DataFrame(selection_rows(study, [one_equation(study, gone)]))
    assert not table["is_selected"].any()
    assert table["reason"].str.contains("no row has every variable").all()


def test_the_publications_own_f_test_contradicts_what_its_hausman_step_chose(central_asia):
    table = pd.DataFrame(selection_rows(central_asia, [])).set_index("estimator")
    assert set(table["rule"]) == {AS_PRINTED}
    chosen = table.loc["random_effects_sigma_u_zero"]
    assert chosen["is_selected"]
    assert not table.loc["fixed_effects", "is_selected"]
    # With at least N - 1 slopes the sigmaless statistic is (N - 1) F.
    assert f"chi2(4) = {4 * 5.88:.2f}" in chosen["contradictions"]
    assert "F(4, 28) = 5.88" in chosen["contradictions"]
    assert (
        "(sigmamore) rejects effects unrelated to the regressors: chi2(4) = 14.61" in chosen["contradictions"]
    )
    assert chosen["contradiction_count"] == 3
    assert table.loc["fixed_effects", "contradiction_count"] == 0


def test_on_the_rebuilt_panel_the_hausman_step_chooses_what_the_f_test_rejects(real_tables):
    table = real_tables["gravity_selection"].query(
        "model == 'own_index' and flow == 'total' and fill_set == 'carry_proxy' and rule == 'hausman_step'"
    )
    chosen = table[table["is_selected"]].iloc[0]
    assert chosen["estimator"] == "random_effects_sigma_u_zero"
    assert "The F test rejects equal partner effects: F(4, 28)" in chosen["contradictions"]
    assert "The Hausman test (sigmaless) rejects" in chosen["contradictions"]


def test_influence_is_of_the_selected_specification_without_each_part(study_of, made_up_panel):
    study = study_of()
    panel = noisy(made_up_panel, effect=1.0)
    equation = one_equation(study, panel)
    selected = select(study, [equation])
    table = pd.DataFrame(influence_rows(study, [equation], selected))
    assert set(table["specification"]) == {".".join((*selected["total"].key, "as_it_is"))}
    assert table.groupby("left_out_kind")["left_out"].nunique().to_dict() == {"partner": 12, "year": 10}
    fit = equation.fits[selected["total"].key]
    whole = dict(zip(fit.terms, fit.coefficients, strict=True))
    without = one_equation(study, panel[panel["country_iso3"] != COUNTRIES[3]]).fits[selected["total"].key]
    rows = table[table["left_out"] == COUNTRIES[3]].set_index("term")
    for term, value in zip(without.terms, without.coefficients, strict=True):
        assert rows.loc[term, "estimate"] == pytest.approx(value, rel=1e-9)
        assert rows.loc[term, "change"] == pytest.approx(value - whole[term], rel=1e-6)


def test_a_rest_that_cannot_be_estimated_has_its_reason_and_no_number(study_of, made_up_panel):
    study = study_of()
    two = made_up_panel[made_up_panel["country_iso3"].isin(COUNTRIES[:2])]
    short = noisy(two[two["year"] < 2012])
    equation = one_equation(study, short)
    rows = list(influence_rows(study, [equation], select(study, [equation])))
    table = pd.DataFrame(rows)
    assert table["estimate"].isna().all()
    assert table["caveat"].str.startswith("Not estimated: ").all()
    assert np.isfinite(table["estimate_whole"]).all()
