"""Level by level: two dimensions of an index by hand, holes, and structures that are no tree."""

from __future__ import annotations

import numpy as np
import pytest

from analysis.index.correlation import IndicatorError
from analysis.index.hierarchy import Member, aggregate_levels

STRUCTURE = [
    Member("index"),
    Member("trade", "index", 2),
    Member("people", "index", 1),
    Member("goods", "trade"),
    Member("services", "trade", 3),
    Member("flights", "people"),
]
NAMES = ["goods", "services", "flights"]
VALUES = np.array([[10.0, 50, 100], [80, 40, 20]])


def test_two_levels_are_worked_out_by_hand():
    found = aggregate_levels(VALUES, NAMES, STRUCTURE)
    frame = found.to_frame()
    assert (found.names, found.levels) == (("trade", "people", "index"), (2, 2, 3))
    np.testing.assert_allclose(frame["trade"], [40, 50])
    np.testing.assert_allclose(frame["people"], [100, 20])
    np.testing.assert_allclose(frame["index"], [60, 40])


def test_each_step_has_its_own_mean():
    found = aggregate_levels(VALUES, NAMES, STRUCTURE, ["geometric", "harmonic"]).to_frame()
    trade = (10 * 50**3) ** 0.25
    assert found.loc[0, "trade"] == pytest.approx(trade)
    assert found.loc[0, "index"] == pytest.approx(3 / (2 / trade + 1 / 100))


def test_members_of_one_group_may_be_of_different_levels():
    structure = [Member("index"), Member("a", "index"), Member("inner", "index"), Member("b", "inner")]
    found = aggregate_levels(np.array([[2.0, 4], [6, 10]]), ["a", "b"], structure)
    assert dict(zip(found.names, found.levels, strict=True)) == {"inner": 2, "index": 3}
    np.testing.assert_allclose(found.values[:, -1], [3, 8])


def test_a_group_with_too_few_members_is_missing_and_those_above_go_on_without_it():
    holes = np.array([[np.nan, 50, 100], [80, 40, 20]])
    lenient = aggregate_levels(holes, NAMES, STRUCTURE).to_frame()
    assert lenient.loc[0, "trade"] == 50
    strict = aggregate_levels(holes, NAMES, STRUCTURE, minimum_share=0.6).to_frame()
    assert np.isnan(strict.loc[0, "trade"])
    assert np.isnan(strict.loc[0, "index"])
    half = aggregate_levels(holes, NAMES, STRUCTURE, minimum_share=0.5).to_frame()
    assert half.loc[0, "index"] == pytest.approx((2 * 50 + 100) / 3)


@pytest.mark.parametrize(
    ("structure", "message"),
    [
        ([*STRUCTURE, Member("goods", "people")], r"\['goods'\] more than once"),
        (STRUCTURE[:-1], r"indicators without a place \['flights'\]; groups without members \['people'\]"),
        ([*STRUCTURE, Member("x", "nobody")], r"parents that are no member \['nobody'\]"),
        ([*STRUCTURE, Member("second")], r"2 members without parent \['index', 'second'\]"),
        (
            [*STRUCTURE[:-1], Member("flights", "goods")],
            r"indicators with members \['goods'\]",
        ),
        (
            [Member("index"), *(Member(n, "index") for n in NAMES), Member("a", "b"), Member("b", "a")],
            r"a circle through \['a', 'b'\]",
        ),
    ],
)
def test_what_is_no_tree_over_the_indicators_is_refused(structure, message):
    with pytest.raises(IndicatorError, match=message):
        aggregate_levels(VALUES, NAMES, structure)


def test_means_that_do_not_fit_the_steps_are_refused():
    with pytest.raises(IndicatorError, match="seen 3 means for 2 steps"):
        aggregate_levels(VALUES, NAMES, STRUCTURE, ["arithmetic"] * 3)
