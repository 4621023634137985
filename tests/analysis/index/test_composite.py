"""The composite index from indicators to [0, 1]."""

from __future__ import annotations

import numpy as np
import pytest

from analysis.index.composite import composite_index
from analysis.index.correlation import IndicatorError
from analysis.index.estimation import composite_score, scale_to_unit
from analysis.index.retention import RetentionRule

NAMES = list("abcdef")


def test_two_indicators_are_worked_out_by_hand():
    # Correlated positively, one component is kept: the sum of the standardised values, over sqrt(2).
    values = np.array([[1.0, 10], [2, 10], [3, 40]])
    found = composite_index(values, ["a", "b"])
    z = np.array([[-1, -1 / np.sqrt(3)], [0, -1 / np.sqrt(3)], [1, 2 / np.sqrt(3)]])
    np.testing.assert_allclose(found.score, z.sum(axis=1) / np.sqrt(2))
    np.testing.assert_allclose(found.index, [0, 1 / (2 + np.sqrt(3)), 1])
    np.testing.assert_allclose(found.weights, [1])


def test_the_index_runs_from_zero_to_one_and_keeps_the_order_of_the_score(random_indicators):
    found = composite_index(random_indicators, NAMES)
    assert (found.index.min(), found.index.max()) == (0, 1)
    np.testing.assert_array_equal(np.argsort(found.index), np.argsort(found.score))


def test_the_score_is_the_indicators_times_their_weights(random_indicators):
    found = composite_index(random_indicators, NAMES, RetentionRule("cumulative_share", 0.85))
    assert found.retention.count > 1
    assert found.weights.sum() == pytest.approx(1)
    np.testing.assert_allclose(found.standardised.z @ found.indicator_weights, found.score, atol=1e-12)
    by_hand = sum(found.weights[k] * found.scores[:, k] for k in range(found.retention.count))
    np.testing.assert_allclose(found.score, by_hand, atol=1e-12)


def test_units_of_the_indicators_do_not_matter(random_indicators):
    first = composite_index(random_indicators, NAMES)
    second = composite_index(random_indicators * [1e6, 1, 1e-6, 3, 7, 1] + [0, 5, 0, -2, 100, 0], NAMES)
    np.testing.assert_allclose(first.index, second.index, atol=1e-9)


def test_the_order_of_rows_and_of_indicators_does_not_matter(random_indicators):
    first = composite_index(random_indicators, NAMES)
    rows, columns = np.random.default_rng(0).permutation(40), [5, 2, 0, 4, 1, 3]
    second = composite_index(random_indicators[rows][:, columns], [NAMES[k] for k in columns])
    np.testing.assert_allclose(first.index[rows], second.index, atol=1e-10)


def test_twice_the_same_input_gives_the_same_bytes(random_indicators):
    first, second = composite_index(random_indicators, NAMES), composite_index(random_indicators, NAMES)
    assert first.index.tobytes() == second.index.tobytes()


def test_an_indicator_that_lowers_the_index_is_named(random_indicators):
    common = random_indicators[:, 0]
    noise = random_indicators[:, 1:] * 0.1
    values = np.column_stack([common + noise[:, 0], common + noise[:, 1], common + noise[:, 2], -common])
    assert composite_index(values, ["good", "better", "best", "cost"]).lowering_indicators == ("cost",)


def test_the_scale_is_relative_to_the_sample(random_indicators):
    whole = composite_index(random_indicators, NAMES)
    part = composite_index(random_indicators[whole.index < 1], NAMES)
    assert part.index.max() == 1
    assert whole.index[whole.index < 1].max() < 1


def test_fewer_rows_than_indicators_give_an_index_with_its_warnings(random_indicators):
    found = composite_index(random_indicators[:5], NAMES)
    assert found.components.rank == 4
    assert set(found.adequacy.warnings) == {"kmo", "bartlett", "observations"}
    assert (found.index.min(), found.index.max()) == (0, 1)


def test_scaling_puts_the_lowest_at_zero_and_the_highest_at_one():
    assert scale_to_unit(np.array([3.0, 1.0, 2.0])).tolist() == [1.0, 0.0, 0.5]


def test_values_that_do_not_vary_cannot_be_scaled():
    with pytest.raises(IndicatorError, match=r"the score is 0.1 in every row"):
        scale_to_unit(np.array([0.1, 0.1, 0.1 + 1e-17]))


def test_a_composite_score_takes_the_leading_components():
    scores = np.array([[1.0, 2, 100], [3, 4, 100]])
    np.testing.assert_allclose(composite_score(scores, np.array([0.75, 0.25])), [1.25, 3.25])
