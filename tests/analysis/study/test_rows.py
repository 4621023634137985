"""What SQL is told of the studies."""

from __future__ import annotations

from datetime import date

import pandas as pd

from analysis.study import Study, study_tables
from analysis.study.rows import COLUMNS
from tests.analysis.conftest import small_study


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


def test_tables_have_all_columns_without_any_study():
    assert {len(table) for table in study_tables([]).values()} == {0}
    assert list(study_tables([])["serai__study_partners"].columns)[-1] == "is_every_country"


def test_classes_of_potential_come_in_rising_order_and_share_each_bound_once(central_asia: Study):
    table = study_tables([central_asia])["serai__study_potential_classes"]
    assert list(table["potential_class"]) == ["huge potential", "potential expansion", "potential reshaping"]
    assert list(table["position"]) == [1, 2, 3]
    assert table["lower_bound"].tolist()[1:] == [0.8, 1.2]
    assert table["upper_bound"].tolist()[:2] == [0.8, 1.2]
    assert pd.isna(table["lower_bound"][0])
    assert pd.isna(table["upper_bound"][2])
    # "0.8-1.2" is the middle class: both bounds are its own.
    assert table["is_lower_included"].tolist() == [pd.NA, True, False]
    assert table["is_upper_included"].tolist() == [False, True, pd.NA]
    assert dict(table.dtypes.astype(str)) == COLUMNS["serai__study_potential_classes"]


def test_a_study_without_potential_has_no_classes(study_of):
    content = small_study()["gravity"]
    plain = [item | {"has_potential": False} for item in content["specifications"]]
    study = study_of(potential=None, gravity=content | {"specifications": plain})
    assert study_tables([study])["serai__study_potential_classes"].empty
