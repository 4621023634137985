"""The sample, from landing folder to release: published numbers come out, and the release is whole."""

from __future__ import annotations

import csv
import hashlib
import math
import os
import re
from pathlib import Path

import numpy as np
import pytest

pytestmark = pytest.mark.integration

CENTRAL_ASIA = ("KAZ", "KGZ", "TJK", "TKM", "UZB")


def test_the_release_holds_what_is_promised_and_its_checksums_hold(published):
    release = published.release
    for name in (
        "serai.duckdb",
        "data_dictionary.csv",
        "datapackage.json",
        "report.html",
        "validation.html",
        "run.json",
        "SHA256SUMS",
    ):
        assert (release / name).is_file(), name
    assert not list(release.glob("*.wal"))
    assert os.readlink(published.home / "current") == f"releases/{release.name}"
    listed = {}
    for line in (release / "SHA256SUMS").read_text(encoding="utf-8").splitlines():
        digest, name = line.split("  ", 1)
        listed[name] = digest
    found = {path.relative_to(release).as_posix() for path in release.rglob("*") if path.is_file()}
    assert set(listed) == found - {"SHA256SUMS"}
    for name, digest in listed.items():
        assert hashlib.sha256((release / name).read_bytes()).hexdigest() == digest, name


def test_every_published_table_is_there_as_a_table_a_parquet_and_a_csv_file_with_the_same_rows(published):
    tables = published.ask(
        "select schema_name, table_name from duckdb_tables() where schema_name in ('marts', 'reporting')"
    )
    assert len(tables) >= 16
    for schema, table in tables:
        rows = published.ask(f"select count(*) from {schema}.{table}")[0][0]
        parquet = published.release / "parquet" / schema / f"{table}.parquet"
        assert published.ask(f"select count(*) from read_parquet('{parquet}')")[0][0] == rows, table
        with (published.release / "csv" / schema / f"{table}.csv").open(
            encoding="utf-8", newline=""
        ) as handle:
            assert sum(1 for _ in csv.reader(handle)) == rows + 1, table


def test_every_published_table_and_column_is_described_and_every_rpt_table_has_a_key(published):
    undescribed = published.ask(
        "select table_name, column_name from duckdb_columns()"
        " where schema_name in ('marts', 'reporting') and coalesce(comment, '') = ''"
    )
    assert undescribed == []
    grains = published.ask(
        "select table_name, comment from duckdb_tables() where schema_name in ('marts', 'reporting')"
    )
    assert [name for name, comment in grains if not comment.startswith("One row per ")] == []
    keyed = {
        name
        for (name,) in published.ask(
            "select table_name from duckdb_constraints() where constraint_type = 'PRIMARY KEY'"
        )
    }
    assert {name for name, _ in grains if name.startswith("rpt_")} <= keyed


def test_meta_has_keys_comments_and_files_like_any_other_schema(published):
    bare = published.ask(
        "select table_name, column_name from duckdb_columns()"
        " where schema_name = 'meta' and coalesce(comment, '') = ''"
    )
    assert bare == []
    keys = published.ask(
        "select table_name, constraint_column_names from duckdb_constraints()"
        " where schema_name = 'meta' and constraint_type = 'PRIMARY KEY' order by table_name"
    )
    assert keys == [
        ("files", ["file_id"]),
        ("runs", ["run_id"]),
        ("steps", ["run_id", "step", "attempt"]),
        ("table_sources", ["table_schema", "table_name", "source", "is_left_out"]),
        ("table_status", ["table_schema", "table_name", "study"]),
        ("verdicts", ["run_id", "suite", "expectation"]),
    ]
    assert (published.release / "csv" / "meta" / "refused_rows.csv").is_file()


def test_meta_tells_of_the_run_its_files_and_its_checks(published):
    assert published.ask("select run_id, status, exit_code from meta.runs") == [
        (published.release.name, "published", 0)
    ]
    assert published.ask("select step, attempt, status from meta.steps where seconds > 0 order by step") == [
        ("estimate", 1, "done"),
        ("ingest", 1, "done"),
        ("publish", 1, "done"),
        ("transform", 1, "done"),
    ]
    assert published.ask("select count(*) from meta.files where status <> 'loaded'") == [(0,)]
    assert published.ask("select count(*) from meta.refused_rows") == [(0,)]
    failed = published.ask(
        "select suite, expectation from meta.verdicts where not is_passed and severity = 'critical'"
    )
    assert failed == []
    assert published.ask("select count(*) > 50 from meta.verdicts") == [(True,)]


# The extremes that the 2024 paper prints in its table of descriptive statistics, and that the vintages reach.
PRINTED_EXTREMES = [
    ("population", "ln(value / 10000)", 6.285, 8.138),
    ("internet_users_pct", "ln(value)", 2.262, 4.454),
    ("gdp_per_capita_ppp_usd", "ln(value)", 8.006, 10.221),
]


@pytest.mark.parametrize(("variable", "expression", "low", "high"), PRINTED_EXTREMES)
def test_the_panel_reaches_the_printed_extremes(published, variable, expression, low, high):
    found = published.ask(
        f"select round(min({expression}), 3), round(max({expression}), 3) from marts.fct_study_panel"
        " where study = 'central_asia' and fill_set = 'complete_cases' and variable = ?",
        [variable],
    )
    assert found == [(low, high)]


def test_prices_chained_from_inflation_and_openness_reach_the_printed_maxima(published):
    query = (
        "select country_iso3, year, round(ln(value), 3) from marts.fct_study_panel"
        " where study = 'central_asia' and fill_set = 'complete_cases' and variable = ? and value is not null"
        " order by value desc limit 1"
    )
    assert published.ask(query, ["cpi_chained_2010_100"]) == [("UZB", 2020, 5.769)]
    assert published.ask(query, ["merchandise_trade_pct_gdp"]) == [("KGZ", 2013, 4.708)]
    chained = published.ask(
        "select round(value, 3), value_origin from marts.fct_study_panel where study = 'central_asia'"
        " and fill_set = 'complete_cases' and variable = 'cpi_chained_2010_100'"
        " and country_iso3 = 'UZB' and year = 2020"
    )
    # World Development Indicators, FP.CPI.TOTL, Uzbekistan 2020.
    assert chained == [(320.272, "chained")]


def test_mean_trade_is_the_one_that_the_printed_regressions_imply(published):
    (mean,) = published.ask(
        "select avg(ln(actual_trade_usd / 10000)) from reporting.rpt_trade_potential"
        " where study = 'central_asia' and flow = 'total' and is_selected"
    )[0]
    assert round(mean, 3) == 13.267


def test_actual_trade_is_the_publishers_figure(published, sample: Path):
    totals: dict[tuple[str, int], float] = {}
    with next((sample / "imf").glob("DOTS_CHN_*.csv")).open(encoding="utf-8", newline="") as handle:
        for row in csv.DictReader(handle):
            if row["partner_iso3"] in CENTRAL_ASIA and 2013 <= int(row["year"]) <= 2020:
                key = (row["partner_iso3"], int(row["year"]))
                totals[key] = totals.get(key, 0.0) + float(row["value_usd_million"]) * 1e6
    found = published.ask(
        "select partner_iso3, year, actual_trade_usd from reporting.rpt_trade_potential"
        " where study = 'central_asia' and flow = 'total' and is_selected"
    )
    assert len(found) == 40
    assert {(partner, year): value for partner, year, value in found} == pytest.approx(totals)


def panel_matrix(published, fill_set: str) -> tuple[np.ndarray, np.ndarray]:
    """Assemble the extended gravity equation from the published panel, apart from our own estimation code."""
    rows = published.ask(
        "select country_iso3, year, variable, value from marts.fct_study_panel"
        " where study = 'central_asia' and fill_set = ? and value is not null",
        [fill_set],
    )
    cells: dict[tuple[str, int], dict[str, float]] = {}
    for country, year, variable, value in rows:
        cells.setdefault((country, year), {})[variable] = value
    printed = {
        (partner, year): value
        for partner, year, value in published.ask(
            "select distinct partner_iso3, year, printed_value from reporting.rpt_replication"
            " where study = 'central_asia' and item like 'index.%' and partner_iso3 is not null"
        )
    }
    y, x = [], []
    for key in sorted(cells):
        cell = cells[key]
        try:
            trade = cell["exports_fob_usd"] + cell["imports_cif_usd"]
            row = [
                1.0,
                math.log(cell["gdp_per_capita_ppp_usd"]),
                math.log(cell["population"] / 1e4),
                printed[key],
                math.log(cell["internet_users_pct"]),
                math.log(cell["cpi_chained_2010_100"]),
                math.log(cell["merchandise_trade_pct_gdp"]),
                math.log(cell["distance_km"] * cell["brent_usd_per_bbl"]),
            ]
        except KeyError:
            continue
        y.append(math.log(trade / 1e4))
        x.append(row)
    return np.array(y), np.array(x)


@pytest.mark.parametrize("fill_set", ["complete_cases", "carry_proxy", "trend", "deflator_proxy"])
def test_the_published_slopes_are_those_of_least_squares_on_the_published_panel(published, fill_set):
    y, x = panel_matrix(published, fill_set)
    slopes, *_ = np.linalg.lstsq(x, y, rcond=None)
    found = published.ask(
        "select estimate from reporting.rpt_gravity_coefficients"
        " where study = 'central_asia' and model = 'paper_rebuild' and flow = 'total'"
        " and specification like 'pooled_ols.%.' || ? order by estimate",
        [fill_set],
    )
    assert [value for (value,) in found] == pytest.approx(sorted(slopes), rel=1e-6)
    fitted = published.ask(
        "select n_obs from reporting.rpt_gravity_fit where study = 'central_asia' and model = 'paper_rebuild'"
        " and flow = 'total' and specification like 'pooled_ols.%.' || ?",
        [fill_set],
    )
    assert fitted == [(len(y),)]


def test_the_potential_is_actual_over_predicted_and_its_class_follows(published):
    rows = published.ask(
        "select actual_trade_usd, predicted_trade_usd, potential_ratio, potential_class, potential_gap_usd"
        " from reporting.rpt_trade_potential where potential_ratio is not null"
    )
    assert len(rows) > 100
    for actual, predicted, ratio, label, gap in rows:
        assert ratio == pytest.approx(actual / predicted)
        assert gap == pytest.approx(predicted - actual)
        expected = (
            "huge potential"
            if ratio < 0.8
            else "potential reshaping"
            if ratio > 1.2
            else "potential expansion"
        )
        assert label == expected


def test_a_sum_over_selected_rows_never_doubles(published):
    doubled = published.ask(
        "select study, flow, partner_iso3, year, count(*) from reporting.rpt_trade_potential"
        " where is_selected group by all having count(*) <> 1"
    )
    assert doubled == []
    assert published.ask(
        "select flow, count(*), count(distinct model) from reporting.rpt_trade_potential"
        " where is_selected and study = 'central_asia' group by flow order by flow"
    ) == [("exports", 40, 1), ("imports", 40, 1), ("total", 40, 1)]


def test_known_holes_stay_holes_on_complete_cases(published):
    holes = published.ask(
        "select variable, country_iso3, list(year order by year) from marts.fct_study_panel"
        " where study = 'central_asia' and fill_set = 'complete_cases' and value is null"
        " and variable in ('cpi_inflation_pct', 'internet_users_pct') group by all order by all"
    )
    assert holes == [
        ("cpi_inflation_pct", "TJK", [2017, 2018, 2019, 2020]),
        ("cpi_inflation_pct", "TKM", list(range(2013, 2021))),
        ("internet_users_pct", "KGZ", [2020]),
        ("internet_users_pct", "TJK", [2018, 2019, 2020]),
        ("internet_users_pct", "TKM", [2018, 2019, 2020]),
    ]


def test_no_filled_cell_is_silent_and_no_reported_cell_is_called_filled(published):
    silent = published.ask(
        "select count(*) from marts.fct_study_panel where value is not null and (value_origin is null"
        " or is_filled is null or (is_filled and fill_method is null))"
    )
    assert silent == [(0,)]
    called_filled = published.ask(
        "select distinct value_origin from marts.fct_study_panel where is_filled order by 1"
    )
    assert {origin for (origin,) in called_filled} <= {"interpolated", "carried", "trend", "proxy", "chained"}


def test_every_printed_number_stands_beside_ours_with_a_verdict_and_a_reason(published):
    rows = published.ask(
        "select item, verdict, reason from reporting.rpt_replication where study = 'central_asia'"
    )
    assert len({item for item, _, _ in rows}) > 200
    assert {verdict for _, verdict, _ in rows} <= {
        "equal to printed digits",
        "within 1 printed se",
        "same sign",
        "differs",
        "not reproducible",
    }
    assert [item for item, _, reason in rows if not reason] == []


def test_the_random_effects_estimator_says_that_it_cannot_be_estimated(published):
    rows = published.ask(
        "select caveat from reporting.rpt_gravity_fit where estimator = 'random_effects'"
        " and model = 'paper_rebuild' and flow = 'total'"
    )
    assert rows
    assert all("not estimable" in caveat for (caveat,) in rows)


def test_the_queries_of_the_starter_kit_answer(published, repository: Path):
    text = (repository / "docs" / "starter-kit.md").read_text(encoding="utf-8")
    queries = re.findall(r"```sql\n(.*?)```", text, flags=re.DOTALL)
    assert len(queries) >= 6
    for query in queries:
        assert published.ask(query), query


def test_the_command_line_answers_from_the_current_release(published):
    answer = published.serai("sql", "--json", "select count(*) as n from reporting.rpt_replication")
    assert answer.exit_code == 0
    assert re.fullmatch(r'\[\{"n": \d+\}\]\n', answer.out)
    refused = published.serai("sql", "copy (select 1) to 'never.csv'")
    assert refused.exit_code == 2
    status = published.serai("status")
    assert published.release.name in status.out


def test_the_report_is_one_file_that_asks_for_nothing_from_outside(published):
    html = (published.release / "report.html").read_text(encoding="utf-8")
    assert "Uzbekistan" in html
    assert "Cross-border e-commerce and trade potential between China and Central Asia" in html
    assert f"{published.record['files']['loaded']} files" in html
    assert not re.search(
        r"""(?:src|href)\s*=\s*["']?(?:https?:)?//[^"'>]*\.(?:js|css|png|svg|woff2?)""", html
    )
    assert "<script src" not in html
    assert not re.search(r"url\(\s*['\"]?https?:", html)
