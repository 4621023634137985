"""A scenario's change by dimension: whose indicators a country gets, and what is said of it."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pandas as pd

from analysis.design import PanelInputs
from analysis.own_dimensions import OwnDimensions, own_dimensions
from analysis.study import Study
from analysis.study.potential import BINDING, DriverChange


@dataclass(frozen=True)
class DimensionMoves:
    """What changes of dimensions do in the base year.

    Attributes
    ----------
    inputs : PanelInputs
        With the indicators changed.
    moved : dict of str to str
        By country, which dimension moves and to whose indicators, or why none does; in words.
    variables : tuple of str
        Indicators of any country that changed.
    unmoved : tuple of str
        Countries of which no dimension is the single lowest one, in order of code.
    """

    inputs: PanelInputs
    moved: dict[str, str]
    variables: tuple[str, ...] = ()
    unmoved: tuple[str, ...] = ()


def move_dimensions(
    study: Study,
    inputs: PanelInputs,
    all_inputs: PanelInputs,
    changes: tuple[DriverChange, ...],
    base_year: int,
) -> DimensionMoves:
    """Give each country the indicators of the best one in a dimension, where they are better than its own.

    The best is the country with the highest score in the base year; of several, the first by code. A missing
    indicator stays missing, and one that the best country lacks stays as it is.

    Parameters
    ----------
    study : Study
        With an index.
    inputs : PanelInputs
        Of partners; these are changed.
    all_inputs : PanelInputs
        Of all countries that the index compares, of the same fill set.
    changes : tuple of DriverChange
        Those of dimensions.
    base_year : int
    """
    own = own_dimensions(study, all_inputs)
    values = inputs.values.copy()
    countries = [country for country, year in values.index if year == base_year]
    if own is None:
        return DimensionMoves(inputs, dict.fromkeys(countries, "nothing moves: no indicator varies"))
    binding, leaders = own.binding(), own.leaders(base_year)
    moved: dict[str, list[str]] = {country: [] for country in countries}
    variables: dict[str, None] = {}
    unmoved = []
    for change in changes:
        for country in countries:
            row = (country, base_year)
            name = binding.get(row) if change.dimension == BINDING else change.dimension
            if name is None:
                unmoved.append(country)
                moved[country].append("nothing moves: no dimension is the single lowest one")
                continue
            best = leaders.get(name, ())
            if not best or country in best:
                moved[country].append(
                    f"{name} stays: {'nobody has a score' if not best else 'nobody is better'}"
                )
                continue
            after = _indicators_of(
                own, study, name, values.loc[row], all_inputs.values.loc[(best[0], base_year)]
            )
            variables |= dict.fromkeys(after)
            for variable, value in after.items():
                _set(study, values, row, variable, value)
            moved[country].append(f"{name} to {best[0]}")
    return DimensionMoves(
        replace(inputs, values=values),
        {country: "; ".join(texts) for country, texts in moved.items()},
        tuple(variables),
        tuple(dict.fromkeys(unmoved)),
    )


def _indicators_of(
    own: OwnDimensions, study: Study, name: str, before: pd.Series, best: pd.Series
) -> dict[str, float]:
    """Indicators of a dimension that are better in the best country, with the values there."""
    found = {}
    for item in study.index.indicators:
        if own.dimensions[item.variable] != name:
            continue
        sign = -1 if item.direction == "lower_is_better" else 1
        # Comparisons with a missing value are false on both sides.
        if sign * best[item.variable] > sign * before[item.variable]:
            found[item.variable] = float(best[item.variable])
    return found


def _set(study: Study, values: pd.DataFrame, row: tuple[str, int], variable: str, value: float) -> None:
    """Change one cell, and the level that is chained from it."""
    before = values.at[row, variable]
    values.at[row, variable] = value
    for item in study.variables:
        if item.chain and item.chain.rate_variable == variable:
            values.at[row, item.variable] *= (1 + value / 100) / (1 + before / 100)
