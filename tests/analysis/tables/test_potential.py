"""Potential as rows: which specifications have it, and what stands beside it."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis.benchmark import Grounds, benchmarks
from analysis.design import panel_inputs
from analysis.equation import estimate_equation, select
from analysis.estimate import estimate_study
from analysis.frontier_efficiency import FrontierEfficiency
from analysis.tables.potential import MOSTLY_FILLED, potential_of, potential_rows
from tests.analysis.conftest import small_study
from tests.analysis.test_estimate import noisy

POOLED = ("pooled_ols", "classical_t")


def rows_of_potential(study, equation, inputs) -> pd.DataFrame:
    norms = benchmarks(study, [equation], select(study, [equation]), {"as_it_is": Grounds(inputs)})
    return pd.DataFrame(potential_rows([potential_of(norm) for norm in norms]))


@pytest.fixture
def potential(study_of, made_up_panel):
    def rows_of(panel=None):
        study = study_of()
        cells = noisy(made_up_panel, effect=1.0) if panel is None else panel
        inputs = panel_inputs(study, cells, "as_it_is")
        model, flow = study.gravity.models[0], study.gravity.flows[0]
        equation = estimate_equation(study, model, flow, "as_it_is", inputs, None)
        return study, equation, rows_of_potential(study, equation, inputs)

    return rows_of


def test_the_selected_specification_has_potential_though_it_does_not_ask_for_it(potential):
    _, _, table = potential()
    found = table.groupby("specification")["is_selected"].all()
    assert list(found.index.str.split(".").str[0]) == ["fixed_effects", "pooled_ols", "random_effects"]
    assert list(found) == [False, False, True]


def test_the_gap_is_predicted_less_actual_and_classes_are_the_studys(potential):
    study, equation, table = potential()
    pooled = table[table["specification"] == "pooled_ols.classical_t.as_it_is"]
    fit = equation.fits[POOLED]
    expected = np.exp(fit.fitted) * np.exp(fit.residuals).mean() * 1e4
    np.testing.assert_allclose(pooled["predicted_trade_usd"], expected, rtol=1e-12)
    np.testing.assert_allclose(
        pooled["potential_gap_usd"], pooled["predicted_trade_usd"] - pooled["actual_trade_usd"]
    )
    assert set(pooled["potential_class"]) <= {item.label for item in study.potential.classes}
    assert (pooled.loc[pooled["potential_ratio"] < 0.8, "potential_class"] == "low").all()


def test_what_k_compares_is_said(potential):
    _, _, table = potential()
    caveat = table.drop_duplicates("specification").set_index("specification")["caveat"]
    compares = "Compares the year with the partner's own mean"
    assert compares in caveat["fixed_effects.classical_t.as_it_is"]
    assert "Partners differ lastingly" in caveat["pooled_ols.classical_t.as_it_is"]


def test_k_averages_one_under_duans_factor_alone_and_its_rows_say_so(study_of, made_up_panel):
    for smearing, is_said in (("duan", True), ("normal", False), ("none", False)):
        study = study_of(potential=small_study()["potential"] | {"smearing": smearing})
        inputs = panel_inputs(study, noisy(made_up_panel, effect=1.0), "as_it_is")
        model, flow = study.gravity.models[0], study.gravity.flows[0]
        equation = estimate_equation(study, model, flow, "as_it_is", inputs, None)
        table = rows_of_potential(study, equation, inputs)
        says = table["caveat"].str.contains("K averages exactly 1 over the sample by construction")
        assert set(says) == {is_said}
        means = table.groupby("specification")["potential_ratio"].mean()
        assert bool(np.allclose(means, 1, rtol=0, atol=1e-9)) == is_said


def test_a_class_that_hangs_on_the_fill_set_says_under_which_others_it_differs(study_of, made_up_panel):
    gravity = small_study()["gravity"]
    sets = ["as_it_is", "halved", "same"]
    study = study_of(
        fill_sets=[{"fill_set": name, "title": name, "description": "Made up."} for name in sets],
        gravity=gravity | {"specifications": [{**i, "fill_sets": sets} for i in gravity["specifications"]]},
    )
    base = noisy(made_up_panel, effect=1.0)
    # Under one fill set a partner's trade is a tenth in its first year, and missing in its second.
    is_trade = base["variable"].isin(["exports_usd", "imports_usd"]) & (base["country_iso3"] == "ABA")
    halved = base["value"].where(~(is_trade & (base["year"] == 2010)), base["value"] / 10)
    halved = halved.mask(is_trade & (base["year"] == 2011))
    values = {"as_it_is": base["value"], "halved": halved, "same": base["value"]}
    panel = pd.concat([base.assign(fill_set=name, value=value) for name, value in values.items()])
    table = estimate_study(study, panel)["trade_potential"].query("model == 'plain' and flow == 'total'")
    keys = ["specification", "partner_iso3", "year"]
    table = table.assign(estimator=table["specification"].str.rsplit(".", n=1).str[0])
    table["fill_set"] = table["specification"].str.rsplit(".", n=1).str[1]
    cells = table.set_index(["estimator", "fill_set", "partner_iso3", "year"]).sort_index()
    pooled = cells.loc["pooled_ols.classical_t"]
    assert pooled.loc[("halved", "ABA", 2010), "caveat"].startswith(
        "Class differs under fill sets as_it_is, same. "
    )
    assert pooled.loc[("as_it_is", "ABA", 2010), "caveat"].startswith("Class differs under fill set halved. ")
    # Undefined is no class, neither there nor here.
    assert "Class differs" not in pooled.loc[("as_it_is", "ABA", 2011), "caveat"]
    assert pooled.loc[("halved", "ABA", 2011), "caveat"].startswith("Undefined")
    for estimator in cells.index.unique("estimator"):
        wide = cells.loc[estimator]["potential_class"].unstack("fill_set")
        says = cells.loc[estimator]["caveat"].str.contains("Class differs").unstack("fill_set")
        for name in wide.columns:
            others = wide.drop(columns=name)
            differs = others.ne(wide[name], axis=0) & others.notna() & wide[[name]].notna().to_numpy()
            assert (says[name] == differs.any(axis=1)).all()
    assert not table.duplicated(keys).any()


def test_a_row_of_mostly_filled_cells_says_so(potential, made_up_panel):
    mostly = (made_up_panel["country_iso3"] == "ABA") & made_up_panel["variable"].isin(
        ["income", "people", "exports_usd"]
    )
    _, _, table = potential(noisy(made_up_panel).assign(is_filled=mostly))
    says = table["caveat"].str.contains(MOSTLY_FILLED[1:], regex=False)
    assert set(table.loc[says, "partner_iso3"]) == {"ABA"}
    assert says.sum() == 10 * table["specification"].nunique()


def test_intervals_hold_k_and_both_sample_sizes_are_told(potential):
    _, equation, table = potential()
    assert (table["n_estimation"] == len(equation.sample.rows)).all()
    assert (table["n_potential"] == len(equation.sample.rows)).all()
    assert (table["potential_ratio_low"] < table["potential_ratio"]).all()
    assert (table["potential_ratio"] < table["potential_ratio_high"]).all()
    # A new draw has an error of its own on top of what the benchmark has.
    benchmark = table["potential_ratio_high"] / table["potential_ratio_low"]
    assert (table["new_draw_ratio_high"] / table["new_draw_ratio_low"] > benchmark).all()
    assert table["class_probability"].between(0, 1).all()
    assert table["frontier_efficiency"].isna().all()


def test_a_frontier_of_the_same_equation_stands_beside_k(potential, made_up_panel, study_of):
    study = study_of()
    inputs = panel_inputs(study, noisy(made_up_panel, effect=1.0), "as_it_is")
    model, flow = study.gravity.models[0], study.gravity.flows[0]
    equation = estimate_equation(study, model, flow, "as_it_is", inputs, None)
    norms = benchmarks(study, [equation], select(study, [equation]), {"as_it_is": Grounds(inputs)})
    efficiency = pd.Series(0.7, index=equation.sample.rows[:-1])
    named = (model.model, flow.flow, "as_it_is")
    beside = {named: FrontierEfficiency(efficiency, "said beside it")}
    table = pd.DataFrame(potential_rows([potential_of(norm) for norm in norms], beside))
    assert table["caveat"].str.contains("Said beside it").all()
    assert set(table["frontier_efficiency"].dropna()) == {0.7}
    assert table["frontier_efficiency"].isna().sum() == table["specification"].nunique()


def test_a_study_may_tell_potential_of_rows_without_trade_and_says_how_many(study_of, made_up_panel):
    settings = {"sample": "every_row_with_drivers", "sample_reason": "No trade is the largest potential."}
    study = study_of(potential=small_study()["potential"] | settings)
    panel = noisy(made_up_panel, effect=1.0)
    is_zero = (
        panel["variable"].isin(["exports_usd", "imports_usd"])
        & (panel["country_iso3"] == "ABA")
        & (panel["year"] == 2012)
    )
    panel = panel.assign(value=panel["value"].mask(is_zero, 0.0))
    inputs = panel_inputs(study, panel, "as_it_is")
    model, flow = study.gravity.models[0], study.gravity.flows[0]
    equation = estimate_equation(study, model, flow, "as_it_is", inputs, None)
    table = rows_of_potential(study, equation, inputs)
    assert set(table["n_estimation"]) == {119}
    assert set(table["n_potential"]) == {120}
    told = table[(table["partner_iso3"] == "ABA") & (table["year"] == 2012)]
    assert (told["potential_ratio"] == 0).all()
    assert set(told["potential_class"]) == {"low"}
    assert (told["class_probability"] == 1).all()
    assert told["caveat"].str.contains("not among the rows that the equation is estimated on").all()


def test_the_study_fills_the_efficiency_in_where_residuals_are_skewed_the_right_way(study_of, made_up_panel):
    rng = np.random.default_rng(5)
    shortfall = pd.Series(np.abs(rng.normal(0, 0.8, 120)), name="shortfall")
    is_trade = made_up_panel["variable"].isin(["exports_usd", "imports_usd"])
    cell = made_up_panel.groupby(["country_iso3", "year"], sort=True).ngroup()
    noise = rng.normal(0, 0.1, 120)
    short = made_up_panel["value"] * np.exp((noise - shortfall.to_numpy())[cell])
    panel = made_up_panel.assign(value=made_up_panel["value"].where(~is_trade, short))
    table = estimate_study(study_of(), panel)["trade_potential"].query("model == 'plain' and flow == 'total'")
    pooled = table[table["specification"].str.startswith("pooled_ols")]
    assert pooled["frontier_efficiency"].between(0, 1).all()
    reached = np.exp(-shortfall)
    assert np.corrcoef(pooled["frontier_efficiency"], reached)[0, 1] > 0.9
