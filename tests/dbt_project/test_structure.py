"""The shape of the dbt project: layers, names, grains, portable SQL. Reads the files; runs no dbt."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest
import yaml

from analysis.tables.schema import KEYS, SCHEMAS
from tests.dbt_project.project_files import COMMENT, Model

NAME_OF_LAYER = {
    "staging": r"stg_[a-z][a-z0-9]*(_[a-z0-9]+)*__[a-z_]+",
    "intermediate": r"int_[a-z]+(_[a-z]+)*__[a-z]+",
    "marts": r"(dim|fct)_[a-z_]+",
    "reporting": r"rpt_[a-z_]+",
}
READS = {
    "staging": {"seed"},
    "intermediate": {"seed", "staging", "intermediate"},
    "marts": {"seed", "staging", "intermediate", "marts"},
    # What the publishers stated in earlier releases is in no mart: a mart shows one release of everything. A
    # summary of published rows reads these, so that the two cannot differ.
    "reporting": {"staging", "intermediate", "marts", "reporting"},
}
SOURCES_OF_LAYER = {"intermediate": set(), "marts": set(), "reporting": {"estimates"}}
BI_TYPES = {"bigint", "integer", "double", "varchar", "date", "timestamp", "boolean"}
UNITS = (
    r"_usd|_cny|_pct|_pct_gdp|_score|_days|_teu|_km"
    r"|_per_100|_per_million|_2010_100|_2015_100|_per_usd|_factor"
)
BEYOND_PORTABLE_SQL = {
    "qualify": r"\bqualify\b",
    "a query that begins with from": r"(\A|\(|\ball)\s*from\b",
    "double-colon casts": r"::",
    "lists": r"\[[^\]]*\](?![^{]*\}\})",
    "structs": r"\bstruct_\w+|\brow\s*\(",
    "list functions": r"\b(list|array)_\w+\(|\bunnest\(|\bgenerate_series\(|\brange\(",
    "select * exclude or replace": r"\*\s*(exclude|replace)\b",
    "functions that engines name differently": r"\b(string_agg|arg_max|arg_min|product|isfinite)\(",
    "as-of joins": r"\basof\b",
}


def all_sql(project: Path) -> list[Path]:
    return sorted(
        path for folder in ("models", "macros", "tests") for path in (project / folder).rglob("*.sql")
    )


def seed_rows(project: Path, name: str) -> list[dict[str, str]]:
    with (project / "seeds" / f"{name}.csv").open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def without_jinja(sql: str) -> str:
    return re.sub(r"\{[{%].*?[%}]\}", " x ", sql, flags=re.DOTALL)


def test_models_are_named_by_layer_and_staging_ones_by_source(models: dict[str, Model]):
    for model in models.values():
        assert re.fullmatch(NAME_OF_LAYER[model.layer], model.name), model.path
        if model.layer == "staging":
            assert model.name.startswith(f"stg_{model.path.parent.name}__"), model.path


def test_each_layer_reads_only_the_layers_below_it(project: Path, models: dict[str, Model]):
    layer = {name: model.layer for name, model in models.items()}
    layer |= {path.stem: "seed" for path in (project / "seeds").glob("*.csv")}
    for model in models.values():
        assert not re.search(r"\bref\(\s*[^\s\"']", model.sql), f"{model.name}: a reference must be readable"
        beyond = {name for name in model.references if layer[name] not in READS[model.layer]}
        assert not beyond, f"{model.name} may not read {beyond}"


def test_staging_reads_its_own_source_and_estimates_are_read_by_reporting_alone(models: dict[str, Model]):
    for model in models.values():
        allowed = {model.path.parent.name} if model.layer == "staging" else SOURCES_OF_LAYER[model.layer]
        assert model.sources <= allowed, f"{model.name} may not read {model.sources - allowed}"


def test_every_landed_and_study_table_has_one_staging_model(project: Path, models: dict[str, Model]):
    stated = []
    for path in (project / "models" / "staging").rglob("*__sources.yml"):
        for source in yaml.safe_load(path.read_text(encoding="utf-8"))["sources"]:
            if "raw" in source.get("schema", ""):
                stated += [f"stg_{table['identifier']}" for table in source["tables"]]
    staging = [model for model in models.values() if model.layer == "staging"]
    staged = {model.name for model in staging if model.sources != {"meta"}}
    assert len(stated) == len(set(stated))
    assert set(stated) == staged


def test_every_model_is_described_beside_it_and_begins_with_its_grain(models: dict[str, Model]):
    for model in models.values():
        assert [item["name"] for item in model.documents] == [model.name], f"no YAML of its own: {model.path}"
        assert model.properties["description"].startswith("One row per "), model.name
        for column in model.columns:
            assert column.get("description", "").strip(), f"{model.name}.{column['name']} is not described"


def test_every_grain_is_enforced_exactly_once(models: dict[str, Model]):
    for model in models.values():
        if model.layer in ("marts", "reporting"):
            assert model.primary_key, f"{model.name} declares no primary key"
            assert not model.tested_grains, f"{model.name}: a declared key needs no test"
        else:
            assert len(model.tested_grains) == 1, f"{model.name} needs one unique_grain test"
        grain = model.primary_key or model.tested_grains[0]
        assert set(grain) <= set(model.column_names), model.name


def test_published_schemas_are_enforced_with_types_that_every_tool_reads(
    project: Path, models: dict[str, Model]
):
    settings = yaml.safe_load((project / "dbt_project.yml").read_text(encoding="utf-8"))["models"]["serai"]
    for layer in ("marts", "reporting"):
        assert settings[layer]["+contract"] == {"enforced": True}
        assert settings[layer]["+materialized"] == "table"
    for model in models.values():
        if model.layer in ("marts", "reporting"):
            assert "contract" not in model.properties.get("config", {}), f"{model.name} opts out"
            types = {column.get("data_type") for column in model.columns}
            assert types <= BI_TYPES, f"{model.name}: {types - BI_TYPES}"


def test_every_result_table_says_when_it_has_rows(models: dict[str, Model]):
    for model in models.values():
        if model.layer == "reporting":
            meta = model.properties.get("config", {}).get("meta", {})
            assert meta.get("empty_reason", "").startswith("Has "), f"{model.name}: config.meta.empty_reason"


def test_descriptions_go_into_the_database_for_every_relation_and_column(project: Path):
    settings = yaml.safe_load((project / "dbt_project.yml").read_text(encoding="utf-8"))
    for kind in ("models", "seeds"):
        assert settings[kind]["serai"]["+persist_docs"] == {"relation": True, "columns": True}
    assert settings["flags"]["send_anonymous_usage_stats"] is False


@pytest.mark.parametrize("what", BEYOND_PORTABLE_SQL)
def test_panel_models_are_portable_sql(panel_models: list[Model], what: str):
    for model in panel_models:
        found = re.search(BEYOND_PORTABLE_SQL[what], without_jinja(model.sql), re.IGNORECASE | re.MULTILINE)
        assert not found, f"{model.name} uses {what}: {found.group(0)!r}"


def test_select_star_ends_with_staging(models: dict[str, Model]):
    for model in models.values():
        if model.layer != "staging":
            assert not re.search(r"select\s+(distinct\s+)?(\w+\.)?\*", model.sql), model.name


def test_no_country_and_no_indicator_is_written_in_sql(project: Path):
    countries = {row["code"] for row in seed_rows(project, "countries")}
    indicators = {row["indicator_code"] for row in seed_rows(project, "indicators")}
    for path in all_sql(project):
        sql = COMMENT.sub("", path.read_text(encoding="utf-8"))
        written = set(re.findall(r"'([^'\n]*)'", sql))
        assert not written & (countries | indicators), f"{path}: {written & (countries | indicators)}"


def test_sides_of_trade_are_exporter_and_importer_after_staging(models: dict[str, Model]):
    for model in models.values():
        sides = {name for name in model.column_names if re.match(r"reporter|partner", name)}
        # Staging keeps the publisher's view: one side reports, the other is its partner.
        if model.layer == "staging":
            continue
        if model.name.startswith("rpt_"):
            sides -= {"partner_iso3", "partner_name"}
        assert not sides, f"{model.name}: {sides}"


def test_numbers_of_the_fact_tables_carry_their_unit_in_the_name(models: dict[str, Model]):
    for model in models.values():
        if not model.name.startswith("fct_"):
            continue
        numbers = [column["name"] for column in model.columns if column["data_type"] == "double"]
        unnamed = [name for name in numbers if not re.search(rf"({UNITS})$", name)]
        # A count of persons is its own unit; a long table's unit is a column of dim_indicator, a quantity's
        # the next column. What an equation takes as 1 or 0 says so.
        named = {"population", "value"} | {
            name for name in unnamed if name.startswith("quantity") and f"{name}_unit" in model.column_names
        }
        named |= {
            column["name"]
            for column in model.columns
            if column["name"].startswith(("is_", "has_")) and column["description"].startswith("1 where ")
        }
        assert set(unnamed) <= named, f"{model.name}: {unnamed}"


def test_truths_are_named_as_truths(models: dict[str, Model]):
    readings = {
        "member_on_31dec",
        "member_any_day",
        "member_full_year",
        "current_members_fixed",
    }
    for model in models.values():
        for column in model.columns:
            if column.get("data_type") == "boolean" and column["name"] not in readings:
                assert column["name"].startswith(("is_", "has_")), f"{model.name}.{column['name']}"


def test_the_wide_table_has_a_column_for_every_country_indicator_and_no_other(
    project: Path, models: dict[str, Model]
):
    observed = [
        row["column_name"]
        for row in seed_rows(project, "indicators")
        if row["scope"] == "country" and row["is_derived"] == "false"
    ]
    wide = models["fct_country_year"]
    assert sorted(wide.column_names) == sorted([*observed, "country_iso3", "country_name", "year"])
    for row in seed_rows(project, "indicators"):
        for column in wide.columns:
            if column["name"] == row["column_name"]:
                assert f"({row['indicator_code']})" in column["description"]


@pytest.mark.parametrize("name", SCHEMAS)
def test_published_results_have_the_columns_and_the_key_of_the_estimates(models: dict[str, Model], name: str):
    published = models[f"rpt_{name}"]
    assert [column for column in published.column_names if not column.endswith("_name")] == list(
        SCHEMAS[name]
    )
    assert published.primary_key == list(KEYS[name])


def test_every_code_of_the_countries_seed_leads_to_a_country(project: Path):
    rows = seed_rows(project, "countries")
    canonical = {
        row["code"] for row in rows if row["code_system"] == "iso3" and row["code"] == row["country_iso3"]
    }
    for row in rows:
        if row["kind"] in ("aggregate", "residual"):
            assert not row["country_iso3"], row
        elif row["kind"] == "country" or row["country_iso3"]:
            # A former state need not have had an ISO code.
            assert row["country_iso3"] in canonical, row


def test_ranges_of_indicators_are_ranges(project: Path):
    for row in seed_rows(project, "indicators"):
        assert float(row["min_value"]) < float(row["max_value"]), row["indicator_code"]
        assert not row["max_yearly_ratio"] or float(row["max_yearly_ratio"]) > 1, row["indicator_code"]
        assert row["unit"], row["indicator_code"]


def test_every_shared_text_is_used(project: Path):
    texts = set(
        re.findall(r"\{% docs (\w+) %\}", (project / "models/_docs/columns.md").read_text(encoding="utf-8"))
    )
    used = {
        name
        for path in (project / "models").rglob("*.yml")
        for name in re.findall(r"doc\('(\w+)'\)", path.read_text(encoding="utf-8"))
    }
    assert texts == used


def test_files_are_short_and_sql_is_written_one_way(project: Path):
    for path in all_sql(project):
        lines = path.read_text(encoding="utf-8").splitlines()
        assert len(lines) <= 300, path
        for number, line in enumerate(lines, 1):
            assert "\t" not in line, f"{path}:{number}"
            assert len(line) <= 120, f"{path}:{number}"
            assert line == line.rstrip(), f"{path}:{number}"
        keywords = re.findall(r"\b(SELECT|FROM|WHERE|JOIN|CASE|GROUP BY|ORDER BY|WITH)\b", "\n".join(lines))
        assert not keywords, f"{path}: {keywords}"


def test_only_the_engine_folder_knows_an_engine(project: Path):
    for path in all_sql(project):
        if "engine" not in path.parts:
            assert "duckdb" not in path.read_text(encoding="utf-8").lower(), path
