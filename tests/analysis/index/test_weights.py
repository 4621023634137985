"""Weights of components and of indicators."""

from __future__ import annotations

import numpy as np
import pytest

from analysis.index.pca import principal_components
from analysis.index.weights import indicator_weights, variance_share_weights


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
