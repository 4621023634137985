"""The World Bank's releases of 2018 to 2026, compared: real revisions pass, a known redefinition is told."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pandas as pd
import pytest
import yaml

from expectations.suite import load_suites, validate
from expectations.verdict import gate
from flows.ingest import ingest
from flows.settings import Settings
from flows.transform import load_study_rows
from flows.warehouse import read_frame, reading
from tests.dbt_project.building import Dbt

pytestmark = [pytest.mark.integration, pytest.mark.real_data]

# Two of the files hold indicators of several releases; each file of the publisher prints the day of its own.
OF_2026_04 = ["NE.TRD.GNFS.ZS", "BX.KLT.DINV.WD.GD.ZS"]
MIXED = {
    date(2021, 9, 15): ["GB.XPD.RSDV.GD.ZS", "TX.VAL.TECH.MF.ZS", "TX.VAL.TECH.CD", "SP.POP.SCIE.RD.P6"],
    date(2022, 5, 25): ["IT.NET.USER.ZS", "NY.GDP.PCAP.CD", "SP.POP.TOTL"],
    date(2022, 9, 16): ["NY.GDP.MKTP.CD", "NE.EXP.GNFS.ZS", "SE.XPD.TOTL.GD.ZS"],
    date(2024, 3, 28): ["NY.GDP.PCAP.PP.CD"],
}
TABLES = ("rpt_revisions", "rpt_revision_summary")


def cells(path: Path) -> pd.DataFrame:
    """One row per value of a bulk file, read by another reader than ours."""
    frame = pd.read_csv(path, dtype=str, keep_default_na=False)
    years = [column for column in frame.columns if column.isdigit()]
    long = frame.melt(["Country Code", "Indicator Code"], years, "year", "value")
    long = long[long["value"] != ""]
    return long.assign(year=long["year"].astype(int), value=long["value"].astype(float))


@pytest.fixture(scope="module")
def published(dbt: Dbt, shared_data: Path, tmp_path_factory: pytest.TempPathFactory):
    """The two tables of revisions over the real files, each landed as the release that it is."""
    work = tmp_path_factory.mktemp("real")
    landing = work / "landing"
    landing.mkdir()
    folder = shared_data / "wdi"

    def land(source: str, vintage: date, wanted: list[str] | None = None, left: list[str] | None = None):
        frame = pd.read_csv(folder / source, dtype=str, keep_default_na=False)
        codes = frame["Indicator Code"]
        kept = codes.isin(wanted) if wanted else ~codes.isin(left or [])
        name = f"{Path(source).stem}_{vintage}.csv"
        frame[kept].to_csv(landing / name, index=False)
        said = {"publisher": "World Bank", "title": "World Development Indicators", "vintage": vintage}
        said |= {"url": "https://data.worldbank.org", "licence": "CC BY 4.0", "redistribution": "allowed"}
        (landing / f"{name}.origin.yml").write_text(yaml.safe_dump(said), encoding="utf-8")

    land("WDICSV_extract_2018-08.csv", date(2018, 8, 1))
    for vintage, wanted in MIXED.items():
        land("WDICSV_extract_2021-2024.csv", vintage, wanted)
    land("WDICSV_extract_KAZ_2023-09.csv", date(2023, 9, 19))
    land("WDICSV_extract.csv", date(2026, 4, 8), OF_2026_04)
    land("WDICSV_extract.csv", date(2026, 7, 1), left=OF_2026_04)
    report = ingest(Settings(home=work / "warehouse", landing=landing))
    assert report.is_clean
    load_study_rows(report.build_path)
    only = ["--resource-type", "model", "--resource-type", "seed"]
    models = (f"+{table}" for table in TABLES)
    (built,) = dbt.run(report.build_path, work, ["build", *only, "--select", *models])
    assert set(built.values()) == {"success"}, built
    with reading(report.build_path) as connection:
        return {table: read_frame(connection, "reporting", table) for table in TABLES}


def test_real_revisions_stop_no_release_and_the_redefined_indicator_is_told(published):
    suites = [suite for suite in load_suites() if suite.table in TABLES]
    verdicts = validate(suites, published)
    assert gate(verdicts), [v for v in verdicts if not v.is_passed and v.severity == "critical"]
    told = {v.expectation: {row["indicator_code"] for row in v.rows} for v in verdicts if not v.is_passed}
    assert "IT.NET.SECR.P6" in told["redefined_series_are_not_joined"]
    assert "IT.NET.SECR.P6" in told["redefined_series_keep_their_years"]
    assert told["no_value_is_rescaled"] == {"PA.NUS.FCRF"}
    assert told["release_keeps_what_it_had"] == {"NE.IMP.GNFS.ZS", "SE.TER.ENRR", "FS.AST.PRVT.GD.ZS"}


def test_a_currency_that_lost_three_zeros_is_the_only_one_rescaled(published):
    revisions = published["rpt_revisions"]
    rescaled = revisions[revisions["kind"] == "rescaled"]
    assert set(rescaled["country_iso3"]) == {"SLE"}
    assert set(rescaled["power_of_ten"]) == {-3}


@pytest.mark.parametrize(
    ("code", "old", "new", "earlier", "later"),
    [
        (
            "NY.GDP.MKTP.CD",
            "WDICSV_extract_2018-08.csv",
            "WDICSV_extract_2021-2024.csv",
            date(2018, 8, 1),
            date(2022, 9, 16),
        ),
        (
            "IT.NET.SECR.P6",
            "WDICSV_extract_2018-08.csv",
            "WDICSV_extract.csv",
            date(2018, 8, 1),
            date(2026, 7, 1),
        ),
    ],
)
def test_counts_and_medians_are_those_of_an_independent_reading(
    published, shared_data: Path, repository: Path, code, old, new, earlier, later
):
    seed = pd.read_csv(repository / "dbt_project" / "seeds" / "countries.csv", dtype=str)
    of_worldbank = seed[(seed["code_system"] == "worldbank") & seed["country_iso3"].notna()]
    iso3 = of_worldbank.set_index("code")["country_iso3"]
    sides = []
    for name in (old, new):
        found = cells(shared_data / "wdi" / name)
        found = found[(found["Indicator Code"] == code) & found["Country Code"].isin(iso3.index)]
        sides.append(found.assign(iso3=found["Country Code"].map(iso3)).set_index(["iso3", "year"])["value"])
    # Kazakhstan has a release of its own in between.
    before, after = (side.drop("KAZ", level="iso3", errors="ignore") for side in sides)
    if later < date(2023, 9, 19):
        before, after = sides
    both = before.index.intersection(after.index)
    change = ((after[both] - before[both]) / before[both].abs())[before[both] != 0]
    summary = published["rpt_revision_summary"].set_index(["indicator_code", "previous_vintage", "vintage"])
    row = summary.loc[(code, pd.Timestamp(earlier), pd.Timestamp(later))]
    assert row["old_value_count"] == len(before)
    assert row["compared_count"] == len(both)
    assert row["median_absolute_relative_change"] == pytest.approx(change.abs().median(), rel=1e-9)
    assert row["changed_count"] == (change.abs() > 1e-12).sum() + (after[both][before[both] == 0] != 0).sum()
    # The file that was landed states years of other indicators too: of those it has left out what it lacks.
    landed = cells(shared_data / "wdi" / new)
    landed = landed[landed["Indicator Code"].isin(MIXED.get(later, landed["Indicator Code"]))]
    is_spoken_of = before.index.difference(after.index).get_level_values("year").isin(landed["year"])
    assert row["vanished_count"] == is_spoken_of.sum()
    assert row["uncovered_count"] == (~is_spoken_of).sum()
