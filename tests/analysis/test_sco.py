"""The SCO study on the sample's figures: scores, memberships and gains worked out again by hand."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analysis.estimate import estimate_study
from analysis.study import STUDIES, Study, load_study
from analysis.study.panel import Partners
from tests.analysis.central_asia_panel import central_asia_panel
from tests.analysis.conftest import rows

LOGISTICS = ["infrastructure", "shipments", "services", "tracking", "timeliness"]


def published(path: Path, code: str) -> dict[tuple[str, int], float]:
    """Every value of an indicator in a file of the World Bank's wide layout."""

    def cells() -> Iterator[tuple[tuple[str, int], float]]:
        with path.open(encoding="utf-8-sig", newline="") as lines:
            for row in csv.DictReader(lines):
                if row["Indicator Code"] == code:
                    for name, text in row.items():
                        if name.isdigit() and text:
                            yield (row["Country Code"], int(name)), float(text)

    return dict(cells())


def memberships(sample: Path) -> list[dict[str, str]]:
    with (sample / "facts" / "group_memberships.csv").open(encoding="utf-8", newline="") as lines:
        listed = list(csv.DictReader(lines))
    return [row for row in listed if (row["group_code"], row["status"]) == ("SCO", "member")]


@pytest.fixture(scope="module")
def sample(repository: Path) -> Path:
    return repository / "sample"


@pytest.fixture(scope="module")
def members(sample: Path) -> tuple[str, ...]:
    """Members today."""
    return tuple(sorted(row["country_iso3"] for row in memberships(sample) if not row["valid_to"]))


@pytest.fixture(scope="module")
def study() -> Study:
    """The study without what only tries its choices again."""
    study = load_study(STUDIES / "sco.yml")
    kept = tuple(item for item in study.gravity.specifications if item.has_potential)
    gravity = {"specification_curves": (), "flows": study.gravity.flows[:1], "specifications": kept}
    return study.model_copy(
        update={
            "index": study.index.model_copy(update={"robustness": None}),
            "gravity": study.gravity.model_copy(update=gravity),
        }
    )


@pytest.fixture(scope="module")
def panel(study: Study, members: tuple[str, ...], sample: Path) -> pd.DataFrame:
    named = study.model_copy(update={"partners": Partners(countries=members), "as_of": date.max})
    return central_asia_panel(named, sample).assign(is_later_vintage=False)


@pytest.fixture(scope="module")
def tables(study: Study, panel: pd.DataFrame) -> dict[str, pd.DataFrame]:
    return estimate_study(study, panel)


@pytest.fixture(scope="module")
def values(panel: pd.DataFrame) -> pd.DataFrame:
    """The base fill set, one column per variable."""
    base = panel[panel["fill_set"] == "carried"]
    return base.pivot(index=["country_iso3", "year"], columns="variable", values="value")


def test_the_group_has_as_many_members_as_its_dates_say(sample):
    counts = {}
    for year in (2001, 2016, 2017, 2022, 2023, 2024):
        day = date(year, 12, 31)
        counts[year] = sum(date.fromisoformat(row["valid_from"]) <= day for row in memberships(sample))
    assert counts == {2001: 6, 2016: 6, 2017: 8, 2022: 8, 2023: 9, 2024: 10}


def test_the_ten_members_of_today_are_compared_and_china_among_them(tables, members):
    assert members == ("BLR", "CHN", "IND", "IRN", "KAZ", "KGZ", "PAK", "RUS", "TJK", "UZB")
    dimensions = tables["index_dimensions"]
    assert sorted(set(dimensions["country_iso3"])) == list(members)
    assert len(dimensions) == 10 * 11 * 5
    assert set(tables["trade_potential"]["partner_iso3"]) == set(members) - {"CHN"}


def test_market_regulation_is_the_mean_position_of_three_published_estimates(tables, members, sample):
    """No cell of these is filled, so the publisher's file alone gives the score."""
    positions = []
    for code in ("RQ.EST", "RL.EST", "CC.EST"):
        cells = published(sample / "worldbank" / "WDICSV_WGI_2023.csv", code)
        seen = [cells[country, year] for country in members for year in range(2010, 2021)]
        positions.append((cells["KAZ", 2020] - min(seen)) / (max(seen) - min(seen)))
    found = rows(
        tables["index_dimensions"], country_iso3="KAZ", year=2020, dimension="Market regulation"
    ).iloc[0]
    assert found["score"] == pytest.approx(sum(positions) / 3, abs=1e-12)
    assert found["score"] == pytest.approx(0.795, abs=0.0005)
    assert found["filled_share"] == 0


def test_logistics_of_an_edition_is_the_mean_position_of_five_published_scores(tables, values, sample):
    """2018 has an edition; ends are those of all members and years, of which fills are no new ones."""
    positions = []
    for name, code in zip(LOGISTICS, ("INFR", "ITRN", "LOGS", "TRAC", "TIME"), strict=True):
        cells = published(sample / "worldbank" / "WDICSV_LPI_2007-2018.csv", f"LP.LPI.{code}.XQ")
        column = values[f"lpi_{name}_score"]
        assert column["RUS", 2018] == cells["RUS", 2018]
        positions.append((cells["RUS", 2018] - column.min()) / (column.max() - column.min()))
    found = rows(
        tables["index_dimensions"], country_iso3="RUS", year=2018, dimension="Logistics and transport"
    ).iloc[0]
    assert found["score"] == pytest.approx(sum(positions) / 5, abs=1e-12)
    assert found["filled_share"] == 0


def test_after_the_last_edition_the_surveyed_dimensions_are_filled_and_say_so(tables):
    late = rows(tables["index_dimensions"], year=2020)
    surveyed = late[late["dimension"].isin(["Logistics and transport", "Customs supervision"])]
    assert (surveyed["filled_share"] == 1).all()
    assert surveyed["caveat"].str.contains("100% of the indicators are filled, not published").all()
    assert rows(late, dimension="Market regulation")["caveat"].isna().all()


def test_industrial_parks_have_no_score_and_a_reason(tables):
    parks = rows(tables["index_dimensions"], dimension="Industrial parks")
    assert parks["score"].isna().all()
    assert parks["caveat"].str.startswith("Not measured: no series of industrial parks").all()


def scenario_row(tables, name: str, partner: str) -> pd.Series:
    found = rows(tables["potential_scenarios"], scenario=name, scope=partner, is_selected=True, flow="total")
    assert len(found) == 1
    return found.iloc[0]


def test_the_gain_of_russia_is_worked_out_again_from_the_published_coefficient(tables, values):
    """Its logistics rise to China's, a quarter of the index, a fifth of that for each of five scores."""
    rise = 0.0
    for name in LOGISTICS:
        column = values[f"lpi_{name}_score"]
        better = max(column["CHN", 2020] - column["RUS", 2020], 0)
        rise += 0.25 / 5 * better / (column.max() - column.min())
    coefficient = rows(
        tables["gravity_coefficients"],
        model="facilitation",
        flow="total",
        term="facilitation_index",
        is_selected=True,
    )["estimate"].item()
    trade = values.loc[("RUS", 2020), ["exports_fob_usd", "imports_cif_usd"]].sum()
    found = scenario_row(tables, "binding_dimension_to_best", "RUS")
    assert found["changes"] == "Logistics and transport to CHN"
    assert found["actual_trade_usd"] == pytest.approx(trade, rel=1e-12)
    assert found["gain_usd"] == pytest.approx(trade * np.expm1(coefficient * rise), rel=1e-9)


def test_the_scenario_moves_the_dimension_that_the_table_says_binds(tables):
    dimensions = rows(tables["index_dimensions"], year=2020, is_binding=True).set_index("country_iso3")
    assert dimensions.loc["IND", "dimension"] == "Digital base"
    assert dimensions.loc["UZB", "dimension"] == "Market regulation"
    for partner in dimensions.index.drop("CHN"):
        row = dimensions.loc[partner]
        found = scenario_row(tables, "binding_dimension_to_best", partner)
        assert found["changes"] == f"{row['dimension']} to {row['best_countries']}"


def test_no_gain_is_told_from_none_and_what_leaves_the_range_is_named(tables):
    """Nine partners do not tell what facilitation is worth in trade with China, and the table shows it."""
    found = rows(
        tables["potential_scenarios"], scenario="binding_dimension_to_best", is_selected=True, flow="total"
    )
    assert len(found) == 10
    assert (found["gain_low_usd"] < 0).all()
    assert (found["gain_high_usd"] > 0).all()
    india = found.set_index("scope").loc["IND"]
    assert not india["is_within_range"]
    assert "facilitation_index" in india["caveat"]
    assert found["interval_method"].str.contains("its weights are fixed, not estimated").all()


def test_forecasts_begin_with_the_first_year_since_fixed_weights_need_no_correlations(tables):
    """Ten rows are fewer than the fourteen indicators, which would be too few for components."""
    found = rows(tables["backtest"], is_selected=True, horizon=1, scope="all", method="naive")
    assert len(found) == 1
    assert not found["caveat"].str.contains("correlation matrix").any()
    held = rows(tables["backtest"], is_selected=True, horizon=1, scope="all", method="gravity_last_drivers")
    assert held["caveat"].str.contains("The index is made from the years up to the origin").all()
