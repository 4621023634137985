"""Printed growth beside the growth that the printed levels give, period by period."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from analysis.report import charts, wording
from analysis.report.svg import DATA, Figure

if TYPE_CHECKING:
    import altair

PRINTED, COMPUTED = "printed", "computed from the levels"
CONTRADICTED, CIRCULAR = "\N{NOT EQUAL TO} contradicted", "\N{CLOCKWISE OPEN CIRCLE ARROW} circular"
WITHIN_ROUNDING = "\N{NOT EQUAL TO}? contradicted, rounding may explain"
"""Marks of the check, each with a sign of its own so that no colour is needed."""

_MEANINGS = {
    CONTRADICTED: "the two are different numbers.",
    WITHIN_ROUNDING: "different numbers too, but levels printed with few digits may be why.",
    CIRCULAR: "the only base was itself derived from the printed growth, so nothing is computed.",
}


def growth_figure(rows: pd.DataFrame, title: str, key: str) -> Figure | None:
    """Bars of growth of one concept's totals; None with fewer than two growth rates.

    Parameters
    ----------
    rows : DataFrame
        Figures of one concept and one flow, in the order they are drawn.
    title : str
        The concept in a few words.
    key : str
        Prefix of element ids.
    """
    rows = rows.loc[rows["growth_printed_pct"].notna() | rows["growth_computed_pct"].notna()]
    if len(rows) < 2:
        return None
    caption = (
        f"{title}: growth on the same period of the year before, %, as printed and as the printed levels "
        "give it."
    )
    marks = {check_mark(row) for _, row in rows.iterrows()}
    caption += "".join(f" {mark}: {_MEANINGS[mark]}" for mark in _MEANINGS if mark in marks)
    if rows["period"].duplicated().any():
        caption += " A status stands where a period has several figures."
    names = _names(rows)
    records = [
        record for name, (_, row) in zip(names, rows.iterrows(), strict=True) for record in _bars(name, row)
    ]
    return charts.figure(caption, key, lambda width: (_chart(names, records, width), records))


def check_mark(row: pd.Series) -> str:
    """What the check of printed against computed growth says, with its sign; empty where it agrees."""
    if row["is_growth_circular"]:
        return CIRCULAR
    if row["is_growth_contradicted"]:
        return WITHIN_ROUNDING if "rounding" in row["growth_check"] else CONTRADICTED
    return ""


def _names(rows: pd.DataFrame) -> list[str]:
    """Periods; with their status where a period has several figures."""
    counts = rows["period"].value_counts()
    return [
        row["period"] if counts[row["period"]] == 1 else f"{row['period']} {wording.label(row['status'])}"
        for _, row in rows.iterrows()
    ]


def _bars(name: str, row: pd.Series) -> list[dict[str, Any]]:
    bars = []
    printed, computed = charts.plain(row["growth_printed_pct"]), charts.plain(row["growth_computed_pct"])
    mark = check_mark(row)
    for series, value in ((PRINTED, printed), (COMPUTED, computed)):
        if value is None:
            continue
        text = percent_points(value)
        if series == PRINTED and mark:
            text += f" {mark}"
        bars.append(
            {
                "period": name,
                "series": series,
                "value": value,
                "text": text,
                "edge": max(value, 0.0),
                "tip": f"{name}, {series}: {percent_points(value)}%",
            }
        )
    return bars


def percent_points(value: float) -> str:
    """A change in per cent with its sign and one decimal."""
    return f"{'+' if value > 0 else ''}{wording.number(value, 1)}"


def _chart(names: list[str], records: list[dict[str, Any]], width: int) -> altair.TopLevelMixin:
    import altair as alt

    is_wide = width == charts.WIDE
    letters = 22 if is_wide else 12
    labels = {name: charts.wrapped(name, letters) for name in names}
    for record in records:
        record["period"] = labels.get(record["period"], record["period"])
    values = [record["value"] for record in records]
    room = 1.35 if is_wide else 1.9
    scale = {"domain": [min(0.0, *values) * 1.1, max(1.0, *values) * room], "nice": False}
    order = list(labels.values())
    series = [PRINTED, COMPUTED]
    base = alt.Chart(alt.NamedData(DATA)).encode(
        y=alt.Y("period:N").sort(order).scale(paddingInner=0.3).axis(**charts.lines_axis()),
        yOffset=alt.YOffset("series:N").sort(series),
    )
    bars = base.mark_bar().encode(
        x=alt.X("value:Q").scale(**scale).axis(title="%", tickCount=6),
        color=alt.Color("series:N")
        .scale(domain=series, range=[charts.SELECTED, charts.OTHERS[0]])
        .legend(orient="top", title=None, labelLimit=width - 40),
        description="tip:N",
    )
    texts = base.mark_text(align="left", dx=4, color=charts.INK, fontSize=11.5).encode(
        x="edge:Q", text="text:N"
    )
    zero = (
        alt.Chart(alt.NamedData(DATA))
        .transform_aggregate(rows="count()")
        .mark_rule(color=charts.INK, strokeWidth=1.1)
        .encode(x=alt.datum(0))
    )
    lines = max(label.count("\n") + 1 for label in order)
    return charts.themed(
        alt.layer(bars, zero, texts).properties(
            width=width - (170 if is_wide else 104), height=len(order) * max(38, 15 * lines + 6)
        )
    )
