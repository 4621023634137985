"""Weights of components and of indicators in a composite index."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from analysis.index.correlation import IndicatorError
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


def equal_weights(count: int) -> np.ndarray:
    """The same weight for each, shape (count,)."""
    return np.full(count, 1.0 / count)


def dimension_weights(dimensions: Sequence[str]) -> np.ndarray:
    """Equal weights of dimensions and, within each, of its indicators, shape (p,).

    Parameters
    ----------
    dimensions : sequence of str, length p
        Dimension that each indicator belongs to.
    """
    dimensions = list(dimensions)
    sizes = {dimension: dimensions.count(dimension) for dimension in dimensions}
    return np.array([1.0 / (len(sizes) * sizes[dimension]) for dimension in dimensions])


def expert_weights(given: Mapping[str, float], names: Sequence[str]) -> np.ndarray:
    """Weights that somebody gives, in the order of `names`, brought to a sum of 1, shape (p,).

    Raises
    ------
    IndicatorError
        An indicator has no weight or a weight has no indicator; a weight is negative or not finite; or all
        are 0.
    """
    missing, foreign = sorted(set(names) - set(given)), sorted(set(given) - set(names))
    if missing or foreign:
        raise IndicatorError(
            f"expert weights: seen none for {missing} and some for {foreign}, expected one for each indicator"
        )
    weights = np.array([float(given[name]) for name in names])
    if not np.isfinite(weights).all() or (weights < 0).any() or weights.sum() == 0:
        raise IndicatorError(
            f"expert weights: seen {dict(given)}, expected finite numbers of 0 or more and one above 0"
        )
    return weights / weights.sum()


def entropy_weights(values: np.ndarray) -> np.ndarray:
    """Weights by Shannon's entropy: the more unevenly an indicator is spread over rows, the more it weighs.

    With p_ij the share of row i in the sum of indicator j, e_j = -sum_i p_ij ln p_ij / ln n and weights are
    (1 - e_j) / sum_j (1 - e_j).

    Parameters
    ----------
    values : array_like, shape (n, p)
        Not negative, two rows or more; on one scale, since the entropy is not free of the zero point.

    Returns
    -------
    ndarray, shape (p,)
        Sums to 1.

    Raises
    ------
    IndicatorError
        A value is negative or missing, an indicator is 0 in every row, or all are the same in every row.

    References
    ----------
    Shannon (1948), Bell System Technical Journal 27. Zeleny (1982), Multiple Criteria Decision Making.
    """
    values = np.asarray(values, dtype=float)
    sums = values.sum(axis=0)
    if len(values) < 2 or not np.isfinite(values).all() or (values < 0).any() or (sums <= 0).any():
        raise IndicatorError(
            f"entropy weights: seen {len(values)} rows from {np.min(values, initial=0.0):g} with sums from "
            f"{np.min(sums):g}, expected two rows or more of 0 or above and every indicator above 0 somewhere"
        )
    share = values / sums
    terms = share * np.log(np.where(share > 0, share, 1.0))
    divergence = 1.0 + terms.sum(axis=0) / np.log(len(values))
    if divergence.sum() <= 1e-12:
        raise IndicatorError(
            "entropy weights: every indicator is the same in every row, expected one that varies"
        )
    return divergence / divergence.sum()


def squared_loading_weights(loadings: np.ndarray) -> np.ndarray:
    """Weights from squared loadings of retained components, best after a rotation.

    Each indicator counts with the component that it loads on most: its squared loading there, as a share of
    the column's sum, times the component's share in the variance explained; brought to a sum of 1.

    Parameters
    ----------
    loadings : array_like, shape (p, m)

    Returns
    -------
    ndarray, shape (p,)
        None is negative; they sum to 1.

    Raises
    ------
    IndicatorError
        A component has no loading at all.

    References
    ----------
    Nicoletti, Scarpetta and Boylaud (2000), OECD Economics Department Working Paper 226. OECD and JRC (2008),
    Handbook on Constructing Composite Indicators, section 6.1, tables 17 and 18.
    """
    squared = np.asarray(loadings, dtype=float) ** 2
    explained = squared.sum(axis=0)
    if not (np.isfinite(explained).all() and (explained > 0).all()):
        raise IndicatorError(
            f"weights from squared loadings: seen explained variances {explained.tolist()}, "
            "expected all above 0"
        )
    # Column share times component share: the explained variance of the column cancels.
    weights = squared.max(axis=1)
    return weights / weights.sum()
