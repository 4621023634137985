"""What a composite index learns from rows, and how it scores rows: the two may be different ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from analysis.index.aggregation import to_positive, weighted_mean
from analysis.index.correlation import (
    IndicatorError,
    Standardised,
    correlation_matrix,
    covariance_matrix,
    standardise,
)
from analysis.index.method import IndexMethod
from analysis.index.pca import Components, component_scores, principal_components
from analysis.index.retention import Retention, RetentionRule, retain
from analysis.index.rotation import rotate
from analysis.index.scaling import scale
from analysis.index.treatment import TreatedIndicator, treat
from analysis.index.weights import (
    dimension_weights,
    entropy_weights,
    equal_weights,
    expert_weights,
    squared_loading_weights,
    variance_share_weights,
)

# Differences below this share of the values themselves, and weights below it, are rounding.
ROUNDING = 1e-12


@dataclass(frozen=True)
class Prepared:
    """Indicators as estimation takes them.

    Attributes
    ----------
    names : tuple of str, length p
    columns : ndarray, shape (n, p)
        Treated; scaled too where the scaling is not a shift and a width that all rows teach together (by
        year, on a base year, between goalposts, by ranks or shares), since it is part of the data then.
    report : tuple of TreatedIndicator
        Empty without a treatment.
    """

    names: tuple[str, ...]
    columns: np.ndarray
    report: tuple[TreatedIndicator, ...] = ()


@dataclass(frozen=True)
class Learned:
    """Everything that rows taught: scales, components, how many are kept, weights.

    Attributes
    ----------
    method : IndexMethod
    standardised : Standardised
        Of the rows learned from.
    correlation : ndarray, shape (p, p)
    centre, width : ndarray, shape (p,)
        What turns prepared columns into those that components are taken of.
    place, size : ndarray, shape (p,)
        What turns them into those that are summed where the index is one of indicators.
    components : Components
        All of them, or the retained ones rotated.
    retention : Retention
    weights : ndarray, shape (m,) or (p,)
        Of the retained components, or of the indicators. They sum to 1.
    """

    method: IndexMethod
    standardised: Standardised
    correlation: np.ndarray
    centre: np.ndarray
    width: np.ndarray
    place: np.ndarray
    size: np.ndarray
    components: Components
    retention: Retention
    weights: np.ndarray


def prepare(
    values: np.ndarray,
    names: Sequence[str],
    method: IndexMethod,
    years: Sequence[int] | None = None,
) -> Prepared:
    """Treat outliers, and scale where the scale is not learned from the rows that an index is learned from.

    Parameters
    ----------
    values : array_like, shape (n, p)
        Finite; more of each being better.
    names : sequence of str, length p
    method : IndexMethod
    years : sequence of int, length n, optional

    Raises
    ------
    IndicatorError
        Indicators cannot be treated or scaled.
    """
    # Standardising checks shapes, names, missing cells and constant columns in one place for all methods.
    values, names = np.asarray(values, dtype=float), standardise(values, names).names
    report: tuple[TreatedIndicator, ...] = ()
    if method.treatment:
        treated = treat(values, names, method.treatment)
        values, report = treated.values, treated.report
    if not method.scaling.is_learned:
        values = scale(values, names, method.scaling, years).values
    return Prepared(names, values, report)


def learn(columns: np.ndarray, names: tuple[str, ...], rule: RetentionRule, method: IndexMethod) -> Learned:
    """Estimate scales, components and weights from rows.

    Parameters
    ----------
    columns : ndarray, shape (n, p)
        Prepared.
    names : tuple of str, length p
    rule : RetentionRule
    method : IndexMethod

    Raises
    ------
    IndicatorError
        An indicator does not vary in these rows, the rule keeps no component, or weights cannot be made.
    """
    standardised = standardise(columns, names)
    correlation = correlation_matrix(standardised)
    place, size = _summed_scale(columns, standardised, method)
    if method.matrix == "correlation":
        centre, width, matrix = standardised.mean, standardised.std, correlation
    else:
        centre, width = standardised.mean, size
        matrix = covariance_matrix((columns - centre) / width)
    components = principal_components(matrix, names, method.matrix)
    retention = retain(components, rule, len(columns))
    if method.rotation == "varimax":
        components = rotate(components, retention.count)
    learned = Learned(
        method,
        standardised,
        correlation,
        centre,
        width,
        place,
        size,
        components,
        retention,
        np.empty(0),
    )
    return replace(learned, weights=_weights(learned, columns))


def learned_scores(learned: Learned, columns: np.ndarray) -> np.ndarray:
    """Component scores of prepared rows, shape (n, number of components)."""
    return component_scores((columns - learned.centre) / learned.width, learned.components)


def loading_correlations(learned: Learned) -> np.ndarray:
    """Correlations of indicators with components, shape (p, number of components).

    They are the loadings of a correlation matrix; those of a covariance matrix are divided by the standard
    deviations of the scaled indicators.
    """
    deviations = learned.standardised.std / learned.width
    return learned.components.loadings / deviations[:, None]


def learned_index(
    learned: Learned, columns: np.ndarray, scores: np.ndarray | None = None
) -> tuple[np.ndarray, np.ndarray]:
    """Score prepared rows.

    Parameters
    ----------
    learned : Learned
    columns : ndarray, shape (n, p)
        Prepared by the same method; they need not be the rows that were learned from.
    scores : ndarray, optional
        `learned_scores` of these rows, if they are at hand.

    Returns
    -------
    score, index : ndarray, shape (n,)
        Before and after scaling the result.

    Raises
    ------
    IndicatorError
        The score, or a column that must be brought above 0, does not vary.
    """
    method, weights = learned.method, learned.weights
    if method.is_of_components:
        if scores is None:
            scores = learned_scores(learned, columns)
        summed = scores[:, : len(weights)]
    else:
        summed = (columns - learned.place) / learned.size
    if method.aggregation == "arithmetic":
        score = composite_score(summed, weights)
    elif method.scaling.method == "goalposts" and not method.is_of_components:
        # Goalposts are a scale of their own: what rows there are must not move it.
        score = weighted_mean(summed, weights, method.aggregation, learned.components.names)
    else:
        score = weighted_mean(to_positive(summed, method.floor), weights, method.aggregation)
    if method.result == "none":
        return score, score
    index = scale_to_unit(score)
    return score, index * 100 if method.result == "hundred" else index


def composite_score(scores: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Weighted sum of the first m columns: component scores or scaled indicators.

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


def _summed_scale(
    columns: np.ndarray, standardised: Standardised, method: IndexMethod
) -> tuple[np.ndarray, np.ndarray]:
    if not method.scaling.is_learned:
        return np.zeros(columns.shape[1]), np.ones(columns.shape[1])
    if method.scaling.method == "z_score":
        return standardised.mean, standardised.std
    low = columns.min(axis=0)
    size = (columns.max(axis=0) - low) / (method.scaling.high - method.scaling.low)
    return low - method.scaling.low * size, size


def _weights(learned: Learned, columns: np.ndarray) -> np.ndarray:
    method, count = learned.method, learned.retention.count
    names = learned.components.names
    if method.weights == "variance_share":
        return variance_share_weights(learned.components.eigenvalues, count)
    if method.weights == "squared_loadings":
        components = learned.components
        rotated = components if components.is_rotated else rotate(components, count)
        return squared_loading_weights(rotated.loadings)
    if method.weights == "equal_by_dimension":
        missing = [name for name in names if name not in method.dimensions]
        if missing:
            raise IndicatorError(f"weights by dimension: seen none for {missing}, expected one for each")
        return dimension_weights([method.dimensions[name] for name in names])
    if method.weights == "entropy":
        low = columns.min(axis=0)
        return entropy_weights((columns - low) / (columns.max(axis=0) - low))
    if method.weights == "expert":
        return expert_weights({n: w for n, w in method.expert.items() if n in names}, names)
    return equal_weights(len(names))
