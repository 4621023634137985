"""The index of a study: directions, transformations, and the panels that cannot make one."""

from __future__ import annotations

import numpy as np
import pytest

from analysis.design import panel_inputs
from analysis.own_index import IndexRefused, build_index, index_series
from tests.analysis.conftest import COUNTRIES, small_study


@pytest.fixture
def inputs_of(study_of):
    return lambda panel: panel_inputs(study_of(), panel, "as_it_is")


def test_a_better_partner_has_a_higher_index(study_of, made_up_panel, inputs_of):
    better = made_up_panel.copy()
    first = better["country_iso3"] == "AAA"
    for variable, value in (("speed", 200.0), ("paper", 0.0), ("port", 400.0)):
        better.loc[first & (better["variable"] == variable), "value"] = value
    index, sample = build_index(study_of(), inputs_of(better))
    # `paper` counts downwards: with its sign turned, no indicator lowers the index.
    assert index.lowering_indicators == ()
    values = index_series(index, sample)
    assert (values["AAA"] == 1).all()
    assert values.drop("AAA").max() < 1


def test_only_rows_with_every_indicator_enter(study_of, made_up_panel, inputs_of):
    gone = made_up_panel.eval("country_iso3 == 'ABA' and year < 2013 and variable == 'paper'")
    index, sample = build_index(
        study_of(), inputs_of(made_up_panel.assign(value=made_up_panel["value"].mask(gone)))
    )
    assert len(index.index) == len(sample.rows) == 117
    assert ("ABA", 2012) not in sample.rows


def test_a_logarithm_of_nothing_is_left_out(study_of, made_up_panel, inputs_of):
    zero = made_up_panel.eval("country_iso3 == 'ABA' and year == 2012 and variable == 'port'")
    _, sample = build_index(
        study_of(), inputs_of(made_up_panel.assign(value=made_up_panel["value"].mask(zero, 0.0)))
    )
    assert sample.sentence.endswith("1 for port (logarithm of a number that is not positive)")


def test_as_many_rows_as_indicators_are_refused(study_of, made_up_panel, inputs_of):
    few = made_up_panel.query(f"country_iso3 == '{COUNTRIES[0]}' and year < 2013")
    with pytest.raises(IndexRefused, match="3 of 3 rows have all 3 indicators of the index, too few"):
        build_index(study_of(), inputs_of(few))


def test_an_indicator_that_never_varies_is_refused_by_name(study_of, made_up_panel, inputs_of):
    flat = made_up_panel["value"].mask(made_up_panel["variable"] == "speed", 7.0)
    with pytest.raises(IndexRefused, match=r"the index cannot be made: indicators that do not vary.*speed"):
        build_index(study_of(), inputs_of(made_up_panel.assign(value=flat)))


def test_the_studys_rule_of_retention_is_used(study_of, made_up_panel, inputs_of):
    content = small_study()["index"]
    content["retention"] = {"rule": "fixed", "value": 2, "reason": "Two."}
    index, _ = build_index(study_of(index=content), inputs_of(made_up_panel))
    assert index.retention.count == 2
    np.testing.assert_allclose(index.weights.sum(), 1)


def test_goalposts_are_stated_in_the_unit_of_the_indicator(study_of, made_up_panel, inputs_of):
    cells = made_up_panel.pivot(index=["country_iso3", "year"], columns="variable", values="value")
    # The lower end of speed is a value that many exceed and some do not reach.
    ends = {
        "speed": [float(cells["speed"].quantile(0.2)), float(cells["speed"].max()) + 1],
        "paper": [float(cells["paper"].min()) - 2, float(cells["paper"].max()) + 3],
        "port": [float(cells["port"].min()) / 2, float(cells["port"].max()) * 3],
    }
    parts = small_study()["index"]
    for dimension in parts["dimensions"]:
        for item in dimension["indicators"]:
            item |= {"goalposts": ends[item["variable"]], "weight": 1.0}
    method = {"scaling": {"method": "goalposts"}, "weights": "expert", "result": "none"}
    study = study_of(index=parts | {"method": method})
    index, sample = build_index(study, inputs_of(made_up_panel))
    cells = cells.loc[sample.rows]
    speed, paper, port = (ends[name] for name in ("speed", "paper", "port"))
    # Less paper is better; of port the logarithm enters.
    unit = np.column_stack(
        [
            (cells["speed"] - speed[0]) / (speed[1] - speed[0]),
            (paper[1] - cells["paper"]) / (paper[1] - paper[0]),
            np.log(cells["port"] / port[0]) / np.log(port[1] / port[0]),
        ]
    ).clip(0, 1)
    assert unit[:, 0].min() == 0
    np.testing.assert_allclose(index.index, unit.mean(axis=1), rtol=1e-12)
    del parts["dimensions"][0]["indicators"][0]["goalposts"]
    with pytest.raises(ValueError, match="seen no goalposts of indicators"):
        study_of(index=parts | {"method": method})
