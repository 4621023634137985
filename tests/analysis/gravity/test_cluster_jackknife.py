"""The cluster jackknife: CR3 of least squares, refits by another library for Poisson means, refusals."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from analysis.gravity.cluster_jackknife import cluster_jackknife
from analysis.gravity.covariance import CovarianceRule
from analysis.gravity.errors import NotEstimable
from analysis.gravity.influence import Influence, leave_out
from analysis.gravity.panel_data import panel_data
from analysis.gravity.poisson import CLUSTERED, ppml
from analysis.gravity.pooled import pooled_ols


def trade_panel(n_partners: int = 7, n_years: int = 9, seed: int = 5):
    """A panel of Poisson-like trade with zeros; rows in no order."""
    random = np.random.default_rng(seed)
    partners = np.repeat([f"P{at:02d}" for at in range(n_partners)], n_years)
    years = np.tile(np.arange(2000, 2000 + n_years), n_partners)
    regressors = random.normal(size=(partners.size, 2)) + np.repeat(
        random.normal(size=(n_partners, 2)), n_years, 0
    )
    effect = np.repeat(random.normal(0, 0.5, n_partners), n_years)
    mean = np.exp(1 + regressors @ [0.6, -0.3] + effect)
    trade = mean * random.gamma(2, 0.5, partners.size) * (random.random(partners.size) > 0.1)
    order = random.permutation(partners.size)
    return panel_data(trade[order], regressors[order], ("a", "b"), partners[order], years[order])


def test_of_least_squares_it_is_cr3():
    panel = trade_panel()
    fit = pooled_ols(panel)
    found = cluster_jackknife(leave_out(panel, pooled_ols, "partner"), fit.coefficients, 0.95)
    cr3 = fit.regression.covariance(CovarianceRule("cr3", "t", "jackknife"))
    np.testing.assert_allclose(found.std_errors, np.sqrt(np.diag(cr3.matrix)), rtol=1e-9)
    np.testing.assert_allclose(
        found.p_values, 2 * stats.t(6).sf(abs(fit.coefficients) / found.std_errors), rtol=1e-12
    )
    assert found.method == "cluster_jackknife"
    assert set(found.df) == {6.0}


@pytest.mark.parametrize("effects", [(), ("period",), ("partner", "period")])
def test_of_a_poisson_mean_it_equals_refits_with_dummies_by_another_library(effects):
    sm = pytest.importorskip("statsmodels.api")
    panel = trade_panel()
    labels = {"partner": panel.entities[panel.entity_index], "period": panel.periods}
    dummies = [
        (labels[name][:, None] == np.unique(labels[name])[at > 0 :]) for at, name in enumerate(effects)
    ]
    design = np.hstack([panel.regressors, *(block.astype(float) for block in dummies)])
    if not effects:
        design = np.column_stack([np.ones(panel.n_obs), panel.regressors])

    def slopes(rows):
        used = design[rows][:, np.abs(design[rows]).sum(axis=0) > 0]
        model = sm.GLM(panel.outcome[rows], used, family=sm.families.Poisson())
        return model.fit(tol=1e-12, maxiter=200).params[: 2 + (not effects)]

    whole = slopes(np.full(panel.n_obs, True))
    without = np.array([slopes(labels["partner"] != partner) for partner in panel.entities])
    by_hand = np.sqrt(6 / 7 * ((without - whole) ** 2).sum(axis=0))

    def estimator(part):
        return ppml(part, CLUSTERED, effects=effects)

    fit = estimator(panel)
    found = cluster_jackknife(leave_out(panel, estimator, "partner"), fit.coefficients, 0.9)
    np.testing.assert_allclose(found.std_errors, by_hand, rtol=1e-6)
    np.testing.assert_allclose(found.ci_high, whole + stats.t(6).ppf(0.95) * by_hand, rtol=1e-6)


def test_it_holds_its_size_where_the_usual_clustered_test_finds_too_much():
    rejected = np.zeros(2)
    n_samples = 150
    for seed in range(n_samples):
        panel = trade_panel(6, 6, seed=1_000 + seed)
        fit = ppml(panel, CovarianceRule("cr1", "normal", "groups_only"))
        found = cluster_jackknife(
            leave_out(panel, lambda part: ppml(part, CLUSTERED), "partner"), fit.coefficients, 0.95
        )
        distance = abs(fit.coefficients[1] - 0.6)
        rejected += [
            distance > 1.96 * fit.std_errors[1],
            distance > stats.t(5).ppf(0.975) * found.std_errors[1],
        ]
    usual, jackknife = rejected / n_samples
    assert usual > 0.15
    assert jackknife < 0.10


def influence_of(coefficients, refused=("", "")):
    return Influence(("A", "B"), ("x",), np.array(coefficients), tuple(refused), np.zeros((2, 1)))


def test_what_cannot_be_left_out_leaves_no_inference():
    with pytest.raises(NotEstimable, match=r"without B nothing can be estimated \(too few rows\)"):
        cluster_jackknife(influence_of([[1.0], [np.nan]], ("", "too few rows")), np.ones(1), 0.95)
    with pytest.raises(NotEstimable, match="without A there is no estimate of x"):
        cluster_jackknife(influence_of([[np.nan], [1.0]]), np.ones(1), 0.95)
    one = Influence(("A",), ("x",), np.ones((1, 1)), ("",), np.zeros((1, 1)))
    with pytest.raises(NotEstimable, match="at least 2 clusters, seen 1"):
        cluster_jackknife(one, np.ones(1), 0.95)
    with pytest.raises(ValueError, match="level 95"):
        cluster_jackknife(influence_of([[1.0], [2.0]]), np.ones(1), 95)
