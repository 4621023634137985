"""Separation in Poisson models: rows that a finite estimate cannot fit, found exactly and with a proof.

A row with outcome 0 is separated when some combination z = X g of regressors and effects is 0 on all rows
with positive outcome, nowhere negative on those with 0, and positive on that row: the likelihood then rises
for ever along -g, and the row's mean goes to 0. Such rows say nothing of the other coefficients and are left
out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
import scipy.sparse as sp

from analysis.gravity.absorption import Effects, effects_of, independent_columns
from analysis.gravity.errors import EstimationError, NotEstimable
from analysis.gravity.poisson_data import canonical_order, checked_arrays, scaled_columns
from analysis.gravity.poisson_iterations import iterate
from analysis.gravity.separation_programme import (
    CERTIFICATE_TOLERANCE,
    Certificate,
    is_certified,
    separated_by_dense_programme,
    separated_by_sparse_programme,
)

# A dense programme up to this many columns and cells; beyond, the first-order conditions are asked first.
DENSE_COLUMNS = 120
DENSE_CELLS = 8_000_000
# A Newton step of -1 would take a mean to 0: rows nearer to it than this are suspected.
SUSPECTED_STEP = -0.5
# A mean below this share of the average outcome is too near to rounding error for a step to be a proof.
SMALLEST_MEAN = 1e-10
SUSPECTED_MEAN = 1e-6
LEAST_EIGENVALUE = 1e-11
PARTICIPATION = 1e-7


@dataclass(frozen=True)
class Separation:
    """Which of n rows are separated, and by what.

    Attributes
    ----------
    is_separated : ndarray of bool, shape (n,)
    because : ndarray of str, shape (n,)
        The levels without any positive outcome that a row belongs to, or the combination; empty where it is
        not separated.
    values : ndarray, shape (n,)
        z, the combination that proves it: above 0 on separated rows and 0 on all others.
    combination : tuple of (str, float)
        Terms of z beyond all-zero levels, with their coefficients (per unit of the term; the sign is that
        which makes z positive). Empty when all separated rows belong to all-zero levels.
    effects : tuple of str
        Sets of effects that take part in that combination.
    all_zero_levels : tuple of (str, object)
        Effect and level without any positive outcome.
    method : str
        What settled it: 'nothing to separate', 'all-zero levels', 'linear programme', 'first-order
        conditions'.
    """

    is_separated: np.ndarray
    because: np.ndarray
    values: np.ndarray
    combination: tuple[tuple[str, float], ...]
    effects: tuple[str, ...]
    all_zero_levels: tuple[tuple[str, object], ...]
    method: str

    @property
    def n_separated(self) -> int:
        """Number of separated rows."""
        return int(self.is_separated.sum())

    @property
    def caveat(self) -> str:
        """A sentence for the table; empty when no row is separated."""
        if not self.n_separated:
            return ""
        by = ["levels without positive outcome"] if self.all_zero_levels else []
        if self.combination or self.effects:
            by.append(
                "the combination of " + ", ".join([*(term for term, _ in self.combination), *self.effects])
            )
        return (
            f"{self.n_separated} rows with outcome 0 are separated by {' and '.join(by)}: "
            "no finite estimate fits them, they are left out"
        )

    def rows(self, positions: np.ndarray) -> Separation:
        """The same for rows in another order (or for some of them)."""
        return replace(
            self,
            is_separated=self.is_separated[positions],
            because=self.because[positions],
            values=self.values[positions],
        )

    def to_frame(self) -> pd.DataFrame:
        """One row per separated row: its position, why, and the value of the combination."""
        rows = np.flatnonzero(self.is_separated)
        return pd.DataFrame({"row": rows, "because": self.because[rows], "value": self.values[rows]})


def find_separation(
    outcome: np.ndarray,
    regressors: np.ndarray,
    terms: Sequence[str],
    effects: Mapping[str, Sequence] | None = None,
) -> Separation:
    """Find all separated rows of a Poisson model with a constant or effects.

    First the levels of effects without a positive outcome. What is left is settled by a linear programme
    (Correia, Guimaraes and Zylkin, 2019) when the columns are few; otherwise by the first-order conditions of
    the fit itself: where they hold with all means positive, no row is separated (Stiemke's lemma), and where
    means run to 0 the step shows the combination. What these leave open goes to a sparse programme.

    Parameters
    ----------
    outcome : array_like, shape (n,)
        Not negative.
    regressors : array_like, shape (n, k)
        Without constant. Collinear columns do no harm.
    terms : sequence of str, length k
    effects : mapping of str to array_like, shape (n,), optional
        Label of each row per set of effects. A constant is part of the model with or without effects.

    Returns
    -------
    Separation
        In the order of the rows given; the same whatever that order is.

    Raises
    ------
    NonFiniteInput
        A cell or label is missing or infinite.
    EstimationError
        An outcome is negative.
    NotEstimable
        The sparse programme was not solved within its time limit.
    ValueError
        Shapes or names disagree.
    """
    outcome, regressors, terms = checked_arrays(outcome, regressors, terms)
    coded = effects_of(effects, outcome.size)
    order = canonical_order(coded, outcome, regressors)
    found = separation_of(outcome[order], regressors[order], terms, coded.rows(order))
    return found.rows(np.argsort(order))


def separation_of(
    outcome: np.ndarray, regressors: np.ndarray, terms: tuple[str, ...], effects: Effects
) -> Separation:
    """The same for rows in canonical order, of which the labels are numbered."""
    state = _nothing_found(outcome.size)
    all_zero_levels(outcome, effects, state)
    method = "all-zero levels" if state.is_separated.any() else "nothing to separate"
    left = np.flatnonzero(~state.is_separated)
    if (outcome[left] == 0).any() and (len(terms) or len(effects.names) > 1 or not effects.names):
        rest = effects.rows(left)
        n_columns = sum(rest.counts) + len(terms) + 1
        if n_columns <= DENSE_COLUMNS and n_columns * left.size <= DENSE_CELLS:
            _settle_dense(outcome, regressors, terms, rest, left, state)
            method = "linear programme"
        else:
            method = _settle_sparse(outcome, regressors, terms, effects, state)
    return state.separation(terms, method)


def separation_by_levels(outcome: np.ndarray, effects: Effects) -> Separation:
    """Rows that levels without a positive outcome separate, and no others: exact and fast, but not all."""
    state = _nothing_found(outcome.size)
    all_zero_levels(outcome, effects, state)
    return state.separation((), "all-zero levels" if state.levels else "nothing to separate")


@dataclass
class _Found:
    is_separated: np.ndarray
    because: np.ndarray
    values: np.ndarray
    combination: list
    effects: list
    levels: list

    def add(self, rows: np.ndarray, values: np.ndarray, slopes: np.ndarray, terms, effects) -> None:
        """Take in a certificate: `slopes` per unit of each term."""
        largest = values.max()
        self.is_separated[rows] = True
        self.values[rows] = values / largest
        named = [(term, float(slope / largest)) for term, slope in zip(terms, slopes, strict=True) if slope]
        self.combination += named
        self.effects += [name for name in effects if name not in self.effects]
        words = [f"{slope / largest:.6g} {term}" for term, slope in zip(terms, slopes, strict=True) if slope]
        self.because[rows] = "combination: " + " + ".join([*words, *effects])

    def separation(self, terms, method: str) -> Separation:
        order = {term: position for position, term in enumerate(terms)}
        return Separation(
            self.is_separated,
            self.because,
            self.values,
            tuple(sorted(self.combination, key=lambda pair: order.get(pair[0], -1))),
            tuple(self.effects),
            tuple(self.levels),
            method,
        )


def _nothing_found(n: int) -> _Found:
    return _Found(np.zeros(n, dtype=bool), np.full(n, "", dtype=object), np.zeros(n), [], [], [])


def all_zero_levels(outcome: np.ndarray, effects: Effects, state: _Found) -> None:
    """Separate the rows of levels without any positive outcome. One pass is enough: no positive row "
    "leaves."""
    for name, code, levels in zip(effects.names, effects.codes, effects.levels, strict=True):
        has_positive = np.bincount(code, weights=outcome > 0, minlength=levels.size) > 0
        state.levels += [(name, level) for level in levels[~has_positive].tolist()]
        rows = np.flatnonzero(~has_positive[code])
        state.is_separated[rows] = True
        state.values[rows] = 1.0
        reasons = np.array(
            [f"{name} {level} has no positive outcome" for level in levels.tolist()], dtype=object
        )
        before = state.because[rows]
        state.because[rows] = np.where(before == "", "", before + "; ") + reasons[code[rows]]


def _settle_dense(outcome, regressors, terms, effects: Effects, left: np.ndarray, state: _Found) -> None:
    columns, scale = scaled_columns(regressors[left])
    dummies = [np.eye(count)[code] for code, count in zip(effects.codes, effects.counts, strict=True)]
    design = np.hstack([np.ones((left.size, 1)), *dummies, columns])
    is_zero = outcome[left] == 0
    certificate = separated_by_dense_programme(design, is_zero)
    _take_in(certificate, left, scale, terms, effects, state)


def _take_in(certificate: Certificate, left, scale, terms, effects: Effects, state: _Found) -> None:
    moved = certificate.values > 0
    if not moved.any():
        return
    coefficients = certificate.coefficients
    negligible = PARTICIPATION * np.abs(coefficients).max()
    parts = np.split(coefficients, np.cumsum([1, *effects.counts]))
    slopes = np.where((np.abs(parts[-1]) > negligible) & (scale > 0), parts[-1], 0.0)
    slopes = slopes / np.where(scale > 0, scale, 1.0)
    named = [
        name
        for name, part in zip(effects.names, parts[1:-1], strict=True)
        if (np.abs(part) > negligible).any() and np.ptp(part) > negligible
    ]
    if not slopes.any() and not named:
        named = ["the constant"]
    state.add(left[moved], certificate.values[moved], slopes, terms, named)


def _settle_sparse(outcome, regressors, terms, effects: Effects, state: _Found) -> str:
    """Ask the first-order conditions; separate what they show; go on until they certify the rest."""
    method = "first-order conditions"
    while True:
        left = np.flatnonzero(~state.is_separated)
        is_zero = outcome[left] == 0
        if not is_zero.any():
            return method
        rest = effects.rows(left)
        columns, scale = scaled_columns(regressors[left])
        is_absorbed, is_dependent = independent_columns(columns, rest)
        scale = np.where(is_absorbed | is_dependent, 0.0, scale)  # they add nothing to the combinations
        shown = _conditions(outcome[left], columns, scale > 0, rest, is_zero)
        if shown.is_certified:
            return method
        if shown.moved is not None:
            slopes = shown.slopes
            slopes = np.where(np.abs(slopes) > PARTICIPATION * np.abs(slopes).max(initial=0.0), slopes, 0.0)
            slopes = slopes / np.where(scale > 0, scale, 1.0)
            state.add(left[shown.moved], shown.values[shown.moved], slopes, terms, rest.names)
            continue
        method = "linear programme"
        certificate = _sparse_certificate(columns, rest, is_zero, shown.suspected)
        if not (certificate.values > 0).any():
            return method
        if not is_certified(certificate, is_zero):
            raise NotEstimable("separation: the combination of the linear programme does not hold to 1e-8")
        _take_in(certificate, left, scale, terms, rest, state)


@dataclass(frozen=True)
class _Conditions:
    """What the first-order conditions show: no separation, or rows moved by a combination, or neither."""

    is_certified: bool
    suspected: np.ndarray | None = None
    moved: np.ndarray | None = None
    values: np.ndarray | None = None
    slopes: np.ndarray | None = None


def proves_finite_estimates(mu: np.ndarray, step: np.ndarray, is_zero: np.ndarray) -> bool:
    """Whether mu (mean 1) and the Newton step of eta from there prove that no row is separated.

    mu (1 + step) fulfils the first-order conditions; where it is positive on all rows with outcome 0, no
    combination can be positive on one of them, negative on none and 0 elsewhere. Means near rounding error
    are no proof, for the step is not exact there.
    """
    if not is_zero.any():
        return True
    return bool(step[is_zero].min() > SUSPECTED_STEP and mu[is_zero].min() > SMALLEST_MEAN)


def _conditions(outcome, columns, used, effects: Effects, is_zero) -> _Conditions:
    slopes = np.zeros(columns.shape[1])
    columns = columns[:, used]
    if not effects.names:
        columns = np.column_stack([np.ones(outcome.size), columns])

    def is_settled(mu: np.ndarray, step: np.ndarray) -> bool:
        return proves_finite_estimates(mu, step, is_zero) or _shows_separation(step, is_zero)

    try:
        fit = iterate(outcome / outcome.mean(), columns, effects, stop=is_settled, max_iterations=60)
    except EstimationError:
        return _Conditions(False, suspected=is_zero)
    suspected = is_zero & ((fit.step < SUSPECTED_STEP) | (fit.mu < SUSPECTED_MEAN))
    if fit.least_eigenvalue < LEAST_EIGENVALUE:
        return _Conditions(False, suspected=is_zero)
    if proves_finite_estimates(fit.mu, fit.step, is_zero):
        return _Conditions(True)
    moved, values = is_zero & (fit.step < SUSPECTED_STEP), -fit.step
    if not _shows_separation(fit.step, is_zero):
        return _Conditions(False, suspected=suspected)
    slopes[used] = -fit.coefficient_step if effects.names else -fit.coefficient_step[1:]
    return _Conditions(False, suspected, moved, values, slopes)


def _shows_separation(step: np.ndarray, is_zero: np.ndarray) -> bool:
    """Whether the step moves rows with outcome 0 towards a mean of 0 and no other row at all."""
    moved = is_zero & (step < SUSPECTED_STEP)
    if not moved.any():
        return False
    return bool(np.abs(step[~moved]).max(initial=0.0) <= CERTIFICATE_TOLERANCE * -step[moved].max())


def _sparse_certificate(columns, effects: Effects, is_zero, suspected) -> Certificate:
    """A combination that moves suspected rows; when there is none, one that moves any."""
    n = is_zero.size
    rows = np.arange(n)
    dummies = [
        sp.csr_array((np.ones(n), (rows, code)), shape=(n, count))
        for code, count in zip(effects.codes, effects.counts, strict=True)
    ]
    design = sp.hstack([sp.csr_array(np.ones((n, 1))), *dummies, sp.csr_array(columns)], format="csr")
    if suspected.any():
        certificate = separated_by_sparse_programme(design, is_zero, suspected)
        if (certificate.values > 0).any() or (suspected == is_zero).all():
            return certificate
    return separated_by_sparse_programme(design, is_zero, is_zero)
