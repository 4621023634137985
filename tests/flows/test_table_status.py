"""How many rows each published table has, and why it has none."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from flows.table_status import empty_reasons, status_rows
from flows.warehouse import writing


@pytest.fixture
def database(tmp_path: Path) -> Path:
    path = tmp_path / "serai.duckdb"
    with writing(path) as connection:
        connection.execute("create schema reporting")
        connection.execute("create schema marts")
        connection.execute("create table marts.dim_study as select unnest(['asked', 'silent']) as study")
        connection.execute(
            "create table reporting.rpt_by_study as select unnest(['asked', 'asked']) as study"
        )
        connection.execute("create table reporting.rpt_of_none (year integer)")
        connection.execute("create table reporting.rpt_of_all as select 1 as year")
    return path


def test_every_table_and_study_has_its_count_and_an_empty_one_its_reason(database: Path):
    reasons = {"rpt_by_study": "Has rows for studies that ask.", "rpt_of_none": "Nothing landed."}
    assert status_rows(database, reasons) == [
        ["reporting", "rpt_by_study", "asked", 2, None],
        ["reporting", "rpt_by_study", "silent", 0, "Has rows for studies that ask."],
        ["reporting", "rpt_of_all", "all", 1, None],
        ["reporting", "rpt_of_none", "all", 0, "Nothing landed."],
    ]


def test_a_house_without_studies_still_lists_its_tables(database: Path):
    with writing(database) as connection:
        connection.execute("delete from marts.dim_study")
        connection.execute("delete from reporting.rpt_by_study")
    assert ["reporting", "rpt_by_study", "all", 0, "Why."] in status_rows(database, {"rpt_by_study": "Why."})


def test_reasons_are_those_of_the_published_models(tmp_path: Path):
    def node(kind: str, schema: str, name: str, **meta: str) -> dict:
        return {"resource_type": kind, "schema": schema, "alias": name, "config": {"meta": meta}}

    nodes = {
        "a": node("model", "reporting", "rpt_a", empty_reason="Has rows\nfor some."),
        "b": node("model", "reporting", "rpt_b"),
        "c": node("model", "marts", "fct_c", empty_reason="Not a result."),
        "d": {"resource_type": "test", "schema": "reporting", "alias": "t", "config": {}},
    }
    (tmp_path / "target").mkdir()
    (tmp_path / "target" / "manifest.json").write_text(json.dumps({"nodes": nodes}), encoding="utf-8")
    assert empty_reasons(tmp_path) == {"rpt_a": "Has rows for some."}
