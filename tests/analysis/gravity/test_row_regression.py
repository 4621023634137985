"""Rows that are no panel: effects and clusters by any label."""

from __future__ import annotations

import numpy as np
import pytest

from analysis.gravity.covariance import covariance_rule
from analysis.gravity.errors import CollinearTerms, NonFiniteInput, NotEstimable
from analysis.gravity.groups import n_connected_parts, rank_of_effects
from analysis.gravity.row_regression import row_regression

CR1 = covariance_rule("cr1_t")


@pytest.fixture
def flows():
    """Flows of 7 countries in 3 years: outcome, regressors, exporter-year, importer-year, pair."""
    random = np.random.default_rng(8)
    rows = [(e, i, y) for e in range(7) for i in range(7) for y in range(3) if e != i]
    exporter, importer, year = np.array(rows).T
    regressors = random.normal(size=(len(rows), 2))
    outcome = regressors @ [1.0, -0.5] + exporter * 0.3 - importer * 0.2 + random.normal(size=len(rows))
    pair = np.minimum(exporter, importer) * 10 + np.maximum(exporter, importer)
    return outcome, regressors, exporter * 10 + year, importer * 10 + year, pair


def dummies(labels):
    return (labels[:, None] == np.unique(labels)).astype(float)


@pytest.mark.parametrize("n_effects", [1, 2, 3])
def test_absorbed_effects_equal_dummies_with_exact_degrees_of_freedom(flows, n_effects):
    outcome, regressors, *labels, pair = *flows, flows[-1]
    effects = dict(zip(("exporter-year", "importer-year", "pair"), labels, strict=True))
    effects = dict(list(effects.items())[:n_effects])
    fit = row_regression(
        outcome, regressors, ["x", "z"], CR1, effects=effects, clusters=pair, cluster_name="pair"
    )
    design = np.column_stack([regressors, *(dummies(label) for label in effects.values())])
    solution, _, rank, _ = np.linalg.lstsq(design, outcome, rcond=None)
    np.testing.assert_allclose(fit.coefficients[1:], solution[:2], rtol=1e-9)
    np.testing.assert_allclose(fit.residuals, outcome - design @ solution, atol=1e-9)
    assert fit.df_resid == outcome.size - rank
    residuals = outcome - design @ solution
    assert fit.r_squared == pytest.approx(1 - residuals @ residuals / ((outcome - outcome.mean()) ** 2).sum())
    assert fit.is_rank_exact


def test_effects_nested_in_the_clusters_are_not_counted_and_others_are(flows):
    outcome, regressors, exporter_year, importer_year, pair = flows
    effects = {"exporter-year": exporter_year, "pair": pair}
    nested = row_regression(
        outcome, regressors, ["x", "z"], CR1, effects=effects, clusters=pair, cluster_name="pair"
    )
    # All parameters less the 21 pairs, the constant among them kept: k = 2 + 1 + rank - 21.
    rank = 21 + 21 - n_connected_parts(*nested.regression.absorbed)
    assert f"k = {2 + rank - 20}" in nested.covariance_note
    assert "CR1 by pair" in nested.covariance_note
    crossing = row_regression(
        outcome, regressors, ["x", "z"], CR1, effects={"importer-year": importer_year}, clusters=pair
    )
    assert "k = 23" in crossing.covariance_note


def test_without_clusters_or_effects_it_is_ordinary_least_squares(flows):
    import statsmodels.api as sm

    outcome, regressors, *_ = flows
    fit = row_regression(outcome, regressors, ["x", "z"], covariance_rule("hc3_t"))
    other = sm.OLS(outcome, sm.add_constant(regressors)).fit(cov_type="HC3")
    np.testing.assert_allclose(fit.coefficients, other.params, rtol=1e-10)
    np.testing.assert_allclose(fit.std_errors, other.bse, rtol=1e-9)
    assert list(fit.to_frame().columns) == ["term", "estimate", "std_error"]


def test_the_order_of_rows_changes_no_bit(flows):
    outcome, regressors, exporter_year, importer_year, pair = flows

    def run(order):
        return row_regression(
            outcome[order],
            regressors[order],
            ["x", "z"],
            CR1,
            effects={"e": exporter_year[order], "i": importer_year[order]},
            clusters=pair[order],
        )

    order = np.random.default_rng(0).permutation(outcome.size)
    first, second = run(np.arange(outcome.size)), run(order)
    assert first.coefficients.tobytes() == second.coefficients.tobytes()
    assert first.covariance.tobytes() == second.covariance.tobytes()
    np.testing.assert_array_equal(first.residuals[order], second.residuals)


def test_what_cannot_be_estimated_is_refused_by_name(flows):
    outcome, regressors, exporter_year, _, _ = flows
    with pytest.raises(CollinearTerms, match="the effects absorb: z"):
        row_regression(
            outcome,
            np.column_stack([regressors[:, 0], np.sqrt(exporter_year)]),
            ["x", "z"],
            CR1,
            effects={"e": exporter_year},
        )
    with pytest.raises(CollinearTerms, match="do not vary in the sample: z"):
        row_regression(outcome, np.column_stack([regressors[:, 0], np.ones(126)]), ["x", "z"], CR1)
    with pytest.raises(CollinearTerms, match="linearly dependent terms: x, z"):
        row_regression(outcome, regressors[:, [0, 0]] * [1, 2], ["x", "z"], CR1)
    holes = outcome.copy()
    holes[4] = np.nan
    with pytest.raises(NonFiniteInput, match="'outcome', row 4: seen nan"):
        row_regression(holes, regressors, ["x", "z"], CR1)
    with pytest.raises(NonFiniteInput, match="clusters, row 0"):
        row_regression(outcome, regressors, ["x", "z"], CR1, clusters=np.full(126, np.nan))
    with pytest.raises(NotEstimable, match="126 observations for 128 parameters"):
        row_regression(outcome, regressors, ["x", "z"], CR1, effects={"row": np.arange(126)})
    with pytest.raises(NotEstimable, match="no row"):
        row_regression(outcome[:0], regressors[:0], ["x", "z"], CR1)
    with pytest.raises(ValueError, match=r"expected \(n,\) and"):
        row_regression(outcome, regressors, ["x"], CR1)


def test_driscoll_kraay_and_two_way_need_periods(flows):
    outcome, regressors, _, _, pair = flows
    for name in ("two_way_t", "driscoll_kraay_t"):
        with pytest.raises(NotEstimable, match="need the periods of rows"):
            row_regression(outcome, regressors, ["x", "z"], covariance_rule(name), clusters=pair)


def test_ranks_of_effects_are_exact_for_two_and_for_more():
    first = np.array([0, 0, 1, 1, 2, 2, 3, 3])
    second = np.array([0, 1, 0, 1, 2, 3, 2, 3])
    third = np.array([0, 1, 1, 0, 0, 1, 1, 0])
    assert rank_of_effects([]) == (0, True)
    assert rank_of_effects([first, second]) == (4 + 4 - 2, True)
    matrix = np.column_stack([dummies(first), dummies(second), dummies(third)])
    assert rank_of_effects([first, second, third]) == (np.linalg.matrix_rank(matrix), True)
