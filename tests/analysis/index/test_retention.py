"""Parallel analysis and the rules of retention that need more than eigenvalues."""

from __future__ import annotations

import numpy as np
import pytest

from analysis.index.correlation import correlation_matrix, covariance_matrix, standardise
from analysis.index.parallel import parallel_eigenvalues
from analysis.index.pca import principal_components
from analysis.index.retention import RetentionError, RetentionRule, retain

PARALLEL = RetentionRule("parallel", 95)


def components_of(values):
    names = [f"i{k}" for k in range(values.shape[1])]
    return principal_components(correlation_matrix(standardise(values, names)), names)


@pytest.mark.parametrize(("n_obs", "n_indicators"), [(50, 6), (7, 6), (5, 6)])
def test_thresholds_are_those_of_random_data_itself(n_obs, n_indicators):
    rng = np.random.default_rng(3)
    drawn = [
        np.linalg.eigvalsh(np.corrcoef(rng.normal(size=(n_obs, n_indicators)), rowvar=False))[::-1]
        for _ in range(4000)
    ]
    found = parallel_eigenvalues(n_obs, n_indicators, draws=4000, percentile=95, seed=1)
    np.testing.assert_allclose(found, np.percentile(drawn, 95, axis=0), atol=0.05)


def test_thresholds_fall_towards_one_as_rows_grow_and_do_not_slow_down():
    found = parallel_eigenvalues(5_000_000, 8)
    np.testing.assert_allclose(found, 1, atol=0.005)


def test_the_same_seed_gives_the_same_thresholds_and_another_gives_others():
    first = parallel_eigenvalues(40, 5, seed=1).copy()
    parallel_eigenvalues.cache_clear()
    assert first.tobytes() == parallel_eigenvalues(40, 5, seed=1).tobytes()
    assert first.tobytes() != parallel_eigenvalues(40, 5, seed=2).tobytes()


def test_two_factors_are_found_among_six_indicators():
    rng = np.random.default_rng(4)
    factors = rng.normal(size=(400, 2))
    values = np.repeat(factors, 3, axis=1) + 0.5 * rng.normal(size=(400, 6))
    found = retain(components_of(values), PARALLEL, 400)
    assert found.count == 2
    assert "above percentile 95 of 1000 draws of uncorrelated data (seed 1)" in found.reason


def test_noise_keeps_nothing():
    noise = np.random.default_rng(8).normal(size=(60, 5))
    with pytest.raises(RetentionError, match="no component has an eigenvalue above that of random data"):
        retain(components_of(noise), PARALLEL, 60)


def test_parallel_analysis_needs_the_number_of_rows_and_correlations(random_indicators):
    with pytest.raises(ValueError, match="expected n_obs"):
        retain(components_of(random_indicators), PARALLEL)
    centred = random_indicators - random_indicators.mean(axis=0)
    covariances = principal_components(covariance_matrix(centred), list("abcdef"), "covariance")
    with pytest.raises(RetentionError, match="seen a covariance matrix"):
        retain(covariances, PARALLEL, 40)


def test_kaisers_rule_is_relative_to_the_mean_eigenvalue_of_a_covariance_matrix(us_arrests):
    # Variances 19, 6945, 210 and 88: assault alone is above the mean of 1815.
    values, names = us_arrests
    covariances = principal_components(covariance_matrix(values - values.mean(axis=0)), names, "covariance")
    found = retain(covariances, RetentionRule("eigenvalue_above", 1))
    assert found.count == 1
    assert "above 1 of the mean one" in found.reason
    # R, prcomp(USArrests): standard deviations 83.73240 14.21240 6.489426 2.482790.
    np.testing.assert_allclose(
        np.sqrt(covariances.eigenvalues), [83.73240, 14.21240, 6.489426, 2.482790], rtol=1e-6
    )


@pytest.mark.parametrize("value", [0, 100])
def test_a_percentile_lies_between_0_and_100(value):
    with pytest.raises(ValueError, match="expected a percentile"):
        RetentionRule("parallel", value)
    with pytest.raises(ValueError, match="parallel analysis: seen"):
        parallel_eigenvalues(10, 3, percentile=value)


def test_with_few_rows_thresholds_are_those_of_random_rows_themselves():
    random = np.random.default_rng(11)
    rows = random.standard_normal((4000, 7, 4))
    found = [np.linalg.eigvalsh(np.corrcoef(one, rowvar=False))[::-1] for one in rows]
    expected = np.percentile(found, 95, axis=0)
    np.testing.assert_allclose(parallel_eigenvalues(7, 4, draws=4000, seed=1), expected, rtol=0.025)
