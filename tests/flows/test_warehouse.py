"""The door to DuckDB."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from flows.warehouse import (
    Connection,
    DatabaseError,
    content,
    has_table,
    literal,
    quoted,
    read_frame,
    reading,
    transaction,
    write_frame,
    writing,
)


@pytest.fixture
def database(tmp_path: Path) -> Path:
    path = tmp_path / "w.duckdb"
    with writing(path) as connection:
        connection.execute("create table t (a integer, b varchar)")
        connection.execute("insert into t values (1, 'x'), (2, 'y'), (2, 'y')")
    return path


def insert_into_two_tables(connection: Connection) -> None:
    with transaction(connection):
        connection.execute("insert into t values (3, 'z')")
        connection.execute("insert into nowhere values (1)")


def test_a_failed_transaction_leaves_nothing(database: Path):
    with writing(database) as connection:
        with pytest.raises(DatabaseError):
            insert_into_two_tables(connection)
        assert connection.execute("select count(*) from t").fetchall() == [(3,)]


def test_a_reader_cannot_write(database: Path):
    with reading(database) as connection, pytest.raises(DatabaseError):
        connection.execute("insert into t values (3, 'z')")


def test_content_does_not_depend_on_row_order_but_counts_equal_rows(database: Path):
    with writing(database) as connection:
        before = content(connection, "main", "t")
        connection.execute("create table u as select * from t order by a desc")
        connection.execute("create table once as select distinct * from t")
        assert content(connection, "main", "u") == before
        assert content(connection, "main", "once") != before


def test_an_empty_column_keeps_its_type(tmp_path: Path):
    frame = pd.DataFrame(
        {
            "name": pd.array([None, None], dtype="string"),
            "count": pd.array([None, 2], dtype="Int64"),
            "is_known": pd.array([None, True], dtype="boolean"),
            "value": [float("nan"), 1.5],
        }
    )
    with writing(tmp_path / "w.duckdb") as connection:
        write_frame(connection, "estimates", "things", frame)
        kinds = connection.execute("select data_type from duckdb_columns() where schema_name = 'estimates'")
        assert [kind for (kind,) in kinds.fetchall()] == ["VARCHAR", "BIGINT", "BOOLEAN", "DOUBLE"]
        assert has_table(connection, "estimates", "things")
        back = read_frame(connection, "estimates", "things")
    assert back["value"].isna().tolist() == [True, False]
    assert back["count"].isna().tolist() == [True, False]


def test_an_empty_frame_becomes_an_empty_table(tmp_path: Path):
    with writing(tmp_path / "w.duckdb") as connection:
        write_frame(connection, "estimates", "none", pd.DataFrame({"a": pd.array([], dtype="Int64")}))
        assert content(connection, "estimates", "none")[0] == 0


def test_hostile_names_and_texts_are_quoted(tmp_path: Path):
    name, text = 'a"; drop table t; --', "it's"
    with writing(tmp_path / "w.duckdb") as connection:
        connection.execute(f"create table {quoted(name)} as select {literal(text)} as {quoted(name)}")
        assert connection.execute(f"select {quoted(name)} from {quoted(name)}").fetchall() == [(text,)]
