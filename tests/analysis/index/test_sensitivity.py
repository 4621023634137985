"""Shares of variance by hand, and by the definition with conditional means."""

from __future__ import annotations

import numpy as np
import pytest

from analysis.index.sensitivity import leading_factor, sobol_shares


def test_two_factors_with_interplay_are_worked_out_by_hand():
    # y = x1 + 2 x2 + x1 x2 on -1 and 1: variances 1, 4 and 1 of 6.
    x1, x2 = np.meshgrid([-1.0, 1], [-1.0, 1], indexing="ij")
    found = sobol_shares((x1 + 2 * x2 + x1 * x2)[..., None])
    np.testing.assert_allclose(found.first_order, [1 / 6, 4 / 6])
    np.testing.assert_allclose(found.total, [2 / 6, 5 / 6])
    assert found.variance == pytest.approx(6)


def test_the_ishigami_function_on_a_fine_grid_has_its_published_shares():
    # Ishigami and Homma (1990), a = 7, b = 0.1; shares 0.3139 0.4424 0 and 0.5576 0.4424 0.2437.
    grid = -np.pi + 2 * np.pi * (np.arange(60) + 0.5) / 60
    x1, x2, x3 = np.meshgrid(grid, grid, grid, indexing="ij")
    found = sobol_shares((np.sin(x1) + 7 * np.sin(x2) ** 2 + 0.1 * x3**4 * np.sin(x1))[..., None])
    np.testing.assert_allclose(found.first_order, [0.3139, 0.4424, 0.0], atol=0.001)
    np.testing.assert_allclose(found.total, [0.5576, 0.4424, 0.2437], atol=0.001)


def test_shares_of_several_outcomes_are_shares_of_their_summed_variance():
    rng = np.random.default_rng(1)
    table = rng.normal(size=(2, 3, 4, 5))
    found = sobol_shares(table)
    singly = [sobol_shares(table[..., [k]]) for k in range(5)]
    variances = np.array([item.variance for item in singly])
    by_hand = sum(item.first_order * item.variance for item in singly) / variances.sum()
    np.testing.assert_allclose(found.first_order, by_hand)
    # Total share: one less the first-order share of all the others together.
    others = table.mean(axis=0).var(axis=(0, 1)).sum() / found.variance
    assert found.total[0] == pytest.approx(1 - others)
    assert (found.first_order <= found.total + 1e-12).all()
    assert found.first_order.sum() <= 1


def test_a_factor_of_one_level_has_no_share_and_where_nothing_varies_there_are_none():
    found = sobol_shares(np.arange(3.0).reshape(1, 3, 1))
    np.testing.assert_allclose(found.first_order, [0, 1])
    nothing = sobol_shares(np.full((2, 2, 3), 0.1))
    assert np.isnan(nothing.first_order).all()
    assert np.isnan(nothing.total).all()
    assert nothing.variance == 0


def test_the_leading_factor_is_told_for_each_outcome():
    first, second = np.meshgrid([0.0, 1], [0.0, 1], indexing="ij")
    table = np.stack([first, second + 0.1 * first, np.zeros((2, 2))], axis=-1)
    assert leading_factor(table).tolist() == [0, 1, -1]
