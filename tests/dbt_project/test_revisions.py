"""What later vintages state otherwise, and what corrections do to it: from landed rows to published ones."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import pandas as pd
import pytest

from flows.warehouse import Connection, qualified, writing
from tests.dbt_project.building import Build, Dbt
from tests.dbt_project.tiny_warehouse import EARLY, LATE, VINTAGES

THOUSANDS, TWIN, CHINA, PRICES = "thousands", "twin", "china", "prices"
LATER_VINTAGES = {
    THOUSANDS: date(2022, 6, 30),
    TWIN: date(2022, 6, 30),
    CHINA: date(2023, 3, 1),
    PRICES: date(2023, 5, 2),
}
OBSERVATIONS = [
    (THOUSANDS, "KAZ", "SP.POP.TOTL", {2013: "0.1", 2014: "0.11", 2015: "0.12"}),
    (TWIN, "KAZ", "SP.POP.TOTL", {2013: "0.1", 2014: "0.13"}),
    # The file states 2014 and 2015 of population, and has lost them of inflation; of 2016 it has nothing.
    (THOUSANDS, "KAZ", "FP.CPI.TOTL.ZG", {2013: "25"}),
]
PINK_SHEET = [(2012, "111.5"), (2013, "108.5"), (2014, "98.5")]
FLOWS = [
    (CHINA, "CHN", "KAZ", "exports_fob", 2013, "3"),
    (CHINA, "CHN", "KAZ", "exports_fob", 2014, "2"),
]
COMTRADE = [(date(2022, 1, 1), 70.0), (date(2023, 1, 1), 10.0)]
MULTIPLY, REMOVE = "multiply", "remove"
CORRECTIONS = [
    # The first year is put right; of the second the publisher is thought to state what it no longer does.
    ("in_thousands", "SP.POP.TOTL", "KAZ", None, 2013, date(2022, 6, 30), MULTIPLY, 1000.0, 0.0, 1.0),
    ("repaired", "SP.POP.TOTL", "KAZ", None, 2014, date(2022, 6, 30), REMOVE, None, 5.0, 9.0),
    ("in_yuan", "UN_COMTRADE.EXPORTER", "KAZ", "CHN", 2014, date(2023, 1, 1), MULTIPLY, 7.0, 1.0, 20.0),
]
MODELS = (
    "int_indicators__unioned int_file_years__stated"
    " int_indicators__deduplicated int_corrections__matched int_indicators__corrected"
    " int_indicator_vintages__listed int_trade_corrections__matched int_bilateral_trade__corrected"
    " int_corrections__counted path:models/intermediate/revisions rpt_revisions rpt_revision_summary"
    " rpt_corrections"
)
WARNED = ["files_of_one_vintage_agree", "corrections_meet_what_they_expect"]
GUARDS = [*WARNED, "corrections_name_what_there_is"]


def insert(connection: Connection, schema: str, table: str, rows: list[dict]) -> None:
    connection.register("more_rows", pd.DataFrame(rows))
    connection.execute(f"insert into {qualified(schema, table)} by name select * from more_rows")
    connection.unregister("more_rows")


def landed(file_id: str, line: int, **cells: object) -> dict:
    arrival = {"vintage": LATER_VINTAGES[file_id], "loaded_at": datetime(2026, 11, 2, 12)}
    return {"file_id": file_id, "row_number": line, **arrival, **cells}


@pytest.fixture(scope="module")
def revised(dbt: Dbt, build: Build, tmp_path_factory: pytest.TempPathFactory) -> Build:
    """A copy of the tiny warehouse with later vintages and three corrections."""
    work = tmp_path_factory.mktemp("revised")
    database = build.copied(work)
    observations = [
        landed(file, line, country_code=country, indicator_code=code, year=year, value=value)
        for line, (file, country, code, values) in enumerate(OBSERVATIONS, 2)
        for year, value in values.items()
    ]
    names = ["reporter_iso3", "partner_iso3", "flow", "year", "value_usd_million"]
    flows = [
        landed(file, line, is_estimated=False, **dict(zip(names, cells, strict=True)))
        for line, (file, *cells) in enumerate(FLOWS, 2)
    ]
    reports = [
        {
            "source": "un_comtrade",
            "exporter_iso3": "CHN",
            "importer_iso3": "KAZ",
            "year": 2014,
            "reported_by": "exporter",
            "trade_value_usd": value,
            "valuation": "fob",
            "value_origin": "reported",
            "vintage": vintage,
            "file_id": str(vintage),
        }
        for vintage, value in COMTRADE
    ]
    keys = "correction_id indicator_code country_iso3 reference_iso3 year_from vintage_from action value"
    columns = [*keys.split(), "expected_min_value", "expected_max_value"]
    corrections = [dict(zip(columns, row, strict=True)) | {"reason": "made up"} for row in CORRECTIONS]
    for row in corrections:
        row |= {"year_to": row["year_from"], "vintage_to": row["vintage_from"]}
    prices = [
        landed(PRICES, line, year=year, crude_oil_brent=price)
        for line, (year, price) in enumerate(PINK_SHEET, 2)
    ]
    with writing(database) as connection:
        insert(connection, "raw", "worldbank_wdi__observations", observations)
        insert(connection, "raw", "worldbank_pinksheet__annual_prices", prices)
        insert(connection, "raw", "imf_dots__flows", flows)
        insert(connection, "intermediate", "int_bilateral_trade__unioned", reports)
        for correction in corrections:
            insert(connection, "seeds", "corrections", [correction])
        for file_id, vintage in LATER_VINTAGES.items():
            connection.execute(
                "insert into meta.files by name select ? as file_id, ? as file_name, 'loaded' as status,"
                " ? as vintage",
                [file_id, f"{file_id}.csv", vintage],
            )
    commands = [["run", "--select", *MODELS.split()], ["test", "--select", *GUARDS]]
    models, tests = dbt.run(database, work, *commands)
    assert set(models.values()) == {"success"}, models
    return Build(database, work, tests, {}, {})


def revisions(revised: Build, code: str, vintage: date) -> list[tuple]:
    return revised.rows(
        "select series_id, period, kind, value_old, value_new, power_of_ten from reporting.rpt_revisions"
        f" where indicator_code = '{code}' and vintage = date '{vintage}' order by all"
    )


def test_a_value_in_another_unit_is_rescaled_and_a_corrected_one_is_not_revised(revised: Build):
    found = revisions(revised, "SP.POP.TOTL", LATER_VINTAGES[THOUSANDS])
    assert found == [
        ("KAZ", "2014", "rescaled", 110.0, 0.11, -3),
        ("KAZ", "2015", "rescaled", 120.0, 0.12, -3),
    ]


def test_a_partial_vintage_makes_no_country_vanish_and_a_covering_one_does(revised: Build):
    found = revisions(revised, "SP.POP.TOTL", VINTAGES[LATE])
    assert ("KGZ", "2013", "vanished", 50.0, None, None) in found
    assert ("KGZ", "2014", "vanished", 60.0, None, None) in found
    previous = (
        "select distinct series_id, previous_vintage from reporting.rpt_revisions"
        f" where indicator_code = 'SP.POP.TOTL' and vintage = date '{VINTAGES[LATE]}' order by 1"
    )
    assert revised.rows(previous) == [
        ("KAZ", LATER_VINTAGES[THOUSANDS]),
        ("KGZ", VINTAGES[EARLY]),
        ("TLS", VINTAGES[EARLY]),
    ]


def test_what_a_country_reports_of_its_trade_is_a_release_of_its_own(revised: Build):
    assert revisions(revised, "IMF_DOTS.EXPORTS_FOB", LATER_VINTAGES[CHINA]) == [
        ("CHN-KAZ", "2013", "changed", 1_500_000.0, 3_000_000.0, None)
    ]
    assert revised.rows(
        "select release_name, compared_count, changed_count, file_names_old, file_names_new"
        " from reporting.rpt_revision_summary where indicator_code = 'IMF_DOTS.EXPORTS_FOB'"
    ) == [("IMF_DOTS.EXPORTS_FOB CHN", 2, 1, "early-file.csv", "china.csv")]


def test_a_series_cut_short_in_a_file_that_states_the_years_has_lost_them(revised: Build):
    assert revisions(revised, "FP.CPI.TOTL.ZG", LATER_VINTAGES[THOUSANDS]) == [
        ("KAZ", "2014", "vanished", 100.0, None, None),
        ("KAZ", "2015", "vanished", 0.0, None, None),
    ]


def test_another_source_of_an_indicator_is_no_revision_and_is_told(revised: Build):
    assert not revisions(revised, "EIA.BRENT", VINTAGES[LATE])
    assert revised.rows(
        "select previous_source, source, is_source_changed, compared_count, changed_count, uncovered_count"
        " from reporting.rpt_revision_summary where indicator_code = 'EIA.BRENT'"
    ) == [("worldbank_pinksheet", "eia_petroleum", True, 2, 1, 1)]


def test_a_report_of_trade_that_is_no_indicator_is_corrected_and_compared_too(revised: Build):
    assert revised.rows(
        "select vintage, trade_value_usd, value_origin from intermediate.int_bilateral_trade__corrected"
        " where source = 'un_comtrade' order by vintage"
    ) == [(date(2022, 1, 1), 70.0, "reported"), (date(2023, 1, 1), 70.0, "corrected")]
    assert revised.rows(
        "select release_name, compared_count, changed_count from reporting.rpt_revision_summary"
        " where indicator_code = 'UN_COMTRADE.EXPORTER'"
    ) == [("UN_COMTRADE.EXPORTER CHN", 1, 0)]


def test_a_correction_whose_condition_fails_changes_nothing_and_is_listed(revised: Build):
    assert revised.rows(
        "select correction_id, state, corrected_count, unexpected_count, unexpected_max_value"
        " from reporting.rpt_corrections order by correction_id"
    ) == [
        ("in_thousands", "applied", 1, 0, None),
        ("in_yuan", "applied", 1, 0, None),
        ("repaired", "condition fails", 0, 1, 0.11),
    ]
    assert revised.panel == {**dict.fromkeys(WARNED, "warn"), "corrections_name_what_there_is": "pass"}


def test_two_files_of_one_vintage_that_disagree_are_both_named(revised: Build):
    found = revised.rows(revised.compiled("files_of_one_vintage_agree"))
    # The file with more years of the series is read; they differ in one year, and one lacks another.
    assert found == [("SP.POP.TOTL", "KAZ", LATER_VINTAGES[TWIN], "thousands.csv, twin.csv", THOUSANDS, 1, 1)]


def test_a_correction_of_nothing_that_exists_is_an_error(dbt: Dbt, revised: Build, tmp_path: Path):
    database = revised.copied(tmp_path)
    with writing(database) as connection:
        connection.execute("update seeds.corrections set indicator_code = 'IMF_DOTS.EXPORTER'")
    selected = ["test", "--select", "corrections_name_what_there_is"]
    assert dbt.run(database, tmp_path, selected) == [{"corrections_name_what_there_is": "fail"}]
