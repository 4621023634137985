"""Slopes with their intervals: models beside the print, and one model under each fill set."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from analysis.report import charts, coefficients, wording
from analysis.report.study_frames import StudyFrames
from analysis.report.svg import DATA, Figure

if TYPE_CHECKING:
    import altair

_LEVEL = "95\N{NO-BREAK SPACE}%"
_SHAPES = {"selected": "circle", "other": "square", "printed": "diamond"}


def coefficient_figure(study: StudyFrames, key: str) -> Figure:
    """Dot and whisker: slopes of each model beside the printed ones."""
    rows = coefficients.without_intercept(coefficients.side_by_side(study)).dropna(subset=["estimate"])
    caption = (
        f"Slopes with {_LEVEL} intervals. An interval that crosses the line at 0 cannot be told from no "
        "effect. "
        "The constant is in the table."
    )
    if coefficients.few_cluster_methods(rows):
        caption += _few_clusters_clause(rows)
    if (rows["kind"] == "printed").any():
        caption += " Printed intervals are as printed, else 1.96 printed standard errors either way."
    frame = _frame(rows)
    if ((rows["low"] < frame[0]) | (rows["high"] > frame[1])).any():
        caption += " Intervals of models that are not selected are cut at the frame."
    return charts.figure(caption, key, lambda width: _coefficient_chart(rows, frame, width))


def _frame(rows: pd.DataFrame) -> tuple[float, float]:
    """From where to where slopes are drawn: all estimates, and intervals of the selected and printed ones.

    An interval of another model that is far wider would leave no room to see any of these.
    """
    drawn = _with_drawn_ends(rows)
    leading = drawn.loc[drawn["kind"] != "other"] if (drawn["kind"] != "other").any() else drawn
    ends = [0.0, *drawn["estimate"], *leading["drawn_low"].dropna(), *leading["drawn_high"].dropna()]
    air = 0.04 * (max(ends) - min(ends))
    return min(ends) - air, max(ends) + air


def _coefficient_chart(
    rows: pd.DataFrame, frame: tuple[float, float], width: int
) -> tuple[altair.TopLevelMixin, list[dict[str, Any]]]:
    import altair as alt

    is_wide = width == charts.WIDE
    letters = 26 if is_wide else 13
    kinds = rows.drop_duplicates("series").set_index("series")["kind"].to_dict()
    terms = [charts.wrapped(wording.label(term), letters) for term in coefficients.term_order(rows)]
    records = [
        _record(row, "term", charts.wrapped(wording.label(row["term"]), letters))
        for _, row in _with_drawn_ends(rows).iterrows()
    ]
    base = alt.Chart().encode(
        y=alt.Y("term:N")
        .sort(terms)
        .scale(paddingInner=0.35, paddingOuter=0.2)
        .axis(**charts.lines_axis(grid=True)),
        yOffset=alt.YOffset("series:N").sort(list(kinds)).scale(paddingOuter=0.4),
    )
    colour = (
        alt.Color("series:N")
        .scale(domain=list(kinds), range=_colours(kinds))
        .legend(
            orient="top", direction="vertical", columns=1, title=None, labelLimit=width - 40, symbolSize=70
        )
    )
    shape = alt.Shape("series:N").scale(domain=list(kinds), range=[_SHAPES[kind] for kind in kinds.values()])
    x_axis = {"title": "slope (elasticity where the term is in logarithms)" if is_wide else "slope"}
    whiskers = base.mark_rule(strokeWidth=1.8).encode(
        x=alt.X("low:Q")
        .axis(**x_axis, grid=True, tickCount=8 if is_wide else 5)
        .scale(domain=list(frame), nice=False, clamp=True),
        x2="high:Q",
        color=colour,
        description="tip:N",
    )
    points = base.mark_point(filled=True, size=75, opacity=1).encode(
        x="estimate:Q", color=colour, shape=shape, description="tip:N"
    )
    chart = alt.layer(_zero_line(alt), whiskers, points, data=alt.NamedData(DATA)).properties(
        width=width - (190 if is_wide else 108), height=len(terms) * (len(kinds) * 15 + 13)
    )
    return charts.themed(chart), records


def fill_set_figure(study: StudyFrames, model: str, key: str) -> Figure:
    """Slopes of one model under each fill set: one small panel per term, each with its own scale."""
    rows = coefficients.without_intercept(coefficients.by_fill_set(study, model)).dropna(subset=["estimate"])
    printed = coefficients.printed(study)
    printed = printed.loc[printed["model"] == model].drop_duplicates("term")
    values = dict(zip(printed["term"], printed["estimate"], strict=True))
    caption = (
        f"Slopes of {wording.label(model)} under each fill set with {_LEVEL} intervals; each panel has its "
        "own scale. Hollow: the interval includes 0. Solid line: 0."
    )
    if coefficients.few_cluster_methods(rows):
        caption += _few_clusters_clause(rows)
    if not values.keys().isdisjoint(rows["term"]):
        caption += " Dashed line: the printed slope."
    return charts.figure(caption, key, lambda width: _fill_set_chart(rows, values, width))


def _fill_set_chart(
    rows: pd.DataFrame, printed: dict[str, float], width: int
) -> tuple[altair.TopLevelMixin, list[dict[str, Any]]]:
    import altair as alt

    columns = 4 if width == charts.WIDE else 2
    panel_width = (width - (130 if width == charts.WIDE else 96)) / columns - 18
    terms = list(dict.fromkeys(rows["term"]))
    headers = charts.panel_names([wording.label(term) for term in terms], 26 if width == charts.WIDE else 16)
    panels = dict(zip(terms, headers, strict=True))
    records = []
    drawn = [_with_drawn_ends(own) for _, own in rows.groupby("term", sort=False)]
    for _, row in pd.concat(drawn).iterrows():
        record = _record(row, "fill_set", charts.wrapped(row["series"], 20 if width == charts.WIDE else 13))
        record["panel"] = panels[row["term"]]
        record["has_zero"] = bool(row["low"] <= 0 <= row["high"])
        record["printed"] = printed.get(row["term"])
        records.append(record)
    fill_sets = list(dict.fromkeys(record["fill_set"] for record in records))
    base = alt.Chart().encode(y=alt.Y("fill_set:N").sort(fill_sets).axis(**charts.lines_axis()))
    x = alt.X("low:Q").axis(title=None, tickCount=4, grid=True).scale(zero=True, nice=True, padding=6)
    whiskers = base.mark_rule(strokeWidth=1.8, color=charts.SELECTED).encode(
        x=x, x2="high:Q", description="tip:N"
    )
    points = base.mark_point(size=60, opacity=1, filled=True, strokeWidth=1.6).encode(
        x="estimate:Q",
        fill=alt.condition("datum.has_zero", alt.value("#ffffff"), alt.value(charts.SELECTED)),
        stroke=alt.value(charts.SELECTED),
        description="tip:N",
    )
    dashed = (
        alt.Chart()
        .transform_filter("isValid(datum.printed)")
        .mark_rule(color=charts.OTHERS[0], strokeDash=[4, 3], strokeWidth=1.4)
        .encode(x="mean(printed):Q")
    )
    lines = max(fill_set.count("\n") + 1 for fill_set in fill_sets)
    chart = alt.layer(_zero_line(alt), dashed, whiskers, points, data=alt.NamedData(DATA))
    chart = chart.properties(width=panel_width, height=max(60, (10 + 14 * lines) * len(fill_sets)))
    header = alt.Facet("panel:N").sort(headers).header(**charts.panels(headers, panel_width))
    return (
        charts.themed(chart.facet(facet=header, columns=columns, spacing=18).resolve_scale(x="independent")),
        records,
    )


def _few_clusters_clause(rows: pd.DataFrame) -> str:
    methods = wording.listing(coefficients.few_cluster_methods(rows))
    text = f" Intervals are for few clusters, by {methods}."
    has_open_end = (rows[["low", "high"]].abs() == float("inf")).any(axis=None)
    return text + " A line without an end runs to the edge of what is drawn." if has_open_end else text


def _with_drawn_ends(rows: pd.DataFrame) -> pd.DataFrame:
    """Where whiskers are drawn to: an infinite end to the outermost finite one."""
    finite = (
        rows[["estimate", "low", "high"]].astype(float).replace([float("-inf"), float("inf")], float("nan"))
    )
    least, most = finite.min(axis=None), finite.max(axis=None)
    return rows.assign(drawn_low=rows["low"].clip(lower=least), drawn_high=rows["high"].clip(upper=most))


def _zero_line(alt: Any) -> Any:
    """One line at 0, however many rows the chart has."""
    return (
        alt.Chart()
        .transform_aggregate(rows="count()")
        .mark_rule(color=charts.INK, strokeWidth=1.2)
        .encode(x=alt.datum(0))
    )


def _record(row: pd.Series, name: str, place: str) -> dict[str, Any]:
    return {
        name: place,
        "series": row["series"],
        "estimate": charts.plain(row["estimate"]),
        "low": charts.plain(row["drawn_low"]),
        "high": charts.plain(row["drawn_high"]),
        "tip": (
            f"{wording.label(row['term'])}, {row['series']}: {wording.number(row['estimate'])} "
            f"({wording.interval(row['low'], row['high'])})"
        ),
    }


def _colours(kinds: dict[str, str]) -> list[str]:
    """A colour per series: fixed for the selected and the printed, the others in turn."""
    others = [name for name, kind in kinds.items() if kind == "other"]
    fixed = {"selected": charts.SELECTED, "printed": charts.PRINTED}
    return [
        fixed.get(kind) or charts.OTHERS[others.index(name) % len(charts.OTHERS)]
        for name, kind in kinds.items()
    ]
