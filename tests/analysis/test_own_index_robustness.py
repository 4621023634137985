"""A study's index under other choices, draws and indicators: what is compared and what is not."""

from __future__ import annotations

import numpy as np
import pytest

from analysis.design import panel_inputs
from analysis.own_index import build_index, index_method
from analysis.own_index_robustness import index_robustness
from tests.analysis.conftest import small_study

ROBUSTNESS = {
    "reason": "To see what it hangs on.",
    "varied": {
        "scaling": [{"method": "min_max"}],
        "weights": ["equal", "entropy"],
        "aggregation": ["geometric"],
    },
    "bootstrap": {"draws": 20, "seed": 3},
}
ANOTHER = {"fill_set": "other", "title": "Other", "description": "Otherwise."}


def content(**robustness):
    study = small_study()
    return {
        "index": study["index"] | {"robustness": ROBUSTNESS | robustness},
        "fill_sets": [*study["fill_sets"], ANOTHER],
    }


@pytest.fixture
def robustness_of(study_of, made_up_panel):
    def make(other=None, **robustness):
        study = study_of(**content(**robustness))
        inputs = {
            "as_it_is": panel_inputs(study, made_up_panel, "as_it_is"),
            "other": panel_inputs(
                study, (made_up_panel if other is None else other).assign(fill_set="other"), "other"
            ),
        }
        index, sample = build_index(study, inputs["as_it_is"])
        return index, index_robustness(study, inputs, index, sample)

    return make


def test_choices_draws_and_indicators_are_all_there(robustness_of):
    index, found = robustness_of()
    assert found.variants.count == 2 * 3 * 2
    np.testing.assert_array_equal(found.variants.flat()[0][0], index.index)
    np.testing.assert_array_equal(found.ranks, found.variants.reference_ranks)
    assert found.bootstrap.resampled == "years"
    assert len(found.bootstrap.values) == 20
    assert set(found.without) == {"speed", "paper", "port"}
    assert found.interval == 0.9
    assert found.own_labels["scaling"] == "z_score pooled"


def test_a_fill_set_that_fills_otherwise_is_a_level(robustness_of, made_up_panel):
    moved = made_up_panel.copy()
    rows = (moved["variable"] == "speed") & (moved["country_iso3"] == "AAA")
    moved.loc[rows, "value"] += 5
    _, found = robustness_of(moved, varied={"fill_sets": ["other"]})
    assert found.variants.factors["fill_set"] == ("as_it_is", "other")
    assert found.left_out == {}


def test_fill_sets_that_add_nothing_or_lack_rows_are_left_out_and_say_why(robustness_of, made_up_panel):
    _, same = robustness_of(varied={"fill_sets": ["other"]})
    assert same.left_out == {("fill_set", "other"): "it fills the indicators as as_it_is does"}
    is_gone = (made_up_panel["variable"] == "speed") & (made_up_panel["year"] == 2010)
    _, lacking = robustness_of(made_up_panel[~is_gone], varied={"fill_sets": ["other"]})
    assert lacking.left_out == {("fill_set", "other"): "12 of 120 rows lack an indicator under it"}
    is_gone = (made_up_panel["variable"] == "speed") & (made_up_panel["country_iso3"] != "AAA")
    nothing = made_up_panel[~is_gone].query("year < 2012")
    _, refused = robustness_of(nothing, varied={"fill_sets": ["other"]})
    assert "2 of 24 rows have all 3 indicators" in refused.left_out["fill_set", "other"]


def test_every_way_that_a_study_can_declare_reaches_the_index(study_of, made_up_panel):
    declared = small_study()["index"]
    declared["method"] = {
        "treatment": {"winsorised_max": 2, "reason": "Outliers."},
        "scaling": {"method": "min_max", "reference": "base_year", "base_year": 2010},
        "matrix": "covariance",
        "rotation": "varimax",
        "weights": "expert",
        "aggregation": "harmonic",
        "floor": 0.1,
        "result": "hundred",
    }
    for place, indicator in enumerate(declared["dimensions"][0]["indicators"]):
        indicator["weight"] = place
    study = study_of(index=declared)
    method = index_method(study)
    assert method.treatment.winsorised_max == 2
    assert method.scaling.label == "min_max base_year 2010"
    assert (method.matrix, method.rotation, method.floor) == ("covariance", "varimax", 0.1)
    assert method.expert == {"speed": 0, "paper": 1, "port": 2}
    assert set(method.dimensions.values()) == {"all"}
    index, _ = build_index(study, panel_inputs(study, made_up_panel, "as_it_is"))
    assert (index.index.min(), index.index.max()) == (0, 100)
    np.testing.assert_allclose(index.indicator_weights, [0, 1 / 3, 2 / 3])
