"""The trade that an estimated specification leads to expect of every partner and year, and how sure it is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.design import PanelInputs
from analysis.equation import Equation, Key, Selected, is_selected
from analysis.fixed_index import FIXED_WEIGHTS, HELD, FixedIndexSource, fixed_index_source
from analysis.gravity.poisson_fit import PoissonFit
from analysis.index.composite import CompositeIndex
from analysis.index_redraw import IndexNotRemade, IndexSource, index_source
from analysis.own_index import entering, indicators_of
from analysis.potential.intervals import PotentialIntervals, potential_intervals
from analysis.potential.ratio import predicted_levels, smearing_factor
from analysis.prediction import (
    Array,
    Cells,
    PotentialFit,
    Predictor,
    enlarged_errors,
    equation_cells,
    predictor,
)
from analysis.prediction_draws import NoDraws, PredictionDraws, prediction_draws
from analysis.sample import Sample
from analysis.study import Study


@dataclass(frozen=True)
class Grounds:
    """What the equations of one fill set stand on.

    Attributes
    ----------
    inputs : PanelInputs
        Of partners.
    own_index : Series or None
        By (country_iso3, year) of all countries that it compares.
    source : IndexSource, FixedIndexSource or None
        What makes the index again; None where there is no index or it cannot.
    not_remade : str
        Why it cannot, as part of a sentence; empty where it can or there is none.
    all_inputs : PanelInputs or None
        Of all countries that the index compares; None where there is no index.
    """

    inputs: PanelInputs
    own_index: pd.Series | None = None
    source: IndexSource | FixedIndexSource | None = None
    not_remade: str = ""
    all_inputs: PanelInputs | None = None


def grounds_of(
    study: Study,
    inputs: PanelInputs,
    all_inputs: PanelInputs,
    index: CompositeIndex | None,
    sample: Sample | None,
) -> Grounds:
    """Hold together the panel of a fill set and its index.

    Parameters
    ----------
    inputs : PanelInputs
        Of partners.
    all_inputs : PanelInputs
        Of all countries that the index compares.
    index, sample : CompositeIndex, Sample or None
        The index that was built, with its rows; None where there is none.
    """
    if index is None:
        return Grounds(inputs, all_inputs=all_inputs if study.index else None)
    own_index = pd.Series(index.index, index=sample.rows)
    names = [item.variable for item in study.index.indicators]
    retention = study.index.retention
    columns = entering(study, all_inputs.values.loc[sample.rows, names]).to_numpy()
    try:
        if index.method.weights in FIXED_WEIGHTS:
            source = fixed_index_source(index, sample, columns, tuple(names))
        else:
            source = index_source(index, sample, columns, retention.rule, retention.value)
    except IndexNotRemade as refusal:
        return Grounds(inputs, own_index, None, str(refusal), all_inputs)
    return Grounds(inputs, own_index, source, all_inputs=all_inputs)


@dataclass(frozen=True)
class Benchmark:
    """One estimated specification as a norm for trade.

    Attributes
    ----------
    study : Study
    equation : Equation
    key : Key
    is_selected : bool
    grounds : Grounds
    predictor : Predictor
    cells : Cells
        Every row of the panel.
    is_in_sample : ndarray of bool
        Whether each row of the panel is estimated on; of Poisson without separated ones.
    outcome : Series
        As it enters the equation, by row of the panel; NaN where it cannot.
    smearing : float
        1 where the outcome is no logarithm, and of Poisson, which predicts the mean itself.
    """

    study: Study
    equation: Equation
    key: Key
    is_selected: bool
    grounds: Grounds
    predictor: Predictor
    cells: Cells
    is_in_sample: NDArray[np.bool_]
    outcome: pd.Series
    smearing: float

    @property
    def siblings(self) -> tuple[str, str, Key]:
        """What it shares with its like under other fill sets: model, flow, estimator and covariance."""
        return self.equation.model.model, self.equation.flow.flow, self.key

    @cached_property
    def linear(self) -> Array:
        """Linear prediction of each row of the panel that potential is told of; NaN in the others."""
        fitted = np.full(len(self.cells), np.nan)
        if self.study.potential.sample == "every_row_with_drivers":
            fitted = self.predictor.linear(self.cells)
        fitted[self.is_in_sample] = self.predictor.fitted
        return fitted

    @cached_property
    def predicted_usd(self) -> pd.Series:
        """Expected trade in USD by row of the panel."""
        levels = predicted_levels(
            self.linear,
            self.study.gravity.dependent.unit_usd,
            is_log=self.predictor.is_log,
            smearing=self.smearing,
        )
        return pd.Series(levels, self.equation.actual_usd.index)

    @cached_property
    def index_position(self) -> int | None:
        """Which term of the fit is the study's own index."""
        own = {term.term for term in self.study.gravity.terms_of(self.equation.model) if term.index == "own"}
        return next((at for at, term in enumerate(self.predictor.fit.terms) if term in own), None)

    @property
    def source(self) -> IndexSource | FixedIndexSource | None:
        """What makes the index of the equation again; None where it has none or enters in another form."""
        if self.index_position is None:
            return None
        name = self.predictor.fit.terms[self.index_position]
        term = next(item for item in self.study.gravity.terms if item.term == name)
        return None if term.is_log else self.grounds.source

    @cached_property
    def _drawn(self) -> tuple[PredictionDraws | None, str]:
        # Weights that no row has a say in are the same in every draw.
        source = self.source if isinstance(self.source, IndexSource) else None
        settings = self.study.potential.intervals
        try:
            return prediction_draws(self.predictor, settings, self.index_position, source), ""
        except NoDraws as refusal:
            return None, str(refusal)

    @property
    def draws(self) -> PredictionDraws | None:
        """Draws of the equation; None where there can be none."""
        return self._drawn[0]

    @property
    def about_draws(self) -> str:
        """How intervals were drawn, or why there are none."""
        draws, refusal = self._drawn
        if draws is None:
            return refusal
        if self.index_position is None or draws.index is not None:
            return draws.sentence
        if isinstance(self.grounds.source, FixedIndexSource):
            return f"{draws.sentence}; {HELD}"
        why = f": {self.grounds.not_remade}" if self.grounds.not_remade else ""
        return f"{draws.sentence}; the index is held as it is{why}"

    @cached_property
    def drawn_smearing(self) -> Array:
        """Smearing factor of each draw."""
        return self.draws.smearing(self.study.potential.smearing)

    @cached_property
    def errors(self) -> Array:
        """Errors of new draws: residuals, enlarged for the coefficients that they cost."""
        return enlarged_errors(self.predictor)

    @cached_property
    def is_told(self) -> np.ndarray:
        """Whether each row of the panel has a prediction."""
        return np.isfinite(self.linear)

    @cached_property
    def intervals(self) -> PotentialIntervals | None:
        """Intervals and class probabilities of the rows that have a prediction; None without draws."""
        if self.draws is None:
            return None
        draws, cells = self.draws, self.cells.only(self.is_told)
        settings, dependent = self.study.potential.intervals, self.study.gravity.dependent
        return potential_intervals(
            self.equation.actual_usd.to_numpy()[self.is_told],
            self.linear[self.is_told],
            lambda block: draws.linear(cells.only(block)),
            lambda block: draws.smooth(cells.only(block)),
            self.errors,
            self.study.potential.classes,
            is_log=self.predictor.is_log,
            unit_usd=dependent.unit_usd,
            level=settings.level,
            seed=settings.seed,
            smearing=self.smearing,
            drawn_smearing=self.drawn_smearing,
        )

    def own_terms(self, cells: Cells) -> Cells:
        """Cells of the equation with the terms that this specification kept."""
        names = ["const", *self.equation.model.terms]
        return cells.columns([names.index(term) for term in self.predictor.fit.terms])


def benchmarks(
    study: Study,
    equations: Sequence[Equation],
    selected: Mapping[str, Selected],
    grounds: Mapping[str, Grounds],
) -> Iterator[Benchmark]:
    """Every estimated specification that has potential, in the order of equations and specifications.

    Parameters
    ----------
    selected : mapping of str to Selected
        By flow.
    grounds : mapping of str to Grounds
        By fill set.
    """
    for equation in equations:
        found = None
        for item in equation.specifications:
            key = (item.estimator, item.covariance)
            is_chosen = is_selected(study, equation, key, selected)
            # A frontier tells the most that is possible, not what is to be expected.
            is_norm = isinstance(equation.fits.get(key), PotentialFit)
            if is_norm and (item.has_potential or is_chosen):
                found = found or cells_of(study, equation, grounds[equation.fill_set])
                yield _benchmark(study, equation, key, grounds[equation.fill_set], *found, is_chosen)


def benchmark_of(study: Study, equation: Equation, key: Key, grounds: Grounds) -> Benchmark:
    """Return one estimated specification, not the selected one, as a norm for trade."""
    return _benchmark(study, equation, key, grounds, *cells_of(study, equation, grounds), False)


def _benchmark(
    study: Study,
    equation: Equation,
    key: Key,
    grounds: Grounds,
    cells: Cells,
    outcome: pd.Series,
    is_chosen: bool,
) -> Benchmark:
    fit = equation.fits[key]
    names = ["const", *equation.model.terms]
    cells = cells.columns([names.index(term) for term in fit.terms])
    is_in = equation.sample_of(key).is_in.copy()
    if isinstance(fit, PoissonFit):
        outcome = equation.actual_usd / study.gravity.dependent.unit_usd
    own = predictor(fit, cells.only(is_in), outcome[is_in].to_numpy(), is_log=study.gravity.dependent.is_log)
    kind = study.potential.smearing if own.is_log and not own.is_poisson else "none"
    smearing = 1.0 if kind == "none" else smearing_factor(fit.residuals, kind, own.n_estimated)
    if isinstance(fit, PoissonFit):
        is_in[is_in] = ~fit.separation.is_separated
    return Benchmark(
        study=study,
        equation=equation,
        key=key,
        is_selected=is_chosen,
        grounds=grounds,
        predictor=own,
        cells=cells,
        is_in_sample=is_in,
        outcome=outcome,
        smearing=smearing,
    )


def cells_of(study: Study, equation: Equation, grounds: Grounds) -> tuple[Cells, pd.Series]:
    """As `equation_cells`, with the indicators of the index where it can be made again."""
    cells, outcome = equation_cells(study, equation, grounds.inputs, grounds.own_index)
    if grounds.source is None:
        return cells, outcome
    return replace(cells, indicators=indicators_of(study, grounds.inputs)), outcome
