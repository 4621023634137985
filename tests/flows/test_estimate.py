"""From the panel to ``estimates.*``: one study alone leaves the others' rows."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pandas as pd
import pytest

import analysis.estimate
import analysis.study
from analysis.design import panel_digest
from analysis.estimate import TABLES
from flows.estimate import UnknownStudy, estimate_studies
from flows.warehouse import read_frame, reading, write_frame, writing


@pytest.fixture
def build(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A build with a panel of two studies, and an estimation that only counts."""
    path = tmp_path / "build.duckdb"
    with writing(path) as connection:
        panel = pd.DataFrame(
            {
                "study": ["one", "two", "two"],
                "fill_set": "none",
                "country_iso3": "KAZ",
                "variable": "v",
                "year": [2013, 2013, 2014],
                "value": [1.0, 2.0, 3.0],
                "is_filled": False,
                "is_later_vintage": False,
            }
        )
        write_frame(connection, "marts", "fct_study_panel", panel)
    studies = tuple(
        SimpleNamespace(study=name, hash=digest, pair_gravity=None)
        for name, digest in (("one", "h1"), ("two", "h2"))
    )
    monkeypatch.setattr(analysis.study, "load_studies", lambda _folder: studies)

    def count(study, panel):
        frame = pd.DataFrame(
            {
                "study": [study.study],
                "total": [panel["value"].sum()],
                "study_hash": [study.hash],
                "panel_digest": [panel_digest(panel)],
            }
        )
        return dict.fromkeys(TABLES, frame)

    monkeypatch.setattr(analysis.estimate, "estimate_study", count)
    return path


def totals(build: Path) -> dict[str, float]:
    with reading(build) as connection:
        frame = read_frame(connection, "estimates", "gravity_fit")
    return dict(zip(frame["study"], frame["total"], strict=True))


def change_panel(build: Path, study: str) -> None:
    with writing(build) as connection:
        connection.execute("update marts.fct_study_panel set value = value * 10 where study = ?", [study])


def test_a_study_whose_panel_changed_is_estimated_all_the_same(build: Path):
    estimate_studies(build)
    change_panel(build, "one")
    estimate_studies(build, only="two")
    assert totals(build) == {"one": 10.0, "two": 5.0}


def test_each_study_sees_its_own_rows_and_all_tables_are_written(build: Path):
    rows = estimate_studies(build)
    assert rows == dict.fromkeys(TABLES, 2)
    assert totals(build) == {"one": 1.0, "two": 5.0}


def test_one_study_alone_leaves_the_rows_of_the_other(build: Path):
    estimate_studies(build)
    with writing(build) as connection:
        connection.execute("update estimates.gravity_fit set total = -1")
    estimate_studies(build, only="two")
    assert totals(build) == {"one": -1.0, "two": 5.0}


def test_a_study_without_estimates_in_this_build_is_estimated_all_the_same(build: Path):
    estimate_studies(build, only="two")
    assert totals(build) == {"one": 1.0, "two": 5.0}


def test_a_study_whose_file_changed_is_estimated_all_the_same(build: Path, monkeypatch: pytest.MonkeyPatch):
    estimate_studies(build)
    with writing(build) as connection:
        connection.execute("update estimates.gravity_fit set total = -1")
    changed = (
        SimpleNamespace(study="one", hash="other", pair_gravity=None),
        SimpleNamespace(study="two", hash="h2", pair_gravity=None),
    )
    monkeypatch.setattr(analysis.study, "load_studies", lambda _folder: changed)
    estimate_studies(build, only="two")
    assert totals(build) == {"one": 1.0, "two": 5.0}


def test_studies_are_read_from_the_folder_that_is_named(
    build: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    own = (SimpleNamespace(study="two", hash="own", pair_gravity=None),)
    monkeypatch.setattr(analysis.study, "load_studies", {tmp_path: own}.__getitem__)
    estimate_studies(build, folder=tmp_path)
    assert totals(build) == {"two": 5.0}


def test_an_unknown_study_is_named_with_those_that_are_known(build: Path):
    with pytest.raises(UnknownStudy, match="'three'; there are: one, two"):
        estimate_studies(build, only="three")
