"""Fits, coefficients and tests as rows."""

from __future__ import annotations

import pandas as pd
import pytest
from scipy import stats

from analysis.design import panel_inputs
from analysis.equation import estimate_equation, select
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


def test_a_term_carries_its_caveat_and_the_others_do_not(estimated):
    gravity = small_study()["gravity"]
    gravity["terms"][0]["caveat"] = "income is a guess"
    study, equation, _, selected = estimated(gravity=gravity)
    table = pd.DataFrame(coefficient_rows(study, equation, selected))
    pooled = table[table["estimator"] == "pooled_ols"].set_index("term")["caveat"]
    assert pooled["log_income"].startswith("Income is a guess. ")
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
        assert row.caveat in fits[row.specification]


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
