"""Study files: what is refused and how the message reads, what the hash covers, what SQL is told."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest
import yaml
from pydantic import ValidationError

from analysis.study import STUDIES, Study, load_studies, load_study, study_tables
from analysis.study_file import StudyError
from tests.analysis.conftest import small_study


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    """The Central Asia study in a folder of its own, to be spoilt."""
    shutil.copytree(STUDIES, tmp_path / "studies")
    return tmp_path / "studies" / "central_asia.yml"


def spoil(path: Path, old: str, new: str) -> int:
    """Replace a text that occurs in the file, and return the line where it stands."""
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))
    return text[: text.index(old)].count("\n") + 1


def test_every_study_of_the_package_loads_and_is_named_after_its_file():
    assert [study.study for study in load_studies()] == sorted(path.stem for path in STUDIES.glob("*.yml"))


def test_an_unknown_key_is_refused_with_file_line_and_key(copied: Path):
    line = spoil(
        copied, "    - {flow: exports, sum_of: [exports_fob_usd]}", "    - {flow: exports, sumof: [x]}"
    )
    with pytest.raises(StudyError) as refusal:
        load_study(copied)
    message = str(refusal.value)
    assert f"{copied}:{line}:" in message
    assert "gravity.flows.1.sumof: seen unknown key 'sumof'" in message


def test_an_unknown_key_among_the_printed_numbers_names_the_file_of_the_printed_numbers(copied: Path):
    printed = copied.parent / "printed" / "central_asia.yml"
    line = spoil(printed, "decimals: 3", "decimals: 3\ndigits: 3") + 1
    with pytest.raises(StudyError, match=rf"printed/central_asia\.yml:{line}:1: digits: seen unknown key"):
        load_study(copied)


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


def test_a_missing_file_of_printed_numbers_is_named(copied: Path):
    (copied.parent / "printed" / "central_asia.yml").unlink()
    with pytest.raises(StudyError, match=r"printed/central_asia\.yml: seen no readable text"):
        load_study(copied)


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


def test_printed_rows_must_have_a_cell_for_every_year(copied: Path):
    printed = copied.parent / "printed" / "central_asia.yml"
    spoil(printed, "    TJK: [0.015, 0.018,", "    TJK: [0.018,")
    with pytest.raises(StudyError, match=r"index\.TJK: seen 7 cells, expected one per year"):
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


def test_the_hash_covers_the_printed_numbers(copied: Path, central_asia: Study):
    spoil(copied.parent / "printed" / "central_asia.yml", "kmo: 0.680", "kmo: 0.681")
    assert load_study(copied).hash != central_asia.hash


def test_sql_is_told_of_partners_vintages_and_fill_rules(central_asia: Study):
    tables = study_tables([central_asia])
    study = tables["serai__studies"].iloc[0]
    assert (study["year_from"], study["year_to"], study["as_of"]) == (2013, 2020, date(2024, 3, 31))
    assert study["study_hash"] == central_asia.hash
    assert list(tables["serai__study_partners"]["partner_iso3"]) == ["KAZ", "KGZ", "UZB", "TJK", "TKM"]
    variables = tables["serai__study_variables"].set_index("variable")
    assert variables.loc["cpi_inflation_pct", "vintage_pin"] == date(2026, 7, 1)
    assert variables.loc["population", "vintage_pin"] is None
    assert variables.loc["brent_usd_per_bbl", "is_later_vintage_allowed"]
    chained = variables.loc["cpi_chained_2010_100"]
    assert (chained["chain_rate_variable"], chained["chain_base_year"]) == ("cpi_inflation_pct", 2010)
    assert chained["chain_base_value"] == 100.0
    fill_sets = tables["serai__study_fill_sets"]
    assert list(fill_sets.loc[fill_sets["is_base"], "fill_set"]) == ["carry_proxy"]
    assert "complete_cases" in set(fill_sets["fill_set"])


def test_rules_of_a_variable_are_numbered_in_the_order_written(central_asia: Study):
    rules = study_tables([central_asia])["serai__study_fill_rules"]
    prices = rules[(rules["fill_set"] == "carry_proxy") & (rules["variable"] == "cpi_inflation_pct")]
    assert list(zip(prices["step"], prices["method"], strict=True)) == [(1, "carry"), (2, "group_mean")]
    assert not (rules["fill_set"] == "complete_cases").any()
    assert rules["reason"].notna().all()
    trends = rules[rules["method"] == "trend"]
    assert trends["is_in_logs"].notna().all()
    assert set(trends.loc[trends["is_in_logs"], "variable"]) == {"gdp_per_capita_ppp_usd"}


def test_a_group_of_partners_is_one_row_without_countries():
    content = small_study(partners={"group_code": "SCO", "membership_rule": "member_on_31dec"})
    partners = study_tables([Study.model_validate(content)])["serai__study_partners"]
    assert len(partners) == 1
    assert partners["partner_iso3"].isna().all()
    assert partners.loc[0, "group_code"] == "SCO"
    assert partners.loc[0, "membership_rule"] == "member_on_31dec"


def test_partners_are_countries_or_a_group_never_both():
    with pytest.raises(ValidationError, match="expected exactly one"):
        Study.model_validate(small_study(partners={"countries": ["RUS"], "group_code": "SCO"}))


def test_tables_have_all_columns_without_any_study():
    assert {len(table) for table in study_tables([]).values()} == {0}
    assert list(study_tables([])["serai__study_partners"].columns)[-1] == "is_reference_included"


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
