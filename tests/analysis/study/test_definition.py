"""Studies as a whole: names that nothing defines are refused, and what the hash covers."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from pydantic import ValidationError

from analysis.study import STUDIES, Study, load_studies, load_study
from analysis.study.file import StudyError
from tests.analysis.study.conftest import spoil


def test_every_study_of_the_package_loads_and_is_named_after_its_file():
    assert [study.study for study in load_studies()] == sorted(path.stem for path in STUDIES.glob("*.yml"))


def test_a_study_has_the_name_of_its_file(copied: Path):
    renamed = copied.rename(copied.with_name("other.yml"))
    with pytest.raises(StudyError, match=r"seen 'central_asia', expected the name of the file, 'other'"):
        load_study(renamed)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("base_fill_set: carry_proxy", "base_fill_set: carried", r"base_fill_set: seen \['carried'\]"),
        ("rate_variable: cpi_inflation_pct", "rate_variable: inflation", "chain of cpi_chained_2010_100"),
        (
            "proxy_variable: gdp_deflator_inflation_pct",
            "max_years: 3",
            r"seen \['max_years'\] in a rule of method proxy",
        ),
        ("        - {variable: lpi_customs_score}", "        - {variable: lpi_custom_score}", "index: seen"),
        ("product_of: [population], unit", "product_of: [people], unit", "term log_population: seen"),
        (
            "{estimator: random_effects, covariance",
            "{estimator: ols, covariance",
            "seen 'ols', expected otherwise",
        ),
        ("    model: own_index\n    rule", "    model: my_index\n    rule", "seen model 'my_index'"),
        ("upper: 1.2, is", "upper: 0.7, is", "expected rising bounds"),
        ("        - log_internet_users\n", "        - log_internet\n", "model paper_rebuild: seen terms"),
        (
            "  - {variable: population, indicator_code: SP.POP.TOTL}",
            "  - {variable: population, indicator_code: SP.POP.TOTL, vintage_pin: 2026-07-01}",
            "variable population: seen a vintage pinned",
        ),
        (
            "      - variables: [cpi_inflation_pct]\n        method: trend",
            "      - variables: [cpi_chained_2010_100]\n        method: trend",
            "expected its rate cpi_inflation_pct",
        ),
    ],
)
def test_a_name_that_nothing_defines_is_refused(copied: Path, old: str, new: str, said: str):
    spoil(copied, old, new)
    with pytest.raises(StudyError, match=said):
        load_study(copied)


def test_a_study_cannot_be_changed_once_read(central_asia: Study):
    with pytest.raises(ValidationError, match="frozen"):
        central_asia.base_fill_set = "trend"


def test_the_hash_follows_content_and_not_layout(copied: Path, central_asia: Study):
    assert load_study(copied).hash == central_asia.hash
    assert len(central_asia.hash) == 16
    copied.write_text("# another comment\n" + copied.read_text())
    assert load_study(copied).hash == central_asia.hash
    spoil(copied, "smearing: duan", "smearing: none")
    assert load_study(copied).hash != central_asia.hash


def test_importing_a_study_loads_neither_pandas_nor_numpy(repository: Path):
    code = "import sys, analysis.study; print(sorted({'pandas', 'numpy'} & set(sys.modules)))"
    found = subprocess.run([sys.executable, "-c", code], cwd=repository, capture_output=True, check=True)
    assert found.stdout.strip() == b"[]"
