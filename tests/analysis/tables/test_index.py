"""The index as tables: ranks, weights, and warnings beside the statistic that they are about."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from analysis.design import panel_inputs
from analysis.own_index import build_index, index_series
from analysis.tables.caveats import index_caveats
from analysis.tables.index import adequacy_rows, index_rows, loading_rows, score_rows
from tests.analysis.conftest import small_study


@pytest.fixture
def built(study_of, made_up_panel):
    study = study_of()
    inputs = panel_inputs(study, made_up_panel, "as_it_is")
    return study, inputs, *build_index(study, inputs)


def test_a_partner_without_index_has_its_row_and_no_rank(built):
    study, inputs, index, sample = built
    values = index_series(index, sample).drop(("AAA", 2010))
    table = pd.DataFrame(index_rows(study, inputs, values)).set_index(["country_iso3", "year"])
    assert len(table) == 120
    assert np.isnan(table.loc[("AAA", 2010), "index_value"])
    assert pd.isna(table.loc[("AAA", 2010), "index_rank"])
    assert table.xs(2010, level="year")["index_rank"].max() == 11


def test_components_kept_have_their_reason_and_sound_statistics_no_caveat(built):
    study, _, index, _ = built
    caveats = {row["statistic"]: row["caveat"] for row in adequacy_rows(study, index)}
    assert caveats["components_retained"].startswith(
        "1 of 3 components have an eigenvalue above 1; they explain"
    )
    assert caveats["components_retained"].endswith("%.")
    assert {text for statistic, text in caveats.items() if statistic != "components_retained"} == {""}


def test_warnings_stand_beside_the_statistic_that_they_are_about(study_of, made_up_panel):
    rng = np.random.default_rng(5)
    study = study_of()
    # The sum of two unrelated indicators and little else: small correlations, large partial ones.
    cells = made_up_panel.query("country_iso3 == 'AAA'").copy()
    speed, paper = rng.normal(size=10), rng.normal(size=10)
    speed, paper = speed - speed.mean(), paper - paper.mean()
    paper -= speed * (speed @ paper) / (speed @ speed)
    port = np.exp(speed + paper * np.linalg.norm(speed) / np.linalg.norm(paper) + 0.3 * rng.normal(size=10))
    for name, values in (("speed", speed), ("paper", paper), ("port", port)):
        cells.loc[cells["variable"] == name, "value"] = values
    index, _ = build_index(study, panel_inputs(study, cells, "as_it_is"))
    caveats = {row["statistic"]: row["caveat"] for row in adequacy_rows(study, index)}
    assert caveats["observations"] == "10 rows for 3 indicators, fewer than 5 each: loadings are unstable."
    assert "below 0.5: the indicators share too little for an index." in caveats["kmo"]
    assert caveats["bartlett_chi2"] == ""
    measures = {row["statistic"]: row["value"] for row in adequacy_rows(study, index)}
    names = {"msa TEST.SPEED": "speed", "msa TEST.PAPER": "paper", "msa TEST.PORT": "port"}
    assert min(measures[statistic] for statistic in names) < 0.5
    for statistic, name in names.items():
        says = (
            f"The sampling adequacy of {name} is {measures[statistic]:.3f}, below 0.5: it shares too little"
        )
        assert caveats[statistic].startswith(says) == (measures[statistic] < 0.5)


def test_the_margin_of_the_sign_is_published_for_retained_components_and_a_near_tie_is_called_one(built):
    study, inputs, index, sample = built
    found = {row["statistic"]: row for row in adequacy_rows(study, index)}
    assert found["sign_margin component 1"]["value"] == pytest.approx(1.0)
    assert found["sign_margin component 1"]["caveat"] == ""
    assert "sign_margin component 2" not in found
    vectors = np.array([[0.8, 0.0, 0.6], [-0.75, 0.0, 0.66], [0.0, 1.0, 0.0]])
    tied = replace(index, components=replace(index.components, eigenvectors=vectors))
    row = {row["statistic"]: row for row in adequacy_rows(study, tied)}["sign_margin component 1"]
    assert row["value"] == pytest.approx(0.05 / 1.55)
    assert row["caveat"].startswith("The sign of component 1 is a near-tie: ")
    assert "by 3.2% of all, below 10%" in row["caveat"]
    about = index_caveats(study, inputs, tied, sample)
    assert any("component 1 is a near-tie" in text for text in about)
    assert not any("near-tie" in text for text in index_caveats(study, inputs, index, sample))


def test_weights_are_those_of_the_kept_components_and_scores_add_up_to_the_index(built):
    study, _, index, sample = built
    weights = pd.DataFrame(loading_rows(study, index)).drop_duplicates("component")["weight"]
    assert weights.tolist() == [1.0, 0.0, 0.0]
    scores = pd.DataFrame(score_rows(study, index, sample))
    summed = (scores["score"] * scores["weight"]).groupby([scores["country_iso3"], scores["year"]]).sum()
    scaled = (summed - summed.min()) / (summed.max() - summed.min())
    np.testing.assert_allclose(scaled, index_series(index, sample), atol=1e-12)


def test_where_indicators_are_summed_no_component_has_a_weight(study_of, made_up_panel):
    content = small_study()["index"] | {"method": {"weights": "equal"}}
    study = study_of(index=content)
    index, sample = build_index(study, panel_inputs(study, made_up_panel, "as_it_is"))
    assert pd.DataFrame(loading_rows(study, index))["weight"].isna().all()
    assert pd.DataFrame(score_rows(study, index, sample))["weight"].isna().all()
    assert index.indicator_weights.tolist() == [1 / 3] * 3
