"""Bilateral trade built of the publishers' real files, beside the same numbers worked out by pandas alone."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import openpyxl
import pandas as pd
import pytest

from flows.ingest import ingest
from flows.settings import Settings
from flows.transform import load_study_rows
from tests.dbt_project.building import Build, Dbt

pytestmark = pytest.mark.real_data

DIRECTION_OF_TRADE = (
    "trade/imf_dots_china_by_partner_1961_2020.csv",
    "trade/imf_dots_mirror_partners_report_china_1960_2020.csv",
    "trade/imf_dots_sco_asean_tkm_reporters_2000_2020.csv",
)
COMTRADE = "comtrade/TradeData_2022_CHN_USA_DEU_TOTAL_all_partners.csv"
KEY = ["exporter", "importer", "year"]
FORMER_STATES = {
    "Belgium-Luxembourg": {1996: "BEL"},
    "Czechoslovakia": {1992: "CSK"},
    "Eastern Germany": {1990: "DDR"},
    "Netherlands Antilles": {2020: "ANT"},
    "Serbia and Montenegro": {2005: "SCG"},
    "USSR": {1991: "SUN"},
    "Yemen Arab Rep.": {1989: "YEM"},
    "Yemen, People's Dem. Rep. of": {1989: "YMD"},
    "Yugoslavia": {1991: "YUG", 2005: "SCG"},
}
"""Names that the files do not code: the code that each means to the end of a year."""
SIDE_CAR = """\
publisher: as published
title: bilateral trade
url: https://data.imf.org
vintage: {vintage}
licence: as published
redistribution: unknown
"""


@pytest.fixture(scope="module")
def trade(dbt: Dbt, shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Build:
    """The real files landed, ingested and built up to the mirror gaps."""
    work = tmp_path_factory.mktemp("real_trade")
    landing = work / "landing"
    landing.mkdir()
    for name in (*DIRECTION_OF_TRADE, COMTRADE):
        landed = Path(shutil.copy(shared_data / name, landing))
        vintage = "2022-02-02" if name in DIRECTION_OF_TRADE else "2026-01-15"
        side_car = landed.with_name(f"{landed.name}.origin.yml")
        side_car.write_text(SIDE_CAR.format(vintage=vintage), encoding="utf-8")
    report = ingest(Settings(home=work / "home", landing=landing))
    assert {result.status for result in report.files} == {"loaded"}, report.files
    load_study_rows(report.build_path)
    only = ["--resource-type", "model", "--resource-type", "seed"]
    models = ["+rpt_mirror_gap", "+fct_bilateral_trade"]
    (built,) = dbt.run(report.build_path, work, ["build", *only, "--select", *models])
    assert set(built.values()) == {"success"}
    return Build(report.build_path, work, built, {}, {})


@pytest.fixture(scope="module")
def reports(shared_data: Path) -> pd.DataFrame:
    """One row per exporter, importer and year: x and m as printed, US dollars, and whether marked."""
    files = [pd.read_csv(shared_data / name, dtype=str, keep_default_na=False) for name in DIRECTION_OF_TRADE]
    rows = pd.concat(files, ignore_index=True)
    rows["year"] = rows["year"].astype(int)
    for side in ("reporter", "partner"):
        for name, codes in FORMER_STATES.items():
            for last_year, code in sorted(codes.items(), reverse=True):
                is_meant = (rows[f"{side}_imf"] == name) & (rows["year"] <= last_year)
                rows.loc[is_meant, f"{side}_iso3"] = code
    rows = rows[(rows["reporter_iso3"] != "") & (rows["partner_iso3"] != "")]
    rows = rows.drop_duplicates(["reporter_imf", "partner_imf", "flow", "year"])
    is_export = rows["flow"] == "exports_fob"
    rows["exporter"] = rows["reporter_iso3"].where(is_export, rows["partner_iso3"])
    rows["importer"] = rows["partner_iso3"].where(is_export, rows["reporter_iso3"])
    rows["side"] = np.where(is_export, "x", "m")
    rows["is_marked"] = rows["value_usd_million"].str.endswith(" e")
    rows["usd"] = rows["value_usd_million"].str.removesuffix(" e").str.replace(",", "").astype(float) * 1e6
    rows = rows.groupby([*KEY, "side"], as_index=False).agg({"usd": "sum", "is_marked": "max"})
    sides = [
        rows[rows["side"] == side].set_index(KEY)[["usd", "is_marked"]].add_prefix(f"{side}_")
        for side in ("x", "m")
    ]
    return sides[0].join(sides[1], how="outer").reset_index()


@pytest.fixture(scope="module")
def proper(reports: pd.DataFrame) -> pd.DataFrame:
    """The flows with two positive reports that nothing marks, and their ratio."""
    both = reports.dropna(subset=["x_usd", "m_usd"])
    both = both[~both["x_is_marked"].astype(bool) & ~both["m_is_marked"].astype(bool)]
    both = both[(both["x_usd"] > 0) & (both["m_usd"] > 0)]
    return both.assign(ratio=both["m_usd"] / both["x_usd"])


def test_turkmenistans_reports_on_china_are_chinas_times_the_factor_in_print_and_estimates_here(
    trade: Build, proper: pd.DataFrame
):
    pair = proper[(proper["exporter"] == "CHN") & (proper["importer"] == "TKM")].set_index("year")
    printed = pair["ratio"].loc[2013:2020].map("{:.4f}".format)
    assert printed.to_dict() == {**dict.fromkeys(range(2013, 2020), "1.0600"), 2020: "0.9588"}
    found = trade.rows(
        "select year, is_importer_estimated, is_exporter_estimated, value_origin, report_used"
        " from marts.fct_bilateral_trade where exporter_iso3 = 'CHN' and importer_iso3 = 'TKM'"
        " and year between 2013 and 2020 order by year"
    )
    # 2020 does not match, but Turkmenistan's other reports of that year do.
    assert found == [(year, True, False, "reported", "exporter") for year in range(2013, 2021)]


def test_the_rules_fire_for_these_countries_alone(trade: Build):
    found = trade.rows(
        "select case when reported_by = 'exporter' then exporter_iso3 else importer_iso3 end as country,"
        " min(year), max(year), count(*) from intermediate.int_bilateral_trade__derived"
        " group by country order by count(*) desc, country"
    )
    assert found == [
        ("TKM", 2004, 2020, 1984),
        ("CHN", 1961, 1961, 86),
        ("GNB", 2007, 2019, 13),
        ("TJK", 2011, 2015, 5),
        ("LVA", 1992, 1992, 2),
        ("MLT", 1998, 1998, 2),
    ]


def test_no_flow_of_countries_that_report_themselves_is_near_the_factor_more_often_than_chance_has_it(
    proper: pd.DataFrame,
):
    themselves = proper[~proper[["exporter", "importer"]].isin(["TKM"]).any(axis=1) & (proper["year"] > 1999)]
    is_near = (themselves["ratio"] / 1.06 - 1).abs()
    around = (is_near <= 0.05).sum() / 0.05
    for tolerance in (1e-5, 1e-4, 1e-3):
        expected = around * tolerance
        assert (is_near <= tolerance).sum() <= expected + 3 * np.sqrt(expected) + 1


def test_the_gaps_are_those_that_pandas_finds_of_the_same_files(trade: Build, proper: pd.DataFrame):
    is_copied = (
        (proper[["exporter", "importer"]].isin(["TKM"]).any(axis=1) & (proper["year"] >= 2004))
        | ((proper["year"] == 1961) & proper[["exporter", "importer"]].isin(["CHN"]).any(axis=1))
        | proper["exporter"].isin(["GNB"]) & np.isclose(proper["ratio"], 1, atol=1e-9)
        | (proper["year"].eq(1992) & proper[["exporter", "importer"]].isin(["LVA"]).any(axis=1))
        | (proper["year"].eq(1998) & proper[["exporter", "importer"]].isin(["MLT"]).any(axis=1))
        | (proper["exporter"].eq("TJK") & proper["importer"].eq("IDN"))
        & proper["year"].between(2011, 2015)
        & ((proper["m_usd"] - proper["x_usd"]).abs() <= 5)
    )
    expected = proper[~is_copied].set_index(KEY)
    factor = np.where(expected.index.get_level_values("year") < 2000, 1.1, 1.06)
    rows = trade.rows(
        "select exporter_iso3, importer_iso3, year, gap_usd, gap_ratio from reporting.rpt_mirror_gap"
        " where source = 'imf_dots' and is_comparable and gap_ratio > 0"
    )
    found = pd.DataFrame(rows, columns=[*KEY, "gap_usd", "gap_ratio"]).set_index(KEY)
    assert set(found.index) == set(expected.index)
    found = found.loc[expected.index]
    np.testing.assert_allclose(found["gap_ratio"], expected["ratio"] / factor, rtol=1e-12)
    np.testing.assert_allclose(
        found["gap_usd"], expected["m_usd"] / factor - expected["x_usd"], rtol=1e-9, atol=0.01
    )


def test_no_report_is_lost_and_none_is_made(trade: Build, reports: pd.DataFrame):
    found = trade.rows(
        "select count(*) filter (where reported_by = 'exporter'),"
        " count(*) filter (where reported_by = 'importer'),"
        " count(*) filter (where estimate_evidence = 'marked by the source')"
        " from marts.fct_trade_report where source = 'imf_dots'"
    )
    marked = sum((reports[f"{side}_is_marked"] == True).sum() for side in ("x", "m"))  # noqa: E712
    assert found == [(reports["x_usd"].notna().sum(), reports["m_usd"].notna().sum(), marked)]


def test_central_asias_trade_is_what_the_workbook_of_china_prints(trade: Build, shared_data: Path):
    printed = pd.read_csv(shared_data / "trade" / "central_asia_china_trade_2010_2020.csv")
    rows = trade.rows(
        "select exporter_iso3, importer_iso3, year, value_exporter_usd, value_importer_usd"
        " from marts.fct_bilateral_trade where source = 'imf_dots'"
    )
    values = {(exporter, importer, year): (x, m) for exporter, importer, year, x, m in rows}
    assert len(printed) == 55
    for row in printed.itertuples():
        assert values["CHN", row.partner_iso3, row.year][0] == pytest.approx(
            row.exports_fob_usd_million * 1e6, rel=1e-12
        )
        assert values[row.partner_iso3, "CHN", row.year][1] == pytest.approx(
            row.imports_cif_usd_million * 1e6, rel=1e-12
        )


@pytest.mark.parametrize(
    ("sheet", "country", "value", "reporter"),
    [
        ("Exports, FOB", "exporter_iso3", "value_exporter_usd", "exporter"),
        ("Imports, CIF", "importer_iso3", "value_importer_usd", "importer"),
    ],
)
def test_chinas_trade_with_all_economies_and_areas_is_the_world_that_the_workbook_prints(
    trade: Build, shared_data: Path, sheet: str, country: str, value: str, reporter: str
):
    workbook = openpyxl.load_workbook(shared_data / "trade" / "imf_dots_original" / "DOTS_40.xlsx")
    names, *body = [row[1:] for row in workbook[sheet].iter_rows(min_row=7, values_only=True)]
    (world,) = [row for row in body if str(row[0]).strip() == "World"]
    printed = {
        int(year): cell * 1e6 for year, cell in zip(names, world, strict=True) if cell and str(year).isdigit()
    }
    assert len(printed) == 44
    found = trade.rows(
        f"select year, sum({value}) from marts.fct_bilateral_trade"
        f" where {country} = 'CHN' and source = 'imf_dots' and {value} is not null group by year"
    )
    areas = trade.rows(
        "select year, sum(trade_value_usd) from staging.stg_imf_dots__flows"
        f" where {country} = 'CHN' and reported_by = '{reporter}' and counterpart_type = 'residual'"
        " group by year"
    )
    together = pd.Series(dict(found)).add(pd.Series(dict(areas)), fill_value=0)
    assert together.to_dict() == pytest.approx(printed, rel=1e-12)


def test_an_importer_that_states_both_valuations_has_its_own_factor(trade: Build, shared_data: Path):
    rows = pd.read_csv(shared_data / COMTRADE, encoding="cp1252", index_col=False, dtype=str)
    own = rows[(rows["reporterISO"] == "USA") & (rows["flowCode"] == "M")].set_index("partnerISO")
    germany = own.loc["DEU", ["cifvalue", "fobvalue"]].astype(float)
    found = trade.rows(
        "select value_importer_usd, cif_fob_factor, cif_fob_factor_source, value_final_usd, source"
        " from marts.fct_bilateral_trade"
        " where exporter_iso3 = 'DEU' and importer_iso3 = 'USA' and year = 2022"
    )
    ((value, factor, factor_source, final, source),) = found
    assert (value, source) == (germany["cifvalue"], "un_comtrade")
    assert factor == pytest.approx(germany["cifvalue"] / germany["fobvalue"], rel=1e-12)
    assert factor_source == "The importer reports both valuations"
    assert final == pytest.approx(germany["fobvalue"], rel=1e-12)
    assert trade.rows(
        "select distinct incomparable_reason from reporting.rpt_mirror_gap"
        " where source = 'un_comtrade' and exporter_iso3 = importer_iso3"
    ) == [("self trade",)]
