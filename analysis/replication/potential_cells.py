"""Our trade potential beside the printed table of K and its classes."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Any

import pandas as pd

from analysis.potential.classes import RatioClass, classify
from analysis.replication.comparison import NOT_REPRODUCIBLE, compare, compare_texts
from analysis.replication.evidence import Evidence

DASH = "-"
NEGATIVE = "The printed K is not positive, which trade over predicted trade cannot be."
RULE_IS_TAKEN_OVER = "The study takes its classes from this rule, so agreement is no finding."

Item = dict[str, Any]


def potential_items(evidence: Evidence) -> Iterator[Item]:
    """K of every partner and year under every fill set."""
    printed = evidence.printed
    for fill_set in evidence.by_fill_set:
        table = evidence.potential(fill_set)
        for partner, cells in printed.potential.rows.items():
            for year, cell in zip(printed.years, cells, strict=True):
                key = (partner, year)
                own = table.loc[key, "potential_ratio"] if key in table.index else None
                shared = {
                    "item": f"potential.{partner}.{year}",
                    "model": evidence.model.model,
                    "partner_iso3": partner,
                    "year": year,
                    "fill_set": fill_set,
                }
                if cell is None:
                    yield {
                        **shared,
                        "printed_text": DASH,
                        "our_value": own,
                        "our_text": None if own is None or math.isnan(own) else f"{own:.{printed.decimals}f}",
                        "verdict": NOT_REPRODUCIBLE,
                        "reason": "The paper prints a dash here.",
                    }
                else:
                    compared = compare(
                        printed.text(cell),
                        own,
                        missing_because="Our K is undefined: an input is missing under this fill set.",
                        not_reproducible_because=NEGATIVE if float(cell) <= 0 else "",
                    )
                    yield {**shared, **compared}


def rule_items(evidence: Evidence) -> Iterator[Item]:
    """The rules of the classes, beside the classes of the study."""
    ours = _rule_texts(evidence)
    why = f"{RULE_IS_TAKEN_OVER} {evidence.study.potential.boundary_reason}"
    for number, rule in enumerate(evidence.printed.potential.rules, start=1):
        own = ours[number - 1] if number <= len(ours) else ""
        yield {"item": f"potential_rule.{number}", **compare_texts(rule, own, rule == own, why)}


def _rule_texts(evidence: Evidence) -> list[str]:
    """Our classes in the words of the printed rule."""
    texts, before = [], None
    for item in evidence.study.potential.classes:
        below = None if item.upper is None else f"{'<=' if item.is_upper_included else '<'} {item.upper:g}"
        if before is None:
            texts.append(f"K {below}" if below else "any K")
        elif below is None:
            texts.append(f"K {'>' if before.is_upper_included else '>='} {before.upper:g}")
        else:
            texts.append(f"{before.upper:g} {'<' if before.is_upper_included else '<='} K {below}")
        before = item
    return texts


def class_items(evidence: Evidence) -> Iterator[Item]:
    """The class that the printed rule gives the printed K, beside the class of ours."""
    printed = evidence.printed
    classes = evidence.study.potential.classes
    for fill_set in evidence.by_fill_set:
        table = evidence.potential(fill_set)
        for partner, cells in printed.potential.rows.items():
            for year, cell in zip(printed.years, cells, strict=True):
                if cell is None:
                    continue
                key = (partner, year)
                own = table.loc[key, "potential_class"] if key in table.index else None
                yield {
                    "item": f"potential_class.{partner}.{year}",
                    "model": evidence.model.model,
                    "partner_iso3": partner,
                    "year": year,
                    "fill_set": fill_set,
                    **_class_beside(float(cell), own, classes),
                }


def _class_beside(printed_ratio: float, own: Any, classes: Sequence[RatioClass]) -> Item:
    ours = "undefined" if pd.isna(own) else str(own)
    if printed_ratio <= 0:
        return compare_texts("undefined", ours, None, f"{NEGATIVE} It has no class.")
    theirs = classify([printed_ratio], classes)[0]
    why = "The paper prints K and the rule, not the class of each cell; this is its rule applied to its K."
    return compare_texts(theirs, ours, None if pd.isna(own) else theirs == ours, why)
