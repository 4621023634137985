"""The part of a study that SQL reads, as tables: partners, variables, fill rules, classes of potential."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any

import pandas as pd

from analysis.study.definition import Study

COLUMNS: dict[str, dict[str, str]] = {
    "serai__studies": {
        "study": "str",
        "title": "str",
        "question": "str",
        "reference_iso3": "str",
        "as_of": "object",
        "year_from": "Int64",
        "year_to": "Int64",
        "base_fill_set": "str",
        "study_hash": "str",
    },
    "serai__study_partners": {
        "study": "str",
        "partner_iso3": "str",
        "group_code": "str",
        "membership_rule": "str",
        "is_reference_included": "boolean",
    },
    "serai__study_variables": {
        "study": "str",
        "variable": "str",
        "indicator_code": "str",
        "vintage_pin": "object",
        "is_later_vintage_allowed": "boolean",
        "chain_rate_variable": "str",
        "chain_base_year": "Int64",
        "chain_base_value": "float64",
    },
    "serai__study_fill_sets": {
        "study": "str",
        "fill_set": "str",
        "title": "str",
        "description": "str",
        "is_base": "boolean",
    },
    "serai__study_fill_rules": {
        "study": "str",
        "fill_set": "str",
        "variable": "str",
        "step": "Int64",
        "method": "str",
        "proxy_variable": "str",
        "max_years": "Int64",
        "from_year": "Int64",
        "to_year": "Int64",
        "is_in_logs": "boolean",
        "reason": "str",
    },
    "serai__study_potential_classes": {
        "study": "str",
        "potential_class": "str",
        "position": "Int64",
        "lower_bound": "float64",
        "is_lower_included": "boolean",
        "upper_bound": "float64",
        "is_upper_included": "boolean",
    },
}
"""Columns and types of each table; dates are Python dates in object columns, missing ones None."""


def rows_of_studies(studies: Sequence[Study]) -> dict[str, pd.DataFrame]:
    """Return the tables of `COLUMNS` for these studies."""
    makers = {
        "serai__studies": _studies,
        "serai__study_partners": _partners,
        "serai__study_variables": _variables,
        "serai__study_fill_sets": _fill_sets,
        "serai__study_fill_rules": _fill_rules,
        "serai__study_potential_classes": _potential_classes,
    }
    tables = {}
    for name, columns in COLUMNS.items():
        rows = [row for study in studies for row in makers[name](study)]
        tables[name] = pd.DataFrame(rows, columns=list(columns), dtype=object).astype(columns)
    return tables


def _studies(study: Study) -> Iterator[tuple[Any, ...]]:
    yield (
        study.study,
        study.title,
        study.question,
        study.reference_iso3,
        study.as_of,
        study.years.first,
        study.years.last,
        study.base_fill_set,
        study.hash,
    )


def _partners(study: Study) -> Iterator[tuple[Any, ...]]:
    partners = study.partners
    for country in partners.countries or (None,):
        yield (
            study.study,
            country,
            partners.group_code,
            partners.membership_rule,
            partners.is_reference_included,
        )


def _variables(study: Study) -> Iterator[tuple[Any, ...]]:
    for variable in study.variables:
        chain = variable.chain
        yield (
            study.study,
            variable.variable,
            variable.indicator_code,
            variable.vintage_pin,
            variable.is_later_vintage_allowed,
            chain.rate_variable if chain else None,
            chain.base_year if chain else None,
            chain.base_value if chain else None,
        )


def _fill_sets(study: Study) -> Iterator[tuple[Any, ...]]:
    for item in study.fill_sets:
        yield study.study, item.fill_set, item.title, item.description, item.fill_set == study.base_fill_set


def _fill_rules(study: Study) -> Iterator[tuple[Any, ...]]:
    for item in study.fill_sets:
        for variable, step, rule in item.steps():
            yield (
                study.study,
                item.fill_set,
                variable,
                step,
                rule.method,
                rule.proxy_variable,
                rule.max_years,
                rule.from_year,
                rule.to_year,
                bool(rule.is_in_logs) if rule.method == "trend" else None,
                rule.reason,
            )


def _potential_classes(study: Study) -> Iterator[tuple[Any, ...]]:
    classes = study.potential.classes if study.potential else ()
    for position, (below, item) in enumerate(pairwise((None, *classes)), start=1):
        yield (
            study.study,
            item.label,
            position,
            below.upper if below else None,
            # A bound belongs to exactly one of the two classes that it parts.
            not below.is_upper_included if below else None,
            item.upper,
            item.is_upper_included if item.upper is not None else None,
        )
