"""Principal components of a correlation matrix, and how many of them are kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

# Eigenvalues of a correlation matrix below this are rounding and are set to 0.
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
        They sum to p.
    explained_share, cumulative_share : ndarray, shape (p,)
    eigenvectors : ndarray, shape (p, p)
        One column of unit length per component. Signs: the entries of a column sum to more than 0; where the
        sum is 0, the entry that is largest in absolute value (the first of equals) is positive.
    loadings : ndarray, shape (p, p)
        Eigenvector times the root of its eigenvalue: correlations of indicators with components.
    rank : int
        Number of components with an eigenvalue above 0; at most n - 1.
    """

    names: tuple[str, ...]
    eigenvalues: np.ndarray
    explained_share: np.ndarray
    cumulative_share: np.ndarray
    eigenvectors: np.ndarray
    loadings: np.ndarray
    rank: int


def principal_components(correlation: np.ndarray, names: Sequence[str]) -> Components:
    """Decompose a correlation matrix, singular or not.

    Parameters
    ----------
    correlation : ndarray, shape (p, p)
        Symmetric, ones on the diagonal.
    names : sequence of str, length p
        Of the indicators, in the order of the matrix.

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
    eigenvalues[eigenvalues < ZERO_EIGENVALUE] = 0.0
    eigenvectors = vectors[:, ::-1] * _signs(vectors[:, ::-1])
    share = eigenvalues / correlation.shape[0]
    return Components(
        names=tuple(names),
        eigenvalues=eigenvalues,
        explained_share=share,
        cumulative_share=np.cumsum(share),
        eigenvectors=eigenvectors,
        loadings=eigenvectors * np.sqrt(eigenvalues),
        rank=int((eigenvalues > 0).sum()),
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
    vectors = components.eigenvectors
    return np.abs(vectors.sum(axis=0)) / np.abs(vectors).sum(axis=0)


def _signs(vectors: np.ndarray) -> np.ndarray:
    sums = vectors.sum(axis=0)
    # Rounding must not decide between equal entries, hence the first one within TIE of the largest.
    near_largest = np.abs(vectors) >= np.abs(vectors).max(axis=0) - TIE
    largest = np.take_along_axis(vectors, near_largest.argmax(axis=0)[None, :], axis=0)[0]
    return np.where(np.where(np.abs(sums) > TIE, sums, largest) < 0, -1.0, 1.0)


@dataclass(frozen=True)
class RetentionRule:
    """How many components are kept.

    Attributes
    ----------
    kind : {'eigenvalue_above', 'cumulative_share', 'fixed'}
        Those with an eigenvalue above `value` (Kaiser: 1); the fewest whose shares reach `value`; `value` of
        them.
    value : float
    """

    kind: Literal["eigenvalue_above", "cumulative_share", "fixed"]
    value: float

    def __post_init__(self) -> None:
        if self.kind == "eigenvalue_above":
            fits, expected = self.value >= 0, "a number of 0 or more"
        elif self.kind == "cumulative_share":
            fits, expected = 0 < self.value <= 1, "a share above 0 and up to 1"
        elif self.kind == "fixed":
            fits, expected = self.value >= 1 and self.value == int(self.value), "a whole number of 1 or more"
        else:
            raise ValueError(
                f"retention rule {self.kind!r}: expected 'eigenvalue_above', 'cumulative_share' or 'fixed'"
            )
        if not fits:
            raise ValueError(f"retention rule {self.kind!r}: seen {self.value}, expected {expected}")


@dataclass(frozen=True)
class Retention:
    """The number of components kept.

    Attributes
    ----------
    count : int
    reason : str
        A plain sentence.
    """

    count: int
    reason: str


def retain(components: Components, rule: RetentionRule) -> Retention:
    """Apply a retention rule.

    Raises
    ------
    ValueError
        The rule keeps no component, or more than there are with an eigenvalue above 0.
    """
    eigenvalues, cumulative = components.eigenvalues, components.cumulative_share
    if rule.kind == "eigenvalue_above":
        count = int((eigenvalues > rule.value + TIE).sum())
        because = f"have an eigenvalue above {rule.value:g}"
    elif rule.kind == "cumulative_share":
        count = int((cumulative < rule.value - TIE).sum()) + 1
        because = f"are the fewest that explain {rule.value:.0%} of the variance"
    else:
        count = int(rule.value)
        because = "are kept, a number that the study fixes"
    if count < 1:
        raise ValueError(
            f"no component has an eigenvalue above {rule.value:g} (largest: {eigenvalues[0]:.4g})"
        )
    if count > components.rank:
        raise ValueError(f"{count} components are to be kept, but only {components.rank} have variance")
    reason = (
        f"{count} of {len(components.names)} components {because}; they explain {cumulative[count - 1]:.1%}"
    )
    return Retention(count, reason)
