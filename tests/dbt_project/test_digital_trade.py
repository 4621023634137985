"""Digital trade of the sample's figures, beside the same numbers worked out by hand."""

from __future__ import annotations

import csv
import shutil
from datetime import date
from pathlib import Path

import pytest

from analysis.tables.schema import SCHEMAS, as_table
from flows.ingest import ingest
from flows.settings import Settings
from flows.transform import load_study_rows
from flows.warehouse import reading, write_frame, writing
from tests.dbt_project.building import Build, Dbt

STUDY = Path(__file__).with_name("digital_study.yml")
LANDED = (
    "facts/group_memberships.csv",
    "facts/trade_agreements.csv",
    "facts/trade_agreement_parties.csv",
    "unctad/digitally_deliverable_services_2010-2023.csv",
    "worldbank/WDICSV_2026-07-01.csv",
    "worldbank/WDICSV_WGI_2023.csv",
)
TAPED = "policy/taped_derived_rta_data_flags_CHN_pairs.csv"
MODELS = [
    *("+rpt_digital_services", "+rpt_digital_services_summary", "+rpt_digital_rules"),
    *(
        "+rpt_digital_rules_by_year",
        "+rpt_digital_measures",
        "+rpt_digital_constraints",
        "+dim_trade_agreement",
    ),
]
INDEX = {("SGP", 2020): 0.9, ("VNM", 2020): 0.5, ("IDN", 2020): 0.4, ("MMR", 2020): 0.1, ("CHN", 2020): 0.6}


def built(dbt: Dbt, work: Path, landing: Path) -> Build:
    """Ingest the landing folder and build the tables on digital trade of the study."""
    report = ingest(Settings(home=work / "home", landing=landing))
    assert {result.status for result in report.files} == {"loaded"}, report.files
    (work / "studies").mkdir()
    shutil.copy(STUDY, work / "studies")
    load_study_rows(report.build_path, work / "studies")
    scores = [
        {"study": STUDY.stem, "country_iso3": code, "year": year, "index_value": value}
        for (code, year), value in INDEX.items()
    ]
    with writing(report.build_path) as connection:
        for table in SCHEMAS:
            frame = as_table(table, scores if table == "cbec_index" else [], "study", "panel")
            write_frame(connection, "estimates", table, frame)
    only = ["--resource-type", "model", "--resource-type", "seed", "--resource-type", "test"]
    select = ["--indirect-selection", "cautious", "--select", *MODELS]
    (found,) = dbt.run(report.build_path, work, ["build", *only, *select])
    wrong = {name: status for name, status in found.items() if status not in ("success", "pass")}
    assert not wrong
    return Build(report.build_path, work, found, {}, {})


@pytest.fixture(scope="module")
def digital(dbt: Dbt, repository: Path, tmp_path_factory: pytest.TempPathFactory) -> Build:
    """The sample's files that digital trade reads, built."""
    work = tmp_path_factory.mktemp("digital")
    (work / "landing").mkdir()
    for name in LANDED:
        for suffix in ("", ".origin.yml"):
            shutil.copy(repository / "sample" / f"{name}{suffix}", work / "landing")
    return built(dbt, work, work / "landing")


def one(build: Build, query: str) -> tuple:
    (row,) = build.rows(query)
    return row


def test_the_revealed_advantage_of_singapore_is_the_one_worked_out_by_hand(digital: Build):
    # UNCTAD: 133,222 of the world's 3,324,128 million. World Bank: 181.18 % of a GDP of 351.2 billion,
    # 26.03 % of the world's of 86.4 trillion.
    share = 133_222e6 / (1.81179978621632 * 351_226_533_656.292)
    world_share = 3_324_128e6 / (0.260288825961024 * 86_388_502_867_289.2)
    advantage, percent, rank, is_sum, origin = one(
        digital,
        "select dds_exports_revealed_advantage, dds_exports_share_pct, dds_exports_advantage_rank,"
        " is_world_incomplete_sum, total_exports_value_origin from reporting.rpt_digital_services"
        " where country_iso3 = 'SGP' and year = 2020",
    )
    assert advantage == pytest.approx(share / world_share, rel=1e-12)
    assert advantage == pytest.approx(1.41616, abs=5e-6)
    assert percent == pytest.approx(20.9353, abs=5e-5)
    assert (rank, is_sum, origin) == (1, False, "converted")


def test_gaps_of_the_publisher_stay_gaps_and_say_so(digital: Build):
    missing = digital.rows(
        "select country_iso3, string_agg(year::varchar, ' ' order by year)"
        " from reporting.rpt_digital_services"
        " where not has_exports and gap_reason like 'exports: not published in the release of 2025-12-31%'"
        " group by country_iso3 order by country_iso3"
    )
    assert missing == [
        ("BRN", "2010 2011 2012 2013"),
        ("LAO", "2023"),
        ("MMR", "2022 2023"),
        ("THA", "2019 2020 2021 2022 2023"),
        ("VNM", "2015 2016 2017 2018 2019 2023"),
    ]
    assert (
        digital.rows(
            "select distinct country_iso3 from reporting.rpt_digital_services where not has_exports"
            " and (dds_exports_usd is not null or gap_reason is null)"
        )
        == []
    )


def test_growth_is_of_consecutive_years_and_the_average_of_the_ends(digital: Build):
    growth = digital.rows(
        "select year, dds_exports_growth_pct from reporting.rpt_digital_services where country_iso3 = 'VNM'"
        " and year in (2014, 2020, 2021, 2022) order by year"
    )
    expected = [(2014, 100 * (898 / 894 - 1)), (2020, None), (2021, 100 * (2316 / 2196 - 1))]
    expected += [(2022, 100 * (3600 / 2316 - 1))]
    assert [year for year, _ in growth] == [year for year, _ in expected]
    for (_, seen), (_, wanted) in zip(growth, expected, strict=True):
        assert seen == (None if wanted is None else pytest.approx(wanted, rel=1e-12))
    first, last, average, years = one(
        digital,
        "select dds_exports_first_year, dds_exports_last_year, dds_exports_average_growth_pct,"
        " dds_exports_years_count from reporting.rpt_digital_services_summary where country_iso3 = 'VNM'",
    )
    assert (first, last, years) == (2010, 2022, 8)
    assert average == pytest.approx(100 * ((3600 / 560) ** (1 / 12) - 1), rel=1e-12)


def test_every_printed_figure_of_a_member_is_published_to_the_million(digital: Build, repository: Path):
    with (repository / "sample" / LANDED[3]).open(encoding="utf-8", newline="") as lines:
        printed = {
            (row["iso3"], int(row["year"])): tuple(
                float(row[f"dig_services_{flow}_usd_millions"])
                if row[f"dig_services_{flow}_usd_millions"]
                else None
                for flow in ("exports", "imports")
            )
            for row in csv.DictReader(lines)
        }
    rows = digital.rows(
        "select country_iso3, year, dds_exports_usd / 1e6, dds_imports_usd / 1e6, is_member, is_world"
        " from reporting.rpt_digital_services"
    )
    assert len(rows) == 14 * 12
    assert sum(is_member for *_, is_member, _ in rows) == 14 * 10
    for country, year, exports, imports, *_ in rows:
        assert (exports, imports) == printed[(country, year)], (country, year)


def test_the_regional_partnership_holds_from_the_later_day_of_each_pair(digital: Build):
    found = dict(
        digital.rows(
            "select partner_iso3, valid_from from reporting.rpt_digital_rules where agreement_code = 'RCEP'"
        )
    )
    first = dict.fromkeys(("BRN", "KHM", "LAO", "SGP", "THA", "VNM"), date(2022, 1, 1))
    later = {
        "MYS": date(2022, 3, 18),
        "MMR": date(2022, 5, 1),
        "IDN": date(2023, 1, 2),
        "PHL": date(2023, 6, 2),
    }
    assert found == first | later
    assert digital.rows(
        "select partner_iso3, other_valid_from, is_date_disputed from reporting.rpt_digital_rules"
        " where agreement_code = 'RCEP' and is_date_disputed"
    ) == [("MYS", date(2022, 3, 17), True)]
    assert digital.rows(
        "select partner_iso3 from reporting.rpt_digital_rules"
        " where agreement_code = 'RCEP' and is_date_unsettled"
        " order by 1"
    ) == [("IDN",), ("MMR",)]


def test_agreements_that_china_is_no_party_of_are_not_in_force_with_it(digital: Build):
    assert digital.rows(
        "select agreement_code, partner_iso3, status, is_in_force, valid_from"
        " from reporting.rpt_digital_rules"
        " where agreement_code in ('DEPA', 'ASEAN_ECOMMERCE', 'CPTPP', 'ACFTA_3') and partner_iso3 = 'SGP'"
        " order by agreement_code"
    ) == [
        ("ACFTA_3", "SGP", "signed", False, date(2025, 10, 28)),
        ("ASEAN_ECOMMERCE", "SGP", "no_party", False, None),
        ("CPTPP", "SGP", "applied", False, date(2021, 9, 16)),
        ("DEPA", "SGP", "applied", False, date(2021, 11, 1)),
    ]


def test_agreements_are_counted_by_the_end_of_the_year(digital: Build):
    assert digital.rows(
        "select year, agreements_in_force, digital_agreements_in_force"
        " from reporting.rpt_digital_rules_by_year"
        " where partner_iso3 = 'SGP' and year in (2018, 2019, 2021, 2022) order by year"
    ) == [
        (2018, "ACFTA, CSFTA", None),
        (2019, "ACFTA, ACFTA_UPGRADE, CSFTA, CSFTA_UPGRADE", "CSFTA_UPGRADE"),
        (2021, "ACFTA, ACFTA_UPGRADE, CSFTA, CSFTA_UPGRADE", "CSFTA_UPGRADE"),
        (2022, "ACFTA, ACFTA_UPGRADE, CSFTA, CSFTA_UPGRADE, RCEP", "CSFTA_UPGRADE, RCEP"),
    ]


def test_a_pillar_without_its_numbers_has_no_score_and_the_weakest_is_one_of_the_scored(digital: Build):
    rows = {
        (country, year): tuple(rest)
        for country, year, *rest in digital.rows(
            "select country_iso3, year, digital_base_score, digital_services_score,"
            " rules_and_governance_score, weakest_pillar, unscored_pillars, missing_measures"
            " from reporting.rpt_digital_constraints"
        )
    }
    # Singapore leads all three pillars of 2020: none is its weakest.
    assert rows["SGP", 2020][:4] == (1.0, 1.0, 1.0, None)
    # Myanmar has the lowest index of 2020, and no total exports to hold services against.
    assert rows["MMR", 2020][:2] == (0.0, None)
    assert rows["MMR", 2020][3:5] == ("digital_base", "digital_services")
    # Governance ends in 2022 and the index in 2020: 2023 names no weakest pillar from services alone.
    assert {row[3] for (_, year), row in rows.items() if year == 2023} == {None}
    assert "regulatory_quality_score (no value)" in rows["IDN", 2023][5]
    assert len(rows) == 14 * 11


def test_scores_are_places_in_the_range_of_the_year(digital: Build):
    measured = {
        country: (value, score)
        for country, value, score in digital.rows(
            "select country_iso3, value, score from reporting.rpt_digital_measures"
            " where measure = 'regulatory_quality_score' and year = 2020"
        )
    }
    assert len(measured) == 11
    values = [value for value, _ in measured.values()]
    for country, (value, score) in measured.items():
        place = (value - min(values)) / (max(values) - min(values))
        assert score == pytest.approx(place, abs=1e-12), country


@pytest.mark.real_data
def test_our_list_agrees_with_taped_on_who_has_an_agreement(
    dbt: Dbt, repository: Path, shared_data: Path, tmp_path: Path
):
    (tmp_path / "landing").mkdir()
    for name in LANDED[:3]:
        for suffix in ("", ".origin.yml"):
            shutil.copy(repository / "sample" / f"{name}{suffix}", tmp_path / "landing")
    shutil.copy(shared_data / TAPED, tmp_path / "landing")
    build = built(dbt, tmp_path, tmp_path / "landing")
    with (shared_data / TAPED).open(encoding="utf-8", newline="") as lines:
        stated = {
            (row["iso3_j"], int(row["year"])): row["rta"] == "1"
            for row in csv.DictReader(lines)
            if row["iso3_i"] == "CHN"
        }
    with reading(build.database) as connection:
        rows = connection.execute(
            "select partner_iso3, year, has_agreement_taped, is_at_odds_with_taped"
            " from reporting.rpt_digital_rules_by_year"
        ).fetchall()
    seen = {(country, year): flag for country, year, flag, _ in rows if flag is not None}
    assert seen
    assert seen == {key: stated[key] for key in seen}
    assert {country for country, _ in seen} == {country for country, _ in stated} & {row[0] for row in rows}
    assert not [row for row in rows if row[3]]
