"""Whether intervals cover: simulated panels with known coefficients and a known benchmark for every cell.

Run: ``python benchmarks/coverage.py [panels] [draws]``. Errors are normal, independent or half of their
variance common to a partner; equations are logarithmic with Duan's smearing, as studies have them. `slopes`
and `K` are the shares of 95 % intervals that hold the true coefficient and the true K of the benchmark;
`new draw` is how often the interval of a new draw holds K of an outcome drawn anew; `bias` is the mean error
of slopes.
"""

from __future__ import annotations

import sys
import time
from types import SimpleNamespace

import numpy as np

from analysis.potential.draws import PAIRS_FROM, draw_coefficients, resample
from analysis.potential.intervals import bounds_of, potential_intervals, smearing_draws

LEVEL = 0.95
SIGMA = 0.4
CLASSES = [SimpleNamespace(label="all", upper=None, is_upper_included=False)]
# Partners, years, slopes: the Central Asia study, then more of everything.
PANELS = ((5, 8, 3), (5, 8, 7), (10, 8, 4), (19, 8, 4), (30, 8, 4), (60, 8, 4), (150, 8, 4))


def simulate(
    n_partners: int, n_years: int, n_slopes: int, common: float, n_panels: int, n_draws: int
) -> dict:
    """Coverage over panels with the same regressors and other errors."""
    rng = np.random.default_rng(20240331)
    clusters = np.repeat(np.arange(n_partners), n_years)
    own = np.repeat(rng.normal(size=(n_partners, n_slopes)), n_years, axis=0)
    design = np.column_stack([np.ones(clusters.size), 0.8 * own + 0.6 * rng.normal(size=own.shape)])
    slopes = np.full(n_slopes, 0.5)
    truth = design @ np.append(1.0, slopes)
    n, p = design.shape

    def errors() -> np.ndarray:
        shared = np.repeat(rng.normal(size=n_partners), n_years)
        return SIGMA * (np.sqrt(common) * shared + np.sqrt(1 - common) * rng.normal(size=n))

    found = {"slopes": [], "K": [], "new draw": [], "bias": []}
    for seed in range(n_panels):
        outcome = truth + errors()
        coefficients = np.linalg.lstsq(design, outcome, rcond=None)[0]
        fitted = design @ coefficients
        residuals = outcome - fitted
        drawn = resample(n_partners, n_draws, seed, few_clusters=PAIRS_FROM, may_enumerate=False)
        draws = draw_coefficients(design, residuals, coefficients, clusters, drawn)
        factors = smearing_draws(
            outcome,
            lambda block, draws=draws: draws.refits[block] @ design.T,
            lambda _, fitted=fitted: fitted[None],
            clusters,
            draws,
            "duan",
            p,
        )
        intervals = potential_intervals(
            np.exp(outcome),
            fitted,
            lambda cells, draws=draws: draws.coefficients @ design[cells].T,
            lambda cells, draws=draws: draws.smooth @ design[cells].T,
            residuals * np.sqrt(n / (n - p)),
            CLASSES,
            is_log=True,
            unit_usd=1.0,
            level=LEVEL,
            seed=seed,
            smearing=float(np.exp(residuals).mean()),
            drawn_smearing=factors,
        )
        low, high = bounds_of((2 * coefficients - draws.coefficients).T, LEVEL)
        found["slopes"].append(((low <= 0.5) & (high >= 0.5))[1:].mean())
        of_benchmark = np.exp(outcome - truth - SIGMA**2 / 2)
        is_held = (intervals.ratio_low <= of_benchmark) & (of_benchmark <= intervals.ratio_high)
        found["K"].append(is_held.mean())
        of_new = np.exp(outcome - truth - errors())
        is_held = (intervals.new_ratio_low <= of_new) & (of_new <= intervals.new_ratio_high)
        found["new draw"].append(is_held.mean())
        found["bias"].append((coefficients[1:] / 0.5 - 1).mean())
    return {name: float(np.mean(values)) for name, values in found.items()}


def main(n_panels: int, n_draws: int) -> None:
    """Simulate and print."""
    started = time.perf_counter()
    print(f"{n_panels} panels, {n_draws} draws, nominal {LEVEL:.0%}")
    print("partners years coefficients common  method  slopes      K  new draw    bias")
    for n_partners, n_years, n_slopes in PANELS:
        for common in (0.0, 0.5):
            share = simulate(n_partners, n_years, n_slopes, common, n_panels, n_draws)
            method = "wild" if n_partners < PAIRS_FROM else "pairs"
            print(
                f"{n_partners:8d} {n_years:5d} {n_slopes + 1:12d} {common:6.1f}  {method:<6} "
                f"{share['slopes']:7.1%} {share['K']:6.1%} {share['new draw']:9.1%} {share['bias']:7.1%}"
            )
    print(f"{time.perf_counter() - started:.0f} s")


if __name__ == "__main__":
    main(*(int(argument) for argument in (*sys.argv[1:], *("200", "399")[len(sys.argv) - 1 :])))
