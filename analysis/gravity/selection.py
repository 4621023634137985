"""Which estimator is used, by a stated rule, with what speaks against it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from analysis.gravity.errors import NotEstimable
from analysis.gravity.fit import LinearFit
from analysis.gravity.specification_tests import SpecificationTest

# Which Hausman form is believed first: a common error variance of the efficient estimator makes the
# difference of the covariances positive semidefinite most reliably.
HAUSMAN_ORDER = ("hausman_sigmamore", "hausman_sigmaless", "hausman_default")
TESTS_OF_EFFECTS = ("f_partner_effects", "breusch_pagan_lm")
LABELS = {"pooled_ols": "pooled OLS", "random_effects": "random effects", "fixed_effects": "fixed effects"}


@dataclass(frozen=True)
class Candidate:
    """An estimator that stands for selection.

    Attributes
    ----------
    estimator : str
    is_estimable : bool
    reason : str
        Why it is not estimable; empty when it is.
    sigma_u : float or None
        Estimated standard deviation of partner effects, where the estimator has one.
    """

    estimator: str
    is_estimable: bool
    reason: str
    sigma_u: float | None


@dataclass(frozen=True)
class Selection:
    """The estimator chosen.

    Attributes
    ----------
    estimator : str
    reason : str
        A plain sentence.
    contradictions : tuple of str
        Evidence that speaks against the choice; empty when there is none.
    """

    estimator: str
    reason: str
    contradictions: tuple[str, ...]

    @property
    def contradiction(self) -> str:
        """All contradictions as one text."""
        return "; ".join(self.contradictions)


def candidate_of(fit: LinearFit) -> Candidate:
    """Put an estimated model forward."""
    sigma_u = None if fit.components is None else fit.components.sigma_u
    return Candidate(fit.estimator, True, "", sigma_u)


def candidate_refused(estimator: str, error: Exception) -> Candidate:
    """Record that an estimator refused the sample, and why."""
    return Candidate(estimator, False, str(error), None)


def select_model(
    rule: Literal["benchmark_across_partners", "specification_tests"],
    candidates: Sequence[Candidate],
    tests: Sequence[SpecificationTest],
) -> Selection:
    """Choose among candidates by a stated rule.

    Parameters
    ----------
    rule : str
        'benchmark_across_partners': potential compares a partner's trade with the norm across partners, so
        only estimators whose prediction keeps the differences between partners are admissible. Random effects
        when it is estimable and its variance of partner effects is above 0, otherwise pooled OLS. Fixed
        effects would absorb the gap that is to be measured: they are evidence, never the benchmark.

        'specification_tests': pooled OLS when the F test does not reject equal partner effects. When it does,
        fixed effects if the Hausman test rejects too (the first valid form of sigmamore, sigmaless, default),
        otherwise random effects. Where random effects cannot be had, fixed effects, which stays consistent.

        Random effects with sigma_u = 0 is pooled OLS under another name and is never chosen.
    candidates : sequence of Candidate
    tests : sequence of SpecificationTest
        Each carries its own level.

    Raises
    ------
    ValueError
        The rule is unknown.
    NotEstimable
        No admissible candidate could be estimated.
    """
    by_name = {candidate.estimator: candidate for candidate in candidates}
    if rule == "benchmark_across_partners":
        estimator, reason = _benchmark_across_partners(by_name)
    elif rule == "specification_tests":
        estimator, reason = _specification_tests(by_name, {test.test: test for test in tests})
    else:
        raise ValueError(f"rule {rule!r}: expected 'benchmark_across_partners' or 'specification_tests'")
    return Selection(estimator, reason, _contradictions(estimator, tests))


def _benchmark_across_partners(by_name: dict[str, Candidate]) -> tuple[str, str]:
    why = (
        "potential compares a partner's trade with the norm across partners, and fixed effects would absorb "
        "that gap"
    )
    obstacle = _obstacle_to_random_effects(by_name)
    if not obstacle:
        sigma_u = by_name["random_effects"].sigma_u
        return "random_effects", (
            f"Random effects is the benchmark: {why}; random effects keeps it, is estimable, and its "
            f"standard deviation of partner effects is above 0 ({sigma_u:.4g})."
        )
    _require(by_name, "pooled_ols")
    return "pooled_ols", f"Pooled OLS is the benchmark: {why}; {obstacle}."


def _specification_tests(
    by_name: dict[str, Candidate], tests: dict[str, SpecificationTest]
) -> tuple[str, str]:
    f_test = tests.get("f_partner_effects")
    if f_test is None or not f_test.is_valid:
        _require(by_name, "pooled_ols")
        return "pooled_ols", "Pooled OLS is chosen: there is no valid F test of partner effects."
    if not f_test.rejects:
        _require(by_name, "pooled_ols")
        return "pooled_ols", (
            f"Pooled OLS is chosen: the F test does not reject equal partner effects ({f_test.summary})."
        )
    found = f"the F test rejects equal partner effects ({f_test.summary})"
    decisive = next((tests[name] for name in HAUSMAN_ORDER if name in tests and tests[name].is_valid), None)
    if decisive is not None and decisive.rejects:
        _require(by_name, "fixed_effects")
        return "fixed_effects", (
            f"Fixed effects is chosen: {found} and the Hausman test ({_form(decisive)}) rejects effects "
            f"unrelated to the regressors ({decisive.summary})."
        )
    found += (
        "; no Hausman test is valid"
        if decisive is None
        else f"; the Hausman test ({_form(decisive)}) does not reject ({decisive.summary})"
    )
    obstacle = _obstacle_to_random_effects(by_name)
    if not obstacle:
        return "random_effects", f"Random effects is chosen: {found}."
    _require(by_name, "fixed_effects")
    return "fixed_effects", (
        f"Fixed effects is chosen: {found}, but {obstacle}, and fixed effects stays consistent."
    )


def _obstacle_to_random_effects(by_name: dict[str, Candidate]) -> str:
    """Why random effects cannot be chosen; empty when it can."""
    candidate = by_name.get("random_effects")
    if candidate is None:
        return "random effects was not estimated"
    if not candidate.is_estimable:
        return f"random effects is not available ({candidate.reason})"
    if not candidate.sigma_u:
        return "random effects estimates the variance of partner effects as 0, which makes it pooled OLS"
    return ""


def _require(by_name: dict[str, Candidate], estimator: str) -> None:
    candidate = by_name.get(estimator)
    if candidate is None or not candidate.is_estimable:
        reason = "it was not estimated" if candidate is None else candidate.reason
        raise NotEstimable(f"the rule chooses {LABELS[estimator]}, but {reason}")


def _contradictions(estimator: str, tests: Sequence[SpecificationTest]) -> tuple[str, ...]:
    """Valid tests whose result the chosen estimator does not agree with."""
    # Pooled OLS presumes no partner effects; the panel estimators presume that there are some. Pooled OLS
    # and random effects presume effects unrelated to the regressors; fixed effects is needed only if not.
    found = []
    for test in tests:
        if not test.is_valid:
            continue
        agrees_when_rejecting = (
            estimator != "pooled_ols" if test.test in TESTS_OF_EFFECTS else estimator == "fixed_effects"
        )
        if test.rejects != agrees_when_rejecting:
            found.append(_finding(test))
    return tuple(found)


def _finding(test: SpecificationTest) -> str:
    verb = "rejects" if test.rejects else "does not reject"
    if test.test == "f_partner_effects":
        return f"the F test {verb} equal partner effects: {test.summary}"
    if test.test == "breusch_pagan_lm":
        return f"the Breusch-Pagan test {verb} a variance of partner effects of 0: {test.summary}"
    return f"the Hausman test ({_form(test)}) {verb} effects unrelated to the regressors: {test.summary}"


def _form(test: SpecificationTest) -> str:
    return test.test.removeprefix("hausman_")
