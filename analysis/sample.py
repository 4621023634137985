"""Which rows enter an estimation, and the ledger of those that do not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray

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
    is_in : ndarray of bool, shape (n_candidates,)
        Whether each row that was looked at enters.
    """

    rows: pd.MultiIndex
    ledger: pd.DataFrame
    is_in: NDArray[np.bool_]

    @property
    def n_candidates(self) -> int:
        """Rows looked at."""
        return len(self.is_in)

    @cached_property
    def sentence(self) -> str:
        """What the ledger says, in words; empty when every row enters."""
        if self.ledger.empty:
            return ""
        counts = Counter(zip(self.ledger["rule"], self.ledger["terms"], strict=True))
        parts = [f"{count} for {terms} ({rule})" for (rule, terms), count in sorted(counts.items())]
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
    is_missing, is_not_positive = _broken_rules(levels, logged)
    entries, keep = [], np.ones(len(levels), dtype=bool)
    for rule, is_broken in ((MISSING, is_missing), (NOT_POSITIVE, is_not_positive)):
        for row in np.flatnonzero(keep & is_broken.any(axis=1)):
            terms = ", ".join(levels.columns[is_broken[row]])
            entries.append((*levels.index[row], rule, terms))
            keep[row] = False
    ledger = pd.DataFrame(entries, columns=LEDGER_COLUMNS).sort_values(
        ["country_iso3", "year"], ignore_index=True
    )
    return Sample(rows=levels.index[keep], ledger=ledger, is_in=keep)


def is_usable(levels: pd.DataFrame, logged: Collection[str]) -> NDArray[np.bool_]:
    """Which rows :func:`select_rows` chooses, without a ledger; arguments and errors are the same."""
    is_missing, is_not_positive = _broken_rules(levels, logged)
    return ~(is_missing | is_not_positive).any(axis=1)


def _broken_rules(
    levels: pd.DataFrame, logged: Collection[str]
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Where a value is missing, and where it has no logarithm though it enters in one; shape (m, columns)."""
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
    return is_missing, is_not_positive


def _named(row: tuple[str, int]) -> str:
    country, year = row
    return f"{country} {year}"
