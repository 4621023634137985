"""Commodity trade from landed files to the fact table: customs downloads, UN Comtrade and BACI."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from flows.ingest import ingest
from flows.settings import Settings
from flows.transform import load_study_rows
from flows.warehouse import reading, writing
from tests.dbt_project.building import Call, Dbt

FIXTURES = Path(__file__).parents[1] / "fixtures"
LANDED = {
    "exports/2020_cny.csv": "gacc/supervision_modes_exports_cny_synthetic.csv",
    "exports/2020_usd.csv": "gacc/supervision_modes_exports_usd_synthetic.csv",
    "exports/2024.csv": "gacc/trade_modes_exports_synthetic.csv",
    "exports/cars_2023.csv": "gacc/four_dimensions_exports_2023_synthetic.csv",
    "bulletin.html": "gacc/monthly_bulletin_synthetic.html",
    "comtrade.csv": "un_comtrade/bulk_22_columns_synthetic.csv",
    "BACI_HS92_Y2020_V202301.csv": "baci/BACI_HS92_Y2020_V202301_synthetic.csv",
}
RATES = (
    "Country Name,Country Code,Indicator Name,Indicator Code,2020,2023\n"
    'China,CHN,"Official exchange rate (LCU per US$, period average)",PA.NUS.FCRF,6.9,7.08\n'
)
TESTS = [
    "supervision_modes_are_in_force",
    "modes_of_customs_trade_are_known",
    "customs_downloads_are_whole",
    "implied_exchange_rates_are_plausible",
]

Ask = Callable[[str], list[tuple[Any, ...]]]


@pytest.fixture(scope="module")
def database(dbt: Dbt, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A build of the landed files and of the models of commodity trade."""
    work = tmp_path_factory.mktemp("customs")
    for name, fixture in LANDED.items():
        (work / "landing" / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(FIXTURES / fixture, work / "landing" / name)
    (work / "landing" / "rates.csv").write_text(RATES, encoding="utf-8")
    report = ingest(Settings(home=work / "home", landing=work / "landing"))
    assert {file.status for file in report.files} == {"loaded"}
    models = ["+fct_commodity_trade", "+dim_supervision_mode", "+dim_supervision_mode_period"]
    models += ["resource_type:seed", "+stg_gacc__trade_by_country"]
    select = ["--indirect-selection", "buildable", "--select", *models, *TESTS]
    load_study_rows(report.build_path)
    (found,) = dbt.run(report.build_path, work, ["build", *select, "--exclude-resource-type", "unit_test"])
    wrong = {name: status for name, status in found.items() if status not in ("success", "pass")}
    assert not wrong
    return report.build_path


@pytest.fixture(scope="module")
def ask(database: Path) -> Ask:
    """Ask the build."""

    def answer(query: str) -> list[tuple[Any, ...]]:
        with reading(database) as connection:
            return connection.execute(query).fetchall()

    return answer


def test_values_of_both_currencies_stand_side_by_side_as_published(ask: Ask):
    assert ask(
        "select mode_code, trade_value_cny, trade_value_usd, converted_value_usd, is_converted, quantity_1,"
        " quantity_1_unit, file_id, file_id_cny <> file_id_usd from marts.fct_commodity_trade"
        " where period_date = date '2020-07-01' and mode_kind = 'supervision_mode' order by mode_code"
    ) == [
        ("0110", 7_700_000.0, 1_100_000.0, None, False, 1100.0, "件", None, True),
        ("9610", 175_000.0, 25_000.0, None, False, 25.0, "件", None, True),
        ("9710", 21_000.0, 3_000.0, None, False, 3.0, "件", None, True),
        ("9810", 35_000.0, 5_000.0, None, False, 5.0, "件", None, True),
    ]


def test_a_value_in_yuan_alone_is_converted_beside_it_and_says_by_which_rate(ask: Ask):
    assert ask(
        "select trade_value_usd, round(converted_value_usd, 6), exchange_rate_cny_per_usd,"
        " exchange_rate_indicator_code, exchange_rate_vintage is not null, is_converted"
        " from marts.fct_commodity_trade where registration_place_code = '65'"
    ) == [(None, round(46_500_000 / 7.08, 6), 7.08, "PA.NUS.FCRF", True, True)]


def test_a_value_in_dollars_alone_is_not_turned_into_yuan(ask: Ask):
    assert ask(
        "select distinct trade_value_cny is null, is_converted, mode_kind from marts.fct_commodity_trade"
        " where year = 2024"
    ) == [(True, False, "trade_mode")]


def test_months_stay_months_and_carry_how_many_of_the_year_are_here(ask: Ask):
    assert ask(
        "select distinct year, period_kind, months_reported from marts.fct_commodity_trade"
        " where source = 'gacc' order by year"
    ) == [(2020, "month", 3), (2023, "year", 12), (2024, "month", 2)]


def test_the_edition_of_the_harmonized_system_follows_the_year(ask: Ask):
    assert ask(
        "select distinct year, commodity_classification from marts.fct_commodity_trade"
        " where source = 'gacc' order by year"
    ) == [(2020, "HS17"), (2023, "HS22"), (2024, "HS22")]


def test_goods_that_return_to_china_and_areas_without_a_country_are_kept(ask: Ask):
    assert ask(
        "select importer_code, importer_iso3, is_self_trade from marts.fct_commodity_trade"
        " where year = 2023 and importer_code in ('142', '207') order by importer_code"
    ) == [("142", "CHN", True), ("207", None, False)]


def test_the_other_sources_stand_in_the_same_table(ask: Ask):
    found = dict(ask("select source, count(*) from marts.fct_commodity_trade group by source"))
    assert set(found) == {"gacc", "un_comtrade", "baci"}
    assert ask(
        "select reported_by, exporter_iso3, importer_iso3, commodity_classification, trade_value_usd,"
        " quantity_1, quantity_1_unit, period_kind, value_origin from marts.fct_commodity_trade"
        " where source = 'baci' order by exporter_code, importer_code, commodity_code limit 1"
    ) == [("reconciled", "CHN", "KAZ", "HS92", 12_345.0, 1.5, "t", "year", "reconciled")]


def test_a_mode_before_its_first_day_is_not_in_force_and_never_nought(ask: Ask):
    assert ask(
        "select period_date, supervision_mode_code, mode_status, row_count"
        " from marts.dim_supervision_mode_period where supervision_mode_code in ('1239', '9710', '9810')"
        " and flow = 'exports' and period_date < date '2020-08-01' order by 1, 2"
    ) == [
        (date(2020, 6, 1), "1239", "other_direction", 0),
        (date(2020, 6, 1), "9710", "not_in_force", 0),
        (date(2020, 6, 1), "9810", "not_in_force", 0),
        (date(2020, 7, 1), "1239", "other_direction", 0),
        (date(2020, 7, 1), "9710", "reported", 1),
        (date(2020, 7, 1), "9810", "reported", 1),
    ]


def test_the_modes_of_cross_border_e_commerce_are_dated(ask: Ask):
    assert ask(
        "select supervision_mode_code, valid_from, nationwide_from from marts.dim_supervision_mode"
        " where is_cross_border_ecommerce order by supervision_mode_code"
    ) == [
        ("1210", date(2014, 8, 1), None),
        ("1239", date(2016, 12, 1), None),
        ("9610", date(2014, 2, 10), None),
        ("9710", date(2020, 7, 1), date(2021, 7, 1)),
        ("9810", date(2020, 7, 1), date(2021, 7, 1)),
    ]


def test_the_bulletin_is_staged_by_direction_with_groups_apart(ask: Ask):
    assert ask(
        "select flow, partner_name, partner_iso3, is_subtotal, value_month_usd, change_pct, period_date"
        " from staging.stg_gacc__trade_by_country where row_number in (5, 8) and flow = 'exports'"
        " order by row_number"
    ) == [
        ("exports", "TOTAL", None, True, 5e8, 4.1, date(2026, 7, 1)),
        ("exports", "Kazakhstan", "KAZ", False, 6e7, 9.5, date(2026, 7, 1)),
    ]


SPOILT = {
    "supervision_modes_are_in_force": [
        "update raw.gacc__commodity_trade set period = '202006' where mode_code = '9810'",
        "update raw.gacc__commodity_trade set mode_code = '1239' where mode_code = '9610'",
    ],
    "modes_of_customs_trade_are_known": [
        "update raw.gacc__commodity_trade set mode_code = '9999' where mode_code = '110'",
        "update raw.gacc__commodity_trade set mode_code = '88' where mode_code = '15'",
    ],
    "customs_downloads_are_whole": [
        "update raw.gacc__commodity_trade set value_cny = null where registration_place_code = '65'",
        "update raw.gacc__commodity_trade set period = '202306-202301' where registration_place_code = '65'",
    ],
    "implied_exchange_rates_are_plausible": [
        "update marts.fct_commodity_trade set trade_value_usd = trade_value_usd * 1.07"
        " where mode_code = '0110' and period_date = date '2020-07-01'",
        # All cells of a month alike: only the year's rate tells.
        "update marts.fct_commodity_trade set trade_value_cny = trade_value_cny * 1000"
        " where period_date = date '2020-08-01'",
    ],
}


@pytest.fixture(scope="module")
def statuses(dbt: Dbt, database: Path, tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, str]]:
    """What the tests say of a copy with the first of the changes, and of one with the second."""
    calls = []
    for place in (0, 1):
        work = tmp_path_factory.mktemp("spoilt")
        copy = Path(shutil.copyfile(database, work / database.name))
        with writing(copy) as connection:
            for changes in SPOILT.values():
                assert connection.execute(changes[place]).fetchone()[0] > 0
        calls.append(Call(copy, work, ["test", "--select", *SPOILT]))
    return dbt.run_all(calls)


@pytest.mark.parametrize("place", [0, 1])
def test_data_that_break_a_promise_fail_the_test_that_names_it(statuses, place: int):
    assert statuses[place] == dict.fromkeys(SPOILT, "fail")
