"""Potential under every estimator that a study may name: K with a stated meaning, or a row with a reason."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis.benchmark import Grounds, benchmarks
from analysis.design import panel_inputs
from analysis.equation import estimate_equation, select
from analysis.estimate import estimate_study
from analysis.prediction import regression_of
from analysis.tables.potential import COMPARES
from tests.analysis.conftest import small_study
from tests.analysis.test_estimate import noisy

LINEAR = {
    "pooled_ols": "classical_t",
    "fixed_effects": "classical_t",
    "two_way_fixed_effects": "classical_t",
    "first_difference": "classical_t",
    "between": "classical_t",
    "random_effects": "classical_normal",
    "random_effects_baltagi_chang": "classical_normal",
    "random_effects_amemiya": "classical_normal",
    "random_effects_wallace_hussain": "classical_normal",
    "random_effects_nerlove": "classical_normal",
    "random_effects_sigma_u_zero": "classical_normal",
}
POISSON = {
    "ppml": "cr1_normal",
    "ppml_partner_effects": "cr1_normal",
    "ppml_year_effects": "cr1_normal",
    "ppml_partner_year_effects": "cr1_normal",
}
EVERY = {**LINEAR, **POISSON}
CELL = ["specification", "model", "flow", "partner_iso3", "year"]


def with_every_estimator(study_of, **changes):
    """The small study with potential under all estimators, one model that has the index and one without."""
    specifications = [
        {"estimator": name, "covariance": covariance, "fill_sets": ["as_it_is"], "has_potential": True}
        for name, covariance in EVERY.items()
    ]
    gravity = small_study()["gravity"] | {"specifications": specifications}
    gravity["flows"] = gravity["flows"][:1]
    gravity["selection"] = gravity["selection"] | {"model": "plain"}
    return study_of(gravity=gravity, **changes)


def zero_trade(panel: pd.DataFrame, *cells: tuple[str, int]) -> pd.DataFrame:
    is_trade = panel["variable"].isin(["exports_usd", "imports_usd"])
    named = pd.Series(list(zip(panel["country_iso3"], panel["year"], strict=True)), index=panel.index)
    return panel.assign(value=panel["value"].mask(is_trade & named.isin(cells), 0.0))


@pytest.fixture
def panel(made_up_panel):
    return noisy(made_up_panel, effect=0.5)


@pytest.fixture
def found(study_of, panel):
    """Benchmarks by estimator, without index, a trade of 0 and a missing cell in the panel."""
    study = with_every_estimator(study_of)
    holed = zero_trade(panel, ("ABA", 2012))
    holed = holed[~((holed["country_iso3"] == "ACA") & (holed["year"] == 2015))]
    inputs = panel_inputs(study, holed, "as_it_is")
    chosen = study.gravity.models[0], study.gravity.flows[0]
    equation = estimate_equation(study, *chosen, "as_it_is", inputs, None)
    norms = benchmarks(study, [equation], select(study, [equation]), {"as_it_is": Grounds(inputs)})
    return {norm.key[0]: norm for norm in norms}


def test_the_linear_function_gives_every_fit_back(found):
    assert list(found) == list(EVERY)
    for name, norm in found.items():
        own = norm.predictor
        np.testing.assert_allclose(own.linear(own.sample), own.fitted, rtol=1e-7, err_msg=name)
        assert regression_of(own) is not None, name
        assert len(own.sample.rows) == (119 if name in POISSON else 118)
        assert norm.draws.n_draws == 999


def test_draws_scatter_around_the_prediction_of_every_estimator(found):
    for name, norm in found.items():
        drawn = norm.draws.linear(norm.predictor.sample)
        spread = drawn.std(axis=0)
        assert (spread > 0).all(), name
        assert (np.abs(drawn.mean(axis=0) - norm.predictor.fitted) < 0.2 * spread + 1e-9).all(), name


def test_period_effects_vary_between_draws_and_partners_keep_their_means(found):
    norm = found["two_way_fixed_effects"]
    own = norm.predictor
    assert own.n_estimated == len(own.fit.terms) - 1 + 9 + 12
    assert own.n_estimated == own.fit.n_obs - own.fit.df_resid
    effects = norm.draws.draws.coefficients[:, -9:]
    np.testing.assert_allclose(own.coefficients[-9:], np.diff(own.fit.period_effects).cumsum(), atol=1e-9)
    assert (effects.std(axis=0) > 0).all()


def test_poisson_predicts_the_mean_without_smearing_and_its_zero_has_the_potential_0(found):
    for name in POISSON:
        norm = found[name]
        assert norm.smearing == 1
        np.testing.assert_allclose(norm.drawn_smearing, 1)
        np.testing.assert_allclose(norm.predicted_usd.sum(), norm.equation.actual_usd.sum(), rtol=1e-8)
        errors = norm.predictor.errors
        assert np.isneginf(errors).sum() == 1
        cell = norm.cells.rows.get_loc(("ABA", 2012))
        told = int(norm.is_told[:cell].sum())
        intervals = norm.intervals
        assert intervals.ratio_low[told] == 0
        assert intervals.class_probabilities[told, 0] + intervals.undefined_share[told] == pytest.approx(1)


def test_a_poisson_draw_is_the_score_bootstrap(found):
    """One Newton step from the estimate, by hand, for the draws of whole clusters without leverage."""
    norm = found["ppml"]
    fit, own = norm.predictor.fit, norm.predictor
    design = own.sample.regressors
    trade = np.exp(own.errors) * fit.mu
    bread = np.linalg.inv(design.T @ (fit.mu[:, None] * design))
    by_row = (trade - fit.mu)[:, None] * design
    scores = np.stack([by_row[own.clusters == cluster].sum(axis=0) for cluster in range(12)])
    weights = norm.draws.draws.weights
    by_hand = fit.coefficients + weights @ scores @ bread
    np.testing.assert_allclose(norm.draws.draws.refits, by_hand, rtol=1e-6, atol=1e-8)


def test_every_row_of_every_estimator_says_what_k_means_or_why_there_is_none(study_of, panel):
    potential = small_study()["potential"] | {
        "backtest": {"horizons": [1]},
        "scenarios": [
            {
                "scenario": "richer",
                "title": "Richer",
                "reason": "To be tested.",
                "changes": [{"variable": "income", "percent": 10}],
            }
        ],
    }
    study = with_every_estimator(study_of, potential=potential)
    tables = estimate_study(study, zero_trade(panel, ("ABA", 2012)))
    table = tables["trade_potential"]
    table = table.assign(estimator=table["specification"].str.split(".").str[0])
    assert set(table["estimator"]) == set(EVERY)
    assert table.loc[table["potential_ratio"].isna(), "caveat"].str.startswith("Undefined: ").all()
    assert table.loc[table["potential_ratio"].isna(), "potential_class"].isna().all()
    for name, meaning in COMPARES.items():
        told = table[(table["estimator"] == name) & table["potential_ratio"].notna()]
        assert told["caveat"].str.contains(meaning[1:], regex=False).all(), name
    assert table["frontier_efficiency"].notna().sum() + table["caveat"].str.contains(
        "rontier efficiency"
    ).sum() >= len(table)

    parts = tables["potential_decomposition"]
    summed = parts.groupby(CELL)[["actual_change_usd", "predicted_change_usd"]].sum(min_count=1)
    trade = table.set_index(CELL).sort_index()
    changes = trade.groupby(level=CELL[:-1])[["actual_trade_usd", "predicted_trade_usd"]].diff()
    changes = changes.loc[summed.index]
    for mine, theirs in zip(summed.columns, changes.columns, strict=True):
        known = summed[mine].notna()
        assert known.mean() > 0.9
        np.testing.assert_allclose(summed.loc[known, mine], changes.loc[known, theirs], rtol=1e-6, atol=1)
    with_years = parts.loc[parts["driver_kind"] == "period_effect", "specification"].str.split(".").str[0]
    assert set(with_years) == {"two_way_fixed_effects", "ppml_year_effects", "ppml_partner_year_effects"}

    gains = tables["potential_scenarios"].query("scope == 'all' and model == 'plain'")
    assert set(gains["specification"].str.split(".").str[0]) == set(EVERY)
    assert (gains["gain_usd"].between(gains["gain_low_usd"], gains["gain_high_usd"])).all()

    scores = tables["backtest"].query("scope == 'all' and model == 'plain'")
    scores = scores[scores["method"] == "gravity_last_drivers"]
    scores = scores.assign(estimator=scores["specification"].str.split(".").str[0]).set_index("estimator")
    # The effect of a year to come is that of the last one known, and the row says so.
    with_years = ["two_way_fixed_effects", "ppml_year_effects", "ppml_partner_year_effects"]
    told = scores["caveat"].str.contains("effect of the last year known stands for", regex=False)
    assert sorted(scores.index[told]) == sorted(with_years)
    assert (scores.loc[with_years, "n_origins"] >= 5).all()
    assert (scores.loc[with_years, "root_mean_squared_error"] < 0.8).all()
    # All terms are estimated again, the first one too.
    for name in ("first_difference", "between", "ppml", "ppml_partner_effects"):
        assert scores.loc[name, "n_origins"] > 5
        assert scores.loc[name, "root_mean_squared_error"] < 0.8


def test_separated_rows_have_no_potential_and_say_why(study_of, panel):
    """All trade of one partner is 0: with partner effects its rows are predicted perfectly."""
    study = with_every_estimator(study_of)
    nothing = zero_trade(panel, *(("ABA", year) for year in range(2010, 2020)))
    table = estimate_study(study, nothing)["trade_potential"].query("model == 'plain'")
    table = table.assign(estimator=table["specification"].str.split(".").str[0])
    own = table[(table["estimator"] == "ppml_partner_effects") & (table["partner_iso3"] == "ABA")]
    assert len(own) == 10
    assert own["potential_ratio"].isna().all()
    assert own["caveat"].str.startswith("Undefined: separated").all()
    assert set(table.loc[table["estimator"] == "ppml_partner_effects", "n_estimation"]) == {110}
    pooled = table[(table["estimator"] == "ppml") & (table["partner_iso3"] == "ABA")]
    assert (pooled["potential_ratio"] == 0).all()


def test_an_index_that_is_not_remade_is_held_and_the_rows_say_so(study_of, panel):
    index = small_study()["index"] | {"method": {"weights": "entropy"}}
    study = with_every_estimator(study_of, index=index)
    table = estimate_study(study, panel)["trade_potential"]
    told = table[(table["model"] == "developed") & table["specification"].str.startswith("pooled_ols")]
    assert told["interval_method"].str.contains("the index is held as it is: the index is not made of").all()
    assert told["potential_ratio_low"].notna().all()
    plain = table[(table["model"] == "plain") & table["specification"].str.startswith("pooled_ols")]
    assert not plain["interval_method"].str.contains("the index is held").any()
