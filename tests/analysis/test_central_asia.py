"""The study of Central Asia on the publishers' own figures, against what was published about it."""

from __future__ import annotations

import numpy as np
import pytest

from tests.analysis.conftest import rows, slopes


def test_the_real_panel_has_the_published_extremes(central_asia, real_panel):
    base = real_panel[real_panel["fill_set"] == "complete_cases"]
    values = base.pivot(index=["country_iso3", "year"], columns="variable", values="value")
    people = np.log(values["population"] / 1e4)
    assert (round(people.min(), 3), round(people.max(), 3)) == (6.285, 8.138)
    internet = np.log(values["internet_users_pct"])
    assert (round(internet.min(), 3), round(internet.max(), 3)) == (2.262, 4.454)
    income = np.log(values["gdp_per_capita_ppp_usd"])
    assert (round(income.min(), 3), round(income.max(), 3)) == (8.006, 10.221)
    prices = values["cpi_chained_2010_100"]
    assert prices.idxmax() == ("UZB", 2020)
    assert round(prices.max(), 3) == 320.272
    assert round(np.log(values["merchandise_trade_pct_gdp"]).max(), 3) == 4.708
    trade = np.log((values["exports_fob_usd"] + values["imports_cif_usd"]) / 1e4)
    assert round(trade.mean(), 3) == 13.267
    # Against the printed 12.007 to 13.421: not adjusted.
    distance = np.log(values["distance_km"] * values["brent_usd_per_bbl"])
    assert (round(distance.min(), 2), round(distance.max(), 2)) == (11.83, 13.19)


def test_twenty_cells_of_the_papers_regressors_are_missing(real_panel):
    used = {
        "gdp_per_capita_ppp_usd",
        "population",
        "internet_users_pct",
        "cpi_chained_2010_100",
        "merchandise_trade_pct_gdp",
        "distance_km",
    }
    cells = real_panel[real_panel["variable"].isin(used)]
    missing = cells[cells["value"].isna()].groupby("fill_set").size()
    assert missing.to_dict() == {"complete_cases": 20}


def test_on_complete_cases_the_printed_index_changes_its_sign(real_tables):
    index = {
        fill_set: slopes(real_tables, f"pooled_ols.classical_t.{fill_set}", "paper_rebuild")[
            "cbec_index_printed"
        ]
        for fill_set in ("complete_cases", "carry_proxy", "trend", "deflator_proxy")
    }
    assert index["complete_cases"] < 0
    assert min(index["carry_proxy"], index["trend"], index["deflator_proxy"]) > 1


def test_filled_rebuilds_lie_near_other_rebuilds_of_the_paper(real_tables):
    order = [
        "log_gdp_per_capita_ppp",
        "log_population",
        "cbec_index_printed",
        "log_internet_users",
        "log_consumer_prices",
        "log_merchandise_openness",
        "log_distance_times_brent",
    ]
    printed_se = np.array([0.135, 0.189, 0.698, 0.144, 0.569, 0.201, 0.187])
    others = np.array(
        [
            [0.806, -0.146, 1.419, 0.238, -0.879, 0.417, 0.402],
            [0.879, -0.252, 0.702, 0.354, -0.086, 0.327, 0.568],
        ]
    )
    for fill_set in ("carry_proxy", "trend", "deflator_proxy"):
        ours = slopes(real_tables, f"pooled_ols.classical_t.{fill_set}", "paper_rebuild")[order].to_numpy()
        apart = np.abs(ours - others) / printed_se
        # Which cells are filled how moves the slopes by about a printed standard error, not by several.
        assert apart.max(axis=1).min() < 1.5


def test_the_selected_rows_come_from_our_own_index_and_cover_every_partner_and_year(real_tables):
    fits = real_tables["gravity_fit"].query("is_selected")
    assert set(fits["model"]) == {"own_index"}
    assert set(fits["fill_set"]) == {"carry_proxy"}
    assert set(fits["estimator"]) == {"pooled_ols"}
    assert list(fits["flow"]) == ["exports", "imports", "total"]
    potential = real_tables["trade_potential"].query("is_selected")
    assert len(potential) == 3 * 40
    assert potential["potential_ratio"].notna().all()
    classes = {"huge potential", "potential expansion", "potential reshaping"}
    assert set(potential["potential_class"]) <= classes


def test_what_a_reader_must_not_miss_is_in_the_caveats(real_tables):
    selected = real_tables["gravity_fit"].query("is_selected and flow == 'total'").iloc[0]["caveat"]
    for words in (
        "Against the selection: the F test rejects equal partner effects",
        "5 partners are too few",
        "of the cells behind the index are filled",
        "Vintages later than 2024-03-31 are used for",
    ):
        assert words in selected
    complete = rows(
        real_tables["gravity_fit"],
        model="paper_rebuild",
        specification="pooled_ols.classical_t.complete_cases",
        flow="total",
    ).iloc[0]
    assert complete["n_obs"] == 27
    assert "27 of 40 rows enter" in complete["caveat"]
    terms = real_tables["gravity_coefficients"].query("term == 'log_distance_times_brent'")
    assert terms["caveat"].str.contains("no distance elasticity").all()
    refused = real_tables["gravity_fit"].query("estimator == 'random_effects'")
    assert len(refused) == 2 * 3 * 4
    assert refused["r_squared"].isna().all()
    assert refused["caveat"].str.startswith("Not estimated").all()


def test_five_partners_have_every_combination_of_wild_weights_behind_their_p_values(real_tables):
    table = real_tables["gravity_coefficients"].query("is_selected")
    assert set(table["flow"]) == {"total", "exports", "imports"}
    assert set(table["few_cluster_method"]) == {"wild_cluster_bootstrap"}
    assert set(table["n_clusters"]) == {5}
    assert table["caveat"].str.contains("all 7,776 combinations of Webb weights").all()
    # Shares of an enumeration: whole numbers of the half that is enumerated.
    counts = table["few_cluster_p_value"] * (6**5 / 2)
    assert counts.to_numpy() == pytest.approx(counts.round().to_numpy(), abs=1e-6)
    assert (table["few_cluster_df"] < 5).all()
    lost = table[(table["p_value"] < 0.05) & (table["few_cluster_p_value"] >= 0.05)]
    assert len(lost)
    assert lost["caveat"].str.contains("would find an effect at 5%").all()


def test_on_the_real_panel_the_hausman_test_is_the_f_test_over_again(real_tables):
    tests = rows(real_tables["gravity_tests"], model="paper_rebuild", flow="total")
    for fill_set, partners in (
        ("carry_proxy", 5),
        ("trend", 5),
        ("deflator_proxy", 5),
        ("complete_cases", 4),
    ):
        is_own = tests["specification"].str.endswith(f".{fill_set}")
        # Other random effects have Hausman tests of their own.
        is_path = tests["specification"].str.startswith(("fixed_effects.", "random_effects_sigma_u_zero."))
        own = tests[is_own & is_path].set_index("test")
        f_test, sigmaless = own.loc["f_partner_effects"], own.loc["hausman_sigmaless"]
        assert sigmaless["statistic"] == pytest.approx((partners - 1) * f_test["statistic"], rel=1e-8)
        assert sigmaless["df1"] == partners - 1
        assert not own.loc["hausman_default", "is_valid"]
