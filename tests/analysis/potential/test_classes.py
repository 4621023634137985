"""Classes of K at and beside their bounds."""

from __future__ import annotations

import math

import pytest

from analysis.potential.classes import classify
from analysis.study.potential import PotentialClass


def k_class(label: str, upper: float | None = None, is_upper_included: bool = False) -> PotentialClass:
    return PotentialClass(label=label, upper=upper, is_upper_included=is_upper_included)


PAPER = (
    k_class("huge potential", 0.8),
    k_class("potential expansion", 1.2, is_upper_included=True),
    k_class("potential reshaping"),
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
    other = (
        k_class("low", 0.8, is_upper_included=True),
        k_class("middle", 1.2),
        k_class("high"),
    )
    assert classify([0.8, 1.2], other) == ["low", "high"]


def test_an_undefined_ratio_is_never_classified():
    assert classify([float("nan"), 1.0], PAPER) == [None, "potential expansion"]


@pytest.mark.parametrize(
    "classes",
    [
        (),
        (k_class("a", 0.8),),
        (k_class("a"), k_class("b")),
        (
            k_class("a", 1.2),
            k_class("b", 0.8),
            k_class("c"),
        ),
        (
            k_class("a", 1.2),
            k_class("b", 1.2),
            k_class("c"),
        ),
    ],
)
def test_bounds_that_leave_a_ratio_without_a_class_or_with_two_are_refused(classes):
    with pytest.raises(ValueError, match="classes: seen upper bounds"):
        classify([1.0], classes)
