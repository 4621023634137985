"""One coefficient under every admissible specification, from the smallest estimate to the largest."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from analysis.report import charts, wording
from analysis.report.study_frames import StudyFrames
from analysis.report.svg import DATA, Figure
from analysis.report.table import Cell, Column, Table, table

if TYPE_CHECKING:
    import altair

# More lines than this cannot be told apart; evenly spaced ones are drawn, the published one always.
_MOST_DRAWN = 240
_PUBLISHED = "#c2570c"


def curves(study: StudyFrames) -> list[tuple[str, str, pd.DataFrame]]:
    """Model, term and estimated rows of each curve of the main flow, in the table's order."""
    rows = study.rows("rpt_specification_curve")
    rows = rows.loc[rows["flow"] == study.main_flow].dropna(subset=["estimate"])
    return [
        (model, term, own.sort_values(["estimate", "position"], kind="stable").reset_index(drop=True))
        for (model, term), own in rows.groupby(["model", "term"], sort=False)
    ]


def curve_sentence(model: str, term: str, rows: pd.DataFrame) -> str:
    """What the curve says: signs, how many are told from 0, where the published one stands."""
    total = len(rows)
    told = rows.loc[rows["is_significant"]]
    positive, negative = (told["estimate"] > 0).sum(), (told["estimate"] < 0).sum()
    text = (
        f"{wording.sentence(wording.label(term))[:-1]} ({wording.label(model)}) is positive in "
        f"{wording.whole((rows['estimate'] > 0).sum())} of "
        f"{wording.plural(total, 'estimable specification')}; {wording.whole(positive)} are "
        "positive and told "
        f"from 0, {wording.whole(negative)} negative and told from 0"
    )
    reference = rows.index[rows["is_reference"]]
    if len(reference):
        text += f". The reference specification is number {wording.whole(reference[0] + 1)} by size"
    return f"{text}. Specifications share their data, so their count is no evidence by itself."


def curve_figure(study: StudyFrames, model: str, term: str, rows: pd.DataFrame, key: str) -> Figure:
    """Estimates by size with intervals; filled where told from 0, the reference one in another colour."""
    shown = _thinned(rows)
    caption = (
        f"{wording.sentence(wording.label(term))[:-1]} under every admissible specification, by "
        "size, with its "
        "95\N{NO-BREAK SPACE}% interval, cut at the frame. Dark: told from 0. Orange: the "
        "reference specification."
    )
    if len(shown) < len(rows):
        caption += f" Drawn: {len(shown)} of {len(rows):,}; all are in rpt_specification_curve."
    records = [_record(study, row) for _, row in shown.iterrows()]
    return charts.figure(caption, key, lambda width: (_chart(records, width), records))


def _thinned(rows: pd.DataFrame) -> pd.DataFrame:
    rows = rows.assign(place=np.arange(1, len(rows) + 1))
    if len(rows) <= _MOST_DRAWN:
        return rows
    kept = set(np.linspace(0, len(rows) - 1, _MOST_DRAWN).round().astype(int))
    kept |= set(rows.index[rows["is_reference"]])
    return rows.iloc[sorted(kept)]


def _record(study: StudyFrames, row: pd.Series) -> dict[str, Any]:
    left_out = row["left_out"]
    parts = [wording.label(row["estimator"]), wording.label(row["fill_set"]), wording.label(row["sample"])]
    parts.append(study.country(left_out) if left_out else "")
    parts.append(f"without {wording.label(row['terms_left_out'])}" if row["terms_left_out"] else "")
    kind = "reference" if row["is_reference"] else "told" if row["is_significant"] else "other"
    return {
        "place": int(row["place"]),
        "estimate": charts.plain(row["estimate"]),
        "low": charts.plain(row["ci_low"]),
        "high": charts.plain(row["ci_high"]),
        "kind": kind,
        "tip": (
            f"{', '.join(part for part in parts if part)}: {wording.number(row['estimate'])} "
            f"({wording.interval(row['ci_low'], row['ci_high'])}), {wording.p_clause(row['p_value'])}"
        ),
    }


def _chart(records: list[dict[str, Any]], width: int) -> altair.TopLevelMixin:
    import altair as alt

    reach = np.array([record["estimate"] for record in records], dtype=float)
    # A few specifications on few rows have intervals that would flatten all others: cut at the outer
    # estimates and once their spread beyond.
    spread = max(float(reach.max() - reach.min()), 1e-9)
    low, high = min(0.0, float(reach.min()) - spread), max(0.0, float(reach.max()) + spread)
    colour = alt.Color("kind:N", legend=None).scale(
        domain=["other", "told", "reference"], range=[charts.OUTER, charts.SELECTED, _PUBLISHED]
    )
    y = {"domain": [low, high], "nice": False, "clamp": True}
    places = [record["place"] for record in records]
    base = alt.Chart().encode(
        x=alt.X("place:Q")
        .scale(domain=[min(places), max(*places, min(places) + 1)], nice=False, padding=6)
        .axis(format="d", title="specification, by size of the estimate", grid=False, tickCount=5)
    )
    zero = (
        alt.Chart()
        .transform_aggregate(rows="count()")
        .mark_rule(color=charts.INK, strokeWidth=1.2)
        .encode(y=alt.datum(0))
    )
    whiskers = base.mark_rule(strokeWidth=1, opacity=0.65).encode(
        y=alt.Y("low:Q").scale(**y).axis(title="slope"), y2="high:Q", color=colour
    )
    points = base.mark_point(filled=True, size=22, opacity=1).encode(
        y=alt.Y("estimate:Q").scale(**y), color=colour, description="tip:N"
    )
    reference = (
        base.transform_filter("datum.kind == 'reference'")
        .mark_point(filled=True, size=90, opacity=1, shape="diamond")
        .encode(y=alt.Y("estimate:Q").scale(**y), color=colour, description="tip:N")
    )
    chart = alt.layer(zero, whiskers, points, reference, data=alt.NamedData(DATA))
    return charts.themed(chart.properties(width=width - 70, height=240 if width == charts.WIDE else 200))


def summary_table(study: StudyFrames) -> Table | None:
    """What share of the curve has which sign, by each choice: one row per option."""
    rows = study.rows("rpt_specification_curve_summary")
    rows = rows.loc[rows["flow"] == study.main_flow]
    if rows.empty:
        return None
    has_many = len(rows[["model", "term"]].drop_duplicates()) > 1
    body = []
    for _, row in rows.iterrows():
        about = f"{wording.label(row['model'])}, {wording.label(row['term'])}" if has_many else ""
        option = row["option"]
        name = study.country(option) if option in study.published.country_names else wording.label(option)
        body.append(
            [
                Cell(wording.label(row["choice"]), below=about),
                Cell(name),
                Cell(
                    wording.whole(row["estimated_count"]),
                    below=f"of {wording.whole(row['specification_count'])}",
                ),
                Cell(wording.percent(row["positive_share"])),
                Cell(wording.percent(row["significant_positive_share"])),
                Cell(wording.percent(row["significant_negative_share"])),
                Cell(
                    wording.number(row["estimate_median"], 2),
                    below=wording.interval(row["estimate_low"], row["estimate_high"], 2),
                ),
            ]
        )
    return table(
        "The specification curve by choice: shares of the estimable specifications with each option.",
        [
            Column("Choice"),
            Column("Option", "long"),
            Column("Estimable", "number"),
            Column("Positive", "number"),
            Column("Positive, told from 0", "number"),
            Column("Negative, told from 0", "number"),
            Column("Median, least to largest", "number"),
        ],
        body,
        source="rpt_specification_curve_summary",
    )
