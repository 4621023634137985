"""Random draws over clusters, made once for everything that resamples: same seed, same bytes."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

WEBB_POINTS = np.array(
    [-np.sqrt(1.5), -1.0, -np.sqrt(0.5), np.sqrt(0.5), 1.0, np.sqrt(1.5)],
)
"""The six points of Webb, each with probability 1/6: mean 0, variance 1."""
RADEMACHER_POINTS = np.array([-1.0, 1.0])
"""Two points of Rademacher, each with probability 1/2."""
for _points in (WEBB_POINTS, RADEMACHER_POINTS):
    _points.setflags(write=False)

LARGEST_ENUMERATION = 6
"""Up to this many clusters all combinations of weights are taken, 6^6 = 46,656 at most."""


def generator(seed: int) -> np.random.Generator:
    """Return numpy's PCG64 generator, named so that another default of numpy cannot move a number.

    Parameters
    ----------
    seed : int
        Not negative.

    Raises
    ------
    ValueError
        When the seed is negative or no whole number.
    """
    if isinstance(seed, bool) or not isinstance(seed, int | np.integer) or seed < 0:
        raise ValueError(f"seed: seen {seed!r}, expected a whole number, 0 or more")
    return np.random.Generator(np.random.PCG64(int(seed)))


def webb_weights(
    n_clusters: int, n_draws: int, seed: int, *, enumerate_up_to: int = LARGEST_ENUMERATION
) -> tuple[NDArray[np.float64], bool]:
    """Return weights for a wild cluster bootstrap: one of Webb's six points for each cluster and draw.

    With few clusters the draws are few as well, so all 6^G combinations are taken, once each: a mean over
    them is the bootstrap expectation itself, without Monte Carlo error.

    Parameters
    ----------
    n_clusters : int
        G, at least 1. Column g belongs to the g-th cluster in sorted order.
    n_draws : int
        Draws wanted where not all combinations are taken; at least 1.
    seed : int
        Of :func:`generator`; without effect on an enumeration.
    enumerate_up_to : int
        Largest number of clusters of which all combinations are taken; 0 always draws.

    Returns
    -------
    weights : ndarray, shape (draws, n_clusters)
        Without unit. `draws` is 6^G when exact, else `n_draws`. Read-only.
    is_exact : bool
        Whether all combinations are there, each once.

    Raises
    ------
    ValueError
        When there is no cluster or no draw.

    References
    ----------
    Webb (2014, 2023), Reworking wild bootstrap based inference for clustered errors, Canadian Journal of
    Economics 56, 839-858.
    """
    _expect_some(n_clusters, n_draws)
    is_exact = n_clusters <= enumerate_up_to
    if is_exact:
        weights = combinations_of([WEBB_POINTS] * n_clusters)
    else:
        weights = drawn_points(WEBB_POINTS, n_clusters, n_draws, seed)
    weights.setflags(write=False)
    return weights, is_exact


def combinations_of(choices: Sequence[NDArray[np.float64]]) -> NDArray[np.float64]:
    """Every combination of one value for each cluster, the last changing fastest; shape (combinations, G)."""
    axes = np.meshgrid(*choices, indexing="ij")
    return np.stack([axis.ravel() for axis in axes], axis=1)


def drawn_points(
    points: NDArray[np.float64], n_clusters: int, n_draws: int, seed: int
) -> NDArray[np.float64]:
    """One of `points` for each draw and cluster, all equally likely; shape (n_draws, n_clusters)."""
    return points[generator(seed).integers(0, points.size, size=(n_draws, n_clusters))]


def normal_weights(n_clusters: int, n_draws: int, seed: int) -> NDArray[np.float64]:
    """Return standard normal weights for a wild bootstrap whose draws are to lie anywhere.

    Webb's six points keep away from 0: where one cluster decides, hardly a draw falls near the estimate, and
    a share of draws within some interval says nothing. Normal weights have the same mean and variance.

    Parameters
    ----------
    n_clusters, n_draws, seed : int
        As in :func:`webb_weights`.

    Returns
    -------
    ndarray, shape (n_draws, n_clusters)
        Read-only.

    Raises
    ------
    ValueError
        When there is no cluster or no draw.
    """
    _expect_some(n_clusters, n_draws)
    weights = generator(seed).standard_normal((n_draws, n_clusters))
    weights.setflags(write=False)
    return weights


def cluster_counts(n_clusters: int, n_draws: int, seed: int) -> NDArray[np.int64]:
    """Return how often each cluster is taken when as many as there are are drawn with replacement.

    Parameters
    ----------
    n_clusters : int
        G, at least 1. Column g belongs to the g-th cluster in sorted order.
    n_draws : int
        At least 1.
    seed : int
        Of :func:`generator`.

    Returns
    -------
    ndarray of int, shape (n_draws, n_clusters)
        Every row sums to `n_clusters`. Read-only.

    Raises
    ------
    ValueError
        When there is no cluster or no draw.
    """
    _expect_some(n_clusters, n_draws)
    counts = generator(seed).multinomial(n_clusters, np.full(n_clusters, 1 / n_clusters), size=n_draws)
    counts.setflags(write=False)
    return counts


def _expect_some(n_clusters: int, n_draws: int) -> None:
    if n_clusters < 1 or n_draws < 1:
        raise ValueError(
            f"seen {n_clusters} clusters and {n_draws} draws, expected at least one cluster and one draw"
        )
