"""Draws of what an equation predicts: coefficients, its index where it has one, and smearing."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.draws import cluster_counts
from analysis.index_redraw import IndexMaps, IndexSource
from analysis.potential.draws import (
    PAIRS_FROM,
    CoefficientDraws,
    Resampling,
    basis_of,
    draw_coefficients,
    draw_coefficients_again,
    resample,
)
from analysis.potential.intervals import smearing_draws
from analysis.potential.ratio import Smearing
from analysis.prediction import Cells, Predictor, regression_of
from analysis.study.potential import Intervals

Array = NDArray[np.float64]


class NoDraws(ValueError):
    """No interval can be drawn; the message says why, as part of a sentence."""


@dataclass(frozen=True)
class PredictionDraws:
    """Coefficients of an equation in every draw, and the index of that draw where it is made again.

    Attributes
    ----------
    predictor : Predictor
    draws : CoefficientDraws
        Its coefficients are those of `columns`.
    columns : ndarray of int, shape (q,)
        Which of the regressors of `Predictor.regressors` were drawn; the others (the constant beside effects)
        have no part.
    index_position : int or None
        Which of the p terms is the index that is made again in each draw.
    index : IndexMaps or None
    """

    predictor: Predictor
    draws: CoefficientDraws
    columns: NDArray[np.int64]
    index_position: int | None
    index: IndexMaps | None

    @property
    def sentence(self) -> str:
        """Method, number of draws, and whether the index is made again in each."""
        with_index = "; the index is made again in each draw, from resampled countries" if self.index else ""
        return self.draws.sentence + with_index

    @property
    def n_draws(self) -> int:
        """Draws that could be estimated."""
        return len(self.draws.coefficients)

    def linear(self, cells: Cells, draws: slice = slice(None)) -> Array:
        """Linear predictions of cells in every draw, or in some; shape (draws, m)."""
        return self._linear(self.draws.coefficients[draws], cells, draws)

    def smooth(self, cells: Cells) -> Array:
        """The same in the smooth draws, shape (smooth draws, m)."""
        return self._linear(self.draws.smooth, cells, slice(None))

    def centre(self, cells: Cells, draws: slice = slice(None)) -> Array:
        """The same of what the draws scatter around, shape (draws, m) or (1, m)."""
        if len(self.draws.centres) == 1 and self.index is None:
            return self._linear(self.draws.centres, cells, draws)
        return self._linear(self.draws.centres[draws], cells, draws)

    def smearing(self, kind: Smearing) -> Array:
        """Smearing factor of each draw, shape (draws,); ones where none is due: in levels and for Poisson."""
        own = self.predictor
        if not own.is_log or own.is_poisson:
            return np.ones(self.n_draws)
        return smearing_draws(
            own.outcome,
            lambda draws: self._linear(self.draws.refits[draws], own.sample, draws),
            lambda draws: self.centre(own.sample, draws),
            own.clusters,
            self.draws,
            kind,
            own.n_estimated,
        )

    def index_values(self, cells: Cells, draws: slice = slice(None)) -> Array:
        """The index of cells in every draw, shape (draws, m)."""
        maps = self.index
        return maps.slopes[draws] @ cells.indicators.T + maps.intercepts[draws][:, None]

    def _linear(self, coefficients: Array, cells: Cells, draws: slice) -> Array:
        taken, added = self.predictor.offsets(cells)
        regressors = self.predictor.regressors(cells) - taken
        values = coefficients @ regressors[:, self.columns].T + added
        if self.index is None:
            return values
        drawn = self.index_values(cells, draws)
        if self.predictor.has_effects:
            own = self.predictor.means(self.predictor.sample.indicators)
            means = self.index.slopes[draws] @ own.T + self.index.intercepts[draws][:, None]
            drawn = drawn - means[:, self.predictor.position(cells)]
        at = int(np.flatnonzero(self.columns == self.index_position)[0])
        return values + (drawn - regressors[:, self.index_position]) * coefficients[:, at : at + 1]


def prediction_draws(
    predictor: Predictor,
    settings: Intervals,
    index_position: int | None = None,
    source: IndexSource | None = None,
    *,
    may_enumerate: bool = True,
) -> PredictionDraws:
    """Draw the coefficients of a specification by partners.

    Below `PAIRS_FROM` partners the wild cluster bootstrap is used, from there on pairs of whole partners.
    Random effects keep their variance components in every draw.

    Parameters
    ----------
    predictor : Predictor
    settings : Intervals
        Draws and seed.
    index_position : int, optional
        Term that is the study's own index.
    source : IndexSource, optional
        With it the index is made again in each draw: in a draw of pairs from the countries that it takes,
        in a wild draw (whose drivers are as observed) from countries drawn with replacement by themselves.
    may_enumerate : bool
        Whether all combinations of a few weights may be taken in place of the draws asked for.

    Raises
    ------
    NoDraws
        Fewer than two partners, rows that do not give the coefficients back, or hardly a draw that can be
        estimated.
    """
    if not len(predictor.drawn):
        raise NoDraws(f"intervals are not made: effects leave {predictor.fit.estimator} no term")
    regression = regression_of(predictor)
    if regression is None:
        raise NoDraws(
            f"intervals are not made: the rows of {predictor.fit.estimator} do not give its coefficients "
            "back, or do not tell its effects apart"
        )
    design, outcome, residuals = regression
    columns = predictor.drawn
    n_partners = len(predictor.partners)
    if n_partners < 2:
        raise NoDraws(f"intervals need at least 2 partners, seen {n_partners}")
    is_redrawn = source is not None and index_position is not None
    resampling = resample(
        n_partners,
        settings.draws,
        settings.seed,
        few_clusters=PAIRS_FROM,
        may_enumerate=may_enumerate and not is_redrawn,
    )
    if not is_redrawn:
        draws = draw_coefficients(
            design, residuals, predictor.coefficients[columns], predictor.regression_clusters, resampling
        )
        found = PredictionDraws(predictor, draws, columns, None, None)
    else:
        found = _with_index(predictor, design, outcome, columns, resampling, settings, index_position, source)
    if found.n_draws < settings.draws / 2:
        raise NoDraws(f"only {found.n_draws} of {len(resampling.weights)} draws can be estimated")
    return found


def _with_index(
    predictor: Predictor,
    design: Array,
    outcome: Array,
    columns: NDArray[np.int64],
    resampling: Resampling,
    settings: Intervals,
    index_position: int,
    source: IndexSource,
) -> PredictionDraws:
    maps = source.maps(_row_counts(predictor, resampling, settings, source))
    at = int(np.flatnonzero(columns == index_position)[0])
    is_made = np.flatnonzero(maps.is_made)
    maps = maps.only(is_made)
    usable = resampling.only(is_made)

    def designs(block: slice) -> Array:
        values = maps.slopes[block] @ predictor.sample.indicators.T + maps.intercepts[block][:, None]
        drawn = np.broadcast_to(design, (len(values), *design.shape)).copy()
        drawn[:, :, at] = predictor.transformed(values[:, :, None])[:, :, 0]
        return drawn

    draws = draw_coefficients_again(designs, outcome, predictor.regression_clusters, usable, basis_of(design))
    n_unmade = len(resampling.weights) - len(is_made)
    counted = CoefficientDraws(
        draws.coefficients,
        draws.smooth,
        draws.refits,
        draws.centres,
        draws.weights,
        is_made[draws.kept],
        resampling,
        draws.n_failed + n_unmade,
        draws.n_inseparable,
    )
    return PredictionDraws(predictor, counted, columns, index_position, maps.only(draws.kept))


def _row_counts(
    predictor: Predictor, resampling: Resampling, settings: Intervals, source: IndexSource
) -> Array:
    """How often each row of the index counts in each draw."""
    countries, position = np.unique(source.countries, return_inverse=True)
    if resampling.kind == "wild":
        # A seed of its own, so that which countries make the index says nothing about the weights of errors.
        counts = cluster_counts(len(countries), len(resampling.weights), settings.seed + 1)
        return counts[:, position].astype(float)
    # Countries that are not in the equation, as the reference country, make the index in every draw.
    counts = np.ones((len(resampling.weights), len(countries)))
    own = np.searchsorted(predictor.partners, countries).clip(max=len(predictor.partners) - 1)
    is_partner = predictor.partners[own] == countries
    counts[:, is_partner] = resampling.weights[:, own[is_partner]]
    return counts[:, position]
