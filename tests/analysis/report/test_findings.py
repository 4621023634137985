"""The finding in one minute says what the tables say."""

from __future__ import annotations

from analysis.report import findings, wording
from analysis.report.published import Published
from analysis.report.study_frames import StudyFrames


def board(study) -> dict[str, list[str]]:
    return {card.name: [member.name for member in card.members] for card in findings.class_board(study)}


def sentence(study, lead: str) -> str:
    found = {sentence.lead: sentence.text for sentence in findings.sentences(study)}
    return found[lead].replace(wording.NO_BREAK, " ")


def test_partners_stand_in_the_class_they_are_published_in_for_the_latest_year(central_asia, frames) -> None:
    rows = frames["rpt_trade_potential"].query("study == 'central_asia' and year == 2020 and is_selected")
    for name, members in board(central_asia).items():
        published = rows.loc[rows["potential_class"] == name, "partner_name"]
        if name != "undefined":
            assert sorted(members) == sorted(published)
    assert board(central_asia)["undefined"] == ["Turkmenistan"]


def test_an_undefined_partner_says_when_its_potential_was_last_defined(central_asia) -> None:
    (card,) = (card for card in findings.class_board(central_asia) if card.name == "undefined")
    assert card.members[0].note.startswith("last defined 2018: ")


def test_a_year_in_which_nothing_is_defined_is_not_the_latest(frames) -> None:
    potential = frames["rpt_trade_potential"]
    potential.loc[potential["year"] == 2020, ["potential_ratio", "potential_class"]] = None
    assert StudyFrames(Published(frames), "central_asia").latest_year == 2019


def test_rows_that_are_not_selected_never_enter_the_finding(frames) -> None:
    potential = frames["rpt_trade_potential"]
    potential.loc[~potential["is_selected"], "potential_ratio"] = 99.0
    cards = findings.class_board(StudyFrames(Published(frames), "central_asia"))
    assert "99.00" not in [member.ratio for card in cards for member in card.members]


def test_unused_trade_is_the_sum_over_partners_below_prediction(central_asia, frames) -> None:
    rows = frames["rpt_trade_potential"].query("study == 'central_asia' and year == 2020 and is_selected")
    gap = (rows["predicted_trade_usd"] - rows["actual_trade_usd"]).clip(lower=0).sum()
    assert f"together by {gap / 1e9:.1f} billion USD" in sentence(central_asia, "Unused trade")


def test_the_leader_of_the_latest_year_and_the_leader_on_the_mean_are_both_named(frames) -> None:
    index = frames["rpt_cbec_index"]
    is_late_winner = (index["country_iso3"] == "KAZ") & (index["year"] == 2020)
    index.loc[is_late_winner, "index_value"] = 0.99
    text = sentence(StudyFrames(Published(frames), "central_asia"), "CBEC index")
    assert text.startswith("Kazakhstan leads in 2020 with 0.99")
    assert "as a whole Uzbekistan is ahead" in text


def test_drivers_are_sorted_by_sign_and_significance_of_the_selected_model(frames) -> None:
    rows = frames["rpt_gravity_coefficients"]
    chosen = rows["is_selected"]
    rows.loc[chosen, ["estimate", "p_value"]] = [0.5, 0.2]
    rows.loc[chosen & (rows["term"] == "cbec_index"), ["estimate", "p_value"]] = [1.5, 0.01]
    rows.loc[chosen & (rows["term"] == "ln_cpi"), ["estimate", "p_value"]] = [-0.7, 0.049]
    text = sentence(StudyFrames(Published(frames), "central_asia"), "Drivers")
    assert text.startswith(
        "Trade rises with CBEC index (1.50, p = 0.010); falls with ln CPI (−0.70, p = 0.049); "
    )
    assert "ln population" in text.partition("cannot be told from no effect")[0]


def test_a_large_class_names_those_furthest_from_prediction_and_counts_the_rest(frames) -> None:
    row = frames["rpt_trade_potential"].query("study == 'pacific' and year == 2020").head(1)
    many = [
        row.assign(
            partner_iso3=f"P{number:02}", partner_name=f"P{number:02}", predicted_trade_usd=5e8 + number * 1e8
        )
        for number in range(14)
    ]
    import pandas as pd

    frames["rpt_trade_potential"] = pd.concat(many)
    cards = findings.class_board(StudyFrames(Published(frames), "pacific"))
    (card,) = (card for card in cards if card.members)
    assert (len(card.members), card.rest) == (10, 4)
    assert "P00" not in [member.name for member in card.members]
