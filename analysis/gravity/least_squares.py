"""Least squares by a QR decomposition, and the terms that make a design singular."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.linalg import solve_triangular

# Removing a mean leaves rounding error of about 1e-16 of the column; below this share nothing real is left.
VANISHED_SHARE = 1e-12
# Columns of unit length whose smallest singular value is below this are dependent in double precision.
DEPENDENCE_TOLERANCE = 1e-10
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


def least_squares(design: np.ndarray, outcome: np.ndarray) -> LeastSquares:
    """Regress `outcome` (n,) on the columns of `design` (n, p), which has full column rank."""
    lengths = np.linalg.norm(design, axis=0)
    orthogonal, triangular = np.linalg.qr(design / lengths)
    coefficients = solve_triangular(triangular, orthogonal.T @ outcome) / lengths
    root = solve_triangular(triangular, np.eye(design.shape[1])) / lengths[:, None]
    residuals = outcome - design @ coefficients
    return LeastSquares(coefficients, root @ root.T, residuals, float(residuals @ residuals))


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
    _, singular_values, right = np.linalg.svd(scaled, full_matrices=True)
    padded = np.zeros(columns.shape[1])
    padded[: singular_values.size] = singular_values
    null_space = right[padded <= DEPENDENCE_TOLERANCE * padded[0]]
    taking_part = np.abs(null_space).max(axis=0, initial=0.0) > PARTICIPATION
    return tuple(term for term, takes_part in zip(terms, taking_part, strict=True) if takes_part)
