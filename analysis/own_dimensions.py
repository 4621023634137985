"""Scores of the dimensions of a study's index, the same for tables and for scenarios."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.design import PanelInputs
from analysis.index.dimensions import DimensionScores, dimension_scores
from analysis.own_index import indicators_of
from analysis.study import Study


@dataclass(frozen=True)
class OwnDimensions:
    """Scores of every country and year of a fill set.

    Attributes
    ----------
    rows : MultiIndex, shape (n,)
        (country_iso3, year).
    names : tuple of str, length p
        Indicators that are scored: those that vary.
    positions : tuple of int, length p
        Their places among the indicators of the index.
    refused : tuple of str
        Those of which there is one value only, or none.
    values : ndarray, shape (n, p)
        As they enter, higher being better; nan where missing.
    dimensions : dict of str to str
        Dimension of each indicator of the index.
    scored : DimensionScores
    """

    rows: pd.MultiIndex
    names: tuple[str, ...]
    positions: tuple[int, ...]
    refused: tuple[str, ...]
    values: np.ndarray
    dimensions: dict[str, str]
    scored: DimensionScores

    @property
    def years(self) -> np.ndarray:
        """Year of each row, shape (n,)."""
        return self.rows.get_level_values("year").to_numpy()

    def scores(self) -> pd.DataFrame:
        """Scores by row and dimension; nan where the row has none of the dimension's indicators."""
        return self.scored.to_frame(self.rows)

    def leaders(self, year: int) -> dict[str, tuple[str, ...]]:
        """Countries with the best score of a year by dimension, in order of code; none where none has one."""
        is_year = self.years == year
        countries, scores = self.rows[is_year].get_level_values("country_iso3"), self.scored.scores[is_year]
        found = {}
        for at, dimension in enumerate(self.scored.names):
            values = scores[:, at]
            best = np.nanmax(values) if np.isfinite(values).any() else np.inf
            is_best = np.isclose(values, best, rtol=0, atol=1e-12)
            found[dimension] = tuple(sorted(countries[is_best]))
        return found

    def binding(self) -> pd.Series:
        """Dimension that binds in each row; None where none is the single lowest."""
        names = np.array([*self.scored.names, None], dtype=object)
        at = np.where(self.scored.is_binding.any(axis=1), self.scored.is_binding.argmax(axis=1), -1)
        return pd.Series(names[at], index=self.rows, dtype=object)


def own_dimensions(study: Study, inputs: PanelInputs) -> OwnDimensions | None:
    """Score every row of a fill set in every dimension of the index; None where no indicator varies.

    Parameters
    ----------
    study : Study
        With an index.
    inputs : PanelInputs
        Of all countries that the index compares.
    """
    names = [item.variable for item in study.index.indicators]
    dimensions = {
        item.variable: dimension.dimension
        for dimension in study.index.dimensions
        for item in dimension.indicators
    }
    values = indicators_of(study, inputs)
    kept = [at for at in range(len(names)) if len(np.unique(values[~np.isnan(values[:, at]), at])) > 1]
    if not kept:
        return None
    used, rows = [names[at] for at in kept], inputs.values.index
    return OwnDimensions(
        rows=rows,
        names=tuple(used),
        positions=tuple(kept),
        refused=tuple(name for at, name in enumerate(names) if at not in kept),
        values=values[:, kept],
        dimensions=dimensions,
        scored=dimension_scores(values[:, kept], used, dimensions, rows.get_level_values("year")),
    )
