"""Sentences of a publication, judged by its own printed numbers where it can be, with ours beside them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pandas as pd

from analysis.potential.classes import classify
from analysis.replication.comparison import compare_texts
from analysis.replication.evidence import Evidence
from analysis.study.printed import Claim

Item = dict[str, Any]

OTHER_INDEX = (
    "The claim is about the printed index, which cannot be made again; ours is made of other indicators."
)


def claim_items(evidence: Evidence) -> Iterator[Item]:
    """Hold each claim of the publication against its own print, and say what ours says.

    A claim about the printed index cannot be judged by ours, which is made of substitutes. One about the
    equation is judged by the printed table that it sums up, so its verdict is the same under every fill set;
    what ours says there is in our_text.

    Parameters
    ----------
    evidence : Evidence

    Yields
    ------
    dict
        Columns of `replication`, named ``claim.<number>`` in printed order: once under the base fill set
        where the claim is about the index, once per fill set where it is about the equation.
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
    years = evidence.printed.years
    first, last = years[0], years[-1]
    printed = _ends(pd.Series(evidence.printed.index_values()), first, last)
    own = _ends(evidence.index, first, last)
    moves = ", ".join(f"{country} {low:.2f} to {high:.2f}" for country, low, high in own.itertuples())
    ours = f"Our index from {first} to {last} rises in {_rising(own)}: {moves}." if len(own) else ""
    absent = "" if ours else f" Ours is not there in both {first} and {last}."
    why = f"{OTHER_INDEX}{absent} In the printed table it rises in {_rising(printed)}."
    yield {"fill_set": evidence.study.base_fill_set, **compare_texts(claim.text, ours, None, why)}


def _ends(index: pd.Series, first: int, last: int) -> pd.DataFrame:
    """Index in the first and last year, of the partners that have both."""
    return index.unstack().reindex(columns=[first, last]).dropna()


def _rising(ends: pd.DataFrame) -> str:
    return f"{int((ends.iloc[:, 1] > ends.iloc[:, 0]).sum())} of {len(ends)} partners"


def _index_leader(evidence: Evidence, claim: Claim) -> Iterator[Item]:
    last = evidence.printed.years[-1]
    theirs = _leaders(pd.Series(evidence.printed.index_values()).unstack(), last)
    own = evidence.index.unstack("year").dropna(axis=1, how="all")
    ours = f"In our index {_leaders(own, last)}." if last in own.columns else ""
    absent = "" if ours else f" Ours is not there in {last}."
    why = f"{OTHER_INDEX}{absent} In the printed table {theirs}."
    shared = {"fill_set": evidence.study.base_fill_set, "partner_iso3": claim.partner_iso3}
    yield {**shared, **compare_texts(claim.text, ours, None, why)}


def _leaders(index: pd.DataFrame, last: int) -> str:
    """Who leads in the last year and on the mean of all years; partners in rows, years in columns."""
    return f"{index[last].idxmax()} leads in {last} and {index.mean(axis=1).idxmax()} on the mean"


def _positive_and_significant(evidence: Evidence, claim: Claim) -> Iterator[Item]:
    printed = evidence.printed
    level = evidence.study.gravity.significance_level
    table = printed.regression
    columns = [table.columns.index(name) for name in ("estimate", "p_value")]
    theirs = {term: tuple(float(table.rows[term][column]) for column in columns) for term in claim.terms}
    agrees = not _exceptions(theirs, level)
    for fill_set in evidence.by_fill_set:
        found = {
            term: tuple(
                evidence.coefficient(fill_set, printed.comparison.random_effects, term, column)
                for column in ("estimate", "p_value")
            )
            for term in claim.terms
        }
        why = f"By the paper's own table {_finding(theirs, level)}"
        if any(None in pair for pair in found.values()):
            ours, why = "", f"{why}; ours cannot be estimated under this fill set."
        else:
            parts = [
                f"{term} {estimate:.3f} (p = {p_value:.3f})" for term, (estimate, p_value) in found.items()
            ]
            ours, why = ", ".join(parts), f"{why}; by ours {_finding(found, level)}."
        shared = {"model": evidence.model.model, "fill_set": fill_set}
        yield {**shared, **compare_texts(claim.text, ours, agrees, why)}


def _exceptions(found: Mapping[str, tuple[float, float]], level: float) -> list[str]:
    """Terms whose slope is not positive, or not significant."""
    return [term for term, (estimate, p_value) in found.items() if not (estimate > 0 and p_value < level)]


def _finding(found: Mapping[str, tuple[float, float]], level: float) -> str:
    weak = _exceptions(found, level)
    if not weak:
        return f"all are positive and significant at {level:.0%}"
    verb = "is" if len(weak) == 1 else "are"
    return f"{', '.join(weak)} {verb} not positive and significant at {level:.0%}"


def _classes_found(evidence: Evidence, claim: Claim) -> Iterator[Item]:
    printed, classes = evidence.printed, evidence.study.potential.classes
    # A ratio of trade to predicted trade that is not positive is none, and a dash neither.
    theirs = {
        partner: classify([float(cell) for cell in cells if cell is not None and float(cell) > 0], classes)
        for partner, cells in printed.potential.rows.items()
    }
    found = {label for labels in theirs.values() for label in labels}
    agrees = len(found) == len(classes) and all(theirs.values())
    why = (
        f"By the printed K and rule the cells fall into {len(found)} of {len(classes)} classes, and "
        f"{sum(map(bool, theirs.values()))} of {len(theirs)} partners have one"
    )
    for fill_set in evidence.by_fill_set:
        own = evidence.potential(fill_set)["potential_class"]
        years = sorted(set(printed.years) & set(own.index.get_level_values("year")))
        shared = {"model": evidence.model.model, "fill_set": fill_set}
        if not years or own.isna().all():
            reason = f"{why}; our K is undefined under this fill set."
            yield {**shared, **compare_texts(claim.text, "", agrees, reason)}
            continue
        latest = own.xs(years[-1], level="year").fillna("undefined")
        parts = ", ".join(f"{partner} {label}" for partner, label in latest.items())
        reason = f"{why}; our K falls into {own.nunique()} of {len(classes)}."
        yield {**shared, **compare_texts(claim.text, f"{years[-1]}: {parts}.", agrees, reason)}
