"""Ranks within a year, and what many variants of an index say of one row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import stats

# Index values that agree to this many digits share a rank: rounding must not rank.
DIGITS = 12


def ranks_within_years(values: np.ndarray, years: Sequence[int]) -> np.ndarray:
    """Rank of each row among those of its year, 1 for the highest; equals share the better rank.

    Parameters
    ----------
    values : ndarray, shape (..., n)
    years : sequence of int, length n

    Returns
    -------
    ndarray of int, shape (..., n)
    """
    values, years = np.round(np.asarray(values, dtype=float), DIGITS), np.asarray(years)
    ranks = np.empty(values.shape, dtype=np.int64)
    for year in np.unique(years):
        place = years == year
        ranks[..., place] = stats.rankdata(-values[..., place], method="min", axis=-1)
    return ranks


@dataclass(frozen=True)
class Spread:
    """What variants say of each row.

    Attributes
    ----------
    low, median, high : ndarray, shape (n,)
        Percentiles of index values over the variants.
    rank_low, rank_median, rank_high : ndarray, shape (n,)
        Percentiles of ranks, each one that some variant gives (the median the lower of two).
    rank_best, rank_worst : ndarray, shape (n,)
    same_rank_share : ndarray, shape (n,)
        Share of variants that give the rank of the reference.
    """

    low: np.ndarray
    median: np.ndarray
    high: np.ndarray
    rank_low: np.ndarray
    rank_median: np.ndarray
    rank_high: np.ndarray
    rank_best: np.ndarray
    rank_worst: np.ndarray
    same_rank_share: np.ndarray


def spread(values: np.ndarray, ranks: np.ndarray, reference_ranks: np.ndarray, level: float) -> Spread:
    """Summarise variants row by row.

    Parameters
    ----------
    values, ranks : ndarray, shape (variants, n)
    reference_ranks : ndarray, shape (n,)
    level : float
        Share of variants between low and high: 0.9 for the 5th to the 95th percentile.

    Raises
    ------
    ValueError
        When the level is not between 0 and 1, or there is no variant.
    """
    if not 0 < level < 1 or len(values) == 0:
        raise ValueError(
            f"spread: seen a level of {level:g} over {len(values)} variants, expected one between 0 and 1 "
            "over at least one"
        )
    # 50 times (1 - 0.9) is a hair below 5, which would take the rank before.
    percentiles = [round(50 * (1 - level), 10), 50, round(50 * (1 + level), 10)]
    low, median, high = np.percentile(values, percentiles, axis=0)
    # A rank is a whole number: the percentile is one that occurs, outwards at both ends.
    rank_low = np.percentile(ranks, percentiles[0], axis=0, method="lower")
    rank_median = np.percentile(ranks, percentiles[1], axis=0, method="lower")
    rank_high = np.percentile(ranks, percentiles[2], axis=0, method="higher")
    return Spread(
        low,
        median,
        high,
        rank_low,
        rank_median,
        rank_high,
        ranks.min(axis=0),
        ranks.max(axis=0),
        (ranks == reference_ranks).mean(axis=0),
    )
