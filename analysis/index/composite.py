"""The composite index: standardise, decompose, weight, scale to [0, 1]."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from analysis.index.adequacy import Adequacy, adequacy
from analysis.index.correlation import IndicatorError, Standardised, correlation_matrix, standardise
from analysis.index.pca import (
    Components,
    Retention,
    RetentionRule,
    component_scores,
    principal_components,
    retain,
)
from analysis.index.weights import indicator_weights, variance_share_weights

EIGENVALUE_ABOVE_ONE = RetentionRule("eigenvalue_above", 1.0)
# Differences below this share of the values themselves, and weights below it, are rounding.
ROUNDING = 1e-12


@dataclass(frozen=True)
class CompositeIndex:
    """A composite index of p indicators on n rows, with every step that led to it.

    Attributes
    ----------
    index : ndarray, shape (n,)
        In [0, 1], relative to the sample.
    score : ndarray, shape (n,)
        The weighted sum of component scores before scaling.
    standardised : Standardised
    components : Components
    scores : ndarray, shape (n, p)
        Component scores; the variance of a column is its eigenvalue.
    retention : Retention
    weights : ndarray, shape (m,)
        Of the retained components; they sum to 1.
    indicator_weights : ndarray, shape (p,)
        Of the standardised indicators in `score`.
    lowering_indicators : tuple of str
        Indicators with a negative weight: more of them lowers the index.
    adequacy : Adequacy
    """

    index: np.ndarray
    score: np.ndarray
    standardised: Standardised
    components: Components
    scores: np.ndarray
    retention: Retention
    weights: np.ndarray
    indicator_weights: np.ndarray
    lowering_indicators: tuple[str, ...]
    adequacy: Adequacy


def composite_index(
    values: np.ndarray, names: Sequence[str], rule: RetentionRule = EIGENVALUE_ABOVE_ONE
) -> CompositeIndex:
    """Build the index from indicators.

    Parameters
    ----------
    values : array_like, shape (n, p)
        Finite; countries and years pooled, one row each.
    names : sequence of str, length p
    rule : RetentionRule

    Raises
    ------
    IndicatorError
        Indicators cannot be standardised, or the score does not vary.
    ValueError
        The retention rule keeps no component, or more than have variance.
    """
    standardised = standardise(values, names)
    correlation = correlation_matrix(standardised)
    components = principal_components(correlation, standardised.names)
    scores = component_scores(standardised.z, components)
    retention = retain(components, rule)
    weights = variance_share_weights(components.eigenvalues, retention.count)
    score = composite_score(scores, weights)
    of_indicators = indicator_weights(components, weights)
    return CompositeIndex(
        index=scale_to_unit(score),
        score=score,
        standardised=standardised,
        components=components,
        scores=scores,
        retention=retention,
        weights=weights,
        indicator_weights=of_indicators,
        lowering_indicators=tuple(
            name for name, weight in zip(standardised.names, of_indicators, strict=True) if weight < -ROUNDING
        ),
        adequacy=adequacy(correlation, len(score), standardised.names),
    )


def composite_score(scores: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Weighted sum of the first m component scores.

    Parameters
    ----------
    scores : ndarray, shape (n, p)
    weights : ndarray, shape (m,)
        m is at most p.

    Returns
    -------
    ndarray, shape (n,)
    """
    return scores[:, : len(weights)] @ weights


def scale_to_unit(values: np.ndarray) -> np.ndarray:
    """Bring values to [0, 1]: 0 is the lowest row of the sample, 1 the highest.

    The result ranks rows of this sample only: another row or year may move every value.

    Parameters
    ----------
    values : array_like, shape (n,)

    Returns
    -------
    ndarray, shape (n,)

    Raises
    ------
    IndicatorError
        The values do not vary.
    """
    values = np.asarray(values, dtype=float)
    minimum, maximum = float(values.min()), float(values.max())
    if maximum - minimum <= ROUNDING * max(abs(minimum), abs(maximum)):
        raise IndicatorError(f"the score is {minimum:g} in every row: there is nothing to scale")
    return (values - minimum) / (maximum - minimum)
