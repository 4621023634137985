"""Scenarios that move a dimension of the index, worked by hand on a few countries."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis.design import panel_inputs
from analysis.dimension_change import move_dimensions
from analysis.estimate import estimate_study
from analysis.study.potential import DriverChange
from tests.analysis.conftest import as_panel, rows, small_study
from tests.analysis.test_estimate import noisy

DIMENSIONS = [
    {
        "dimension": "Digital",
        "indicators": [{"variable": "speed"}, {"variable": "paper", "direction": "lower_is_better"}],
    },
    {"dimension": "Transport", "indicators": [{"variable": "port"}]},
]
BINDING = DriverChange(dimension="binding", to_best="highest")
DIGITAL = DriverChange(dimension="Digital", to_best="highest")
BASE = {
    # speed, paper (less is better), port: positions from 0 to 1 over these four and CHN
    "AAA": (0.0, 10.0, 10.0),
    "BBB": (5.0, 5.0, 0.0),
    "CCC": (5.0, 5.0, 5.0),
    "CHN": (10.0, 4.0, 7.0),
    "DDD": (9.0, 0.0, 9.0),
}


def fixed(weights: str = "equal_by_dimension", **method: object) -> dict:
    """An index of two dimensions with fixed weights."""
    return small_study()["index"] | {
        "dimensions": DIMENSIONS,
        "method": {"scaling": {"method": "min_max"}, "weights": weights, "result": "none"} | method,
    }


@pytest.fixture
def moved(study_of):
    """A function that moves dimensions in 2011 and gives what came of it, and the indicators."""

    def move(*changes: DriverChange, base: dict = BASE):
        names = ("speed", "paper", "port")
        cells = [
            (country, year, name, value)
            for country, values in base.items()
            for year in (2010, 2011)
            for name, value in zip(names, values, strict=True)
        ]
        study = study_of(index=fixed())
        inputs = panel_inputs(study, as_panel(cells), "as_it_is")
        found = move_dimensions(study, inputs, inputs, changes, 2011)
        return found, found.inputs.values[list(names)]

    return move


def test_a_partner_gets_the_indicators_of_the_best_country_where_these_are_better(moved):
    found, values = moved(DIGITAL)
    # DDD leads by (0.9 + 1) / 2 = 0.95 before CHN with (1 + 0.6) / 2; CHN keeps its own speed.
    assert values.loc[("AAA", 2011)].tolist() == [9.0, 0.0, 10.0]
    assert values.loc[("CHN", 2011)].tolist() == [10.0, 0.0, 7.0]
    assert found.moved["AAA"] == "Digital to DDD"
    assert found.moved["DDD"] == "Digital stays: nobody is better"
    assert found.variables == ("speed", "paper")


def test_other_years_and_other_dimensions_stay(moved):
    _, values = moved(DIGITAL)
    assert values.loc[("AAA", 2010)].tolist() == list(BASE["AAA"])
    assert (values["port"].xs(2011, level="year") == [10.0, 0.0, 5.0, 7.0, 9.0]).all()


def test_the_binding_dimension_is_each_partners_own(moved):
    found, values = moved(BINDING)
    # AAA is lowest in the digital dimension, BBB in transport, where AAA is the best of all.
    assert found.moved["AAA"] == "Digital to DDD"
    assert found.moved["BBB"] == "Transport to AAA"
    assert values.loc[("BBB", 2011)].tolist() == [5.0, 5.0, 10.0]


def test_where_two_dimensions_are_equally_low_none_binds_and_nothing_moves(moved):
    found, values = moved(BINDING)
    assert found.unmoved == ("CCC",)
    assert values.loc[("CCC", 2011)].tolist() == list(BASE["CCC"])
    assert found.moved["CCC"] == "nothing moves: no dimension is the single lowest one"


def test_a_missing_indicator_stays_missing_and_one_the_best_lacks_stays_as_it_is(moved):
    holed = BASE | {"AAA": (np.nan, 10.0, 10.0), "CHN": (9.0, 4.0, 7.0), "DDD": (10.0, np.nan, 9.0)}
    found, values = moved(DIGITAL, base=holed)
    assert found.moved["AAA"] == "Digital to DDD"
    assert np.isnan(values.loc[("AAA", 2011), "speed"])
    assert values.loc[("AAA", 2011), "paper"] == 10.0
    assert values.loc[("BBB", 2011), "speed"] == 10.0


SCENARIOS = [
    {"scenario": name, "title": "To the best", "reason": "To see.", "changes": [change]}
    for name, change in (
        ("binding", {"dimension": "binding", "to_best": "highest"}),
        ("transport", {"dimension": "Transport", "to_best": "highest"}),
        ("of_variable", {"variable": "port", "to_best": "highest"}),
    )
]


@pytest.fixture
def tables(study_of, made_up_panel):
    study = study_of(index=fixed(), potential=small_study()["potential"] | {"scenarios": SCENARIOS})
    return estimate_study(study, noisy(made_up_panel, effect=0.5))


def scenario(tables, name: str, model: str = "developed") -> pd.DataFrame:
    found = rows(tables["potential_scenarios"], scenario=name, model=model, flow="total")
    return found[found["specification"].str.startswith("pooled_ols")].set_index("scope")


def test_the_gain_is_the_coefficient_times_what_the_index_rises(tables, made_up_panel):
    port = made_up_panel.query("variable == 'port'").set_index(["country_iso3", "year"])["value"]
    slope = rows(
        tables["gravity_coefficients"],
        model="developed",
        flow="total",
        specification="pooled_ols.classical_t.as_it_is",
        term="development",
    )["estimate"].item()
    best = port.xs(2019, level="year").max()
    rise = 0.5 * (best - port["AAA", 2019]) / (port.max() - port.min())
    found = scenario(tables, "transport").loc["AAA"]
    assert found["gain_pct"] == pytest.approx(100 * np.expm1(slope * rise), rel=1e-9)
    leader = port.xs(2019, level="year").idxmax()
    assert found["changes"] == f"Transport to {leader}"


def test_a_dimension_of_one_indicator_moves_as_the_indicator_does(tables):
    columns = ["gain_usd", "gain_low_usd", "gain_high_usd", "is_within_range"]
    pd.testing.assert_frame_equal(
        scenario(tables, "transport")[columns], scenario(tables, "of_variable")[columns]
    )


def test_the_partners_row_names_its_dimension_and_that_is_the_one_of_the_table_of_dimensions(tables):
    dimensions = rows(tables["index_dimensions"], year=2019)
    binding = dimensions[dimensions["is_binding"].astype(bool)].set_index("country_iso3")
    assert binding["dimension"].nunique() == 2
    found = scenario(tables, "binding")
    assert found.loc["all", "changes"] == "the binding dimension to the best of all countries of the index"
    for country, row in binding.iterrows():
        leader = row["best_countries"]
        wanted = "stays: nobody is better" if leader == country else f"to {leader}"
        assert found.loc[country, "changes"] == f"{row['dimension']} {wanted}"


def test_an_equation_without_the_index_gains_nothing_and_says_so(tables):
    found = scenario(tables, "binding", model="plain")
    assert (found["gain_usd"] == 0).all()
    assert found["caveat"].str.contains("No term of the equation reads what the scenario changes").all()


def test_intervals_say_that_weights_are_fixed(tables):
    found = scenario(tables, "binding")
    assert (
        found["interval_method"]
        .str.endswith("the index is held as it is: its weights are fixed, not estimated.")
        .all()
    )
    assert (found["gain_low_usd"] < found["gain_high_usd"]).all()
