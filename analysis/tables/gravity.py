"""Fits, coefficients and tests of the equations as tables."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from analysis.design import PanelInputs
from analysis.equation import Equation, Key, Selected, is_selected
from analysis.gravity.inference import infer
from analysis.study import Study
from analysis.tables.caveats import coefficient_caveat, fit_caveat, joined


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
        against = _against(equation, is_chosen, selected)
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
        inference = infer(fit, 1 - study.gravity.significance_level)
        is_chosen = is_selected(study, equation, key, selected)
        against = _against(equation, is_chosen, selected)
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
                "caveat": coefficient_caveat(equation, key, term_caveats.get(term, ""), against),
            }


def rows_of_tests(study: Study, equation: Equation) -> Iterator[dict[str, Any]]:
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


def _against(equation: Equation, is_chosen: bool, selected: Mapping[str, Selected]) -> str:
    """What the tests say against the specification, where it is the selected one."""
    return selected[equation.flow.flow].contradiction if is_chosen else ""


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
