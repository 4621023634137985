"""The panel that an equation is estimated on: checked once, then trusted by every estimator."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from numbers import Real

import numpy as np

from analysis.gravity.absorption import check_labels
from analysis.gravity.errors import CollinearTerms, NonFiniteInput, NotEstimable, UnusableInput
from analysis.gravity.groups import numbered
from analysis.gravity.least_squares import dependent_terms, vanished

CONSTANT = "const"


@dataclass(frozen=True)
class PanelData:
    """A panel of n rows, N partners and k regressors; build it with `panel_data`.

    Attributes
    ----------
    outcome : ndarray, shape (n,)
    regressors : ndarray, shape (n, k)
        Without the constant.
    terms : tuple of str, length k
    entities : ndarray, shape (N,)
        Labels of the partners, sorted.
    entity_index : ndarray of int, shape (n,)
        Position of each row's partner in `entities`.
    periods : ndarray, shape (n,)
    """

    outcome: np.ndarray
    regressors: np.ndarray
    terms: tuple[str, ...]
    entities: np.ndarray
    entity_index: np.ndarray
    periods: np.ndarray

    @property
    def n_obs(self) -> int:
        """Number of rows."""
        return self.outcome.size

    @property
    def n_entities(self) -> int:
        """Number of partners."""
        return self.entities.size

    @cached_property
    def period_index(self) -> np.ndarray:
        """Place of each row's period among those of the sample, from 0, shape (n,)."""
        return numbered(self.periods)

    @cached_property
    def n_periods(self) -> int:
        """Number of distinct periods in the sample."""
        return int(self.period_index.max()) + 1

    @cached_property
    def is_balanced(self) -> bool:
        """Whether every partner has every period."""
        return self.n_obs == self.n_entities * self.n_periods

    @cached_property
    def row_order(self) -> np.ndarray:
        """Rows by partner, then period, shape (n,): sums over them depend on no other order."""
        return np.lexsort((self.period_index, self.entity_index))

    @cached_property
    def counts(self) -> np.ndarray:
        """Rows per partner, shape (N,)."""
        return np.bincount(self.entity_index, minlength=self.n_entities)

    @cached_property
    def design(self) -> np.ndarray:
        """Regressors with the constant in front, shape (n, k + 1)."""
        return np.column_stack([np.ones(self.n_obs), self.regressors])

    @property
    def design_terms(self) -> tuple[str, ...]:
        """Names of the columns of `design`."""
        return (CONSTANT, *self.terms)

    def entity_means(self, values: np.ndarray) -> np.ndarray:
        """Means per partner of `values` (n,) or (n, p), shape (N,) or (N, p)."""
        starts = np.concatenate([[0], np.cumsum(self.counts)[:-1]])
        totals = np.add.reduceat(values[self.row_order], starts, axis=0)
        return totals / self.counts.reshape((-1,) + (1,) * (values.ndim - 1))

    def grand_mean(self, values: np.ndarray) -> np.ndarray:
        """Mean over all rows of `values` (n,) or (n, p), shape () or (p,)."""
        return values[self.row_order].mean(axis=0)

    def demeaned(self, values: np.ndarray) -> np.ndarray:
        """`values` (n,) or (n, p) minus their means per partner."""
        return values - self.entity_means(values)[self.entity_index]


def panel_data(
    outcome: np.ndarray,
    regressors: np.ndarray,
    terms: Sequence[str],
    entity: np.ndarray,
    period: np.ndarray,
    *,
    outcome_name: str = "outcome",
) -> PanelData:
    """Check the arrays of a panel and hold them together.

    Parameters
    ----------
    outcome : array_like, shape (n,)
        The variable to be explained, finite.
    regressors : array_like, shape (n, k)
        The explanatory variables, finite, without a constant (every estimator adds one).
    terms : sequence of str, length k
        Their names.
    entity, period : array_like, shape (n,)
        The partner and the period of each row; no pair may occur twice. Rows may come in any order.
    outcome_name : str
        Used in messages.

    Raises
    ------
    ValueError
        Shapes disagree, or a name is used twice or reserved.
    UnusableInput
        A cell is no number, labels cannot be put in an order, or a partner has two rows for a period.
    NonFiniteInput
        A cell is missing or infinite, or a label missing; column, row, partner and period are named.
    NotEstimable
        There are no more rows than coefficients.
    CollinearTerms
        Terms are linearly dependent on one another or on the constant; they are named.
    """
    terms = tuple(terms)
    outcome = _numbers(outcome, (outcome_name,))
    regressors = _numbers(regressors, terms)
    entity, period = _labels(entity), _labels(period)
    _check_shapes(outcome, regressors, terms, entity, period)
    _check_names(terms)
    _check_finite(outcome[:, None], (outcome_name,), entity, period)
    _check_finite(regressors, terms, entity, period)
    check_labels(entity, "partner")
    check_labels(period, "period")
    entities, entity_index = _distinct(entity, "partner")
    _distinct(period, "period")
    _check_one_row_per_period(entity_index, entity, period)
    n_coefficients = len(terms) + 1
    if outcome.size <= n_coefficients:
        raise NotEstimable(
            f"{outcome.size} observations for K = {n_coefficients} coefficients (constant included): "
            f"at least {n_coefficients + 1} observations are needed"
        )
    _check_independent(regressors, terms)
    return PanelData(outcome, regressors, terms, entities, entity_index, period)


def _numbers(values: np.ndarray, names: tuple[str, ...]) -> np.ndarray:
    """`values` as floating-point numbers; what is none is named by its column and row."""
    try:
        return np.asarray(values, dtype=float)
    except (TypeError, ValueError):
        cells = np.asarray(values, dtype=object)
        for place, cell in np.ndenumerate(cells):
            try:
                float(cell)
            except (TypeError, ValueError):
                name = names[place[1]] if len(place) == 2 and place[1] < len(names) else names[0]
                raise UnusableInput(
                    f"column {name!r}, row {place[0]}: seen {cell!r}, expected a number"
                ) from None
        raise


def _labels(labels: np.ndarray) -> np.ndarray:
    """`labels` as an array, of numbers where all of them are numbers held as objects."""
    labels = np.asarray(labels)
    if labels.dtype.kind == "O" and all(isinstance(label, Real) for label in labels.flat):
        return np.asarray(labels.tolist())
    return labels


def _distinct(labels: np.ndarray, what: str) -> tuple[np.ndarray, np.ndarray]:
    """Sorted distinct labels and the position of each row's label among them."""
    try:
        return np.unique(labels, return_inverse=True)
    except TypeError as error:
        kinds = sorted({type(label).__name__ for label in labels})
        raise UnusableInput(
            f"labels of {what}s are of types {kinds}, expected one type that can be put in an order"
        ) from error


def _check_shapes(outcome, regressors, terms, entity, period) -> None:
    if outcome.ndim != 1 or regressors.ndim != 2:
        raise ValueError(
            f"outcome has shape {outcome.shape} and regressors {regressors.shape}; "
            "expected one and two dimensions"
        )
    seen = {"regressors": len(regressors), "entity": entity.size, "period": period.size}
    for name, length in seen.items():
        if length != outcome.size:
            raise ValueError(f"{name} has {length} rows, expected {outcome.size} as the outcome has")
    if regressors.shape[1] != len(terms):
        raise ValueError(
            f"{regressors.shape[1]} columns of regressors, but {len(terms)} terms: {list(terms)}"
        )


def _check_names(terms: tuple[str, ...]) -> None:
    if CONSTANT in terms:
        raise ValueError(f"the name {CONSTANT!r} is reserved: every estimator adds the constant itself")
    repeated = sorted({term for term in terms if terms.count(term) > 1})
    if repeated:
        raise ValueError(f"terms named more than once: {repeated}")


def _check_finite(columns, names, entity, period) -> None:
    bad = np.argwhere(~np.isfinite(columns))
    if bad.size:
        row, column = bad[0]
        further = f" (and {len(bad) - 1} more cells)" if len(bad) > 1 else ""
        raise NonFiniteInput(
            f"column {names[column]!r}, row {row} ({entity[row]}, {period[row]}): seen "
            f"{columns[row, column]}, expected a finite number{further}"
        )


def _check_one_row_per_period(entity_index, entity, period) -> None:
    _, period_index = np.unique(period, return_inverse=True)
    order = np.lexsort((period_index, entity_index))
    twice = (np.diff(entity_index[order]) == 0) & (np.diff(period_index[order]) == 0)
    if twice.any():
        row = order[1:][twice][0]
        raise UnusableInput(
            f"row {row}: {entity[row]}, {period[row]} occurs twice, expected one row per period"
        )


def _check_independent(regressors: np.ndarray, terms: tuple[str, ...]) -> None:
    centred = regressors - regressors.mean(axis=0)
    constant = vanished(centred, regressors)
    if constant.any():
        named = tuple(term for term, is_constant in zip(terms, constant, strict=True) if is_constant)
        raise CollinearTerms(
            f"terms that do not vary in the sample, so that the constant stands for them: {', '.join(named)}",
            named,
        )
    named = dependent_terms(centred, terms)
    if named:
        raise CollinearTerms(f"linearly dependent terms (constant included): {', '.join(named)}", named)
