"""The study files become rows of the build."""

from __future__ import annotations

import shutil
from pathlib import Path

from analysis.study import STUDIES
from flows.transform import load_study_rows
from flows.warehouse import reading


def test_studies_are_read_from_the_folder_that_is_named(tmp_path: Path):
    folder, build = tmp_path / "studies", tmp_path / "build.duckdb"
    shutil.copytree(STUDIES / "printed", folder / "printed")
    text = (STUDIES / "central_asia.yml").read_text(encoding="utf-8")
    (folder / "mine.yml").write_text(text.replace("study: central_asia", "study: mine", 1), encoding="utf-8")
    assert load_study_rows(build, folder) == ("mine",)
    with reading(build) as connection:
        found = connection.execute("select distinct study from raw.serai__study_variables").fetchall()
    assert found == [("mine",)]
