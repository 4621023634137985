"""Which rows enter an estimation, and the ledger of those that do not."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
import pandas as pd

MISSING = "missing"
NOT_POSITIVE = "logarithm of a number that is not positive"

LEDGER_COLUMNS = ["country_iso3", "year", "rule", "terms"]


@dataclass(frozen=True)
class Sample:
    """Rows that enter, and why the others do not.

    Attributes
    ----------
    rows : MultiIndex, shape (n,)
        (country_iso3, year) of the rows that enter, in the order given.
    ledger : DataFrame
        One row per row that does not enter: country_iso3, year, rule, terms (those at fault, comma between).
        A row is removed by the first rule that it breaks, so rows in = rows that enter + rows of the ledger.
    n_candidates : int
        Rows looked at.
    """

    rows: pd.MultiIndex
    ledger: pd.DataFrame
    n_candidates: int

    @property
    def sentence(self) -> str:
        """What the ledger says, in words; empty when every row enters."""
        if self.ledger.empty:
            return ""
        parts = []
        for (rule, terms), group in self.ledger.groupby(["rule", "terms"], sort=True):
            parts.append(f"{len(group)} for {terms} ({rule})")
        return f"{len(self.rows)} of {self.n_candidates} rows enter; left out: {'; '.join(parts)}"


def select_rows(levels: pd.DataFrame, logged: Collection[str]) -> Sample:
    """Choose the rows whose every column is there and can be used as it is meant to be.

    Parameters
    ----------
    levels : DataFrame, shape (m, columns)
        Dependent variable and regressors before logarithms, indexed by (country_iso3, year); NaN where
        missing.
    logged : collection of str
        Columns that enter in logarithms.

    Returns
    -------
    Sample

    Raises
    ------
    ValueError
        When a value is infinite or a row is there twice: neither is a missing value to be dropped silently.
    """
    repeated = levels.index[levels.index.duplicated()]
    if len(repeated):
        raise ValueError(
            f"panel: seen {_named(repeated[0])} more than once, expected each country and year once"
        )
    values = levels.to_numpy(dtype=float)
    if np.isinf(values).any():
        row, column = np.argwhere(np.isinf(values))[0]
        raise ValueError(
            f"panel: seen {values[row, column]} in {levels.columns[column]} of {_named(levels.index[row])}, "
            "expected a finite number or none"
        )
    is_missing = np.isnan(values)
    is_not_positive = np.zeros_like(is_missing)
    for column in [levels.columns.get_loc(name) for name in logged]:
        is_not_positive[:, column] = values[:, column] <= 0

    entries, keep = [], np.ones(len(levels), dtype=bool)
    for rule, is_broken in ((MISSING, is_missing), (NOT_POSITIVE, is_not_positive)):
        for row in np.flatnonzero(keep & is_broken.any(axis=1)):
            terms = ", ".join(levels.columns[is_broken[row]])
            entries.append((*levels.index[row], rule, terms))
            keep[row] = False
    ledger = pd.DataFrame(entries, columns=LEDGER_COLUMNS).sort_values(
        ["country_iso3", "year"], ignore_index=True
    )
    return Sample(rows=levels.index[keep], ledger=ledger, n_candidates=len(levels))


def _named(row: tuple[str, int]) -> str:
    country, year = row
    return f"{country} {year}"
