"""Varimax rotation of retained components."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np

from analysis.index.correlation import IndicatorError
from analysis.index.pca import Components, signs

# A sweep over all pairs of columns that turns none by more than this angle (radians) ends the rotation.
STILL = 1e-12
MAX_SWEEPS = 1000


@dataclass(frozen=True)
class Rotation:
    """Rotated loadings.

    Attributes
    ----------
    loadings : ndarray, shape (p, m)
        The loadings given times `matrix`.
    matrix : ndarray, shape (m, m)
        Orthogonal.
    """

    loadings: np.ndarray
    matrix: np.ndarray


def varimax(loadings: np.ndarray, *, is_kaiser_normalised: bool = True) -> Rotation:
    """Rotate loadings so that the variance of their squares within columns is as large as possible.

    Each pair of columns (u, v) is turned by Kaiser's angle phi, with a = u^2 - v^2 and b = 2uv:
    tan(4 phi) = (2 sum(ab) - 2 sum(a) sum(b) / p) / (sum(a^2 - b^2) - (sum(a)^2 - sum(b)^2) / p),
    which maximises the criterion of the pair, until no pair turns any more.

    Parameters
    ----------
    loadings : array_like, shape (p, m)
    is_kaiser_normalised : bool
        Whether rows are brought to unit length for the rotation and back after it (Kaiser's normalisation),
        so that every indicator counts alike.

    Raises
    ------
    IndicatorError
        Loadings are not a finite matrix, or the rotation does not come to rest.

    References
    ----------
    Kaiser (1958), Psychometrika 23; (1959), Educational and Psychological Measurement 19.
    """
    loadings = np.asarray(loadings, dtype=float)
    if loadings.ndim != 2 or not np.isfinite(loadings).all():
        raise IndicatorError(f"loadings of shape {loadings.shape}: expected a matrix of finite numbers")
    n_rows, n_columns = loadings.shape
    length = np.linalg.norm(loadings, axis=1, keepdims=True)
    unit = np.where(length > 0, length, 1.0) if is_kaiser_normalised else np.ones((n_rows, 1))
    turned, matrix = loadings / unit, np.eye(n_columns)
    for _ in range(MAX_SWEEPS):
        largest = 0.0
        for first in range(n_columns - 1):
            for second in range(first + 1, n_columns):
                angle = _angle(turned[:, first], turned[:, second])
                largest = max(largest, abs(angle))
                cosine, sine = math.cos(angle), math.sin(angle)
                plane = np.array([[cosine, -sine], [sine, cosine]])
                pair = [first, second]
                turned[:, pair] = turned[:, pair] @ plane
                matrix[:, pair] = matrix[:, pair] @ plane
        if largest < STILL:
            return Rotation(loadings @ matrix, matrix)
    raise IndicatorError(f"varimax: seen no rest after {MAX_SWEEPS} sweeps over {n_columns} columns")


def _angle(u: np.ndarray, v: np.ndarray) -> float:
    difference, product = u**2 - v**2, 2 * u * v
    p = len(u)
    numerator = 2 * ((difference * product).sum() - difference.sum() * product.sum() / p)
    denominator = (difference**2 - product**2).sum() - (difference.sum() ** 2 - product.sum() ** 2) / p
    if abs(numerator) <= 1e-15 * max(abs(denominator), 1e-300) and denominator >= 0:
        return 0.0
    return math.atan2(numerator, denominator) / 4


def rotate(components: Components, count: int) -> Components:
    """Return the first `count` components after varimax with Kaiser's normalisation.

    With V, L the eigenvectors and eigenvalues of the retained components and T the rotation, rotated loadings
    are V sqrt(L) T. Their squares sum, by column, to the variance s that a rotated component explains. Scores
    have that variance, as scores of unrotated components do: z V T / sqrt(L) times sqrt(s).

    Parameters
    ----------
    components : Components
        Unrotated.
    count : int
        From 1 to the number of components with variance.

    Returns
    -------
    Components
        In descending order of explained variance, signed so that the loadings of each sum to more than 0.
        They explain together what the unrotated ones do.
    """
    loadings = components.loadings[:, :count]
    rotation = varimax(loadings)
    explained = (rotation.loadings**2).sum(axis=0)
    # Rounding must not decide the order of components that explain the same.
    order = np.argsort(-np.round(explained, 10), kind="stable")
    turn = rotation.matrix[:, order]
    turn = turn * signs(loadings @ turn)
    rotated, explained = loadings @ turn, explained[order]
    roots = np.sqrt(components.eigenvalues[:count])
    coefficients = (components.eigenvectors[:, :count] / roots) @ turn * np.sqrt(explained)
    total = components.eigenvalues[0] / components.explained_share[0]
    share = explained / total
    return replace(
        components,
        eigenvalues=explained,
        explained_share=share,
        cumulative_share=np.cumsum(share),
        eigenvectors=coefficients,
        loadings=rotated,
        rank=count,
        is_rotated=True,
    )
