"""Charts become static drawings: nothing active, nothing to load, tooltips kept."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ElementTree

import altair as alt
import pytest

from analysis.report.svg import DATA, static_svg

RECORDS = [
    {"x": 1, "name": "<b>\"quoted\" & 'more'</b>"},
    {"x": 2, "name": "</svg><script>alert(1)</script>"},
]


def chart(**mark: str) -> alt.Chart:
    return (
        alt.Chart(alt.NamedData(DATA), width=80, height=40)
        .mark_point(clip=True, **mark)
        .encode(x="x:Q", y="name:N", description="name:N")
    )


def test_tooltips_and_labels_hold_the_text_as_it_is() -> None:
    root = ElementTree.fromstring(static_svg(chart(), RECORDS, key="k", label="two points"))
    titles = [title.text for title in root.iter("{http://www.w3.org/2000/svg}title")]
    assert titles == [record["name"] for record in RECORDS]


def test_a_drawing_scales_is_named_and_refers_only_to_itself() -> None:
    svg = static_svg(chart(), RECORDS, key="first", label='two "points"')
    root = ElementTree.fromstring(svg)
    assert root.get("viewBox")
    assert root.get("width") is None
    assert root.get("aria-label") == 'two "points"'
    assert re.findall(r"(?:href|src)=", svg) == []
    assert set(re.findall(r"url\(#([^)]+)\)", svg)) == set(re.findall(r'id="([^"]+)"', svg))
    assert all(found.startswith("first-") for found in re.findall(r'id="([^"]+)"', svg))


def test_an_element_that_could_load_something_is_refused() -> None:
    picture = chart().mark_image(url="data:image/png;base64,AAAA", width=10, height=10)
    with pytest.raises(ValueError, match="chart k: seen SVG element <image>"):
        static_svg(picture, RECORDS, key="k", label="a picture")


def test_links_in_marks_do_not_reach_the_page() -> None:
    with pytest.raises(ValueError, match="seen SVG element <a>"):
        static_svg(chart(href="https://example.org"), RECORDS, key="k", label="a link")
