"""Indices with fixed weights made again as a line in their indicators."""

from __future__ import annotations

import numpy as np
import pytest

from analysis.benchmark import grounds_of
from analysis.design import panel_inputs
from analysis.fixed_index import FixedIndexSource
from analysis.own_index import build_index, indicators_of
from tests.analysis.conftest import small_study

GOALPOSTS = [
    {"variable": "speed", "goalposts": [-100, 200], "weight": 1},
    {"variable": "paper", "direction": "lower_is_better", "goalposts": [-50, 90], "weight": 2},
    {"variable": "port", "goalposts": [-5, 100], "weight": 5},
]


@pytest.fixture
def grounds(study_of, made_up_panel):
    """A function that builds the index by a method and gives what remakes it."""

    def build(**method: object):
        index = small_study()["index"] | {
            "dimensions": [{"dimension": "all", "indicators": GOALPOSTS}],
            "method": method,
        }
        study = study_of(index=index)
        inputs = panel_inputs(study, made_up_panel, "as_it_is")
        return study, inputs, grounds_of(study, inputs, inputs, *build_index(study, inputs))

    return build


@pytest.mark.parametrize("weights", ["equal", "equal_by_dimension", "expert"])
@pytest.mark.parametrize("scaling", ["min_max", "z_score", "goalposts"])
@pytest.mark.parametrize("result", ["none", "unit"])
def test_the_line_gives_the_index_back(grounds, weights, scaling, result):
    study, inputs, found = grounds(weights=weights, scaling={"method": scaling}, result=result)
    assert isinstance(found.source, FixedIndexSource)
    line = found.source.map_of()
    np.testing.assert_allclose(
        line.values(indicators_of(study, inputs))[0], found.own_index.to_numpy(), atol=1e-10
    )


def test_one_more_unit_of_an_indicator_is_worth_its_weight_over_its_range(grounds):
    _, inputs, found = grounds(weights="expert", scaling={"method": "min_max"}, result="none")
    values = inputs.values[["speed", "paper", "port"]]
    ranges = (values.max() - values.min()).to_numpy()
    np.testing.assert_allclose(found.source.map_of().slopes[0], np.array([1, 2, 5]) / 8 / ranges)


def test_years_known_by_then_make_the_scale_that_was_known_by_then(grounds):
    _, inputs, found = grounds(weights="equal", scaling={"method": "min_max"}, result="none")
    is_past = found.source.years <= 2014
    past = inputs.values[is_past][["speed", "paper", "port"]]
    line = found.source.map_of(is_past)
    np.testing.assert_allclose(line.slopes[0], 1 / 3 / (past.max() - past.min()).to_numpy())
    values = line.values(found.source.indicators)[0]
    assert values[is_past].min() >= 0
    assert values[is_past].max() <= 1
    assert values.max() > values[is_past].max()


def test_rows_without_variation_make_no_index(grounds):
    _, _, found = grounds(weights="equal", scaling={"method": "min_max"}, result="none")
    only_one = np.arange(len(found.source.years)) == 0
    assert not found.source.map_of(only_one).is_made.any()


@pytest.mark.parametrize(
    ("method", "said"),
    [
        ({"weights": "equal", "aggregation": "geometric"}, "the geometric mean, which is no line"),
        ({"weights": "equal", "scaling": {"method": "rank"}}, "rank pooled and the arithmetic mean"),
        ({"weights": "equal", "scaling": {"method": "min_max", "reference": "per_year"}}, "no line"),
        ({"weights": "equal", "result": "hundred"}, "no line"),
        ({"weights": "entropy"}, "not made of principal components"),
    ],
)
def test_what_is_no_line_with_fixed_weights_is_held_and_says_why(grounds, method, said):
    _, _, found = grounds(**method)
    assert found.source is None
    assert said in found.not_remade


def test_an_index_that_ends_at_its_goalposts_is_held(study_of, made_up_panel):
    values = made_up_panel.groupby("variable")["value"]
    narrow = [
        item | {"goalposts": [values.quantile(share)[item["variable"]] for share in (0.2, 0.8)]}
        for item in GOALPOSTS
    ]
    index = small_study()["index"] | {
        "dimensions": [{"dimension": "all", "indicators": narrow}],
        "method": {"weights": "equal", "scaling": {"method": "goalposts"}, "result": "none"},
    }
    study = study_of(index=index)
    inputs = panel_inputs(study, made_up_panel, "as_it_is")
    found = grounds_of(study, inputs, inputs, *build_index(study, inputs))
    assert found.source is None
    assert found.not_remade.startswith("the index pulls outliers in, or ends at its goalposts")
