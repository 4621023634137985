"""Dimensions of the index as a table: what is measured, what is filled, what is not there at all."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis.design import panel_inputs
from analysis.tables.index_dimensions import dimension_rows
from analysis.tables.schema import as_table
from tests.analysis.conftest import small_study

DIMENSIONS = [
    {
        "dimension": "Digital",
        "indicators": [{"variable": "speed"}, {"variable": "paper", "direction": "lower_is_better"}],
    },
    {"dimension": "Transport", "indicators": [{"variable": "port"}]},
]
PARKS = {"dimension": "Industrial parks", "reason": "no series across countries is known"}


@pytest.fixture
def table(study_of, made_up_panel):
    def make(panel: pd.DataFrame = made_up_panel) -> pd.DataFrame:
        study = study_of(index=small_study()["index"] | {"dimensions": DIMENSIONS, "not_measured": [PARKS]})
        inputs = {"as_it_is": panel_inputs(study, panel, "as_it_is")}
        found = as_table("index_dimensions", dimension_rows(study, inputs), "study", "panel")
        return found.set_index(["country_iso3", "year", "dimension"])

    return make


def cell(panel: pd.DataFrame, variable: str, country: str = "AAA", year: int = 2010) -> pd.Series:
    return (panel["variable"] == variable) & (panel["country_iso3"] == country) & (panel["year"] == year)


def test_every_country_year_and_dimension_has_a_row_and_the_best_of_the_year_no_gap(table):
    found = table()
    assert len(found) == 12 * 10 * 3
    measured = found[found["is_measured"]]
    assert measured.groupby(["year", "dimension"])["gap_to_best"].min().eq(0).all()
    leaders = measured[measured["dimension_rank"] == 1].reset_index()
    assert (leaders["best_countries"] == leaders["country_iso3"]).all()
    assert (measured["score"] + measured["gap_to_best"] - measured["best_score"]).abs().max() < 1e-12


def test_a_score_of_one_indicator_is_its_position_and_less_is_better_where_said(table, made_up_panel):
    found = table()
    port = made_up_panel.query("variable == 'port'").set_index(["country_iso3", "year"])["value"]
    expected = (port - port.min()) / (port.max() - port.min())
    scores = found.xs("Transport", level="dimension")["score"]
    np.testing.assert_allclose(scores, expected.reindex(scores.index), atol=1e-12)
    paper = made_up_panel.query("variable == 'paper'").set_index(["country_iso3", "year"])["value"]
    speed = made_up_panel.query("variable == 'speed'").set_index(["country_iso3", "year"])["value"]
    less = (paper.max() - paper) / (paper.max() - paper.min())
    more = (speed - speed.min()) / (speed.max() - speed.min())
    digital = found.xs("Digital", level="dimension")["score"]
    np.testing.assert_allclose(digital, ((less + more) / 2).reindex(digital.index), atol=1e-12)


def test_a_dimension_without_a_series_is_shown_without_a_score_and_never_binds(table):
    parks = table().xs("Industrial parks", level="dimension")
    assert not parks["is_measured"].any()
    assert parks["score"].isna().all()
    assert not parks["is_binding"].any()
    assert (parks["caveat"] == "Not measured: no series across countries is known.").all()
    assert (parks["position"] == 3).all()


def test_missing_indicators_are_named_and_a_country_without_any_is_not_measured(table, made_up_panel):
    panel = made_up_panel.copy()
    panel.loc[cell(panel, "speed") | cell(panel, "port"), "value"] = np.nan
    found = table(panel)
    digital, transport = found.loc[("AAA", 2010, "Digital")], found.loc[("AAA", 2010, "Transport")]
    assert digital["missing_indicators"] == "TEST.SPEED"
    assert digital["scored_indicator_count"] == 1
    assert digital["caveat"] == "Scored on 1 of 2 indicators: the others are not published."
    assert not transport["is_measured"]
    assert pd.isna(transport["dimension_rank"])
    assert transport["caveat"].startswith("None of the indicators is published for this country and year")


def test_more_filled_cells_than_the_study_allows_are_warned_of(table, made_up_panel):
    panel = made_up_panel.copy()
    panel.loc[cell(panel, "speed"), "is_filled"] = True
    assert pd.isna(table(panel).loc[("AAA", 2010, "Digital"), "caveat"])
    panel.loc[cell(panel, "paper"), "is_filled"] = True
    found = table(panel).loc[("AAA", 2010, "Digital")]
    assert found["filled_share"] == 1.0
    assert found["caveat"] == "100% of the indicators are filled, not published."
