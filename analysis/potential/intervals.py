"""How sure K is: intervals of the benchmark and of a new draw, and the probability of each class."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.draws import generator
from analysis.potential.classes import RatioClass
from analysis.potential.draws import CoefficientDraws, blocks
from analysis.potential.ratio import Smearing

Array = NDArray[np.float64]


@dataclass(frozen=True)
class PotentialIntervals:
    """Intervals of K and of the gap for m cells, and class probabilities.

    Attributes
    ----------
    ratio_low, ratio_high : ndarray, shape (m,)
        Interval of the benchmark: what K would be if the equation were known better. Coefficients and
        smearing are uncertain, the error of the cell is not in it. NaN where undefined.
    new_ratio_low, new_ratio_high : ndarray, shape (m,)
        Interval of a new draw: actual trade over the trade of another year or partner with the same drivers,
        its own error included. It holds 1 where actual trade lies within what the equation leads to expect.
    gap_low_usd, gap_high_usd : ndarray, shape (m,)
        Interval of predicted less actual trade, of the benchmark.
    class_probabilities : ndarray, shape (m, classes)
        Shares of new draws by class; they sum to 1 less `undefined_share`.
    undefined_share : ndarray, shape (m,)
        Share of new draws in which K is undefined, so in no class.
    level : float
        Nominal coverage.
    n_draws : int
    """

    ratio_low: Array
    ratio_high: Array
    new_ratio_low: Array
    new_ratio_high: Array
    gap_low_usd: Array
    gap_high_usd: Array
    class_probabilities: Array
    undefined_share: Array
    level: float
    n_draws: int

    def to_frame(self) -> pd.DataFrame:
        """One row per cell, without the probabilities by class."""
        names = ("ratio_low", "ratio_high", "new_ratio_low", "new_ratio_high", "gap_low_usd", "gap_high_usd")
        return pd.DataFrame({name: getattr(self, name) for name in (*names, "undefined_share")})


def smearing_draws(
    outcome: Array,
    drawn: Callable[[slice], Array],
    centre: Callable[[slice], Array],
    clusters: NDArray[np.int64],
    draws: CoefficientDraws,
    kind: Smearing,
    n_coefficients: int,
) -> Array:
    """Return the smearing factor made again in every draw.

    A wild draw has its own outcomes, centre + weight x residual; a draw of pairs has the outcomes of the
    clusters that it takes, each as often as it takes them.

    Parameters
    ----------
    outcome : ndarray, shape (n,)
        Logarithm of trade, estimation sample.
    drawn, centre : callable
        From a slice of draws to fitted values of the draw, and those it scatters around; ndarray of shape
        (draws, n), the latter of (1, n) where it is the estimate in all draws.
    clusters : ndarray of int, shape (n,)
    draws : CoefficientDraws
    kind : {'duan', 'normal', 'none'}
    n_coefficients : int
        As in :func:`analysis.potential.ratio.smearing_factor`.

    Returns
    -------
    ndarray, shape (draws,)
    """
    n_draws = len(draws.coefficients)
    factors = np.ones(n_draws)
    if kind == "none":
        return factors
    degrees_lost = n_coefficients / outcome.size
    for block in blocks(n_draws, outcome.size):
        weights = draws.weights[block][:, clusters]
        fitted = drawn(block)
        if draws.resampling.kind == "wild":
            start = centre(block)
            residuals = start - fitted + weights * (outcome - start)
            counts = np.ones_like(residuals)
        else:
            residuals, counts = outcome - fitted, weights
        sizes = counts.sum(axis=1)
        if kind == "duan":
            factors[block] = np.einsum("dn,dn->d", counts, np.exp(residuals)) / sizes
        else:
            squares = np.einsum("dn,dn->d", counts, residuals**2)
            factors[block] = np.exp(0.5 * squares / (sizes * (1 - degrees_lost)))
    return factors


def potential_intervals(
    actual_usd: Array,
    linear: Array,
    linear_draws: Callable[[slice], Array],
    smooth_draws: Callable[[slice], Array],
    errors: Array,
    classes: Sequence[RatioClass],
    *,
    is_log: bool,
    unit_usd: float,
    level: float,
    seed: int,
    smearing: float = 1.0,
    drawn_smearing: Array | None = None,
) -> PotentialIntervals:
    """Return intervals of K and the gap, and probabilities of the classes.

    Draws are reflected around the estimate (estimate - (draw - estimate), of logarithms where the equation is
    in logarithms), so that a bias which the draws show is taken out and not doubled. Bounds are order
    statistics: the k-th lowest and k-th highest draw with k = (draws + 1)(1 - level)/2, rounded down.

    Parameters
    ----------
    actual_usd : ndarray, shape (m,)
        USD; NaN where unknown.
    linear : ndarray, shape (m,)
        Linear prediction: the logarithm of trade (PPML: of its mean) or trade itself, in units of `unit_usd`.
    linear_draws : callable
        From a slice of cells to their linear predictions in every draw, ndarray of shape (draws, cells).
    smooth_draws : callable
        The same in the draws that new draws start from; those without gaps, see
        :class:`analysis.potential.draws.Resampling`.
    errors : ndarray, shape (n,)
        Errors of the estimation sample, from which new draws take theirs: residuals, enlarged for the
        coefficients they cost; for PPML the logarithm of y/mu, which may be -inf.
    classes : sequence of RatioClass
        In rising order of their bounds.
    is_log : bool
        Whether `linear` is a logarithm.
    unit_usd : float
        USD per unit of the dependent variable.
    level : float
        Nominal coverage, within (0, 1).
    seed : int
        Of the errors of new draws.
    smearing : float
        Factor of the estimate; without effect in levels.
    drawn_smearing : ndarray, shape (draws,), optional
        Factor in each draw; that of the estimate in all when left out.

    Raises
    ------
    ValueError
        When the level is no share.
    """
    if not 0 < level < 1:
        raise ValueError(f"level: seen {level}, expected a share between 0 and 1")
    actual = np.asarray(actual_usd, dtype=float)
    results: list[tuple[Array, ...]] = []
    rng = generator(seed)
    n_draws = linear_draws(slice(0, 0)).shape[0]
    for block in blocks(actual.size, n_draws):
        shifts = (linear_draws(block) - linear[block]).T
        new = new_draws(linear[block], smooth_draws(block), errors, rng)
        benchmark = linear[block][:, None] - shifts
        if is_log:
            spread = 0.0 if drawn_smearing is None else np.log(drawn_smearing / smearing)
            offset = math.log(unit_usd)
            benchmark += offset + math.log(smearing) - spread
            new += offset
            results.append(_logs(actual[block], benchmark, new, classes, level))
        else:
            results.append(_levels(actual[block], benchmark * unit_usd, new * unit_usd, classes, level))
    arrays = [np.concatenate(parts) for parts in zip(*results, strict=True)] if results else _nothing(classes)
    return PotentialIntervals(*arrays, level=level, n_draws=n_draws)


def new_draws(linear: Array, smooth: Array, errors: Array, seed: int | np.random.Generator) -> Array:
    """Return new draws of the outcome: coefficients of another sample, and an error of their own.

    Parameters
    ----------
    linear : ndarray, shape (m,)
        Linear predictions of the estimate.
    smooth : ndarray, shape (draws, m)
        The same in every smooth draw.
    errors : ndarray, shape (n,)
        What errors are taken from, each with probability 1/n.
    seed : int or Generator

    Returns
    -------
    ndarray, shape (m, draws)
        In units of the linear prediction, reflected as in :func:`potential_intervals`.
    """
    rng = generator(seed) if isinstance(seed, int) else seed
    # Row-wise so that a cell's errors do not depend on how many cells share its block.
    drawn_errors = errors[rng.integers(0, errors.size, size=smooth.T.shape)]
    return (2 * linear - smooth).T + drawn_errors


def bounds_of(draws: Array, level: float) -> tuple[Array, Array]:
    """Return the order statistics that bound `level` of the draws, along the last axis.

    Parameters
    ----------
    draws : ndarray, shape (…, draws)
    level : float

    Returns
    -------
    low, high : ndarray, shape (…)
    """
    n_draws = draws.shape[-1]
    # The small term keeps 1000 x 0.025 = 25 from being cut down to 24.
    low = max(math.floor((n_draws + 1) * (1 - level) / 2 + 1e-9) - 1, 0)
    high = n_draws - 1 - low
    ordered = np.sort(draws, axis=-1)
    return ordered[..., low], ordered[..., high]


def _logs(actual, log_benchmark, log_new, classes, level) -> tuple[Array, ...]:
    """Equations whose linear prediction is a logarithm: all in logarithms until the end."""
    actual = np.where(actual >= 0, actual, np.nan)
    with np.errstate(divide="ignore", invalid="ignore"):
        log_actual = np.log(actual)
        low, high = bounds_of(log_benchmark, level)
        new_low, new_high = bounds_of(log_new, level)
        of_new = log_actual[:, None] - log_new
        return (
            np.exp(log_actual - high),
            np.exp(log_actual - low),
            np.exp(log_actual - new_high),
            np.exp(log_actual - new_low),
            np.exp(low) - actual,
            np.exp(high) - actual,
            _shares(of_new, classes, np.log),
            np.isnan(of_new).mean(axis=1),
        )


def _levels(actual, benchmark, new, classes, level) -> tuple[Array, ...]:
    """Equations in levels: a draw whose prediction is not positive leaves K undefined and in no class."""
    actual = np.where(actual >= 0, actual, np.nan)
    low, high = bounds_of(benchmark, level)
    new_low, new_high = bounds_of(new, level)
    of_new = _ratio(actual[:, None], new)
    return (
        _ratio(actual, high),
        _ratio(actual, low),
        _ratio(actual, new_high),
        _ratio(actual, new_low),
        low - actual,
        high - actual,
        _shares(of_new, classes, lambda bound: bound),
        np.isnan(of_new).mean(axis=1),
    )


def _ratio(actual: Array, predicted: Array) -> Array:
    actual, predicted = np.broadcast_arrays(actual, predicted)
    return np.divide(actual, predicted, out=np.full(predicted.shape, np.nan), where=predicted > 0)


def _shares(ratios: Array, classes: Sequence[RatioClass], scale: Callable[[float], float]) -> Array:
    """Share of draws in each class, shape (m, classes); draws without ratio are in none."""
    is_defined = ~np.isnan(ratios)
    below = [
        (ratios <= scale(item.upper) if item.is_upper_included else ratios < scale(item.upper)).mean(axis=1)
        for item in classes
        if item.upper is not None
    ]
    cumulated = np.stack([np.zeros(len(ratios)), *below, is_defined.mean(axis=1)], axis=1)
    return np.diff(cumulated, axis=1)


def _nothing(classes: Sequence[RatioClass]) -> list[Array]:
    empty = np.empty(0)
    shares = np.empty((0, len(classes)))
    return [*[empty] * 6, shares, empty]
