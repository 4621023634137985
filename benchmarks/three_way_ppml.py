"""PPML with exporter-year, importer-year and pair effects: ours beside bare pyfixest on the same panel.

Run: ``python benchmarks/three_way_ppml.py [small|large] [rounds]``. Small is 100,820 rows, large 1,003,520;
two regressors, 60 % zeros, clusters by pair. Both run in a process of their own, warmed up by a small fit,
and take turns within each round. Ours includes sorting rows, the check for separation, transport to the
worker, the covariance and all row results; bare is ``pyfixest.fepois`` with the same tolerances and its own
clustered errors.
"""

from __future__ import annotations

import multiprocessing
import statistics
import sys
import time
import warnings

import numpy as np

from analysis.gravity.high_dimensional import HighDimensionalWorker, ppml_high_dimensional

SIZES = {"warm": (10, 4), "small": (71, 20), "large": (112, 80)}
TERMS = ["x1", "x2"]


def panel(n_countries: int, n_years: int) -> tuple[np.ndarray, np.ndarray, dict[str, np.ndarray]]:
    """Trade of all pairs and years with effects of all three kinds in the mean."""
    random = np.random.Generator(np.random.PCG64(1))
    grid = np.meshgrid(np.arange(n_countries), np.arange(n_countries), np.arange(n_years), indexing="ij")
    exporter, importer, year = (axis.ravel() for axis in grid)
    effects = {
        "exporter_year": exporter * n_years + year,
        "importer_year": importer * n_years + year,
        "pair": exporter * n_countries + importer,
    }
    of_level = {name: random.normal(size=code.max() + 1) for name, code in effects.items()}
    first = random.normal(size=year.size) + 0.5 * of_level["pair"][effects["pair"]]
    second = (random.random(year.size) < 0.3).astype(float)
    log_mean = 0.5 * first - 0.3 * second + sum(0.5 * of_level[name][code] for name, code in effects.items())
    trade = np.exp(log_mean) * random.gamma(2.0, 0.5, size=year.size)
    trade[random.random(year.size) < 0.6] = 0.0
    return trade, np.column_stack([first, second]), effects


def bare(connection) -> None:
    """Fit with pyfixest alone, as often as asked, in this process."""
    import pandas as pd
    import pyfixest as pf

    warnings.simplefilter("ignore")
    while (size := connection.recv()) is not None:
        trade, regressors, effects = panel(*SIZES[size])
        frame = pd.DataFrame({"trade": trade, "x1": regressors[:, 0], "x2": regressors[:, 1], **effects})
        started = time.perf_counter()
        model = pf.fepois(
            "trade ~ x1 + x2 | exporter_year + importer_year + pair",
            frame,
            vcov={"CRV1": "pair"},
            ssc=pf.ssc(k_adj=False),
            iwls_tol=1e-10,
            demeaner=pf.MapDemeaner(fixef_tol=1e-8, backend="rust"),
        )
        mu = model.predict(type="response")
        seconds = time.perf_counter() - started
        connection.send((seconds, model.coef().to_numpy(), model.se().to_numpy(), float(mu.sum())))


def main(size: str, rounds: int) -> None:
    """Measure and print."""
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe()
    process = context.Process(target=bare, args=(there,), daemon=True)
    process.start()
    trade, regressors, effects = panel(*SIZES[size])
    seconds: dict[str, list[float]] = {"bare": [], "ours": []}
    with HighDimensionalWorker() as worker:
        warm = panel(*SIZES["warm"])
        here.send("warm")
        here.recv()
        started = time.perf_counter()
        ppml_high_dimensional(warm[0], warm[1], TERMS, warm[2], clusters=warm[2]["pair"], worker=worker)
        print(f"first fit of a session, with the start of the worker: {time.perf_counter() - started:.1f} s")
        for _ in range(rounds):
            here.send(size)
            took, coefficients, errors, _ = here.recv()
            seconds["bare"].append(took)
            started = time.perf_counter()
            fit = ppml_high_dimensional(
                trade, regressors, TERMS, effects, clusters=effects["pair"], worker=worker
            )
            seconds["ours"].append(time.perf_counter() - started)
            print(f"bare {took:.2f} s, ours {seconds['ours'][-1]:.2f} s", flush=True)
    here.send(None)
    process.join(timeout=10)
    ratio = statistics.median(
        ours / took for ours, took in zip(seconds["ours"], seconds["bare"], strict=True)
    )
    print(
        f"{trade.size:,} rows, {fit.n_obs:,} enter: bare {statistics.median(seconds['bare']):.2f} s, "
        f"ours {statistics.median(seconds['ours']):.2f} s, ratio {ratio:.3f} (median of {rounds} rounds)"
    )
    print(
        f"largest difference of coefficients {np.abs(fit.coefficients - coefficients).max():.1e}, "
        f"of standard errors {np.abs(fit.std_errors / errors - 1).max():.1e} (relative)"
    )


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "small", int(sys.argv[2]) if len(sys.argv) > 2 else 5)
