"""Trade gained when drivers change: by partner and for the group, with intervals."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.potential.intervals import bounds_of

Array = NDArray[np.float64]


@dataclass(frozen=True)
class TradeGained:
    """Trade gained by m partners and, last, by all of them together.

    Attributes
    ----------
    base_usd, scenario_usd : ndarray, shape (m + 1,)
        Actual trade, and actual trade as it would be; the total is over partners where both are known.
    gain_usd, gain_low_usd, gain_high_usd : ndarray, shape (m + 1,)
        NaN where unknown, and where a change is so large that its exponential is no number.
    gain_pct, gain_low_pct, gain_high_pct : ndarray, shape (m + 1,)
        Percent of actual trade.
    """

    base_usd: Array
    scenario_usd: Array
    gain_usd: Array
    gain_low_usd: Array
    gain_high_usd: Array
    gain_pct: Array
    gain_low_pct: Array
    gain_high_pct: Array

    def to_frame(self) -> pd.DataFrame:
        """One row per partner, the total last."""
        return pd.DataFrame(self.__dict__)


def trade_gained(
    actual_usd: Array,
    change: Array,
    change_draws: Array | None,
    *,
    is_log: bool,
    unit_usd: float,
    level: float,
) -> TradeGained:
    """Return what a change of the linear prediction does to trade, the partner's own error held as it is.

    In logarithms trade changes by the factor exp(change), whatever the smearing factor; in levels by the
    change itself. The interval is that of the coefficients alone (draws reflected as in
    :func:`analysis.potential.intervals.potential_intervals`); the total is made of sums within
    a draw, so that what partners have in common is counted.

    Parameters
    ----------
    actual_usd : ndarray, shape (m,)
        USD in the base year; NaN where unknown.
    change : ndarray, shape (m,)
        Scenario less base, linear prediction; NaN where it cannot be made.
    change_draws : ndarray, shape (draws, m), or None
        The same in every draw; None leaves the interval missing.
    is_log : bool
    unit_usd : float
        USD per unit of the dependent variable.
    level : float
        Nominal coverage.
    """
    actual = np.asarray(actual_usd, dtype=float)
    gains = _gain(actual, change, is_log, unit_usd)
    is_known = np.isfinite(gains)
    gain = _with_total(np.where(is_known, gains, np.nan))
    base = np.append(actual, actual[is_known].sum() if is_known.any() else np.nan)
    low, high = np.full(gain.shape, np.nan), np.full(gain.shape, np.nan)
    if change_draws is not None:
        drawn = _gain(actual, 2 * change - change_draws, is_log, unit_usd)
        low, high = bounds_of(_with_total(np.where(is_known, drawn, np.nan)).T, level)
        is_missing = np.isnan(gain)
        low, high = (np.where(is_missing | ~np.isfinite(bound), np.nan, bound) for bound in (low, high))
    with np.errstate(divide="ignore", invalid="ignore"):
        percent = [np.where(base > 0, 100 * part / base, np.nan) for part in (gain, low, high)]
    return TradeGained(base, base + gain, gain, low, high, *percent)


def _gain(actual: Array, change: Array, is_log: bool, unit_usd: float) -> Array:
    if not is_log:
        return np.where(np.isnan(actual), np.nan, change * unit_usd)
    with np.errstate(over="ignore", invalid="ignore"):
        return actual * np.expm1(change)


def _with_total(gains: Array) -> Array:
    """Append the sum over the last axis of what is known; NaN where nothing is."""
    total = np.where(np.isnan(gains).all(axis=-1), np.nan, np.nansum(gains, axis=-1))
    return np.concatenate([gains, total[..., None]], axis=-1)
