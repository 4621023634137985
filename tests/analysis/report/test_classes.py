"""Classes as the report shows them: the published class is never changed, contradictions are said."""

from __future__ import annotations

import pytest

from analysis.report import classes, render_report


@pytest.mark.parametrize(
    ("name", "slot", "rule"),
    [
        ("huge potential", "below", "K below 0.8"),
        ("potential expansion", "near", "K from 0.8 to 1.2"),
        ("potential reshaping", "above", "K above 1.2"),
        ("a class of its own", "other", ""),
    ],
)
def test_each_class_has_its_colour_and_its_limits(name, slot, rule) -> None:
    kind = classes.class_named(name)
    assert (kind.slot, kind.rule) == (slot, rule)


def test_a_cell_is_strong_only_far_beyond_the_limit_of_its_class() -> None:
    huge, reshaping = classes.class_named("huge potential"), classes.class_named("potential reshaping")
    assert [huge.is_strong(ratio) for ratio in (0.5, 0.54)] == [True, False]
    assert [reshaping.is_strong(ratio) for ratio in (1.81, 1.79)] == [True, False]
    assert not classes.class_named("potential expansion").is_strong(1.0)


def test_no_class_is_the_undefined_slot() -> None:
    assert classes.slot_of("") == classes.UNDEFINED


def test_limits_belong_to_the_class_on_either_side_of_them() -> None:
    assert not classes.class_named("potential expansion").disagrees(0.8)
    assert not classes.class_named("huge potential").disagrees(0.8)
    assert classes.class_named("huge potential").disagrees(0.81)


def test_the_glossary_says_when_a_study_classifies_by_other_limits(frames, run) -> None:
    potential = frames["rpt_trade_potential"].query("study == 'pacific'")
    moved = potential.assign(potential_class="huge potential")
    assert "a study here sets other ones" in render_report({"rpt_trade_potential": moved}, run)
    assert "a study here sets other ones" not in render_report({"rpt_trade_potential": potential}, run)


def test_a_class_the_glossary_does_not_know_is_shown_under_its_own_name(frames, run) -> None:
    potential = frames["rpt_trade_potential"].query("study == 'pacific'")
    html = render_report({"rpt_trade_potential": potential.assign(potential_class="dormant")}, run)
    assert "A class of a study&#39;s own; see the study." in html
    assert 'class="number k other"' in html
