"""Fits, coefficients and tests as rows."""

from __future__ import annotations

import dataclasses

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from analysis.design import panel_inputs
from analysis.equation import estimate_equation, select
from analysis.gravity.inference import FewClusters, infer, infer_with_few_clusters
from analysis.tables.caveats import few_clusters_lead
from analysis.tables.gravity import coefficient_rows, fit_rows, names, rows_of_tests, specification_name
from tests.analysis.conftest import small_study
from tests.analysis.test_estimate import noisy

POOLED = ("pooled_ols", "classical_t")
POOLED_AND_FIXED = small_study()["gravity"]["specifications"][:2]


@pytest.fixture
def estimated(study_of, made_up_panel):
    def estimate(effect=0.0, **changes):
        study = study_of(**changes)
        inputs = panel_inputs(study, noisy(made_up_panel, effect), "as_it_is")
        model, flow = study.gravity.models[0], study.gravity.flows[0]
        equation = estimate_equation(study, model, flow, "as_it_is", inputs, None)
        return study, equation, inputs, select(study, [equation])

    return estimate


def test_a_specification_is_named_by_estimator_covariance_and_fill_set(estimated):
    study, equation, *_ = estimated()
    assert specification_name(equation, POOLED) == "pooled_ols.classical_t.as_it_is"
    assert names(study, equation, POOLED) == {
        "study": "small",
        "model": "plain",
        "specification": "pooled_ols.classical_t.as_it_is",
        "flow": "total",
    }


def test_every_specification_has_a_row_and_one_is_selected(estimated):
    study, equation, inputs, selected = estimated()
    table = pd.DataFrame(fit_rows(study, equation, inputs, [], selected))
    assert list(table["estimator"]) == [item.estimator for item in study.gravity.specifications]
    assert table["is_selected"].sum() == 1
    assert table["selection_reason"].str.len().min() > 0
    assert set(table["n_obs"]) == {120}


def test_intervals_are_at_the_level_of_the_study(estimated):
    gravity = small_study()["gravity"] | {"significance_level": 0.2}
    for changes, level in (({}, 0.05), ({"gravity": gravity}, 0.2)):
        study, equation, _, selected = estimated(**changes)
        row = next(iter(coefficient_rows(study, equation, selected)))
        width = stats.t.ppf(1 - level / 2, 117) * row["std_error"]
        assert row["ci_high"] - row["estimate"] == pytest.approx(width)


def test_few_partners_lead_with_their_own_p_value_and_say_so_first(estimated):
    study, equation, _, selected = estimated()
    table = pd.DataFrame(coefficient_rows(study, equation, selected))
    assert set(table["few_cluster_method"]) == {"wild_cluster_bootstrap"}
    assert set(table["n_clusters"]) == {12}
    assert table["few_cluster_p_value"].between(0, 1).all()
    low, high = table["few_cluster_ci_low"], table["few_cluster_ci_high"]
    assert ((low < table["estimate"]) & (table["estimate"] < high)).all()
    first = (
        "With 12 partners read few_cluster_p_value and its interval (wild cluster bootstrap, null imposed, "
    )
    assert table["caveat"].str.startswith(first + "999 draws of Webb weights, seed ").all()


def test_enough_partners_have_no_columns_for_few(estimated):
    gravity = small_study()["gravity"] | {"few_clusters": {"below": 12}}
    study, equation, _, selected = estimated(gravity=gravity)
    table = pd.DataFrame(coefficient_rows(study, equation, selected))
    assert set(table["n_clusters"]) == {12}
    assert "few_cluster_method" not in table
    assert not table["caveat"].str.contains("few_cluster").any()


def test_an_effect_that_few_clusters_do_not_carry_is_named(estimated):
    gravity = small_study()["gravity"] | {"few_clusters": {"method": "cr2_satterthwaite"}}
    equation = estimated(gravity=gravity)[1]
    fit = equation.fits[POOLED]
    usual, few = infer(fit, 0.95), infer_with_few_clusters(fit, 0.95, FewClusters(method="cr2_satterthwaite"))
    lost = dataclasses.replace(few, p_values=np.array([0.2, 0.2, 0.001]), ci_low=np.full(3, -np.inf))
    text = few_clusters_lead(lost, dataclasses.replace(usual, p_values=np.full(3, 0.01)), 1, 0.05)
    assert "p_value 0.01 would find an effect at 5%, few_cluster_p_value 0.2 does not" in text
    assert text.endswith("that interval has no lower end")
    assert "would find" not in few_clusters_lead(lost, usual, 2, 0.05)


def test_a_term_carries_its_caveat_and_the_others_do_not(estimated):
    gravity = small_study()["gravity"]
    gravity["terms"][0]["caveat"] = "income is a guess"
    study, equation, _, selected = estimated(gravity=gravity)
    table = pd.DataFrame(coefficient_rows(study, equation, selected))
    pooled = table[table["estimator"] == "pooled_ols"].set_index("term")["caveat"]
    assert " Income is a guess. " in pooled["log_income"]
    assert not pooled[["log_people", "const"]].str.contains("guess").any()


def test_every_coefficient_says_what_its_specification_suffers_from(estimated):
    study, equation, inputs, selected = estimated(effect=1.0)
    table = pd.DataFrame(coefficient_rows(study, equation, selected))
    assert table["caveat"].str.contains("12 partners are too few for standard errors").all()
    rejects = "The F test rejects equal partner effects, which this estimator assumes: F(11, 106)"
    assumes = table["estimator"].isin(["pooled_ols", "random_effects_sigma_u_zero"])
    assert table.loc[assumes, "caveat"].str.contains(rejects, regex=False).all()
    assert not table.loc[table["estimator"] == "fixed_effects", "caveat"].str.contains("F test").any()
    # Word for word as beside the fit, so that whoever reads both tables reads one sentence.
    fits = pd.DataFrame(fit_rows(study, equation, inputs, [], selected)).set_index("specification")["caveat"]
    for row in table.itertuples():
        about_specification = row.caveat.partition("not p_value")[2].partition(". ")[2]
        assert about_specification
        assert about_specification in fits[row.specification]


def test_what_speaks_against_the_selected_specification_stands_at_each_of_its_coefficients(
    study_of, made_up_panel
):
    study = study_of(gravity=small_study()["gravity"] | {"specifications": POOLED_AND_FIXED})
    inputs = panel_inputs(study, noisy(made_up_panel, effect=1.0), "as_it_is")
    model, flow = study.gravity.models[0], study.gravity.flows[0]
    equation = estimate_equation(study, model, flow, "as_it_is", inputs, None)
    table = pd.DataFrame(coefficient_rows(study, equation, select(study, [equation])))
    against = table["caveat"].str.contains(
        "Against the selection: .*the F test rejects equal partner effects"
    )
    assert list(against) == list(table["is_selected"])
    assert against.sum() == 3


def test_conclusions_of_tests_are_sentences(estimated):
    study, equation, *_ = estimated()
    table = pd.DataFrame(rows_of_tests(study, equation))
    assert {"f_partner_effects", "breusch_pagan_lm", "hausman_sigmamore"} <= set(table["test"])
    assert table["conclusion"].str.match(r"[A-Z].*\.$").all()
