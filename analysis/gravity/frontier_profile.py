"""Where the likelihood of a frontier has maxima: its profile over gamma, and the edge without noise."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy.optimize import nnls
from scipy.special import log_ndtr

from analysis.gravity.frontier_likelihood import LOG_ROOT_TWO_PI, hazard

GAMMAS = (0.01, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99, 0.999, 0.9999)
"""Grid of su2 / (su2 + sv2), as FRONTIER 4.1 searches it, finer towards the edge."""
MEANS = (-4.0, -2.0, -1.0, 0.0, 1.0, 2.0, 4.0)
"""Grid of mu / su of the truncated normal."""
MAX_STEPS = 100
TOLERANCE = 1e-10
# A row may lie above the frontier of the edge by this share of the spread of the residuals.
ABOVE = 1e-9


@dataclass(frozen=True)
class ProfilePoint:
    """The best coefficients and sigma for one gamma and one mu / su, and the log-likelihood there."""

    coefficients: np.ndarray
    sigma: float
    gamma: float
    mean: float
    log_likelihood: float


def profile_point(
    outcome: np.ndarray, design: np.ndarray, gamma: float, mean: float, start: tuple[np.ndarray, float]
) -> ProfilePoint:
    """Maximise the log-likelihood over coefficients and sigma, gamma and r = mu / su held.

    With h = 1 / sigma and d = h b the log-likelihood of a row is, up to what is held,
    ln h - (h y - x d + r sqrt(gamma))^2 / 2 + ln Phi(r sqrt(1 - gamma) - l (h y - x d)), l the square root of
    gamma / (1 - gamma). It is concave in h and d, so Newton's steps find the one maximum from anywhere.

    Parameters
    ----------
    outcome : ndarray, shape (n,)
    design : ndarray, shape (n, k)
    gamma : float
        In (0, 1).
    mean : float
        mu / su; 0 for the half-normal.
    start : (ndarray of shape (k,), float)
        Coefficients and sigma to begin with.

    References
    ----------
    Olsen (1978), Econometrica 46, 1211-1215: the same change of variables for the Tobit model.
    """
    n = outcome.size
    # h y - x d as one product: columns y and -x.
    columns = np.column_stack([outcome, -design])
    shift, level = mean * math.sqrt(gamma), mean * math.sqrt(1 - gamma)
    slant = math.sqrt(gamma / (1 - gamma))
    point = np.concatenate([[1.0], start[0]]) / start[1]

    def value(at: np.ndarray) -> float:
        if at[0] <= 0:
            return -math.inf
        scaled = np.einsum("nk,k->n", columns, at)
        rows = log_ndtr(level - slant * scaled) - 0.5 * (scaled + shift) ** 2
        return n * math.log(at[0]) + float(rows.sum())

    reached = value(point)
    for _ in range(MAX_STEPS):
        scaled = np.einsum("nk,k->n", columns, point)
        argument = level - slant * scaled
        ratio = hazard(argument)
        slope = np.einsum("nk,n->k", columns, -(scaled + shift) - slant * ratio)
        slope[0] += n / point[0]
        curvature = 1 + slant**2 * ratio * (ratio + argument)
        negative = np.einsum("nk,n,nl->kl", columns, curvature, columns)
        negative[0, 0] += n / point[0] ** 2
        direction = np.linalg.solve(negative, slope)
        gain = float(slope @ direction)
        if gain <= TOLERANCE:
            break
        share = 1.0
        while share > 1e-9 and value(point + share * direction) < reached + 1e-4 * share * gain:
            share /= 2
        if share <= 1e-9:
            break
        point = point + share * direction
        reached = value(point)
    constant = -n * (LOG_ROOT_TWO_PI + float(log_ndtr(np.array(mean))))
    return ProfilePoint(point[1:] / point[0], 1 / float(point[0]), gamma, mean, reached + constant)


def peaks(
    outcome: np.ndarray, design: np.ndarray, least_squares: np.ndarray, is_truncated: bool
) -> list[ProfilePoint]:
    """Points of the grid that no neighbour exceeds, the highest first, those next to gamma = 1 left out."""
    means = MEANS if is_truncated else (0.0,)
    grid: list[list[ProfilePoint]] = []
    for mean in means:
        start, points = (least_squares, 1.0), []
        for gamma in GAMMAS:
            points.append(profile_point(outcome, design, gamma, mean, start))
            start = points[-1].coefficients, points[-1].sigma
        grid.append(points)
    heights = np.pad(
        [[point.log_likelihood for point in points] for points in grid], 1, constant_values=-np.inf
    )
    found = [
        grid[row][column]
        for row in range(len(means))
        for column in range(len(GAMMAS) - 1)
        if heights[row + 1, column + 1] >= heights[row : row + 3, column : column + 3].max()
    ]
    return sorted(found, key=lambda point: -point.log_likelihood)


def deterministic_frontier(outcome: np.ndarray, design: np.ndarray, least_squares: np.ndarray) -> np.ndarray:
    """Coefficients at the edge gamma = 1: least squares of the distance, no row above the frontier, (k,).

    Without noise y = X b - u, and for half-normal u the likelihood is highest where the sum of u^2 is least
    with all u >= 0: a quadratic programme, solved as the least distance programme of Lawson and Hanson on the
    rows that may bind, to which rows found above the frontier are added until there are none.

    References
    ----------
    Aigner and Chu (1968), American Economic Review 58, 826-839; Schmidt (1976), Review of Economics and
    Statistics 58, 238-239. Lawson and Hanson (1974), Solving least squares problems, chapter 23.
    """
    n, k = design.shape
    basis, triangular = np.linalg.qr(design)
    residuals = outcome - np.einsum("nk,k->n", design, least_squares)
    room = ABOVE * float(np.sqrt(np.einsum("n,n->", residuals, residuals) / n))
    taken = np.argsort(-residuals, kind="stable")[: 20 * k]
    while True:
        sides = np.vstack([basis[taken].T, residuals[taken]])
        target = np.zeros(k + 1)
        target[k] = 1.0
        weights, _ = nnls(sides, target, maxiter=100 * len(taken))
        rest = np.einsum("kn,n->k", sides, weights) - target
        move = -rest[:k] / rest[k]
        above = residuals - np.einsum("nk,k->n", basis, move)
        above[taken] = -np.inf
        new = np.flatnonzero(above > room)
        if not new.size:
            return least_squares + np.linalg.solve(triangular, move)
        worst = new[np.argsort(-above[new], kind="stable")[: 20 * k]]
        taken = np.concatenate([taken, worst])
