"""CR2, CR3 and Satterthwaite's degrees of freedom against their definitions with full n by n matrices."""

from __future__ import annotations

import numpy as np
import pytest

from analysis.gravity.covariance import covariance_rule, estimate_covariance
from analysis.gravity.errors import NotEstimable
from analysis.gravity.least_squares import least_squares
from analysis.gravity.panel import fixed_effects
from analysis.gravity.panel_data import panel_data
from analysis.gravity.pooled import pooled_ols
from analysis.gravity.random_effects import random_effects
from analysis.gravity.two_way import two_way_fixed_effects


def dummies(groups):
    return (groups[:, None] == np.arange(groups.max() + 1)).astype(float)


def by_definition(kind, design, outcome, clusters):
    """Covariance and degrees of freedom as Bell and McCaffrey define them, every matrix written out."""
    bread = np.linalg.pinv(design.T @ design)
    maker = np.eye(len(design)) - design @ bread @ design.T
    residuals = maker @ outcome
    meat, vectors = 0.0, []
    for cluster in np.unique(clusters):
        rows = np.flatnonzero(clusters == cluster)
        values, directions = np.linalg.eigh(maker[np.ix_(rows, rows)])
        power = -0.5 if kind == "cr2" else -1.0
        kept = np.where(values > 1e-10, np.abs(values) ** power, 0.0)
        kept[values <= 1e-10] = 0.0
        adjust = (directions * kept) @ directions.T
        score = design[rows].T @ adjust @ residuals[rows]
        meat = meat + np.outer(score, score)
        vectors.append(maker[:, rows] @ adjust @ design[rows] @ bread)
    stacked = np.array(vectors)
    df = []
    for column in range(design.shape[1]):
        gram = stacked[:, :, column] @ stacked[:, :, column].T
        df.append(np.trace(gram) ** 2 / (gram**2).sum())
    return bread @ meat @ bread, np.array(df)


@pytest.mark.parametrize("kind", ["cr2", "cr3"])
@pytest.mark.parametrize("shape", [{"share_missing": 0.3}, {"n_entities": 5, "n_periods": 8, "n_terms": 7}])
def test_pooled_ols_follows_the_definition(make_panel, kind, shape):
    sample = make_panel(**shape)
    fit = pooled_ols(sample, covariance_rule(f"{kind}_satterthwaite"))
    covariance, df = by_definition(kind, sample.design, sample.outcome, sample.entity_index)
    np.testing.assert_allclose(fit.covariance, covariance, rtol=1e-7, atol=1e-12)
    np.testing.assert_allclose(fit.df_inference, df, rtol=1e-7)


@pytest.mark.parametrize("kind", ["cr2", "cr3"])
@pytest.mark.parametrize("clusters", ["partner", "period", "row"])
def test_absorbed_effects_count_as_if_they_were_dummies(make_panel, kind, clusters):
    sample = make_panel(n_entities=7, n_periods=6, share_missing=0.2)
    fit = two_way_fixed_effects(sample)
    regression = fit.regression
    groups = {
        "partner": regression.clusters,
        "period": regression.periods,
        "row": np.arange(sample.n_obs),
    }[clusters]
    found = estimate_covariance(
        covariance_rule(f"{kind}_satterthwaite"),
        regression.design,
        regression.solution.residuals,
        regression.solution.unscaled,
        groups,
        n_absorbed=regression.n_absorbed,
        absorbed=regression.absorbed,
    )
    order = sample.row_order
    design = np.column_stack(
        [sample.regressors[order], dummies(regression.clusters), dummies(regression.periods)[:, 1:]]
    )
    covariance, df = by_definition(kind, design, sample.outcome[order], groups)
    np.testing.assert_allclose(found.matrix[1:, 1:], covariance[:3, :3], rtol=1e-6)
    np.testing.assert_allclose(found.df[1:], df[:3], rtol=1e-6)


def test_cr3_with_the_jackknife_factor_is_the_spread_of_estimates_without_each_partner(make_panel):
    sample = make_panel(share_missing=0.2)
    fit = pooled_ols(sample, covariance_rule("cr3_t", "jackknife"))
    estimates = np.array(
        [
            least_squares(sample.design[others], sample.outcome[others]).coefficients
            for partner in range(sample.n_entities)
            for others in [sample.entity_index != partner]
        ]
    )
    spread = estimates - fit.coefficients
    expected = (sample.n_entities - 1) / sample.n_entities * spread.T @ spread
    np.testing.assert_allclose(fit.covariance, expected, rtol=1e-9)


def test_rows_as_clusters_make_cr2_and_cr3_the_same_as_hc2_and_hc3(make_panel):
    regression = pooled_ols(make_panel()).regression
    arguments = (regression.design, regression.solution.residuals, regression.solution.unscaled)
    rows = np.arange(len(regression.design))
    for clustered, robust in (("cr2_t", "hc2_t"), ("cr3_t", "hc3_t")):
        first = estimate_covariance(covariance_rule(clustered), *arguments, rows).matrix
        second = estimate_covariance(covariance_rule(robust), *arguments, rows).matrix
        np.testing.assert_allclose(first, second, rtol=1e-9)


def test_few_degrees_of_freedom_are_said(make_panel):
    fit = pooled_ols(make_panel(n_entities=5, n_periods=8), covariance_rule("cr2_satterthwaite"))
    assert (fit.df_inference < 4).all()
    assert "fewer than 4 degrees of freedom by Satterthwaite" in fit.caveat
    assert "df by Satterthwaite" in fit.covariance_note


def test_one_cluster_is_refused():
    sample = panel_data([1, 3, 2, 6], [[0], [1], [2], [3]], ["x"], ["A"] * 4, [1, 2, 3, 4])
    with pytest.raises(NotEstimable, match="at least 2 partners, seen 1"):
        pooled_ols(sample, covariance_rule("cr2_satterthwaite"))


def test_partner_effects_alone_leave_cr2_of_slopes_as_it_is_with_dummies(make_panel):
    sample = make_panel(share_missing=0.25)
    fit = fixed_effects(sample, covariance_rule("cr2_satterthwaite"))
    design = np.column_stack([sample.regressors, dummies(sample.entity_index)])
    covariance, df = by_definition("cr2", design, sample.outcome, sample.entity_index)
    np.testing.assert_allclose(fit.covariance[1:, 1:], covariance[:3, :3], rtol=1e-7)
    np.testing.assert_allclose(fit.df_inference[1:], df[:3], rtol=1e-7)


def with_a_working_covariance(sample, parts):
    """CR2 and degrees of freedom of generalised least squares as Pustejovsky and Tipton define them.

    A_g = D'(D B_g D')^(-1/2) D in the rows as they are, D'D the working covariance of cluster g and B_g that
    of its residuals under it.
    """
    design, same = sample.design, sample.entity_index[:, None] == sample.entity_index
    working = parts.sigma_e**2 * np.eye(sample.n_obs) + parts.sigma_u**2 * same
    weights = np.linalg.inv(working)
    bread = np.linalg.inv(design.T @ weights @ design)
    maker = np.eye(sample.n_obs) - design @ bread @ design.T @ weights
    residuals, spread = maker @ sample.outcome, maker @ working @ maker.T
    meat, vectors = 0.0, []
    for partner in range(sample.n_entities):
        rows = np.flatnonzero(sample.entity_index == partner)
        root = np.linalg.cholesky(working[np.ix_(rows, rows)]).T
        values, directions = np.linalg.eigh(root @ spread[np.ix_(rows, rows)] @ root.T)
        adjust = root.T @ (directions * values**-0.5) @ directions.T @ root
        weighted = weights[np.ix_(rows, rows)] @ design[rows]
        score = weighted.T @ adjust @ residuals[rows]
        meat = meat + np.outer(score, score)
        vector = np.zeros_like(design)
        vector[rows] = adjust.T @ weighted @ bread
        vectors.append(vector)
    df = []
    for column in range(design.shape[1]):
        loads = np.array([vector[:, column] for vector in vectors])
        gram = loads @ spread @ loads.T
        df.append(np.trace(gram) ** 2 / (gram**2).sum())
    return bread @ meat @ bread, np.array(df)


@pytest.mark.parametrize("n_terms", [2, 6])
def test_random_effects_are_corrected_under_their_own_working_covariance(make_panel, n_terms):
    sample = make_panel(n_terms=n_terms, share_missing=0.4)
    fit = random_effects(sample, covariance_rule("cr2_satterthwaite"))
    covariance, df = with_a_working_covariance(sample, fit.components)
    np.testing.assert_allclose(fit.covariance, covariance, rtol=1e-8)
    np.testing.assert_allclose(fit.df_inference, df, rtol=1e-8)
