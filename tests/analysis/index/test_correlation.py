"""Standardising, and the indicators it refuses."""

from __future__ import annotations

import numpy as np
import pytest

from analysis.index.correlation import (
    ConstantIndicator,
    IndicatorError,
    NonFiniteIndicator,
    correlation_matrix,
    standardise,
)


def test_standardising_is_the_one_worked_out_by_hand():
    # 2 4 6: mean 4, standard deviation (dividing by n - 1) 2.
    found = standardise([[2, 10], [4, 40], [6, 10]], ["a", "b"])
    np.testing.assert_allclose(found.z[:, 0], [-1, 0, 1])
    np.testing.assert_allclose(found.mean, [4, 20])
    np.testing.assert_allclose(found.std, [2, np.sqrt(300)])


def test_correlations_are_pearson_with_a_diagonal_of_exactly_one(random_indicators):
    found = correlation_matrix(standardise(random_indicators, list("abcdef")))
    np.testing.assert_allclose(found, np.corrcoef(random_indicators, rowvar=False), atol=1e-14)
    assert (np.diag(found) == 1).all()


def test_a_missing_cell_is_named_by_column_and_row(random_indicators):
    values = random_indicators.copy()
    values[17, 2] = np.nan
    values[18, 2] = np.inf
    with pytest.raises(NonFiniteIndicator, match=r"column 'c', row 17: seen nan.*1 more cells"):
        standardise(values, list("abcdef"))


@pytest.mark.parametrize("value", [0.0, 0.1, 1e12])
def test_indicators_that_never_vary_are_named(random_indicators, value):
    values = random_indicators.copy()
    values[:, [1, 4]] = value
    with pytest.raises(ConstantIndicator, match="do not vary in the sample: b, e") as refusal:
        standardise(values, list("abcdef"))
    assert refusal.value.names == ("b", "e")


@pytest.mark.parametrize(
    ("values", "names", "message"),
    [
        ([[1.0, 2.0], [2.0, 1.0]], ["a"], r"shape \(2, 2\), expected \(rows, 1\)"),
        ([[1.0, 2.0], [2.0, 1.0]], ["a", "a"], r"more than once: \['a'\]"),
        ([[1.0, 2.0]], ["a", "b"], "1 rows of indicators"),
        ([[], []], [], "expected"),
    ],
)
def test_shapes_and_names_are_checked(values, names, message):
    with pytest.raises(IndicatorError, match=message):
        standardise(values, names)
