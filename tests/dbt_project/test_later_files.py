"""What a file that arrives later takes away from those before it: nothing that it does not speak of."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import pandas as pd
import pytest

from flows.warehouse import qualified, writing
from tests.dbt_project.building import Build, Call, Dbt
from tests.dbt_project.tiny_warehouse import EARLY, LATE, VINTAGES

ONE_COUNTRY, ONE_COUNTRY_LATE, PARTNERS, CORRECTED = "one", "one-late", "partners", "corrected"
LATER_VINTAGES = {
    ONE_COUNTRY: date(2022, 11, 30),
    ONE_COUNTRY_LATE: date(2026, 9, 1),
    PARTNERS: date(2022, 10, 1),
    CORRECTED: VINTAGES[EARLY],
}
OBSERVATIONS = [
    (ONE_COUNTRY, "KAZ", "SP.POP.TOTL", {2013: 102, 2014: 112}),
    (ONE_COUNTRY_LATE, "KGZ", "SP.POP.TOTL", {2014: 61}),
    (CORRECTED, "KAZ", "FP.CPI.TOTL.ZG", {2013: 25, 2015: 50}),
]
FLOWS = [(PARTNERS, "KAZ", "CHN", "imports_cif", 2013, "3")]


@pytest.fixture(scope="module")
def later(dbt: Dbt, build: Build, tmp_path_factory: pytest.TempPathFactory) -> Build:
    """A copy of the tiny warehouse in which later files have landed, with the panel built anew."""
    work = tmp_path_factory.mktemp("later")
    database = build.copied(work)
    observations = [
        {"file_id": file, "country_code": country, "indicator_code": code, "year": year, "value": str(value)}
        for file, country, code, values in OBSERVATIONS
        for year, value in values.items()
    ]
    names = ["file_id", "reporter_iso3", "partner_iso3", "flow", "year", "value_usd_million"]
    flows = [dict(zip(names, flow, strict=True)) | {"is_estimated": False} for flow in FLOWS]
    with writing(database) as connection:
        landed = {"worldbank_wdi__observations": observations, "imf_dots__flows": flows}
        for table, rows in landed.items():
            frame = pd.DataFrame(rows).assign(loaded_at=datetime(2026, 11, 2, 12))
            frame["vintage"] = frame["file_id"].map(LATER_VINTAGES)
            frame["row_number"] = range(2, len(frame) + 2)
            connection.register("landed_rows", frame)
            connection.execute(f"insert into {qualified('raw', table)} by name select * from landed_rows")
            connection.unregister("landed_rows")
    (panel,) = dbt.run(database, work, ["build", "--selector", "panel"])
    return Build(database, work, panel, {}, {})


def test_a_later_file_about_one_country_blanks_no_other_country(later: Build):
    found = later.rows("select country_iso3, population from marts.fct_country_year where year = 2014")
    assert sorted(found) == [("KAZ", 111.0), ("KGZ", 61.0), ("TLS", 7.0)]


def test_a_later_file_of_one_year_takes_no_other_year_and_the_older_figure_is_marked(later: Build):
    assert later.rows(
        "select country_iso3, year, value, value_origin, stated_value_origin, vintage, latest_vintage,"
        " file_id"
        " from marts.fct_indicator where indicator_code = 'SP.POP.TOTL' and year <= 2014 order by 1, 2"
    ) == [
        ("KAZ", 2013, 101.0, "reported", "reported", VINTAGES[LATE], VINTAGES[LATE], LATE),
        ("KAZ", 2014, 111.0, "reported", "reported", VINTAGES[LATE], VINTAGES[LATE], LATE),
        (
            *("KGZ", 2013, 50.0, "stale_vintage", "reported", VINTAGES[EARLY]),
            *(LATER_VINTAGES[ONE_COUNTRY_LATE], EARLY),
        ),
        (
            *("KGZ", 2014, 61.0, "reported", "reported"),
            *(LATER_VINTAGES[ONE_COUNTRY_LATE], LATER_VINTAGES[ONE_COUNTRY_LATE], ONE_COUNTRY_LATE),
        ),
        ("TLS", 2014, 7.0, "reported", "reported", VINTAGES[LATE], VINTAGES[LATE], LATE),
    ]


def test_the_wide_table_has_the_numbers_of_the_long_one_and_no_other(later: Build):
    wide = (
        "unpivot (select * exclude (country_name) from marts.fct_country_year)"
        " on columns(* exclude (country_iso3, year)) into name column_name value value"
    )
    long = (
        "select country_iso3, year, column_name, value from marts.fct_indicator"
        " inner join marts.dim_indicator using (indicator_code) where scope = 'country'"
    )
    found = later.rows(f"select * from ({wide}) order by all")
    assert found == later.rows(f"select * from ({long}) order by all")
    assert len(found) > 5


def test_a_study_passes_over_a_vintage_with_too_few_of_its_partners_and_says_so(later: Build):
    cells = later.cells("population", "none")
    assert cells[("KAZ", 2014)][0] == 110.0
    assert cells[("KGZ", 2014)][0] == 60.0
    assert later.panel["vintages_passed_over_have_too_few_partners"] == "warn"


def test_a_later_file_of_the_partners_takes_no_report_of_the_reference_country(later: Build):
    assert later.cells("exports_usd", "none")[("CHN-KAZ", 2013)][:2] == (1_500_000.0, "reported")
    assert later.rows(
        "select value_exporter_usd, value_importer_usd, value_origin, report_used"
        " from marts.fct_bilateral_trade where exporter_iso3 = 'CHN' and year = 2013"
    ) == [(1_500_000.0, 3_000_000.0, "reported", "exporter")]


def test_a_later_file_of_one_partner_takes_none_of_its_other_partners(later: Build):
    assert later.rows(
        "select importer_vintage, value_importer_usd, is_vintage_stale from marts.fct_bilateral_trade"
        " where exporter_iso3 = 'KGZ' and importer_iso3 = 'KAZ' and year = 2013"
    ) == [(VINTAGES[EARLY], 10_600_000.0, False)]


def test_trade_as_of_a_day_is_what_was_reported_by_then(dbt: Dbt, later: Build, tmp_path: Path):
    database = later.copied(tmp_path)
    selected = ["--select", "int_indicators__deduplicated+,+fct_bilateral_trade"]
    (built,) = dbt.run(database, tmp_path, ["run", *selected, "--vars", "{as_of: 2022-09-30}"])
    assert built["fct_bilateral_trade"] == "success"
    known = Build(database, tmp_path, built, {}, {})
    reports = "select importer_vintage, value_importer_usd from marts.fct_bilateral_trade"
    pair = " where exporter_iso3 = 'CHN' and importer_iso3 = 'KAZ' and year = 2013"
    assert known.rows(reports + pair) == [(VINTAGES[EARLY], 2_000_000.0)]
    assert later.rows(reports + pair) == [(LATER_VINTAGES[PARTNERS], 3_000_000.0)]


def test_a_value_that_a_corrected_file_no_longer_states_is_gone_and_the_series_is_named(later: Build):
    cells = later.cells("inflation_pct", "none")
    assert [cells[("KAZ", year)][0] for year in (2013, 2014, 2015)] == [25.0, None, 50.0]
    assert later.panel["files_of_one_vintage_agree"] == "warn"


def test_nothing_else_of_the_panel_pass_complains(later: Build):
    warned = {"vintages_passed_over_have_too_few_partners", "files_of_one_vintage_agree"}
    assert {status for name, status in later.panel.items() if name not in warned} == {"success", "pass"}


WITHOUT_A_RULE = ["trade_report_preferences", "trade_source_precedence"]


@pytest.fixture(scope="module")
def statuses_without_a_rule(dbt: Dbt, later: Build, tmp_path_factory: pytest.TempPathFactory) -> list[dict]:
    """What the test of the rules says of a copy of the warehouse that lacks one, for each seed of rules."""
    calls = []
    for seed in WITHOUT_A_RULE:
        work = tmp_path_factory.mktemp(seed)
        database = later.copied(work)
        with writing(database) as connection:
            connection.execute(f"update seeds.{seed} set source = 'another' where source = 'imf_dots'")
        calls.append(Call(database, work, ["test", "--select", "every_trade_report_has_a_rule"]))
    return dbt.run_all(calls)


@pytest.mark.parametrize("seed", WITHOUT_A_RULE)
def test_a_source_of_trade_without_a_rule_is_named(statuses_without_a_rule: list[dict], seed: str):
    found = statuses_without_a_rule[WITHOUT_A_RULE.index(seed)]
    assert found == {"every_trade_report_has_a_rule": "fail"}


def test_the_published_study_tables_say_what_the_fill_sets_are(build: Build):
    assert build.rows("select study, reference_iso3, as_of_date, year_from from marts.dim_study") == [
        ("tiny", "CHN", date(2022, 12, 31), 2013)
    ]
    assert build.rows("select fill_set, is_base from marts.dim_fill_set order by 1") == [
        ("filled", True),
        ("none", False),
    ]
    assert build.rows("select variable, step, method from marts.dim_fill_rule order by 1") == [
        ("inflation_pct", 1, "group_mean"),
        ("population", 1, "carry"),
    ]
