"""Scenarios of dimensions: what a study may say, and what is refused when it is loaded."""

from __future__ import annotations

from pathlib import Path

import pytest

from analysis.study import STUDIES, load_study
from analysis.study.file import StudyError


@pytest.fixture
def spoiled(tmp_path: Path):
    """A function that loads the SCO study with one piece of its text replaced."""
    text = (STUDIES / "sco.yml").read_text(encoding="utf-8")

    def load(old: str, new: str):
        assert old in text
        path = tmp_path / "sco.yml"
        path.write_text(text.replace(old, new, 1), encoding="utf-8")
        return load_study(path)

    return load


def test_the_change_is_told_in_words():
    study = load_study(STUDIES / "sco.yml")
    said = {item.scenario: item.changes[0].sentence for item in study.potential.scenarios}
    assert said["binding_dimension_to_best"] == (
        "the binding dimension to the best of all countries of the index"
    )
    assert said["customs_to_best"] == "Customs supervision to the best of all countries of the index"


BINDING = "changes: [{dimension: binding, to_best: highest}]"
CUSTOMS = "{dimension: Customs supervision, to_best: highest}"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (
            CUSTOMS,
            "{dimension: Customs, to_best: highest}",
            "seen dimension 'Customs', expected 'binding' or",
        ),
        (
            CUSTOMS,
            "{dimension: Industrial parks, to_best: highest}",
            "seen dimension 'Industrial parks', which is not measured",
        ),
        (CUSTOMS, "{dimension: binding, to_best: lowest}", "seen to_best: lowest, expected to_best: highest"),
        (CUSTOMS, "{dimension: binding, percent: 10}", "seen percent: 10.0, expected to_best: highest"),
        (CUSTOMS, "{dimension: binding}", "change of dimension binding: seen no change"),
        (
            CUSTOMS,
            "{dimension: binding, index: own, to_best: highest}",
            r"seen \['index', 'dimension'\], expected one of variable, index and dimension",
        ),
        (CUSTOMS, "{to_best: highest}", "seen no driver, expected one of variable, index and dimension"),
        (CUSTOMS, f"{CUSTOMS}, {CUSTOMS}", "expected each driver once"),
        (CUSTOMS, f"{CUSTOMS}, {{dimension: binding, to_best: highest}}", "expected 'binding' alone"),
        (
            CUSTOMS,
            f"{CUSTOMS}, {{variable: lpi_customs_score, percent: 1}}",
            r"seen \['lpi_customs_score'\] changed by itself and with its dimension",
        ),
        (
            BINDING,
            "changes: [{dimension: binding, to_best: highest}, {variable: internet_users_pct, add: 1}]",
            r"seen \['internet_users_pct'\] changed by itself and with its dimension",
        ),
        (
            BINDING,
            "changes: [{dimension: binding, to_best: highest}, {index: own, add: 1}]",
            "seen a dimension and the index itself, expected one of them",
        ),
        ("- dimension: Digital base", "- dimension: binding", "expected another name"),
    ],
)
def test_a_change_that_cannot_be_made_is_refused_with_its_place(spoiled, old, new, said):
    with pytest.raises(StudyError, match=said):
        spoiled(old, new)


def test_another_variable_may_change_beside_a_named_dimension(spoiled):
    study = spoiled(CUSTOMS, f"{CUSTOMS}, {{variable: gdp_usd, percent: 1}}")
    changes = next(item for item in study.potential.scenarios if item.scenario == "customs_to_best").changes
    assert [change.driver for change in changes] == ["dimension Customs supervision", "gdp_usd"]
