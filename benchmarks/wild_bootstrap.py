"""How long the wild cluster bootstrap of 40 rows takes, beside a plain loop over statsmodels.

Run: ``python benchmarks/wild_bootstrap.py [rounds] [loop draws]``. Five clusters of eight rows and seven
slopes: all 6^5 combinations of Webb weights. Nine clusters, too many to enumerate: 999 draws. Both with and
without intervals, and a loop that estimates every draw by ``statsmodels`` OLS with clustered covariance, null
imposed, for one coefficient. The loop is compared per draw and coefficient within the round, because machines
drift. Figures are medians over the rounds.
"""

from __future__ import annotations

import statistics
import sys
import time

import numpy as np
import statsmodels.api as sm

from analysis.gravity.panel_data import panel_data
from analysis.gravity.pooled import pooled_ols
from analysis.gravity.wild_bootstrap import wild_cluster_bootstrap
from analysis.gravity.wild_weights import wild_draws

SLOPES = 7
PERIODS = 8


def sample_of(n_clusters: int):
    """A panel with partner effects; seven slopes, one of them 0.5."""
    random = np.random.default_rng(20)
    entity = np.repeat(np.arange(n_clusters), PERIODS)
    regressors = random.normal(size=(entity.size, SLOPES)) + random.normal(size=(n_clusters, SLOPES))[entity]
    outcome = (
        0.5 * regressors[:, 0] + random.normal(size=n_clusters)[entity] + random.normal(size=entity.size)
    )
    terms = [f"x{number}" for number in range(SLOPES)]
    return panel_data(outcome, regressors, terms, entity, np.tile(np.arange(PERIODS), n_clusters))


def seconds(function) -> float:
    """Wall seconds of one call."""
    started = time.perf_counter()
    function()
    return time.perf_counter() - started


def statsmodels_loop(sample, weights: np.ndarray) -> np.ndarray:
    """Statistics of the first slope, every draw estimated anew."""
    others = np.delete(sample.design, 1, axis=1)
    restricted = sm.OLS(sample.outcome, others).fit()
    fitted, errors = restricted.fittedvalues, restricted.resid
    groups = {"groups": sample.entity_index}
    return np.array(
        [
            sm.OLS(fitted + row[sample.entity_index] * errors, sample.design)
            .fit(cov_type="cluster", cov_kwds=groups)
            .tvalues[1]
            for row in weights
        ]
    )


def main(rounds: int, loop_draws: int) -> None:
    """Measure and print."""
    few, more = sample_of(5), sample_of(9)
    few_fit, more_fit = pooled_ols(few), pooled_ols(more)
    weights = wild_draws(9, "webb", loop_draws, 1).weights
    tasks = {
        "all 6^5 combinations, 8 coefficients": (
            lambda: wild_cluster_bootstrap(few_fit.regression, few_fit.terms, with_intervals=False),
            6**5 * 8,
        ),
        "the same with intervals": (
            lambda: wild_cluster_bootstrap(few_fit.regression, few_fit.terms),
            6**5 * 8,
        ),
        "999 draws, 8 coefficients": (
            lambda: wild_cluster_bootstrap(more_fit.regression, more_fit.terms, with_intervals=False),
            999 * 8,
        ),
        "the same with intervals ": (
            lambda: wild_cluster_bootstrap(more_fit.regression, more_fit.terms),
            999 * 8,
        ),
        f"statsmodels loop, {loop_draws} draws, 1 coefficient": (
            lambda: statsmodels_loop(more, weights),
            loop_draws,
        ),
    }
    walls: dict[str, list[float]] = {name: [] for name in tasks}
    for task, _ in tasks.values():
        task()
    for _ in range(rounds):
        for name, (task, _) in tasks.items():
            walls[name].append(seconds(task))
    *_, loop = tasks
    print(f"{'task':<48} {'median ms':>10} {'times as fast per draw and coefficient':>40}")
    for name, (_, units) in tasks.items():
        ratio = statistics.median(
            (slow / loop_draws) / (wall / units) for wall, slow in zip(walls[name], walls[loop], strict=True)
        )
        print(f"{name:<48} {statistics.median(walls[name]) * 1e3:10.2f} {ratio:40.0f}")


if __name__ == "__main__":
    main(
        int(sys.argv[1]) if len(sys.argv) > 1 else 5,
        int(sys.argv[2]) if len(sys.argv) > 2 else 199,
    )
