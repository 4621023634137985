"""Forecasts held against what came: naive and autoregressive ones, and scores for any."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Forecast:
    """Forecasts of the logarithm of trade for m rows.

    Attributes
    ----------
    point, low, high : ndarray, shape (m,)
        NaN where there is none.
    """

    point: Array
    low: Array
    high: Array


@dataclass(frozen=True)
class Scores:
    """How far forecasts of logarithms were off. NaN where nothing can be scored.

    Attributes
    ----------
    n_forecasts : int
        Rows with a forecast and an outcome.
    root_mean_squared_error, mean_absolute_error : float
        Of errors outcome - forecast, in logarithms: 0.1 is about ten percent.
    mean_error : float
        The bias: positive where forecasts were too low.
    relative_error : float
        Mean absolute error over that of the naive forecast on the same rows: below 1 beats it.
    hit_rate : float
        Share of outcomes within the interval, over rows that have one.
    """

    n_forecasts: int
    root_mean_squared_error: float
    mean_absolute_error: float
    mean_error: float
    relative_error: float
    hit_rate: float


@dataclass(frozen=True)
class History:
    """Logarithms of trade of N partners over consecutive years up to the origin.

    Attributes
    ----------
    values : ndarray, shape (N, years)
        NaN where unknown; the last column is the origin.
    """

    values: Array


def naive_forecast(history: History, horizon: int, level: float) -> Forecast:
    """Carry the last value on; the interval is normal with the spread of past changes over the horizon.

    Parameters
    ----------
    history : History
    horizon : int
        Years ahead, at least 1.
    level : float
        Nominal coverage.

    Returns
    -------
    Forecast
        One per partner, NaN where the origin is unknown; without interval where no past change is known.
    """
    values = history.values
    changes = values[:, horizon:] - values[:, :-horizon] if values.shape[1] > horizon else np.empty((0, 0))
    return _around(values[:, -1].copy(), _root_mean_square(changes), level)


def autoregressive_coefficient(history: History) -> float:
    """Pooled coefficient of an AR(1) on deviations from each partner's own mean.

    z_it = rho z_i,t-1 + e_it, rho by least squares over all partners; biased downwards on few years
    (Nickell 1981), as any such estimate is.

    Returns
    -------
    float
        NaN where no two consecutive years are known, or nothing varies.
    """
    deviations = _deviations(history)
    before, after = deviations[:, :-1], deviations[:, 1:]
    is_pair = np.isfinite(before) & np.isfinite(after)
    squares = float((before[is_pair] ** 2).sum())
    return float((before[is_pair] * after[is_pair]).sum()) / squares if squares > 0 else math.nan


def autoregressive_forecast(history: History, horizon: int, level: float) -> Forecast:
    """AR(1) with the partner's own mean and one pooled coefficient; arguments as `naive_forecast`.

    mean_i + rho^h (y_iT - mean_i); the interval is normal with variance s^2 (1 + rho^2 + ... + rho^(2(h-1))),
    s^2 over the pairs of years less the coefficient and the means.
    """
    values = history.values
    rho = autoregressive_coefficient(history)
    deviations = _deviations(history)
    errors = deviations[:, 1:] - rho * deviations[:, :-1]
    errors = errors[np.isfinite(errors)]
    degrees = errors.size - 1 - int(np.isfinite(deviations).any(axis=1).sum())
    variance = float(errors @ errors) / degrees if degrees > 0 else math.nan
    spread = math.sqrt(variance * sum(rho ** (2 * step) for step in range(horizon)))
    return _around(values[:, -1] - deviations[:, -1] * (1 - rho**horizon), spread, level)


def score(outcome: Array, forecast: Forecast, naive: Array) -> Scores:
    """Score forecasts against outcomes, and against the naive forecast on the same rows.

    Parameters
    ----------
    outcome, naive : ndarray, shape (m,)
        Logarithms; NaN where unknown.
    forecast : Forecast

    References
    ----------
    Hyndman and Koehler (2006), Another look at measures of forecast accuracy, International Journal of
    Forecasting 22, 679-688; here relative to the naive forecast of the same rows, not of the training rows.
    """
    errors = outcome - forecast.point
    is_scored = np.isfinite(errors)
    errors = errors[is_scored]
    if errors.size == 0:
        return Scores(0, *[math.nan] * 5)
    has_interval = is_scored & np.isfinite(forecast.low) & np.isfinite(forecast.high)
    is_inside = (outcome >= forecast.low) & (outcome <= forecast.high)
    naive_errors = outcome - naive
    both = is_scored & np.isfinite(naive_errors)
    against = float(np.abs(naive_errors[both]).mean()) if both.any() else math.nan
    own = float(np.abs((outcome - forecast.point)[both]).mean()) if both.any() else math.nan
    return Scores(
        n_forecasts=int(errors.size),
        root_mean_squared_error=float(np.sqrt((errors**2).mean())),
        mean_absolute_error=float(np.abs(errors).mean()),
        mean_error=float(errors.mean()),
        relative_error=own / against if against > 0 else math.nan,
        hit_rate=float(is_inside[has_interval].mean()) if has_interval.any() else math.nan,
    )


def _deviations(history: History) -> Array:
    known = np.isfinite(history.values)
    counts = known.sum(axis=1)
    totals = np.where(known, history.values, 0.0).sum(axis=1)
    means = np.divide(totals, counts, out=np.full(counts.shape, np.nan), where=counts > 0)
    return history.values - means[:, None]


def _root_mean_square(values: Array) -> float:
    known = values[np.isfinite(values)]
    return float(np.sqrt((known**2).mean())) if known.size else math.nan


def _around(point: Array, spread: float, level: float) -> Forecast:
    reach = ndtri(0.5 + level / 2) * spread
    return Forecast(point, point - reach, point + reach)
