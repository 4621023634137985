"""Scores of the dimensions of an index: where a row stands in each, which binds, and how sure that is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.index.correlation import IndicatorError, checked_indicators
from analysis.index.ranking import DIGITS

Array = np.ndarray


@dataclass(frozen=True)
class DimensionScores:
    """Scores of n rows in d dimensions.

    Attributes
    ----------
    names : tuple of str, length d
        In the order given.
    scores : ndarray, shape (n, d)
        Mean position of the dimension's indicators between the lowest (0) and the highest (1) value of all
        rows; nan where the row has none of them.
    counts : ndarray of int, shape (n, d)
        Indicators behind each score.
    ranks : ndarray, shape (n, d)
        Among the rows of the year, 1 for the highest, equals sharing the better rank; nan without a score.
    is_binding : ndarray of bool, shape (n, d)
        Whether the dimension is the row's lowest; none is where two are equal, or fewer than two are there.
    """

    names: tuple[str, ...]
    scores: Array
    counts: Array
    ranks: Array
    is_binding: Array

    def to_frame(self, index: pd.Index | None = None) -> pd.DataFrame:
        """One column of scores per dimension, rows as given."""
        return pd.DataFrame(self.scores, columns=list(self.names), index=index)


@dataclass(frozen=True)
class DimensionSpread:
    """What other ways to score say of each row and dimension.

    Attributes
    ----------
    count : int
        Ways compared, the scores themselves among them.
    rank_best, rank_worst : ndarray, shape (n, d)
        nan without a score.
    binding_share : ndarray, shape (n, d)
        Share of the ways in which the dimension binds.
    """

    count: int
    rank_best: Array
    rank_worst: Array
    binding_share: Array


def dimension_scores(
    values: Array,
    names: Sequence[str],
    dimensions: Mapping[str, str],
    years: Sequence[int],
) -> DimensionScores:
    """Score rows in each dimension.

    Parameters
    ----------
    values : array_like, shape (n, p)
        More of each being better; nan where missing.
    names : sequence of str, length p
    dimensions : mapping of str to str
        Dimension of each indicator; dimensions stand in the order in which the indicators name them.
    years : sequence of int, length n

    Raises
    ------
    IndicatorError
        An indicator has no dimension, or does not vary where it is there.

    References
    ----------
    OECD and JRC (2008), Handbook on Constructing Composite Indicators, step 5 (min-max over all rows) and
    step 6 (equal weights within a dimension).
    """
    values, names = checked_indicators(values, names, is_missing_allowed=True)
    without = [name for name in names if name not in dimensions]
    if without:
        raise IndicatorError(f"dimensions: seen none for {without}, expected one for each indicator")
    positions = _positions(values, names)
    ordered = tuple(dict.fromkeys(dimensions[name] for name in names))
    scores = np.full((len(values), len(ordered)), np.nan)
    counts = np.zeros(scores.shape, dtype=np.int64)
    for place, dimension in enumerate(ordered):
        own = positions[:, [dimensions[name] == dimension for name in names]]
        counts[:, place] = (~np.isnan(own)).sum(axis=1)
        there = counts[:, place] > 0
        scores[there, place] = np.nansum(own[there], axis=1) / counts[there, place]
    return DimensionScores(ordered, scores, counts, _ranks(scores, np.asarray(years)), _binding(scores))


def dimension_spread(
    base: DimensionScores,
    values: Array,
    names: Sequence[str],
    dimensions: Mapping[str, str],
    years: Sequence[int],
    others: Sequence[Array] = (),
) -> DimensionSpread:
    """Score again without each indicator of a dimension that has another one, and on other values.

    Parameters
    ----------
    base : DimensionScores
        Of these values.
    values, names, dimensions, years
        As in `dimension_scores`.
    others : sequence of array_like, shape (n, p)
        The same rows and indicators, for example filled otherwise.
    """
    names = list(names)
    found = [base]
    for place, name in enumerate(names):
        if sum(dimensions[other] == dimensions[name] for other in names) > 1:
            rest = [at for at in range(len(names)) if at != place]
            found.append(
                _in_order(
                    dimension_scores(
                        np.asarray(values)[:, rest], [names[at] for at in rest], dimensions, years
                    ),
                    base,
                )
            )
    found += [dimension_scores(other, names, dimensions, years) for other in others]
    ranks = np.stack([scored.ranks for scored in found])
    is_scored = ~np.isnan(base.scores)
    best, worst = np.full(base.scores.shape, np.nan), np.full(base.scores.shape, np.nan)
    best[is_scored] = np.nanmin(ranks[:, is_scored], axis=0)
    worst[is_scored] = np.nanmax(ranks[:, is_scored], axis=0)
    return DimensionSpread(len(found), best, worst, np.mean([scored.is_binding for scored in found], axis=0))


def _positions(values: Array, names: Sequence[str]) -> Array:
    """Bring each indicator to [0, 1]: its lowest and its highest value of all rows."""
    is_there = ~np.isnan(values)
    low, high = np.full(len(names), np.nan), np.full(len(names), np.nan)
    for place in np.flatnonzero(is_there.any(axis=0)):
        low[place], high[place] = np.nanmin(values[:, place]), np.nanmax(values[:, place])
    constant = [name for name, least, most in zip(names, low, high, strict=True) if least == most]
    if constant:
        raise IndicatorError(f"dimensions: seen one value only of {constant}, expected them to vary")
    return (values - low) / (high - low)


def _ranks(scores: Array, years: Array) -> Array:
    """Ranks within the year, 1 for the highest; nan without a score."""
    frame = pd.DataFrame(np.round(scores, DIGITS))
    return frame.groupby(years).rank(method="min", ascending=False).to_numpy()


def _binding(scores: Array) -> Array:
    """Whether a score is the only lowest one of its row, among at least two."""
    rounded = np.round(scores, DIGITS)
    lowest = np.min(np.where(np.isnan(rounded), np.inf, rounded), axis=1, keepdims=True)
    is_lowest = rounded == lowest
    is_one = (is_lowest.sum(axis=1) == 1) & ((~np.isnan(rounded)).sum(axis=1) > 1)
    return is_lowest & is_one[:, None]


def _in_order(scored: DimensionScores, base: DimensionScores) -> DimensionScores:
    """The same scores with dimensions in the order of `base`, from which none is missing."""
    order = [scored.names.index(name) for name in base.names]
    return DimensionScores(
        base.names,
        scored.scores[:, order],
        scored.counts[:, order],
        scored.ranks[:, order],
        scored.is_binding[:, order],
    )
