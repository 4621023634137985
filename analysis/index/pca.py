"""Principal components of a correlation or covariance matrix, and their signs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

Matrix = Literal["correlation", "covariance"]

# Eigenvalues below this share of the mean one (1 in a correlation matrix) are rounding and are set to 0.
ZERO_EIGENVALUE = 1e-10
# A component whose sign margin is below this could as well have the other sign: 0.1 is 55 to 45 in size.
NEAR_TIE = 0.1
# Sums of loadings and differences of shares below this are taken for 0.
TIE = 1e-10


@dataclass(frozen=True)
class Components:
    """Principal components of p indicators, in descending order of eigenvalue.

    Attributes
    ----------
    names : tuple of str, length p
    eigenvalues : ndarray, shape (p,)
        They sum to the total variance: p in a correlation matrix.
    explained_share, cumulative_share : ndarray, shape (p,)
    eigenvectors : ndarray, shape (p, p)
        One column of unit length per component. Signs: the entries of a column sum to more than 0; where the
        sum is 0, the entry that is largest in absolute value (the first of equals) is positive.
    loadings : ndarray, shape (p, p)
        Eigenvector times the root of its eigenvalue: correlations of indicators with components; of a
        covariance matrix, their covariances with components of unit variance.
    rank : int
        Number of components with an eigenvalue above 0; at most n - 1.
    matrix : {'correlation', 'covariance'}
        What was decomposed.
    is_rotated : bool
        Whether these are the m retained components after a rotation. Then there are m columns, `eigenvalues`
        are the variances that the rotated components explain, `eigenvectors` their score coefficients, no
        longer of unit length, and the sign rule holds for the loadings.
    """

    names: tuple[str, ...]
    eigenvalues: np.ndarray
    explained_share: np.ndarray
    cumulative_share: np.ndarray
    eigenvectors: np.ndarray
    loadings: np.ndarray
    rank: int
    matrix: Matrix = "correlation"
    is_rotated: bool = False


def principal_components(
    correlation: np.ndarray, names: Sequence[str], matrix: Matrix = "correlation"
) -> Components:
    """Decompose a correlation or covariance matrix, singular or not.

    Parameters
    ----------
    correlation : ndarray, shape (p, p)
        Symmetric; ones on the diagonal of a correlation matrix.
    names : sequence of str, length p
        Of the indicators, in the order of the matrix.
    matrix : {'correlation', 'covariance'}

    Returns
    -------
    Components
        All p of them; those beyond the rank have an eigenvalue of exactly 0.

    Raises
    ------
    LinAlgError
        The eigenvalues do not converge.

    References
    ----------
    Jolliffe (2002), Principal Component Analysis, chapters 2 and 3.
    """
    ascending, vectors = np.linalg.eigh(correlation)
    eigenvalues = ascending[::-1].copy()
    total = float(np.trace(correlation))
    eigenvalues[eigenvalues < ZERO_EIGENVALUE * total / len(names)] = 0.0
    eigenvectors = vectors[:, ::-1] * signs(vectors[:, ::-1])
    share = eigenvalues / total
    return Components(
        names=tuple(names),
        eigenvalues=eigenvalues,
        explained_share=share,
        cumulative_share=np.cumsum(share),
        eigenvectors=eigenvectors,
        loadings=eigenvectors * np.sqrt(eigenvalues),
        rank=int((eigenvalues > 0).sum()),
        matrix=matrix,
    )


def component_scores(z: np.ndarray, components: Components) -> np.ndarray:
    """Scores of standardised indicators `z` (n, p) on all components, shape (n, p).

    Scores are `z` times the eigenvectors: the variance of a component is its eigenvalue.
    """
    return z @ components.eigenvectors


def sign_margins(components: Components) -> np.ndarray:
    """How clearly each component's sign is decided, shape (p,), in [0, 1] and free of scale.

    The sign makes the entries v of an eigenvector sum to more than 0, so the margin is how far the positive
    ones outweigh the negative ones in size: ``|sum(v)| / sum(|v|)``. It is 1 where all indicators load the
    same way and 0 where both sides weigh the same; loadings give the same number as eigenvectors. Near 0 a
    small change of the data turns the component, and with it whatever it is summed into.
    """
    vectors = components.loadings if components.is_rotated else components.eigenvectors
    return np.abs(vectors.sum(axis=0)) / np.abs(vectors).sum(axis=0)


def signs(vectors: np.ndarray) -> np.ndarray:
    """Sign by which each column is multiplied so that it follows the rule of `Components`, shape (p,)."""
    sums = vectors.sum(axis=0)
    # Rounding must not decide between equal entries, hence the first one within TIE of the largest.
    near_largest = np.abs(vectors) >= np.abs(vectors).max(axis=0) - TIE
    largest = np.take_along_axis(vectors, near_largest.argmax(axis=0)[None, :], axis=0)[0]
    return np.where(np.where(np.abs(sums) > TIE, sums, largest) < 0, -1.0, 1.0)
