"""Both passes of dbt over a handful of rows: what comes out, which tests bite, which comments stay."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from flows.warehouse import reading, writing
from tests.dbt_project import tiny_warehouse

RUN_DBT = """
import json, sys
from dbt.cli.main import dbtRunner
runner, project = dbtRunner(), sys.argv[1]
for command in json.loads(sys.argv[2]):
    answer = runner.invoke([*command, "--quiet", "--project-dir", project, "--profiles-dir", project])
    if answer.exception:
        raise answer.exception
    print(json.dumps({node.node.name: str(node.status) for node in answer.result.results}))
"""


@dataclass(frozen=True)
class Build:
    """A build database, and what dbt said of each node of each command."""

    database: Path
    work: Path
    project: Path
    panel: dict[str, str]
    units: dict[str, str]
    reporting: dict[str, str]

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        with reading(self.database) as connection:
            return connection.execute(query).fetchall()

    def cells(self, variable: str, fill_set: str) -> dict[tuple[str, int], tuple[Any, ...]]:
        """Value, origin, whether filled, method and file of each cell of a variable."""
        found = self.rows(
            "select unit_id, year, value, value_origin, is_filled, fill_method, file_id"
            f" from marts.fct_study_panel where variable = '{variable}' and fill_set = '{fill_set}'"
        )
        return {(unit, year): tuple(rest) for unit, year, *rest in found}


def run_dbt(project: Path, database: Path, work: Path, commands: list[list[str]]) -> list[dict[str, str]]:
    """Run dbt commands in one process of their own and return each node's status per command."""
    environment = os.environ | {
        "DO_NOT_TRACK": "1",
        "SERAI_BUILD_DATABASE": str(database),
        "DBT_TARGET_PATH": str(work / "target"),
        "DBT_LOG_PATH": str(work / "logs"),
    }
    done = subprocess.run(
        [sys.executable, "-c", RUN_DBT, str(project), json.dumps(commands)],
        env=environment,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]


@pytest.fixture(scope="module")
def build(project: Path, tmp_path_factory: pytest.TempPathFactory) -> Build:
    work = tmp_path_factory.mktemp("dbt")
    database = work / "build.duckdb"
    tiny_warehouse.write_tiny_warehouse(database)
    commands = [
        ["build", "--selector", "panel"],
        ["test", "--selector", "unit_tests"],
        ["build", "--selector", "reporting"],
    ]
    return Build(database, work, project, *run_dbt(project, database, work, commands))


def test_both_passes_succeed(build: Build):
    for nodes in (build.panel, build.reporting):
        assert set(nodes.values()) <= {"success", "pass"}, nodes


def test_the_unit_tests_of_the_sql_pass_and_run_in_no_refresh(build: Build):
    assert build.units
    assert set(build.units.values()) == {"pass"}, build.units
    assert not set(build.units) & (set(build.panel) | set(build.reporting))


def test_the_two_passes_build_every_model_once(build: Build, models):
    assert set(models) & set(build.panel) == {name for name in models if not name.startswith("rpt_")}
    assert set(models) & set(build.reporting) == {name for name in models if name.startswith("rpt_")}


def test_a_study_reads_the_latest_vintage_that_its_day_allows(build: Build):
    cells = build.cells("population", "none")
    assert cells[("KAZ", 2014)] == (110.0, "reported", False, None, tiny_warehouse.EARLY)
    assert cells[("KGZ", 2015)] == (None, None, False, None, None)
    rule = "select distinct vintage_rule, is_later_vintage from marts.fct_study_panel where variable = "
    assert build.rows(f"{rule}'population'") == [("latest_allowed", False)]
    assert build.rows(f"{rule}'brent_usd_per_bbl'") == [("later_for_want_of_earlier", True)]


def test_filled_cells_say_how(build: Build):
    cells = build.cells("population", "filled")
    assert cells[("KGZ", 2015)] == (60.0, "carried", True, "carried", tiny_warehouse.EARLY)
    assert cells[("KAZ", 2014)] == (110.0, "reported", False, None, tiny_warehouse.EARLY)


def test_prices_are_chained_from_the_rate_and_break_where_it_is_missing(build: Build):
    bare, filled = build.cells("prices", "none"), build.cells("prices", "filled")
    assert [bare[("KAZ", year)][0] for year in (2013, 2014, 2015)] == [125.0, 250.0, 250.0]
    assert [bare[("KGZ", year)][0] for year in (2013, 2014, 2015)] == [None, None, None]
    assert filled[("KGZ", 2014)][:4] == (250.0, "chained", True, "chained; rate: group_mean")


def test_pairs_and_world_series_stand_at_every_partner(build: Build):
    exports, oil = build.cells("exports_usd", "none"), build.cells("brent_usd_per_bbl", "none")
    assert exports[("CHN-KAZ", 2013)][:2] == (1_500_000.0, "reported")
    assert exports[("CHN-KAZ", 2014)][:2] == (2_000_000.0, "estimated")
    assert oil[("KAZ", 2014)][0] == oil[("KGZ", 2014)][0] == 99.0
    distance = build.cells("distance_km", "none")
    assert {distance[("CHN-KAZ", year)][0] for year in (2013, 2014, 2015)} == {3277.169}


def test_the_panel_is_complete_with_missing_cells_as_rows(build: Build):
    counted = build.rows(
        "select variable, count(*) from marts.fct_study_panel where fill_set = 'none' group by variable"
    )
    assert {count for _, count in counted} == {2 * 3}
    assert len(counted) == 6


def test_the_wide_table_takes_the_latest_vintage_and_countries_alone(build: Build):
    found = build.rows("select country_iso3, year, population from marts.fct_country_year where year = 2014")
    assert sorted(found) == [("KAZ", 2014, 111.0), ("TLS", 2014, 7.0)]


def test_the_preferred_report_of_trade_is_used_free_on_board(build: Build):
    found = build.rows(
        "select exporter_iso3, importer_iso3, round(value_final_usd), value_origin"
        " from marts.fct_bilateral_trade where year = 2013"
    )
    assert sorted(found) == [
        ("CHN", "KAZ", 1_500_000.0, "reported"),
        ("KGZ", "KAZ", 10_000_000.0, "mirrored"),
    ]


def test_membership_is_dated(build: Build):
    found = build.rows(
        "select member_on_31dec, member_any_day, member_full_year, current_members_fixed"
        " from marts.dim_country_group where country_iso3 = 'KGZ' and year in (2014, 2015) order by year"
    )
    assert found == [(False, False, False, True), (True, True, False, True)]


def test_published_rows_carry_names_and_every_cell_is_counted(build: Build):
    assert build.rows("select distinct partner_name from reporting.rpt_trade_potential") == [("Kazakhstan",)]
    assert build.rows(
        "select cells, reported, filled, missing from reporting.rpt_data_coverage"
        " where indicator_code = 'SP.POP.TOTL' and country_iso3 = 'KGZ'"
    ) == [(3, 2, 1, 0)]
    assert len(build.rows("select * from reporting.rpt_source_vintages")) == len(tiny_warehouse.VINTAGES)


def test_every_relation_and_column_carries_its_description(build: Build):
    schemas = "('seeds', 'staging', 'intermediate', 'marts', 'reporting')"
    for kind, name in (("tables", "table_name"), ("views", "view_name")):
        bare = build.rows(
            f"select {name} from duckdb_{kind}()"
            f" where schema_name in {schemas} and coalesce(comment, '') = ''"
        )
        assert not bare
    bare = build.rows(
        "select table_name, column_name from duckdb_columns()"
        f" where schema_name in {schemas} and coalesce(comment, '') = ''"
    )
    assert not bare


def test_published_tables_declare_their_keys_to_the_database(build: Build, models):
    found = build.rows(
        "select table_name, constraint_column_names from duckdb_constraints()"
        " where constraint_type = 'PRIMARY KEY' and schema_name in ('marts', 'reporting')"
    )
    declared = {name: model.primary_key for name, model in models.items() if model.primary_key}
    assert {name: list(key) for name, key in found} == declared


def test_nothing_is_written_into_the_project(build: Build, project: Path):
    assert not {"target", "logs", "dbt_packages", ".user.yml"} & {path.name for path in project.iterdir()}


def test_data_that_break_a_promise_fail_the_test_that_names_it(build: Build):
    """Runs last: it spoils the database."""
    with writing(build.database) as connection:
        connection.execute(
            "update raw.worldbank_wdi__observations set country_code = 'QQQ' where row_number = 2"
        )
        connection.execute(
            "update raw.cited_facts__group_memberships set valid_from = date '2016-02-01'"
            " where country_iso3 = 'KGZ'"
        )
        connection.execute("update marts.fct_bilateral_trade set value_final_usd = 'inf' where year = 2014")
        tiny_warehouse.write_potential(
            connection,
            [tiny_warehouse.potential(name, is_selected=True) for name in ("a", "b")],
        )
    commands = [
        ["run", "--select", "rpt_trade_potential", "int_group_memberships__chosen"],
        [
            "test",
            "--select",
            "country_codes_are_known",
            "group_member_counts_are_as_known",
            "finite_numbers_fct_bilateral_trade_",
            "one_potential_is_selected_per_partner_and_year",
        ],
    ]
    _, tests = run_dbt(build.project, build.database, build.work, commands)
    assert len(tests) == 4
    assert set(tests.values()) == {"fail"}
