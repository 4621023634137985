"""Model choice as a table: every candidate under every rule, which is chosen, why, what contradicts it."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Any

from scipy import stats

from analysis.equation import Equation, is_eligible
from analysis.gravity.errors import NotEstimable
from analysis.gravity.selection import (
    RULES,
    TESTS_OF_EFFECTS,
    TESTS_OF_UNRELATED_EFFECTS,
    Candidate,
    Selection,
    contradictions,
)
from analysis.gravity.specification_tests import SpecificationTest, concluded
from analysis.study import Study
from analysis.tables.caveats import joined

AS_PRINTED = "as_printed"
"""Rule and fill set of what a publication did by its own printed numbers."""


def selection_rows(study: Study, equations: Sequence[Equation]) -> Iterator[dict[str, Any]]:
    """Rows of `gravity_selection`: one per equation, rule and estimator that the study lists.

    Contradictions are of every candidate that could be estimated, chosen or not, so that a choice can be held
    against its alternatives. Where the study holds a publication, its own path is there under the rule
    `AS_PRINTED`: what it chose, and what its own printed F test says of that.
    """
    yield from _printed_rows(study)
    for equation in equations:
        for rule in RULES:
            try:
                selection, why_none = equation.select(rule), ""
            except NotEstimable as error:
                selection, why_none = None, str(error)
            is_of_study = rule == study.gravity.selection.rule and is_eligible(study, equation)
            for candidate in equation.candidates:
                against = (
                    contradictions(candidate.estimator, equation.tests_about(candidate.estimator))
                    if candidate.is_estimable
                    else ()
                )
                yield {
                    "study": study.study,
                    "model": equation.model.model,
                    "flow": equation.flow.flow,
                    "fill_set": equation.fill_set,
                    "rule": rule,
                    "estimator": candidate.estimator,
                    "is_estimable": candidate.is_estimable,
                    "is_selected": selection is not None and selection.estimator == candidate.estimator,
                    "is_rule_of_study": is_of_study,
                    "reason": joined([_reason(candidate, rule, selection, why_none)]),
                    "contradictions": joined(against),
                    "contradiction_count": len(against) if candidate.is_estimable else None,
                    "rejected_assumptions": joined(_rejected_assumptions(equation, candidate)),
                }


def _printed_rows(study: Study) -> Iterator[dict[str, Any]]:
    """The publication's choice between fixed and random effects, held against its own F test."""
    if not study.printed:
        return
    printed, comparison = study.printed, study.printed.comparison
    tests = _tests_in_print(study)
    for specification in (comparison.fixed_effects, comparison.random_effects):
        estimator = specification.split(".")[0]
        is_chosen = estimator.replace("_", " ").startswith(printed.hausman.decision)
        against = contradictions(estimator, tests)
        yield {
            "study": study.study,
            "model": comparison.model,
            "flow": comparison.flow,
            "fill_set": AS_PRINTED,
            "rule": AS_PRINTED,
            "estimator": estimator,
            "is_estimable": True,
            "is_selected": is_chosen,
            "is_rule_of_study": False,
            "reason": joined([_printed_reason(printed.hausman.decision, specification, is_chosen)]),
            "contradictions": joined(against),
            "contradiction_count": len(against),
            "rejected_assumptions": "",
        }


def _printed_reason(decision: str, specification: str, is_chosen: bool) -> str:
    if not is_chosen:
        return f"the publication chooses {decision}"
    return f"the publication chooses {decision} by its Hausman step; by its numbers that is {specification}"


def _tests_in_print(study: Study) -> list[SpecificationTest]:
    """The printed F test and, with as many slopes as partners less one, the Hausman tests that it implies.

    Fixed effects against pooled least squares is then the F test over again: H = (N - 1) F with the error
    variance of fixed effects (sigmaless), and that over s2_pooled / s2_FE with the pooled one (sigmamore).
    """
    printed, alpha = study.printed, study.gravity.significance_level
    df1, df2, statistic = printed.f_test.df1, printed.f_test.df2, float(printed.f_test.statistic)
    found = [("f_partner_effects", statistic, df1, df2, float(stats.f.sf(statistic, df1, df2)))]
    if len(printed.regression.rows) - 1 >= printed.sample.partners - 1:
        variances = (1 + df1 * statistic / df2) * df2 / (df1 + df2)
        for form, value in (("sigmaless", df1 * statistic), ("sigmamore", df1 * statistic / variances)):
            found.append((f"hausman_{form}", value, df1, math.nan, float(stats.chi2.sf(value, df1))))
    return [
        concluded(
            code, value, p_value, df1=first, df2=second, alpha=alpha, rejected="rejected", kept="not rejected"
        )
        for code, value, first, second, p_value in found
    ]


def _reason(candidate: Candidate, rule: str, selection: Selection | None, why_none: str) -> str:
    if not candidate.is_estimable:
        return f"not estimated: {candidate.reason}"
    if selection is None:
        return f"nothing is chosen: {why_none}"
    if selection.estimator == candidate.estimator:
        return selection.reason
    return f"the rule {rule} chooses {selection.estimator}"


def _rejected_assumptions(equation: Equation, candidate: Candidate) -> list[str]:
    """What tests of the candidate's own residuals and form reject, beside partner effects."""
    about_effects = {*TESTS_OF_EFFECTS, *TESTS_OF_UNRELATED_EFFECTS}
    return [
        f"{test.test}: {test.conclusion}"
        for key, test in equation.tests
        if key[0] == candidate.estimator and test.rejects and test.test not in about_effects
    ]
