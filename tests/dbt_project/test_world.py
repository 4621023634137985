"""The study of all partners on the sample, beside the same figures read and worked out by pandas."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml

from analysis.study import STUDIES
from flows.estimate import estimate_studies
from flows.ingest import ingest
from flows.settings import Settings
from flows.transform import load_study_rows
from flows.warehouse import read_frame, reading
from tests.dbt_project.building import Build, Dbt

TRADE = "imf/DOTS_CHN_by_partner_2000-2020.csv"
DEVELOPMENT = "worldbank/WDICSV_2026-07-01.csv"
PAIRS = "cepii/dist_cepii_from_22_economies.csv"
GROUPS = "facts/group_memberships.csv"
LANDED = (
    *(TRADE, DEVELOPMENT, PAIRS, GROUPS, "facts/trade_agreements.csv", "facts/trade_agreement_parties.csv"),
    "imf/DOTS_partners_report_CHN_2000-2020.csv",
)
CODES_OF_CEPII = {"ROM": "ROU", "ZAR": "COD", "TMP": "TLS", "PAL": "PSE"}
YEARS = range(2006, 2021)
"""From a year in which the source has blanks to the last one that has landed."""
TERMS = ["log_gdp", "log_population", "log_distance", "is_contiguous", "has_common_official_language"]


def short(study: dict) -> dict:
    """The study itself, of fewer years and without what repeats the estimation many times over."""
    study["years"]["first"] = YEARS[0]
    study["potential"]["intervals"]["draws"] = 99
    del study["potential"]["backtest"], study["potential"]["scenarios"]
    study["gravity"]["specifications"] = study["gravity"]["specifications"][:1]
    study["pair_gravity"]["models"] = study["pair_gravity"]["models"][:1]
    return study


@pytest.fixture(scope="module")
def world(dbt: Dbt, repository: Path, tmp_path_factory: pytest.TempPathFactory) -> Build:
    """The sample's files that the study reads, from landing to published tables."""
    work = tmp_path_factory.mktemp("world")
    for name in LANDED:
        for suffix in ("", ".origin.yml"):
            (work / "landing" / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(repository / "sample" / f"{name}{suffix}", work / "landing" / f"{name}{suffix}")
    (work / "studies").mkdir()
    study = short(yaml.safe_load((STUDIES / "world.yml").read_text(encoding="utf-8")))
    (work / "studies" / "world.yml").write_text(yaml.safe_dump(study), encoding="utf-8")
    # A list of partners stands beside it as a group, as the study of Central Asia does.
    near = {name: study[name] for name in ("reference_iso3", "years", "variables", "fill_sets")}
    near |= {name: study[name] for name in ("base_fill_set", "base_fill_set_reason", "question")}
    near |= {"study": "near", "title": "Neighbours", "partners": {"countries": ["KAZ", "KGZ", "MNG"]}}
    (work / "studies" / "near.yml").write_text(yaml.safe_dump(near), encoding="utf-8")

    report = ingest(Settings(home=work / "home", landing=work / "landing"))
    assert {result.status for result in report.files} == {"loaded"}, report.files
    load_study_rows(report.build_path, work / "studies")
    only = ["--resource-type", "model", "--resource-type", "seed", "--indirect-selection", "empty"]
    panel = ["+fct_study_panel", "+fct_pair_panel", "+dim_country_group", "+dim_potential_class"]
    (built,) = dbt.run(report.build_path, work, ["build", *only, "--select", *panel])
    assert not {name: status for name, status in built.items() if status != "success"}
    estimate_studies(report.build_path, folder=work / "studies")
    published = [
        *("rpt_trade_potential", "rpt_gravity_coefficients", "rpt_trade_potential_ranking"),
        *("rpt_trade_potential_by_group", "int_study_groups__viewed", "int_country_groups__viewed"),
        *("rpt_pair_gravity_coefficients", "rpt_pair_gravity_fit", "dim_country", "membership_views"),
    ]
    (told,) = dbt.run(report.build_path, work, ["build", *only, "--select", *published])
    assert not {name: status for name, status in told.items() if status != "success"}
    return Build(report.build_path, work, built, told, {})


def table(build: Build, name: str) -> pd.DataFrame:
    with reading(build.database) as connection:
        return read_frame(connection, *name.split("."))


@pytest.fixture(scope="module")
def landed(repository: Path) -> pd.DataFrame:
    """China's trade with each partner and its drivers by partner and year, read by pandas alone."""
    sample = repository / "sample"
    flows = pd.read_csv(sample / TRADE, keep_default_na=False, thousands=",")
    flows = flows[flows["partner_iso3"] != ""].assign(usd=flows["value_usd_million"].astype(float) * 1e6)
    found = flows.pivot_table(index=["partner_iso3", "year"], columns="flow", values="usd", aggfunc="sum")
    wide = pd.read_csv(sample / DEVELOPMENT)
    for column, code in (("gdp", "NY.GDP.MKTP.CD"), ("people", "SP.POP.TOTL")):
        rows = wide[wide["Indicator Code"] == code].set_index("Country Code")
        years = rows[[name for name in rows if name.isdigit()]].rename(columns=int).stack()
        found[column] = years.rename_axis(["partner_iso3", "year"])
    pairs = pd.read_csv(sample / PAIRS)
    ours = pairs[pairs["iso_o"] == "CHN"].set_index("iso_d").rename(index=CODES_OF_CEPII)
    for column in ("dist", "contig", "comlang_off"):
        found[column] = ours[column].reindex(found.index.get_level_values(0)).to_numpy()
    return found


def test_trade_with_two_partners_is_what_the_file_says(world: Build):
    potential = table(world, "reporting.rpt_trade_potential").set_index(["flow", "partner_iso3", "year"])
    actual = potential["actual_trade_usd"]
    # 98004.33284 and 64078.46542 million of Viet Nam, 12806.97853 and 9258.81734 of Kazakhstan.
    assert actual["exports", "VNM", 2019] == pytest.approx(98004332840.0, rel=1e-12)
    assert actual["total", "VNM", 2019] == pytest.approx(162082798260.0, rel=1e-12)
    assert actual["total", "KAZ", 2019] == pytest.approx(22065795870.0, rel=1e-12)


def test_a_blank_in_the_source_is_missing_and_no_zero(world: Build, landed: pd.DataFrame):
    drivers = landed[["gdp", "people", "dist"]].notna().all(axis=1)
    blank = landed.index[landed["imports_cif"].isna() & landed["exports_fob"].notna() & drivers]
    blank = [(country, year) for country, year in blank if year in YEARS]
    assert ("GNB", 2006) in blank
    potential = table(world, "reporting.rpt_trade_potential").set_index(["flow", "partner_iso3", "year"])
    for country, year in blank:
        assert pd.isna(potential.loc[("imports", country, year), "actual_trade_usd"])
        assert pd.isna(potential.loc[("total", country, year), "potential_ratio"])
        assert potential.loc[("exports", country, year), "potential_ratio"] > 0
    assert not (potential["actual_trade_usd"] == 0).any()


def test_years_without_any_trade_wait_until_it_lands(world: Build):
    panel = table(world, "marts.fct_study_panel")
    study = yaml.safe_load((world.work / "studies" / "world.yml").read_text(encoding="utf-8"))
    assert study["years"]["last"] > 2020
    assert sorted(panel.loc[panel["study"] == "world", "year"].unique()) == list(YEARS)


@pytest.mark.parametrize("flow", ["total", "exports", "imports"])
def test_potential_is_trade_over_what_the_published_coefficients_predict(
    world: Build, landed: pd.DataFrame, flow: str
):
    columns = {"exports": ["exports_fob"], "imports": ["imports_cif"]}.get(
        flow, ["exports_fob", "imports_cif"]
    )
    rows = landed.loc[landed.index.get_level_values("year").isin(YEARS)].copy()
    rows["trade"] = rows[columns].sum(axis=1, min_count=len(columns))
    rows = rows.dropna(subset=["trade", "gdp", "people", "dist"])
    coefficients = table(world, "reporting.rpt_gravity_coefficients")
    own = coefficients[coefficients["flow"] == flow].set_index("term")["estimate"]
    logs = np.log(rows[["gdp", "people", "dist"]])
    score = (
        logs.to_numpy() @ own[TERMS[:3]].to_numpy()
        + rows[["contig", "comlang_off"]] @ own[TERMS[3:]].to_numpy()
    )
    shape = np.exp(score)
    # An effect of each year makes what is predicted of all partners together what they traded.
    level = rows["trade"].groupby("year").sum() / shape.groupby("year").sum()
    expected = rows["trade"] / (shape * level.reindex(rows.index.get_level_values("year")).to_numpy())
    potential = table(world, "reporting.rpt_trade_potential")
    found = (
        potential[potential["flow"] == flow].set_index(["partner_iso3", "year"])["potential_ratio"].dropna()
    )
    assert sorted(found.index) == sorted(expected.index)
    np.testing.assert_allclose(found.sort_index(), expected.sort_index(), rtol=1e-6)


def test_a_groups_total_is_that_of_its_members_then(world: Build, landed: pd.DataFrame):
    groups = table(world, "reporting.rpt_trade_potential_by_group")
    groups = groups[(groups["study"] == "world") & (groups["flow"] == "total") & (groups["year"] == 2019)]
    groups = groups[groups["membership_view"] == "members_then"].set_index("group_code")
    known = landed.xs(2019, level="year").dropna()
    trade = known["exports_fob"] + known["imports_cif"]
    members = {
        "SCO": ["KAZ", "KGZ", "RUS", "TJK", "UZB", "IND", "PAK"],
        "ASEAN": ["IDN", "MYS", "PHL", "SGP", "THA", "BRN", "VNM", "LAO", "MMR", "KHM"],
        "near": ["KAZ", "KGZ", "MNG"],
        "ALL": list(known.index),
    }
    potential = table(world, "reporting.rpt_trade_potential")
    predicted = potential[(potential["flow"] == "total") & (potential["year"] == 2019)]
    predicted = predicted.set_index("partner_iso3")["predicted_trade_usd"]
    for group, countries in members.items():
        row = groups.loc[group]
        assert row["covered_member_count"] == len(countries)
        assert row["actual_trade_usd"] == pytest.approx(trade[countries].sum(), rel=1e-9)
        expected = trade[countries].sum() / predicted[countries].sum()
        assert row["potential_ratio"] == pytest.approx(expected, rel=1e-9)
    assert groups.loc["ALL", "potential_ratio"] == pytest.approx(1, rel=1e-6)


def test_places_follow_the_ratio_and_hold_the_places_left_open(world: Build):
    ranking = table(world, "reporting.rpt_trade_potential_ranking")
    own = ranking[(ranking["flow"] == "total") & (ranking["year"] == 2019)]
    own = own.sort_values("potential_ratio", ascending=False)
    assert own["potential_rank"].tolist() == list(range(1, len(own) + 1))
    assert (own["ranked_count"] == len(own)).all()
    for row in own.itertuples():
        assert row.rank_low == 1 + (own["potential_ratio_low"] > row.potential_ratio_high).sum()
        assert row.rank_high == len(own) - (own["potential_ratio_high"] < row.potential_ratio_low).sum()


def test_agreements_and_memberships_of_pairs_are_those_of_the_day(world: Build):
    pairs = table(world, "marts.fct_pair_panel").set_index(["exporter_iso3", "importer_iso3", "year"])
    assert pairs.loc[("CHN", "VNM", 2019), "agreement_codes"] == "ACFTA"
    assert pairs.loc[("CHN", "SGP", 2019), "agreement_codes"] == "ACFTA, CSFTA"
    assert pairs.loc[("CHN", "KAZ", 2019), "is_agreement_in_force"] == 0
    assert pairs.loc[("KAZ", "CHN", 2019), "distance_km"] == pairs.loc[("CHN", "KAZ", 2019), "distance_km"]
    assert (pairs["value_final_usd"].dropna() > 0).all()
    fit = table(world, "reporting.rpt_pair_gravity_fit")
    assert (fit["n_pair_years"] == len(pairs)).all()
    # Of one country's trade the effects of its partners by year leave nothing: the table says so.
    assert fit["n_obs"].isna().all()
    assert fit["caveat"].str.contains("ot estimated: ").all()
