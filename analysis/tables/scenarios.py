"""Scenarios as a table: trade gained by partner and by all of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from analysis.benchmark import Benchmark
from analysis.scenarios import ChangedPanel, base_year_of, change_panel, run_scenario
from analysis.tables.caveats import joined, sentence
from analysis.tables.gravity import names

ALL = "all"
"""Scope of the row that counts all partners together."""


def scenario_rows(benchmarks: Sequence[Benchmark]) -> Iterator[dict[str, Any]]:
    """Rows of `potential_scenarios`: every scenario of the study on every specification with potential."""
    panels: dict[tuple[str, str, int, str], ChangedPanel] = {}
    for benchmark in benchmarks:
        equation, base_year = benchmark.equation, base_year_of(benchmark)
        for scenario in benchmark.study.potential.scenarios:
            # Drivers are the same for every flow and estimator of a model.
            named = (equation.model.model, equation.fill_set, base_year, scenario.scenario)
            if named not in panels:
                panels[named] = change_panel(benchmark, scenario)
            result = run_scenario(benchmark, panels[named])
            for position, scope in enumerate([*result.partners, ALL]):
                beyond = [result.beyond[position]] if scope != ALL else _each(result.partners, result.beyond)
                is_within = not any(beyond)
                row = {
                    name: values[position]
                    for name, values in result.gained.__dict__.items()
                    if name != "base_usd"
                }
                yield {
                    **names(benchmark.study, benchmark.equation, benchmark.key),
                    "scenario": scenario.scenario,
                    "scope": scope,
                    "base_year": result.base_year,
                    "scenario_title": scenario.title,
                    "changes": (
                        "; ".join(change.sentence for change in scenario.changes)
                        if scope == ALL
                        else result.changes[position]
                    ),
                    "actual_trade_usd": result.gained.base_usd[position],
                    "scenario_trade_usd": row.pop("scenario_usd"),
                    **row,
                    "is_within_range": is_within,
                    "interval_level": benchmark.study.potential.intervals.level,
                    "interval_method": sentence(benchmark.about_draws),
                    "is_selected": benchmark.is_selected,
                    "caveat": joined(
                        [
                            ""
                            if is_within
                            else f"leaves the observed range: {'; '.join(filter(None, beyond))}",
                            *result.about,
                        ]
                    ),
                }


def _each(partners: Sequence[str], beyond: Sequence[str]) -> list[str]:
    return [f"{partner}: {text}" for partner, text in zip(partners, beyond, strict=True) if text]
