"""Checks and preparation shared by everything that looks at a Poisson model: arrays, order of rows, scale."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from analysis.gravity.absorption import Effects
from analysis.gravity.errors import EstimationError, NonFiniteInput
from analysis.gravity.panel_data import CONSTANT


def checked_arrays(
    outcome: np.ndarray,
    regressors: np.ndarray,
    terms: Sequence[str],
    *,
    outcome_name: str = "outcome",
    least: float = 0.0,
) -> tuple[np.ndarray, np.ndarray, tuple[str, ...]]:
    """Outcome (n,), regressors (n, k) and names as floats, or the error that says what is wrong with them.

    Raises
    ------
    ValueError
        Shapes or names disagree.
    NonFiniteInput
        A cell is missing or infinite.
    EstimationError
        An outcome is below `least`, or there is no row.
    """
    outcome = np.asarray(outcome, dtype=float)
    regressors = np.asarray(regressors, dtype=float)
    terms = tuple(terms)
    if outcome.ndim != 1 or regressors.ndim != 2 or len(regressors) != outcome.size:
        raise ValueError(
            f"{outcome_name} has shape {outcome.shape} and regressors {regressors.shape}; expected (n,) and "
            "(n, k)"
        )
    if regressors.shape[1] != len(terms):
        raise ValueError(
            f"{regressors.shape[1]} columns of regressors, but {len(terms)} terms: {list(terms)}"
        )
    if CONSTANT in terms or len(set(terms)) < len(terms):
        raise ValueError(
            f"terms {list(terms)}: each may be named once, and {CONSTANT!r} is added by the estimator"
        )
    if outcome.size == 0:
        raise EstimationError("no row to estimate from")
    if not np.isfinite(outcome).all():
        row = int(np.flatnonzero(~np.isfinite(outcome))[0])
        raise NonFiniteInput(
            f"column {outcome_name!r}, row {row}: seen {outcome[row]}, expected a finite number"
        )
    if not np.isfinite(regressors).all():
        row, column = np.argwhere(~np.isfinite(regressors))[0]
        raise NonFiniteInput(
            f"column {terms[column]!r}, row {row}: seen {regressors[row, column]}, expected a finite number"
        )
    if outcome.min() < least:
        row = int(np.argmin(outcome))
        raise EstimationError(
            f"column {outcome_name!r}, row {row}: seen {outcome[row]:g}, expected {least:g} or more"
        )
    return outcome, regressors, terms


def canonical_order(
    effects: Effects, outcome: np.ndarray, regressors: np.ndarray, clusters: np.ndarray | None = None
) -> np.ndarray:
    """An order of rows that depends on what they hold and not on how they came, shape (n,).

    Sums over rows in this order are the same bytes for any order of the input. Rows that tie hold the same.
    """
    n = outcome.size
    if effects.names and np.prod([float(count) for count in effects.counts]) < 2.0**62:
        key = np.zeros(n, dtype=np.int64)
        for code, count in zip(effects.codes, effects.counts, strict=True):
            key = key * count + code
        order = np.argsort(key, kind="stable")
        if (np.diff(key[order]) > 0).all():
            return order
    last = [] if clusters is None else list(clusters.reshape(n, -1).T)
    return np.lexsort([*last, outcome, *regressors.T[::-1], *effects.codes[::-1]])


def scaled_columns(columns: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Columns (n, k) less their means and divided by their spread, and the spread (0: the column is "
    "constant)."""
    centred = columns - columns.mean(axis=0)
    spread = np.sqrt(np.einsum("nk,nk->k", centred, centred) / len(columns))
    size = np.abs(columns).max(axis=0, initial=0.0)
    spread = np.where(spread > 1e-12 * size, spread, 0.0)
    return np.where(spread > 0, centred / np.where(spread > 0, spread, 1.0), 0.0), spread
