"""An index of indicators whose weights were chosen, not estimated: one line, the same in every draw."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.index.composite import CompositeIndex
from analysis.index.correlation import IndicatorError
from analysis.index.method import IndexMethod
from analysis.index.scaling import Scaling, scale
from analysis.index_redraw import SAME_INDEX, IndexMaps, IndexNotRemade
from analysis.sample import Sample

Array = NDArray[np.float64]

FIXED_WEIGHTS = ("equal", "equal_by_dimension", "expert")
"""Weights that no row of the sample has a say in."""
HELD = "the index is held as it is: its weights are fixed, not estimated"
"""What intervals say of such an index."""


@dataclass(frozen=True)
class FixedIndexSource:
    """All that is needed to make an index of k indicators with fixed weights again.

    Attributes
    ----------
    rows : MultiIndex, shape (n,)
        (country_iso3, year) of the rows that the index was made from.
    indicators : ndarray, shape (n, k)
        As they enter: transformed, higher is better, before scaling.
    names : tuple of str, length k
    scaling : Scaling
        z_score or min_max over all rows, or goalposts.
    weights : ndarray, shape (k,)
        Of the scaled indicators.
    is_unit : bool
        Whether the lowest row of the sample gets 0 and the highest 1.
    """

    rows: pd.MultiIndex
    indicators: Array
    names: tuple[str, ...]
    scaling: Scaling
    weights: Array
    is_unit: bool

    @property
    def years(self) -> NDArray[np.int64]:
        """Year of each row, shape (n,)."""
        return self.rows.get_level_values("year").to_numpy()

    def map_of(self, is_used: NDArray[np.bool_] | None = None) -> IndexMaps:
        """Make the index once, scaled over all rows or over some of them (n,); `draws` is 1."""
        used = self.indicators if is_used is None else self.indicators[is_used]
        try:
            scaled = scale(used, self.names, self.scaling)
        except IndicatorError:
            return self._unmade()
        reach = self.scaling.high - self.scaling.low if self.scaling.method != "z_score" else 1.0
        floor = self.scaling.low if self.scaling.method != "z_score" else 0.0
        slopes = self.weights * reach / scaled.width[0]
        intercept = floor * self.weights.sum() - slopes @ scaled.centre[0]
        if self.is_unit:
            scores = used @ slopes
            low, high = scores.min(), scores.max()
            if not high > low:
                return self._unmade()
            slopes, intercept = slopes / (high - low), -low / (high - low)
        return IndexMaps(slopes[None], np.array([intercept]), np.array([True]))

    def _unmade(self) -> IndexMaps:
        return IndexMaps(np.full((1, len(self.names)), np.nan), np.array([np.nan]), np.array([False]))


def fixed_index_source(
    index: CompositeIndex, sample: Sample, indicators: Array, names: tuple[str, ...]
) -> FixedIndexSource:
    """Hold together what remakes an index of fixed weights, having checked that it does.

    Parameters
    ----------
    index : CompositeIndex
    sample : Sample
        Its rows.
    indicators : ndarray, shape (n, k)
        As they entered it.
    names : tuple of str, length k

    Raises
    ------
    IndexNotRemade
        When the index is no line in its indicators (another mean, another scale, outliers pulled in, values
        beyond goalposts), or its weights are estimated.
    """
    method = index.method
    if not is_fixed(method):
        raise IndexNotRemade(
            f"the index is made with {method.weights} weights, {method.scaling.label} and the "
            f"{method.aggregation} mean, which is no line in its indicators with fixed weights"
        )
    source = FixedIndexSource(
        rows=sample.rows,
        indicators=np.asarray(indicators, dtype=float),
        names=names,
        scaling=method.scaling,
        weights=np.asarray(index.indicator_weights, dtype=float),
        is_unit=method.result == "unit",
    )
    again = source.map_of().values(source.indicators)[0]
    if not np.allclose(again, index.index, rtol=0, atol=SAME_INDEX):
        raise IndexNotRemade("the index pulls outliers in, or ends at its goalposts, so it is no line")
    return source


def is_fixed(method: IndexMethod) -> bool:
    """Whether an index is a line in its indicators that the sample has no say in but for the scale."""
    has_line = method.scaling.is_learned or method.scaling.method == "goalposts"
    return (
        method.weights in FIXED_WEIGHTS
        and method.aggregation == "arithmetic"
        and method.result in ("none", "unit")
        and has_line
    )
