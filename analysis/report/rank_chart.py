"""Ranks of the index and how far they move with the choices behind it: one small panel per country."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from analysis.report import charts, index_stability, wording
from analysis.report.study_frames import StudyFrames
from analysis.report.svg import DATA, Figure
from analysis.report.tables import index_order

if TYPE_CHECKING:
    import altair

_MOST_PANELS = 24


def rank_figure(study: StudyFrames, key: str) -> Figure | None:
    """Dot and range of the rank by country and year; None where ranks were not put to the test."""
    rows = index_stability.over_choices(study).dropna(subset=["index_rank", "rank_low", "rank_high"])
    if rows.empty:
        return None
    level = wording.percent(rows["interval_level"].max())
    caption = (
        f"Rank of the index by country, 1 is first. Dot: as published. Thick: {level} of the "
        f"{wording.whole(rows['variant_count'].max())} ways to make the index. Thin: from the "
        "best to the worst "
        "rank of any. Ways are counted alike, which is no probability."
    )
    present = set(rows["country_iso3"])
    order = [iso3 for iso3 in index_order(study.rows("rpt_cbec_index")) if iso3 in present]
    order += sorted(present - set(order))
    if len(order) > _MOST_PANELS:
        caption += f" The first {_MOST_PANELS} of {len(order)} countries; all are in rpt_index_robustness."
        order = order[:_MOST_PANELS]
    rows = rows.loc[rows["country_iso3"].isin(order)].sort_values(["country_iso3", "year"])

    def draw(width: int) -> tuple[altair.TopLevelMixin, list[dict[str, Any]]]:
        headers = charts.panel_names([charts.country_panel(study, iso3) for iso3 in order], 22)
        names = dict(zip(order, headers, strict=True))
        return _chart(list(names.values()), rows, width), _records(study, rows, names)

    return charts.figure(caption, key, draw)


def _records(study: StudyFrames, rows: pd.DataFrame, names: dict[str, str]) -> list[dict[str, Any]]:
    return [
        {
            "panel": names[row["country_iso3"]],
            "year": int(row["year"]),
            "rank": charts.plain(row["index_rank"]),
            "low": charts.plain(row["rank_low"]),
            "high": charts.plain(row["rank_high"]),
            "best": charts.plain(row["rank_best"]),
            "worst": charts.plain(row["rank_worst"]),
            "tip": (
                f"{study.country(row['country_iso3'])} {row['year']}: rank "
                f"{wording.whole(row['index_rank'])}, "
                f"{wording.whole(row['rank_low'])} to {wording.whole(row['rank_high'])}; the "
                "published rank in "
                f"{wording.percent(row['same_rank_share'])} of the ways"
            ),
        }
        for _, row in rows.iterrows()
    ]


def _chart(headers: list[str], rows: pd.DataFrame, width: int) -> altair.TopLevelMixin:
    import altair as alt

    columns = min(len(headers), 5 if width == charts.WIDE else 2)
    panel_width = (width - 46) / columns - 16
    worst = int(max(rows[["rank_worst", "rank_high", "index_rank"]].max()))

    def rank(field: str) -> Any:
        # Half a rank of air on both sides keeps the points of the first and the last from being cut.
        scale = {"domain": [0.5, worst + 0.5], "reverse": True, "nice": False, "zero": False}
        shown = list(range(1, worst + 1)) if worst <= 8 else [1, worst]
        return alt.Y(field).scale(**scale).axis(values=shown, format="d", title=None)

    base = alt.Chart().encode(x=charts.year_axis(alt, sorted({int(year) for year in rows["year"]})))
    thin = base.mark_rule(color=charts.OUTER, strokeWidth=1.3).encode(y=rank("best:Q"), y2="worst:Q")
    thick = base.mark_rule(color=charts.SELECTED, strokeWidth=3.2).encode(
        y=rank("low:Q"), y2="high:Q", description="tip:N"
    )
    points = base.mark_point(
        size=34, opacity=1, filled=True, fill=charts.SELECTED, stroke="#ffffff", strokeWidth=1
    ).encode(y=rank("rank:Q"), description="tip:N")
    chart = alt.layer(thin, thick, points, data=alt.NamedData(DATA)).properties(
        width=panel_width, height=100 if width == charts.WIDE else 92
    )
    header = alt.Facet("panel:N").sort(headers).header(**charts.panels(headers, panel_width))
    return charts.themed(chart.facet(facet=header, columns=columns, spacing=16))
