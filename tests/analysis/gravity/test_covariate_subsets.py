"""Many regressions at once: each equal to the estimator that is run for itself."""

from __future__ import annotations

import numpy as np
import pytest

from analysis.estimators import ESTIMATORS
from analysis.gravity import covariate_subsets
from analysis.gravity.covariance import covariance_rule
from analysis.gravity.covariate_subsets import (
    ABSORBED,
    BATCHED,
    DEPENDENT,
    NO_DEGREES,
    ONE_CLUSTER,
    every_subset,
    fit_subsets,
    partialled,
)
from analysis.gravity.inference import infer
from analysis.gravity.panel_data import panel_data

TERMS = ("a", "b", "c", "d")
COVARIANCES = ("classical_t", "classical_normal", "hc1_t", "cr1_t", "cr2_satterthwaite", "cr2_t")


def made_up(is_balanced: bool, n_partners=6, n_years=8, seed=3):
    rng = np.random.default_rng(seed)
    partners = np.repeat([f"P{number:02d}" for number in range(n_partners)], n_years)
    years = np.tile(np.arange(2010, 2010 + n_years), n_partners)
    columns = rng.normal(size=(partners.size, 4)) + rng.normal(size=n_partners).repeat(n_years)[:, None] + 9
    outcomes = columns @ rng.normal(size=(4, 2)) + rng.normal(size=(partners.size, 2))
    outcomes += rng.normal(size=n_partners).repeat(n_years)[:, None]
    kept = np.ones(partners.size, dtype=bool)
    if not is_balanced:
        kept[[3, 9, 10, 11, 30, 47]] = False
    order = rng.permutation(np.flatnonzero(kept))
    return outcomes[order], columns[order], partners[order], years[order]


@pytest.mark.parametrize("is_balanced", [True, False])
@pytest.mark.parametrize("covariance", COVARIANCES)
@pytest.mark.parametrize("estimator", BATCHED)
def test_each_subset_equals_the_estimator_run_for_itself(estimator, covariance, is_balanced):
    outcomes, columns, partners, years = made_up(is_balanced)
    subsets = every_subset(4, [0, 2])
    rule = covariance_rule(covariance)
    found = fit_subsets(partialled(estimator, outcomes, columns, partners, years), subsets, 2, rule)
    assert found.refused == ("",) * 4
    for at, subset in enumerate(subsets):
        terms = [term for term, is_in in zip(TERMS, subset, strict=True) if is_in]
        for flow in range(2):
            panel = panel_data(outcomes[:, flow], columns[:, subset], terms, partners, years)
            fit = ESTIMATORS[estimator](panel, rule)
            place = fit.terms.index("c")
            assert found.estimates[at, flow] == pytest.approx(fit.coefficients[place], rel=1e-9)
            assert found.std_errors[at, flow] == pytest.approx(fit.std_errors[place], rel=1e-8)
            df = infer(fit, 0.95).df
            expected = np.inf if df is None else df[place]
            assert found.df[at] == pytest.approx(expected, rel=1e-7)


def test_the_order_of_rows_changes_no_bit():
    outcomes, columns, partners, years = made_up(False)
    order = np.random.default_rng(0).permutation(len(years))
    subsets, rule = every_subset(4, [0]), covariance_rule("cr2_satterthwaite")
    for estimator in BATCHED:
        first, second = (
            fit_subsets(partialled(estimator, *sample), subsets, 0, rule)
            for sample in (
                (outcomes, columns, partners, years),
                (outcomes[order], columns[order], partners[order], years[order]),
            )
        )
        assert first.estimates.tobytes() == second.estimates.tobytes()
        assert first.std_errors.tobytes() == second.std_errors.tobytes()


def test_subsets_begin_with_the_full_one_and_all_differ():
    subsets = every_subset(4, [1])
    assert subsets.shape == (8, 4)
    assert subsets[0].all()
    assert list(subsets[-1]) == [False, True, False, False]
    assert len({tuple(subset) for subset in subsets}) == 8


def test_what_cannot_be_estimated_is_named_and_has_no_number():
    outcomes, columns, partners, years = made_up(True)
    columns = columns.copy()
    columns[:, 1] = 2 * columns[:, 0] + 1
    rule = covariance_rule("cr1_t")
    found = fit_subsets(
        partialled("pooled_ols", outcomes, columns, partners, years), every_subset(4, [0]), 0, rule
    )
    is_dependent = every_subset(4, [0])[:, 1]
    assert [reason == DEPENDENT for reason in found.refused] == list(is_dependent)
    assert np.isnan(found.estimates[is_dependent]).all()
    assert np.isfinite(found.std_errors[~is_dependent]).all()
    columns[:, 0] = np.unique(partners, return_inverse=True)[1]
    taken = partialled("fixed_effects", outcomes, columns, partners, years)
    assert set(fit_subsets(taken, every_subset(4, [0]), 0, rule).refused) == {ABSORBED}
    own = partners == "P00"
    spread = columns[own] + 0.1 * columns[own] ** 2
    taken = partialled("pooled_ols", outcomes[own], spread, partners[own], years[own])
    assert set(fit_subsets(taken, every_subset(4, [3]), 3, rule).refused) == {ONE_CLUSTER}
    few = slice(0, 4)
    taken = partialled("pooled_ols", outcomes[few], columns[few], partners[few], years[few])
    assert fit_subsets(taken, every_subset(4, [3])[:1], 3, rule).refused == (NO_DEGREES,)


def test_unknown_estimators_and_rules_are_refused():
    sample = made_up(True)
    with pytest.raises(ValueError, match="expected one of"):
        partialled("between", *sample)
    with pytest.raises(ValueError, match="expected one of"):
        fit_subsets(partialled("pooled_ols", *sample), every_subset(4, [0]), 0, covariance_rule("hc3_t"))


@pytest.mark.parametrize("estimator", BATCHED)
@pytest.mark.parametrize("covariance", ["cr2_satterthwaite", "cr2_t"])
@pytest.mark.parametrize("is_balanced", [True, False])
def test_bias_reduced_from_cross_products_equals_that_from_rows(
    estimator, covariance, is_balanced, monkeypatch
):
    outcomes, columns, partners, years = made_up(is_balanced, n_partners=7, n_years=40)
    sample = partialled(estimator, outcomes, columns, partners, years)
    subsets = every_subset(columns.shape[1], [0])
    found = []
    for least in (0, np.inf):
        monkeypatch.setattr(covariate_subsets, "ROWS_PER_COLUMN", least)
        found.append(fit_subsets(sample, subsets, 0, covariance_rule(covariance)))
    by_products, by_rows = found

    np.testing.assert_allclose(by_products.std_errors, by_rows.std_errors, rtol=1e-11)
    np.testing.assert_allclose(by_products.df, by_rows.df, rtol=1e-10)
    assert np.isfinite(by_rows.std_errors).all()


def test_clusters_of_many_rows_take_cross_products_and_those_of_few_rows_take_rows(monkeypatch):
    taken = []
    for name in ("_bias_reduced", "_bias_reduced_by_rows"):
        route = getattr(covariate_subsets, name)
        monkeypatch.setattr(
            covariate_subsets,
            name,
            lambda *given, name=name, route=route: taken.append(name) or route(*given),
        )
    for n_years in (9, 10):
        outcomes, columns, partners, years = made_up(True, n_years=n_years)
        sample = partialled("pooled_ols", outcomes, columns, partners, years)
        fit_subsets(sample, every_subset(len(TERMS), [0]), 0, covariance_rule("cr2_t"))

    # Four covariates and the constant: two rows a column are ten rows.
    assert taken == ["_bias_reduced_by_rows", "_bias_reduced"]
