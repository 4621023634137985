"""How long intervals of K take: our vectorised draws beside a loop of statsmodels fits, in one run.

Run: ``python benchmarks/potential_intervals.py [draws] [rounds]``. 40 cells of 5 partners and 8 coefficients,
the size of the Central Asia study, index held; then with an index of 11 indicators made again in each draw;
then 25 partners, and a panel of 50,000 rows. Figures are the fastest of the rounds, since machines
are shared; the loops have fewer rounds.
"""

from __future__ import annotations

import sys
import time
from types import SimpleNamespace

import numpy as np
import pandas as pd
import statsmodels.api as sm
import statsmodels.formula.api as smf

from analysis.draws import cluster_counts
from analysis.index.composite import composite_index
from analysis.index_redraw import index_source
from analysis.potential.draws import (
    PAIRS_FROM,
    basis_of,
    draw_coefficients,
    draw_coefficients_again,
    resample,
)
from analysis.potential.intervals import potential_intervals, smearing_draws

CLASSES = [
    SimpleNamespace(label="low", upper=0.8, is_upper_included=False),
    SimpleNamespace(label="middle", upper=1.2, is_upper_included=True),
    SimpleNamespace(label="high", upper=None, is_upper_included=False),
]


def panel(n_partners: int, n_years: int, n_slopes: int) -> SimpleNamespace:
    """A made-up panel and its least squares."""
    rng = np.random.default_rng(1)
    clusters = np.repeat(np.arange(n_partners), n_years)
    own = np.repeat(rng.normal(size=(n_partners, n_slopes)), n_years, axis=0)
    design = np.column_stack([np.ones(clusters.size), own + 0.5 * rng.normal(size=own.shape)])
    outcome = 10 + design[:, 1:] @ np.full(n_slopes, 0.4) + 0.3 * rng.normal(size=clusters.size)
    coefficients = np.linalg.lstsq(design, outcome, rcond=None)[0]
    residuals = outcome - design @ coefficients
    return SimpleNamespace(
        clusters=clusters, design=design, outcome=outcome, coefficients=coefficients, residuals=residuals
    )


def ours(data: SimpleNamespace, n_draws: int, designs=None) -> object:
    """Draws, smearing in each, both intervals of K, the gap's, and probabilities of classes."""
    n_partners = int(data.clusters.max()) + 1
    drawn = resample(n_partners, n_draws, 1, few_clusters=PAIRS_FROM, may_enumerate=False)
    if designs is None:
        draws = draw_coefficients(data.design, data.residuals, data.coefficients, data.clusters, drawn)
    else:
        draws = draw_coefficients_again(designs, data.outcome, data.clusters, drawn, basis_of(data.design))
    fitted = data.design @ data.coefficients
    n, p = data.design.shape
    factors = smearing_draws(
        data.outcome,
        lambda block: draws.refits[block] @ data.design.T,
        lambda _: fitted[None],
        data.clusters,
        draws,
        "duan",
        p,
    )
    return potential_intervals(
        np.exp(data.outcome),
        fitted,
        lambda cells: draws.coefficients @ data.design[cells].T,
        lambda cells: draws.smooth @ data.design[cells].T,
        data.residuals * np.sqrt(n / (n - p)),
        CLASSES,
        is_log=True,
        unit_usd=1.0,
        level=0.95,
        seed=1,
        smearing=float(np.exp(data.residuals).mean()),
        drawn_smearing=factors,
    )


def loop(data: SimpleNamespace, n_draws: int, *, by_formula: bool) -> tuple:
    """The same results as they are usually come by: one statsmodels fit per draw."""
    frame = pd.DataFrame(data.design[:, 1:], columns=[f"x{at}" for at in range(data.design.shape[1] - 1)])
    formula = "y ~ " + " + ".join(frame.columns)
    fitted = data.design @ data.coefficients
    n_partners = int(data.clusters.max()) + 1
    weights = resample(n_partners, n_draws, 1, few_clusters=PAIRS_FROM, may_enumerate=False).weights
    rng = np.random.default_rng(1)
    ratios, new_ratios, gaps = [], [], []
    for row in weights:
        outcome = fitted + row[data.clusters] * data.residuals
        if by_formula:
            frame["y"] = outcome
            fit = smf.ols(formula, frame).fit()
        else:
            fit = sm.OLS(outcome, data.design).fit()
        predicted = np.exp(fit.fittedvalues) * np.exp(fit.resid).mean()
        ratios.append(np.exp(data.outcome) / predicted)
        gaps.append(predicted - np.exp(data.outcome))
        errors = rng.choice(data.residuals, data.outcome.size)
        new_ratios.append(np.exp(data.outcome - fit.fittedvalues - errors))
    found = [np.percentile(drawn, [2.5, 97.5], axis=0) for drawn in (ratios, new_ratios, gaps)]
    shares = [np.mean(np.digitize(drawn, [0.8, 1.2]) == at) for drawn in new_ratios for at in range(3)]
    return found, shares


def with_index(data: SimpleNamespace, n_draws: int) -> object:
    """As `ours`, with the last regressor an index that is made again in each draw."""
    rng = np.random.default_rng(2)
    indicators = data.design[:, -1:] + 0.7 * rng.normal(size=(data.clusters.size, 11))
    index = composite_index(indicators, [f"i{at}" for at in range(11)])
    rows = pd.MultiIndex.from_arrays(
        [data.clusters, np.arange(data.clusters.size)], names=["country_iso3", "year"]
    )
    source = index_source(index, SimpleNamespace(rows=rows), indicators, "eigenvalue_above", 1.0)
    n_partners = int(data.clusters.max()) + 1

    def again() -> object:
        maps = source.maps(cluster_counts(n_partners, n_draws, 2)[:, data.clusters].astype(float))

        def designs(block: slice) -> np.ndarray:
            drawn = np.broadcast_to(data.design, (block.stop - block.start, *data.design.shape)).copy()
            drawn[:, :, -1] = maps.slopes[block] @ indicators.T + maps.intercepts[block][:, None]
            return drawn

        return ours(data, n_draws, designs)

    return again


def fastest(function, rounds: int) -> float:
    """Seconds of the fastest round."""
    best = np.inf
    for _ in range(rounds):
        started = time.perf_counter()
        function()
        best = min(best, time.perf_counter() - started)
    return best


def main(n_draws: int, rounds: int) -> None:
    """Measure and print."""
    small, pairs, large = panel(5, 8, 7), panel(25, 8, 7), panel(2500, 20, 7)
    held = fastest(lambda: ours(small, n_draws), rounds)
    figures = {
        "ours, 40 cells, 5 partners, index held": held,
        "statsmodels loop on arrays": fastest(lambda: loop(small, n_draws, by_formula=False), 3),
        "statsmodels loop by formula": fastest(lambda: loop(small, n_draws, by_formula=True), 1),
        "ours, index made again in each draw": fastest(with_index(small, n_draws), max(rounds // 4, 1)),
        "ours, 200 cells, 25 partners": fastest(lambda: ours(pairs, n_draws), rounds),
        "ours, 50,000 cells, 2,500 partners by pairs": fastest(lambda: ours(large, n_draws), 1),
    }
    print(f"{f'{n_draws} draws':<44} {'ms':>10} {'of ours':>9}")
    for name, seconds in figures.items():
        print(f"{name:<44} {1e3 * seconds:10.2f} {seconds / held:9.1f}")


if __name__ == "__main__":
    main(*(int(argument) for argument in (*sys.argv[1:], *("999", "40")[len(sys.argv) - 1 :])))
