"""K with its intervals over the years: one small panel per partner."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from analysis.report import certainty, charts, wording
from analysis.report.heat import largest_partners
from analysis.report.study_frames import StudyFrames, is_defined
from analysis.report.svg import DATA, Figure

if TYPE_CHECKING:
    import altair

_MOST_PANELS = 15


def ratio_figure(study: StudyFrames, key: str) -> Figure | None:
    """Dot and whisker of K by partner and year on a logarithmic scale; None where K has no intervals."""
    rows = certainty.of_main_flow(study)
    rows = rows.loc[is_defined(rows) & (rows["potential_ratio_low"] > 0)]
    rows = rows.dropna(subset=["potential_ratio_low", "potential_ratio_high"])
    if rows.empty:
        return None
    level = wording.percent(rows["interval_level"].max())
    caption = (
        f"K of {wording.flow(study.main_flow)} with {level} intervals, logarithmic scale. Thick: "
        "how far the norm "
        "itself is known. Thin: where a new draw of trade with the same drivers could put K; a "
        "thin line across "
        "1 says that actual trade is within what the equation leads to expect. Hollow: the "
        "published class is "
        "less likely than not."
    )
    order = largest_partners(rows)
    if len(order) > _MOST_PANELS:
        caption += (
            f" The first {_MOST_PANELS} of {len(order)} by size of trade; all are in rpt_trade_potential."
        )
        order = sorted(order[:_MOST_PANELS], key=lambda iso3: study.country(iso3).casefold())
    else:
        order = sorted(order, key=lambda iso3: (study.country(iso3).casefold(), iso3))
    rows = rows.loc[rows["partner_iso3"].isin(order)].sort_values(["partner_iso3", "year"])

    def draw(width: int) -> tuple[altair.TopLevelMixin, list[dict[str, Any]]]:
        headers = charts.panel_names([charts.country_panel(study, iso3) for iso3 in order], 22)
        names = dict(zip(order, headers, strict=True))
        return _chart(list(names.values()), rows["year"], width), _records(study, rows, names)

    return charts.figure(caption, key, draw)


def _records(study: StudyFrames, rows: pd.DataFrame, names: dict[str, str]) -> list[dict[str, Any]]:
    return [
        {
            "panel": names[row["partner_iso3"]],
            "year": int(row["year"]),
            "ratio": charts.plain(row["potential_ratio"]),
            "low": charts.plain(row["potential_ratio_low"]),
            "high": charts.plain(row["potential_ratio_high"]),
            "new_low": charts.plain(row["new_draw_ratio_low"]),
            "new_high": charts.plain(row["new_draw_ratio_high"]),
            "is_unlikely": certainty.is_unlikely(row),
            "tip": (
                f"{study.country(row['partner_iso3'])} {row['year']}: K = "
                f"{wording.number(row['potential_ratio'], 2)}, {certainty.note(row)}"
            ),
        }
        for _, row in rows.iterrows()
    ]


def _chart(headers: list[str], years: pd.Series, width: int) -> altair.TopLevelMixin:
    import altair as alt

    columns = min(len(headers), 5 if width == charts.WIDE else 2)
    panel_width = (width - 52) / columns - 16

    def ratio(field: str) -> Any:
        axis = {"values": [0.01, 0.1, 0.25, 0.5, 1, 2, 4, 10, 100], "format": "~g", "title": None}
        return alt.Y(field).scale(type="log", nice=False, padding=4).axis(**axis)

    base = alt.Chart().encode(x=charts.year_axis(alt, sorted({int(year) for year in years})))
    norm = (
        alt.Chart()
        .transform_aggregate(rows="count()")
        .mark_rule(color=charts.INK, strokeWidth=1.2)
        .encode(y=alt.datum(1))
    )
    has_new = "isValid(datum.new_low) && isValid(datum.new_high) && datum.new_low > 0"
    thin = (
        base.transform_filter(has_new)
        .mark_rule(color=charts.OUTER, strokeWidth=1.3)
        .encode(y=ratio("new_low:Q"), y2="new_high:Q")
    )
    thick = base.mark_rule(color=charts.SELECTED, strokeWidth=3.2).encode(
        y=ratio("low:Q"), y2="high:Q", description="tip:N"
    )
    points = base.mark_point(size=34, opacity=1, filled=True, strokeWidth=1.5).encode(
        y="ratio:Q",
        fill=alt.condition("datum.is_unlikely", alt.value("#ffffff"), alt.value(charts.SELECTED)),
        stroke=alt.value(charts.SELECTED),
        description="tip:N",
    )
    chart = alt.layer(norm, thin, thick, points, data=alt.NamedData(DATA)).properties(
        width=panel_width, height=150 if width == charts.WIDE else 130
    )
    header = alt.Facet("panel:N").sort(headers).header(**charts.panels(headers, panel_width))
    return charts.themed(chart.facet(facet=header, columns=columns, spacing=16))
