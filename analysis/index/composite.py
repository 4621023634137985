"""The composite index: treat, scale, decompose, weight, sum, scale the result."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.index.adequacy import Adequacy, adequacy
from analysis.index.correlation import Standardised
from analysis.index.estimation import (
    ROUNDING,
    learn,
    learned_index,
    learned_scores,
    loading_correlations,
    prepare,
)
from analysis.index.method import PRINCIPAL_COMPONENTS, IndexMethod
from analysis.index.pca import Components
from analysis.index.retention import Retention, RetentionRule
from analysis.index.treatment import TreatedIndicator
from analysis.index.weights import indicator_weights

EIGENVALUE_ABOVE_ONE = RetentionRule("eigenvalue_above", 1.0)


@dataclass(frozen=True)
class CompositeIndex:
    """A composite index of p indicators on n rows, with every step that led to it.

    Attributes
    ----------
    index : ndarray, shape (n,)
        In [0, 1], relative to the sample, unless the method scales the result otherwise.
    score : ndarray, shape (n,)
        The weighted mean before scaling.
    standardised : Standardised
    components : Components
        All p of them, or the retained ones rotated.
    scores : ndarray, shape (n, number of components)
        Component scores; the variance of a column is its eigenvalue.
    retention : Retention
    weights : ndarray, shape (m,)
        Of the retained components; they sum to 1. nan where the index is one of indicators.
    indicator_weights : ndarray, shape (p,)
        Of the scaled indicators in `score`. Where components are summed, of an arithmetic mean of them.
    lowering_indicators : tuple of str
        Indicators with a negative weight: more of them lowers the index.
    adequacy : Adequacy
    method : IndexMethod
    treatment : tuple of TreatedIndicator
        Empty where outliers are left alone.
    loading_correlations : ndarray, shape (p, number of components)
        Correlations of indicators with components, whatever matrix these come from.
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
    method: IndexMethod = PRINCIPAL_COMPONENTS
    treatment: tuple[TreatedIndicator, ...] = ()
    loading_correlations: np.ndarray | None = None

    def to_frame(self, index: pd.Index | None = None) -> pd.DataFrame:
        """Index and score of each row."""
        return pd.DataFrame({"index": self.index, "score": self.score}, index=index)


def composite_index(
    values: np.ndarray,
    names: Sequence[str],
    rule: RetentionRule = EIGENVALUE_ABOVE_ONE,
    *,
    method: IndexMethod = PRINCIPAL_COMPONENTS,
    years: Sequence[int] | None = None,
) -> CompositeIndex:
    """Build the index from indicators.

    Parameters
    ----------
    values : array_like, shape (n, p)
        Finite; countries and years pooled, one row each; more of each indicator being better.
    names : sequence of str, length p
    rule : RetentionRule
    method : IndexMethod
    years : sequence of int, length n, optional
        Of the rows; needed where the scaling is by year or on a base year.

    Raises
    ------
    IndicatorError
        Indicators cannot be treated, scaled or weighted; the rule keeps no component, or more than have
        variance; or the score does not vary.
    """
    prepared = prepare(values, names, method, years)
    learned = learn(prepared.columns, prepared.names, rule, method)
    scores = learned_scores(learned, prepared.columns)
    score, index = learned_index(learned, prepared.columns, scores)
    components = learned.components
    if method.is_of_components:
        weights, of_indicators = learned.weights, indicator_weights(components, learned.weights)
    else:
        weights, of_indicators = np.full(learned.retention.count, np.nan), learned.weights
    return CompositeIndex(
        index=index,
        score=score,
        standardised=learned.standardised,
        components=components,
        scores=scores,
        retention=learned.retention,
        weights=weights,
        indicator_weights=of_indicators,
        lowering_indicators=tuple(
            name for name, weight in zip(prepared.names, of_indicators, strict=True) if weight < -ROUNDING
        ),
        adequacy=adequacy(learned.correlation, len(score), prepared.names),
        method=method,
        treatment=prepared.report,
        loading_correlations=loading_correlations(learned),
    )
