"""All tables of potential from the equations of a study."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from analysis.benchmark import benchmarks, grounds_of
from analysis.design import PanelInputs
from analysis.equation import Equation, Selected
from analysis.frontier_efficiency import frontier_efficiencies
from analysis.index.composite import CompositeIndex
from analysis.sample import Sample
from analysis.study import Study
from analysis.tables.backtest import backtest_rows
from analysis.tables.potential import potential_of, potential_rows
from analysis.tables.potential_changes import class_probability_rows, decomposition_rows, trajectory_rows
from analysis.tables.scenarios import scenario_rows


def potential_tables(
    study: Study,
    equations: Sequence[Equation],
    selected: Mapping[str, Selected],
    partners: Mapping[str, PanelInputs],
    inputs: Mapping[str, PanelInputs],
    built: Mapping[str, tuple[CompositeIndex, Sample]],
) -> dict[str, list[dict[str, Any]]]:
    """Return the rows of every table that tells of potential.

    Parameters
    ----------
    study : Study
        With gravity and potential.
    equations : sequence of Equation
    selected : mapping of str to Selected
        By flow.
    partners, inputs : mapping of str to PanelInputs
        By fill set: of partners, and of all countries that the index compares.
    built : mapping of str to (CompositeIndex, Sample)
        The index by fill set, where it could be built.
    """
    grounds = {
        fill_set: grounds_of(study, cells, inputs[fill_set], *built.get(fill_set, (None, None)))
        for fill_set, cells in partners.items()
    }
    norms = list(benchmarks(study, equations, selected, grounds))
    potentials = [potential_of(norm) for norm in norms]
    efficiencies = frontier_efficiencies(study, (norm.equation for norm in norms))
    return {
        "trade_potential": list(potential_rows(potentials, efficiencies)),
        "potential_class_probabilities": list(class_probability_rows(potentials)),
        "potential_decomposition": list(decomposition_rows(potentials)),
        "potential_trajectory": list(trajectory_rows(potentials)),
        "potential_scenarios": list(scenario_rows(norms)),
        "backtest": list(backtest_rows(norms)),
    }
