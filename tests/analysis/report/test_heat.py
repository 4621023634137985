"""Heat tables: every cell says its number, its class, and what it rests on."""

from __future__ import annotations

import pandas as pd
import pytest

from analysis.report import heat, wording
from analysis.report.published import Published
from analysis.report.study_frames import StudyFrames


def row_of(table, name: str):
    return next(row for row in table.rows if row[0].text == name)


def test_a_cell_has_its_ratio_its_class_in_words_and_its_filled_share(central_asia, frames) -> None:
    cell = row_of(heat.potential_table(central_asia, "total"), "Tajikistan")[1]
    rows = frames["rpt_trade_potential"].query("partner_iso3 == 'TJK' and year == 2013 and is_selected")
    assert cell.text == f"{rows['potential_ratio'].iloc[0]:.2f}"
    assert cell.lines == ("huge potential", "14\N{NO-BREAK SPACE}% filled")
    assert cell.style.split()[:2] == ["k", "below"]


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"caveat": "left out: no Internet figure"}, "left out: no Internet figure"),
        ({"caveat": None, "predicted_trade_usd": -3e9}, "the prediction is not positive"),
        ({"caveat": None, "predicted_trade_usd": None}, "no prediction: an input is missing"),
        ({"caveat": None, "actual_trade_usd": None}, "no reported trade"),
    ],
)
def test_an_undefined_cell_gives_its_reason(frames, changes, reason) -> None:
    rows = frames["rpt_trade_potential"]
    cell = (rows["partner_iso3"] == "KAZ") & (rows["year"] == 2015)
    for column, value in {"potential_ratio": None, "potential_class": None, **changes}.items():
        rows.loc[cell, column] = value
    table = heat.potential_table(StudyFrames(Published(frames), "central_asia"), "total")
    shown = row_of(table, "Kazakhstan")[3]
    assert (shown.text, shown.style) == ("undefined", "k undefined")
    assert f"Kazakhstan 2015: {reason}" in table.notes[0]


@pytest.mark.parametrize("ratio", [-4.688, 0.0, float("inf")])
def test_a_ratio_that_is_not_a_positive_number_is_never_shown_in_a_class(frames, ratio) -> None:
    rows = frames["rpt_trade_potential"]
    rows.loc[(rows["partner_iso3"] == "KAZ") & (rows["year"] == 2015), "potential_ratio"] = ratio
    table = heat.potential_table(StudyFrames(Published(frames), "central_asia"), "total")
    assert row_of(table, "Kazakhstan")[3].style == "k undefined"


def test_a_partner_without_a_row_in_a_year_is_empty_not_undefined(frames) -> None:
    rows = frames["rpt_trade_potential"]
    frames["rpt_trade_potential"] = rows.loc[~((rows["partner_iso3"] == "KAZ") & (rows["year"] == 2015))]
    table = heat.potential_table(StudyFrames(Published(frames), "central_asia"), "total")
    assert row_of(table, "Kazakhstan")[3].lines == ("no row",)


def test_coverage_shares_add_up_to_a_full_bar(central_asia) -> None:
    table = heat.coverage_table(central_asia)
    bars = [cell.bar for row in table.rows for cell in row[1:]]
    assert len(bars) == 25
    assert all(sum(bar) == pytest.approx(100) for bar in bars)
    inflation = row_of(table, "FP.CPI.TOTL.ZG")[4]
    assert (inflation.text, inflation.lines) == (
        "38\N{NO-BREAK SPACE}%",
        ("38\N{NO-BREAK SPACE}% filled", "25\N{NO-BREAK SPACE}% missing"),
    )


def test_the_longer_side_of_the_coverage_runs_down(frames) -> None:
    frames["rpt_data_coverage"] = frames["rpt_data_coverage"].query("indicator_code == 'SP.POP.TOTL'")
    table = heat.coverage_table(StudyFrames(Published(frames), "central_asia"))
    assert [row[0].text for row in table.rows][:2] == ["Kazakhstan", "Kyrgyz Republic"]


@pytest.mark.parametrize(("exports", "is_said"), [(0.62, False), (0.7, True)])
def test_predicted_flows_that_do_not_sum_are_said_to_beyond_a_twentieth(frames, exports, is_said) -> None:
    rows = frames["rpt_trade_potential"]
    total = rows.loc[(rows["study"] == "central_asia") & rows["is_selected"]]
    parts = [
        total.assign(flow=flow, predicted_trade_usd=total["predicted_trade_usd"] * share)
        for flow, share in (("exports", exports), ("imports", 0.4))
    ]
    frames["rpt_trade_potential"] = pd.concat([total, *parts], ignore_index=True)
    note = heat.summing_note(StudyFrames(Published(frames), "central_asia"))
    assert bool(note) == is_said
    if is_said:
        text = "5 % in 38 of 38 cells, by up to 10 % above the total."
        assert note.replace(wording.NO_BREAK, " ").endswith(text)


def test_without_three_flows_nothing_is_said_of_their_sum(central_asia) -> None:
    assert heat.summing_note(central_asia) == ""
