"""The backtest as a table: scores by method, horizon and partner."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any

import numpy as np

from analysis.backtesting import AUTOREGRESSIVE, CARRIED, METHODS, NAIVE, OBSERVED, Backtested, backtest
from analysis.benchmark import Benchmark
from analysis.potential.backtest import Forecast, score
from analysis.tables.caveats import joined
from analysis.tables.gravity import names
from analysis.tables.scenarios import ALL

ABOUT = {
    OBSERVED: "conditional: it takes the drivers of the forecast year as observed, which nobody knew before",
    CARRIED: "the drivers of the origin stand for those of the forecast year",
    NAIVE: "trade of the origin carried on",
}


def backtest_rows(benchmarks: Sequence[Benchmark]) -> Iterator[dict[str, Any]]:
    """Rows of `backtest`: every method and horizon, for all partners and for each one that is scored."""
    for benchmark in benchmarks:
        if benchmark.study.potential.backtest is None:
            continue
        for tested in backtest(benchmark):
            for method in METHODS:
                caveat = _caveat(tested, method)
                for scope in (ALL, *sorted(set(tested.partners))):
                    is_in = np.full(tested.partners.shape, True) if scope == ALL else tested.partners == scope
                    forecast = tested.forecasts[method]
                    scores = score(
                        tested.outcome[is_in],
                        Forecast(forecast.point[is_in], forecast.low[is_in], forecast.high[is_in]),
                        tested.forecasts[NAIVE].point[is_in],
                    )
                    yield {
                        **names(benchmark.study, benchmark.equation, benchmark.key),
                        "method": method,
                        "horizon": tested.horizon,
                        "scope": scope,
                        "n_origins": len(tested.origins),
                        "n_origins_failed": len(tested.failed),
                        "first_origin": min(tested.origins, default=None),
                        "last_origin": max(tested.origins, default=None),
                        **scores.__dict__,
                        "interval_level": benchmark.study.potential.intervals.level,
                        "is_selected": benchmark.is_selected,
                        "caveat": caveat,
                    }


def _caveat(tested: Backtested, method: str) -> str:
    texts = [ABOUT.get(method, "")]
    # The first origin has no two consecutive years to learn from.
    learned = [value for value in tested.coefficients if not math.isnan(value)]
    if method == AUTOREGRESSIVE and learned:
        texts.append(
            "AR(1) around each partner's own mean, one coefficient for all partners, between "
            f"{min(learned):.2f} and {max(learned):.2f} by origin"
        )
    if method in (OBSERVED, CARRIED):
        texts.append(tested.about)
    if not tested.origins:
        texts.append("nothing is scored: there is no origin at which the equation can be estimated")
    for reason, group in groupby(
        sorted(tested.failed, key=lambda item: (item[1], item[0])), key=lambda i: i[1]
    ):
        texts.append(f"no forecast from {', '.join(str(origin) for origin, _ in group)}: {reason}")
    return joined(texts)
