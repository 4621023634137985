from __future__ import annotations

import numpy as np
import pytest

from analysis.gravity.absorption import (
    compact,
    effects_of,
    independent_columns,
    level_values,
    projection,
)
from analysis.gravity.errors import NotEstimable


@pytest.mark.parametrize("n_effects", [1, 2, 3])
def test_residuals_equal_those_of_weighted_dummies(n_effects):
    random = np.random.Generator(np.random.PCG64(n_effects))
    n = 300
    effects = effects_of({f"e{q}": random.integers(0, 12 + 5 * q, n) for q in range(n_effects)}, n)
    weights = random.exponential(size=n) ** 3 + 1e-6
    columns = random.normal(size=(2, n))
    dummies = np.hstack(
        [np.eye(count)[code] for code, count in zip(effects.codes, effects.counts, strict=True)]
    )
    root = np.sqrt(weights)
    solved = np.linalg.lstsq(dummies * root[:, None], (columns * root).T, rcond=None)[0]
    expected = columns - (dummies @ solved).T
    assert projection(effects, weights)(columns) == pytest.approx(expected, abs=1e-10)


def test_labels_are_numbered_in_sorted_order_however_they_are_written():
    for labels in (np.array([30, 10, 30, 20]), np.array(["c", "a", "c", "b"]), np.array([3e12, 1, 3e12, 2])):
        levels, codes = compact(labels)
        assert codes.tolist() == [2, 0, 2, 1]
        assert levels[codes].tolist() == labels.tolist()
    assert compact(np.array([10**9, 5, 10**9]))[1].tolist() == [1, 0, 1]


def test_levels_that_lose_their_rows_disappear():
    effects = effects_of({"a": ["p", "q", "r", "q"]}, 4).rows(np.array([True, False, True, False]))
    assert effects.levels[0].tolist() == ["p", "r"]
    assert effects.codes.tolist() == [[0, 1]]


def test_absorbed_and_dependent_columns_are_told_apart():
    random = np.random.Generator(np.random.PCG64(4))
    codes = np.arange(60) % 6
    columns = np.column_stack([random.normal(size=60), codes**2.0, random.normal(size=60)])
    columns = np.column_stack([columns, columns[:, 0] - columns[:, 2] + 3 * codes])
    columns -= columns.mean(axis=0)
    is_absorbed, is_dependent = independent_columns(columns, effects_of({"a": codes}, 60))
    assert is_absorbed.tolist() == [False, True, False, False]
    assert is_dependent.tolist() == [False, False, False, True]


def test_sums_that_are_no_sums_of_effects_are_refused():
    effects = effects_of({"a": [0, 0, 1, 1]}, 4)
    assert level_values(effects, np.array([1.0, 1, 5, 5]))["a"] == pytest.approx([1, 5])
    with pytest.raises(NotEstimable, match="no sums of these effects"):
        level_values(effects, np.array([1.0, 2, 5, 5]))
