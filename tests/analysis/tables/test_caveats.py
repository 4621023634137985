"""Sentences beside numbers: those about standard errors, partners and the index."""

from __future__ import annotations

import pytest

from analysis.design import panel_inputs
from analysis.estimate import estimate_study
from analysis.gravity.covariance import FEW_PARTNERS
from analysis.own_index import build_index
from analysis.tables.caveats import few_partners, index_caveats, joined, sentence
from tests.analysis.conftest import rows, small_study
from tests.analysis.test_estimate import noisy


def test_a_sentence_starts_large_and_ends_once():
    assert sentence(" no trade ") == "No trade."
    assert sentence("Why?") == "Why?"
    assert sentence(" ") == ""


def test_joined_sentences_stand_once_each():
    assert joined(["few rows", "", "no trade.", "few rows"]) == "Few rows. No trade."


def test_partners_are_few_up_to_one_threshold():
    assert few_partners(FEW_PARTNERS) == ""
    assert few_partners(FEW_PARTNERS - 1).startswith(f"{FEW_PARTNERS - 1} partners are too few")


def _with_covariance(covariance: str) -> dict:
    gravity = small_study()["gravity"]
    specifications = [*gravity["specifications"], {**gravity["specifications"][0], "covariance": covariance}]
    return gravity | {"specifications": specifications}


@pytest.mark.parametrize(
    ("covariance", "note"),
    [
        (
            "cr1_t",
            "Standard errors: CR1 by partner, G/(G-1) * (n-1)/(n-k), partner effects not counted in k,",
        ),
        ("hc1_t", "Standard errors: HC1, n/(n-k), n = 120, k = 3."),
    ],
)
def test_the_small_sample_rule_is_said_where_programs_differ(study_of, made_up_panel, covariance, note):
    study = study_of(gravity=_with_covariance(covariance))
    fits = rows(estimate_study(study, noisy(made_up_panel))["gravity_fit"], model="plain", flow="total")
    caveats = fits.set_index("specification")["caveat"]
    assert note in caveats[f"pooled_ols.{covariance}.as_it_is"]
    assert "Standard errors" not in caveats["pooled_ols.classical_t.as_it_is"]


def test_an_index_of_few_rows_warns_beside_the_equation_that_it_enters_and_no_other(study_of, made_up_panel):
    few = made_up_panel["value"].mask(made_up_panel.eval("variable == 'speed' and year > 2010"))
    fits = estimate_study(study_of(), noisy(made_up_panel.assign(value=few)))["gravity_fit"]
    warning = "12 rows for 3 indicators, fewer than 5 each: loadings are unstable."
    fits = fits[fits["r_squared"].notna()]
    own = fits["model"] == "developed"
    assert own.any()
    assert fits.loc[own, "caveat"].str.contains(warning, regex=False).all()
    assert fits.loc[own, "caveat"].str.contains("Of the index, 1 of 3 components have an eigenvalue").all()
    assert not fits.loc[~own, "caveat"].str.contains("indicators|Of the index").any()


def test_filled_cells_behind_the_index_are_counted(study_of, made_up_panel):
    study = study_of()
    inputs = panel_inputs(
        study, made_up_panel.assign(is_filled=made_up_panel["variable"] == "port"), "as_it_is"
    )
    first = index_caveats(study, inputs, *build_index(study, inputs))[0]
    assert first == "33% of the cells behind the index are filled, not published."
