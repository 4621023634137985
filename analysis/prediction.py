"""What a fitted equation predicts for any cells: a linear function of regressors, with its clusters."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.design import (
    ROW,
    PanelInputs,
    equation_levels,
    logged_columns,
    outcome_name,
    take_logarithms,
)
from analysis.equation import Equation
from analysis.gravity.fit import LinearFit
from analysis.gravity.panel_data import CONSTANT
from analysis.gravity.poisson_fit import PoissonFit
from analysis.sample import is_usable
from analysis.study import Study

Array = NDArray[np.float64]

# Largest relative difference of coefficients between a fit and its normal equations as written here.
SAME_COEFFICIENTS = 1e-6

PotentialFit = LinearFit | PoissonFit
"""Fits that expect a trade of every partner and year; a frontier tells the most that is possible instead."""

EXPLAINS = {"first_difference": "changes", "between": "means"}
"""Estimators that run on something else than rows."""


@dataclass(frozen=True)
class Cells:
    """Partners and years with the regressors of an equation.

    Attributes
    ----------
    partners : ndarray of str, shape (m,)
    years : ndarray of int, shape (m,)
    regressors : ndarray, shape (m, p)
        As they enter the equation, the constant first; NaN where a driver is missing.
    indicators : ndarray, shape (m, k), or None
        Of the study's own index, as they enter it; None where the equation has none or it is not made again.
    """

    partners: NDArray[np.str_]
    years: NDArray[np.int64]
    regressors: Array
    indicators: Array | None = None

    @cached_property
    def rows(self) -> pd.MultiIndex:
        """(country_iso3, year) of each row, shape (m,)."""
        return pd.MultiIndex.from_arrays([self.partners, self.years], names=ROW)

    def __len__(self) -> int:
        return len(self.years)

    def only(self, kept: NDArray[np.bool_] | NDArray[np.int64] | slice) -> Cells:
        """Some of the cells, in their order or in that of their positions."""
        indicators = None if self.indicators is None else self.indicators[kept]
        return Cells(self.partners[kept], self.years[kept], self.regressors[kept], indicators)

    def columns(self, positions: Sequence[int]) -> Cells:
        """The cells with some of their regressors."""
        return self.with_regressors(self.regressors[:, positions])

    def with_regressors(self, regressors: Array) -> Cells:
        """The same partners and years on other regressors."""
        return replace(self, regressors=regressors)


@dataclass(frozen=True)
class Predictor:
    """One estimated specification as a linear function of regressors.

    With partner effects a prediction is the partner's mean outcome plus slopes times the distance from the
    partner's mean regressors, whatever the slopes were estimated on. Period effects are slopes of one more
    regressor for each year; beside partner effects, for each but the first.

    Attributes
    ----------
    fit : LinearFit or PoissonFit
    sample : Cells
        The n rows of estimation; of Poisson without separated ones.
    outcome : ndarray, shape (n,)
        What least squares explains: of Poisson ln mu + (y - mu) / mu, whose regression with weights mu gives
        the coefficients back.
    weights : ndarray, shape (n,)
        1; of Poisson mu.
    errors : ndarray, shape (n,)
        Outcome less prediction in units of the prediction; of Poisson ln(y / mu), minus infinity
        where y is 0.
    partners : ndarray of str, shape (N,)
        Sorted: the clusters.
    clusters : ndarray of int, shape (n,)
        Position of each row's partner in `partners`.
    removed : ndarray, shape (n,)
        Share of the partner's mean that estimation takes out of every column: 0 for pooled least squares, 1
        for partner effects, between them for random effects.
    has_effects : bool
        Whether predictions include the partner's own effect.
    is_log : bool
        Whether predictions are logarithms.
    periods : ndarray of int or None
        Years of the sample where each has an effect.
    explains : {'rows', 'changes', 'means'}
        What estimation ran on: rows, their changes from year to year, or the partners' means.
    """

    fit: PotentialFit
    sample: Cells
    outcome: Array
    weights: Array
    errors: Array
    partners: NDArray[np.str_]
    clusters: NDArray[np.int64]
    removed: Array
    has_effects: bool
    is_log: bool
    periods: NDArray[np.int64] | None
    explains: Literal["rows", "changes", "means"]

    @property
    def is_poisson(self) -> bool:
        """Whether the mean of trade is predicted, so that no smearing is due."""
        return isinstance(self.fit, PoissonFit)

    @cached_property
    def coefficients(self) -> Array:
        """Of the fit's p terms, then of the years in `effect_years`; shape (q,)."""
        if self.periods is None:
            return self.fit.coefficients
        return np.concatenate([self.fit.coefficients, self._period_slopes])

    @property
    def effect_years(self) -> NDArray[np.int64]:
        """Years that have a slope of their own: partner effects stand for the first."""
        return self.periods[1:] if self.has_effects else self.periods

    @cached_property
    def _period_slopes(self) -> Array:
        if isinstance(self.fit, LinearFit):
            return self.fit.period_effects[1:] - self.fit.period_effects[0]
        # What the slopes leave of ln mu is the sum of both effects, exactly.
        years = self.transformed(self._years(self.sample))
        left = self.transformed((self.outcome - self._slopes_part())[:, None])[:, 0]
        return np.linalg.lstsq(years, left, rcond=None)[0]

    def _slopes_part(self) -> Array:
        return self.sample.regressors @ self.fit.coefficients

    @property
    def fitted(self) -> Array:
        """Prediction of the rows of estimation as the fit has it, shape (n,)."""
        if isinstance(self.fit, PoissonFit):
            return np.log(self.fit.mu[~self.fit.separation.is_separated])
        return self.fit.fitted

    @cached_property
    def drawn(self) -> NDArray[np.int64]:
        """Which of the q regressors have a slope once partner effects took out the constant."""
        terms = self.fit.terms
        kept = [at for at, term in enumerate(terms) if not (self.has_effects and term == CONSTANT)]
        return np.array([*kept, *range(len(terms), self.coefficients.size)], dtype=np.int64)

    @property
    def n_estimated(self) -> int:
        """Coefficients estimated, effects included."""
        return len(self.drawn) + len(self.partners) * self.has_effects

    def _years(self, cells: Cells) -> Array:
        years = cells.years
        found = (years[:, None] == self.effect_years).astype(float)
        found[~np.isin(years, self.periods)] = np.nan
        return found

    def regressors(self, cells: Cells) -> Array:
        """Regressors with one for each of `effect_years` where years have effects, shape (m, q).

        NaN in a year without an effect.
        """
        if self.periods is None:
            return cells.regressors
        return np.hstack([cells.regressors, self._years(cells)])

    def means(self, values: Array) -> Array:
        """Means by partner over the estimation sample, of the last-but-one axis; shape (…, N, p)."""
        counts = np.bincount(self.clusters, self.weights)
        totals = np.zeros((*values.shape[:-2], len(counts), values.shape[-1]))
        for cluster in range(len(counts)):
            is_own = self.clusters == cluster
            totals[..., cluster, :] = (values[..., is_own, :] * self.weights[is_own, None]).sum(axis=-2)
        return totals / counts[:, None]

    @cached_property
    def _means_of_sample(self) -> tuple[Array, Array]:
        """Means by partner of the regressors (N, q) and of the outcome (N,)."""
        return self.means(self.regressors(self.sample)), self.means(self.outcome[:, None])[:, 0]

    @cached_property
    def pairs(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Rows of the sample and those of the same partner one period later."""
        years = self.sample.years
        step = np.diff(np.unique(years)).min(initial=np.iinfo(np.int64).max)
        order = np.lexsort((years, self.clusters))
        follows = (np.diff(self.clusters[order]) == 0) & (np.diff(years[order]) == step)
        at = np.flatnonzero(follows)
        return order[at], order[at + 1]

    @property
    def regression_clusters(self) -> NDArray[np.int64]:
        """Cluster of each row of `transformed` columns."""
        if self.explains == "means":
            return np.arange(len(self.partners))
        return self.clusters[self.pairs[1]] if self.explains == "changes" else self.clusters

    def transformed(self, values: Array) -> Array:
        """Columns (…, n, p) as the estimator regresses them on one another."""
        if self.explains == "means":
            return self.means(values)
        if self.explains == "changes":
            earlier, later = self.pairs
            return values[..., later, :] - values[..., earlier, :]
        if self.removed.any():
            values = values - self.removed[:, None] * self.means(values)[..., self.clusters, :]
        return values * np.sqrt(self.weights)[:, None] if self.is_poisson else values

    def position(self, cells: Cells) -> NDArray[np.int64]:
        """Position of each cell's partner in `partners`; -1 where it is not among them."""
        found = np.searchsorted(self.partners, cells.partners).clip(max=len(self.partners) - 1)
        return np.where(self.partners[found] == cells.partners, found, -1)

    def offsets(self, cells: Cells) -> tuple[Array, Array]:
        """What is taken from the regressors of each cell (m, q), and added to its prediction (m,).

        Zero without partner effects; NaN for a partner that has no effect.
        """
        if not self.has_effects:
            return np.zeros((len(cells), self.coefficients.size)), np.zeros(len(cells))
        position = self.position(cells)
        regressor_means, outcome_means = self._means_of_sample
        taken, added = regressor_means[position], outcome_means[position]
        is_unknown = position < 0
        taken[is_unknown], added[is_unknown] = np.nan, np.nan
        return taken, added

    def linear(self, cells: Cells) -> Array:
        """Linear prediction of cells, shape (m,); NaN where a driver or an effect is missing."""
        taken, added = self.offsets(cells)
        return (self.regressors(cells) - taken) @ self.coefficients + added


def equation_cells(
    study: Study, equation: Equation, inputs: PanelInputs, own_index: pd.Series | None
) -> tuple[Cells, pd.Series]:
    """Return regressors of every row of a panel, and the outcome where it is known.

    Parameters
    ----------
    study : Study
    equation : Equation
    inputs : PanelInputs
        Of the equation's fill set, as observed or as a scenario changes it.
    own_index : Series or None
        The study's index by (country_iso3, year).

    Returns
    -------
    cells : Cells
        The constant and the terms of the equation in its order; NaN in a row where a driver is missing or has
        no logarithm.
    outcome : Series
        As it enters the equation; NaN where it cannot.
    """
    name = outcome_name(equation.flow)
    levels = equation_levels(study, equation.model, equation.flow, inputs, own_index)
    logged = logged_columns(study, equation.model, equation.flow)
    drivers, of_drivers = levels.drop(columns=name), [term for term in logged if term != name]
    usable = is_usable(drivers, of_drivers)
    # A row that lacks one driver lacks them all: it has no prediction.
    values = np.full(drivers.shape, np.nan)
    values[usable] = take_logarithms(drivers[usable], of_drivers).to_numpy()
    outcome = levels[name]
    if name in logged:
        outcome = np.log(outcome.where(outcome > 0))
    rows = levels.index
    cells = Cells(
        partners=rows.get_level_values("country_iso3").to_numpy(dtype=str),
        years=rows.get_level_values("year").to_numpy(),
        regressors=np.column_stack([np.ones(len(values)), values]),
    )
    return cells, outcome


def predictor(fit: PotentialFit, sample: Cells, outcome: Array, *, is_log: bool) -> Predictor:
    """Return a fit as a linear function.

    Parameters
    ----------
    fit : LinearFit or PoissonFit
    sample : Cells
        The n rows that it was given, with its terms.
    outcome : ndarray, shape (n,)
        As it was given: of Poisson trade in levels.
    is_log : bool
        Whether the outcome is a logarithm; of Poisson predictions are, whatever this says.
    """
    weights, errors = np.ones(len(outcome)), None
    periods = np.unique(sample.years)
    if isinstance(fit, PoissonFit):
        is_kept = ~fit.separation.is_separated
        sample, mu, trade = sample.only(is_kept), fit.mu[is_kept], outcome[is_kept]
        with np.errstate(divide="ignore"):
            errors = np.log(trade / mu)
        outcome, weights, is_log = np.log(mu) + (trade - mu) / mu, mu, True
        periods = np.unique(sample.years)
        has_effects, has_periods = "partner" in fit.effect_names, "period" in fit.effect_names
    else:
        errors = fit.residuals
        has_effects, has_periods = fit.entity_effects is not None, fit.period_effects is not None
    partners, clusters = np.unique(sample.partners, return_inverse=True)
    removed = np.full(len(sample), float(has_effects))
    explains = EXPLAINS.get(fit.estimator, "rows")
    if explains == "rows" and not has_effects and getattr(fit, "components", None) is not None:
        variance, own = fit.components.sigma_u**2, fit.components.sigma_e**2
        counts = np.bincount(clusters)[clusters]
        removed = 1 - np.sqrt(own / (own + counts * variance))
    return Predictor(
        fit=fit,
        sample=sample,
        outcome=outcome,
        weights=weights,
        errors=errors,
        partners=partners,
        clusters=clusters,
        removed=removed,
        has_effects=has_effects,
        is_log=is_log,
        periods=periods if has_periods else None,
        explains=explains,
    )


def regression_of(predictor: Predictor) -> tuple[Array, Array, Array] | None:
    """Return design, outcome and residuals as the estimator regressed them.

    Returns
    -------
    tuple or None
        design (r, c) of the c regressors of `Predictor.drawn`, outcome (r,), residuals (r,). None where these
        normal equations do not give the coefficients of the fit back, or cannot tell the effects apart.
    """
    design = predictor.transformed(predictor.regressors(predictor.sample))[:, predictor.drawn]
    outcome = predictor.transformed(predictor.outcome[:, None])[:, 0]
    if design.shape[0] < design.shape[1]:
        return None
    residuals = outcome - design @ predictor.coefficients[predictor.drawn]
    lengths = np.linalg.norm(design, axis=0)
    if not (lengths > 0).all() or np.linalg.matrix_rank(design / lengths) < design.shape[1]:
        return None
    # Residuals of least squares are orthogonal to every column.
    slack = np.abs(design.T @ residuals) / (lengths * np.linalg.norm(outcome))
    return (design, outcome, residuals) if (slack < SAME_COEFFICIENTS).all() else None


def enlarged_errors(predictor: Predictor) -> Array:
    """Errors of the sample times sqrt(n / (n - coefficients)), since estimation took some of them away."""
    n = len(predictor.errors)
    return predictor.errors * np.sqrt(n / max(n - predictor.n_estimated, 1))
