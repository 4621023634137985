"""A study may lack a panel, an index or gravity; what is there must fit together."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
import yaml

from analysis.design import READ
from analysis.estimate import TABLES, estimate_study
from analysis.study import STUDIES, Study, load_study, study_tables
from analysis.study.file import StudyError
from tests.analysis.conftest import small_study

PANEL = ("partners", "variables", "fill_sets", "base_fill_set", "base_fill_set_reason")
MONITOR = {
    "sources": ["cited_facts"],
    "tables": ["rpt_china_cbec_monitor"],
    "concepts": [
        {"concept": "all", "title": "All", "definition": "All trade.", "absent_because": "Nothing landed."},
        {
            "concept": "part",
            "title": "Part",
            "definition": "A part.",
            "share_of": "all",
            "absent_because": "Nothing landed.",
        },
    ],
}


def monitoring(**changes: object) -> dict:
    """Content of a study that only declares what it monitors."""
    kept = ("study", "title", "question", "reference_iso3", "years")
    content = {name: small_study()[name] for name in kept} | {"monitor": MONITOR} | changes
    return {name: part for name, part in content.items() if part is not None}


def written(folder: Path, content: dict) -> Path:
    path = folder / f"{content['study']}.yml"
    path.write_text(yaml.safe_dump(content), encoding="utf-8")
    return path


def test_a_study_without_a_panel_loads_and_estimates_nothing(tmp_path: Path):
    study = load_study(written(tmp_path, monitoring()))
    tables = estimate_study(study, pd.DataFrame(columns=["study", *READ]))
    assert set(tables) == set(TABLES)
    assert {name for name, table in tables.items() if len(table)} == set()


def test_sql_is_told_of_the_concepts_and_of_no_partner(tmp_path: Path):
    tables = study_tables([load_study(written(tmp_path, monitoring()))])
    concepts = tables["serai__study_concepts"]
    assert list(zip(concepts["concept"], concepts["position"], strict=True)) == [("all", 1), ("part", 2)]
    assert concepts["share_of_concept"].isna().tolist() == [True, False]
    assert tables["serai__studies"]["base_fill_set"].isna().all()
    for name in ("partners", "variables", "fill_sets", "fill_rules", "potential_classes"):
        assert tables[f"serai__study_{name}"].empty


def test_an_index_alone_and_gravity_without_an_index_are_studies():
    content = small_study()
    index_only = content | {"gravity": None, "potential": None}
    assert Study.model_validate(index_only).gravity is None
    gravity = content["gravity"] | {
        "terms": [term for term in content["gravity"]["terms"] if "index" not in term],
        "models": [model for model in content["gravity"]["models"] if model["model"] == "plain"],
        "selection": content["gravity"]["selection"] | {"model": "plain"},
    }
    assert Study.model_validate(content | {"index": None, "gravity": gravity}).index is None


@pytest.mark.parametrize("part", PANEL)
def test_a_panel_without_one_of_its_parts_is_refused(tmp_path: Path, part: str):
    content = small_study()
    del content[part]
    with pytest.raises(StudyError, match=rf"without \['{part}'\], expected all of them"):
        load_study(written(tmp_path, content))


@pytest.mark.parametrize("part", ["index", "gravity", "as_of"])
def test_a_part_that_reads_a_panel_needs_one(tmp_path: Path, part: str):
    with pytest.raises(StudyError, match=rf"seen \['{part}'\], expected the panel"):
        load_study(
            written(
                tmp_path, monitoring(**{part: {"as_of": "2024-01-01"}.get(part, small_study().get(part))})
            )
        )


def test_a_study_that_asks_for_nothing_is_refused(tmp_path: Path):
    with pytest.raises(StudyError, match="seen neither a panel nor monitor"):
        load_study(written(tmp_path, monitoring(monitor=None)))


def test_potential_needs_gravity(tmp_path: Path):
    content = small_study()
    del content["gravity"]
    with pytest.raises(StudyError, match="seen potential, expected gravity"):
        load_study(written(tmp_path, content))


def test_a_whole_that_is_not_monitored_is_refused(tmp_path: Path):
    concepts = [MONITOR["concepts"][1]]
    with pytest.raises(StudyError, match="concept part: seen share_of 'all'"):
        load_study(written(tmp_path, monitoring(monitor=MONITOR | {"concepts": concepts})))


def test_tables_that_a_monitoring_study_names_are_published(repository: Path):
    models = {path.stem for path in (repository / "dbt_project" / "models" / "reporting").glob("*.sql")}
    study = load_study(STUDIES / "china_monitor.yml")
    assert set(study.monitor.tables) <= models
