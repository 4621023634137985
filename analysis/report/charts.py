"""What all charts of the report share: two widths, one look, labels that fit."""

from __future__ import annotations

import textwrap
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from analysis.report import wording
from analysis.report.svg import Figure, static_svg

if TYPE_CHECKING:
    import altair

WIDE, NARROW = 900, 350
"""Pixels of the two widths that every chart is drawn in."""

INK, MUTED, GRID, PALE, CARD = "#1f2933", "#52606d", "#dfe4e8", "#c3ccd5", "#f8f9f8"
SELECTED, PRINTED = "#0b5c8c", "#1f2933"
OTHERS = ("#c2570c", "#3f7d20", "#7a4fa3", "#a0315f")
"""Colours of the selected series, the printed one, and all others in turn."""

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
        static_svg(*draw(width), key=f"{key}-{name}", label=caption)
        for name, width in (("wide", WIDE), ("narrow", NARROW))
    )
    return Figure(caption, wide, narrow)


def plain(value: float) -> float | None:
    """A number as JSON knows it."""
    return None if wording.is_missing(value) else float(value)


def wrapped(text: str, width: int) -> str:
    """A label broken into lines that fit beside the chart; drawn as lines by `lines_axis`."""
    return "\n".join(textwrap.wrap(text, 26 if width == WIDE else 13)) or " "


def lines_axis(**settings: Any) -> dict[str, Any]:
    """Settings of an axis whose labels are made by `wrapped`."""
    return {
        "title": None,
        "labelExpr": r"split(datum.label, '\n')",
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
