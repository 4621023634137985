"""The page as a whole: what is on it, that it loads nothing, that text stays text."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import numpy as np
import pandas as pd
import pytest

from analysis.report import render_report
from analysis.report.map import capitals
from analysis.report.table import MOST_COUNTRIES

HOSTILE = (
    "<script>alert(1)</script><img src=x onerror=alert(2)></title></text></style></svg>"
    '{{7*7}}{% raw %}" onload="alert(3)" \' &amp; javascript:alert(4)'
)
SECTIONS = ["finding", "doubts", "potential", "map", "index", "drivers", "fills", "tests"]
SECTIONS += ["replication", "coverage"]


class Page(HTMLParser):
    """What a browser would find: elements with their attributes, and the text between them."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.texts: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))

    def handle_data(self, data: str) -> None:
        self.texts.append(data)

    @property
    def tags(self) -> set[str]:
        return {tag for tag, _ in self.elements}

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.texts).split())

    def attributes(self) -> list[tuple[str, str, str]]:
        return [(tag, name, value) for tag, found in self.elements for name, value in found.items()]

    def ids(self) -> list[str]:
        return [value for _, name, value in self.attributes() if name == "id"]


def assert_loads_nothing(page: Page) -> None:
    active = {"script", "link", "iframe", "object", "embed", "img", "image", "video", "audio", "form", "base"}
    assert not page.tags & active
    for tag, name, value in page.attributes():
        assert not name.startswith("on"), (tag, name, value)
        if (tag, name) == ("a", "href") and re.match("https?://", value):
            continue  # a page that is cited: followed by a click, never loaded
        if name in ("src", "srcset", "href", "xlink:href", "action", "data", "poster"):
            assert value.startswith("#"), (tag, name, value)
        if name not in ("xmlns", "title", "aria-label"):
            assert "http:" not in value, (tag, name, value)
            assert "https:" not in value, (tag, name, value)
        if name in ("style", "fill", "clip-path", "mask", "filter"):
            assert all(target.startswith("#") for target in re.findall(r"url\(\s*['\"]?([^)]*)", value))


def sections_of(html: str, study: int) -> list[str]:
    """Sections of a study by the order they stand in."""
    ids = [found for found in Page(html).ids() if re.fullmatch(rf"study-{study}-[a-z]+", found)]
    return [found.rpartition("-")[2] for found in ids if not found.endswith("-title")]


def test_every_section_stands_in_reading_order_for_a_study_that_has_all_tables(page: str) -> None:
    assert sections_of(page, 1) == SECTIONS


def test_a_study_with_two_tables_has_the_sections_of_those_two_only(page: str) -> None:
    assert sections_of(page, 2) == ["finding", "potential", "map", "index"]


@pytest.mark.parametrize(
    ("missing", "dropped"),
    [
        (["rpt_replication", "rpt_gravity_tests"], ["tests", "replication"]),
        (["rpt_trade_potential", "rpt_data_coverage", "fct_study_panel"], ["potential", "map", "coverage"]),
        (["rpt_gravity_coefficients", "rpt_cbec_index"], ["fills"]),
        (["rpt_gravity_coefficients", "rpt_gravity_fit"], ["drivers", "fills"]),
    ],
)
def test_a_table_that_is_missing_drops_its_section_without_error(frames, run, missing, dropped) -> None:
    few = {name: frame for name, frame in frames.items() if name not in missing}
    left = sections_of(render_report(few, run), 1)
    assert left == [name for name in SECTIONS if name not in dropped]


def test_a_release_without_any_study_still_makes_a_page(run) -> None:
    page = Page(render_report({}, run))
    assert "This release holds no study." in page.text


def test_run_facts_and_data_checks_stand_at_the_top(page: str) -> None:
    text = Page(page).text
    assert "Run 20250102T030405" in text
    assert "Published 2025-01-02 03:10" in text
    assert "Inputs 14 files" in text
    assert "Data checks 3 passed, 1 warning" in text


def test_a_run_record_as_it_is_written_gives_the_run_facts() -> None:
    record = {
        "run_id": "r7",
        "started_at": "2025-01-02T03:04:05+00:00",
        "inputs": ["a", "b"],
        "refused": [{"line": 3}],
    }
    text = Page(render_report({}, {**record, "as_of": "2024-03-31", "steps": []})).text
    assert (
        "Run r7 Data as of 2024-03-31 Run started 2025-01-02 03:04 UTC Inputs 2 files Refused 1 input" in text
    )


def test_the_page_loads_nothing_and_runs_nothing(page: str) -> None:
    assert_loads_nothing(Page(page))
    assert "@import" not in page
    assert "default-src 'none'" in page


def test_every_link_and_reference_inside_the_page_has_its_target_and_ids_are_unique(page: str) -> None:
    found = Page(page)
    ids = found.ids()
    assert len(ids) == len(set(ids))
    targets = {value[1:] for _, name, value in found.attributes() if name == "href" and value.startswith("#")}
    targets |= {value for _, name, value in found.attributes() if name == "aria-labelledby"}
    targets |= set(re.findall(r"url\(#([^)]+)\)", page))
    assert targets <= set(ids)


def test_tables_have_captions_headed_columns_and_headed_rows(page: str) -> None:
    tags = [tag for tag, _ in Page(page).elements]
    assert tags.count("table") == tags.count("caption") > 10
    scopes = [found["scope"] for tag, found in Page(page).elements if tag == "th"]
    assert set(scopes) == {"col", "row"}


def test_undefined_potential_is_shown_as_undefined_with_its_reason(page: str) -> None:
    text = Page(page).text
    assert "Undefined. Turkmenistan 2019–2020: input missing: ln_cpi." in text
    hatched = [
        found for tag, found in Page(page).elements if tag == "td" and "undefined" in found.get("class", "")
    ]
    assert len(hatched) == 2
    assert "nan" not in text.lower().split()


def test_the_same_input_gives_the_same_page(page: str, frames, run) -> None:
    assert render_report(frames, run) == page


def hostile(frames: dict[str, pd.DataFrame], *, has_codes: bool) -> dict[str, pd.DataFrame]:
    """Every text cell with an attack at its end; country codes too when asked, else the map stays."""
    spoilt = {}
    for name, frame in frames.items():
        spoilt[name] = frame.copy()
        for column in frame.columns:
            is_text = frame[column].map(lambda value: isinstance(value, str)).any()
            if is_text and (has_codes or not column.endswith("_iso3")):
                spoilt[name][column] = frame[column].map(
                    lambda value: value + HOSTILE if isinstance(value, str) else value
                )
    return spoilt


@pytest.mark.parametrize("has_codes", [False, True])
def test_hostile_text_in_any_column_stays_text(page: str, frames, run, has_codes: bool) -> None:
    spoilt_run = {**run, "run_id": f"r{HOSTILE}", "published_at": f"today{HOSTILE}", "as_of": HOSTILE}
    html = render_report(hostile(frames, has_codes=has_codes), spoilt_run)
    found = Page(html)
    assert_loads_nothing(found)
    assert "<script>alert(1)</script>" in found.text
    assert "{{7*7}}{% raw %}" in found.text
    assert "49{%" not in found.text
    assert found.tags <= Page(page).tags
    drawings = re.findall(r"<svg.*?</svg>", html, flags=re.DOTALL)
    assert len(drawings) == (10 if has_codes else 14)  # no place is known for a spoilt code: no maps
    for drawing in drawings:
        assert "<script" not in drawing
        assert "&lt;script&gt;" in drawing


def test_a_world_of_partners_stays_under_three_megabytes_and_says_what_it_leaves_out(run) -> None:
    random = np.random.default_rng(0)
    partners, years = [code for code in capitals() if code != "CHN"], range(2004, 2024)
    cells = pd.MultiIndex.from_product([partners, years], names=["partner_iso3", "year"]).to_frame(
        index=False
    )
    ratio = np.exp(0.5 * random.standard_normal(len(cells)))
    potential = cells.assign(
        study="world",
        model="all",
        specification="ppml.cr1.none",
        flow="total",
        partner_name=cells["partner_iso3"],
        actual_trade_usd=1e9 * ratio,
        predicted_trade_usd=1e9,
        potential_ratio=ratio,
        potential_class=np.where(ratio < 0.8, "huge potential", "potential expansion"),
        potential_gap_usd=1e9 - 1e9 * ratio,
        filled_share=0.1,
        is_selected=True,
        caveat="a norm across partners",
    )
    index = cells.rename(columns={"partner_iso3": "country_iso3"}).assign(
        study="world",
        country_name=cells["partner_iso3"],
        index_value=random.random(len(cells)),
        index_rank=1,
        filled_share=0.1,
    )
    html = render_report({"rpt_trade_potential": potential, "rpt_cbec_index": index}, run)
    assert len(html.encode()) < 3_000_000
    assert (
        f"The first {MOST_COUNTRIES} of {len(partners)} by size of trade; all are in rpt_trade_potential."
        in html
    )


def test_the_page_of_the_made_up_studies_is_small(page: str) -> None:
    assert len(page.encode()) < 1_000_000
