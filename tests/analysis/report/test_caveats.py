"""What not to believe: every kind of doubt that the tables hold is found, and none that they do not."""

from __future__ import annotations

import pandas as pd
import pytest

from analysis.report import caveats
from analysis.report.published import Published
from analysis.report.study_frames import StudyFrames


def leads(frames, study: str = "central_asia") -> list[str]:
    return [caveat.lead for caveat in caveats.caveats(StudyFrames(Published(frames), study))]


def test_all_kinds_of_doubt_are_found_in_tables_that_hold_them(frames) -> None:
    assert leads(frames) == [
        "5 partners, 40 observations",
        "Tests contradict the selection",
        "Signs that depend on how gaps are filled, own index",
        "Signs that depend on how gaps are filled, paper rebuild",
        "Filled inputs behind K",
        "Filled inputs behind the index",
        "K undefined in 2 of 40 cells",
        "Data from after the study's own date",
        "40 printed items not reproducible",
    ]


def test_a_study_whose_tables_hold_no_doubt_has_none(frames) -> None:
    assert leads(frames, "pacific") == []


def test_many_partners_are_not_called_few(frames) -> None:
    frames["rpt_gravity_fit"]["n_entities"] = 180
    assert "180 partners, 40 observations" not in leads(frames)


@pytest.mark.parametrize(
    ("column", "value"), [("is_valid", False), ("p_value", 0.2), ("test", "jarque_bera")]
)
def test_a_test_contradicts_only_when_it_is_valid_rejects_and_speaks_of_the_estimator(
    frames, column, value
) -> None:
    tests = frames["rpt_gravity_tests"]
    tests.loc[tests["test"] == "f_partner_effects", column] = value
    assert "Tests contradict the selection" not in leads(frames)


def test_a_rejection_speaks_not_against_fixed_effects(frames) -> None:
    fit = frames["rpt_gravity_fit"]
    fit["is_selected"] = fit["specification"].str.startswith("fixed_effects") & fit["is_selected"].groupby(
        [fit["model"], fit["fill_set"]]
    ).transform("any")
    assert "Tests contradict the selection" not in leads(frames)


def test_tests_of_another_fill_set_do_not_contradict(frames) -> None:
    tests = frames["rpt_gravity_tests"]
    tests.loc[tests["specification"].str.endswith("carry_proxy"), "p_value"] = 0.9
    assert "Tests contradict the selection" not in leads(frames)


def test_the_tables_own_caveats_are_quoted_once_each(central_asia) -> None:
    quoted = [part for quote in caveats.own_words(central_asia) for part in quote.sentences]
    assert quoted == ["5 clusters: asymptotic standard errors are too small, read p-values as lower bounds."]


def test_ties_for_the_largest_filled_share_are_counted_and_listed(central_asia) -> None:
    (found,) = (one for one in caveats.caveats(central_asia) if one.lead == "Filled inputs behind K")
    assert "in 14 cells (Tajikistan 2013–2020 and Turkmenistan 2013–2018)." in found.text


def test_warnings_of_adequacy_are_doubts_and_reasons_are_not(frames) -> None:
    rows = frames["rpt_index_adequacy"]
    more = rows.head(1).assign(statistic="components_retained")
    frames["rpt_index_adequacy"] = pd.concat([rows, more], ignore_index=True).assign(
        caveat=["mediocre.", None, "eigenvalues above 1."]
    )
    (found,) = (
        one
        for one in caveats.caveats(StudyFrames(Published(frames), "central_asia"))
        if one.lead == "Adequacy of the index"
    )
    assert found.text == "Mediocre."


def test_an_indicator_of_unacceptable_sampling_adequacy_is_named(frames) -> None:
    rows = frames["rpt_index_adequacy"]
    more = rows.head(1).assign(statistic="msa IT.NET.USER.ZS", value=0.34)
    frames["rpt_index_adequacy"] = pd.concat([rows, more], ignore_index=True)
    (found,) = (
        one
        for one in caveats.caveats(StudyFrames(Published(frames), "central_asia"))
        if one.lead == "Adequacy of the index"
    )
    assert found.text.endswith("unacceptable: Individuals using the Internet.")


def test_items_that_are_not_printed_are_not_counted_as_lost(frames) -> None:
    rows = frames["rpt_replication"]
    frames["rpt_replication"] = rows.assign(kind="consistency")
    assert "40 printed items not reproducible" not in leads(frames)
