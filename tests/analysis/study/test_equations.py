"""What a study estimates: index, equations and classes that contradict themselves are refused."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from analysis.study import load_study
from analysis.study.equations import Gravity, Term
from analysis.study.file import StudyError
from analysis.study.index import IndexSpecification, Retention
from analysis.study.potential import Potential
from tests.analysis.conftest import small_study


def test_indicators_come_in_the_order_of_their_dimensions():
    index = IndexSpecification.model_validate(small_study()["index"])
    assert [item.variable for item in index.indicators] == ["speed", "paper", "port"]


def test_an_indicator_enters_once():
    content = small_study()["index"]
    content["dimensions"].append({"dimension": "again", "indicators": [{"variable": "speed"}]})
    with pytest.raises(ValidationError, match=r"seen indicators \['speed'\] more than once"):
        IndexSpecification.model_validate(content)


@pytest.mark.parametrize(("rule", "value"), [("cumulative_share", 85), ("fixed", 1.5)])
def test_a_rule_of_retention_has_a_value_that_fits_it(rule: str, value: float):
    with pytest.raises(ValidationError, match="retention: seen"):
        Retention(rule=rule, value=value, reason="It looks nice.")


def test_a_term_is_a_product_or_an_index_and_never_the_constant():
    with pytest.raises(ValidationError, match="seen both or neither"):
        Term(term="income")
    with pytest.raises(ValidationError, match="seen a term named const"):
        Term(term="const", product_of=("income",))


def test_terms_of_an_equation_come_in_its_own_order():
    content = small_study()["gravity"]
    content["models"][0]["terms"] = ["log_people", "log_income"]
    gravity = Gravity.model_validate(content)
    assert [term.term for term in gravity.terms_of(gravity.models[0])] == ["log_people", "log_income"]


@pytest.mark.parametrize("key", ["terms", "models", "flows", "specifications"])
def test_what_an_equation_is_made_of_is_named_once(key: str):
    content = small_study()["gravity"]
    content[key] = [*content[key], content[key][0]]
    with pytest.raises(ValidationError, match="more than once, expected every"):
        Gravity.model_validate(content)


def test_a_frontier_has_no_potential_and_the_file_says_where(copied):
    text = copied.read_text(encoding="utf-8")
    line = "covariance: hessian_normal, fill_sets: *every_fill_set"
    assert text.count(line) == 1
    copied.write_text(text.replace(line, f"{line}, has_potential: true"), encoding="utf-8")
    with pytest.raises(
        StudyError, match=r"central_asia\.yml:\d+.*frontier_half_normal: seen has_potential true"
    ):
        load_study(copied)


def test_estimators_of_all_partners_have_the_covariances_of_poisson_fits():
    for name in ("ppml_year_effects", "ppml_partner_year_effects"):
        content = small_study()["gravity"]
        content["specifications"] = [{"estimator": name, "covariance": "cr1_t", "fill_sets": ["as_it_is"]}]
        assert Gravity.model_validate(content).specifications[0].estimator == name
        content["specifications"][0]["covariance"] = "cr2_t"
        with pytest.raises(ValidationError, match=f"{name}: seen covariance cr2_t"):
            Gravity.model_validate(content)


def test_the_bounds_of_the_classes_rise_and_the_last_has_none():
    content = small_study()["potential"]
    content["classes"][1]["upper"] = 0.8
    with pytest.raises(ValidationError, match="expected rising bounds"):
        Potential.model_validate(content)
