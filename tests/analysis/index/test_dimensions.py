"""Scores of dimensions: worked by hand on three countries and two years."""

from __future__ import annotations

import numpy as np
import pytest

from analysis.index.correlation import IndicatorError
from analysis.index.dimensions import dimension_scores, dimension_spread

NAMES = ["roads", "ports", "customs", "internet"]
DIMENSIONS = {"roads": "Transport", "ports": "Transport", "customs": "Customs", "internet": "Digital"}
YEARS = [2019, 2019, 2019, 2020, 2020, 2020]
VALUES = np.array(
    [
        # roads, ports, customs, internet
        [0.0, 10.0, 1.0, 20.0],
        [5.0, 30.0, 3.0, 40.0],
        [10.0, np.nan, 2.0, np.nan],
        [2.0, 20.0, 1.0, 60.0],
        [5.0, 20.0, 5.0, 100.0],
        [np.nan, np.nan, 3.0, 80.0],
    ]
)


def test_a_score_is_the_mean_position_between_lowest_and_highest_of_all_rows():
    scored = dimension_scores(VALUES, NAMES, DIMENSIONS, YEARS)
    assert scored.names == ("Transport", "Customs", "Digital")
    np.testing.assert_allclose(
        scored.scores,
        [
            [0.0, 0.0, 0.0],
            [0.75, 0.5, 0.25],
            [1.0, 0.25, np.nan],
            [(0.2 + 0.5) / 2, 0.0, 0.5],
            [0.5, 1.0, 1.0],
            [np.nan, 0.5, 0.75],
        ],
    )
    np.testing.assert_array_equal(scored.counts[:, 0], [2, 2, 1, 2, 2, 0])


def test_ranks_are_among_the_rows_of_the_year_that_have_a_score():
    ranks = dimension_scores(VALUES, NAMES, DIMENSIONS, YEARS).ranks
    np.testing.assert_array_equal(ranks[:, 0], [3, 2, 1, 2, 1, np.nan])
    np.testing.assert_array_equal(ranks[:, 2], [2, 1, np.nan, 3, 1, 2])


def test_the_lowest_dimension_binds_unless_two_are_equally_low():
    is_binding = dimension_scores(VALUES, NAMES, DIMENSIONS, YEARS).is_binding
    # All three at 0: none binds.
    assert not is_binding[0].any()
    np.testing.assert_array_equal(is_binding[1], [False, False, True])
    np.testing.assert_array_equal(is_binding[4], [True, False, False])
    np.testing.assert_array_equal(is_binding[5], [False, True, False])


def test_a_single_dimension_cannot_bind():
    scored = dimension_scores(VALUES[:, 2:3], ["customs"], {"customs": "Customs"}, YEARS)
    assert not scored.is_binding.any()


def test_the_spread_goes_through_every_indicator_that_can_be_spared_and_other_fills():
    base = dimension_scores(VALUES, NAMES, DIMENSIONS, YEARS)
    turned = VALUES.copy()
    turned[4, 2] = 0.5
    spread = dimension_spread(base, VALUES, NAMES, DIMENSIONS, YEARS, [turned])
    # The scores themselves, without roads, without ports, and on the other values.
    assert spread.count == 4
    # In 2020 the second country leads in transport but, by ports alone, shares the first place.
    assert (spread.rank_best[3, 0], spread.rank_worst[3, 0]) == (1, 2)
    # On the other values its customs are the worst of the year.
    assert (spread.rank_best[4, 1], spread.rank_worst[4, 1]) == (1, 3)
    assert spread.binding_share[4, 0] == 0.75
    assert spread.binding_share[4, 1] == 0.25
    assert np.isnan(spread.rank_best[5, 0])


def test_the_order_of_rows_moves_no_score():
    order = [3, 0, 5, 2, 4, 1]
    there = dimension_scores(VALUES, NAMES, DIMENSIONS, YEARS)
    again = dimension_scores(VALUES[order], NAMES, DIMENSIONS, [YEARS[at] for at in order])
    np.testing.assert_array_equal(again.scores, there.scores[order])
    np.testing.assert_array_equal(again.ranks, there.ranks[order])


@pytest.mark.parametrize(
    ("values", "dimensions", "said"),
    [
        (VALUES, {"roads": "Transport"}, r"seen none for \['ports', 'customs', 'internet'\]"),
        (np.where(np.arange(4) == 1, 7.0, VALUES), DIMENSIONS, r"one value only of \['ports'\]"),
    ],
)
def test_what_cannot_be_scored_is_refused(values, dimensions, said):
    with pytest.raises(IndicatorError, match=said):
        dimension_scores(values, NAMES, dimensions, YEARS)
