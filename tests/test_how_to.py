"""The studies that the documents show are ones that can be read."""

import re
from pathlib import Path

import yaml

from analysis import load_study
from analysis.study.index import IndexSpecification

HOW_TO = Path(__file__).parent.parent / "docs" / "how-to.md"


def _blocks() -> list[str]:
    return re.findall(r"```yaml\n(.*?)```", HOW_TO.read_text(encoding="utf-8"), flags=re.DOTALL)


def test_the_study_written_out_in_the_how_to_is_whole(tmp_path):
    (written,) = [block for block in _blocks() if block.startswith("study: ")]
    name = yaml.safe_load(written)["study"]
    path = tmp_path / f"{name}.yml"
    path.write_text(written, encoding="utf-8")
    study = load_study(path)
    assert study.partners.membership_rule == "current_members_fixed"
    assert (study.years.first, study.years.last) == (2012, 2019)


def test_the_goalposts_of_the_how_to_are_those_of_an_index():
    (written,) = [block for block in _blocks() if "goalposts" in block]
    index = yaml.safe_load(written)["index"]
    retention = {"rule": "eigenvalue_above", "value": 1.0, "reason": "as elsewhere"}
    read = IndexSpecification.model_validate(index | {"title": "of the document", "retention": retention})
    assert [item.goalposts for item in read.indicators] == [(0, 100), (1e9, 1e13)]
