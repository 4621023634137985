"""One equation on one sample: every way it is estimated, the tests between them, and what is selected."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

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
from analysis.equation_tests import tests_of
from analysis.estimators import ESTIMATORS, Fit, estimate, explains_levels
from analysis.gravity.errors import EstimationError, NotEstimable
from analysis.gravity.panel_data import PanelData, panel_data
from analysis.gravity.selection import (
    Candidate,
    Rule,
    Selection,
    candidate_of,
    candidate_refused,
    select_model,
)
from analysis.gravity.specification_tests import SpecificationTest
from analysis.sample import Sample, select_rows
from analysis.study import Study
from analysis.study.equations import Flow, GravityModel, GravitySpecification

__all__ = [
    "ESTIMATORS",
    "Equation",
    "Key",
    "Selected",
    "estimate_equation",
    "is_eligible",
    "is_selected",
    "select",
]

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
    level_sample : Sample
        The same for estimators that explain trade in levels, in which a trade of zero has a place.
    panel, level_panel : PanelData or None
        What is estimated, of either sample; None where it cannot be or nothing asks for it.
    actual_usd : Series
        Trade in USD of every row of the panel, in the sample or not.
    filled_share : Series
        Share of the cells behind each row that were filled.
    missing_because : str
        Why the own index is missing under this fill set; empty when it is there or not used.
    fits : mapping of Key to Fit
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
    level_sample: Sample
    panel: PanelData | None
    level_panel: PanelData | None
    actual_usd: pd.Series
    filled_share: pd.Series
    missing_because: str
    fits: Mapping[Key, Fit]
    refused: Mapping[Key, str]
    tests: tuple[tuple[Key, SpecificationTest], ...]

    def test(self, code: str) -> SpecificationTest | None:
        """Return the first test of that code, if it was made."""
        return next((test for _, test in self.tests if test.test == code), None)

    def filled_share_of(self, key: Key) -> float:
        """Share of the cells behind the rows of a specification that were filled."""
        return self._filled_shares[explains_levels(key[0])]

    @cached_property
    def _filled_shares(self) -> dict[bool, float]:
        samples = {False: self.sample, True: self.level_sample}
        return {of_levels: self.filled_share[item.is_in].mean() for of_levels, item in samples.items()}

    def sample_of(self, key: Key) -> Sample:
        """Rows that enter a specification, estimated or not."""
        return self.level_sample if explains_levels(key[0]) else self.sample

    def panel_of(self, key: Key) -> PanelData | None:
        """What a specification explains and by what."""
        return self.level_panel if explains_levels(key[0]) else self.panel

    @property
    def candidates(self) -> tuple[Candidate, ...]:
        """Every estimator that the study lists here, in its order."""
        found: dict[str, Candidate] = {}
        for item in self.specifications:
            key = (item.estimator, item.covariance)
            if key in self.fits:
                # By the name in the study: fits of one estimator with other effects share theirs.
                found.setdefault(key[0], replace(candidate_of(self.fits[key]), estimator=key[0]))
            else:
                found.setdefault(key[0], candidate_refused(key[0], EstimationError(self.refused[key])))
        return tuple(found.values())

    @property
    def first_tests(self) -> tuple[SpecificationTest, ...]:
        """Tests by code; of one that several estimators have, that of the first."""
        found: dict[str, SpecificationTest] = {}
        for _, test in self.tests:
            found.setdefault(test.test, test)
        return tuple(found.values())

    def tests_about(self, estimator: str) -> tuple[SpecificationTest, ...]:
        """The first tests, with those that an estimator has of its own in place of another's."""
        own = {test.test: test for key, test in self.tests if key[0] == estimator}
        return tuple(own.get(test.test, test) for test in self.first_tests)

    def select(self, rule: Rule) -> Selection:
        """Choose among the estimators of this equation.

        Raises
        ------
        NotEstimable
            When none that the rule admits could be estimated.
        """
        return select_model(rule, self.candidates, self.first_tests)


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
    outcome = outcome_name(flow)
    samples = {
        False: select_rows(levels, logged),
        True: select_rows(levels, [name for name in logged if name != outcome]),
    }
    specifications = tuple(item for item in study.gravity.specifications if fill_set in item.fill_sets)
    panels: dict[bool, PanelData] = {}
    fits: dict[Key, Fit] = {}
    refused: dict[Key, str] = {}
    alpha = study.gravity.significance_level
    for item in specifications:
        key, of_levels = (item.estimator, item.covariance), explains_levels(item.estimator)
        try:
            if of_levels not in panels:
                taken = [name for name in logged if not (of_levels and name == outcome)]
                panels[of_levels] = _panel(take_logarithms(levels[samples[of_levels].is_in], taken), outcome)
            fits[key] = estimate(*key, panels[of_levels], alpha)
        except EstimationError as error:
            refused[key] = str(error)
    uses_own_index = any(term.index == "own" for term in study.gravity.terms_of(model))
    return Equation(
        model=model,
        flow=flow,
        fill_set=fill_set,
        specifications=specifications,
        sample=samples[False],
        level_sample=samples[True],
        panel=panels.get(False),
        level_panel=panels.get(True),
        actual_usd=actual_trade(inputs, flow),
        filled_share=inputs.filled_share(equation_variables(study, model, flow)),
        missing_because=missing_because if uses_own_index else "",
        fits=fits,
        refused=refused,
        tests=tuple(tests_of(fits, lambda key: panels[explains_levels(key[0])], alpha)),
    )


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
