"""Sentences of the abstract against their own print, with ours beside them."""

from __future__ import annotations

import pytest

from analysis.estimate import estimate_study
from analysis.study import Study


def of(tables):
    table = tables["replication"]
    return table[table["item"].str.startswith("claim.")]


@pytest.fixture(scope="module")
def claims(real_tables):
    return of(real_tables)


def test_a_claim_about_the_printed_index_is_not_judged_by_ours(claims):
    rises = claims[claims["item"] == "claim.1"].iloc[0]
    assert rises["fill_set"] == "carry_proxy"
    assert rises["our_text"].startswith("Our index from 2013 to 2020 rises in 4 of 5 partners: KAZ ")
    assert rises["reason"].endswith("In the printed table it rises in 5 of 5 partners.")
    leader = claims[claims["item"] == "claim.2"].iloc[0]
    assert leader["partner_iso3"] == "UZB"
    assert "UZB leads in 2020 and KAZ on the mean" in leader["reason"]
    assert rises["verdict"] == leader["verdict"] == "not reproducible"


def test_a_claim_about_drivers_is_judged_by_the_papers_own_table_and_ours_stands_beside_it(claims):
    drivers = claims[claims["item"] == "claim.3"]
    assert list(drivers["fill_set"]) == ["carry_proxy", "complete_cases", "deflator_proxy", "trend"]
    assert drivers["reason"].str.contains("own table lnopen is not positive and significant at 5%").all()
    assert set(drivers["verdict"]) == {"differs"}
    complete = drivers.set_index("fill_set").loc["complete_cases"]
    assert "cbec -0.303" in complete["our_text"]
    assert "by ours cbec is not positive and significant" in complete["reason"]


def with_printed(study: Study, **changes) -> Study:
    return study.model_copy(update={"printed": study.printed.model_copy(update=changes)})


def test_a_claim_that_the_papers_own_table_bears_out_is_not_reproduced_word_by_word(lean_study, real_panel):
    first, second, drivers, last = lean_study.printed.claims
    fewer = drivers.model_copy(update={"terms": ("lnPgdp", "cbec", "lnnet")})
    study = with_printed(lean_study, claims=(first, second, fewer, last))
    found = of(estimate_study(study, real_panel)).query("item == 'claim.3'")
    # Ours has a negative slope under complete cases, but the sentence sums up the paper's table.
    assert set(found["verdict"]) == {"same sign"}
    assert found["reason"].str.startswith("By the paper's own table all are positive and significant").all()


def test_a_claim_about_classes_is_judged_by_the_printed_k_and_names_ours(claims, lean_study, real_panel):
    classes = claims[claims["item"] == "claim.4"].set_index("fill_set")
    assert set(classes["verdict"]) == {"same sign"}
    assert "KGZ huge potential" in classes.loc["carry_proxy", "our_text"]
    assert "TKM undefined" in classes.loc["complete_cases", "our_text"]
    potential = lean_study.printed.potential
    flat = dict.fromkeys(potential.rows, (1.0,) * 8)
    study = with_printed(lean_study, potential=potential.model_copy(update={"rows": flat}))
    assert set(of(estimate_study(study, real_panel)).query("item == 'claim.4'")["verdict"]) == {"differs"}


def test_printed_years_past_those_of_the_study_stop_nothing(lean_study, real_panel):
    early = real_panel[real_panel["year"] < 2020]
    claims = of(estimate_study(lean_study, early)).set_index("item")
    assert claims["our_text"].isna()["claim.1"]
    assert "Ours is not there in both 2013 and 2020." in claims.loc["claim.1", "reason"]
    assert "Ours is not there in 2020." in claims.loc["claim.2", "reason"]
    assert claims.loc[["claim.4"], "our_text"].str.startswith("2019: ").all()
