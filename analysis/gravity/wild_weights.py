"""Weights of the wild cluster bootstrap: all combinations where few, else draws from a seed."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

import numpy as np

from analysis.draws import RADEMACHER_POINTS, WEBB_POINTS, combinations_of, drawn_points

POINTS = {"webb": WEBB_POINTS, "rademacher": RADEMACHER_POINTS}
MOST_COMBINATIONS = 6**6
"""Combinations that are enumerated rather than drawn from: Webb up to 6 clusters, Rademacher up to 15."""

Weights = Literal["webb", "rademacher"]


@dataclass(frozen=True)
class Draws:
    """Weights of each draw and cluster.

    Attributes
    ----------
    weights : ndarray, shape (B, G)
        Of an enumeration one half only: the other half has every sign turned.
    is_enumerated : bool
        Whether these are all combinations.
    count : int
        Draws, or combinations of an enumeration, both halves counted.
    note : str
        What they are, in words.
    """

    weights: np.ndarray
    is_enumerated: bool
    count: int
    note: str


@lru_cache(maxsize=8)
def wild_draws(n_clusters: int, weights: Weights, n_draws: int, seed: int) -> Draws:
    """Weights for clusters in their sorted order.

    Parameters
    ----------
    n_clusters : int
    weights : {'webb', 'rademacher'}
    n_draws : int
        Used where the combinations are too many to enumerate.
    seed : int
        Of numpy's PCG64 generator.

    References
    ----------
    Webb (2014), Reworking wild bootstrap based inference for clustered errors; Cameron, Gelbach and Miller
    (2008), Review of Economics and Statistics 90.
    """
    if weights not in POINTS:
        raise ValueError(f"weights {weights!r} of the wild bootstrap: expected one of {list(POINTS)}")
    if n_draws < 1:
        raise ValueError(f"seen {n_draws} draws of the wild bootstrap, expected 1 or more")
    points = POINTS[weights]
    combinations = len(points) ** n_clusters
    if combinations <= MOST_COMBINATIONS:
        # Half: the first cluster's weight is positive. -w gives the statistic of w with its sign turned.
        values = combinations_of([points[points > 0], *([points] * (n_clusters - 1))])
        note = f"all {combinations:,} combinations of {weights.capitalize()} weights"
        drawn = Draws(values, True, combinations, note)
    else:
        values = drawn_points(points, n_clusters, n_draws, seed)
        note = f"{n_draws:,} draws of {weights.capitalize()} weights, seed {seed}"
        drawn = Draws(values, False, n_draws, note)
    drawn.weights.flags.writeable = False
    return drawn
