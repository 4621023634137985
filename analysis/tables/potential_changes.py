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
        cells = benchmark.cells.only(benchmark.is_told)
        partners, years = cells.partners.tolist(), cells.years.tolist()
        labels = potential.label.to_numpy()[benchmark.is_told]
        named = names(benchmark.study, potential.equation, benchmark.key)
        for cell in np.flatnonzero([label is not None for label in labels]):
            for position, item in enumerate(benchmark.study.potential.classes):
                yield {
                    **named,
                    "partner_iso3": partners[cell],
                    "year": years[cell],
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
        years = cells.years
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
        named = names(benchmark.study, potential.equation, benchmark.key)
        partner_of, year_of = cells.partners.tolist(), cells.years.tolist()
        for pair, row in enumerate(after):
            for at, (driver, kind) in enumerate(kinds.items()):
                is_residual = driver == RESIDUAL
                yield {
                    **named,
                    "partner_iso3": partner_of[row],
                    "year": year_of[row],
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
        cells, ratio = benchmark.cells, potential.ratio.to_numpy()
        labels = [label if isinstance(label, str) else None for label in potential.label]
        # Rows are sorted by partner, then year.
        partners, starts = np.unique(cells.partners, return_index=True)
        for partner, start, end in zip(partners.tolist(), starts, [*starts[1:], len(cells)], strict=True):
            years = cells.years[start:end].tolist()
            way = trajectory(years, labels[start:end])
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
                "first_ratio": ratio[start + years.index(way.first_year)],
                "last_ratio": ratio[start + years.index(way.last_year)],
                "is_selected": benchmark.is_selected,
            }
