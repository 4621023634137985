"""A release that may be passed on: files whose terms forbid that are read by nothing."""

from __future__ import annotations

import pytest

from flows.redistribution import show_what_may_be_passed_on
from flows.warehouse import writing
from tests.dbt_project.building import Build, Dbt
from tests.dbt_project.tiny_warehouse import OLD_MAP

STAGED = ["stg_cepii_geodist__distances", "stg_worldbank_wdi__observations", "stg_meta__files"]


@pytest.fixture(scope="module")
def forbidden(dbt: Dbt, build: Build, tmp_path_factory: pytest.TempPathFactory) -> Build:
    """The tiny warehouse, staged, when one file may not be passed on and nothing is said of the others."""
    work = tmp_path_factory.mktemp("redistributable")
    database = build.copied(work)
    with writing(database) as connection:
        connection.execute("update meta.files set redistribution = null")
        connection.execute(
            "update meta.files set redistribution = 'not_allowed' where file_id = ?", [OLD_MAP]
        )
        show_what_may_be_passed_on(connection)
    command = ["run", "--select", *STAGED, "--vars", "{redistributable: true}"]
    (found,) = dbt.run(database, work, command)
    assert set(found.values()) == {"success"}
    return Build(database, work, found, {}, {})


def count(build: Build, relation: str) -> int:
    ((rows,),) = build.rows(f"select count(*) from {relation}")
    return rows


def test_rows_that_may_not_be_passed_on_are_in_no_staged_table(build: Build, forbidden: Build):
    assert count(build, "staging.stg_cepii_geodist__distances") > 0
    assert count(forbidden, "raw.cepii_geodist__distances") > 0
    assert count(forbidden, "staging.stg_cepii_geodist__distances") == 0


def test_rows_of_files_of_which_nothing_is_said_stay(build: Build, forbidden: Build):
    staged = "staging.stg_worldbank_wdi__observations"
    assert count(forbidden, staged) == count(build, staged) > 0


def test_a_file_that_is_left_out_is_behind_no_published_figure(build: Build, forbidden: Build):
    loaded = f"staging.stg_meta__files where status = 'loaded' and file_id = '{OLD_MAP}'"
    assert count(build, loaded) > 0
    assert count(forbidden, loaded) == 0
