"""Least squares by a QR decomposition, and the terms that make a design singular."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

# Removing a mean leaves rounding error of about 1e-16 of the column; below this share nothing real is left.
VANISHED_SHARE = 1e-12
# Columns of unit length whose smallest singular value is below this are dependent in double precision.
DEPENDENCE_TOLERANCE = 1e-10
# Numbers per block of rows: below where multi-threaded libraries split the work of one column.
BLOCK = 4_096
# A column takes part in a dependence when its entry in the null vector exceeds this.
PARTICIPATION = 1e-6


@dataclass(frozen=True)
class LeastSquares:
    """Solution of one least squares problem with n rows and p columns.

    Attributes
    ----------
    coefficients : ndarray, shape (p,)
    unscaled : ndarray, shape (p, p)
        Inverse of the cross-product matrix, (X'X)^-1.
    residuals : ndarray, shape (n,)
    residual_sum_of_squares : float
    """

    coefficients: np.ndarray
    unscaled: np.ndarray
    residuals: np.ndarray
    residual_sum_of_squares: float


def triangular_factor(columns: np.ndarray) -> np.ndarray:
    """R of a QR decomposition of `columns` (n, p), shape (min(n, p), p).

    Rows are taken block by block, each small enough for linear algebra libraries to stay on one thread, so
    that the result does not depend on how many there are.
    """
    step = max(BLOCK // columns.shape[1], 2 * columns.shape[1])
    while len(columns) > step:
        blocks = (columns[begin : begin + step] for begin in range(0, len(columns), step))
        columns = np.concatenate([np.linalg.qr(block, mode="r") for block in blocks])
    return np.linalg.qr(columns, mode="r")


def least_squares(design: np.ndarray, outcome: np.ndarray) -> LeastSquares:
    """Regress `outcome` (n,) on the columns of `design` (n, p), which has full column rank."""
    p = design.shape[1]
    lengths = np.sqrt(np.einsum("ij,ij->j", design, design))
    triangular = triangular_factor(np.column_stack([design / lengths, outcome]))
    # Elimination of a triangle is back substitution; scipy starts threads for it even with a few columns.
    solved = np.linalg.solve(triangular[:p, :p], np.column_stack([triangular[:p, p], np.eye(p)]))
    coefficients = solved[:, 0] / lengths
    root = solved[:, 1:] / lengths[:, None]
    residuals = outcome - np.einsum("ij,j->i", design, coefficients)
    return LeastSquares(coefficients, root @ root.T, residuals, float(np.square(residuals).sum()))


def rank_of(columns: np.ndarray) -> int:
    """Rank of `columns` (n, p), judged on columns of unit length so that units do not matter."""
    lengths = np.linalg.norm(columns, axis=0)
    scaled = columns[:, lengths > 0] / lengths[lengths > 0]
    if scaled.shape[1] == 0:
        return 0
    singular_values = np.linalg.svd(scaled, compute_uv=False)
    return int((singular_values > DEPENDENCE_TOLERANCE * singular_values[0]).sum())


def vanished(columns: np.ndarray, before: np.ndarray) -> np.ndarray:
    """Say which columns nothing is left of once means were removed.

    Parameters
    ----------
    columns : ndarray, shape (n, p)
        The columns with means removed.
    before : ndarray, shape (n, p)
        The same columns before.

    Returns
    -------
    ndarray of bool, shape (p,)
    """
    return np.linalg.norm(columns, axis=0) <= VANISHED_SHARE * np.linalg.norm(before, axis=0)


def dependent_terms(columns: np.ndarray, terms: Sequence[str]) -> tuple[str, ...]:
    """Name the terms that take part in a linear dependence among `columns` (n, p), none of them zero.

    Returns
    -------
    tuple of str
        Empty when the columns are independent.
    """
    if columns.shape[1] == 0:
        return ()
    scaled = columns / np.linalg.norm(columns, axis=0)
    # With more rows than columns the triangular factor has the same null space and is small.
    small = triangular_factor(scaled) if scaled.shape[0] > scaled.shape[1] else scaled
    _, singular_values, right = np.linalg.svd(small, full_matrices=True)
    padded = np.zeros(columns.shape[1])
    padded[: singular_values.size] = singular_values
    null_space = right[padded <= DEPENDENCE_TOLERANCE * padded[0]]
    taking_part = np.abs(null_space).max(axis=0, initial=0.0) > PARTICIPATION
    return tuple(term for term, takes_part in zip(terms, taking_part, strict=True) if takes_part)
