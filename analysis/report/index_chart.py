"""The index over the years: one small panel per country, all others in grey behind."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from analysis.report import charts, wording
from analysis.report.study_frames import StudyFrames
from analysis.report.svg import DATA, Figure
from analysis.report.tables import index_order

if TYPE_CHECKING:
    import altair

_MOST_PANELS = 24
# With more panels than this the grey lines would only be a smear.
_MOST_GREY = 12


def index_figure(study: StudyFrames, key: str) -> Figure:
    """Draw the index of each country, those leading in the latest year first."""
    rows = study.rows("rpt_cbec_index").dropna(subset=["index_value"])
    order = index_order(rows)
    caption = (
        f"{wording.sentence(study.index_name).rstrip('.')}, 0 to 1, by country. Hollow points: "
        "some indicator "
        "values behind them were filled."
    )
    if len(order) <= _MOST_GREY:
        caption += " Grey: the other countries."
    if len(order) > _MOST_PANELS:
        caption += f" The first {_MOST_PANELS} of {len(order)} countries; all are in rpt_cbec_index."
        order = order[:_MOST_PANELS]
    rows = rows.loc[rows["country_iso3"].isin(order)].sort_values(["country_iso3", "year"])

    def draw(width: int) -> tuple[altair.TopLevelMixin, list[dict[str, Any]]]:
        headers = charts.panel_names([charts.country_panel(study, iso3) for iso3 in order], 22)
        names = dict(zip(order, headers, strict=True))
        records = _records(study, rows, names)
        return _chart(records, names, width), records

    return charts.figure(caption, key, draw)


def _records(study: StudyFrames, rows: pd.DataFrame, names: dict[str, str]) -> list[dict[str, Any]]:
    """One record per panel and point: a country's own, and the others' for the grey lines."""
    own = []
    for _, row in rows.iterrows():
        tip = f"{study.country(row['country_iso3'])} {row['year']}: {wording.number(row['index_value'])}"
        if row["filled_share"] > 0:
            tip += f", {wording.percent(row['filled_share'])} filled"
        own.append(
            {
                "panel": names[row["country_iso3"]],
                "line": row["country_iso3"],
                "is_own": True,
                "year": int(row["year"]),
                "value": float(row["index_value"]),
                "is_filled": bool(row["filled_share"] > 0),
                "tip": tip,
                "last": "",
            }
        )
    for record in {record["panel"]: record for record in own}.values():
        record["last"] = wording.number(record["value"], 2)
    if len(names) > _MOST_GREY:
        return own
    return own + [
        {**record, "panel": panel, "is_own": False, "last": ""}
        for panel in names.values()
        for record in own
        if record["panel"] != panel
    ]


def _chart(records: list[dict[str, Any]], names: dict[str, str], width: int) -> altair.TopLevelMixin:
    import altair as alt

    columns = min(len(names), 5 if width == charts.WIDE else 2)
    panel_width = (width - 46) / columns - 16
    values = [record["value"] for record in records]
    base = alt.Chart().encode(
        x=charts.year_axis(alt, sorted({record["year"] for record in records})),
        # Room above 1 for the label of a line that ends there.
        y=alt.Y("value:Q")
        .scale(domain=[min(0.0, *values), 1.2 * max(1.0, *values)], nice=False)
        .axis(values=[0, 0.25, 0.5, 0.75, 1], format=".2~f", title=None),
    )
    grey = base.transform_filter("!datum.is_own").mark_line(color=charts.PALE, strokeWidth=1)
    own = base.transform_filter("datum.is_own")
    line = own.mark_line(color=charts.SELECTED, strokeWidth=2.2)
    points = own.mark_point(size=26, opacity=1, filled=True, strokeWidth=1.4).encode(
        fill=alt.condition("datum.is_filled", alt.value("#ffffff"), alt.value(charts.SELECTED)),
        stroke=alt.value(charts.SELECTED),
        description="tip:N",
    )
    label = own.encode(text="last:N")
    lettering = {"dy": -11, "dx": 5, "align": "right", "fontWeight": 600, "fontSize": 12}
    halo = label.mark_text(**lettering, color=charts.CARD, stroke=charts.CARD, strokeWidth=3)
    text = label.mark_text(**lettering, color=charts.INK)
    chart = alt.layer(
        grey.encode(detail="line:N"),
        line.encode(detail="line:N"),
        points,
        halo,
        text,
        data=alt.NamedData(DATA),
    )
    order = list(names.values())
    header = alt.Facet("panel:N").sort(order).header(**charts.panels(order, panel_width))
    return charts.themed(
        chart.properties(width=panel_width, height=112 if width == charts.WIDE else 96).facet(
            facet=header, columns=columns, spacing=16
        )
    )
