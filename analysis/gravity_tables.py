"""Fits, coefficients and tests of the equations as tables, and which of them are selected."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from analysis.caveats import fit_caveat, joined
from analysis.design import PanelInputs
from analysis.equation import Equation, Key
from analysis.gravity.errors import NotEstimable
from analysis.gravity.inference import infer
from analysis.study import Study


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


def specification_name(equation: Equation, key: Key) -> str:
    """Return ``estimator.covariance.fill_set``."""
    return ".".join((*key, equation.fill_set))


def names(study: Study, equation: Equation, key: Key) -> dict[str, str]:
    """The columns that name a specification of an equation."""
    return {
        "study": study.study,
        "model": equation.model.model,
        "specification": specification_name(equation, key),
        "flow": equation.flow.flow,
    }


def fit_rows(
    study: Study,
    equation: Equation,
    inputs: PanelInputs,
    about_index: Iterable[str],
    selected: Mapping[str, Selected],
) -> Iterator[dict[str, Any]]:
    """Rows of `gravity_fit`: one per specification, those that could not be estimated included."""
    about_index = list(about_index)
    for item in equation.specifications:
        key = (item.estimator, item.covariance)
        fit = equation.fits.get(key)
        is_chosen = is_selected(study, equation, key, selected)
        against = selected[equation.flow.flow].contradiction if is_chosen else ""
        rows = equation.sample.rows
        yield {
            **names(study, equation, key),
            "estimator": item.estimator,
            "n_obs": len(rows),
            "n_entities": rows.get_level_values("country_iso3").nunique(),
            "n_years": rows.get_level_values("year").nunique(),
            "r_squared": fit.headline_r_squared if fit else None,
            "r_squared_kind": fit.r_squared_kind if fit else None,
            "log_likelihood": fit.log_likelihood if fit else None,
            "fill_set": equation.fill_set,
            "is_selected": is_chosen,
            "selection_reason": _selection_reason(study, equation, key, selected),
            "caveat": fit_caveat(study, equation, key, inputs, about_index, against),
        }


def coefficient_rows(
    study: Study, equation: Equation, selected: Mapping[str, Selected]
) -> Iterator[dict[str, Any]]:
    """Rows of `gravity_coefficients`: every term of every specification that could be estimated."""
    term_caveats = {term.term: term.caveat or "" for term in study.gravity.terms}
    for key, fit in equation.fits.items():
        inference = infer(fit)
        is_chosen = is_selected(study, equation, key, selected)
        for position, term in enumerate(inference.terms):
            yield {
                **names(study, equation, key),
                "estimator": key[0],
                "covariance": key[1],
                "term": term,
                "estimate": inference.estimates[position],
                "std_error": inference.std_errors[position],
                "statistic": inference.statistics[position],
                "p_value": inference.p_values[position],
                "ci_low": inference.ci_low[position],
                "ci_high": inference.ci_high[position],
                "is_selected": is_chosen,
                "caveat": joined([term_caveats.get(term, ""), *fit.caveats]),
            }


def test_rows(study: Study, equation: Equation) -> Iterator[dict[str, Any]]:
    """Rows of `gravity_tests`: each test at the specification that it belongs to."""
    for key, test in equation.tests:
        yield {
            **names(study, equation, key),
            "test": test.test,
            "statistic": test.statistic,
            "df1": test.df1,
            "df2": test.df2,
            "p_value": test.p_value,
            "is_valid": test.is_valid,
            "conclusion": joined([test.conclusion]),
            "caveat": joined([test.caveat]),
        }


def _selection_reason(study: Study, equation: Equation, key: Key, selected: Mapping[str, Selected]) -> str:
    rule = study.gravity.selection
    if equation.model.model != rule.model:
        return f"Not selected: the study selects from its model {rule.model}."
    if equation.fill_set != study.base_fill_set:
        return f"Not selected: the study selects from its base fill set {study.base_fill_set}."
    chosen = selected[equation.flow.flow]
    if chosen.key is None or chosen.key == key:
        return chosen.reason
    if key not in equation.fits:
        return "Not selected: it cannot be estimated."
    return f"Not selected: the rule {rule.rule} chooses {chosen.key[0]} with {chosen.key[1]}."
