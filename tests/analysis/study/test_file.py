"""Strict YAML: what is refused, and that the message says where."""

from __future__ import annotations

from pathlib import Path

import pytest

from analysis.study import load_study
from analysis.study.file import StudyError
from tests.analysis.study.conftest import spoil


def test_an_unknown_key_is_refused_with_file_line_and_key(copied: Path):
    line = spoil(
        copied, "    - {flow: exports, sum_of: [exports_fob_usd]}", "    - {flow: exports, sumof: [x]}"
    )
    with pytest.raises(StudyError) as refusal:
        load_study(copied)
    message = str(refusal.value)
    assert f"{copied}:{line}:" in message
    assert "gravity.flows.1.sumof: seen unknown key 'sumof'" in message


def test_every_fault_of_a_file_is_told_at_once(copied: Path):
    spoil(copied, "reference_iso3: CHN", "reference_iso3: China")
    spoil(copied, "years: {first: 2013, last: 2020}", "years: {first: 2013}")
    with pytest.raises(StudyError) as refusal:
        load_study(copied)
    assert len(str(refusal.value).splitlines()) == 2
    assert "years.last: seen nothing, expected this key" in str(refusal.value)


def test_a_key_given_twice_is_refused_rather_than_the_last_one_winning(copied: Path):
    spoil(copied, "reference_iso3: CHN", "reference_iso3: CHN\nreference_iso3: RUS")
    with pytest.raises(StudyError, match="seen key 'reference_iso3' a second time"):
        load_study(copied)


@pytest.mark.parametrize(
    ("text", "said"), [("", "seen an empty file"), ("study: [a\n", "expected valid YAML"), ("- a\n", "seen")]
)
def test_a_file_that_is_no_study_is_refused(tmp_path: Path, text: str, said: str):
    path = tmp_path / "odd.yml"
    path.write_text(text)
    with pytest.raises(StudyError, match=said):
        load_study(path)
