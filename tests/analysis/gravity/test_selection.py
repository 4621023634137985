"""Selection: the rule chooses, the reason is a sentence, and contradicting evidence stays beside it."""

from __future__ import annotations

import math

import pytest

from analysis.gravity.errors import NotEstimable
from analysis.gravity.panel import fixed_effects, random_effects, random_effects_sigma_u_zero
from analysis.gravity.pooled import pooled_ols
from analysis.gravity.selection import Candidate, candidate_of, candidate_refused, select_model
from analysis.gravity.specification_tests import SpecificationTest
from tests.analysis.gravity.at_five_percent import breusch_pagan_lm, f_test_of_partner_effects, hausman

POOLED = Candidate("pooled_ols", True, "", None)
FIXED = Candidate("fixed_effects", True, "", 0.9)
RANDOM = Candidate("random_effects", True, "", 0.7)
RANDOM_REFUSED = candidate_refused("random_effects", NotEstimable("N = 5 partners for K = 8 coefficients"))
RANDOM_ZERO = Candidate("random_effects", True, "", 0.0)
SIGMA_U_ZERO = Candidate("random_effects_sigma_u_zero", True, "", 0.0)
ALL = [POOLED, FIXED, RANDOM]


def a_test(name: str, p_value: float, *, is_valid: bool = True) -> SpecificationTest:
    df = (4.0, 28.0) if name == "f_partner_effects" else (4.0, math.nan)
    return SpecificationTest(name, 5.88, *df, p_value, is_valid, "", "", 0.05)


F_REJECTS = a_test("f_partner_effects", 0.0015)
F_ACCEPTS = a_test("f_partner_effects", 0.4)
HAUSMAN_REJECTS = a_test("hausman_sigmamore", 0.001)
HAUSMAN_ACCEPTS = a_test("hausman_sigmamore", 0.6)


def test_benchmark_is_random_effects_when_it_is_estimable_with_a_variance_above_zero():
    choice = select_model("benchmark_across_partners", ALL, [F_REJECTS, HAUSMAN_ACCEPTS])
    assert choice.estimator == "random_effects"
    assert "norm across partners" in choice.reason
    assert choice.contradictions == ()


def test_benchmark_is_pooled_with_the_reason_when_random_effects_are_not_estimable():
    choice = select_model(
        "benchmark_across_partners", [POOLED, FIXED, RANDOM_REFUSED, SIGMA_U_ZERO], [F_REJECTS]
    )
    assert choice.estimator == "pooled_ols"
    assert "N = 5 partners for K = 8 coefficients" in choice.reason
    assert choice.contradiction == "the F test rejects equal partner effects: F(4, 28) = 5.88, p = 0.0015"


def test_benchmark_is_pooled_when_the_variance_of_partner_effects_is_zero():
    choice = select_model("benchmark_across_partners", [POOLED, FIXED, RANDOM_ZERO], [F_ACCEPTS])
    assert choice.estimator == "pooled_ols"
    assert "as 0" in choice.reason
    assert choice.contradictions == ()


def test_benchmark_is_never_fixed_effects_however_the_tests_come_out():
    choice = select_model("benchmark_across_partners", ALL, [F_REJECTS, HAUSMAN_REJECTS])
    assert choice.estimator == "random_effects"
    assert len(choice.contradictions) == 1
    assert "Hausman test (sigmamore) rejects" in choice.contradiction
    with pytest.raises(NotEstimable, match="chooses pooled OLS, but it was not estimated"):
        select_model("benchmark_across_partners", [FIXED], [F_REJECTS])


def test_benchmark_of_random_effects_is_contradicted_by_tests_that_find_no_effects():
    tests = [F_ACCEPTS, a_test("breusch_pagan_lm", 0.3)]
    choice = select_model("benchmark_across_partners", ALL, tests)
    assert [text.split(" rejects")[0][:30] for text in choice.contradictions] == [
        "the F test does not reject equ",
        "the Breusch-Pagan test does no",
    ]


@pytest.mark.parametrize(
    ("tests", "expected"),
    [
        ([F_ACCEPTS, HAUSMAN_REJECTS], "pooled_ols"),
        ([F_REJECTS, HAUSMAN_REJECTS], "fixed_effects"),
        ([F_REJECTS, HAUSMAN_ACCEPTS], "random_effects"),
        ([F_REJECTS], "random_effects"),
        ([], "pooled_ols"),
    ],
)
def test_specification_tests_choose_as_the_textbook_says(tests, expected):
    assert select_model("specification_tests", ALL, tests).estimator == expected


def test_an_invalid_hausman_form_is_passed_over_for_a_valid_one():
    invalid = a_test("hausman_sigmamore", 0.9, is_valid=False)
    choice = select_model(
        "specification_tests", ALL, [F_REJECTS, invalid, a_test("hausman_sigmaless", 0.001)]
    )
    assert choice.estimator == "fixed_effects"
    assert "(sigmaless)" in choice.reason


def test_when_no_hausman_form_is_valid_the_reason_says_so():
    invalid = a_test("hausman_default", 0.001, is_valid=False)
    choice = select_model("specification_tests", ALL, [F_REJECTS, invalid])
    assert choice.estimator == "random_effects"
    assert "no Hausman test is valid" in choice.reason
    assert choice.contradictions == ()


@pytest.mark.parametrize("random", [RANDOM_REFUSED, RANDOM_ZERO])
def test_specification_tests_fall_back_to_fixed_effects_with_the_reason(random):
    choice = select_model("specification_tests", [POOLED, FIXED, random], [F_REJECTS, HAUSMAN_ACCEPTS])
    assert choice.estimator == "fixed_effects"
    assert "stays consistent" in choice.reason
    assert "Hausman test (sigmamore) does not reject" in choice.contradiction


def test_an_invalid_f_test_leaves_pooled_ols_and_says_so():
    choice = select_model("specification_tests", ALL, [a_test("f_partner_effects", math.nan, is_valid=False)])
    assert choice.estimator == "pooled_ols"
    assert "no valid F test" in choice.reason


def test_pooled_is_contradicted_by_the_lm_test_when_the_f_test_keeps_it():
    choice = select_model("specification_tests", ALL, [F_ACCEPTS, a_test("breusch_pagan_lm", 0.001)])
    assert choice.estimator == "pooled_ols"
    assert "Breusch-Pagan test rejects" in choice.contradiction


def test_an_invalid_test_contradicts_nothing():
    invalid = a_test("breusch_pagan_lm", 0.9, is_valid=False)
    choice = select_model("specification_tests", ALL, [F_REJECTS, HAUSMAN_ACCEPTS, invalid])
    assert choice.estimator == "random_effects"
    assert choice.contradictions == ()


def test_unknown_rules_are_refused():
    with pytest.raises(ValueError, match="rule 'best'"):
        select_model("best", ALL, [])


def test_five_partners_and_seven_slopes_end_in_pooled_ols_that_the_tests_contradict(make_panel):
    sample = make_panel(n_entities=5, n_periods=8, n_terms=7, effect_size=3.0)
    pooled, fixed = pooled_ols(sample), fixed_effects(sample)
    degenerate = random_effects_sigma_u_zero(sample)
    with pytest.raises(NotEstimable) as refusal:
        random_effects(sample)
    candidates = [
        candidate_of(pooled),
        candidate_of(fixed),
        candidate_of(degenerate),
        candidate_refused("random_effects", refusal.value),
    ]
    tests = [
        f_test_of_partner_effects(pooled, fixed),
        breusch_pagan_lm(sample, pooled),
        *(hausman(fixed, degenerate, form) for form in ("default", "sigmamore", "sigmaless")),
    ]
    choice = select_model("benchmark_across_partners", candidates, tests)
    assert choice.estimator == "pooled_ols"
    assert "at least 9 partners are needed" in choice.reason
    assert "F test rejects equal partner effects: F(4, 28)" in choice.contradiction
    assert "Hausman test (sigmaless) rejects" in choice.contradiction
    assert "(default)" not in choice.contradiction


def test_the_benchmark_in_levels_is_poisson_with_year_effects_or_else_without():
    rule = "benchmark_across_partners_in_levels"
    plain, years = Candidate("ppml", True, "", None), Candidate("ppml_year_effects", True, "", None)
    partner = Candidate("ppml_partner_year_effects", True, "", None)
    choice = select_model(rule, [*ALL, plain, partner, years], [F_REJECTS])
    assert choice.estimator == "ppml_year_effects"
    assert "partner effects would absorb that gap" in choice.reason
    assert "the F test rejects equal partner effects" in choice.contradiction
    refused = candidate_refused("ppml_year_effects", NotEstimable("too few rows"))
    assert select_model(rule, [plain, refused], []).estimator == "ppml"
    assert "too few rows" in select_model(rule, [plain, refused], []).reason
    with pytest.raises(NotEstimable, match="chooses PPML, but it was not estimated"):
        select_model(rule, [*ALL, partner], [])


def test_grunfeld_is_a_case_for_random_effects_under_both_rules(grunfeld):
    pooled, fixed, random = pooled_ols(grunfeld), fixed_effects(grunfeld), random_effects(grunfeld)
    candidates = [candidate_of(fit) for fit in (pooled, fixed, random)]
    tests = [
        f_test_of_partner_effects(pooled, fixed),
        breusch_pagan_lm(grunfeld, pooled),
        hausman(fixed, random),
    ]
    for rule in ("benchmark_across_partners", "specification_tests"):
        choice = select_model(rule, candidates, tests)
        assert choice.estimator == "random_effects"
        assert choice.contradictions == ()


def test_the_hausman_step_takes_the_default_form_at_its_face_value():
    invalid = a_test("hausman_default", math.nan, is_valid=False)
    tests = [F_REJECTS, invalid, a_test("hausman_sigmaless", 0.0001)]
    choice = select_model("hausman_step", [POOLED, FIXED, RANDOM_REFUSED, SIGMA_U_ZERO], tests)
    assert choice.estimator == "random_effects_sigma_u_zero"
    assert "although it is not valid" in choice.reason
    assert "F test rejects equal partner effects: F(4, 28)" in choice.contradiction
    assert "Hausman test (sigmaless) rejects" in choice.contradiction
    rejecting = a_test("hausman_default", 0.01, is_valid=False)
    assert select_model("hausman_step", ALL, [F_REJECTS, rejecting]).estimator == "fixed_effects"
    assert select_model("hausman_step", ALL, [F_REJECTS, invalid]).estimator == "random_effects"
    with pytest.raises(NotEstimable, match="which was not made"):
        select_model("hausman_step", ALL, [F_REJECTS])
    with pytest.raises(NotEstimable, match="fixed effects"):
        select_model("hausman_step", [RANDOM], [invalid])


def test_tests_of_anything_but_partner_effects_contradict_no_choice():
    reset = a_test("reset_ols", 0.001)
    choice = select_model("benchmark_across_partners", ALL, [F_REJECTS, HAUSMAN_ACCEPTS, reset])
    assert choice.contradictions == ()
    honda, mundlak = a_test("honda", 0.001), a_test("mundlak", 0.001)
    choice = select_model("benchmark_across_partners", [POOLED, RANDOM_REFUSED], [honda, mundlak])
    assert [text.split(" test")[0] for text in choice.contradictions] == ["Honda's", "Mundlak's"]
