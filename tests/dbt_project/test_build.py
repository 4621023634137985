"""Both passes of dbt over a handful of rows: what comes out, and which comments stay."""

from __future__ import annotations

from pathlib import Path

from tests.dbt_project import tiny_warehouse
from tests.dbt_project.building import Build, Dbt


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
    assert sorted(found) == [("KAZ", 2014, 111.0), ("KGZ", 2014, 60.0), ("TLS", 2014, 7.0)]


def test_the_preferred_report_of_trade_is_used_free_on_board(build: Build):
    found = build.rows(
        "select exporter_iso3, importer_iso3, round(value_final_usd), value_origin"
        " from marts.fct_bilateral_trade where year = 2013"
    )
    assert sorted(found) == [
        ("CHN", "KAZ", 1_500_000.0, "reported"),
        ("KGZ", "KAZ", 10_000_000.0, "converted"),
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
    assert build.rows("select caveat from reporting.rpt_index_adequacy") == [("Two indicators are few.",)]


def test_the_classes_of_potential_are_those_of_the_study(build: Build):
    columns = (
        "study, potential_class, position, lower_bound, is_lower_included, upper_bound, is_upper_included"
    )
    assert build.rows(f"select {columns}, class_rule from marts.dim_potential_class order by position") == [
        ("tiny", "below the norm", 1, None, None, 1.0, False, "K < 1.0"),
        ("tiny", "at or above the norm", 2, 1.0, True, None, None, "1.0 <= K"),
    ]


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


def test_the_documentation_is_one_file_that_names_every_model_and_needs_no_network(
    dbt: Dbt, build: Build, models, tmp_path: Path
):
    """One run over the database that is built already; it writes into a folder of its own."""
    # The page is made of the manifest, which the other commands here do not write.
    documentation = ["docs", "generate", "--static", "--no-compile"]
    dbt.run(build.database, tmp_path, ["parse", "--write-json"], documentation)
    page = (tmp_path / "target" / "static_index.html").read_text(encoding="utf-8")
    assert not [name for name in models if f"model.serai.{name}" not in page]
    assert models["dim_potential_class"].properties["description"].split(":")[0] in page
