"""A composite index by all stages: denominate, screen, impute, treat, normalise, aggregate level by level."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.index.aggregation import Mean
from analysis.index.correlation import IndicatorError, checked_indicators
from analysis.index.hierarchy import Levels, Member, aggregate_levels
from analysis.index.scaling import Scaling, scale, turned
from analysis.index.treatment import Treated, TreatmentRule, treat

TO_HUNDRED = Scaling("min_max", low=0.0, high=100.0)


@dataclass(frozen=True)
class StagedIndex:
    """An index with every stage that led to it.

    Attributes
    ----------
    normalised : ndarray, shape (n, p)
        Indicators on one scale, more of each being better.
    treated : Treated or None
        What was done to outliers.
    levels : Levels
        Values of every group; the last is the index.
    """

    normalised: np.ndarray
    treated: Treated | None
    levels: Levels

    @property
    def index(self) -> np.ndarray:
        """The index itself, shape (n,)."""
        return self.levels.values[:, -1]

    def to_frame(self, index: pd.Index | None = None) -> pd.DataFrame:
        """One column per group, rows as given."""
        return self.levels.to_frame(index)


def denominate(values: np.ndarray, denominators: np.ndarray, factor: float = 1.0) -> np.ndarray:
    """Divide by the size of the unit: x / d times `factor`; nan where either is missing.

    Raises
    ------
    IndicatorError
        A denominator is 0 or less.
    """
    denominators = np.asarray(denominators, dtype=float)
    if (denominators <= 0).any():
        raise IndicatorError(f"denominate: seen {np.nanmin(denominators):g}, expected numbers above 0")
    return np.asarray(values, dtype=float) / denominators * factor


def is_screened_in(values: np.ndarray, minimum_share: float) -> np.ndarray:
    """Whether a row has at least this share of its indicators, shape (n,)."""
    return (~np.isnan(np.asarray(values, dtype=float))).mean(axis=1) >= minimum_share


def impute_group_mean(
    values: np.ndarray, groups: Sequence[object] | None = None
) -> tuple[np.ndarray, np.ndarray]:
    """Fill missing cells by the mean of the indicator in the row's group, or in all rows.

    Parameters
    ----------
    values : array_like, shape (n, p)
    groups : sequence, length n, optional
        Group of each row, for example of income; none for one group of all.

    Returns
    -------
    filled : ndarray, shape (n, p)
        A cell whose group has no value at all stays missing.
    is_filled : ndarray of bool, shape (n, p)
    """
    values = np.array(values, dtype=float)
    labels = pd.Series(np.zeros(len(values)) if groups is None else list(groups))
    means = pd.DataFrame(values).groupby(labels, dropna=False).transform("mean").to_numpy()
    is_filled = np.isnan(values) & ~np.isnan(means)
    return np.where(is_filled, means, values), is_filled


def staged_index(
    values: np.ndarray,
    names: Sequence[str],
    structure: Iterable[Member],
    *,
    directions: Mapping[str, int] | None = None,
    treatment: TreatmentRule | None = None,
    scaling: Scaling = TO_HUNDRED,
    means: Mean | Sequence[Mean] = "arithmetic",
    minimum_share: float = 0.0,
    years: Sequence[int] | None = None,
) -> StagedIndex:
    """Treat outliers, normalise and aggregate level by level.

    Parameters
    ----------
    values : array_like, shape (n, p)
        Denominated and imputed as wanted; nan where missing.
    names : sequence of str, length p
    structure : iterable of Member
    directions : mapping of str to int, optional
        -1 for an indicator of which less is better; 1 where nothing is said.
    treatment : TreatmentRule, optional
        None leaves outliers alone.
    scaling : Scaling
        By default min-max to [0, 100] over all rows. Goalposts are in the unit of the values given.
    means : str or sequence of str
        As in `aggregate_levels`.
    minimum_share : float
        As in `aggregate_levels`.
    years : sequence of int, length n, optional
        Where the scaling needs them.

    Raises
    ------
    IndicatorError
        As in the stages; or a direction is neither 1 nor -1, or of no indicator.

    References
    ----------
    OECD and JRC (2008), Handbook on Constructing Composite Indicators. Becker, Caperna, Del Sorbo, Norlen,
    Papadimitriou and Saisana (2022), Journal of Open Source Software 7(78): the order of stages.
    """
    values, names = checked_indicators(values, names, is_missing_allowed=True, fewest_rows=1)
    given = dict(directions or {})
    wrong = {name: side for name, side in given.items() if name not in names or side not in (1, -1)}
    if wrong:
        raise IndicatorError(f"directions: seen {wrong}, expected 1 or -1 for indicators of {list(names)}")
    treated = treat(values, names, treatment) if treatment else None
    directed = (treated.values if treated else values) * [given.get(name, 1) for name in names]
    normalised = scale(directed, names, turned(scaling, given), years, is_missing_allowed=True).values
    return StagedIndex(
        normalised, treated, aggregate_levels(normalised, names, structure, means, minimum_share)
    )
