"""The finding in one minute says what the tables say."""

from __future__ import annotations

import pandas as pd

from analysis.report import findings, wording
from analysis.report.published import Published
from analysis.report.study_frames import StudyFrames


def points(study) -> list[str]:
    (found,) = (found for found in findings.sentences(study) if found.lead == "Drivers")
    return list(found.points)


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


def test_residuals_below_the_norm_are_summed_over_partners_below_prediction(central_asia, frames) -> None:
    rows = frames["rpt_trade_potential"].query("study == 'central_asia' and year == 2020 and is_selected")
    gap = (rows["predicted_trade_usd"] - rows["actual_trade_usd"]).clip(lower=0).sum()
    assert f"residuals below it sum to {gap / 1e9:.1f} billion USD" in sentence(
        central_asia, "Below the norm"
    )


def test_a_mean_of_one_is_said_to_make_some_shortfall_certain(frames) -> None:
    rows = frames["rpt_trade_potential"]
    is_here = (rows["study"] == "central_asia") & rows["is_selected"]
    rows.loc[is_here, "potential_ratio"] /= rows.loc[is_here, "potential_ratio"].mean()
    text = sentence(StudyFrames(Published(frames), "central_asia"), "Below the norm")
    assert "K averages exactly 1 over 38 cells, so some shortfall is certain by construction. K ranks" in text


def test_a_mean_far_from_one_is_said_without_that_conclusion(frames) -> None:
    text = sentence(StudyFrames(Published(frames), "pacific"), "Below the norm")
    assert "K averages 0.75 over 4 cells. K ranks partners" in text


def test_the_leader_of_the_latest_year_and_the_leader_on_the_mean_are_both_named(frames) -> None:
    index = frames["rpt_cbec_index"]
    is_late_winner = (index["country_iso3"] == "KAZ") & (index["year"] == 2020)
    index.loc[is_late_winner, "index_value"] = 0.99
    text = sentence(StudyFrames(Published(frames), "central_asia"), "CBEC index")
    assert text.startswith("Kazakhstan leads in 2020 with 0.99")
    assert "as a whole Uzbekistan is ahead" in text


def test_leaders_that_tie_are_all_named(frames) -> None:
    index = frames["rpt_cbec_index"]
    index.loc[(index["country_iso3"].isin(["KAZ", "UZB"])) & (index["year"] == 2020), "index_value"] = 0.99
    text = sentence(StudyFrames(Published(frames), "central_asia"), "CBEC index")
    assert text.startswith("Kazakhstan and Uzbekistan lead together in 2020 with 0.99")


def with_slopes(frames, slopes: dict[tuple[str, str, str], float]) -> StudyFrames:
    """All slopes of all fits 0.5, but these of own_index by estimator, fill set and term."""
    rows = frames["rpt_gravity_coefficients"]
    rows["estimate"] = 0.5
    for (estimator, fill_set, term), estimate in slopes.items():
        is_cell = rows["specification"].str.startswith(estimator) & rows["specification"].str.endswith(
            fill_set
        )
        rows.loc[is_cell & (rows["term"] == term) & (rows["model"] == "own_index"), "estimate"] = estimate
    return StudyFrames(Published(frames), "central_asia")


def test_drivers_are_parted_by_whether_their_sign_outlasts_fills_and_fixed_effects(frames) -> None:
    study = with_slopes(
        frames,
        {
            ("pooled_ols", "trend", "cbec_index"): -0.25,
            ("fixed_effects", "", "ln_cpi"): -1.0,
            ("fixed_effects", "trend", "ln_openness"): -1.0,
        },
    )
    assert sentence(study, "Drivers").startswith(
        "Of 7 slopes (own index, pooled OLS, total trade), 4 have the same sign under all 4 estimated fill "
        "sets and under fixed effects: ln GDP per capita PPP, ln population, ln Internet users and ln "
    )
    found = points(study)
    assert found[0] == "ln GDP per capita PPP: positive (0.50)"
    assert found[4:] == [
        "CBEC index: positive (−0.25 to 0.50), but negative under another fill set",
        "ln CPI: positive (0.50), but negative under fixed effects and negative in the print",
        "ln openness: positive (0.50), but negative under fixed effects with some fill sets",
    ]


def test_a_kept_sign_that_the_print_or_another_flow_turns_round_says_so(frames) -> None:
    for name in ("rpt_gravity_coefficients", "rpt_gravity_fit"):
        frames[name] = pd.concat([frames[name], frames[name].assign(flow="imports")], ignore_index=True)
    rows = frames["rpt_gravity_coefficients"]
    rows["estimate"] = 0.5
    rows.loc[(rows["flow"] == "imports") & (rows["term"] == "ln_population"), "estimate"] = -0.5
    study = StudyFrames(Published(frames), "central_asia")
    assert "7 have the same sign" in sentence(study, "Drivers")
    point = "ln population: positive (0.50), but negative for imports and negative in the print"
    assert point in points(study)


def test_few_partners_are_said_to_make_p_values_overstate_and_none_is_given(frames, central_asia) -> None:
    text = sentence(central_asia, "Drivers")
    assert text.endswith(
        "With 5 partners, conventional p-values overstate how sure a slope is: only the tables below give "
        "them."
    )
    said = " ".join([text, *points(central_asia)])
    assert "p =" not in said
    assert "p <" not in said
    frames["rpt_gravity_fit"]["n_entities"] = 20
    assert "p-values" not in sentence(StudyFrames(Published(frames), "central_asia"), "Drivers")


def test_without_other_fills_or_fixed_effects_nothing_is_said_to_outlast_them(frames) -> None:
    for name in ("rpt_gravity_coefficients", "rpt_gravity_fit"):
        rows = frames[name]
        frames[name] = rows.loc[rows["is_selected"]]
    text = sentence(StudyFrames(Published(frames), "central_asia"), "Drivers")
    assert "whether a sign outlasts other fills is not known here." in text


def test_class_stability_counts_cells_that_change_and_names_partners_that_do_not(frames) -> None:
    rows = frames["rpt_trade_potential"]
    own = rows.loc[(rows["study"] == "central_asia") & rows["is_selected"]]
    other = own.assign(specification="pooled_ols.classical_normal.trend", is_selected=False)
    is_moved = (other["partner_iso3"] == "TJK") & (other["year"] >= 2019)
    other.loc[is_moved, "potential_class"] = "potential reshaping"
    is_lost = (other["partner_iso3"] == "UZB") & (other["year"] == 2020)
    other.loc[is_lost, "potential_ratio"] = None
    frames["rpt_trade_potential"] = pd.concat([rows, other], ignore_index=True)
    assert sentence(StudyFrames(Published(frames), "central_asia"), "Class stability") == (
        "Between the 2 fill sets under which the selected model and estimator give K (carry proxy and trend)"
        ", the class changes in 2 of 37 cells of total trade. Same class of total trade in 2020 under all of "
        "them: Kazakhstan and Kyrgyz Republic; not so: Tajikistan and Uzbekistan."
    )


def test_with_one_fill_set_nothing_is_said_of_class_stability(central_asia) -> None:
    assert "Class stability" not in [found.lead for found in findings.sentences(central_asia)]


def test_a_large_class_names_those_furthest_from_prediction_and_counts_the_rest(frames) -> None:
    row = frames["rpt_trade_potential"].query("study == 'pacific' and year == 2020").head(1)
    many = [
        row.assign(
            partner_iso3=f"P{number:02}", partner_name=f"P{number:02}", predicted_trade_usd=5e8 + number * 1e8
        )
        for number in range(14)
    ]
    frames["rpt_trade_potential"] = pd.concat(many)
    cards = findings.class_board(StudyFrames(Published(frames), "pacific"))
    (card,) = (card for card in cards if card.members)
    assert (len(card.members), card.rest) == (10, 4)
    assert "P00" not in [member.name for member in card.members]
