"""The composer on made-up panels whose coefficients are known."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest

from analysis.design import panel_digest
from analysis.estimate import TABLES, estimate_study
from analysis.study import Study
from analysis.tables.schema import BUILT_FROM, KEYS, SCHEMAS
from tests.analysis.conftest import COUNTRIES, YEARS, as_panel, rows, slopes, small_panel, small_study

FULL = "pooled_ols.classical_t.as_it_is"


@pytest.fixture(scope="module")
def plain() -> dict[str, pd.DataFrame]:
    """The small study on its own panel, estimated once for the tests that only read it."""
    return estimate_study(Study.model_validate(small_study()), small_panel())


@pytest.fixture(scope="module")
def with_effects() -> dict[str, pd.DataFrame]:
    """The same with errors on trade and an effect on every second partner."""
    return estimate_study(Study.model_validate(small_study()), noisy(small_panel(), effect=1.0))


def test_every_table_is_there_with_its_columns_types_and_a_key(plain, study_of, made_up_panel):
    study, tables = study_of(), plain
    assert tuple(tables) == TABLES
    for name, table in tables.items():
        assert dict(table.dtypes.astype(str)) == {**SCHEMAS[name], **dict.fromkeys(BUILT_FROM, "str")}
        assert not table.duplicated(list(KEYS[name])).any()
        assert table[list(KEYS[name])].notna().all(axis=None)
        assert set(table["study_hash"]) <= {study.hash}
        assert set(table["panel_digest"]) <= {panel_digest(made_up_panel)}
    assert tables["replication"].empty


@pytest.mark.parametrize("estimator", ["pooled_ols", "fixed_effects"])
def test_known_coefficients_come_back(plain, estimator):
    found = slopes(plain, f"{estimator}.classical_t.as_it_is")
    assert found["const"] == pytest.approx(2.0, abs=1e-6)
    assert found["log_income"] == pytest.approx(0.8, abs=1e-6)
    assert found["log_people"] == pytest.approx(0.5, abs=1e-6)


def test_each_flow_has_its_own_equation(plain):
    # Exports are a quarter of trade: only the constant moves, by ln 0.25.
    found = slopes(plain, FULL, flow="exports")
    assert found["const"] == pytest.approx(2.0 + math.log(0.25), abs=1e-6)
    assert found["log_income"] == pytest.approx(0.8, abs=1e-6)


def noisy(panel: pd.DataFrame, effect: float = 0.0) -> pd.DataFrame:
    """The made-up panel with errors on trade, and an effect of that size on every second partner."""
    rng = np.random.default_rng(3)
    cells = pd.MultiIndex.from_product([COUNTRIES, YEARS])
    errors = pd.Series(rng.normal(0, 0.1, len(cells)), index=cells)
    factor = np.exp(errors + [effect * (COUNTRIES.index(country) % 2) for country, _ in cells])
    is_trade = panel["variable"].isin(["exports_usd", "imports_usd"])
    moved = [factor[row.country_iso3, row.year] for row in panel.itertuples()]
    return panel.assign(value=panel["value"].where(~is_trade, panel["value"] * moved))


def test_exactly_one_specification_is_selected_per_flow_and_its_reason_is_a_sentence(with_effects):
    fits = with_effects["gravity_fit"]
    chosen = fits[fits["is_selected"]]
    assert list(chosen["flow"]) == ["exports", "total"]
    assert set(chosen["model"]) == {"plain"}
    # Twelve partners, three coefficients: random effects is estimable and has partner effects to show.
    assert set(chosen["estimator"]) == {"random_effects"}
    assert all(reason[0].isupper() and reason.endswith(".") for reason in fits["selection_reason"])
    assert set(fits.loc[~fits["is_selected"], "selection_reason"].str.startswith("Not selected: ")) == {True}
    potential = with_effects["trade_potential"]
    per_cell = potential[potential["is_selected"]].groupby(["flow", "partner_iso3", "year"]).size()
    assert (per_cell == 1).all()
    assert len(per_cell) == 2 * len(COUNTRIES) * len(YEARS)


def test_the_order_of_the_panels_rows_does_not_matter(study_of, made_up_panel):
    study, panel = study_of(), noisy(made_up_panel)
    shuffled = panel.sample(frac=1, random_state=1).reset_index(drop=True)
    first, second = estimate_study(study, panel), estimate_study(study, shuffled)
    for name in TABLES:
        pd.testing.assert_frame_equal(first[name], second[name], check_exact=True)


def test_rows_of_other_studies_do_not_enter(plain, study_of, made_up_panel):
    study = study_of()
    both = pd.concat([made_up_panel, made_up_panel.assign(study="other", value=1.0)])
    first, second = plain, estimate_study(study, both)
    pd.testing.assert_frame_equal(first["gravity_fit"], second["gravity_fit"])


def four_cells() -> pd.DataFrame:
    """Two partners at two years: income 1 or e, exports at twice and half of 100 and 400 ten-thousand USD."""
    cells = [
        ("AAA", 2010, 1.0, 200.0),
        ("AAA", 2011, math.e, 800.0),
        ("ABA", 2010, 1.0, 50.0),
        ("ABA", 2011, math.e, 200.0),
    ]
    table = []
    for country, year, income, trade in cells:
        table += [(country, year, "income", income), (country, year, "exports_usd", trade * 1e4)]
    return as_panel(table)


def exports_on_income(**potential: object) -> dict:
    content = small_study(index=None)
    gravity = content["gravity"]
    return content | {
        "partners": {"countries": ["AAA", "ABA"]},
        "years": {"first": 2010, "last": 2011},
        "gravity": gravity
        | {
            "flows": gravity["flows"][1:],
            "terms": gravity["terms"][:1],
            "models": [{"model": "plain", "title": "Income alone", "terms": ["log_income"]}],
            "specifications": gravity["specifications"][:1],
        },
        "potential": content["potential"] | potential,
    }


def test_k_by_hand(study_of):
    # ln income is 0 or 1, so the fit is ln 100 and ln 400, residuals are ln 2 and -ln 2 and Duan's factor is
    # (2 + 1/2) / 2 = 1.25: predictions are 125 and 500 ten-thousand dollars.
    tables = estimate_study(study_of(**exports_on_income()), four_cells())
    table = tables["trade_potential"]
    assert table["predicted_trade_usd"].to_numpy() == pytest.approx([125e4, 500e4, 125e4, 500e4])
    assert table["potential_ratio"].to_numpy() == pytest.approx([1.6, 1.6, 0.4, 0.4])
    assert table["potential_gap_usd"].to_numpy() == pytest.approx([-75e4, -300e4, 75e4, 300e4])
    assert list(table["potential_class"]) == ["high", "high", "low", "low"]
    assert table["is_selected"].all()


def test_the_smearing_factor_is_the_studys(study_of):
    tables = estimate_study(study_of(**exports_on_income(smearing="none")), four_cells())
    assert tables["trade_potential"]["predicted_trade_usd"].iloc[0] == pytest.approx(100e4)


def test_a_prediction_in_levels_that_is_not_positive_leaves_k_undefined_and_says_so(study_of):
    content = exports_on_income()
    content["gravity"]["dependent"] = {"unit_usd": 10000, "is_log": False}
    content["gravity"]["terms"] = [{"term": "log_income", "product_of": ["income"]}]
    values = [(1.0, 1.0), (2.0, 2.0), (3.0, 1.0), (10.0, 400.0)]
    panel = as_panel(
        [
            row
            for (country, year), (income, trade) in zip(
                [("AAA", 2010), ("AAA", 2011), ("ABA", 2010), ("ABA", 2011)], values, strict=True
            )
            for row in ((country, year, "income", income), (country, year, "exports_usd", trade * 1e4))
        ]
    )
    table = estimate_study(study_of(**content), panel)["trade_potential"]
    undefined = table[table["predicted_trade_usd"] <= 0]
    assert len(undefined) >= 1
    assert undefined[["potential_ratio", "potential_gap_usd", "potential_class"]].isna().all(axis=None)
    assert set(undefined["caveat"]) == {"Undefined: the prediction is not positive."}
    assert table.loc[table["predicted_trade_usd"] > 0, "potential_class"].notna().all()


def test_a_missing_input_leaves_a_row_that_says_why_and_fit_and_potential_have_one_sample(
    study_of, made_up_panel
):
    gone = (made_up_panel["country_iso3"] == "AAA") & (made_up_panel["variable"] == "income")
    gone &= made_up_panel["year"] < 2013
    tables = estimate_study(study_of(), noisy(made_up_panel.assign(value=made_up_panel["value"].mask(gone))))
    fit = rows(tables["gravity_fit"], model="plain", specification=FULL, flow="total").iloc[0]
    table = rows(tables["trade_potential"], model="plain", specification=FULL, flow="total")
    assert fit["n_obs"] == 117
    assert "117 of 120 rows enter; left out: 3 for log_income (missing)." in fit["caveat"]
    assert len(table) == 120
    assert table["potential_ratio"].notna().sum() == 117
    missing = table[table["potential_ratio"].isna()]
    assert list(missing["year"]) == [2010, 2011, 2012]
    assert set(missing["caveat"]) == {"Undefined: log_income (missing)."}
    assert missing["actual_trade_usd"].notna().all()


def test_filled_cells_are_counted_per_row_and_per_fit(study_of, made_up_panel):
    panel = noisy(made_up_panel)
    filled = (panel["country_iso3"] == "AAA") & (panel["variable"] == "income")
    tables = estimate_study(study_of(), panel.assign(is_filled=filled, is_later_vintage=False))
    table = rows(tables["trade_potential"], model="plain", specification=FULL, flow="total")
    shares = table.groupby("partner_iso3")["filled_share"].first()
    # exports, imports, income, people: one of four is filled.
    assert shares["AAA"] == pytest.approx(0.25)
    assert shares["ABA"] == 0
    developed = rows(tables["trade_potential"], model="developed", specification=FULL, flow="total")
    assert developed.groupby("partner_iso3")["filled_share"].first()["AAA"] == pytest.approx(1 / 7)
    fit = rows(tables["gravity_fit"], model="plain", specification=FULL, flow="total").iloc[0]
    assert "2.1% of the cells behind these rows are filled" in fit["caveat"]


def test_random_effects_with_too_few_partners_is_a_row_that_says_so(study_of, made_up_panel):
    few = COUNTRIES[:3]
    content = small_study(partners={"countries": few}, index=None)
    content["gravity"]["terms"] = content["gravity"]["terms"][:2]
    content["gravity"]["models"] = content["gravity"]["models"][:1]
    panel = noisy(made_up_panel[made_up_panel["country_iso3"].isin(few)])
    tables = estimate_study(study_of(**content), panel)
    name = "random_effects.classical_normal.as_it_is"
    fit = rows(tables["gravity_fit"], specification=name, flow="total").iloc[0]
    assert (fit["n_obs"], fit["n_entities"], fit["n_years"]) == (30, 3, 10)
    assert pd.isna(fit["r_squared"])
    assert "not estimable" in fit["caveat"]
    assert rows(tables["gravity_coefficients"], specification=name).empty
    labelled = slopes(tables, "random_effects_sigma_u_zero.classical_normal.as_it_is")
    pd.testing.assert_series_equal(labelled, slopes(tables, FULL))
    chosen = tables["gravity_fit"].query("is_selected and flow == 'total'").iloc[0]
    assert chosen["estimator"] == "pooled_ols"
    assert "random effects is not available" in chosen["selection_reason"]


def test_tests_stand_at_the_specification_they_belong_to(with_effects):
    tables = with_effects
    table = rows(tables["gravity_tests"], model="plain", flow="total")
    places = dict(zip(table["test"], table["specification"].str.split(".").str[0], strict=False))
    assert places["f_partner_effects"] == "fixed_effects"
    assert places["breusch_pagan_lm"] == "pooled_ols"
    f_test = rows(table, test="f_partner_effects").iloc[0]
    assert (f_test["df1"], f_test["df2"]) == (11, 120 - 12 - 2)
    assert f_test["p_value"] < 0.001
    pooled = rows(tables["gravity_fit"], model="plain", specification=FULL, flow="total").iloc[0]
    assert "The F test rejects equal partner effects" in pooled["caveat"]


def test_the_index_runs_from_0_to_1_ranks_each_year_and_follows_directions(plain):
    tables = plain
    index = tables["cbec_index"]
    assert (index["index_value"].min(), index["index_value"].max()) == (0, 1)
    for _, year in index.groupby("year"):
        assert sorted(year["index_rank"]) == list(range(1, 13))
        assert year.loc[year["index_rank"] == 1, "index_value"].iloc[0] == year["index_value"].max()
    first = rows(tables["index_loadings"], component=1).set_index("indicator_code")
    # `paper` counts downwards and enters with its sign turned, so all load the same way.
    assert (first["loading"] > 0.8).all()
    assert first["weight"].iloc[0] == 1.0
    assert (rows(tables["index_loadings"], component=3)["weight"] == 0).all()
    adequacy = tables["index_adequacy"].set_index("statistic")
    assert adequacy.loc["observations", "value"] == 120
    assert 0.5 < adequacy.loc["kmo", "value"] < 1


def test_an_index_that_too_few_rows_can_make_is_missing_and_the_equation_says_why(study_of, made_up_panel):
    kept = (made_up_panel["variable"] != "speed") | (made_up_panel["year"] == 2010)
    kept &= (made_up_panel["variable"] != "paper") | made_up_panel["country_iso3"].isin(COUNTRIES[:3])
    tables = estimate_study(study_of(), made_up_panel[kept])
    assert tables["cbec_index"]["index_value"].isna().all()
    assert tables["cbec_index"]["index_rank"].isna().all()
    assert tables["index_loadings"].empty
    fit = rows(tables["gravity_fit"], model="developed", specification=FULL, flow="total").iloc[0]
    assert "3 of 120 rows have all 3 indicators of the index, too few" in fit["caveat"]
    assert pd.isna(fit["r_squared"])
    plain = rows(tables["gravity_fit"], model="plain", specification=FULL, flow="total").iloc[0]
    assert plain["n_obs"] == 120


def test_nothing_is_selected_where_nothing_can_be_estimated_and_the_row_says_so(study_of, made_up_panel):
    gone = made_up_panel["variable"] == "people"
    tables = estimate_study(study_of(), made_up_panel.assign(value=made_up_panel["value"].mask(gone)))
    fits = rows(tables["gravity_fit"], model="plain")
    assert not fits["is_selected"].any()
    assert fits["selection_reason"].str.startswith("Nothing is selected:").all()
    assert tables["trade_potential"].empty


def test_a_study_without_equations_has_its_index_and_empty_tables_beside_it(study_of, made_up_panel):
    tables = estimate_study(study_of(gravity=None, potential=None), made_up_panel)
    assert len(tables["cbec_index"]) == 120
    assert tables["gravity_fit"].empty
    assert list(tables["trade_potential"].columns) == [*SCHEMAS["trade_potential"], *BUILT_FROM]


def test_the_reference_country_is_ranked_by_the_index_and_is_in_no_equation(study_of, made_up_panel):
    study, panel = (
        study_of(partners={"countries": COUNTRIES, "is_reference_included": True}),
        noisy(made_up_panel),
    )
    # Not only its indicators: even with trade and distance to itself it is no partner.
    own = panel[panel["country_iso3"] == "ABA"].assign(country_iso3="CHN")
    tables = estimate_study(study, pd.concat([panel, own.assign(value=own["value"] * 1.1)]))
    assert (tables["cbec_index"]["country_iso3"] == "CHN").sum() == 10
    assert tables["cbec_index"].query("country_iso3 == 'CHN'")["index_rank"].notna().all()
    assert tables["cbec_index"]["index_rank"].max() == 13
    assert "CHN" not in set(tables["trade_potential"]["partner_iso3"])
    fits = rows(tables["gravity_fit"], model="plain")
    assert set(fits["n_entities"]) == {12}
    without = estimate_study(study, panel)
    for name in ("gravity_coefficients", "gravity_tests"):
        first, second = (
            rows(frames[name], model="plain").drop(columns="panel_digest") for frames in (tables, without)
        )
        pd.testing.assert_frame_equal(first, second)


@pytest.mark.parametrize("content", ["small", "central_asia"])
def test_a_study_whose_partners_select_nothing_says_so_and_stops_no_other(
    study_of, made_up_panel, central_asia, content
):
    study = study_of() if content == "small" else central_asia
    tables = estimate_study(study, made_up_panel.assign(study="another"))
    assert tuple(tables) == TABLES
    for name in ("cbec_index", "index_loadings", "gravity_coefficients", "trade_potential"):
        assert tables[name].empty
    fits = tables["gravity_fit"]
    assert len(fits)
    assert not fits["is_selected"].any()
    assert fits["caveat"].str.startswith("Not estimated: no row has every variable of the equation").all()
    assert len(tables["replication"]) == (0 if content == "small" else 923)


def test_a_cell_that_is_there_twice_is_refused(study_of, made_up_panel):
    with pytest.raises(ValueError, match=r"seen AAA 2010 exports_usd twice"):
        estimate_study(study_of(), pd.concat([made_up_panel, made_up_panel.head(1)]))


def test_a_panel_without_a_declared_fill_set_is_refused(study_of, made_up_panel):
    with pytest.raises(ValueError, match="seen no panel row of fill set 'as_it_is'"):
        estimate_study(study_of(), made_up_panel.assign(fill_set="other"))
