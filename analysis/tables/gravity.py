"""Fits, coefficients and tests of the equations as tables."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from analysis.design import PanelInputs
from analysis.equation import Equation, Key, Selected, is_selected
from analysis.equation_tests import is_measure
from analysis.estimators import n_clusters_of, r_squared_of
from analysis.few_clusters import inference_to_lead
from analysis.gravity.hausman import EIGENVALUE_TOLERANCE, HausmanTest
from analysis.gravity.inference import FewClusters, Inference, infer
from analysis.gravity.specification_tests import SpecificationTest
from analysis.study import Study
from analysis.tables.caveats import (
    coefficient_caveat,
    few_clusters_lead,
    fit_caveat,
    joined,
    no_inference_for_few_clusters,
)


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
        rows = equation.sample_of(key).rows
        r_squared, kind = r_squared_of(fit) if fit else (None, None)
        yield {
            **names(study, equation, key),
            "estimator": item.estimator,
            "n_obs": len(rows),
            "n_entities": rows.get_level_values("country_iso3").nunique(),
            "n_years": rows.get_level_values("year").nunique(),
            "r_squared": r_squared,
            "r_squared_kind": kind,
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
        alpha = study.gravity.significance_level
        inference = infer(fit, 1 - alpha)
        panel = equation.panel_of(key)
        settings = FewClusters(**study.gravity.few_clusters.model_dump())
        leading, why_usual = inference_to_lead(key, fit, panel, 1 - alpha, settings)
        n_clusters = n_clusters_of(fit, panel)
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
                "caveat": joined(
                    [
                        few_clusters_lead(leading, inference, position, alpha),
                        no_inference_for_few_clusters(n_clusters, why_usual),
                        coefficient_caveat(equation, key, term_caveats.get(term, ""), against),
                    ]
                ),
                **_few_clusters(leading, position),
                "n_clusters": n_clusters,
            }


def _few_clusters(leading: Inference, position: int) -> dict[str, Any]:
    """Columns of one coefficient by the method for few clusters; none where the clusters are enough."""
    if leading.n_clusters is None:
        return {}
    low, high = leading.ci_low[position], leading.ci_high[position]
    return {
        "few_cluster_method": leading.method,
        "few_cluster_p_value": leading.p_values[position],
        "few_cluster_ci_low": low if math.isfinite(low) else None,
        "few_cluster_ci_high": high if math.isfinite(high) else None,
        "few_cluster_df": leading.df[position],
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
            "is_measure": is_measure(test.test),
            **_definiteness(test),
        }


def _definiteness(test: SpecificationTest) -> dict[str, Any]:
    """Of what rank the covariance of a Hausman difference is, and whether it is one at all."""
    if not isinstance(test, HausmanTest):
        return {}
    return {
        "covariance_rank": test.rank,
        "negative_eigenvalue_count": int((test.eigenvalues < -EIGENVALUE_TOLERANCE).sum()),
        "compared_term_count": len(test.terms),
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
