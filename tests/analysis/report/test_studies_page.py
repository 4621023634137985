"""A release of several kinds of study: each has the sections it has rows for, nothing is smoothed over."""

from __future__ import annotations

import re
from typing import Any

import pandas as pd
import pytest

from analysis.report import digital_constraints, dimensions, monitor_chart, render_report
from analysis.report.published import Published
from analysis.report.score_cell import no_score, score_cell
from analysis.report.study_frames import StudyFrames
from analysis.report.table import Link
from tests.analysis.report import study_kinds
from tests.analysis.report.test_page import Page, assert_loads_nothing, sections_of

RUN = {"run_id": "r1"}


def small_frames() -> dict[str, Any]:
    """The four studies, the world in three years: enough for every section."""
    return study_kinds.kinds_frames() | study_kinds.world_rows(range(2018, 2021))


@pytest.fixture(scope="module")
def kinds() -> str:
    """The page of the four studies, rendered once."""
    return render_report(small_frames(), RUN)


def section(html: str, anchor: str) -> str:
    """One section of the page."""
    found = re.search(rf'<section class="[^"]*" id="{anchor}".*?</section>', html, flags=re.DOTALL)
    assert found is not None, anchor
    return found[0]


def study(name: str) -> StudyFrames:
    return StudyFrames(Published(small_frames()), name)


def row_of(html: str, country: str) -> str:
    """The first table row that a country heads."""
    found = re.search(rf"<tr>\s*<th[^>]*>{country}.*?</tr>", html, flags=re.DOTALL)
    assert found is not None, country
    return found[0]


@pytest.mark.parametrize(
    ("position", "sections"),
    [
        (1, ["dimensions"]),
        (2, ["constraints", "services", "rules"]),
        (3, ["monitor"]),
        (4, ["finding", "doubts", "potential", "map", "groups"]),
    ],
)
def test_each_study_has_the_sections_that_it_has_rows_for(kinds, position, sections) -> None:
    assert sections_of(kinds, position) == sections


def test_navigation_reaches_every_study_and_section_and_loads_nothing(kinds) -> None:
    page = Page(kinds)
    navigation = re.search(r"<nav.*?</nav>", kinds, flags=re.DOTALL)[0]
    targets = set(re.findall(r'href="#([^"]+)"', navigation))
    sections = {found for found in page.ids() if re.fullmatch(r"study-\d+(-[a-z]+)?", found)}
    assert sections - {found for found in sections if found.endswith("-title")} <= targets
    assert targets <= set(page.ids())
    assert {"opening", "profiles"} <= targets
    assert_loads_nothing(page)


def test_the_opening_tells_of_every_study_what_it_found(kinds) -> None:
    opening = section(kinds, "opening")
    text = Page(opening).text
    assert "In 2020 the lowest dimension is most often Logistics (4 of 4 countries)" in text
    assert "2 of 2 partners have rules on digital trade in force with China" in text
    assert "Survey total: 2.38 trillion yuan in 2023 (reported), +13.3 % as printed" in text
    assert "2 are not what the printed levels give (in 1 of these few printed digits may be why)" in text
    assert "of which it is not told on which side of the norm they are" in text


def test_heat_cells_are_the_scores_of_the_frame_with_what_binds_marked(kinds) -> None:
    cells = row_of(section(kinds, "study-1-dimensions"), "Kazakhstan")
    rows = study_kinds.dimension_rows().query("country_iso3 == 'KAZ' and year == 2020")
    shown = re.findall(r'<td class="number s[^"]*"[^>]*>([^<\n]+)', cells)
    expected = [
        f"{score:.2f}" if measured else "not measured"
        for score, measured in rows[["score", "is_measured"]].values
    ]
    assert shown == expected
    binding = re.findall(r'<td class="number s s\d framed"[^>]*>([\d.]+)\s*<small>([^<]+)', cells)
    assert binding == [("0.52", "\N{BLACK DOWN-POINTING TRIANGLE} binds, 75\N{NO-BREAK SPACE}% of ways")]
    assert cells.count("hatched") == 1


def test_a_dimension_that_nobody_has_a_series_of_says_why(kinds) -> None:
    text = Page(section(kinds, "study-1-dimensions")).text
    assert f"Industrial parks is not measured: {study_kinds.WHY_NO_PARKS}" in text


def test_a_later_member_is_empty_under_members_then_with_its_day_and_full_under_members_now(kinds) -> None:
    html = section(kinds, "study-1-dimensions")
    then, now = html.split("(members now)")
    assert study_kinds.JOINED_LATE in Page(row_of(then, "Belarus")).text
    assert row_of(then, "Belarus").count("no member") >= 4
    assert "0.42" in row_of(now, "Belarus")


def test_a_gain_whose_interval_holds_0_is_not_told_from_0(kinds) -> None:
    text = Page(section(kinds, "study-1-dimensions")).text
    assert "The interval leaves out 0 for 0 of 1 member." in text
    assert "\N{MINUS SIGN}1.0 billion USD to 5.0 billion USD" in text


def test_a_gap_in_services_breaks_the_line(kinds) -> None:
    wide = re.search(r"<svg.*?</svg>", section(kinds, "study-2-services"), flags=re.DOTALL)[0]
    lines = [path for path in re.findall(r'<path d="(M[^"]+)"[^>]*stroke="#0b5c8c"', wide) if "L" in path]
    assert len(lines) == 3
    assert sorted(path.count("M") for path in lines) == [1, 1, 2]


def test_days_that_sources_dispute_are_marked_and_their_pages_linked(kinds) -> None:
    html = section(kinds, "study-2-rules")
    cells = row_of(html, "Singapore")
    assert "\N{WARNING SIGN} disputed: or 2005-07-01" in cells
    assert "? day not settled" in cells
    assert "disputed" not in row_of(html, "Thailand")
    assert 'href="https://example.org/agreements?page=1" rel="noopener noreferrer"' in html
    assert "javascript:" not in html


def test_a_pillar_without_a_score_is_said_to_have_none(frames) -> None:
    tables = small_frames()
    rows = tables["rpt_digital_constraints"]
    only_later = rows.loc[rows["year"] == 2020]
    html = section(render_report({"rpt_digital_constraints": only_later}, RUN), "study-1-constraints")
    assert "no score" in row_of(html, "THA")
    assert "without digital services" in row_of(html, "THA")


def test_contradictions_and_circular_growth_are_marked_and_what_agrees_is_not(kinds) -> None:
    html = section(kinds, "study-3-monitor")
    marks = {year: Page(row_of(html, year)).text for year in ("2020", "2021", "2022", "2023")}
    assert monitor_chart.CIRCULAR in marks["2020"]
    assert monitor_chart.CONTRADICTED in marks["2021"]
    assert monitor_chart.WITHIN_ROUNDING in marks["2022"]
    assert "agrees" in marks["2023"]
    assert "+17.2 %" in marks["2021"]


def test_concepts_stand_apart_and_an_empty_one_says_why(kinds) -> None:
    html = section(kinds, "study-3-monitor")
    assert re.findall(r"<h4>([^<]+)</h4>", html) == [
        "Survey total",
        "Goods trade",
        "A platform",
        "Supervision modes",
    ]
    assert "No download by mode has been landed." in html
    assert html.count("<figure>") == 1  # one growth alone is no series


def test_a_source_that_is_no_page_is_named_and_not_linked(kinds) -> None:
    city = row_of(section(kinds, "study-3-monitor"), "Shenzhen")
    assert "A paper" in city
    assert "<a" not in city


def test_tables_without_rows_of_a_study_say_why(kinds) -> None:
    assert "Has rows for studies with gravity equations." in kinds
    assert kinds.count("What this study has no rows of, and why") == 1


def test_ranks_of_many_partners_are_the_published_ones_with_their_range(kinds) -> None:
    html = section(kinds, "study-4-potential")
    ranking = study_kinds.world_rows(range(2018, 2021))["rpt_trade_potential_ranking"]
    last = ranking.loc[ranking["year"] == 2020].sort_values("potential_rank").iloc[-1]
    assert f"{last['rank_low']:.0f} to {last['rank_high']:.0f}" in row_of(html, last["partner_iso3"])


def test_groups_say_with_whom_they_share_members_and_both_views_where_they_differ(kinds) -> None:
    html = section(kinds, "study-4-groups")
    counts = re.findall(r"<td>(\d+ of \d+)", html)
    assert counts == ["6 of 7", "8 of 9", "189 of 190"]
    assert "never add two of them up" in html


def test_many_profiles_are_folded_by_region_and_few_stand_in_sight() -> None:
    codes = [f"A{place:02d}" for place in range(60)]
    many = render_report({"rpt_country_profile": study_kinds.profile_rows(codes)}, RUN)
    folds = re.findall(r"<summary>([^<]+)</summary>", section(many, "profiles"))
    assert [fold.split(":")[0] for fold in folds] == ["East Asia", "Europe", "no region"]
    few = render_report({"rpt_country_profile": study_kinds.profile_rows(codes[:3])}, RUN)
    assert "<summary>" not in section(few, "profiles")
    assert "2019" in row_of(section(few, "profiles"), "Land A00")  # the later year tells nothing of it


@pytest.mark.parametrize("missing", sorted(set(study_kinds.kinds_frames()) - {"dim_study"}))
def test_no_single_missing_table_breaks_the_page(missing) -> None:
    tables = {name: frame for name, frame in small_frames().items() if name != missing}
    if missing != "rpt_trade_potential":
        tables.pop("rpt_trade_potential")  # its drawings take long and are tested above
    assert "What this release holds" in render_report(tables, RUN)


def test_every_shade_is_an_equal_step_and_a_frame_needs_a_mark() -> None:
    shades = [score_cell(score).style for score in (0.0, 0.2, 0.39, 0.6, 1.0)]
    assert shades == ["s s0", "s s1", "s s1", "s s3", "s s4"]
    marked = score_cell(0.5, is_marked=True, mark="binds")
    assert (marked.style, marked.lines) == ("s s2 framed", ("binds",))
    assert no_score("not measured", "no series").lines == ("no series",)


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "", "ftp://example.org", 'https://a"b', "https://a b"]
)
def test_only_whole_web_addresses_become_links(url) -> None:
    assert Link.to("x", url) is None
    assert Link.to("", "https://example.org/a?b=1") == Link("source", "https://example.org/a?b=1")


def test_the_binding_dimension_is_the_published_flag_and_not_computed_here() -> None:
    tables = small_frames()
    tables["rpt_index_dimensions"]["is_binding"] = False
    found = StudyFrames(Published(tables), "sco")
    assert dimensions.sentence(found) == "In 2020 no country has a single lowest dimension."


def test_the_year_shown_of_pillars_is_the_latest_that_is_nearly_as_full_as_the_fullest() -> None:
    pillars = ["digital_base_score", "digital_services_score", "rules_and_governance_score"]
    years = [year for year in (2019, 2020, 2021) for _ in range(10)]
    rows = pd.DataFrame({"year": years, **dict.fromkeys(pillars, 0.5)})
    # 2020 lacks 2 of its 30 scores, 2021 a third of them.
    rows.loc[10:11, "digital_services_score"] = float("nan")
    rows.loc[20:29, "digital_base_score"] = float("nan")
    assert set(digital_constraints.latest(rows)["year"]) == {2020}
