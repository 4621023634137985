"""Which tests are made of which estimator: one table, and the run through it."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from analysis.estimators import FRONTIERS, PPML_EFFECTS, Fit
from analysis.gravity.collinearity import (
    HIGH_CONDITION_NUMBER,
    HIGH_VARIANCE_INFLATION,
    collinearity,
)
from analysis.gravity.errors import EstimationError
from analysis.gravity.hausman import hausman
from analysis.gravity.mundlak import mundlak
from analysis.gravity.panel_data import PanelData
from analysis.gravity.partner_errors import (
    breusch_pagan_cross_section,
    jarque_bera,
    modified_wald,
    pesaran_cd,
)
from analysis.gravity.reset import reset_of_ols, reset_of_ppml
from analysis.gravity.serial_correlation import (
    baltagi_li,
    breusch_godfrey,
    durbin_watson,
    wooldridge_serial_correlation,
)
from analysis.gravity.specification_tests import (
    SpecificationTest,
    breusch_pagan_lm,
    f_test_of_partner_effects,
    honda,
)

POOLED, FIXED, TWO_WAY = "pooled_ols", "fixed_effects", "two_way_fixed_effects"
EFFICIENT = (
    "random_effects",
    "random_effects_sigma_u_zero",
    "random_effects_baltagi_chang",
    "random_effects_amemiya",
    "random_effects_wallace_hussain",
    "random_effects_nerlove",
)
"""Estimators that Hausman's test holds against fixed effects; the first estimated one speaks for all."""
VARIANCE_INFLATION = "vif"
MEASURES = ("durbin_watson", "condition_number", "separated_rows")
"""Codes of measures: no distribution, no p-value. `VARIANCE_INFLATION` followed by a term is one, too."""

Specification = tuple[str, str]


def is_measure(code: str) -> bool:
    """Whether a code names a measure that has no distribution."""
    return code in MEASURES or code.split(" ")[0] == VARIANCE_INFLATION


@dataclass(frozen=True)
class Subject:
    """What a test looks at.

    Attributes
    ----------
    panel : PanelData
        That the estimator explained.
    fit : Fit
        Of the estimator that the test belongs to.
    fits : mapping of str to Fit
        The first fit of every estimator on the same outcome.
    alpha : float
    """

    panel: PanelData
    fit: Fit
    fits: Mapping[str, Fit]
    alpha: float


Made = SpecificationTest | Sequence[SpecificationTest]


@dataclass(frozen=True)
class Planned:
    """A test, the estimators that it is made of, and those that it needs beside them."""

    code: str
    estimators: tuple[str, ...]
    make: Callable[[Subject], Made]
    needs: tuple[str, ...] = ()


def _durbin_watson(subject: Subject) -> SpecificationTest:
    value = durbin_watson(subject.panel, subject.fit)
    sentence = (
        f"the statistic is {value:.2f}; 2 is no correlation, 0 errors that last, 4 errors that alternate"
    )
    return _measure("durbin_watson", value, sentence, subject)


def _condition_number(subject: Subject) -> SpecificationTest:
    value = collinearity(subject.panel).condition_number
    is_high = value > HIGH_CONDITION_NUMBER
    said = "terms say much the same" if is_high else "terms can be told apart"
    sentence = f"{said}: condition number {value:.1f}, high above {HIGH_CONDITION_NUMBER:g}"
    return _measure("condition_number", value, sentence, subject)


def _variance_inflation(subject: Subject) -> list[SpecificationTest]:
    found = collinearity(subject.panel)
    tests = []
    for term, value in zip(found.terms, found.variance_inflation.tolist(), strict=True):
        is_high = value > HIGH_VARIANCE_INFLATION
        said = "the other terms tell most of" if is_high else "the other terms leave room to"
        sentence = (
            f"{said} {term}: the variance of its coefficient is {value:.1f} times that of a term unrelated "
            f"to the others, high above {HIGH_VARIANCE_INFLATION:g}"
        )
        tests.append(_measure(f"{VARIANCE_INFLATION} {term}", value, sentence, subject))
    return tests


def _separated_rows(subject: Subject) -> SpecificationTest:
    separation = subject.fit.separation
    sentence = separation.caveat or f"no row is separated ({separation.method}): finite estimates exist"
    return _measure("separated_rows", float(separation.n_separated), sentence, subject)


def _reset_of_ppml(subject: Subject) -> SpecificationTest:
    panel = subject.panel
    labels = {"partner": panel.entities[panel.entity_index], "period": panel.periods}
    return reset_of_ppml(
        subject.fit,
        panel.outcome,
        panel.regressors,
        panel.terms,
        effects={name: labels[name] for name in subject.fit.effect_names},
        clusters=panel.entity_index,
        alpha=subject.alpha,
    )


def _measure(code: str, value: float, sentence: str, subject: Subject) -> SpecificationTest:
    return SpecificationTest(
        test=code,
        statistic=value,
        df1=math.nan,
        df2=math.nan,
        p_value=math.nan,
        is_valid=math.isfinite(value),
        conclusion=sentence,
        caveat="",
        alpha=subject.alpha,
    )


def _of_panel(test: Callable[..., SpecificationTest], **options: object) -> Callable[[Subject], Made]:
    return lambda subject: test(subject.panel, alpha=subject.alpha, **options)


def _of_fit(test: Callable[..., SpecificationTest]) -> Callable[[Subject], Made]:
    return lambda subject: test(subject.panel, subject.fit, alpha=subject.alpha)


def _hausman(subject: Subject, form: str) -> SpecificationTest:
    return hausman(subject.fits[FIXED], subject.fit, form, alpha=subject.alpha)


PLAN: tuple[Planned, ...] = (
    # Do partners differ?
    Planned("breusch_pagan_lm", (POOLED,), _of_fit(breusch_pagan_lm)),
    Planned("honda", (POOLED,), _of_fit(honda)),
    Planned(
        "f_partner_effects",
        (FIXED,),
        lambda subject: f_test_of_partner_effects(subject.fits[POOLED], subject.fit, alpha=subject.alpha),
        needs=(POOLED,),
    ),
    # Are their effects related to the terms?
    *(
        Planned(f"hausman_{form}", EFFICIENT, partial(_hausman, form=form), needs=(FIXED,))
        for form in ("default", "sigmamore", "sigmaless")
    ),
    Planned("mundlak", (POOLED,), _of_panel(mundlak, clustered=False)),
    Planned("mundlak_clustered", (POOLED,), _of_panel(mundlak, clustered=True)),
    # Do errors of a partner hang together over the years?
    Planned("wooldridge_serial_correlation", (FIXED,), _of_fit(wooldridge_serial_correlation)),
    Planned("breusch_godfrey", (POOLED, FIXED), _of_fit(breusch_godfrey)),
    Planned("baltagi_li", (POOLED,), _of_panel(baltagi_li)),
    Planned("durbin_watson", (POOLED, FIXED), _durbin_watson),
    # Do errors differ between partners, or move together?
    Planned("modified_wald", (FIXED,), _of_fit(modified_wald)),
    Planned("pesaran_cd", (POOLED, FIXED, TWO_WAY), _of_fit(pesaran_cd)),
    Planned("breusch_pagan_cross_section", (POOLED, FIXED, TWO_WAY), _of_fit(breusch_pagan_cross_section)),
    # Is the equation of the right form, are its errors normal?
    Planned("reset_ols", (POOLED,), _of_panel(reset_of_ols)),
    Planned("reset_ppml", tuple(PPML_EFFECTS), _reset_of_ppml),
    Planned(
        "jarque_bera",
        (POOLED, FIXED, TWO_WAY),
        lambda subject: jarque_bera(subject.fit, alpha=subject.alpha),
    ),
    Planned("likelihood_ratio_inefficiency", tuple(FRONTIERS), lambda subject: subject.fit.likelihood_ratio),
    # Can the terms be told apart, does a finite estimate exist?
    Planned("condition_number", (POOLED,), _condition_number),
    Planned(VARIANCE_INFLATION, (POOLED,), _variance_inflation),
    Planned("separated_rows", tuple(PPML_EFFECTS), _separated_rows),
)
"""Every test, and of which estimators it is made."""


def tests_of(
    fits: Mapping[Specification, Fit],
    panel_of: Callable[[Specification], PanelData],
    alpha: float,
) -> Iterator[tuple[Specification, SpecificationTest]]:
    """Make every planned test of the estimators that are there.

    Parameters
    ----------
    fits : mapping of (estimator, covariance) to Fit
    panel_of : callable
        Gives the panel that a specification explained.
    alpha : float
        Level of the tests.

    Yields
    ------
    specification : (estimator, covariance)
        The first listed one of the estimator: only RESET of Poisson fits depends on the covariance.
    test : SpecificationTest
        Not valid, with the reason, where it could not be made.
    """
    first: dict[str, Specification] = {}
    for specification in fits:
        first.setdefault(specification[0], specification)
    by_estimator = {estimator: fits[specification] for estimator, specification in first.items()}
    for planned in PLAN:
        for estimator in planned.estimators:
            if not {estimator, *planned.needs} <= by_estimator.keys():
                continue
            specification = first[estimator]
            subject = Subject(panel_of(specification), fits[specification], by_estimator, alpha)
            try:
                made = planned.make(subject)
            except EstimationError as error:
                made = not_made(planned.code, str(error), alpha)
            for test in [made] if isinstance(made, SpecificationTest) else made:
                yield specification, test


def not_made(code: str, why: str, alpha: float) -> SpecificationTest:
    """A test that the sample does not carry, with the reason."""
    return SpecificationTest(
        test=code,
        statistic=math.nan,
        df1=math.nan,
        df2=math.nan,
        p_value=math.nan,
        is_valid=False,
        conclusion=f"no conclusion: {why}",
        caveat=why,
        alpha=alpha,
    )
