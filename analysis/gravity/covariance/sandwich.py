"""Sandwich covariances whose middle is a sum over rows, clusters, two kinds of clusters, or periods."""

from __future__ import annotations

import numpy as np

from analysis.gravity.groups import crossed, group_sums

# Coefficients up to which a plain loop is fast enough; it does the same whatever the number of threads.
MOST_LOOPED = 50


def sandwich(bread: np.ndarray, scores: np.ndarray) -> np.ndarray:
    """Covariance B S'S B of coefficients.

    Parameters
    ----------
    bread : ndarray, shape (p, p)
        B = (X'X)^-1.
    scores : ndarray, shape (m, p)
        S: one row per independent unit.
    """
    if bread.shape[0] > MOST_LOOPED:
        spread = scores @ bread
        return spread.T @ spread
    spread = np.einsum("ij,jk->ik", scores, bread)
    return np.einsum("ij,ik->jk", spread, spread)


def cluster_scores(design: np.ndarray, residuals: np.ndarray, clusters: np.ndarray) -> np.ndarray:
    """Sums of x e by cluster, shape (G, p)."""
    return group_sums(design * residuals[:, None], clusters)


def two_way_parts(
    design: np.ndarray, residuals: np.ndarray, bread: np.ndarray, first: np.ndarray, second: np.ndarray
) -> list[tuple[np.ndarray, int, int]]:
    """Covariances by the first grouping, by the second, and by their combinations, to be added with a sign.

    Returns
    -------
    list of (ndarray, int, int)
        Covariance of shape (p, p) without a small-sample factor, its number of clusters, its sign.

    References
    ----------
    Cameron, Gelbach and Miller (2011), Journal of Business and Economic Statistics 29.
    """
    return [
        (sandwich(bread, cluster_scores(design, residuals, groups)), int(groups.max()) + 1, sign)
        for groups, sign in ((first, 1), (second, 1), (crossed(first, second), -1))
    ]


def truncate_eigenvalues(matrix: np.ndarray) -> tuple[np.ndarray, int]:
    """Put the negative eigenvalues of a symmetric matrix (p, p) to 0 and count them.

    Eigenvalues that are negative by rounding alone are left as they are and not counted.
    """
    eigenvalues, vectors = np.linalg.eigh((matrix + matrix.T) / 2)
    negative = eigenvalues < -1e-12 * np.abs(eigenvalues).max(initial=0.0)
    if not negative.any():
        return matrix, 0
    return (vectors * np.maximum(eigenvalues, 0.0)) @ vectors.T, int(negative.sum())


def driscoll_kraay(
    design: np.ndarray, residuals: np.ndarray, bread: np.ndarray, periods: np.ndarray, lag: int
) -> np.ndarray:
    """Covariance under dependence between partners and, up to a lag, over time, shape (p, p).

    The scores summed by period, h_t, enter as sum_t h_t h_t' + sum_l w_l sum_t (h_t h_(t-l)' + its
    transpose) with Bartlett's weights w_l = 1 - l / (lag + 1). Periods count by their place among those seen.

    References
    ----------
    Driscoll and Kraay (1998), Review of Economics and Statistics 80; Hoechle (2007), Stata Journal 7.
    """
    scores = cluster_scores(design, residuals, periods) @ bread
    total = scores.T @ scores
    for distance in range(1, min(lag, len(scores) - 1) + 1):
        lagged = scores[distance:].T @ scores[:-distance]
        total = total + (1 - distance / (lag + 1)) * (lagged + lagged.T)
    return total
