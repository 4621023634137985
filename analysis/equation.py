"""One equation on one sample: every way it is estimated, the tests between them, and what is selected."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from analysis.design import (
    PanelInputs,
    actual_trade,
    equation_levels,
    equation_variables,
    logged_columns,
    outcome_name,
    take_logarithms,
)
from analysis.gravity.covariance import covariance_rule
from analysis.gravity.errors import EstimationError, NotEstimable
from analysis.gravity.fit import LinearFit
from analysis.gravity.hausman import hausman
from analysis.gravity.panel import between, fixed_effects, random_effects, random_effects_sigma_u_zero
from analysis.gravity.panel_data import PanelData, panel_data
from analysis.gravity.pooled import pooled_ols
from analysis.gravity.selection import (
    Candidate,
    Selection,
    candidate_of,
    candidate_refused,
    select_model,
)
from analysis.gravity.specification_tests import (
    SpecificationTest,
    breusch_pagan_lm,
    f_test_of_partner_effects,
)
from analysis.sample import Sample, select_rows
from analysis.study import Study
from analysis.study.equations import Flow, GravityModel, GravitySpecification

ESTIMATORS = {
    "pooled_ols": pooled_ols,
    # A term without variation over time is left out and named rather than stopping the estimation.
    "fixed_effects": lambda sample, rule: fixed_effects(sample, rule, time_invariant="drop"),
    "between": between,
    "random_effects": random_effects,
    "random_effects_sigma_u_zero": random_effects_sigma_u_zero,
}
HAUSMAN_FORMS = ("default", "sigmamore", "sigmaless")
EFFICIENT = ("random_effects", "random_effects_sigma_u_zero")

Key = tuple[str, str]
"""Estimator and covariance: with the fill set of the equation, a specification."""


@dataclass(frozen=True)
class Equation:
    """One model, flow and fill set.

    Attributes
    ----------
    model : GravityModel
    flow : Flow
    fill_set : str
    specifications : tuple of GravitySpecification
        Those that use this fill set, in the study's order.
    sample : Sample
        Rows that enter, and the ledger of the others.
    actual_usd : Series
        Trade in USD of every row of the panel, in the sample or not.
    filled_share : Series
        Share of the cells behind each row that were filled.
    missing_because : str
        Why the own index is missing under this fill set; empty when it is there or not used.
    fits : mapping of Key to LinearFit
    refused : mapping of Key to str
        Why a specification could not be estimated.
    tests : tuple of (Key, SpecificationTest)
        Each with the specification that it belongs to.
    """

    model: GravityModel
    flow: Flow
    fill_set: str
    specifications: tuple[GravitySpecification, ...]
    sample: Sample
    actual_usd: pd.Series
    filled_share: pd.Series
    missing_because: str
    fits: Mapping[Key, LinearFit]
    refused: Mapping[Key, str]
    tests: tuple[tuple[Key, SpecificationTest], ...]

    def test(self, code: str) -> SpecificationTest | None:
        """Return the first test of that code, if it was made."""
        return next((test for _, test in self.tests if test.test == code), None)

    def select(self, rule: str) -> Selection:
        """Choose among the estimators of this equation.

        Raises
        ------
        NotEstimable
            When none that the rule admits could be estimated.
        """
        candidates: dict[str, Candidate] = {}
        for (estimator, _), fit in self.fits.items():
            candidates.setdefault(estimator, candidate_of(fit))
        for (estimator, _), reason in self.refused.items():
            candidates.setdefault(estimator, candidate_refused(estimator, EstimationError(reason)))
        tests = {}
        for _, test in self.tests:
            tests.setdefault(test.test, test)
        return select_model(rule, list(candidates.values()), list(tests.values()))


def estimate_equation(
    study: Study,
    model: GravityModel,
    flow: Flow,
    fill_set: str,
    inputs: PanelInputs,
    own_index: pd.Series | None,
    missing_because: str = "",
) -> Equation:
    """Estimate one equation in every way that the study lists for this fill set.

    Parameters
    ----------
    own_index : Series or None
        The study's own index under this fill set, by (country_iso3, year).
    missing_because : str
        Why there is none.
    """
    levels = equation_levels(study, model, flow, inputs, own_index)
    logged = logged_columns(study, model, flow)
    sample = select_rows(levels, logged)
    columns = take_logarithms(levels.loc[sample.rows], logged)
    specifications = tuple(item for item in study.gravity.specifications if fill_set in item.fill_sets)
    panel, fits, refused = _fit(columns, outcome_name(flow), specifications)
    uses_own_index = any(term.index == "own" for term in study.gravity.terms_of(model))
    return Equation(
        model=model,
        flow=flow,
        fill_set=fill_set,
        specifications=specifications,
        sample=sample,
        actual_usd=actual_trade(inputs, flow),
        filled_share=inputs.filled_share(equation_variables(study, model, flow)),
        missing_because=missing_because if uses_own_index else "",
        fits=fits,
        refused=refused,
        tests=_tests(panel, fits, study.gravity.significance_level) if panel else (),
    )


def _fit(
    columns: pd.DataFrame, outcome: str, specifications: Sequence[GravitySpecification]
) -> tuple[PanelData | None, dict[Key, LinearFit], dict[Key, str]]:
    fits: dict[Key, LinearFit] = {}
    refused: dict[Key, str] = {}
    panel = None
    for item in specifications:
        key = (item.estimator, item.covariance)
        try:
            if panel is None:
                panel = _panel(columns, outcome)
            fits[key] = ESTIMATORS[item.estimator](panel, covariance_rule(item.covariance))
        except EstimationError as error:
            refused[key] = str(error)
    return panel, fits, refused


def _panel(columns: pd.DataFrame, outcome: str) -> PanelData:
    if columns.empty:
        raise EstimationError("no row has every variable of the equation")
    terms = [name for name in columns.columns if name != outcome]
    return panel_data(
        columns[outcome].to_numpy(),
        columns[terms].to_numpy(),
        terms,
        columns.index.get_level_values("country_iso3").to_numpy(dtype=str),
        columns.index.get_level_values("year").to_numpy(),
        outcome_name=outcome,
    )


def _tests(
    panel: PanelData, fits: Mapping[Key, LinearFit], alpha: float
) -> tuple[tuple[Key, SpecificationTest], ...]:
    """Tests between the estimators, each with the specification whose assumption or effects it tests."""
    first: dict[str, Key] = {}
    for key in fits:
        first.setdefault(key[0], key)
    tests: list[tuple[Key, SpecificationTest]] = []

    def add(key: Key, code: str, test, *arguments) -> None:
        try:
            tests.append((key, test(*arguments, alpha=alpha)))
        except EstimationError as error:
            tests.append((key, _not_made(code, str(error), alpha)))

    pooled, fixed = first.get("pooled_ols"), first.get("fixed_effects")
    if pooled:
        add(pooled, "breusch_pagan_lm", breusch_pagan_lm, panel, fits[pooled])
    if pooled and fixed:
        add(fixed, "f_partner_effects", f_test_of_partner_effects, fits[pooled], fits[fixed])
    for estimator in EFFICIENT:
        efficient = first.get(estimator)
        if fixed and efficient:
            for form in HAUSMAN_FORMS:
                add(efficient, f"hausman_{form}", hausman, fits[fixed], fits[efficient], form)
    return tuple(tests)


def _not_made(code: str, why: str, alpha: float) -> SpecificationTest:
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


@dataclass(frozen=True)
class Selected:
    """What is selected for one flow.

    Attributes
    ----------
    key : Key or None
        Estimator and covariance; None when nothing could be.
    reason, contradiction : str
        Sentences: why, and what speaks against it.
    """

    key: Key | None
    reason: str
    contradiction: str


def select(study: Study, equations: Sequence[Equation]) -> dict[str, Selected]:
    """Choose, by the study's rule, one specification of its model and base fill set for each flow.

    Returns
    -------
    dict of str to Selected
        By flow.
    """
    chosen = {}
    for equation in equations:
        if not is_eligible(study, equation):
            continue
        try:
            selection = equation.select(study.gravity.selection.rule)
        except NotEstimable as error:
            chosen[equation.flow.flow] = Selected(None, f"Nothing is selected: {error}.", "")
            continue
        key = next(key for key in equation.fits if key[0] == selection.estimator)
        chosen[equation.flow.flow] = Selected(key, selection.reason, selection.contradiction)
    return chosen


def is_eligible(study: Study, equation: Equation) -> bool:
    """Whether the study selects among the specifications of this equation."""
    selection = study.gravity.selection
    return equation.model.model == selection.model and equation.fill_set == study.base_fill_set


def is_selected(study: Study, equation: Equation, key: Key, selected: Mapping[str, Selected]) -> bool:
    """Whether one specification of an equation is the selected one of its flow."""
    return is_eligible(study, equation) and selected[equation.flow.flow].key == key
