"""Potential over the years as tables: class probabilities, what moved trade, the way through the classes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from analysis.gravity.panel_data import CONSTANT
from analysis.potential.decomposition import decompose_levels, decompose_logs
from analysis.potential.trajectory import trajectory
from analysis.tables.gravity import names
from analysis.tables.potential import Potential

RESIDUAL, PERIOD = "residual", "period_effect"


def class_probability_rows(potentials: Sequence[Potential]) -> Iterator[dict[str, Any]]:
    """Rows of `potential_class_probabilities`: every class of every cell whose K is defined and drawn."""
    for potential in potentials:
        benchmark = potential.benchmark
        intervals = benchmark.intervals
        if intervals is None:
            continue
        rows = benchmark.cells.rows[benchmark.is_told].to_list()
        labels = potential.label.to_numpy()[benchmark.is_told]
        for cell in np.flatnonzero([label is not None for label in labels]):
            for position, item in enumerate(benchmark.study.potential.classes):
                yield {
                    **names(benchmark.study, potential.equation, benchmark.key),
                    "partner_iso3": rows[cell][0],
                    "year": rows[cell][1],
                    "potential_class": item.label,
                    "position": position + 1,
                    "probability": intervals.class_probabilities[cell, position],
                    "is_selected": benchmark.is_selected,
                }


def decomposition_rows(potentials: Sequence[Potential]) -> Iterator[dict[str, Any]]:
    """Rows of `potential_decomposition`: every driver of every year after another one of the sample.

    Where a partner lacks a year there is no change into the next one: a change is from one year to the year
    after it.
    """
    for potential in potentials:
        benchmark = potential.benchmark
        own, cells = benchmark.predictor, benchmark.cells
        years = cells.rows.get_level_values("year").to_numpy()
        told = benchmark.is_told & np.isfinite(potential.equation.actual_usd.to_numpy())
        # Rows are sorted by partner, then year.
        is_pair = (cells.partners[1:] == cells.partners[:-1]) & (years[1:] == years[:-1] + 1)
        after = np.flatnonzero(is_pair & told[1:] & told[:-1]) + 1
        before = after - 1
        drivers = [at for at, term in enumerate(own.fit.terms) if term != CONSTANT]
        regressors = own.regressors(cells)
        changes = (regressors[after] - regressors[before]) * own.coefficients
        contributions = changes[:, drivers]
        kinds = {own.fit.terms[at]: "term" for at in drivers}
        if own.periods is not None:
            # All years have an effect of their own: what a change of year brings to every partner alike.
            of_year = changes[:, len(own.fit.terms) :].sum(axis=1)
            contributions = np.column_stack([contributions, of_year])
            kinds[PERIOD] = PERIOD
        kinds[RESIDUAL] = RESIDUAL
        actual = potential.equation.actual_usd.to_numpy()
        predicted = potential.predicted_usd.to_numpy()
        if own.is_log:
            parts = decompose_logs(
                contributions, actual[before], actual[after], predicted[before], predicted[after]
            )
        else:
            unit = benchmark.study.gravity.dependent.unit_usd
            parts = decompose_levels(contributions, actual[before], actual[after], unit)
        named, cell_of = names(benchmark.study, potential.equation, benchmark.key), cells.rows.to_list()
        for pair, row in enumerate(after):
            for at, (driver, kind) in enumerate(kinds.items()):
                is_residual = driver == RESIDUAL
                yield {
                    **named,
                    "partner_iso3": cell_of[row][0],
                    "year": cell_of[row][1],
                    "driver": driver,
                    "driver_kind": kind,
                    "log_contribution": parts.in_logarithms[pair, at],
                    "actual_change_usd": parts.actual_usd[pair, at],
                    # What the equation does not explain is no part of what it predicts.
                    "predicted_change_usd": 0.0 if is_residual else parts.predicted_usd[pair, at],
                    "is_selected": benchmark.is_selected,
                }


def trajectory_rows(potentials: Sequence[Potential]) -> Iterator[dict[str, Any]]:
    """Rows of `potential_trajectory`: every partner that has a class in some year."""
    for potential in potentials:
        benchmark = potential.benchmark
        for partner, labels in potential.label.groupby(level="country_iso3", sort=True):
            years = labels.index.get_level_values("year")
            way = trajectory(list(years), [label if isinstance(label, str) else None for label in labels])
            if way is None:
                continue
            yield {
                **names(benchmark.study, potential.equation, benchmark.key),
                "partner_iso3": partner,
                "first_year": way.first_year,
                "last_year": way.last_year,
                "n_years": way.n_years,
                "first_class": way.first_class,
                "last_class": way.last_class,
                "n_changes": way.n_changes,
                "is_stable": way.is_stable,
                "class_path": way.path,
                "first_ratio": potential.ratio.loc[(partner, way.first_year)],
                "last_ratio": potential.ratio.loc[(partner, way.last_year)],
                "is_selected": benchmark.is_selected,
            }
