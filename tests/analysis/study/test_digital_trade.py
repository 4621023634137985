"""Digital trade in a study file: every name is known, and what SQL reads says what the file says."""

from __future__ import annotations

from pathlib import Path

import pytest

from analysis.study import load_study, study_tables
from analysis.study.file import StudyError
from tests.analysis.study.conftest import spoil

DIGITAL = Path(__file__).parents[2] / "dbt_project" / "digital_study.yml"


@pytest.fixture
def digital(tmp_path: Path) -> Path:
    """A study with digital trade in a folder of its own, to be spoilt."""
    path = tmp_path / DIGITAL.name
    path.write_text(DIGITAL.read_text(encoding="utf-8"), encoding="utf-8")
    return path


def test_sql_reads_years_series_and_rule_of_scoring():
    tables = study_tables([load_study(DIGITAL)])
    row = tables["serai__study_digital_trade"].iloc[0].to_dict()
    assert (row["year_from"], row["year_to"]) == (2010, 2023)
    assert (row["services_exports_variable"], row["scale_method"]) == ("dds_exports_usd", "min_max")
    totals = tables["serai__study_digital_totals"].set_index("direction")
    assert list(totals.loc["imports", ["value_variable", "percentage_variable"]]) == [
        "gdp_usd",
        "imports_pct_gdp",
    ]


def test_each_number_of_a_pillar_is_a_row_with_its_kind():
    measures = study_tables([load_study(DIGITAL)])["serai__study_digital_measures"]
    assert list(measures[["pillar", "measure_kind", "measure"]].itertuples(index=False, name=None)) == [
        ("digital_base", "index", "index_value"),
        ("digital_services", "services", "dds_exports_revealed_advantage"),
        ("rules_and_governance", "variable", "regulatory_quality_score"),
        ("rules_and_governance", "variable", "rule_of_law_score"),
        ("rules_and_governance", "rules", "digital_agreements_in_force_count"),
    ]


def test_a_total_in_dollars_is_its_own_value(digital: Path):
    spoil(
        digital,
        "exports: {percentage: exports_pct_gdp, percentage_of: gdp_usd}",
        "exports: {variable: gdp_usd}",
    )
    totals = study_tables([load_study(digital)])["serai__study_digital_totals"].set_index("direction")
    assert totals.loc["exports", "value_variable"] == "gdp_usd"
    assert (
        totals.loc["exports", "percentage_variable"] is None
        or totals["percentage_variable"].isna()["exports"]
    )


def test_a_study_without_digital_trade_has_no_rows_of_it(copied: Path):
    tables = study_tables([load_study(copied)])
    assert [name for name, rows in tables.items() if "digital" in name and len(rows)] == []


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (
            "services: {exports: dds_exports_usd,",
            "services: {exports: dds_usd,",
            r"digital_trade: seen \['dds_usd'\]",
        ),
        (
            "measures: [{index: own}]",
            "measures: [{index: own, variable: gdp_usd}]",
            "expected exactly one of",
        ),
        ("percentage: imports_pct_gdp, percentage_of", "percentage_of", "expected either variable or both"),
        ("pillar: digital_services", "pillar: digital_base", "expected every pillar once"),
        ("min_pillars: 2", "min_pillars: 4", "expected no more than the 3 pillars"),
        (
            "        - {variable: rule_of_law_score}",
            "        - {variable: regulatory_quality_score}",
            "every measure once",
        ),
        ("min_countries: 5", "min_countries: 1", "greater than or equal to 2"),
    ],
)
def test_a_file_that_does_not_hang_together_is_refused(digital: Path, old: str, new: str, said: str):
    spoil(digital, old, new)
    with pytest.raises(StudyError, match=said):
        load_study(digital)


def test_a_pillar_of_the_index_needs_an_index(digital: Path):
    text = digital.read_text(encoding="utf-8")
    start, end = text.index("index:\n"), text.index("digital_trade:\n")
    digital.write_text(text[:start] + text[end:], encoding="utf-8")
    with pytest.raises(StudyError, match="seen a pillar of index own, expected an index"):
        load_study(digital)
