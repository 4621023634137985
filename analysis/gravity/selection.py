"""Which estimator is used, by a stated rule, with what speaks against it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, get_args

from analysis.gravity.errors import NotEstimable
from analysis.gravity.specification_tests import SpecificationTest

# Which Hausman form is believed first: a common error variance of the efficient estimator makes the
# difference of the covariances positive semidefinite most reliably.
HAUSMAN_ORDER = ("hausman_sigmamore", "hausman_sigmaless", "hausman_default")
TESTS_OF_EFFECTS = {
    "f_partner_effects": "the F test {} equal partner effects",
    "breusch_pagan_lm": "the Breusch-Pagan test {} a variance of partner effects of 0",
    "honda": "Honda's test {} a variance of partner effects of 0",
}
TESTS_OF_UNRELATED_EFFECTS = {
    **{
        code: f"the Hausman test ({code.removeprefix('hausman_')}) {{}} effects unrelated to the regressors"
        for code in HAUSMAN_ORDER
    },
    "mundlak": "Mundlak's test {} effects unrelated to the regressors",
    "mundlak_clustered": "Mundlak's test (clustered) {} effects unrelated to the regressors",
}
PRESUME_NO_EFFECTS = ("pooled_ols", "random_effects_sigma_u_zero", "ppml", "ppml_year_effects")
ALLOW_RELATED_EFFECTS = (
    "fixed_effects",
    "two_way_fixed_effects",
    "first_difference",
    "ppml_partner_effects",
    "ppml_partner_year_effects",
)
LABELS = {
    "pooled_ols": "pooled OLS",
    "random_effects": "random effects",
    "fixed_effects": "fixed effects",
    "random_effects_sigma_u_zero": "random effects with sigma_u = 0",
    "ppml": "PPML",
    "ppml_year_effects": "PPML with year effects",
}

Rule = Literal[
    "benchmark_across_partners", "benchmark_across_partners_in_levels", "specification_tests", "hausman_step"
]
RULES: tuple[Rule, ...] = get_args(Rule)


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


def candidate_of(fit: Any) -> Candidate:
    """Put an estimated model forward: a fit with a name, and perhaps with variance components."""
    components = getattr(fit, "components", None)
    sigma_u = None if components is None else components.sigma_u
    return Candidate(fit.estimator, True, "", sigma_u)


def candidate_refused(estimator: str, error: Exception) -> Candidate:
    """Record that an estimator refused the sample, and why."""
    return Candidate(estimator, False, str(error), None)


def select_model(
    rule: Rule,
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

        'benchmark_across_partners_in_levels': the same question asked of trade itself, reported zeros
        included: PPML with year effects where it is estimable, PPML without effects otherwise. Partner
        effects would absorb the gap here too.

        'specification_tests': pooled OLS when the F test does not reject equal partner effects. When it does,
        fixed effects if the Hausman test rejects too (the first valid form of sigmamore, sigmaless, default),
        otherwise random effects. Where random effects cannot be had, fixed effects, which stays consistent.

        'hausman_step': the path that many papers print. The default form of the Hausman test, taken at its
        face value (valid or not), decides between fixed and random effects; where those of Swamy and Arora
        cannot be had, random effects with sigma_u = 0, which programs go on with, stand for them. To be held
        beside the other rules, not to be followed: see what contradicts its choice.

        Random effects with sigma_u = 0 is pooled OLS under another name; no other rule ever chooses it.
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
    elif rule == "benchmark_across_partners_in_levels":
        estimator, reason = _benchmark_in_levels(by_name)
    elif rule == "specification_tests":
        estimator, reason = _specification_tests(by_name, {test.test: test for test in tests})
    elif rule == "hausman_step":
        estimator, reason = _hausman_step(by_name, {test.test: test for test in tests})
    else:
        raise ValueError(f"rule {rule!r}: expected one of {list(RULES)}")
    return Selection(estimator, reason, contradictions(estimator, tests))


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


def _benchmark_in_levels(by_name: dict[str, Candidate]) -> tuple[str, str]:
    why = (
        "potential compares a partner's trade with the norm across partners, in levels so that a trade of 0 "
        "counts, and partner effects would absorb that gap"
    )
    with_years = by_name.get("ppml_year_effects")
    if with_years is not None and with_years.is_estimable:
        return "ppml_year_effects", (
            f"PPML with year effects is the benchmark: {why}; year effects take out what a year brought to "
            "all."
        )
    _require(by_name, "ppml")
    lacking = "were not estimated" if with_years is None else f"cannot be estimated ({with_years.reason})"
    return "ppml", f"PPML is the benchmark: {why}; year effects {lacking}."


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


def _hausman_step(by_name: dict[str, Candidate], tests: dict[str, SpecificationTest]) -> tuple[str, str]:
    candidate = by_name.get("random_effects")
    is_degenerate = candidate is None or not candidate.is_estimable
    random = "random_effects_sigma_u_zero" if is_degenerate else "random_effects"
    _require(by_name, random)
    _require(by_name, "fixed_effects")
    test = tests.get("hausman_default")
    if test is None:
        raise NotEstimable("the rule asks for the default form of the Hausman test, which was not made")
    if test.p_value < test.alpha:
        return "fixed_effects", (
            f"Fixed effects is chosen: the Hausman test (default) rejects random effects ({test.summary})."
        )
    found = f"the Hausman test (default) does not reject it ({test.summary})"
    if not test.is_valid:
        found += f", taken at its face value although it is not valid: {test.caveat}"
    return random, f"{LABELS[random][0].upper()}{LABELS[random][1:]} is chosen: {found}."


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


def contradictions(estimator: str, tests: Sequence[SpecificationTest]) -> tuple[str, ...]:
    """Valid tests whose result does not agree with what an estimator presumes of partner effects.

    Pooled estimators presume no partner effects, the panel estimators presume that there are some. All but
    those that take effects out presume effects unrelated to the regressors; taking them out is needed only if
    they are not. Tests of anything else speak of every estimator alike and are left out.
    """
    found = []
    for test in tests:
        if not test.is_valid:
            continue
        if test.test in TESTS_OF_EFFECTS:
            agrees_when_rejecting = estimator not in PRESUME_NO_EFFECTS
        elif test.test in TESTS_OF_UNRELATED_EFFECTS:
            agrees_when_rejecting = estimator in ALLOW_RELATED_EFFECTS
        else:
            continue
        if test.rejects != agrees_when_rejecting:
            found.append(_finding(test))
    return tuple(found)


def _finding(test: SpecificationTest) -> str:
    verb = "rejects" if test.rejects else "does not reject"
    words = {**TESTS_OF_EFFECTS, **TESTS_OF_UNRELATED_EFFECTS}[test.test]
    return f"{words.format(verb)}: {test.summary}"


def _form(test: SpecificationTest) -> str:
    return test.test.removeprefix("hausman_")
