"""What a release holds, and how it is proved."""

from __future__ import annotations

import csv
import hashlib
import json
from pathlib import Path

import pandas as pd
import pytest

from flows import data_package, release_files
from flows.lineage import Lineage
from flows.redistribution import SourceTerms, TableTerms
from flows.release_files import PublishedTable, ReleaseFailed
from flows.run_record import RunRecord
from flows.warehouse import reading, writing


@pytest.fixture
def build(tmp_path: Path) -> Path:
    path = tmp_path / "build.duckdb"
    with writing(path) as connection:
        connection.execute("create schema reporting")
        connection.execute("create schema meta")
        connection.execute(
            'create table reporting.rpt_t (country varchar, year integer, "a value" double,'
            " primary key (country, year))"
        )
        connection.execute(
            "insert into reporting.rpt_t values ('UZB', 2013, 1.5), ('=1+1', 2014, null), ('KAZ', 2013, -2)"
        )
        connection.execute("comment on table reporting.rpt_t is 'One row per country and year. It''s small.'")
        connection.execute("comment on column reporting.rpt_t.country is 'Country, ISO 3166-1 alpha-3.'")
        connection.execute("create table meta.files as select 'x' as file_id")
        connection.execute("create table meta.refused_rows as select 'x' as file_id, 7 as line")
    return path


TERMS = TableTerms((SourceTerms("closed", "not_allowed", ("All rights reserved (2026)",), False),))


def described_in_package(tables, terms, folder: Path) -> dict:
    ledger = pd.DataFrame(
        columns=["source", "status", "redistribution", "publisher", "source_url", "licence"]
    )
    lineage = Lineage({}, {"model.serai.rpt_t": "reporting.rpt_t"})
    record = RunRecord(run_id="r000001-x", started_at="2026-11-22T00:00:00+00:00")
    data_package.write_data_package(tables, ledger, lineage, terms, record, folder)
    (resource,) = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))["resources"]
    return resource


@pytest.fixture
def released(build: Path, tmp_path: Path) -> tuple[Path, list[PublishedTable]]:
    target = tmp_path / "serai.duckdb"
    return target, release_files.build_database(build, target, {})


def test_keys_comments_and_rows_come_along_in_the_order_of_the_key(released):
    target, (table,) = released
    assert table.primary_key == ("country", "year")
    with reading(target) as connection:
        comments = connection.execute("select comment from duckdb_tables()").fetchall()
        assert comments == [("One row per country and year. It's small.",)]
        comment = "select comment from duckdb_columns() where column_name = 'country'"
        assert connection.execute(comment).fetchall() == [("Country, ISO 3166-1 alpha-3.",)]
        keys = (
            "select constraint_column_names from duckdb_constraints() where constraint_type = 'PRIMARY KEY'"
        )
        assert connection.execute(keys).fetchall() == [(["country", "year"],)]
        rows = connection.execute("select country from reporting.rpt_t").fetchall()
        assert rows == [("=1+1",), ("KAZ",), ("UZB",)]


def test_the_file_has_the_storage_version_that_older_drivers_open(released):
    target, _ = released
    # Bytes 8-11 hold the magic word, 12-19 the storage version: 65 is DuckDB 1.2's, 2.0 writes 69 by default.
    header = target.read_bytes()[:20]
    assert header[8:12] == b"DUCK"
    assert int.from_bytes(header[12:20], "little") == 65


def test_verification_sees_a_lost_row_a_changed_value_and_a_left_log(released):
    target, tables = released
    release_files.verify(target, tables)
    with writing(target) as connection:
        connection.execute("update reporting.rpt_t set \"a value\" = 1.5000001 where country = 'UZB'")
    with pytest.raises(ReleaseFailed, match=r"reporting\.rpt_t: 3 rows with digest .*expected 3 rows"):
        release_files.verify(target, tables)
    target.with_name("serai.duckdb.wal").touch()
    with pytest.raises(ReleaseFailed, match=r"serai\.duckdb\.wal"):
        release_files.verify(target, tables)


def test_a_type_that_readers_do_not_understand_is_refused_by_name(build: Path, tmp_path: Path):
    with writing(build) as connection:
        connection.execute("create table reporting.rpt_sum as select sum(2::bigint) as total")
    with pytest.raises(ReleaseFailed, match=r"reporting\.rpt_sum, column total: type HUGEINT"):
        release_files.build_database(build, tmp_path / "other.duckdb", {})


def test_a_formula_is_harmless_in_csv_and_untouched_in_parquet(released, tmp_path: Path):
    target, tables = released
    release_files.export_tables(target, tables, tmp_path, csv_row_limit=3)
    with (tmp_path / "csv" / "reporting" / "rpt_t.csv").open(encoding="utf-8", newline="") as handle:
        rows = list(csv.DictReader(handle))
    assert [row["country"] for row in rows] == ["'=1+1", "KAZ", "UZB"]
    # A negative number is a number, not a formula.
    assert rows[1]["a value"] == "-2.0"
    with writing(tmp_path / "scratch.duckdb") as connection:
        parquet = tmp_path / "parquet" / "reporting" / "rpt_t.parquet"
        found = connection.execute(f"select country from read_parquet('{parquet}')").fetchall()
    assert found == [("=1+1",), ("KAZ",), ("UZB",)]


def test_the_dictionary_has_a_row_for_every_column(released, tmp_path: Path):
    _, tables = released
    data_package.write_dictionary(tables, {"reporting.rpt_t": TERMS}, tmp_path / "data_dictionary.csv")
    with (tmp_path / "data_dictionary.csv").open(encoding="utf-8", newline="") as handle:
        rows = list(csv.DictReader(handle))
    assert [(row["column"], row["type"], row["is_primary_key"]) for row in rows] == [
        ("country", "VARCHAR", "true"),
        ("year", "INTEGER", "true"),
        ("a value", "DOUBLE", "false"),
    ]
    assert rows[0]["description"] == "Country, ISO 3166-1 alpha-3."
    assert (rows[0]["table_sources"], rows[0]["table_redistribution"]) == ("closed", "not_allowed")


def test_a_table_that_may_not_be_passed_on_says_so_wherever_it_is_described(build: Path, tmp_path: Path):
    terms = {"reporting.rpt_t": TERMS}
    target = tmp_path / "serai.duckdb"
    tables = release_files.build_database(build, target, terms)
    release_files.export_tables(target, tables, tmp_path, csv_row_limit=3)
    resource = described_in_package(tables, terms, tmp_path)
    note = "Not to be passed on: made with figures of closed, whose terms do not allow it."
    assert resource["description"].endswith(note)
    assert resource["redistribution"] == "not_allowed"
    assert resource["licenses"] == [
        {"name": "All-rights-reserved-2026", "title": "All rights reserved (2026)"}
    ]
    with reading(target) as connection:
        ((comment,),) = connection.execute("select comment from duckdb_tables()").fetchall()
    assert comment == f"One row per country and year. It's small. {note}"


def test_a_table_above_the_limit_comes_as_parquet_alone_and_the_package_says_so(released, tmp_path: Path):
    target, tables = released
    release_files.export_tables(target, tables, tmp_path, csv_row_limit=2)
    assert not (tmp_path / "csv" / "reporting" / "rpt_t.csv").exists()
    resource = described_in_package(tables, {}, tmp_path)
    parquet = tmp_path / "parquet" / "reporting" / "rpt_t.parquet"
    assert (resource["path"], resource["format"]) == ("parquet/reporting/rpt_t.parquet", "parquet")
    assert resource["hash"] == f"sha256:{hashlib.sha256(parquet.read_bytes()).hexdigest()}"


def test_checksums_cover_every_file_and_can_be_checked(tmp_path: Path):
    (tmp_path / "csv").mkdir()
    (tmp_path / "csv" / "a.csv").write_text("x", encoding="utf-8")
    (tmp_path / "run.json").write_text("{}", encoding="utf-8")
    release_files.write_checksums(tmp_path)
    lines = (tmp_path / "SHA256SUMS").read_text(encoding="utf-8").splitlines()
    assert lines == [
        f"{hashlib.sha256(b'x').hexdigest()}  csv/a.csv",
        f"{hashlib.sha256(b'{}').hexdigest()}  run.json",
    ]
