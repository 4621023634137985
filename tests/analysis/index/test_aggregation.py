"""Means with weights, by hand, with holes, and where they do not exist."""

from __future__ import annotations

import numpy as np
import pytest

from analysis.index.aggregation import to_positive, weighted_mean
from analysis.index.correlation import IndicatorError

COLUMNS = np.array([[1.0, 4.0], [2.0, 8.0]])


@pytest.mark.parametrize(
    ("mean", "expected"),
    [
        ("arithmetic", [1.75, 3.5]),
        ("geometric", [4**0.25, (8 * 8) ** 0.25]),
        ("harmonic", [4 / 3.25, 4 / 1.625]),
    ],
)
def test_means_with_weights_of_3_and_1_are_worked_out_by_hand(mean, expected):
    np.testing.assert_allclose(weighted_mean(COLUMNS, [3, 1], mean), expected)


def test_the_means_keep_their_order(random_indicators):
    positive = to_positive(random_indicators, 0.05)
    weights = np.arange(1.0, 7)
    harmonic, geometric, arithmetic = (
        weighted_mean(positive, weights, mean) for mean in ("harmonic", "geometric", "arithmetic")
    )
    assert (harmonic < geometric).all()
    assert (geometric < arithmetic).all()


@pytest.mark.parametrize("mean", ["arithmetic", "geometric", "harmonic"])
def test_a_missing_column_leaves_its_weight_to_the_others_and_a_row_of_nothing_stays_missing(mean):
    found = weighted_mean(np.array([[1.0, np.nan, 9], [np.nan] * 3]), [1, 5, 1], mean)
    assert found[0] == pytest.approx(weighted_mean(np.array([[1.0, 9]]), [1, 1], mean)[0])
    assert np.isnan(found[1])


@pytest.mark.parametrize("mean", ["geometric", "harmonic"])
def test_zero_and_less_have_no_geometric_nor_harmonic_mean(mean):
    message = f"column 'b', row 1: seen 0, expected a number above 0 for a {mean}"
    with pytest.raises(IndicatorError, match=message):
        weighted_mean(np.array([[1.0, 4], [2, 0]]), [1, 1], mean, ["a", "b"])


@pytest.mark.parametrize("weights", [[1.0], [1.0, -1.0], [0.0, 0.0], [1.0, np.nan]])
def test_weights_that_do_not_fit_are_refused(weights):
    with pytest.raises(IndicatorError, match="aggregation: seen"):
        weighted_mean(COLUMNS, weights, "arithmetic")


def test_a_mean_that_nobody_knows_is_refused():
    with pytest.raises(ValueError, match="expected one of arithmetic, geometric, harmonic"):
        weighted_mean(COLUMNS, [1, 1], "quadratic")


def test_columns_are_brought_above_zero():
    np.testing.assert_allclose(to_positive(np.array([[-5.0], [0], [5]]), 0.1)[:, 0], [0.1, 0.55, 1])
    with pytest.raises(IndicatorError, match="does not vary"):
        to_positive(np.ones((3, 1)), 0.1)
    with pytest.raises(IndicatorError, match="floor of 0"):
        to_positive(COLUMNS, 0)
