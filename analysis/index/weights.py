"""Weights of components in a composite index, and what they mean for each indicator."""

from __future__ import annotations

import numpy as np

from analysis.index.pca import Components


def variance_share_weights(eigenvalues: np.ndarray, count: int) -> np.ndarray:
    """Share of each retained component in the variance that the retained components explain.

    Parameters
    ----------
    eigenvalues : ndarray, shape (p,)
        Descending.
    count : int
        Number of components retained.

    Returns
    -------
    ndarray, shape (count,)
        Sums to 1.

    Raises
    ------
    ValueError
        `count` is not between 1 and the number of eigenvalues above 0.
    """
    available = int((np.asarray(eigenvalues) > 0).sum())
    if not 1 <= count <= available:
        raise ValueError(f"{count} components retained, expected 1 to {available}")
    retained = np.asarray(eigenvalues, dtype=float)[:count]
    return retained / retained.sum()


def indicator_weights(components: Components, weights: np.ndarray) -> np.ndarray:
    """Weight of each standardised indicator in the composite score, shape (p,).

    A composite of linear combinations is a linear combination: its weights say what one standard deviation
    more of an indicator does to the score. They need not be positive nor sum to 1.
    """
    return components.eigenvectors[:, : len(weights)] @ weights
