"""Series over the years, one small panel per country or group; a year without a value breaks the line."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from analysis.report import charts
from analysis.report.svg import DATA, Figure

if TYPE_CHECKING:
    import altair

MOST_PANELS = 24
_COLOURS = (charts.SELECTED, charts.OTHERS[0], charts.OTHERS[1])
_RATIO_TICKS = [0.001, 0.01, 0.1, 0.25, 0.5, 1, 2, 4, 10, 100, 1000]
_AMOUNT_TICKS = [step * 10**power for power in range(-6, 7) for step in (1, 3)]
_SHAPES = ("circle", "square", "triangle-up")


@dataclass(frozen=True)
class Point:
    """A value of one series in one panel and year; without a value the line has a gap there."""

    panel: str
    series: str
    year: int
    value: float | None
    tip: str


def line_panels(
    caption: str,
    key: str,
    points: Iterable[Point],
    *,
    norm: float | None = None,
    is_log: bool = False,
    ticks: str = "~g",
) -> Figure | None:
    """Draw the panels in the order in which they first come; None where no point has a value.

    Parameters
    ----------
    caption, key : str
        What is drawn and how to read it; prefix of element ids.
    points : iterable of Point
        Years that lie between a series' points and have none are gaps like those without a value.
    norm : float, optional
        Value at which a line is drawn across every panel.
    is_log : bool
        Whether the scale is logarithmic; values that are not positive are gaps then.
    ticks : str
        Format of the values on the axis.
    """
    given = list(points)
    panels = list(dict.fromkeys(point.panel for point in given if point.value is not None))[:MOST_PANELS]
    series = list(dict.fromkeys(point.series for point in given))
    records = _records(given, panels, is_log)
    if not records:
        return None

    def draw(width: int) -> tuple[altair.TopLevelMixin, list[dict[str, Any]]]:
        headers = dict(zip(panels, charts.panel_names(panels, 24), strict=True))
        named = [{**record, "panel": headers[record["panel"]]} for record in records]
        return _chart(list(headers.values()), series, named, width, norm, is_log, ticks), named

    return charts.figure(caption, key, draw)


def _records(points: list[Point], panels: list[str], is_log: bool) -> list[dict[str, Any]]:
    """One record per panel, series and year from the first to the last: a year that is not there is a gap."""
    years = sorted({point.year for point in points})
    found = {(point.panel, point.series, point.year): point for point in points}
    records: list[dict[str, Any]] = []
    for panel in panels:
        for series in dict.fromkeys(point.series for point in points if point.panel == panel):
            for year in range(years[0], years[-1] + 1):
                point = found.get((panel, series, year))
                value = None if point is None else charts.plain(point.value)  # type: ignore[arg-type]
                if is_log and value is not None and value <= 0:
                    value = None
                tip = "" if point is None else point.tip
                records.append({"panel": panel, "series": series, "year": year, "value": value, "tip": tip})
    return records


def _chart(
    headers: list[str],
    series: list[str],
    records: list[dict[str, Any]],
    width: int,
    norm: float | None,
    is_log: bool,
    ticks: str,
) -> altair.TopLevelMixin:
    import altair as alt

    columns = min(len(headers), 5 if width == charts.WIDE else 2)
    panel_width = (width - 52) / columns - 16
    values = [record["value"] for record in records if record["value"] is not None]
    least, most = min([*values, *([] if norm is None else [norm])]), max([*values, *([norm] if norm else [])])
    scale: dict[str, Any] = {"domain": [0, 1.05 * most], "nice": False}
    if is_log:
        # Around a norm at least from half to twice of it: small moves are not to look large.
        ends = [least / 1.1, most * 1.1, *([] if norm is None else [norm / 2, norm * 2])]
        scale = {"type": "log", "domain": [min(ends), max(ends)], "nice": False}
    elif least < 0:
        scale = {"domain": [1.05 * least, 1.05 * most], "nice": False}
    axis = {"format": ticks, "title": None, "tickCount": 4}
    if is_log:
        axis["values"] = _RATIO_TICKS if norm else _AMOUNT_TICKS
    legend = alt.Legend(orient="top", title=None, labelLimit=width - 40) if len(series) > 1 else None
    y = alt.Y("value:Q").scale(**scale).axis(**axis)
    colour = alt.Color("series:N").scale(domain=series, range=list(_COLOURS[: len(series)])).legend(legend)
    shape = alt.Shape("series:N").scale(domain=series, range=list(_SHAPES[: len(series)])).legend(legend)
    base = alt.Chart().encode(x=charts.year_axis(alt, sorted({record["year"] for record in records})), y=y)
    layers = []
    if norm is not None:
        layers.append(
            alt.Chart()
            .transform_aggregate(rows="count()")
            .mark_rule(color=charts.INK, strokeWidth=1.1)
            .encode(y=alt.datum(norm))
        )
    layers.append(base.mark_line(strokeWidth=2).encode(color=colour, detail="series:N"))
    layers.append(
        base.transform_filter("isValid(datum.value)")
        .mark_point(filled=True, size=20, opacity=1)
        .encode(color=colour, shape=shape, description="tip:N")
    )
    chart = alt.layer(*layers, data=alt.NamedData(DATA)).properties(
        width=panel_width, height=112 if width == charts.WIDE else 96
    )
    header = alt.Facet("panel:N").sort(headers).header(**charts.panels(headers, panel_width))
    return charts.themed(chart.facet(facet=header, columns=columns, spacing=16))
