"""Printed numbers: their digits are kept, and their tables must be full."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from analysis.study import STUDIES, Study, load_study
from analysis.study.file import StudyError
from analysis.study.printed import as_printed, half_unit
from tests.analysis.study.conftest import spoil


def test_an_unknown_key_among_the_printed_numbers_names_the_file_of_the_printed_numbers(copied: Path):
    printed = copied.parent / "printed" / "central_asia.yml"
    line = spoil(printed, "decimals: 3", "decimals: 3\ndigits: 3") + 1
    with pytest.raises(StudyError, match=rf"printed/central_asia\.yml:{line}:1: digits: seen unknown key"):
        load_study(copied)


def test_a_missing_file_of_printed_numbers_is_named(copied: Path):
    (copied.parent / "printed" / "central_asia.yml").unlink()
    with pytest.raises(StudyError, match=r"printed/central_asia\.yml: seen no readable text"):
        load_study(copied)


def test_printed_rows_must_have_a_cell_for_every_year(copied: Path):
    printed = copied.parent / "printed" / "central_asia.yml"
    spoil(printed, "    TJK: [0.015, 0.018,", "    TJK: [0.018,")
    with pytest.raises(StudyError, match=r"index\.TJK: seen 7 cells, expected one per year"):
        load_study(copied)


def test_the_hash_covers_the_printed_numbers(copied: Path, central_asia: Study):
    spoil(copied.parent / "printed" / "central_asia.yml", "kmo: 0.680", "kmo: 0.681")
    assert load_study(copied).hash != central_asia.hash


@pytest.mark.real_data
def test_the_study_has_the_terms_of_the_paper_and_as_many_indicators(shared_reference: Path):
    printed = yaml.safe_load((shared_reference / "central_asia_2024.yaml").read_text())
    central_asia = load_study(STUDIES / "central_asia.yml")
    assert central_asia.printed.comparison.terms.keys() == printed["printed"]["hausman_table"].keys() - {
        "columns",
        "statistic",
        "p",
        "decision",
    }
    assert len(central_asia.index.indicators) == printed["printed"]["index_construction"]["indicators_count"]


@pytest.mark.parametrize(
    ("cell", "text"),
    [(0.7, "0.700"), (40, "40"), ("5.88", "5.88"), (1.0e-07, "0.000"), ("1.0e-07", "1.0e-07")],
)
def test_a_decimal_has_the_tables_digits_and_text_its_own(cell, text: str):
    assert as_printed(cell, 3) == text


@pytest.mark.parametrize(("text", "half"), [("0.701", 0.0005), ("40", 0.5), ("1.0e-07", 0.5e-8)])
def test_half_a_unit_of_the_last_printed_digit(text: str, half: float):
    assert half_unit(text) == pytest.approx(half)


def test_text_that_is_no_number_is_refused(copied: Path):
    spoil(copied.parent / "printed" / "central_asia.yml", 'p_value: "0.0015"', 'p_value: "small"')
    with pytest.raises(StudyError, match="seen 'small', expected a number as it is printed"):
        load_study(copied)
