"""Estimates are the same to the last bit for any order of rows, hash seed and number of threads."""

from __future__ import annotations

import numpy as np
import pytest

from analysis.gravity.covariance import covariance_rule
from analysis.gravity.first_difference import first_difference
from analysis.gravity.panel import between, fixed_effects
from analysis.gravity.panel_data import panel_data
from analysis.gravity.pooled import pooled_ols
from analysis.gravity.random_effects import random_effects
from analysis.gravity.two_way import two_way_fixed_effects
from analysis.gravity.wild_bootstrap import wild_cluster_bootstrap
from tests.analysis.in_another_process import printed, start

RULES = ("classical_t", "hc1_t", "hc3_t", "cr1_t", "cr2_satterthwaite", "two_way_t", "driscoll_kraay_t")
ESTIMATORS = {
    "pooled_ols": pooled_ols,
    "fixed_effects": fixed_effects,
    "two_way_fixed_effects": two_way_fixed_effects,
    "first_difference": first_difference,
    "between": between,
    "random_effects": random_effects,
    "amemiya": lambda sample, rule: random_effects(sample, rule, method="amemiya"),
    "wallace_hussain": lambda sample, rule: random_effects(sample, rule, method="wallace_hussain"),
}
PROGRAMME = """
import hashlib
import numpy as np
from analysis.gravity.covariance import covariance_rule
from analysis.gravity.inference import infer_with_few_clusters
from analysis.gravity.panel_data import panel_data
from analysis.gravity.pooled import pooled_ols
from analysis.gravity.two_way import two_way_fixed_effects

random = np.random.default_rng(1)
entity, period = np.repeat(np.arange(15), 60), np.tile(np.arange(60), 15)
regressors = random.normal(size=(900, 6))
outcome = regressors.sum(axis=1) + random.normal(size=900)
names = np.array([f"P{number}" for number in entity])
sample = panel_data(outcome, regressors, list("abcdef"), names, period)
digest = hashlib.sha256()
for estimator in (pooled_ols, two_way_fixed_effects):
    fit = estimator(sample, covariance_rule("cr2_satterthwaite"))
    found = infer_with_few_clusters(fit, 0.95)
    for values in (fit.coefficients, fit.covariance, found.p_values, found.ci_low, found.ci_high, found.df):
        digest.update(values.tobytes())
print(digest.hexdigest())
"""


@pytest.mark.parametrize("estimator", ESTIMATORS)
@pytest.mark.parametrize("share_missing", [0.0, 0.25])
def test_the_order_of_rows_changes_no_bit(make_panel, estimator, share_missing):
    sample = make_panel(share_missing=share_missing)
    order = np.random.default_rng(2).permutation(sample.n_obs)
    shuffled = panel_data(
        sample.outcome[order],
        sample.regressors[order],
        sample.terms,
        sample.entities[sample.entity_index][order],
        sample.periods[order],
    )
    for name in RULES:
        if estimator == "between" and name in ("two_way_t", "driscoll_kraay_t"):
            continue
        first, second = (ESTIMATORS[estimator](rows, covariance_rule(name)) for rows in (sample, shuffled))
        assert first.coefficients.tobytes() == second.coefficients.tobytes(), name
        assert first.covariance.tobytes() == second.covariance.tobytes(), name
        assert first.r_squared == second.r_squared or estimator == "between"
        np.testing.assert_array_equal(first.residuals[order], second.residuals)
    draws = [wild_cluster_bootstrap(fit.regression, fit.terms, n_draws=99) for fit in (first, second)]
    assert draws[0].p_values.tobytes() == draws[1].p_values.tobytes()
    assert draws[0].ci_low.tobytes() == draws[1].ci_low.tobytes()


def test_hash_seeds_and_threads_change_no_bit():
    digests = set()
    for seed, threads in (("0", "1"), ("1", "2"), ("7", "4")):
        digests.add(printed(start(PROGRAMME, hash_seed=seed, threads=threads)))
    assert len(digests) == 1
