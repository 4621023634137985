"""Ours beside the printed numbers, cell by cell, under every fill set that the study declares."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

from analysis.gravity.selection import HAUSMAN_ORDER
from analysis.replication.claims import claim_items
from analysis.replication.comparison import (
    CLAIM,
    CONSISTENCY,
    DERIVED,
    IMPLIED,
    NO_FILL_SET,
    PRINTED,
    TRIVIAL,
    compare,
    compare_texts,
)
from analysis.replication.consistency import consistency_items
from analysis.replication.evidence import Evidence
from analysis.replication.implied import implied_items
from analysis.replication.potential_cells import class_items, potential_items, rule_items
from analysis.replication.rounding import moment_interval
from analysis.study.printed import Printed, half_unit

PRINTED_TWICE = "Printed twice, judged as"

Item = dict[str, Any]


def replication_rows(evidence: Evidence) -> Iterator[Item]:
    """Rows of `replication`: every printed number, once per fill set that enters ours, and what it implies.

    Every item has one kind out of `comparison.KINDS`, that of its part unless it says otherwise itself.
    """
    parts = (
        (_sample, TRIVIAL),
        (_index, PRINTED),
        (_descriptive_statistics, PRINTED),
        (_f_test, PRINTED),
        (_hausman, PRINTED),
        (_regression, PRINTED),
        (potential_items, PRINTED),
        (rule_items, DERIVED),
        (class_items, DERIVED),
        (claim_items, CLAIM),
        (_unplaced, PRINTED),
        (consistency_items, CONSISTENCY),
        (implied_items, IMPLIED),
    )
    notes = evidence.printed.notes
    for part, kind in parts:
        for item in part(evidence):
            note = " ".join(text for key, text in notes.items() if concerns(key, item["item"]))
            item["reason"] = f"{item['reason']} {note}".strip()
            yield {"study": evidence.study.study, "fill_set": NO_FILL_SET, "kind": kind, **item}


def concerns(key: str, item: str) -> bool:
    """Whether a note is about an item: its key is how the item's name starts, part by part, * for any."""
    wanted, parts = key.split("."), item.split(".")
    return len(wanted) <= len(parts) and all(map(_fits, wanted, parts))


def _fits(wanted: str, part: str) -> bool:
    return wanted in ("*", part)


def _term(evidence: Evidence, term: str) -> dict[str, str]:
    return {"model": evidence.model.model, "term": evidence.printed.comparison.terms[term]}


def _sample(evidence: Evidence) -> Iterator[Item]:
    printed = evidence.printed.sample
    for fill_set, equation in evidence.by_fill_set.items():
        rows = equation.sample.rows
        years = sorted(set(rows.get_level_values("year")))
        counts = {
            "partners": (printed.partners, rows.get_level_values("country_iso3").nunique()),
            "periods": (printed.periods, len(years)),
            "observations": (printed.observations, len(rows)),
        }
        shared = {"model": evidence.model.model, "fill_set": fill_set}
        for name, (theirs, ours) in counts.items():
            yield {**shared, "item": f"sample.{name}", **compare(str(theirs), ours)}
        texts = [", ".join(map(str, values)) for values in (printed.years, years)]
        agrees = texts[0] == texts[1]
        why = "The same years." if agrees else "No row of the other years has every variable."
        yield {**shared, "item": "sample.years", **compare_texts(*texts, agrees, why)}


def _index(evidence: Evidence) -> Iterator[Item]:
    printed, study = evidence.printed, evidence.study
    adequacy = evidence.tables["index_adequacy"].set_index("statistic")
    loadings = evidence.tables["index_loadings"].drop_duplicates("component").set_index("component")
    why_not = {"not_reproducible_because": printed.index.not_reproducible_because}
    shared = {"fill_set": study.base_fill_set}

    def ours(statistic: str, column: str = "value") -> float | None:
        return adequacy.loc[statistic, column] if statistic in adequacy.index else None

    share = ours("explained_share_retained")
    numbers = {
        "components": (printed.index.components, ours("components_retained")),
        "cumulative_variance_pct": (
            printed.index.cumulative_variance_pct,
            None if share is None else 100 * share,
        ),
        "kmo": (printed.index.kmo, ours("kmo")),
        "bartlett_p": (printed.index.bartlett_p, ours("bartlett_chi2", "p_value")),
    }
    # Their number is the only thing about the indicators that the paper states.
    count = compare(str(printed.index.indicators), len(study.index.indicators))
    yield {**shared, "item": "index_method.indicators", "kind": TRIVIAL, **count}
    for name, (theirs, own) in numbers.items():
        yield {**shared, "item": f"index_method.{name}", **compare(printed.text(theirs), own, **why_not)}
    for component, weight in enumerate(printed.index.weights, start=1):
        own = loadings["weight"].get(component)
        compared = compare(printed.text(weight), own, **why_not)
        yield {**shared, "item": f"index_method.weight_{component}", **compared}
    for partner, cells in printed.index.rows.items():
        for year, cell in zip(printed.years, cells, strict=True):
            yield {
                **shared,
                "item": f"index.{partner}.{year}",
                "partner_iso3": partner,
                "year": year,
                **compare(printed.text(cell), evidence.index.get((partner, year)), **why_not),
            }


def _descriptive_statistics(evidence: Evidence) -> Iterator[Item]:
    printed = evidence.printed
    half = half_unit(printed.text(0.0))
    indexes = {term.term for term in evidence.study.gravity.terms if term.index == "printed"}
    for fill_set in evidence.by_fill_set:
        columns = evidence.columns(fill_set)
        for term, cells in printed.descriptive_statistics.rows.items():
            is_printed_index = printed.comparison.terms[term] in indexes
            values = columns[printed.comparison.terms[term]].dropna()
            ours = {
                "n": len(values),
                "mean": values.mean(),
                "sd": values.std(ddof=1),
                "min": values.min(),
                "max": values.max(),
            }
            for column, cell in zip(printed.descriptive_statistics.columns, cells, strict=True):
                possible = None
                if is_printed_index and column != "n" and len(values) > 1:
                    possible = moment_interval(column, float(ours[column]), len(values), half)
                yield {
                    **_term(evidence, term),
                    "item": f"descriptive.{term}.{column}",
                    "fill_set": fill_set,
                    "kind": TRIVIAL if is_printed_index or column == "n" else PRINTED,
                    **compare(printed.text(cell), ours[column], possible=possible),
                }


def _f_test(evidence: Evidence) -> Iterator[Item]:
    printed = evidence.printed
    for fill_set in evidence.by_fill_set:
        test = evidence.test(fill_set, "f_partner_effects")
        for name in ("df1", "df2", "statistic", "p_value"):
            ours = None if test is None else getattr(test, name)
            compared = compare(
                printed.text(getattr(printed.f_test, name)),
                ours,
                missing_because="The F test could not be made.",
            )
            yield {
                "item": f"f_test.{name}",
                "model": evidence.model.model,
                "fill_set": fill_set,
                "kind": TRIVIAL if name in ("df1", "df2") else PRINTED,
                **compared,
            }


def _hausman(evidence: Evidence) -> Iterator[Item]:
    printed, comparison = evidence.printed, evidence.printed.comparison
    for fill_set in evidence.by_fill_set:
        for term, cells in printed.hausman.rows.items():
            fixed, fixed_se, random, random_se = (
                evidence.coefficient(fill_set, specification, term, column)
                for specification in (comparison.fixed_effects, comparison.random_effects)
                for column in ("estimate", "std_error")
            )
            has_both = fixed is not None and random is not None
            variance = fixed_se**2 - random_se**2 if has_both else math.nan
            ours = {
                "fe": fixed,
                "re": random,
                "difference": fixed - random if has_both else None,
                "se": math.sqrt(variance) if variance >= 0 else None,
            }
            missing = "Not estimable under this fill set."
            if has_both:
                missing = "The variance of the difference is negative under this fill set: it has no root."
            printed_se = _printed_std_error(printed, term)
            for column, cell in zip(printed.hausman.columns, cells, strict=True):
                compared = compare(
                    printed.text(cell),
                    ours[column],
                    std_error=printed_se if column == "re" else None,
                    is_signed=column != "se",
                    missing_because=missing,
                )
                item = {**_term(evidence, term), "item": f"hausman.{term}.{column}", "fill_set": fill_set}
                again = f"regression.{term}.estimate" if column == "re" else ""
                yield {**item, **(_repeated(compared, again) if again else compared)}
        yield {
            "item": "hausman.decision",
            "model": evidence.model.model,
            "fill_set": fill_set,
            "kind": CLAIM,
            **_decision(evidence, fill_set),
        }


def _repeated(compared: Item, again: str) -> Item:
    """A cell that print repeats is an item, but its verdict must not be counted with that of the other."""
    return {**compared, "kind": DERIVED, "reason": f"{PRINTED_TWICE} {again}. {compared['reason']}"}


def _decision(evidence: Evidence, fill_set: str) -> Item:
    """What the first valid Hausman test says of random effects."""
    tests = (evidence.test(fill_set, code) for code in HAUSMAN_ORDER)
    decisive = next((test for test in tests if test is not None and test.is_valid), None)
    theirs = evidence.printed.hausman.decision
    if decisive is None:
        return compare_texts(theirs, "", None, "No Hausman test is valid under this fill set.")
    ours = "fixed effects" if decisive.rejects else "random effects"
    return compare_texts(theirs, ours, ours == theirs, f"{decisive.test}: {decisive.conclusion}.")


def _printed_std_error(printed: Printed, term: str) -> float:
    table = printed.regression
    return float(table.rows[term][table.columns.index("std_error")])


def _regression(evidence: Evidence) -> Iterator[Item]:
    printed = evidence.printed
    specification = printed.comparison.random_effects
    table = printed.regression
    missing = "The equation cannot be estimated under this fill set."
    for fill_set in evidence.by_fill_set:
        shared = {"model": evidence.model.model, "fill_set": fill_set}
        for term, cells in table.rows.items():
            std_error = _printed_std_error(printed, term)
            for column, cell in zip(table.columns, cells, strict=True):
                ours = evidence.coefficient(
                    fill_set, specification, term, "statistic" if column == "z" else column
                )
                compared = compare(
                    printed.text(cell),
                    ours,
                    std_error=std_error if column in ("estimate", "ci_low", "ci_high") else None,
                    is_signed=column in ("estimate", "z"),
                    missing_because=missing,
                )
                yield {**shared, **_term(evidence, term), "item": f"regression.{term}.{column}", **compared}
        for term, cell in table.effect_in_text.items():
            ours = evidence.coefficient(fill_set, specification, term, "estimate")
            compared = compare(
                printed.text(cell),
                ours,
                std_error=_printed_std_error(printed, term),
                is_signed=True,
                missing_because=missing,
            )
            item = {**shared, **_term(evidence, term), "item": f"regression.{term}.effect_in_text"}
            yield {**item, **_repeated(compared, f"regression.{term}.estimate")}
        r_squared = evidence.r_squared(fill_set, specification)
        compared = compare(printed.text(table.r_squared), r_squared, missing_because=missing)
        yield {**shared, "item": "regression.r_squared", **compared}


def _unplaced(evidence: Evidence) -> Iterator[Item]:
    for number, item in enumerate(evidence.printed.unplaced, start=1):
        yield {"item": f"unplaced.{number}", **compare_texts(item.text, "", None, item.reason)}
