"""What an equation predicts, and its draws, on panels whose answer is known."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis.benchmark import benchmarks, grounds_of
from analysis.design import of_partners, panel_inputs
from analysis.equation import estimate_equation, select
from analysis.estimate import estimate_study
from analysis.own_index import build_index
from analysis.prediction import regression_of
from analysis.scenarios import change_panel, run_scenario
from analysis.study.potential import Scenario
from tests.analysis.conftest import COUNTRIES, rows, small_study
from tests.analysis.test_estimate import noisy


def norms(study, panel, model: int = 0) -> list:
    """Benchmarks of one model and the first flow, with the index where the model has it."""
    inputs = panel_inputs(study, panel, "as_it_is")
    index, sample = build_index(study, inputs)
    cells = of_partners(study, inputs)
    own_index = pd.Series(index.index, index=sample.rows)
    chosen = study.gravity.models[model], study.gravity.flows[0]
    equation = estimate_equation(study, *chosen, "as_it_is", cells, own_index)
    selected = select(study, [equation]) if model == 0 else {}
    grounds = {"as_it_is": grounds_of(study, cells, inputs, index, sample)}
    return list(benchmarks(study, [equation], selected, grounds))


def named(found: list, estimator: str):
    return next(norm for norm in found if norm.key[0] == estimator)


def scenario(*changes: dict) -> Scenario:
    return Scenario(scenario="made_up", title="Made up", reason="To be tested.", changes=changes)


def run(norm, *changes: dict):
    return run_scenario(norm, change_panel(norm, scenario(*changes)))


@pytest.fixture
def panel(made_up_panel):
    return noisy(made_up_panel, effect=0.5)


def test_the_linear_function_gives_the_fit_back_for_every_estimator(study_of, panel):
    gravity = small_study()["gravity"]
    everywhere = [item | {"has_potential": True} for item in gravity["specifications"]]
    for norm in norms(study_of(gravity=gravity | {"specifications": everywhere}), panel):
        own = norm.predictor
        np.testing.assert_allclose(own.linear(own.sample), own.fit.fitted, rtol=1e-10)
        assert regression_of(own) is not None, norm.key


def test_with_twelve_partners_draws_are_wild_and_scatter_around_the_estimate(study_of, panel):
    norm = named(norms(study_of(), panel), "pooled_ols")
    drawn = norm.draws.linear(norm.predictor.sample)
    assert drawn.shape == (999, 120)
    assert norm.draws.draws.resampling.kind == "wild"
    spread = drawn.std(axis=0)
    assert (np.abs(drawn.mean(axis=0) - norm.predictor.fit.fitted) < 0.15 * spread).all()
    smooth = norm.draws.smooth(norm.predictor.sample).std(axis=0)
    np.testing.assert_allclose(smooth, spread, rtol=0.2)


def test_partner_effects_are_in_the_predictions_of_every_draw(study_of, panel):
    norm = named(norms(study_of(), panel), "fixed_effects")
    drawn = norm.draws.linear(norm.predictor.sample)
    means = norm.predictor.means(norm.predictor.outcome[:, None])[:, 0]
    for cluster in range(12):
        of_partner = drawn[:, norm.predictor.clusters == cluster].mean(axis=1)
        np.testing.assert_allclose(of_partner, means[cluster], rtol=1e-10)


def test_the_index_is_made_again_in_each_draw_and_widens_the_interval(study_of, panel):
    study = study_of()
    norm = named(norms(study, panel, model=1), "pooled_ols")
    assert norm.draws.index is not None
    assert "the index is made again" in norm.about_draws
    # All rows once give the published index back.
    source = norm.grounds.source
    np.testing.assert_allclose(
        source.map_of().values(source.indicators)[0],
        norm.grounds.own_index.loc[source.rows],
        atol=1e-10,
    )
    values = norm.draws.index_values(norm.predictor.sample)
    assert values.std(axis=0).max() > 0.001


def test_a_draw_with_the_index_is_the_study_made_again_on_its_countries(study_of, panel):
    """Pairs: index and equation from the drawn countries equal the whole study run on copies of them."""
    norm = named(norms(study_of(), panel, model=1), "pooled_ols")
    source, own = norm.grounds.source, norm.predictor
    counts = np.array([2, 0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1])
    once = source.maps(counts[np.searchsorted(own.partners, source.countries)][None].astype(float))
    rows_taken = np.concatenate([np.tile(np.flatnonzero(own.clusters == g), counts[g]) for g in range(12)])
    design = own.sample.regressors.copy()
    design[:, norm.index_position] = once.values(own.sample.indicators)[0]
    found = np.linalg.lstsq(design[rows_taken], own.outcome[rows_taken], rcond=None)[0]

    copied = panel[panel["country_iso3"] != "ABA"]
    twin = panel[panel["country_iso3"] == "AAA"].assign(country_iso3="ABA")
    study = study_of(partners={"countries": COUNTRIES})
    again = named(norms(study, pd.concat([copied, twin]), model=1), "pooled_ols")
    np.testing.assert_allclose(
        np.sort(design[rows_taken] @ found), np.sort(again.predictor.fit.fitted), rtol=1e-8
    )


def test_a_change_of_a_variable_reaches_trade_by_its_elasticity(study_of, made_up_panel):
    norm = named(norms(study_of(), made_up_panel), "pooled_ols")
    found = run(norm, {"variable": "income", "percent": 10})
    assert found.base_year == 2019
    np.testing.assert_allclose(found.gained.gain_pct, 100 * (1.1**0.8 - 1), rtol=1e-6)
    np.testing.assert_allclose(found.gained.gain_usd[-1], found.gained.gain_usd[:-1].sum())


def test_the_best_of_the_group_gains_nothing_and_a_value_beyond_the_sample_is_told(study_of, panel):
    norm = named(norms(study_of(), panel), "pooled_ols")
    best = run(norm, {"variable": "income", "to_best": "highest"})
    assert best.gained.gain_usd.min() == 0
    assert set(best.beyond) == {""}
    beyond = run(norm, {"variable": "people", "set_to": 1e12})
    assert all("people 1e+12 is beyond" in text for text in beyond.beyond)


def test_an_indicator_moves_the_index_with_fixed_weights_and_the_term_with_it(study_of, panel):
    norm = named(norms(study_of(), panel, model=1), "pooled_ols")
    found = run(norm, {"variable": "speed", "add": 5.0})
    slope = norm.grounds.source.map_of().slopes[0, 0]
    coefficient = norm.predictor.fit.coefficients[norm.index_position]
    np.testing.assert_allclose(found.gained.gain_pct[:-1], 100 * np.expm1(coefficient * slope * 5), rtol=1e-8)
    assert any("the index follows its indicators" in text for text in found.about)
    assert np.isfinite(found.gained.gain_low_usd).all()
    whole = run(norm, {"index": "own", "to_best": "highest"})
    assert (whole.gained.gain_usd[:-1] == 0).sum() == 1


def test_a_driver_that_no_term_reads_changes_nothing_and_says_so(study_of, panel):
    norm = named(norms(study_of(), panel), "pooled_ols")
    found = run(norm, {"variable": "speed", "add": 5.0})
    assert (found.gained.gain_usd == 0).all()
    assert any("no term of the equation reads" in text for text in found.about)


@pytest.fixture
def tables(study_of, panel):
    potential = small_study()["potential"] | {
        "backtest": {"horizons": [1, 2]},
        "scenarios": [scenario({"variable": "income", "percent": 10}).model_dump()],
    }
    study = study_of(potential=potential)
    return study, panel, estimate_study(study, panel)


def test_every_table_of_potential_is_the_same_for_any_order_of_rows(tables):
    study, panel, first = tables
    second = estimate_study(study, panel.sample(frac=1, random_state=3).reset_index(drop=True))
    for name in ("trade_potential", "potential_class_probabilities", "potential_scenarios", "backtest"):
        assert len(first[name])
        pd.testing.assert_frame_equal(first[name], second[name], check_exact=True)


def test_class_probabilities_sum_to_one_and_stand_in_the_cell_too(tables):
    _, _, found = tables
    shares = found["potential_class_probabilities"]
    cell = ["model", "specification", "flow", "partner_iso3", "year"]
    np.testing.assert_allclose(shares.groupby(cell)["probability"].sum(), 1)
    both = found["trade_potential"].merge(shares, on=[*cell, "potential_class"])
    np.testing.assert_array_equal(both["class_probability"], both["probability"])


def test_parts_of_the_decomposition_sum_to_the_change_of_trade(tables):
    _, _, found = tables
    cell = ["model", "specification", "flow", "partner_iso3", "year"]
    parts = (
        found["potential_decomposition"].groupby(cell)[["actual_change_usd", "predicted_change_usd"]].sum()
    )
    trade = found["trade_potential"].set_index(cell).sort_index()
    changes = trade.groupby(level=cell[:-1])[["actual_trade_usd", "predicted_trade_usd"]].diff().dropna()
    np.testing.assert_allclose(parts, changes.loc[parts.index], rtol=1e-6, atol=1)


def test_the_backtest_knows_nothing_of_later_years(tables, study_of):
    study, panel, found = tables
    scores = rows(found["backtest"], model="plain", flow="total", method="gravity_last_drivers", scope="all")
    # Trade after the last origin doubled: forecasts stay as they were, errors grow by ln 2 in the last year.
    is_late = (panel["year"] == 2019) & panel["variable"].isin(["exports_usd", "imports_usd"])
    doubled = panel.assign(value=panel["value"].where(~is_late, 2 * panel["value"]))
    again = estimate_study(study, doubled)["backtest"]
    moved = rows(again, model="plain", flow="total", method="gravity_last_drivers", scope="all")
    merged = scores.merge(moved, on=["specification", "horizon"])
    shift = merged["mean_error_y"] - merged["mean_error_x"]
    np.testing.assert_allclose(shift, np.log(2) / merged["n_origins_x"].astype(float), rtol=1e-6)


def test_years_too_few_for_the_coefficients_are_named(tables):
    _, _, found = tables
    table = rows(found["backtest"], model="developed", flow="total", scope="all", horizon=1)
    assert (table["n_origins"] + table["n_origins_failed"] == 9).all()
    failed = table[table["n_origins_failed"] > 0]
    assert failed["caveat"].str.contains("No forecast from 2010: ").all()
    assert np.allclose(rows(table, method="naive")["relative_error"], 1)


def test_the_range_of_autoregressive_coefficients_leaves_out_origins_that_teach_none(tables):
    # The plain equation is estimated on 2010 alone: one year has no pair of consecutive ones.
    _, _, found = tables
    told = rows(found["backtest"], model="plain", flow="total", scope="all", method="ar1")
    assert (told["first_origin"] == 2010).any()
    ranges = told["caveat"].str.extract(r"between (-?\d\.\d\d) and (-?\d\.\d\d) by origin").astype(float)
    assert (ranges[0] <= ranges[1]).all()


def test_one_partner_has_potential_but_no_interval_and_says_why(study_of, panel):
    alone = panel[panel["country_iso3"] == "AAA"]
    found = estimate_study(
        study_of(index=None, partners={"countries": ["AAA"]}, gravity=without_index()), alone
    )
    table = found["trade_potential"]
    assert table["potential_ratio"].notna().all()
    assert table["potential_ratio_low"].isna().all()
    assert table["class_probability"].isna().all()
    assert table["interval_method"].str.contains("at least 2 partners, seen 1").all()
    assert found["potential_class_probabilities"].empty


def without_index() -> dict:
    gravity = small_study()["gravity"]
    return gravity | {"terms": gravity["terms"][:2], "models": gravity["models"][:1]}


def test_a_scenario_that_leaves_no_trade_in_levels_says_so(study_of, panel):
    gravity = small_study()["gravity"]
    dependent = gravity["dependent"] | {"is_log": False}
    norm = named(norms(study_of(gravity=gravity | {"dependent": dependent}), panel), "pooled_ols")
    found = run(norm, {"variable": "income", "set_to": 1e-9})
    is_below = found.gained.scenario_usd[:-1] < 0
    assert is_below.any()
    told = np.array(["trade below 0" in text for text in found.beyond])
    np.testing.assert_array_equal(told, is_below)
    in_logs = named(norms(study_of(), panel), "pooled_ols")
    endless = run(in_logs, {"variable": "income", "set_to": 1e300}, {"variable": "people", "set_to": 1e300})
    assert np.isnan(endless.gained.gain_usd).all()
    assert all("trade beyond any number" in text for text in endless.beyond)
