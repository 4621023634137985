"""Sentences of the abstract against our tables."""

from __future__ import annotations

import pytest


@pytest.fixture(scope="module")
def claims(real_tables):
    table = real_tables["replication"]
    return table[table["item"].str.startswith("claim.")]


def test_a_claim_about_the_index_is_answered_by_our_index_under_the_base_fill_set(claims):
    rises = claims[claims["item"] == "claim.1"].iloc[0]
    assert rises["fill_set"] == "carry_proxy"
    assert rises["our_text"].startswith("Our index from 2013 to 2020: KAZ ")
    assert rises["verdict"] == "differs"
    assert rises["reason"] == "It rises in 4 of 5 partners."


def test_the_printed_table_itself_has_two_leaders(claims):
    leader = claims[claims["item"] == "claim.2"].iloc[0]
    assert leader["partner_iso3"] == "UZB"
    assert "UZB leads in 2020 and KAZ on the mean" in leader["reason"]


def test_a_claim_about_drivers_is_answered_under_every_fill_set_and_by_the_papers_own_p_values(claims):
    drivers = claims[claims["item"] == "claim.3"]
    assert list(drivers["fill_set"]) == ["carry_proxy", "complete_cases", "deflator_proxy", "trend"]
    assert drivers["reason"].str.contains("lnopen is not significant at 5%").all()
    complete = drivers.set_index("fill_set").loc["complete_cases"]
    assert "cbec -0.303" in complete["our_text"]
    assert complete["verdict"] == "differs"


def test_a_claim_about_classes_names_ours(claims):
    classes = claims[claims["item"] == "claim.4"].set_index("fill_set")
    assert "KGZ huge potential" in classes.loc["carry_proxy", "our_text"]
    assert "TKM undefined" in classes.loc["complete_cases", "our_text"]
