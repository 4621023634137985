"""What all charts of the report share: two widths, one look, labels that fit."""

from __future__ import annotations

import textwrap
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from analysis.report import wording
from analysis.report.study_frames import StudyFrames
from analysis.report.svg import Figure, static_svg

if TYPE_CHECKING:
    import altair

WIDE, NARROW = 900, 350
"""Pixels of the two widths that every chart is drawn in."""

INK, MUTED, GRID, PALE, CARD = "#1f2933", "#52606d", "#dfe4e8", "#c3ccd5", "#f8f9f8"
SELECTED, PRINTED = "#0b5c8c", "#1f2933"
OUTER = "#8fb3c9"
"""Colour of the wider of two intervals."""
OTHERS = ("#c2570c", "#3f7d20", "#7a4fa3", "#a0315f")
"""Colours of the selected series, the printed one, and all others in turn."""

# Labels are handed over with line breaks in them; Vega draws a list of lines.
_LINES = r"split(datum.label, '\n')"
# Letters as wide as those the renderer measures with, so that no label is cut.
_FONT = "Arial, 'Liberation Sans', 'Helvetica Neue', Helvetica, sans-serif"


def figure(
    caption: str, key: str, draw: Callable[[int], tuple[altair.TopLevelMixin, list[dict[str, Any]]]]
) -> Figure:
    """Render a chart in both widths.

    Parameters
    ----------
    caption : str
        What is drawn and how to read it; also said to those who cannot see it.
    key : str
        Prefix of element ids.
    draw : function of width
        Returns the chart and its rows.
    """
    wide, narrow = (
        # A narrow screen is a telephone's, on which nothing hovers.
        static_svg(*draw(width), key=f"{key}-{name}", label=caption, has_tooltips=width == WIDE)
        for name, width in (("wide", WIDE), ("narrow", NARROW))
    )
    return Figure(caption, wide, narrow)


def plain(value: float) -> float | None:
    """A number as JSON knows it."""
    return None if wording.is_missing(value) else float(value)


def wrapped(text: str, letters: int) -> str:
    """A label broken into lines of so many letters; drawn as lines by `lines_axis` and `panels`."""
    return "\n".join(textwrap.wrap(text, letters)) or " "


def panel_names(texts: list[str], letters: int) -> list[str]:
    """Headers broken into lines, all of the same number: panels of one row stay level."""
    names = [wrapped(text, letters) for text in texts]
    most = max((name.count("\n") for name in names), default=0)
    return ["\N{NO-BREAK SPACE}\n" * (most - name.count("\n")) + name for name in names]


def country_panel(study: StudyFrames, iso3: str) -> str:
    """A country's name; with its code when another country has the same name."""
    name = study.country(iso3)
    is_shared = sum(name == other for other in study.published.country_names.values()) > 1
    return f"{name} ({iso3})" if is_shared else name


def year_axis(alt: Any, years: list[int]) -> Any:
    """First and last year, each written inwards so that neighbouring panels do not touch."""
    inwards = {"condition": {"test": f"datum.value == {years[0]}", "value": "left"}, "value": "right"}
    shown = years if len(years) < 3 else [years[0], years[-1]]
    return (
        alt.X("year:Q")
        .scale(domain=[years[0], max(years[-1], years[0] + 1)], nice=False, padding=8)
        .axis(values=shown, format="d", title=None, grid=False, labelAlign=inwards, tickSize=3)
    )


def panels(names: list[str], panel_width: float) -> dict[str, Any]:
    """Headers of small panels in the order of their names, broken into lines that fit above them."""
    return {
        "title": None,
        "labelExpr": _LINES,
        "labelLimit": panel_width + 12,
        "labelLineHeight": 14,
        "labelPadding": 4,
    }


def lines_axis(**settings: Any) -> dict[str, Any]:
    """Settings of an axis whose labels are made by `wrapped`."""
    return {
        "title": None,
        "labelExpr": _LINES,
        "labelLimit": 400,
        "ticks": False,
        "domain": False,
        **settings,
    }


def themed(chart: altair.TopLevelMixin) -> altair.TopLevelMixin:
    """The look shared by all charts: no frame, pale grid, readable letters."""
    return (
        chart.configure(font=_FONT, background="transparent")
        .configure_view(stroke=None)
        .configure_axis(
            labelColor=MUTED,
            titleColor=MUTED,
            labelFontSize=12,
            titleFontSize=12,
            titleFontWeight="normal",
            gridColor=GRID,
            domainColor=PALE,
            tickColor=PALE,
            labelOverlap="greedy",
        )
        .configure_header(labelColor=INK, labelFontWeight=600, labelPadding=4, labelFontSize=12.5)
        .configure_legend(labelColor=INK, labelFontSize=13)
    )
