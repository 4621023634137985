"""Few partners: PPML and frontiers have the cluster jackknife in the table, or say why not."""

from __future__ import annotations

import numpy as np
import pytest

from analysis.estimate import estimate_study
from analysis.estimators import estimate
from analysis.few_clusters import inference_to_lead
from analysis.gravity.frontier import frontier_regression
from analysis.gravity.inference import FewClusters
from analysis.gravity.panel_data import panel_data
from analysis.tables.caveats import no_inference_for_few_clusters
from tests.analysis.conftest import COUNTRIES, small_study
from tests.analysis.test_benchmark_of_every_estimator import zero_trade
from tests.analysis.test_estimate import noisy

SPECIFICATIONS = [
    {"estimator": "ppml", "covariance": "cr1_t", "fill_sets": ["as_it_is"]},
    {"estimator": "ppml_partner_effects", "covariance": "cr1_t", "fill_sets": ["as_it_is"]},
    {"estimator": "pooled_ols", "covariance": "classical_t", "fill_sets": ["as_it_is"]},
]


def coefficients(study_of, panel, **few):
    gravity = small_study()["gravity"] | {"specifications": SPECIFICATIONS, "few_clusters": few}
    gravity["flows"], gravity["models"] = gravity["flows"][:1], gravity["models"][:1]
    study = study_of(gravity=gravity)
    table = estimate_study(study, panel)["gravity_coefficients"]
    return table.assign(at=table["estimator"] + " " + table["term"]).set_index("at")


@pytest.fixture
def panel(made_up_panel):
    return noisy(made_up_panel, effect=-0.4)


def test_below_the_bound_poisson_is_led_by_the_jackknife_and_least_squares_by_its_own(study_of, panel):
    table = coefficients(study_of, panel)
    poisson = table[table["estimator"].str.startswith("ppml")]
    assert set(poisson["few_cluster_method"]) == {"cluster_jackknife"}
    assert set(poisson["few_cluster_df"]) == {11.0}
    assert (poisson["few_cluster_ci_low"] < poisson["estimate"]).all()
    assert poisson["caveat"].str.startswith("With 12 partners read few_cluster_p_value").all()
    assert set(table.loc[table["estimator"] == "pooled_ols", "few_cluster_method"]) == {
        "wild_cluster_bootstrap"
    }


def composed_errors(sign: float):
    """Eight partners, thirty years, normal noise less (or plus) half-normal inefficiency."""
    random = np.random.default_rng(2)
    partners, years = np.repeat(COUNTRIES[:8], 30), np.tile(np.arange(1990, 2020), 8)
    regressors = random.normal(size=(240, 2))
    errors = random.normal(0, 0.3, 240) - sign * np.abs(random.normal(0, 1, 240))
    return panel_data(2 + regressors @ [0.8, 0.5] + errors, regressors, ("a", "b"), partners, years)


def test_a_frontier_is_estimated_again_without_each_partner():
    panel, key = composed_errors(1.0), ("frontier_half_normal", "hessian_normal")
    fit = estimate(*key, panel, 0.05)
    found, why_not = inference_to_lead(key, fit, panel, 0.95, FewClusters())
    partners = panel.entities[panel.entity_index]
    without = np.array(
        [
            frontier_regression(
                panel.outcome[partners != one], panel.regressors[partners != one], ("a", "b"), alpha=0.05
            ).coefficients
            for one in panel.entities
        ]
    )
    by_hand = np.sqrt(7 / 8 * ((without - fit.coefficients) ** 2).sum(axis=0))
    np.testing.assert_allclose(found.std_errors, by_hand, rtol=1e-12)
    assert (found.method, why_not) == ("cluster_jackknife", "")


def test_a_frontier_at_an_edge_has_no_inference_for_few_clusters_and_says_so():
    panel, key = composed_errors(-1.0), ("frontier_half_normal", "hessian_normal")
    fit = estimate(*key, panel, 0.05)
    found, why_not = inference_to_lead(key, fit, panel, 0.95, FewClusters())
    assert fit.gamma == 0
    assert found.n_clusters is None
    assert why_not == "the frontier has no inefficiency, gamma = 0"
    assert "p_value is likely too small (the frontier" in no_inference_for_few_clusters(8, why_not)


def test_with_partners_enough_nothing_else_leads(study_of, panel):
    table = coefficients(study_of, panel, below=12)
    assert table["few_cluster_method"].isna().all()
    assert not table["caveat"].str.contains("no inference for few clusters", na=False).any()


def test_a_partner_whose_trade_is_all_zero_is_no_cluster_under_partner_effects(study_of, panel):
    nothing = zero_trade(panel, *((COUNTRIES[0], year) for year in range(2010, 2020)))
    table = coefficients(study_of, nothing)
    assert table.loc["ppml_partner_effects log_income", "few_cluster_df"] == 10
    assert table.loc["ppml log_income", "few_cluster_df"] == 11
    assert np.isfinite(table.loc["ppml_partner_effects log_income", "few_cluster_p_value"])
