"""What a study reads: partners, years, variables and fill rules that contradict themselves are refused."""

from __future__ import annotations

from datetime import date

import pytest
from pydantic import ValidationError

from analysis.study import Study
from analysis.study.panel import FillSet, Partners, Variable, Years
from tests.analysis.conftest import small_study


def test_partners_are_countries_or_a_group_never_both():
    with pytest.raises(ValidationError, match="expected exactly one"):
        Study.model_validate(small_study(partners={"countries": ["RUS"], "group_code": "SCO"}))


def test_a_group_needs_its_membership_rule():
    with pytest.raises(ValidationError, match="seen one of group_code and membership_rule"):
        Partners(group_code="SCO")


def test_a_country_is_listed_once():
    with pytest.raises(ValidationError, match="expected every country once"):
        Partners(countries=("KAZ", "KAZ"))


def test_years_run_forwards():
    with pytest.raises(ValidationError, match="seen years 2020 to 2013"):
        Years(first=2020, last=2013)


def test_a_pinned_vintage_needs_its_reason():
    with pytest.raises(ValidationError, match="expected a sentence that says why"):
        Variable(variable="population", indicator_code="SP.POP.TOTL", vintage_pin=date(2026, 7, 1))


def test_steps_count_the_rules_of_each_variable():
    rules = [
        {"variables": ["a", "b"], "method": "linear", "reason": "First."},
        {"variables": ["b"], "method": "carry", "reason": "Then."},
    ]
    fill_set = FillSet(fill_set="both", title="Both", description="Two rules.", rules=rules)
    steps = [(variable, step, rule.method) for variable, step, rule in fill_set.steps()]
    assert steps == [("a", 1, "linear"), ("b", 1, "linear"), ("b", 2, "carry")]
