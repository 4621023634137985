"""Classes as the report shows them: published names, limits and order; nothing is classified here."""

from __future__ import annotations

import itertools

import pandas as pd
import pytest

from analysis.report import classes, render_report
from analysis.report.published import Published
from analysis.report.study_frames import StudyFrames

CELL = "study == 'pacific'"


def scheme(*bounds: float) -> tuple[classes.PotentialClass, ...]:
    """Classes between these bounds, an upper bound never included."""
    limits = [None, *bounds, None]
    rows = [
        (f"class {place}", place, low, low is not None, high, False)
        for place, (low, high) in enumerate(itertools.pairwise(limits), start=1)
    ]
    columns = "potential_class position lower_bound is_lower_included upper_bound is_upper_included"
    return classes.declared_classes(pd.DataFrame(rows, columns=columns.split()))


@pytest.mark.parametrize(
    ("name", "slot", "rule"),
    [
        ("huge potential", "below", "K below 0.8"),
        ("potential expansion", "near", "K from 0.8 to 1.2"),
        ("potential reshaping", "above", "K above 1.2"),
        ("a class of its own", "other", ""),
    ],
)
def test_each_class_has_the_limits_of_the_published_table_and_a_colour_by_its_place(
    central_asia, name, slot, rule
) -> None:
    kind = central_asia.class_named(name)
    assert (kind.slot, kind.rule) == (slot, rule)


def test_classes_stand_in_the_order_of_their_position(central_asia) -> None:
    names = [kind.name for kind in central_asia.classes]
    assert names == ["huge potential", "potential expansion", "potential reshaping"]


@pytest.mark.parametrize(
    ("bounds", "slots"),
    [
        ((), ["near"]),
        ((1.0,), ["below", "above"]),
        ((0.5, 1.0, 2.0), ["below", "below-near", "above-near", "above"]),
        ((0.5, 0.8, 1.2, 2.0), ["below", "below-near", "near", "above-near", "above"]),
    ],
)
def test_any_number_of_classes_has_colours_that_keep_their_order(bounds, slots) -> None:
    found = [kind.slot for kind in scheme(*bounds)]
    assert found == slots
    assert set(found) <= set(classes.COLOURS)


def test_a_limit_says_on_which_side_it_counts() -> None:
    assert [kind.rule for kind in scheme(0.5, 1.0)] == [
        "K below 0.5",
        "K at least 0.5 and below 1",
        "K at least 1",
    ]


def test_limits_of_another_study_are_not_used(frames) -> None:
    limits = frames["dim_potential_class"]
    limits.loc[limits["study"] == "pacific", ["lower_bound", "upper_bound"]] *= 2
    published = Published(frames)
    rules = [
        StudyFrames(published, study).class_named("huge potential").rule
        for study in ("central_asia", "pacific")
    ]
    assert rules == ["K below 0.8", "K below 1.6"]


def test_a_cell_is_strong_only_far_beyond_the_limit_of_an_outermost_class(central_asia) -> None:
    huge, expansion, reshaping = central_asia.classes
    assert [huge.is_strong(ratio) for ratio in (0.5, 0.54)] == [True, False]
    assert [reshaping.is_strong(ratio) for ratio in (1.81, 1.79)] == [True, False]
    assert not expansion.is_strong(1.0)


def test_no_cell_is_strong_where_no_limit_is_published() -> None:
    only = classes.PotentialClass("huge potential", "below")
    assert not only.is_strong(0.01)


def test_a_ratio_on_a_limit_does_not_disagree_with_the_class_on_either_side(central_asia) -> None:
    huge, expansion, _ = central_asia.classes
    assert not expansion.disagrees(0.8)
    assert not huge.disagrees(0.8)
    assert huge.disagrees(0.81)


def test_the_glossary_says_when_a_class_holds_cells_outside_its_published_limits(frames, run) -> None:
    tables = {"dim_potential_class": frames["dim_potential_class"].query(CELL)}
    potential = frames["rpt_trade_potential"].query(CELL)
    moved = potential.assign(potential_class="huge potential")
    said = "some lie outside the published limits"
    assert said in render_report({**tables, "rpt_trade_potential": moved}, run)
    assert said not in render_report({**tables, "rpt_trade_potential": potential}, run)


def test_the_glossary_names_the_studies_whose_limits_differ(frames, run, page) -> None:
    assert "<dd>K below 0.8. Trade" in page
    limits = frames["dim_potential_class"]
    limits.loc[limits["study"] == "pacific", ["lower_bound", "upper_bound"]] *= 2
    html = render_report(frames, run)
    assert "China and Central Asia: K below 0.8. New Zealand and the islands: K below 1.6. Trade" in html


def test_a_class_without_a_meaning_is_shown_under_its_own_name_with_its_limits(frames, run) -> None:
    limits = frames["dim_potential_class"].query(CELL).replace("huge potential", "dormant")
    limits = limits.assign(label_zh=None, meaning=None, action=None)
    potential = frames["rpt_trade_potential"].query(CELL).replace("huge potential", "dormant")
    html = render_report({"dim_potential_class": limits, "rpt_trade_potential": potential}, run)
    assert '<dd>K below 0.8. <span class="quiet">K: 0.50 to 0.50 in this release.</span></dd>' in html
    assert 'class="number k below' in html


def test_a_class_that_no_table_declares_has_a_colour_of_its_own_and_no_limits(frames, run) -> None:
    potential = frames["rpt_trade_potential"].query(CELL)
    html = render_report({"rpt_trade_potential": potential.assign(potential_class="dormant")}, run)
    assert "No limits are published." in html
    assert 'class="number k other"' in html


def test_what_a_class_means_is_told_as_the_table_tells_it_with_its_source(page) -> None:
    assert '<span lang="zh">潜力型</span>' in page
    assert "For action: Look closer." in page
    assert 'href="https://example.org/classes" rel="noopener noreferrer">A study of classes</a>' in page
