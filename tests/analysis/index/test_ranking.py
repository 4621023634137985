"""Ranks within a year and what many of them say."""

from __future__ import annotations

import numpy as np
import pytest

from analysis.index.ranking import ranks_within_years, spread


def test_ranks_start_at_one_in_each_year_and_equals_share_the_better_one():
    values = np.array([0.1, 0.5, 0.5, 0.9, 0.2])
    years = [2013, 2013, 2013, 2014, 2014]
    assert ranks_within_years(values, years).tolist() == [3, 1, 1, 1, 2]
    assert ranks_within_years(np.array([values, -values]), years).tolist() == [
        [3, 1, 1, 1, 2],
        [1, 2, 2, 2, 1],
    ]


def test_rounding_ranks_nothing():
    assert ranks_within_years(np.array([0.3, 0.1 + 0.2]), [2013, 2013]).tolist() == [1, 1]


def test_a_spread_is_worked_out_by_hand():
    values = np.linspace(0, 1, 21)[:, None]
    ranks = np.repeat([[1], [2], [3]], [1, 15, 5], axis=0)
    found = spread(values, ranks, np.array([2]), 0.9)
    np.testing.assert_allclose([found.low[0], found.median[0], found.high[0]], [0.05, 0.5, 0.95])
    assert (found.rank_low[0], found.rank_median[0], found.rank_high[0]) == (2, 2, 3)
    assert (found.rank_best[0], found.rank_worst[0]) == (1, 3)
    assert found.same_rank_share[0] == pytest.approx(15 / 21)


def test_ranks_at_the_ends_are_taken_outwards():
    ranks = np.array([[1], [1], [1], [1], [1], [1], [1], [1], [1], [2]])
    found = spread(ranks.astype(float), ranks, np.array([1]), 0.9)
    assert (found.rank_low[0], found.rank_median[0], found.rank_high[0]) == (1, 1, 2)


@pytest.mark.parametrize("level", [0.0, 1.0])
def test_a_level_of_nothing_or_all_is_refused(level):
    with pytest.raises(ValueError, match="spread: seen a level"):
        spread(np.ones((2, 1)), np.ones((2, 1)), np.ones(1), level)
