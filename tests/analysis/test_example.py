"""The example of the documentation runs on a release and says what the release says."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from pathlib import Path

import pytest

duckdb = pytest.importorskip("duckdb")


@pytest.fixture(scope="module")
def release(tmp_path_factory, real_tables, real_panel, central_asia) -> Path:
    """A release file with the tables that the example reads."""
    path = tmp_path_factory.mktemp("release") / "serai.duckdb"
    frames = {
        **{f"reporting.rpt_{name}": frame for name, frame in real_tables.items()},
        "marts.fct_study_panel": real_panel,
    }
    with duckdb.connect(str(path)) as connection:
        connection.execute("create schema reporting; create schema marts")
        for name, frame in frames.items():
            connection.register("given", frame)
            connection.execute(f"create table {name} as select * from given")
            connection.unregister("given")
        connection.execute(
            "create table marts.dim_study as select ? as study, ? as base_fill_set",
            [central_asia.study, central_asia.base_fill_set],
        )
    return path


@pytest.fixture(scope="module")
def example(repository):
    path = repository / "docs" / "examples" / "read_a_release.py"
    spec = importlib.util.spec_from_file_location("read_a_release", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_example_shows_the_published_fits_and_estimates_its_own(example, release, real_tables):
    text = example.main(str(release))
    fits = real_tables["gravity_coefficients"]
    selected = fits[fits["is_selected"] & (fits["flow"] == "total")]
    for estimate in selected["estimate"]:
        assert f"{estimate:.3f}" in text
    assert "ln GDP per head" in text
    assert text.count("Observations") == 2
    for partner in ("KAZ", "KGZ", "TJK", "TKM", "UZB"):
        assert partner in text


def test_the_example_without_a_release_says_what_it_needs(example):
    done = subprocess.run(
        [sys.executable, example.__file__], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 1
    assert "usage" in done.stderr
