"""The backtest of one benchmark: the equation estimated on the past, forecasts held against what came."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from analysis.benchmark import Benchmark
from analysis.estimators import estimate
from analysis.gravity.errors import EstimationError
from analysis.gravity.panel_data import CONSTANT, panel_data
from analysis.index_redraw import IndexSource
from analysis.potential.backtest import (
    Forecast,
    History,
    autoregressive_coefficient,
    autoregressive_forecast,
    naive_forecast,
)
from analysis.potential.intervals import bounds_of, new_draws
from analysis.prediction import Cells, enlarged_errors, predictor
from analysis.prediction_draws import NoDraws, prediction_draws

Array = NDArray[np.float64]

OBSERVED, CARRIED, NAIVE, AUTOREGRESSIVE = "gravity_observed_drivers", "gravity_last_drivers", "naive", "ar1"
METHODS = (OBSERVED, CARRIED, NAIVE, AUTOREGRESSIVE)
LAST_YEAR = (
    "the effect of the last year known stands for those of years to come, and the interval knows nothing of "
    "how far they will be from it"
)


@dataclass(frozen=True)
class Backtested:
    """Forecasts of one benchmark, all origins of one horizon stacked.

    Attributes
    ----------
    horizon : int
    partners : ndarray of str, shape (m,)
    outcome : ndarray, shape (m,)
        Logarithm of trade in the forecast year.
    forecasts : dict of str to Forecast
        By method, each of m rows.
    origins : tuple of int
        From which forecasts were made.
    failed : tuple of (int, str)
        Origins at which the equation cannot be estimated, and why.
    coefficients : tuple of float
        The autoregressive one at each origin.
    about : str
        What the index of the equation rests on and what stands for the effects of years to come; empty where
        it has neither.
    """

    horizon: int
    partners: NDArray[np.str_]
    outcome: Array
    forecasts: dict[str, Forecast]
    origins: tuple[int, ...]
    failed: tuple[tuple[int, str], ...]
    coefficients: tuple[float, ...]
    about: str


def backtest(benchmark: Benchmark) -> list[Backtested]:
    """Forecast from every year of the sample but the last, and collect what came.

    All methods are scored on the same rows: partners and years of the equation's sample, at origins where
    the equation can be estimated on the years up to then. The index, where the equation has one, is made from
    those years too. Where there is no such origin nothing is scored, and the reasons stand in `failed`.
    """
    settings = benchmark.study.potential.backtest
    years = benchmark.cells.years
    known = np.unique(years[benchmark.is_in_sample])
    origins = [int(year) for year in known[:-1] if year >= (settings.first_origin or known[0])]
    logs = _log_trade(benchmark)
    partners = benchmark.cells.partners
    made: dict[int, list] = {horizon: [] for horizon in settings.horizons}
    failed: list[tuple[int, str]] = []
    for origin in origins:
        try:
            forecaster = _Forecaster(benchmark, origin)
        except (EstimationError, NoDraws, NoForecast) as error:
            failed.append((origin, str(error)))
            continue
        history = _history(partners, years, logs, origin)
        for horizon in settings.horizons:
            rows = np.flatnonzero((years == origin + horizon) & benchmark.is_in_sample & np.isfinite(logs))
            if rows.size:
                made[horizon].append((origin, rows, _forecasts(forecaster, history, rows, horizon)))
    about = "; ".join(
        [
            *([] if benchmark.index_position is None else [_about_index(benchmark)]),
            *([] if benchmark.predictor.periods is None else [LAST_YEAR]),
        ]
    )
    return [
        _stacked(horizon, partners, logs, made[horizon], tuple(failed), about)
        for horizon in settings.horizons
    ]


class NoForecast(ValueError):
    """Years up to an origin do not carry a forecast; the message says why, as part of a sentence."""


class _Forecaster:
    """The equation of a benchmark estimated on the years up to an origin."""

    def __init__(self, benchmark: Benchmark, origin: int) -> None:
        self.benchmark, self.origin = benchmark, origin
        self.cells = _cells_as_known(benchmark, origin)
        years = self.cells.years
        is_past = benchmark.is_in_sample & (years <= origin)
        past, outcome = self.cells.only(is_past), benchmark.outcome.to_numpy()[is_past]
        terms = benchmark.predictor.fit.terms
        regressors = [at for at, term in enumerate(terms) if term != CONSTANT]
        panel = panel_data(
            outcome,
            past.regressors[:, regressors],
            [terms[at] for at in regressors],
            past.partners,
            years[is_past],
            outcome_name="trade",
        )
        fit = estimate(*benchmark.key, panel, benchmark.study.gravity.significance_level)
        self.kept = [at for at, term in enumerate(terms) if term in fit.terms]
        self.predictor = predictor(fit, past.columns(self.kept), outcome, is_log=benchmark.predictor.is_log)
        self.draws = prediction_draws(
            self.predictor, benchmark.study.potential.intervals, may_enumerate=False
        )
        self.errors = enlarged_errors(self.predictor)

    def forecast(self, rows: NDArray[np.int64], drivers_of: NDArray[np.int64]) -> Forecast:
        """Logarithm of trade of `rows` on the drivers of other rows of the panel; -1 where there are none."""
        regressors = self.cells.regressors[drivers_of][:, self.kept]
        regressors = np.where((drivers_of >= 0)[:, None], regressors, np.nan)
        cells = self.cells.only(rows).with_regressors(regressors)
        if self.predictor.periods is not None:
            # Nobody knows the effect of a year to come: that of the last year stands for it.
            cells = replace(cells, years=np.minimum(cells.years, self.predictor.periods[-1]))
        settings = self.benchmark.study.potential.intervals
        linear = self.predictor.linear(cells)
        drawn = new_draws(linear, self.draws.smooth(cells), self.errors, settings.seed)
        bounds = (linear, *bounds_of(drawn, settings.level))
        if self.predictor.is_log:
            return Forecast(*bounds)
        # Trade that is not positive has no logarithm: no forecast, and an interval open to below.
        with np.errstate(divide="ignore", invalid="ignore"):
            point, low, high = (np.log(np.where(bound > 0, bound, np.nan)) for bound in bounds)
        return Forecast(point, np.where(np.isnan(low) & np.isfinite(high), -np.inf, low), high)


def _forecasts(
    forecaster: _Forecaster, history: tuple[NDArray[np.str_], History], rows: NDArray[np.int64], horizon: int
) -> tuple[dict[str, Forecast], float]:
    benchmark = forecaster.benchmark
    level = benchmark.study.potential.intervals.level
    partners, past = history
    position = np.searchsorted(partners, benchmark.cells.partners[rows])
    # Of each partner, its row of the origin; -1 where there is none.
    at_origin = np.flatnonzero(benchmark.cells.years == forecaster.origin)
    last = np.full(len(partners), -1)
    last[np.searchsorted(partners, benchmark.cells.partners[at_origin])] = at_origin
    last = last[position]
    found = {OBSERVED: forecaster.forecast(rows, rows), CARRIED: forecaster.forecast(rows, last)}
    for name, made in (
        (NAIVE, naive_forecast(past, horizon, level)),
        (AUTOREGRESSIVE, autoregressive_forecast(past, horizon, level)),
    ):
        found[name] = Forecast(made.point[position], made.low[position], made.high[position])
    return found, autoregressive_coefficient(past)


def _stacked(
    horizon: int,
    partners: NDArray[np.str_],
    logs: Array,
    made: Sequence[tuple],
    failed: tuple[tuple[int, str], ...],
    about: str,
) -> Backtested:
    rows = np.concatenate([rows for _, rows, _ in made]) if made else np.empty(0, dtype=int)
    forecasts = {
        name: Forecast(
            *(
                np.concatenate([getattr(found[name], side) for _, _, (found, _) in made])
                if made
                else np.empty(0)
                for side in ("point", "low", "high")
            )
        )
        for name in METHODS
    }
    return Backtested(
        horizon=horizon,
        partners=partners[rows],
        outcome=logs[rows],
        forecasts=forecasts,
        origins=tuple(origin for origin, _, _ in made),
        failed=failed,
        coefficients=tuple(coefficient for _, _, (_, coefficient) in made),
        about=about,
    )


def _log_trade(benchmark: Benchmark) -> Array:
    """Logarithm of trade of every row of the panel, in the study's unit; NaN where there is none."""
    levels = benchmark.equation.actual_usd.to_numpy() / benchmark.study.gravity.dependent.unit_usd
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.log(np.where(levels > 0, levels, np.nan))


def _history(
    partners: NDArray[np.str_], years: NDArray[np.int64], logs: Array, origin: int
) -> tuple[NDArray[np.str_], History]:
    """Partners in order, and their trade in every year from the first of the panel to the origin."""
    labels, position = np.unique(partners, return_inverse=True)
    first = int(years.min())
    values = np.full((len(labels), origin - first + 1), np.nan)
    is_past = years <= origin
    values[position[is_past], years[is_past] - first] = logs[is_past]
    return labels, History(values)


def _cells_as_known(benchmark: Benchmark, origin: int) -> Cells:
    """All cells, the index made from the years up to the origin where it can be made again."""
    source, at = benchmark.source, benchmark.index_position
    if source is None or at is None:
        return benchmark.cells
    is_past = source.years <= origin
    # Fixed weights need no correlations.
    if isinstance(source, IndexSource) and is_past.sum() <= source.indicators.shape[1]:
        raise NoForecast(
            f"{is_past.sum()} rows up to then have all {source.indicators.shape[1]} indicators of the index, "
            "too few for their correlation matrix"
        )
    once = source.map_of(is_past)
    if not once.is_made.all():
        raise NoForecast("an indicator of the index does not vary up to then")
    regressors = benchmark.cells.regressors.copy()
    values = once.values(benchmark.cells.indicators)[0]
    regressors[:, at] = np.where(np.isnan(regressors[:, at]), np.nan, values)
    return benchmark.cells.with_regressors(regressors)


def _about_index(benchmark: Benchmark) -> str:
    if benchmark.source is None:
        return "the index is that of all years, those after the origin included"
    return "the index is made from the years up to the origin"
