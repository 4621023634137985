"""Principal components: published values, signs, and how many are kept."""

from __future__ import annotations

import numpy as np
import pytest

from analysis.index.correlation import correlation_matrix, standardise
from analysis.index.pca import (
    Components,
    component_scores,
    principal_components,
    sign_margins,
)
from analysis.index.retention import RetentionRule, retain


def components_of(vectors):
    vectors = np.asarray(vectors, dtype=float)
    p = len(vectors)
    ones = np.ones(p)
    return Components(tuple("abcdefg"[:p]), ones, ones / p, np.cumsum(ones / p), vectors, vectors, p)


def test_the_margin_of_a_sign_is_how_far_one_side_outweighs_the_other():
    side = 2**-0.5
    vectors = [[side, side, 0.0], [-side, side, 0.0], [0.0, 0.0, 1.0]]
    np.testing.assert_allclose(sign_margins(components_of(vectors)), [0.0, 1.0, 1.0])
    # 3 against 1: 2 of 4.
    half = np.array([[0.5, 0.5, 0.5, -0.5]] * 4).T
    np.testing.assert_allclose(sign_margins(components_of(half)), 0.5)


def test_the_margin_is_the_same_from_loadings_and_lies_between_0_and_1(random_indicators):
    _, found = decompose(random_indicators)
    margins = sign_margins(found)
    assert ((margins >= 0) & (margins <= 1)).all()
    sums = np.abs(found.loadings.sum(axis=0)) / np.abs(found.loadings).sum(axis=0)
    np.testing.assert_allclose(margins, sums)


def decompose(values, names=None):
    standardised = standardise(values, names or [f"i{k}" for k in range(np.shape(values)[1])])
    return standardised, principal_components(correlation_matrix(standardised), standardised.names)


def test_us_arrests_equal_the_published_shares_and_first_component(us_arrests):
    # James, Witten, Hastie and Tibshirani, An Introduction to Statistical Learning, chapter 10.
    _, found = decompose(*us_arrests)
    np.testing.assert_allclose(found.explained_share, [0.62006, 0.24744, 0.08914, 0.04336], atol=5e-6)
    np.testing.assert_allclose(
        found.eigenvectors[:, 0], [0.5358995, 0.5831836, 0.2781909, 0.5434321], atol=5e-8
    )
    np.testing.assert_allclose(found.cumulative_share[-1], 1)


def test_components_equal_statsmodels_up_to_sign(random_indicators):
    from statsmodels.multivariate.pca import PCA

    standardised, found = decompose(random_indicators)
    other = PCA(random_indicators, standardize=True, normalize=False, method="eig")
    np.testing.assert_allclose(found.eigenvalues, other.eigenvals / 40, rtol=1e-10)
    np.testing.assert_allclose(np.abs(found.eigenvectors), np.abs(other.eigenvecs), atol=1e-10)
    scores = component_scores(standardised.z, found)
    # statsmodels divides by n where we divide by n - 1.
    np.testing.assert_allclose(np.abs(scores), np.abs(other.factors) * np.sqrt(39 / 40), atol=1e-9)


def test_loadings_are_correlations_of_indicators_with_components(random_indicators):
    standardised, found = decompose(random_indicators)
    scores = component_scores(standardised.z, found)
    both = np.corrcoef(random_indicators, scores, rowvar=False)[:6, 6:]
    np.testing.assert_allclose(found.loadings, both, atol=1e-12)


def test_the_variance_of_a_score_is_its_eigenvalue_and_scores_are_uncorrelated(random_indicators):
    standardised, found = decompose(random_indicators)
    scores = component_scores(standardised.z, found)
    np.testing.assert_allclose(np.cov(scores, rowvar=False), np.diag(found.eigenvalues), atol=1e-12)


def test_entries_of_every_component_sum_to_more_than_zero_even_when_indicators_are_turned_around(
    random_indicators,
):
    for turned in (random_indicators, -random_indicators, random_indicators * [1, -1, 1, -1, 1, -1]):
        _, found = decompose(turned)
        assert (found.eigenvectors.sum(axis=0) > 0).all()


def test_where_entries_sum_to_zero_the_first_of_the_largest_is_positive():
    # Two indicators with a negative correlation: the first component is (1, -1) / sqrt(2), its sum 0.
    eigenvectors = principal_components(np.array([[1, -0.6], [-0.6, 1]]), ["a", "b"]).eigenvectors
    np.testing.assert_allclose(eigenvectors, np.array([[1, 1], [-1, 1]]) / np.sqrt(2), atol=1e-14)


def test_eigenvalues_of_a_two_by_two_matrix_are_one_plus_and_minus_the_correlation():
    found = principal_components(np.array([[1, 0.6], [0.6, 1]]), ["a", "b"])
    np.testing.assert_allclose(found.eigenvalues, [1.6, 0.4])
    np.testing.assert_allclose(found.loadings[:, 0], np.sqrt(0.8))


def test_fewer_rows_than_indicators_have_a_rank_of_rows_less_one(random_indicators):
    standardised, found = decompose(random_indicators[:4])
    assert found.rank == 3
    np.testing.assert_array_equal(found.eigenvalues[3:], 0)
    assert found.eigenvalues.sum() == pytest.approx(6)
    np.testing.assert_allclose(component_scores(standardised.z, found)[:, 3:], 0, atol=1e-12)


@pytest.mark.parametrize(
    ("kind", "value", "count"),
    [
        ("eigenvalue_above", 1.0, 1),
        ("eigenvalue_above", 0.9, 2),
        ("eigenvalue_above", 0.0, 4),
        ("cumulative_share", 0.62, 1),
        ("cumulative_share", 0.63, 2),
        ("cumulative_share", 0.9, 3),
        ("cumulative_share", 1.0, 4),
        ("fixed", 3, 3),
    ],
)
def test_retention_of_us_arrests(us_arrests, kind, value, count):
    # Eigenvalues 2.480 0.990 0.357 0.173; cumulative shares 0.620 0.868 0.957 1.
    _, components = decompose(*us_arrests)
    found = retain(components, RetentionRule(kind, value))
    assert found.count == count
    assert found.reason.startswith(f"{count} of 4 components")


def test_the_reason_says_rule_and_share(us_arrests):
    _, components = decompose(*us_arrests)
    reason = retain(components, RetentionRule("eigenvalue_above", 1.0)).reason
    assert reason == "1 of 4 components have an eigenvalue above 1; they explain 62.0%"


def test_uncorrelated_indicators_leave_no_component_above_one():
    with pytest.raises(ValueError, match="no component has an eigenvalue above 1"):
        retain(principal_components(np.eye(3), list("abc")), RetentionRule("eigenvalue_above", 1.0))


def test_more_components_than_have_variance_are_refused(random_indicators):
    _, components = decompose(random_indicators[:4])
    with pytest.raises(ValueError, match="4 components are to be kept, but only 3 have variance"):
        retain(components, RetentionRule("fixed", 4))
    assert retain(components, RetentionRule("cumulative_share", 1.0)).count == 3


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("kaiser", 1),
        ("fixed", 0),
        ("fixed", 1.5),
        ("cumulative_share", 0),
        ("cumulative_share", 85),
        ("eigenvalue_above", -1),
    ],
)
def test_rules_that_make_no_sense_are_refused(kind, value):
    with pytest.raises(ValueError, match="expected"):
        RetentionRule(kind, value)
