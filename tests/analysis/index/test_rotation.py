"""Varimax against a second opinion, by hand, and where there is nothing to turn."""

from __future__ import annotations

import numpy as np
import pytest

from analysis.index.correlation import IndicatorError, correlation_matrix, standardise
from analysis.index.pca import component_scores, principal_components
from analysis.index.rotation import rotate, varimax


def components_of(values):
    names = [f"i{k}" for k in range(values.shape[1])]
    standardised = standardise(values, names)
    return standardised.z, principal_components(correlation_matrix(standardised), names)


def criterion(loadings):
    return (loadings**2).var(axis=0).sum()


def same_columns(first, second, **close):
    """Whether columns agree up to their order and sign."""
    order = np.abs(first.T @ second).argmax(axis=1)
    signs = np.sign((first * second[:, order]).sum(axis=0))
    np.testing.assert_allclose(first, second[:, order] * signs, **close)


def test_a_rotated_simple_structure_is_turned_back():
    # Each row on one axis, turned by 30 degrees: no other turn has a larger criterion.
    simple = np.array([[0.9, 0], [0.8, 0], [0, 0.7], [0, 0.6]])
    turn = np.array([[np.cos(np.pi / 6), -np.sin(np.pi / 6)], [np.sin(np.pi / 6), np.cos(np.pi / 6)]])
    same_columns(varimax(simple @ turn).loadings, simple, atol=1e-12)


@pytest.mark.parametrize("count", [2, 3, 4])
def test_varimax_equals_statsmodels(random_indicators, count):
    from statsmodels.multivariate.factor_rotation import rotate_factors

    _, components = components_of(random_indicators)
    loadings = components.loadings[:, :count]
    length = np.linalg.norm(loadings, axis=1, keepdims=True)
    theirs, _ = rotate_factors(loadings / length, "varimax")
    # Their iteration stops at about five digits.
    same_columns(varimax(loadings).loadings, theirs * length, atol=2e-4)
    raw, _ = rotate_factors(loadings, "varimax")
    same_columns(varimax(loadings, is_kaiser_normalised=False).loadings, raw, atol=2e-4)


def test_no_small_turn_does_better(random_indicators):
    _, components = components_of(random_indicators)
    loadings = components.loadings[:, :3]
    best = varimax(loadings, is_kaiser_normalised=False).loadings
    for first, second in ((0, 1), (0, 2), (1, 2)):
        for angle in (-0.3, -0.01, 0.01, 0.3):
            turn = np.eye(3)
            turn[np.ix_([first, second], [first, second])] = [
                [np.cos(angle), -np.sin(angle)],
                [np.sin(angle), np.cos(angle)],
            ]
            assert criterion(best @ turn) < criterion(best)


def test_rotation_keeps_what_is_explained_and_scores_have_the_variance_of_their_component(random_indicators):
    z, components = components_of(random_indicators)
    rotated = rotate(components, 3)
    np.testing.assert_allclose(
        (rotated.loadings**2).sum(axis=1), (components.loadings[:, :3] ** 2).sum(axis=1)
    )
    assert rotated.cumulative_share[-1] == pytest.approx(components.cumulative_share[2])
    assert (np.diff(rotated.eigenvalues) <= 0).all()
    assert (rotated.loadings.sum(axis=0) > 0).all()
    scores = component_scores(z, rotated)
    np.testing.assert_allclose(np.cov(scores, rowvar=False), np.diag(rotated.eigenvalues), atol=1e-12)
    both = np.corrcoef(z, scores, rowvar=False)[:6, 6:]
    np.testing.assert_allclose(rotated.loadings, both, atol=1e-12)


def test_one_component_stays_as_it_is(random_indicators):
    _, components = components_of(random_indicators)
    rotated = rotate(components, 1)
    np.testing.assert_allclose(rotated.loadings, components.loadings[:, :1])
    np.testing.assert_allclose(rotated.eigenvectors, components.eigenvectors[:, :1])


def test_an_indicator_without_loading_is_no_division_by_zero():
    found = varimax(np.array([[0.9, 0.1], [0.8, 0.3], [0.0, 0.0]]))
    np.testing.assert_array_equal(found.loadings[2], 0)


@pytest.mark.parametrize("loadings", [[1.0, 2.0], [[1.0, np.nan]]])
def test_what_is_no_matrix_of_numbers_is_refused(loadings):
    with pytest.raises(IndicatorError, match="expected a matrix of finite numbers"):
        varimax(loadings)
