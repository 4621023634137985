"""A study's scenarios on one benchmark: what changes in the base year, and how the prediction follows."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.benchmark import Benchmark, cells_of
from analysis.design import PanelInputs
from analysis.dimension_change import DimensionMoves, move_dimensions
from analysis.own_index import indicators_of
from analysis.potential.scenarios import TradeGained, trade_gained
from analysis.prediction import Cells
from analysis.study import Study
from analysis.study.potential import DriverChange, Scenario

Array = NDArray[np.float64]


@dataclass(frozen=True)
class ScenarioResult:
    """One scenario on one benchmark.

    Attributes
    ----------
    base_year : int
        The last year of the equation's sample.
    partners : ndarray of str, shape (m,)
        Those with a row of the sample in the base year.
    gained : TradeGained
        By partner, the total last.
    beyond : tuple of str, length m
        Drivers that leave the range observed in the sample, with value and range; empty where none does.
    changes : tuple of str, length m
        What changes of each partner, in words.
    about : tuple of str
        What must be said of all rows, as parts of sentences.
    """

    base_year: int
    partners: NDArray[np.str_]
    gained: TradeGained
    beyond: tuple[str, ...]
    changes: tuple[str, ...]
    about: tuple[str, ...]


def changed(values: Array, change: DriverChange) -> Array:
    """Apply a change to the values of the group in the base year, along the last axis.

    Parameters
    ----------
    values : ndarray, shape (…, partners)
        NaN where missing: such a partner has no change and is nobody's best.
    """
    if change.set_to is not None:
        return np.where(np.isnan(values), np.nan, change.set_to)
    if change.percent is not None:
        return values * (1 + change.percent / 100)
    if change.add is not None:
        return values + change.add
    if np.isnan(values).all():
        return values
    best = np.nanmax if change.to_best == "highest" else np.nanmin
    return np.where(np.isnan(values), np.nan, best(values, axis=-1, keepdims=True))


def changed_variables(study: Study, inputs: PanelInputs, scenario: Scenario, base_year: int) -> PanelInputs:
    """Return the panel with the scenario's variables changed in the base year.

    A level chained from a rate that changes is chained again from the year before.
    """
    values = inputs.values.copy()
    is_base = values.index.get_level_values("year") == base_year
    for change in scenario.changes:
        if change.variable is None:
            continue
        before = values.loc[is_base, change.variable].to_numpy()
        after = changed(before, change)
        values.loc[is_base, change.variable] = after
        for variable in study.variables:
            if variable.chain and variable.chain.rate_variable == change.variable:
                values.loc[is_base, variable.variable] *= (1 + after / 100) / (1 + before / 100)
    return replace(inputs, values=values)


@dataclass(frozen=True)
class ChangedPanel:
    """What a scenario makes of the panel of one fill set, the same for all specifications of an equation.

    Attributes
    ----------
    scenario : Scenario
    base_year : int
    inputs : PanelInputs
    cells : Cells
        Of all terms of the equation.
    about : tuple of str
        What became of the index, as parts of sentences.
    moves : DimensionMoves or None
        What changes of dimensions did; None where there is none.
    """

    scenario: Scenario
    base_year: int
    inputs: PanelInputs
    cells: Cells
    about: tuple[str, ...]
    moves: DimensionMoves | None = None

    @property
    def variables(self) -> set[str]:
        """Variables that changed."""
        named = {change.variable for change in self.scenario.changes if change.variable}
        return named | set(self.moves.variables if self.moves else ())

    def changes_of(self, partner: str) -> str:
        """What changes of a partner, in words."""
        own = [self.moves.moved.get(partner, "")] if self.moves else []
        general = [change.sentence for change in self.scenario.changes if not change.dimension]
        return "; ".join(filter(None, [*own, *general]))


def base_year_of(benchmark: Benchmark) -> int:
    """The last year of the sample."""
    return int(benchmark.predictor.sample.years.max())


def change_panel(benchmark: Benchmark, scenario: Scenario) -> ChangedPanel:
    """Change the panel behind a benchmark in its base year.

    Variables change in the panel and so reach every term that reads them; the index follows its indicators
    with the weights and the scale of the estimate.
    """
    study, grounds = benchmark.study, benchmark.grounds
    base_year = base_year_of(benchmark)
    inputs = changed_variables(study, grounds.inputs, scenario, base_year)
    by_dimension = tuple(change for change in scenario.changes if change.dimension)
    moves = None
    if by_dimension:
        compared = grounds.all_inputs or grounds.inputs
        moves = move_dimensions(study, inputs, compared, by_dimension, base_year)
        inputs = moves.inputs
    panel = ChangedPanel(scenario, base_year, inputs, benchmark.cells, (), moves)
    index, about = _index_after(benchmark, panel)
    moved = replace(grounds, inputs=inputs, own_index=index)
    cells, _ = cells_of(study, benchmark.equation, moved)
    return replace(panel, cells=cells, about=about)


def run_scenario(benchmark: Benchmark, panel: ChangedPanel) -> ScenarioResult:
    """Work out what a scenario does to the trade that one specification predicts.

    Everything that the scenario does not change is as it was in the base year, and so is each partner's
    distance from the norm. In a draw the index follows with the weights of the draw.
    """
    study, scenario, about = benchmark.study, panel.scenario, panel.about
    is_base = benchmark.cells.years == panel.base_year
    is_used = (is_base & benchmark.is_in_sample)[is_base]
    group = benchmark.cells.only(is_base)
    after = _with_index_change(benchmark, scenario, benchmark.own_terms(panel.cells).only(is_base))
    # Years do not change, so their effects have no part.
    moves = after.regressors - group.regressors
    change = moves @ benchmark.predictor.fit.coefficients
    drawn = None if benchmark.draws is None else _drawn_change(benchmark, scenario, group, after)
    if panel.moves and not panel.variables:
        about = (*about, "nobody has a better one to move to: nothing is gained or lost")
    elif not (np.nan_to_num(moves) != 0).any():
        about = (*about, "no term of the equation reads what the scenario changes: nothing is gained or lost")
    missing = sorted(set(group.partners) - set(group.partners[is_used]))
    if missing:
        about = (*about, f"without {', '.join(missing)}, not in the sample in {panel.base_year}")
    unmoved = sorted(set(panel.moves.unmoved if panel.moves else ()) & set(group.partners[is_used]))
    if unmoved:
        about = (
            *about,
            f"nothing moves in {', '.join(unmoved)}, where no dimension is the single lowest one",
        )
    beyond = _beyond(benchmark, panel, group, after, is_base)
    settings, dependent = study.potential.intervals, study.gravity.dependent
    gained = trade_gained(
        benchmark.equation.actual_usd.to_numpy()[is_base][is_used],
        change[is_used],
        None if drawn is None else drawn[:, is_used],
        is_log=benchmark.predictor.is_log,
        unit_usd=dependent.unit_usd,
        level=settings.level,
    )
    return ScenarioResult(
        base_year=panel.base_year,
        partners=group.partners[is_used],
        gained=gained,
        beyond=tuple(
            ", ".join(filter(None, (beyond[at], no_trade)))
            for at, no_trade in zip(np.flatnonzero(is_used), _no_trade(gained), strict=True)
        ),
        changes=tuple(panel.changes_of(partner) for partner in group.partners[is_used]),
        about=about,
    )


def _no_trade(gained: TradeGained) -> list[str]:
    """What of a scenario's trade cannot be trade, by partner; the total is left to them."""
    texts = []
    for before, after in zip(gained.base_usd[:-1], gained.scenario_usd[:-1], strict=True):
        is_beyond_numbers = np.isfinite(before) and before > 0 and np.isnan(after)
        texts.append(
            "trade beyond any number"
            if is_beyond_numbers
            else "trade below 0, which an equation in levels does not exclude"
            if after < 0
            else ""
        )
    return texts


def _index_after(benchmark: Benchmark, panel: ChangedPanel) -> tuple[pd.Series | None, tuple[str, ...]]:
    """The study's index on changed indicators, with fixed weights and scale."""
    study, grounds = benchmark.study, benchmark.grounds
    if grounds.own_index is None or benchmark.index_position is None:
        return grounds.own_index, ()
    names = {item.variable for item in study.index.indicators}
    if not names & panel.variables:
        return grounds.own_index, ()
    if grounds.source is None:
        return grounds.own_index, (f"the index is held as it is: {grounds.not_remade}",)
    once = grounds.source.map_of()
    before, after = (
        once.values(indicators_of(study, inputs))[0] for inputs in (grounds.inputs, panel.inputs)
    )
    rows = grounds.inputs.values.index
    moved = grounds.own_index.reindex(rows) + pd.Series(after - before, rows)
    return moved, ("the index follows its indicators with the weights and the scale of the sample",)


def _with_index_change(benchmark: Benchmark, scenario: Scenario, cells: Cells) -> Cells:
    """Change the terms that are an index where the scenario changes the index itself."""
    regressors = cells.regressors.copy()
    for at, change, term in _index_changes(benchmark, scenario):
        values = np.exp(regressors[:, at]) if term.is_log else regressors[:, at]
        after = changed(values * term.unit, change) / term.unit
        with np.errstate(invalid="ignore", divide="ignore"):
            regressors[:, at] = np.log(after) if term.is_log else after
    return cells.with_regressors(regressors)


def _index_changes(benchmark: Benchmark, scenario: Scenario):
    """Position of the term, change and term, for each index that the scenario changes."""
    terms = {term.term: term for term in benchmark.study.gravity.terms_of(benchmark.equation.model)}
    for change in scenario.changes:
        for at, name in enumerate(benchmark.predictor.fit.terms):
            if change.index is not None and name in terms and terms[name].index == change.index:
                yield at, change, terms[name]


def _drawn_change(benchmark: Benchmark, scenario: Scenario, group: Cells, after: Cells) -> Array:
    """Change of the linear prediction in every draw, shape (draws, partners)."""
    drawn = benchmark.draws
    coefficients = drawn.draws.coefficients
    own = benchmark.predictor
    moves = (own.regressors(after) - own.regressors(group))[:, drawn.columns]
    if drawn.index is None:
        return coefficients @ moves.T
    at = int(np.flatnonzero(drawn.columns == drawn.index_position)[0])
    others = np.delete(np.arange(len(drawn.columns)), at)
    before, moved = drawn.index_values(group), drawn.index_values(after)
    for position, change, _ in _index_changes(benchmark, scenario):
        if position == drawn.index_position:
            moved = changed(moved, change)
    return coefficients[:, others] @ moves[:, others].T + (moved - before) * coefficients[:, at : at + 1]


def _beyond(
    benchmark: Benchmark, panel: ChangedPanel, group: Cells, after: Cells, is_base: NDArray[np.bool_]
) -> list[str]:
    """What leaves the range that the equation was estimated on, by partner of the group."""
    texts: list[list[str]] = [[] for _ in range(len(group))]

    def compare(name: str, values: Array, observed: Array) -> None:
        low, high = np.nanmin(observed), np.nanmax(observed)
        slack = 1e-9 * max(abs(low), abs(high))
        for cell in np.flatnonzero((values < low - slack) | (values > high + slack)):
            texts[cell].append(f"{name} {values[cell]:.4g} is beyond {low:.4g} to {high:.4g}")

    used = set(_variables(benchmark))
    observed = benchmark.grounds.inputs.values
    for variable in sorted(used & panel.variables):
        seen = observed[variable].to_numpy()[benchmark.is_in_sample]
        compare(variable, panel.inputs.values[variable].to_numpy()[is_base], seen)
    terms = {term.term: term for term in benchmark.study.gravity.terms_of(benchmark.equation.model)}
    for at, name in enumerate(benchmark.predictor.fit.terms):
        if name in terms and terms[name].index and (after.regressors[:, at] != group.regressors[:, at]).any():
            compare(name, after.regressors[:, at], benchmark.predictor.sample.regressors[:, at])
    return [", ".join(found) for found in texts]


def _variables(benchmark: Benchmark) -> list[str]:
    """Variables that the terms of the equation read, indicators of its index included."""
    names = []
    for term in benchmark.study.gravity.terms_of(benchmark.equation.model):
        names += term.product_of
        if term.index == "own":
            names += [item.variable for item in benchmark.study.index.indicators]
    return names
