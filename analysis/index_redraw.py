"""The study's index made again from resampled countries, or for other values of its indicators."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.index.composite import CompositeIndex
from analysis.sample import Sample

Array = NDArray[np.float64]

# Largest difference between the index and its remaking, on its scale from 0 to 1.
SAME_INDEX = 1e-8


class IndexNotRemade(ValueError):
    """The index is built in a way that is not remade here; the message is part of a sentence."""


@dataclass(frozen=True)
class IndexMaps:
    """What turns k indicators into the index, once per draw: index = indicators @ slope + intercept.

    Attributes
    ----------
    slopes : ndarray, shape (draws, k)
    intercepts : ndarray, shape (draws,)
    is_made : ndarray of bool, shape (draws,)
        Whether the index could be made from the draw's countries; NaN in the others where it could not.
    """

    slopes: Array
    intercepts: Array
    is_made: NDArray[np.bool_]

    def values(self, indicators: Array) -> Array:
        """Index of rows of indicators (m, k) in every draw, shape (draws, m)."""
        return self.slopes @ indicators.T + self.intercepts[:, None]

    def only(self, kept: NDArray[np.int64]) -> IndexMaps:
        """The maps of some draws."""
        return IndexMaps(self.slopes[kept], self.intercepts[kept], self.is_made[kept])


@dataclass(frozen=True)
class IndexSource:
    """All that is needed to make an index of principal components again.

    Attributes
    ----------
    rows : MultiIndex, shape (n,)
        (country_iso3, year) of the rows that the index was made from.
    indicators : ndarray, shape (n, k)
        As they enter: transformed, higher is better, before standardising.
    rule : str
        Rule of retention.
    threshold : float
        Its value.
    vectors : ndarray, shape (k, k)
        Eigenvectors of the estimate; the signs of a draw's components follow theirs.
    n_retained : int
        Components of the estimate.
    """

    rows: pd.MultiIndex
    indicators: Array
    rule: str
    threshold: float
    vectors: Array
    n_retained: int
    _made: dict[bytes, IndexMaps] = field(default_factory=dict, init=False, repr=False, compare=False)

    @property
    def countries(self) -> NDArray[np.str_]:
        """Country of each row, shape (n,)."""
        return self.rows.get_level_values("country_iso3").to_numpy(dtype=str)

    @property
    def years(self) -> NDArray[np.int64]:
        """Year of each row, shape (n,)."""
        return self.rows.get_level_values("year").to_numpy()

    def maps(self, row_counts: Array) -> IndexMaps:
        """Make the index with each row counted so often.

        Standardising, components, retention and weights are all done again; the scale is that of the rows of
        this sample, whatever the draw, which no prediction with a constant depends on.

        Parameters
        ----------
        row_counts : ndarray, shape (draws, n)
            Not negative; 0 leaves a row out.
        """
        # Every equation of a fill set asks for the same draws.
        asked = hashlib.sha256(np.ascontiguousarray(row_counts).tobytes()).digest()
        if asked not in self._made:
            self._made[asked] = self._maps(row_counts)
        return self._made[asked]

    def _maps(self, row_counts: Array) -> IndexMaps:
        totals = row_counts.sum(axis=1)
        # Centred beforehand, so that sums of squares keep their digits.
        origin = self.indicators.mean(axis=0)
        centred = self.indicators - origin
        n_rows, n_indicators = centred.shape
        products = (centred[:, :, None] * centred[:, None, :]).reshape(n_rows, -1)
        with np.errstate(divide="ignore", invalid="ignore"):
            means = (row_counts @ centred) / totals[:, None]
            moments = (row_counts @ products).reshape(-1, n_indicators, n_indicators)
            covariances = moments / totals[:, None, None] - means[:, :, None] * means[:, None, :]
            variances = np.einsum("dkk->dk", covariances)
            tiny = 1e-12 * np.einsum("nk,nk->k", centred, centred) / n_rows
            is_made = (totals > 1) & (variances > tiny).all(axis=1)
            spreads = np.sqrt(np.where(is_made[:, None], variances, 1.0))
            correlations = covariances / spreads[:, :, None] / spreads[:, None, :]
        correlations[~is_made] = np.eye(n_indicators)
        values, vectors = np.linalg.eigh(correlations)
        values, vectors = values[:, ::-1], vectors[:, :, ::-1]
        signs = np.sign(np.einsum("dkc,kc->dc", vectors, self.vectors))
        vectors = vectors * np.where(signs == 0, 1.0, signs)[:, None, :]
        weights = np.where(np.arange(n_indicators) < self._retained(values)[:, None], values, 0.0)
        weights = weights / weights.sum(axis=1, keepdims=True)
        slopes = np.einsum("dkc,dc->dk", vectors, weights) / spreads
        scores = slopes @ self.indicators.T
        low, high = scores.min(axis=1), scores.max(axis=1)
        is_made &= high > low
        reach = np.where(is_made, high - low, np.nan)
        return IndexMaps(slopes / reach[:, None], -low / reach, is_made)

    def map_of(self, is_used: NDArray[np.bool_] | None = None) -> IndexMaps:
        """Make the index once, from all rows or some of them (n,), scaled over those used; `draws` is 1."""
        if is_used is None or is_used.all():
            return self.maps(np.ones((1, len(self.rows))))
        part = IndexSource(
            self.rows[is_used],
            self.indicators[is_used],
            self.rule,
            self.threshold,
            self.vectors,
            self.n_retained,
        )
        return part.maps(np.ones((1, len(part.rows))))

    def _retained(self, eigenvalues: Array) -> NDArray[np.int64]:
        """Components kept in each draw, at least one, shape (draws,)."""
        if self.rule == "eigenvalue_above":
            count = (eigenvalues > self.threshold).sum(axis=1)
        elif self.rule == "cumulative_share":
            shares = eigenvalues.cumsum(axis=1) / eigenvalues.sum(axis=1, keepdims=True)
            count = (shares < self.threshold - 1e-12).sum(axis=1) + 1
        else:
            count = np.full(len(eigenvalues), self.n_retained)
        return np.maximum(count, 1)


def index_source(
    index: CompositeIndex, sample: Sample, indicators: Array, rule: str, threshold: float
) -> IndexSource:
    """Hold together what remakes an index, having checked that it does.

    Parameters
    ----------
    index : CompositeIndex
    sample : Sample
        Its rows.
    indicators : ndarray, shape (n, k)
        As they entered it.
    rule, threshold : str, float
        The study's rule of retention.

    Raises
    ------
    IndexNotRemade
        When all rows counted once do not give the index back: it is built in another way than by principal
        components of correlations, weights by variance share and a linear scale.
    """
    if index.components.eigenvectors.shape[0] != index.components.eigenvectors.shape[1]:
        raise IndexNotRemade("the components of the index are rotated")
    source = IndexSource(
        rows=sample.rows,
        indicators=np.asarray(indicators, dtype=float),
        rule=rule,
        threshold=threshold,
        vectors=index.components.eigenvectors,
        n_retained=index.retention.count,
    )
    again = source.map_of().values(source.indicators)[0]
    if not np.allclose(again, index.index, rtol=0, atol=SAME_INDEX):
        raise IndexNotRemade(
            "the index is not made of principal components of correlations weighted by their variance"
        )
    return source
