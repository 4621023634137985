"""Classes of K at and beside their bounds."""

from __future__ import annotations

import math

import pytest

from analysis.potential.classes import Class, classify

PAPER = (
    Class("huge potential", 0.8),
    Class("potential expansion", 1.2, is_upper_included=True),
    Class("potential reshaping"),
)


@pytest.mark.parametrize(
    ("ratio", "label"),
    [
        (0.0, "huge potential"),
        (math.nextafter(0.8, 0), "huge potential"),
        (0.8, "potential expansion"),
        (1.0, "potential expansion"),
        (1.2, "potential expansion"),
        (math.nextafter(1.2, 2), "potential reshaping"),
        (2.291, "potential reshaping"),
    ],
)
def test_both_printed_bounds_belong_to_the_middle_class(ratio, label):
    assert classify([ratio], PAPER) == [label]


def test_the_other_convention_is_a_matter_of_data():
    other = (Class("low", 0.8, is_upper_included=True), Class("middle", 1.2), Class("high"))
    assert classify([0.8, 1.2], other) == ["low", "high"]


def test_an_undefined_ratio_is_never_classified():
    assert classify([float("nan"), 1.0], PAPER) == [None, "potential expansion"]


@pytest.mark.parametrize(
    "classes",
    [
        (),
        (Class("a", 0.8),),
        (Class("a"), Class("b")),
        (Class("a", 1.2), Class("b", 0.8), Class("c")),
        (Class("a", 1.2), Class("b", 1.2), Class("c")),
    ],
)
def test_bounds_that_leave_a_ratio_without_a_class_or_with_two_are_refused(classes):
    with pytest.raises(ValueError, match="classes: seen upper bounds"):
        classify([1.0], classes)
