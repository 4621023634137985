"""Weights of components and of indicators."""

from __future__ import annotations

import numpy as np
import pytest

from analysis.index.correlation import IndicatorError
from analysis.index.pca import principal_components
from analysis.index.weights import (
    dimension_weights,
    entropy_weights,
    equal_weights,
    expert_weights,
    indicator_weights,
    squared_loading_weights,
    variance_share_weights,
)


def test_weights_are_shares_of_the_retained_variance_and_sum_to_one():
    np.testing.assert_allclose(variance_share_weights(np.array([3.0, 1.0, 0.5]), 2), [0.75, 0.25])
    assert variance_share_weights(np.array([2.238, 0.498, 0.264]), 3).sum() == pytest.approx(1)


def test_three_components_of_three_indicators_have_their_explained_shares_as_weights():
    # The Central Asia paper prints eigenvalue shares that sum to 100%: 2.238, 0.498, 0.264 of 3.
    np.testing.assert_allclose(
        variance_share_weights(np.array([2.238, 0.498, 0.264]), 3), [0.746, 0.166, 0.088], atol=5e-7
    )


@pytest.mark.parametrize("count", [0, 3, 4])
def test_only_components_with_variance_can_be_weighted(count):
    with pytest.raises(ValueError, match="expected 1 to 2"):
        variance_share_weights(np.array([3.0, 1.0, 0.0]), count)


def test_indicator_weights_are_worked_out_by_hand():
    # Components (1, 1) and (1, -1) over sqrt(2), weighted 0.8 and 0.2.
    components = principal_components(np.array([[1, 0.6], [0.6, 1]]), ["a", "b"])
    found = indicator_weights(components, np.array([0.8, 0.2]))
    np.testing.assert_allclose(found, np.array([1.0, 0.6]) / np.sqrt(2))


def test_equal_weights_are_equal_over_indicators_or_over_dimensions_first():
    np.testing.assert_allclose(equal_weights(4), 0.25)
    np.testing.assert_allclose(
        dimension_weights(["a", "b", "b", "a", "b"]), [1 / 4, 1 / 6, 1 / 6, 1 / 4, 1 / 6]
    )


def test_entropy_weights_are_worked_out_by_hand():
    # Shares (1/2, 1/2) have an entropy of 1, (1, 0) of 0, (3/4, 1/4) of 0.811278 bits.
    found = entropy_weights(np.array([[1.0, 1, 3], [1, 0, 1]]))
    divergence = np.array([0, 1, 1 - 0.8112781244591328])
    np.testing.assert_allclose(found, divergence / divergence.sum(), atol=1e-15)


@pytest.mark.parametrize(
    "values", [[[1.0, -1], [2, 3]], [[0.0, 1], [0, 2]], [[1.0, 2]], [[np.nan, 1], [2, 1]]]
)
def test_entropy_needs_numbers_that_have_shares(values):
    with pytest.raises(IndicatorError, match="entropy weights: seen"):
        entropy_weights(np.array(values))


def test_entropy_of_what_never_varies_weighs_nothing():
    with pytest.raises(IndicatorError, match="the same in every row"):
        entropy_weights(np.ones((5, 2)))


def test_expert_weights_follow_the_indicators_and_sum_to_one():
    np.testing.assert_allclose(expert_weights({"b": 3, "a": 1, "c": 0}, ["a", "b", "c"]), [0.25, 0.75, 0])


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"a": 1}, r"seen none for \['b'\] and some for \[\]"),
        ({"a": 1, "b": 1, "c": 1}, r"seen none for \[\] and some for \['c'\]"),
        ({"a": -1, "b": 2}, "finite numbers of 0 or more"),
        ({"a": 0, "b": 0}, "one above 0"),
        ({"a": np.nan, "b": 1}, "finite"),
    ],
)
def test_expert_weights_that_do_not_fit_are_refused(given, message):
    with pytest.raises(IndicatorError, match=message):
        expert_weights(given, ["a", "b"])


def test_squared_loadings_count_with_the_component_that_an_indicator_loads_on_most():
    # 0.81, 0.64 and 0.36 of 1.81.
    found = squared_loading_weights(np.array([[0.9, 0.1], [-0.8, 0.2], [0.3, 0.6]]))
    np.testing.assert_allclose(found, np.array([0.81, 0.64, 0.36]) / 1.81)
    with pytest.raises(IndicatorError, match="expected all above 0"):
        squared_loading_weights(np.array([[0.9, 0], [0.8, 0]]))
