"""From an Altair chart to static SVG that stands inline in the page: no script, no link, nothing to load."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ElementTree
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

if TYPE_CHECKING:
    import altair

DATA = "rows"
"""Name of the one data set of a chart."""

_SVG = "http://www.w3.org/2000/svg"
_TAG = f"{{{_SVG}}}"
# Elements that Vega writes for the charts drawn here. Anything else would be a surprise and is refused.
_ALLOWED = frozenset({"svg", "g", "path", "rect", "text", "tspan", "line", "defs", "clipPath", "title"})
_DROPPED_ATTRIBUTES = ("role", "aria-roledescription", "aria-label", "aria-hidden", "class", "pointer-events")

# What every element would have without saying it.
_DEFAULTS = {
    "opacity": "1",
    "fill-opacity": "1",
    "stroke-opacity": "1",
    "font-weight": "normal",
    "stroke-width": "1",
}
_MEASURES = ("d", "transform", "x", "y", "x2", "y2", "width", "height")
_LONG_NUMBER = re.compile(r"-?\d+\.\d{2,}(?:e-?\d+)?")


@dataclass(frozen=True)
class Figure:
    """A drawing in two widths, of which the style sheet shows the one that fits.

    Attributes
    ----------
    caption : str
        What is drawn and how to read it.
    wide, narrow : Markup
        Inline SVG for wide screens and paper, and for telephones.
    """

    caption: str
    wide: Markup
    narrow: Markup


def static_svg(
    chart: altair.TopLevelMixin,
    records: list[dict[str, Any]],
    *,
    key: str,
    label: str,
    has_tooltips: bool = True,
) -> Markup:
    """Render a chart to inline SVG.

    Parameters
    ----------
    chart : altair chart
        A chart over the data named `DATA`, whose marks carry their tooltip in the ``description`` channel.
    records : list of dict
        The rows to draw. They join the chart only here: Altair copies what it holds over and over.
    key : str
        Prefix that keeps the element ids of several drawings in one page apart; letters, digits, hyphens.
    label : str
        What the drawing shows, for readers who cannot see it.
    has_tooltips : bool
        Whether marks keep their description as a tooltip.

    Returns
    -------
    Markup
        An ``svg`` element without width and height (its box scales), descriptions turned into ``title``.

    Raises
    ------
    ValueError
        When the renderer wrote an element that a static drawing has no use for.
    """
    import vl_convert

    specification = {**chart.to_dict(validate=False), "datasets": {DATA: records}}
    text = vl_convert.vegalite_to_svg(specification, allowed_base_urls=[])
    root = ElementTree.fromstring(text)
    data_marks = [
        mark
        for group in root.iter(f"{_TAG}g")
        if "role-mark" in (group.get("class") or "").split()
        for mark in group
    ]
    for mark in data_marks if has_tooltips else ():
        _turn_description_into_tooltip(mark)
    for element in root.iter():
        _make_static(element, key)
    for group in root.iter(f"{_TAG}g"):
        for child in [c for c in group if c.get("display") == "none" or c.get("d") == ""]:
            group.remove(child)
    for name in ("width", "height"):
        root.attrib.pop(name, None)
    _slim(root)
    root.set("role", "img")
    root.set("aria-label", label)
    ElementTree.register_namespace("", _SVG)
    return Markup(ElementTree.tostring(root, encoding="unicode"))  # serialised by the XML writer: escaped


def _turn_description_into_tooltip(mark: ElementTree.Element) -> None:
    description = mark.get("aria-label")
    if description:
        title = ElementTree.Element(f"{_TAG}title")
        title.text = description
        mark.insert(0, title)


def _make_static(element: ElementTree.Element, key: str) -> None:
    """Refuse active content, keep ids apart, drop what only a script or a screen reader of Vega would use."""
    name = element.tag.removeprefix(_TAG)
    if name not in _ALLOWED:
        raise ValueError(
            f"chart {key}: seen SVG element <{name}>; expected one of {', '.join(sorted(_ALLOWED))}"
        )
    for attribute, value in list(element.attrib.items()):
        if attribute in _DROPPED_ATTRIBUTES or attribute.startswith(("on", "{")):
            del element.attrib[attribute]
        elif attribute == "id":
            element.set(attribute, f"{key}-{value}")
        elif "url(#" in value:
            element.set(attribute, value.replace("url(#", f"url(#{key}-"))


def _slim(root: ElementTree.Element) -> None:
    """Drop what need not be said of every element: defaults, the one font, tiny parts of a pixel."""
    fonts = {element.get("font-family") for element in root.iter()} - {None}
    if len(fonts) == 1:
        root.set("font-family", str(fonts.pop()))
    for element in root.iter():
        if element is not root and element.get("font-family") == root.get("font-family"):
            element.attrib.pop("font-family", None)
        for name, default in _DEFAULTS.items():
            if element.get(name) == default:
                del element.attrib[name]
        for name in _MEASURES:
            if name in element.attrib:
                element.set(name, _LONG_NUMBER.sub(_rounded, element.attrib[name]))
    for group in list(root.iter(f"{_TAG}g")):
        for child in list(group):
            if child.tag == f"{_TAG}path" and child.get("d") in ("", "M0,0h0v0h0Z") and len(child) == 0:
                group.remove(child)


def _rounded(number: re.Match[str]) -> str:
    return f"{float(number[0]):.1f}"
