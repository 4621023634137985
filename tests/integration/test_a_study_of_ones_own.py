"""A study that does not ship: one YAML file beside another study's, and its rows are in every table."""

from __future__ import annotations

import csv
import math
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.integration.conftest import Rerun, Warehouse
from tests.integration.lean import members_of

pytestmark = pytest.mark.integration

STUDY, YEARS = "rcep_partners", range(2012, 2020)


@pytest.fixture(scope="module")
def partners(sample: Path) -> set[str]:
    """The members of RCEP but China: fourteen."""
    found = members_of("RCEP", sample) - {"CHN"}
    assert len(found) == 14
    return found


@pytest.fixture(scope="module")
def added(
    copy_anew: Callable[[], Warehouse],
    lean_sample: Path,
    lean_folder: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> Rerun:
    """The lean state directory after a run of the one study that one more file has added."""
    studies = Path(shutil.copytree(lean_folder / "studies", tmp_path_factory.mktemp("studies") / "studies"))
    shutil.copyfile(Path(__file__).with_name(f"{STUDY}.yml"), studies / f"{STUDY}.yml")
    warehouse = copy_anew()
    warehouse = replace(warehouse, environment=warehouse.environment | {"SERAI_STUDIES": str(studies)})
    before = warehouse.record
    outcome = warehouse.run(lean_sample, "--study", STUDY)
    assert outcome.exit_code == 0, outcome.err
    return Rerun(warehouse.moved(tmp_path_factory.mktemp("added")), outcome, before)


def test_one_file_adds_a_study_whose_partners_follow_from_its_rule(added: Rerun, partners: set[str]):
    assert (added.warehouse.record["study"], added.warehouse.record["status"]) == (STUDY, "published")
    ((title, reference, index_role),) = added.warehouse.ask(
        "select title, reference_iso3, index_role from marts.dim_study where study = ?", [STUDY]
    )
    assert (title, reference, index_role) == ("Trade of China with its partners in RCEP", "CHN", None)
    # The agreement came into force in 2022 only: today's members are partners in all years.
    found = added.warehouse.ask(
        "select distinct year, country_iso3 from marts.fct_study_panel where study = ?", [STUDY]
    )
    assert set(found) == {(year, country) for year in YEARS for country in partners}
    joined = (
        "select count(*) from marts.dim_country_group"
        " where group_code = 'RCEP' and year < 2022 and member_on_31dec"
    )
    assert added.warehouse.ask(joined) == [(0,)]


def test_its_rows_are_in_the_published_tables(added: Rerun, partners: set[str]):
    ask, cells = added.warehouse.ask, len(partners) * len(YEARS)
    terms = (
        "select estimator, list(term order by term), count(estimate)"
        " from reporting.rpt_gravity_coefficients where study = ? group by all order by all"
    )
    expected = ["const", "log_distance", "log_gdp"]
    assert ask(terms, [STUDY]) == [("pooled_ols", expected, 3), ("ppml", expected, 3)]
    potential = (
        "select count(*), count(potential_ratio), count(potential_class), count(potential_ratio_low)"
        " from reporting.rpt_trade_potential where study = ? and is_selected"
    )
    assert ask(potential, [STUDY]) == [(cells, cells, cells, cells)]
    profile = (
        "select count(*), count(potential_class), min(potential_ranked_count)"
        " from reporting.rpt_country_profile where potential_study = ?"
    )
    assert ask(profile, [STUDY]) == [(cells, cells, len(partners))]
    classes = "select potential_class from marts.dim_potential_class where study = ? order by position"
    assert [label for (label,) in ask(classes, [STUDY])] == [
        "huge potential",
        "potential expansion",
        "potential reshaping",
    ]


def test_its_groups_count_every_partner_once(added: Rerun, partners: set[str]):
    groups = (
        "select membership_view, member_count, covered_member_count, actual_trade_usd"
        " from reporting.rpt_trade_potential_by_group"
        " where study = ? and group_code = ? and is_selected and year = 2019 order by all"
    )
    ((trade,),) = added.warehouse.ask(
        "select sum(actual_trade_usd) from reporting.rpt_trade_potential"
        " where study = ? and is_selected and year = 2019",
        [STUDY],
    )
    everybody = pytest.approx(trade)
    assert added.warehouse.ask(groups, [STUDY, "RCEP"]) == [("members_now", 14, 14, everybody)]
    assert added.warehouse.ask(groups, [STUDY, "ALL"]) == [
        (view, 14, 14, everybody) for view in ("members_now", "members_then")
    ]
    asean = added.warehouse.ask(groups, [STUDY, "ASEAN"])
    assert [(view, count) for view, count, *_ in asean] == [("members_now", 10), ("members_then", 10)]
    assert asean[0][3] < trade


def test_the_rows_of_the_other_study_stand(added: Rerun):
    old = added.warehouse.home / "releases" / added.before["run_id"]
    told = added.warehouse.ask(
        "select schema_name || '.' || table_name from duckdb_columns()"
        " where column_name = 'study' and schema_name in ('marts', 'reporting') order by 1"
    )
    compared = 0
    for (table,) in told:
        assert table in added.before["tables"]
        rows = f"select * from {table} where study <> '{STUDY}' order by all"
        before = added.warehouse.ask(rows, release=old)
        assert added.warehouse.ask(rows) == before, table
        compared += bool(before)
    assert compared > 15


def csv_rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as lines:
        return list(csv.DictReader(lines))


def test_a_potential_is_the_one_worked_out_from_the_landed_files(
    added: Rerun, lean_sample: Path, partners: set[str]
):
    """Least squares on the publishers' own files, read with the csv module and by no part of the line."""
    trade: dict[tuple[str, int], float] = {}
    for row in csv_rows(lean_sample / "imf" / "DOTS_CHN_by_partner_2000-2020.csv"):
        if row["partner_iso3"] in partners and row["value_usd_million"]:
            cell = row["partner_iso3"], int(row["year"])
            trade[cell] = trade.get(cell, 0.0) + float(row["value_usd_million"]) * 1e6
    gdp = {
        (row["Country Code"], year): float(row[str(year)])
        for row in csv_rows(lean_sample / "worldbank" / "WDICSV_2026-07-01.csv")
        if row["Indicator Code"] == "NY.GDP.MKTP.CD" and row["Country Code"] in partners
        for year in YEARS
    }
    distance = {
        row["iso_d"]: float(row["dist"])
        for row in csv_rows(lean_sample / "cepii" / "dist_cepii_from_22_economies.csv")
        if row["iso_o"] == "CHN"
    }
    cells = [(partner, year) for partner in sorted(partners) for year in YEARS]
    regressors = np.array([[1, math.log(gdp[cell]), math.log(distance[cell[0]])] for cell in cells])
    explained = np.log([trade[cell] / 10_000 for cell in cells])
    weights, *_ = np.linalg.lstsq(regressors, explained, rcond=None)
    fitted = regressors @ weights
    predicted = np.exp(fitted) * np.exp(explained - fitted).mean() * 10_000
    place = cells.index(("SGP", 2019))
    asked = (
        "select actual_trade_usd, predicted_trade_usd, potential_ratio from reporting.rpt_trade_potential"
        " where study = ? and partner_iso3 = 'SGP' and year = 2019 and specification like 'pooled_ols.%'"
    )
    actual = trade["SGP", 2019]
    expected = (actual, predicted[place], actual / predicted[place])
    assert added.warehouse.ask(asked, [STUDY]) == [pytest.approx(expected, rel=1e-9)]


def test_a_study_that_cannot_be_read_stops_a_run_before_anything_is_loaded(
    copied: Warehouse, lean_sample: Path, tmp_path: Path
):
    landing = Path(shutil.copytree(lean_sample, tmp_path / "landing"))
    prices = next(landing.rglob("europe_brent*.csv"))
    prices.write_text(prices.read_text(encoding="utf-8") + "2024,80.5\n", encoding="utf-8")
    studies = tmp_path / "studies"
    studies.mkdir()
    (studies / "half.yml").write_text("study: half\ntitle: Half a study\n", encoding="utf-8")
    warehouse = replace(copied, environment=copied.environment | {"SERAI_STUDIES": str(studies)})
    before = warehouse.release
    outcome = warehouse.run(landing)
    assert outcome.exit_code == 1
    assert "half.yml:1:1: question: seen nothing, expected this key" in outcome.err
    assert "loading" not in outcome.out + outcome.err
    assert warehouse.release == before
