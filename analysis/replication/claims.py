"""Sentences of a publication, held against our tables."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from typing import Any

import pandas as pd

from analysis.replication.comparison import SAME_SIGN, compare_texts
from analysis.replication.evidence import Evidence
from analysis.study.printed import Claim

Item = dict[str, Any]


def claim_items(evidence: Evidence) -> Iterator[Item]:
    """Hold each claim of the publication against our tables.

    Parameters
    ----------
    evidence : Evidence

    Yields
    ------
    dict
        Columns of `replication`, named ``claim.<number>`` in printed order: once under the base fill set
        where the claim is about the index, once per fill set where it is about the equation.

    Raises
    ------
    KeyError
        When our potential has no row of the last printed year.
    """
    checks: dict[str, Callable[[Evidence, Claim], Iterator[Item]]] = {
        "index_rises_everywhere": _index_rises_everywhere,
        "index_leader": _index_leader,
        "positive_and_significant": _positive_and_significant,
        "classes_found": _classes_found,
    }
    for number, claim in enumerate(evidence.printed.claims, start=1):
        for item in checks[claim.check](evidence, claim):
            yield {"item": f"claim.{number}", **item}


def _index_rises_everywhere(evidence: Evidence, claim: Claim) -> Iterator[Item]:
    shared = {"fill_set": evidence.study.base_fill_set}
    years = evidence.printed.years
    ends = evidence.index.unstack("year").reindex(columns=[years[0], years[-1]]).dropna()
    if ends.empty:
        yield {**shared, **compare_texts(claim.text, "", None, "Our index could not be made.")}
        return
    rises = ends[years[-1]] > ends[years[0]]
    moves = ", ".join(f"{country} {first:.2f} to {last:.2f}" for country, first, last in ends.itertuples())
    ours = f"Our index from {years[0]} to {years[-1]}: {moves}."
    agrees = bool(rises.all()) and len(ends) == len(evidence.printed.row_order.partners)
    why = f"It rises in {int(rises.sum())} of {len(ends)} partners."
    compared = compare_texts(claim.text, ours, agrees, why)
    # A direction agreed on is not a number equalled.
    yield {**shared, **compared, **({"verdict": SAME_SIGN} if agrees else {})}


def _index_leader(evidence: Evidence, claim: Claim) -> Iterator[Item]:
    printed = evidence.printed
    shared = {"fill_set": evidence.study.base_fill_set, "partner_iso3": claim.partner_iso3}
    table = pd.Series(printed.index_values()).unstack()
    last = printed.years[-1]
    theirs = f"In the printed table {_leaders(table, last)}."
    own = evidence.index.unstack("year").dropna(axis=1, how="all")
    if last not in own.columns:
        yield {**shared, **compare_texts(claim.text, "", None, f"Our index could not be made. {theirs}")}
        return
    ours = f"In our index {_leaders(own, last)}."
    agrees = own[last].idxmax() == claim.partner_iso3
    yield {**shared, **compare_texts(claim.text, ours, agrees, theirs)}


def _leaders(index: pd.DataFrame, last: int) -> str:
    """Who leads in the last year and on the mean of all years; partners in rows, years in columns."""
    return f"{index[last].idxmax()} leads in {last} and {index.mean(axis=1).idxmax()} on the mean"


def _positive_and_significant(evidence: Evidence, claim: Claim) -> Iterator[Item]:
    printed = evidence.printed
    level = evidence.study.gravity.significance_level
    table = printed.regression
    p_column = table.columns.index("p_value")
    weak = [term for term in claim.terms if float(table.rows[term][p_column]) >= level]
    theirs = (
        f"By the paper's own table {', '.join(weak)} is not significant at {level:.0%}."
        if weak
        else f"By the paper's own table all are significant at {level:.0%}."
    )
    for fill_set in evidence.by_fill_set:
        found = {
            term: (
                evidence.coefficient(fill_set, printed.comparison.random_effects, term, "estimate"),
                evidence.coefficient(fill_set, printed.comparison.random_effects, term, "p_value"),
            )
            for term in claim.terms
        }
        shared = {"model": evidence.model.model, "fill_set": fill_set}
        if any(estimate is None for estimate, _ in found.values()):
            yield {
                **shared,
                **compare_texts(claim.text, "", None, f"The equation cannot be estimated. {theirs}"),
            }
            continue
        parts = [f"{term} {estimate:.3f} (p = {p_value:.3f})" for term, (estimate, p_value) in found.items()]
        agrees = all(estimate > 0 and p_value < level for estimate, p_value in found.values())
        compared = compare_texts(claim.text, ", ".join(parts), agrees, theirs)
        yield {**shared, **compared, **({"verdict": SAME_SIGN} if agrees else {})}


def _classes_found(evidence: Evidence, claim: Claim) -> Iterator[Item]:
    labels = {item.label for item in evidence.study.potential.classes}
    last = evidence.printed.years[-1]
    for fill_set in evidence.by_fill_set:
        table = evidence.potential(fill_set)
        shared = {"model": evidence.model.model, "fill_set": fill_set}
        defined = table["potential_class"].dropna()
        if defined.empty:
            yield {**shared, **compare_texts(claim.text, "", None, "Our K is undefined under this fill set.")}
            continue
        latest = table.xs(last, level="year")
        parts = [
            f"{partner} {'undefined' if math.isnan(row.potential_ratio) else row.potential_class}"
            for partner, row in latest.iterrows()
        ]
        found = set(defined)
        why = f"Over all years our K falls into {len(found)} of {len(labels)} classes."
        yield {**shared, **compare_texts(claim.text, f"{last}: {', '.join(parts)}.", found == labels, why)}
