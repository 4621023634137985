"""Ours beside the printed numbers, as it is read: by part of the publication, fill sets side by side."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from analysis.report import wording
from analysis.report.study_frames import StudyFrames
from analysis.report.table import Cell, Column, Table, table

# From agreement to disagreement; a verdict of another name comes last, in the last colour.
_VERDICTS = ("equal to printed digits", "within 1 printed se", "same sign", "differs", "not reproducible")

PRINTED = "printed"
# What a kind of item is, where its name alone does not say.
_KINDS = {
    "derived": "follows from printed numbers or repeats one",
    "consistency": "the print against itself",
    "implied": "not printed, implied by printed numbers",
    "claim": "statements of the text",
    "trivial": "says nothing when it agrees",
}
# Fill set of an item that no filled value enters.
_NO_FILL_SET = "none stated"


@dataclass(frozen=True)
class Count:
    """How many rows share a verdict: number, share of all in per cent, and place in the colour scale."""

    name: str
    count: int
    share: float
    slot: int


def verdict_counts(rows: pd.DataFrame) -> list[Count]:
    """How many replication rows have each verdict, from agreement to disagreement."""
    counts = rows["verdict"].value_counts(sort=False)
    ordered = sorted(counts.items(), key=lambda pair: (_slot(pair[0]), pair[0]))
    return [
        Count(_name(verdict), int(count), round(100 * count / len(rows), 2), _slot(verdict))
        for verdict, count in ordered
    ]


def headline_rows(study: StudyFrames) -> pd.DataFrame:
    """Printed items under the base fill set, and those that no fill set enters: one row per item."""
    rows = study.rows("rpt_replication")
    return rows.loc[(_kinds(rows) == PRINTED) & _is_base(study, rows)].drop_duplicates("item")


def headline_scope(study: StudyFrames) -> str:
    """What the headline counts, in words."""
    rows = headline_rows(study)
    numbers = int(rows["printed_value"].notna().sum())
    counted = [wording.plural(numbers, "distinct printed number")] if numbers else []
    if numbers < len(rows):
        counted.append(
            wording.plural(len(rows) - numbers, "printed entry in words", "printed entries in words")
        )
    base = f" under {wording.label(study.base_fill_set)}, the base fill set" if study.base_fill_set else ""
    if base and (rows["fill_set"] == _NO_FILL_SET).any():
        base += " (or where no fill set enters)"
    return f"{wording.listing(counted)}{base}"


def _kinds(rows: pd.DataFrame) -> pd.Series:
    """Kind of each row; a release without kinds holds printed items alone."""
    return rows["kind"].where(rows["kind"] != "", PRINTED)


def _is_base(study: StudyFrames, rows: pd.DataFrame) -> pd.Series:
    return rows["fill_set"].isin([study.base_fill_set, _NO_FILL_SET])


def part_tables(study: StudyFrames) -> list[tuple[str, Table]]:
    """One table per kind and part of the publication (the item up to its first full stop), printed first.

    The summary of each counts the base fill set; the other fill sets stand in the table.
    """
    rows = study.rows("rpt_replication")
    kinds, parts = _kinds(rows), rows["item"].map(lambda item: item.split(".")[0])
    tables = []
    for kind in sorted(dict.fromkeys(kinds), key=lambda kind: kind != PRINTED):
        for part in dict.fromkeys(parts[kinds == kind]):
            own = rows.loc[(kinds == kind) & (parts == part)]
            base = own.loc[_is_base(study, own)]
            counts = ", ".join(f"{wording.whole(count.count)} {count.name}" for count in verdict_counts(base))
            tables.append(
                (
                    f"{_part_name(kind, part)}: {counts or 'nothing under the base fill set'}",
                    _part_table(study, part, own),
                )
            )
    return tables


def _part_name(kind: str, part: str) -> str:
    if kind == PRINTED:
        return wording.label(part)
    said = [] if kind == part else [wording.label(kind)]
    said += [_KINDS[kind]] if kind in _KINDS else []
    return f"{wording.label(part)} ({': '.join(said)}; not counted above)"


def _part_table(study: StudyFrames, part: str, rows: pd.DataFrame) -> Table:
    """Items of one part: one row per item, the printed number, then ours under each fill set."""
    fill_sets = list(dict.fromkeys(rows["fill_set"]))
    by_place = {(row["item"], row["fill_set"]): row for _, row in rows.iterrows()}
    body = []
    for item in dict.fromkeys(rows["item"]):
        own = [by_place.get((item, fill_set)) for fill_set in fill_sets]
        first = next(row for row in own if row is not None)
        body.append([_item_cell(study, part, first), _printed_cell(first), *map(_our_cell, own)])
    reasons = list(dict.fromkeys(rows.loc[rows["reason"] != "", "reason"]))
    notes = (reasons[0],) if len(reasons) == 1 else ()
    headings = [
        "Ours"
        if len(fill_sets) == 1
        else f"Ours: {wording.label(fill_set)}{' (base)' if fill_set == study.base_fill_set else ''}"
        for fill_set in fill_sets
    ]
    # Statements read like text; numbers stand to the right.
    kind = "number" if rows["printed_value"].notna().any() else "long"
    return table(
        f"Ours beside the printed number, {wording.label(part)}: one row per item. Small print: the verdict, "
        "and the difference in printed standard errors (se) where they are printed. Reasons on hovering, and "
        "in rpt_replication.",
        [Column("Item", "long"), Column("Printed", kind), *(Column(name, kind) for name in headings)],
        body,
        source="rpt_replication",
        notes=notes,
    )


def _item_cell(study: StudyFrames, part: str, row: pd.Series) -> Cell:
    words = [wording.label(word) for word in row["item"].removeprefix(part).strip(".").split(".") if word]
    below = [study.country(row["partner_iso3"])] if row["partner_iso3"] else []
    below += [wording.label(row["term"])] if row["term"] else []
    return Cell(" · ".join(words) or wording.label(part), below=", ".join(below), tooltip=row["item"])


def _printed_cell(row: pd.Series) -> Cell:
    error = row["printed_std_error"]
    return Cell(
        _shown(row["printed_value"], row["printed_text"]),
        below="" if wording.is_missing(error) else f"se {wording.compact(error)}",
    )


def _our_cell(row: pd.Series | None) -> Cell:
    if row is None:
        return Cell(wording.MISSING)
    distance, verdict = row["difference_in_se"], _name(row["verdict"])
    return Cell(
        _shown(row["our_value"], row["our_text"]),
        below=verdict if wording.is_missing(distance) else f"{verdict}, {wording.number(distance, 2)} se",
        tooltip=row["reason"],
        style=f"verdict slot-{_slot(row['verdict'])}",
    )


def _shown(value: float, text: str) -> str:
    """A number in the digits that the table gives it, or a statement."""
    if wording.is_missing(value):
        return text or wording.MISSING
    return text.replace("-", wording.MINUS) if text else wording.compact(value)


def _name(verdict: str) -> str:
    return wording.label(verdict) or "no verdict"


def _slot(verdict: str) -> int:
    name = _name(verdict)
    return _VERDICTS.index(name) if name in _VERDICTS else len(_VERDICTS)
