"""Draws of the coefficients behind a prediction: how far another sample would move the norm itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from analysis.draws import LARGEST_ENUMERATION, cluster_counts, normal_weights, webb_weights

# Smallest eigenvalue of a cross-product matrix, in a basis where that of the whole sample is the identity,
# from which on a resample still tells all coefficients apart.
SMALLEST_EIGENVALUE = 1e-10
PAIRS_FROM = 150
"""From this number of clusters on whole clusters are drawn with replacement in place of the wild bootstrap.

Pairs know no leverage: with 25 to 60 clusters and errors common to each, intervals meant for 95 of 100
hold 86 to 92, those of the wild bootstrap with jackknifed residuals 92 to 94 (benchmarks/coverage.py).
"""
BLOCK_SIZE = 2_000_000
"""Numbers held at once where draws meet rows; larger problems go block by block."""

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Resampling:
    """What each draw does to each cluster.

    Attributes
    ----------
    kind : {'wild', 'pairs'}
        'wild': residuals of a cluster times one random weight. 'pairs': whole clusters, with replacement.
    weights : ndarray, shape (draws, G)
        Webb's weights, or how often a cluster is taken: for the bounds of intervals of the benchmark.
    smooth_weights : ndarray, shape (smooth draws, G)
        Normal weights (of 'wild'; of 'pairs' the same counts): for new draws and shares of draws, since
        Webb's six points leave a hole around the estimate.
    is_exact : bool
        Whether the draws are all combinations of Webb's weights, each once.
    """

    kind: Literal["wild", "pairs"]
    weights: Array
    smooth_weights: Array
    is_exact: bool

    def only(self, kept: NDArray[np.int64]) -> Resampling:
        """Some of the draws, where there are as many smooth ones."""
        return Resampling(self.kind, self.weights[kept], self.smooth_weights[kept], False)

    @property
    def sentence(self) -> str:
        """Method and number of draws, in words."""
        n_draws, n_clusters = self.weights.shape
        if self.kind == "pairs":
            return f"pairs-cluster bootstrap, {n_draws} draws of {n_clusters} clusters"
        counted = f"all {n_draws} combinations" if self.is_exact else f"{n_draws} draws"
        return f"wild cluster bootstrap, Webb weights, {counted} for {n_clusters} clusters"


@dataclass(frozen=True)
class CoefficientDraws:
    """Coefficients of p regressors in every draw that could be estimated.

    Attributes
    ----------
    coefficients : ndarray, shape (draws, p)
    smooth : ndarray, shape (smooth draws, p)
        The same by the smooth weights; in a bootstrap of pairs the same numbers.
    refits : ndarray, shape (draws, p)
        Least squares on the outcomes of the draw, with which its residuals go; those of 'wild' lack the
        correction for leverage that `coefficients` have.
    centres : ndarray, shape (draws, p) or (1, p)
        What the coefficients of a draw scatter around: the estimate, made again where a regressor was.
    weights : ndarray, shape (draws, G)
    kept : ndarray of int, shape (draws,)
        Which draws of the resampling these are.
    resampling : Resampling
    n_failed : int
        Draws whose resample does not tell all coefficients apart; they are left out.
    n_inseparable : int
        Clusters (of 'wild'; the most in any draw) without which the coefficients cannot be told apart, so
        that their plain residuals are used, which are too small.
    """

    coefficients: Array
    smooth: Array
    refits: Array
    centres: Array
    weights: Array
    kept: NDArray[np.int64]
    resampling: Resampling
    n_failed: int
    n_inseparable: int

    @property
    def sentence(self) -> str:
        """Method, number of draws, and what did not work."""
        texts = [self.resampling.sentence]
        if self.n_failed:
            n_draws = len(self.resampling.weights)
            texts.append(
                f"{self.n_failed} of {n_draws} draws left out: their rows do not tell all terms apart"
            )
        if self.n_inseparable:
            texts.append(
                f"{self.n_inseparable} clusters cannot be left out of the equation: intervals are too narrow"
            )
        return "; ".join(texts)


def resample(
    n_clusters: int, n_draws: int, seed: int, *, few_clusters: int, may_enumerate: bool = True
) -> Resampling:
    """Choose how clusters are resampled, and do it.

    Parameters
    ----------
    n_clusters : int
        G.
    n_draws, seed : int
        Of :mod:`analysis.draws`.
    few_clusters : int
        Below this number of clusters the bootstrap is wild, from it on of pairs.
    may_enumerate : bool
        Whether all combinations may be taken in place of `n_draws`; not where something else is drawn too.

    Raises
    ------
    ValueError
        When there are fewer than two clusters: nothing can be learnt from one about another.
    """
    if n_clusters < 2:
        raise ValueError(f"seen {n_clusters} cluster, expected at least 2 to resample them")
    if n_clusters >= few_clusters:
        counts = cluster_counts(n_clusters, n_draws, seed).astype(float)
        return Resampling("pairs", counts, counts, False)
    largest = LARGEST_ENUMERATION if may_enumerate else 0
    weights, is_exact = webb_weights(n_clusters, n_draws, seed, enumerate_up_to=largest)
    return Resampling("wild", weights, normal_weights(n_clusters, n_draws, seed), is_exact)


def draw_coefficients(
    design: Array, residuals: Array, coefficients: Array, clusters: NDArray[np.int64], resampling: Resampling
) -> CoefficientDraws:
    """Draw the coefficients of a least squares regression by clusters.

    Wild: b* = b + sum over clusters of w_g (b - b without g), w Webb's weights: the wild cluster bootstrap
    with residuals corrected for leverage, whose variance is the cluster jackknife (CR3) without (G-1)/G.
    Pairs: b* solves the normal equations in which cluster g counts c_g times.

    Parameters
    ----------
    design : ndarray, shape (n, p)
        As the regression was run: transformed or weighted where the estimator does so. Full column rank.
    residuals : ndarray, shape (n,)
        Of that regression.
    coefficients : ndarray, shape (p,)
    clusters : ndarray of int, shape (n,)
        Numbered from 0, in sorted order of the clusters.
    resampling : Resampling

    Notes
    -----
    For Poisson pseudo-maximum likelihood give sqrt(mu) x as design and (y - mu) / sqrt(mu) as residuals: a
    draw is then one Newton step from the estimate (the score bootstrap of Kline and Santos).

    References
    ----------
    Cameron, Gelbach and Miller (2008), Review of Economics and Statistics 90, 414-427. MacKinnon, Nielsen and
    Webb (2023), Journal of Applied Econometrics 38, 671-694: jackknifed residuals. Kline and Santos (2012),
    Journal of Econometric Methods 1, 23-41.
    """
    basis = basis_of(design)
    rotated = design @ basis
    n_clusters = resampling.weights.shape[1]
    products = np.stack([rows.T @ rows for rows in _by_cluster(rotated, clusters, n_clusters)])
    scores = np.stack(
        [
            rows.T @ rest
            for rows, rest in zip(
                _by_cluster(rotated, clusters, n_clusters),
                _by_cluster(residuals, clusters, n_clusters),
                strict=True,
            )
        ]
    )
    kept = np.arange(len(resampling.weights))
    n_inseparable = 0
    if resampling.kind == "wild":
        remaining = np.eye(design.shape[1]) - products
        is_separable = np.linalg.eigvalsh(remaining)[:, 0] > SMALLEST_EIGENVALUE
        moves = scores.copy()
        moves[is_separable] = _solve(remaining[is_separable], scores[is_separable])
        n_inseparable = int((~is_separable).sum())
        shifts, smooth = resampling.weights @ moves, resampling.smooth_weights @ moves
        refits = resampling.weights @ scores
    else:
        width = design.shape[1]
        drawn = (resampling.weights @ products.reshape(len(products), -1)).reshape(-1, width, width)
        kept = np.flatnonzero(np.linalg.eigvalsh(drawn)[:, 0] > SMALLEST_EIGENVALUE)
        shifts = smooth = refits = _solve(drawn[kept], (resampling.weights @ scores)[kept])
    return CoefficientDraws(
        coefficients=coefficients + shifts @ basis.T,
        smooth=coefficients + smooth @ basis.T,
        refits=coefficients + refits @ basis.T,
        centres=coefficients[None, :],
        weights=resampling.weights[kept],
        kept=kept,
        resampling=resampling,
        n_failed=len(resampling.weights) - len(kept),
        n_inseparable=n_inseparable,
    )


def draw_coefficients_again(
    designs: Callable[[slice], Array],
    outcome: Array,
    clusters: NDArray[np.int64],
    resampling: Resampling,
    basis: Array,
) -> CoefficientDraws:
    """Draw coefficients where a regressor, such as an estimated index, is itself another one in each draw.

    As :func:`draw_coefficients`, but the equation is first estimated again on the regressors of the draw.

    Parameters
    ----------
    designs : callable
        From a slice of draws to their designs, ndarray of shape (draws, n, p), transformed as the estimator
        does.
    outcome : ndarray, shape (n,)
        Transformed likewise.
    clusters : ndarray of int, shape (n,)
    resampling : Resampling
    basis : ndarray, shape (p, p)
        Of :func:`basis_of` the design as estimated: keeps the normal equations well conditioned.
    """
    n_draws, n_clusters = resampling.weights.shape
    parts, kept, n_inseparable = [], [], 0
    for block in blocks(n_draws, outcome.size * len(basis)):
        drawn = designs(block) @ basis
        products = np.empty((len(drawn), n_clusters, len(basis), len(basis)))
        moments = np.empty((len(drawn), n_clusters, len(basis)))
        for cluster in range(n_clusters):
            is_own = clusters == cluster
            rows = drawn[:, is_own]
            products[:, cluster] = rows.swapaxes(1, 2) @ rows
            moments[:, cluster] = np.einsum("dnp,n->dp", rows, outcome[is_own])
        weights = resampling.weights[block]
        counts = weights if resampling.kind == "pairs" else np.ones_like(weights)
        whole = np.einsum("dg,dgpq->dpq", counts, products)
        is_estimable = np.linalg.eigvalsh(whole)[:, 0] > SMALLEST_EIGENVALUE
        whole, products, moments = whole[is_estimable], products[is_estimable], moments[is_estimable]
        centre = _solve(whole, np.einsum("dg,dgp->dp", counts[is_estimable], moments))
        drawn_coefficients = smooth = refits = centre
        if resampling.kind == "wild":
            scores = moments - np.einsum("dgpq,dq->dgp", products, centre)
            remaining = whole[:, None] - products
            is_separable = np.linalg.eigvalsh(remaining)[..., 0] > SMALLEST_EIGENVALUE
            moves = scores.copy()
            moves[is_separable] = _solve(remaining[is_separable], scores[is_separable])
            n_inseparable = max(n_inseparable, int((~is_separable).sum(axis=1).max(initial=0)))
            drawn_coefficients = centre + np.einsum("dg,dgp->dp", weights[is_estimable], moves)
            smooth_weights = resampling.smooth_weights[block][is_estimable]
            smooth = centre + np.einsum("dg,dgp->dp", smooth_weights, moves)
            refits = centre + _solve(whole, np.einsum("dg,dgp->dp", weights[is_estimable], scores))
        parts.append([drawn @ basis.T for drawn in (drawn_coefficients, smooth, refits, centre)])
        kept.append(np.arange(block.start, block.stop)[is_estimable])
    coefficients, smooth, refits, centres = (np.concatenate(part) for part in zip(*parts, strict=True))
    positions = np.concatenate(kept)
    return CoefficientDraws(
        coefficients=coefficients,
        smooth=smooth,
        refits=refits,
        centres=centres,
        weights=resampling.weights[positions],
        kept=positions,
        resampling=resampling,
        n_failed=n_draws - len(positions),
        n_inseparable=n_inseparable,
    )


def basis_of(design: Array) -> Array:
    """Return the matrix that turns `design` (n, p) into orthonormal columns, shape (p, p)."""
    lengths = np.linalg.norm(design, axis=0)
    triangular = np.linalg.qr(design / lengths, mode="r")
    # scipy's triangular solver starts threads even for a handful of columns, which costs more than the work.
    return np.linalg.inv(triangular) / lengths[:, None]


def blocks(n_items: int, width: int) -> Iterator[slice]:
    """Slices of `n_items` such that each, times `width`, stays within `BLOCK_SIZE` numbers."""
    step = max(1, BLOCK_SIZE // max(width, 1))
    for start in range(0, n_items, step):
        yield slice(start, min(start + step, n_items))


def _by_cluster(values: Array, clusters: NDArray[np.int64], n_clusters: int) -> Iterator[Array]:
    """Rows of each cluster, in order of the clusters; none for a cluster that has none."""
    order = np.argsort(clusters, kind="stable")
    ends = np.cumsum(np.bincount(clusters, minlength=n_clusters))
    sorted_values = values[order]
    for start, end in zip(np.r_[0, ends[:-1]], ends, strict=True):
        yield sorted_values[start:end]


def _solve(matrices: Array, sides: Array) -> Array:
    """Solve one linear system per leading index; shapes (…, p, p) and (…, p)."""
    return np.linalg.solve(matrices, sides[..., None])[..., 0]
