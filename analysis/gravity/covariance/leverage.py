"""The space that a regression projects on, absorbed effects included, without any n by n matrix."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from analysis.gravity.errors import NotEstimable
from analysis.gravity.groups import demeaned, is_nested
from analysis.gravity.least_squares import triangular_factor

# Entries of a basis that are held in memory at most (400 MB).
MOST_ENTRIES = 50_000_000
# Entries of a matrix up to which a plain loop is fast enough.
MOST_LOOPED = 2_500
# Singular values of columns of unit length below this, relative to the largest, are dependence.
DEPENDENCE = 1e-10


@dataclass(frozen=True)
class FittedSpace:
    """What n rows are projected on: a design and on effects, H = Q Q' + D (D'D)^-1 D'.

    Attributes
    ----------
    basis : ndarray, shape (n, r)
        Q: orthonormal columns, orthogonal to the dummies D.
    groups : ndarray of int, shape (n,), or None
        The groups of the dummies D; None without any.
    """

    basis: np.ndarray
    groups: np.ndarray | None

    @property
    def leverages(self) -> np.ndarray:
        """Diagonal of H, shape (n,)."""
        values = np.einsum("ij,ij->i", self.basis, self.basis)
        return values if self.groups is None else values + 1 / np.bincount(self.groups)[self.groups]

    def without_effects(self, values: np.ndarray) -> np.ndarray:
        """`values` (n,) or (n, p) less what the dummies explain."""
        return values if self.groups is None else demeaned(values, self.groups)


def fitted_space(
    design: np.ndarray, absorbed: Sequence[np.ndarray] = (), within: np.ndarray | None = None
) -> FittedSpace:
    """Find the projection of a regression whose effects were absorbed before it was run.

    Parameters
    ----------
    design : ndarray, shape (n, p)
        Regressors as they were run; taking effects out of them again changes nothing but a constant.
    absorbed : sequence of ndarray of int, shape (n,)
        The groups of each kind of effect.
    within : ndarray of int, shape (n,), or None
        Clusters in which the effects kept as dummies must be nested; None: any.

    Raises
    ------
    NotEstimable
        Effects that cross the clusters have too many groups for their basis to be held in memory.
    """
    kept = [groups for groups in absorbed if within is None or is_nested(groups, within)]
    largest = max(kept, key=lambda groups: int(groups.max()), default=None)
    rest = [groups for groups in absorbed if groups is not largest]
    n_columns = design.shape[1] + sum(int(groups.max()) + 1 for groups in rest)
    if rest and n_columns * design.shape[0] > MOST_ENTRIES:
        raise NotEstimable(
            f"leverages need the effects that cross the clusters as {n_columns} columns of "
            f"{design.shape[0]} rows, more than {MOST_ENTRIES} numbers: use another covariance"
        )
    columns = np.column_stack([design, *(_dummies(groups) for groups in rest)])
    before = np.linalg.norm(columns, axis=0)
    if largest is not None:
        columns = demeaned(columns, largest)
    lengths = np.linalg.norm(columns, axis=0)
    present = lengths > 1e-12 * before
    scaled = columns[:, present] / lengths[present]
    if not scaled.shape[1]:
        return FittedSpace(scaled, largest)
    _, singular_values, right = np.linalg.svd(triangular_factor(scaled), full_matrices=False)
    kept_directions = singular_values > DEPENDENCE * singular_values[0]
    turn = right[kept_directions].T / singular_values[kept_directions]
    return FittedSpace(_product(scaled, turn), largest)


def _product(rows: np.ndarray, matrix: np.ndarray) -> np.ndarray:
    """Product of (n, p) and (p, r), by a loop without threads where it is small."""
    return np.einsum("ij,jk->ik", rows, matrix) if matrix.size <= MOST_LOOPED else rows @ matrix


def _dummies(groups: np.ndarray) -> np.ndarray:
    return (groups[:, None] == np.arange(int(groups.max()) + 1)).astype(float)
