"""The part of a study that SQL reads, as tables: partners, variables, fill rules, classes, concepts."""

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
        "index_role": "str",
        "index_title": "str",
        "gap_scenario": "str",
        "gap_flow": "str",
        "profile_priority": "Int64",
        "has_panel": "boolean",
        "has_index": "boolean",
        "has_gravity": "boolean",
        "has_potential": "boolean",
        "has_printed_numbers": "boolean",
    },
    "serai__study_partners": {
        "study": "str",
        "partner_iso3": "str",
        "group_code": "str",
        "membership_rule": "str",
        "is_reference_included": "boolean",
        "is_every_country": "boolean",
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
        "boundary_reason": "str",
    },
    "serai__study_digital_trade": {
        "study": "str",
        "year_from": "Int64",
        "year_to": "Int64",
        "services_exports_variable": "str",
        "services_imports_variable": "str",
        "totals_concept": "str",
        "scale_method": "str",
        "min_countries": "Int64",
        "min_measure_share": "float64",
        "min_pillars": "Int64",
        "scale_reason": "str",
    },
    "serai__study_digital_totals": {
        "study": "str",
        "direction": "str",
        "value_variable": "str",
        "percentage_variable": "str",
    },
    "serai__study_digital_measures": {
        "study": "str",
        "pillar": "str",
        "pillar_title": "str",
        "pillar_reason": "str",
        "measure_kind": "str",
        "measure": "str",
        "is_lower_better": "boolean",
    },
    "serai__study_concepts": {
        "study": "str",
        "concept": "str",
        "position": "Int64",
        "title": "str",
        "definition": "str",
        "share_of_concept": "str",
        "absent_because": "str",
    },
    "serai__study_pair_gravity": {
        "study": "str",
        "year_from": "Int64",
        "year_to": "Int64",
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
        "serai__study_digital_trade": _digital_trade,
        "serai__study_digital_totals": _digital_totals,
        "serai__study_digital_measures": _digital_measures,
        "serai__study_concepts": _concepts,
        "serai__study_pair_gravity": _pair_gravity,
    }
    tables = {}
    for name, columns in COLUMNS.items():
        rows = [row for study in studies for row in makers[name](study)]
        tables[name] = pd.DataFrame(rows, columns=list(columns), dtype=object).astype(columns)
    return tables


def _studies(study: Study) -> Iterator[tuple[Any, ...]]:
    gap = study.index.gap_scenario if study.index else None
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
        study.index.role if study.index else None,
        study.index.title if study.index else None,
        gap.scenario if gap else None,
        gap.flow if gap else None,
        study.profile_priority,
        study.partners is not None,
        study.index is not None,
        study.gravity is not None,
        study.potential is not None,
        study.printed is not None,
    )


def _partners(study: Study) -> Iterator[tuple[Any, ...]]:
    partners = study.partners
    if partners is None:
        return
    for country in partners.countries or (None,):
        yield (
            study.study,
            country,
            partners.group_code,
            partners.membership_rule,
            partners.is_reference_included,
            partners.is_every_country,
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
            study.potential.boundary_reason,
        )


def _concepts(study: Study) -> Iterator[tuple[Any, ...]]:
    for position, item in enumerate(study.monitor.concepts if study.monitor else (), start=1):
        yield (
            study.study,
            item.concept,
            position,
            item.title,
            item.definition,
            item.share_of,
            item.absent_because,
        )


def _pair_gravity(study: Study) -> Iterator[tuple[Any, ...]]:
    if study.pair_gravity:
        years = study.pair_gravity.years or study.years
        yield study.study, years.first, years.last


def _digital_trade(study: Study) -> Iterator[tuple[Any, ...]]:
    if digital := study.digital_trade:
        scale = digital.scale
        yield (
            study.study,
            digital.years.first,
            digital.years.last,
            digital.services.exports,
            digital.services.imports,
            digital.totals.concept,
            scale.method,
            scale.min_countries,
            scale.min_measure_share,
            scale.min_pillars,
            scale.reason,
        )


def _digital_totals(study: Study) -> Iterator[tuple[Any, ...]]:
    if digital := study.digital_trade:
        for direction in ("exports", "imports"):
            total = getattr(digital.totals, direction)
            # A total in US dollars is its own value; a converted one is a percentage of the value.
            yield study.study, direction, total.variable or total.percentage_of, total.percentage


def _digital_measures(study: Study) -> Iterator[tuple[Any, ...]]:
    for pillar in study.digital_trade.pillars if study.digital_trade else ():
        for item in pillar.measures:
            yield (
                study.study,
                pillar.pillar,
                pillar.title,
                pillar.reason,
                item.kind,
                item.name,
                item.is_lower_better,
            )
