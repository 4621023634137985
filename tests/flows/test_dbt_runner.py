"""A failure of dbt names itself: the test, the column, the count, the compiled query."""

from __future__ import annotations

from pathlib import Path

import pytest

from flows import dbt_runner
from flows.dbt_runner import TransformFailed, run_dbt
from flows.transform import warned
from flows.warehouse import reading, writing

PROJECT = {
    "dbt_project.yml": "name: small\nprofile: small\nmodels: {small: {+schema: marts}}\n",
    "profiles.yml": (
        "small:\n  target: here\n  outputs:\n    here:\n      type: duckdb\n"
        "      path: \"{{ env_var('SERAI_BUILD_DATABASE') }}\"\n"
    ),
    "macros/generate_schema_name.sql": (
        "{% macro generate_schema_name(name, node) %}{{ name or target.schema }}{% endmacro %}"
    ),
    "models/things.sql": "select 1 as id, 'x' as label union all select 1, null",
    "models/things.yml": (
        "models:\n  - name: things\n    columns:\n"
        "      - {name: id, data_tests: [unique]}\n      - {name: label, data_tests: [not_null]}\n"
    ),
}


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "project"
    for name, text in PROJECT.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    monkeypatch.setattr(dbt_runner, "DBT_PROJECT", folder)
    return folder


@pytest.mark.filterwarnings("ignore::ResourceWarning")
def test_failed_tests_are_named_with_column_count_and_query_and_the_database_is_free_again(
    project: Path, tmp_path: Path
):
    database = tmp_path / "build.duckdb"
    with pytest.raises(TransformFailed) as failure:
        run_dbt(["build"], database=database, work=tmp_path / "work", logs=tmp_path / "logs")
    text = str(failure.value)
    assert "test unique_things_id on column id: 1 rows" in text
    assert "test not_null_things_label on column label: 1 rows" in text
    assert "unique_field 1, n_records 2" in text
    (query,) = (line.split(": ", 1)[1] for line in text.splitlines() if "not_null_things_label.sql" in line)
    assert "label is null" in Path(query).read_text(encoding="utf-8").lower()
    # Another configuration can be opened only when dbt has let go of the file.
    with reading(database) as connection:
        assert connection.execute("select count(*) from marts.things").fetchall() == [(2,)]
    assert not (project / "target").exists()
    assert not (project / "logs").exists()


@pytest.mark.filterwarnings("ignore::ResourceWarning")
def test_a_model_that_cannot_be_built_is_named(project: Path, tmp_path: Path):
    (project / "models" / "things.sql").write_text("select nothing from nowhere", encoding="utf-8")
    with pytest.raises(TransformFailed, match=r"(?s)model things: .*nowhere"):
        run_dbt(["build"], database=tmp_path / "build.duckdb", work=tmp_path / "work", logs=tmp_path / "logs")


@pytest.mark.filterwarnings("ignore::ResourceWarning")
def test_results_tell_every_node(project: Path, tmp_path: Path):
    (project / "models" / "things.sql").write_text("select 1 as id, 'x' as label", encoding="utf-8")
    results = run_dbt(
        ["build"], database=tmp_path / "build.duckdb", work=tmp_path / "work", logs=tmp_path / "logs"
    )
    assert {result.unique_id.split(".")[2] for result in results} == {
        "things",
        "unique_things_id",
        "not_null_things_label",
    }
    assert {result.status for result in results} == {"success", "pass"}
    with writing(tmp_path / "build.duckdb") as connection:
        connection.execute("create table mine as select 1 as one")


@pytest.mark.filterwarnings("ignore::ResourceWarning")
def test_what_a_test_that_warned_has_found_can_be_read(project: Path, tmp_path: Path):
    text = (project / "models" / "things.yml").read_text(encoding="utf-8")
    warning = text.replace("[unique]", "[{unique: {config: {severity: warn}}}]").replace("[not_null]", "[]")
    (project / "models" / "things.yml").write_text(warning, encoding="utf-8")
    database = tmp_path / "build.duckdb"
    results = run_dbt(["build"], database=database, work=tmp_path / "work", logs=tmp_path / "logs")
    (found,) = warned(database, results)
    assert (found["test"], found["count"]) == ("unique_things_id", 1)
    assert found["rows"] == [{"unique_field": "1", "n_records": "2"}]
