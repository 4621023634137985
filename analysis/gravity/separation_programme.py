"""The linear programme that finds separated rows, and the check of the combination that it returns."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp
from scipy.optimize import linprog
from scipy.sparse.linalg import lsmr

from analysis.gravity.errors import NotEstimable
from analysis.gravity.least_squares import DEPENDENCE_TOLERANCE

# Entries of unit-length rows below this are rounding error; a large multiple of them must not pass for a
# value.
NOISE = 1e-9
# What a certificate may show where it has to be 0, relative to its largest value.
CERTIFICATE_TOLERANCE = 1e-8
# The programme's u is 0 or 1 at the optimum; anything above this is a row that can be moved.
IS_MOVED = 1e-3
LARGEST_COEFFICIENTS = (1e6, 1e3, 1.0)
TIME_LIMIT_SECONDS = 120.0


@dataclass(frozen=True)
class Certificate:
    """A combination z = X g that proves separation: 0 wherever the outcome is positive, never negative.

    Attributes
    ----------
    coefficients : ndarray, shape (p,)
        g, for the columns of the programme.
    values : ndarray, shape (n,)
        z; above 0 exactly on the rows that are separated. Where combinations of very different size had to be
        found one after the other, of each row the z that moved it, and `coefficients` are their weighted sum.
    """

    coefficients: np.ndarray
    values: np.ndarray


def separated_by_dense_programme(design: np.ndarray, is_zero: np.ndarray) -> Certificate:
    """Find the separated rows of a design with few columns.

    The combinations that are 0 on all rows with positive outcome are the null space of those rows. Within it,
    maximise sum(u) subject to 0 <= u <= 1 and z >= u on the rows with outcome 0. The programme is repeated on
    the rows that are left until it moves none, so that combinations of very different size do not hide one
    another.

    Parameters
    ----------
    design : ndarray, shape (n, p)
        Columns of comparable size.
    is_zero : ndarray of bool, shape (n,)

    References
    ----------
    Correia, Guimaraes and Zylkin (2019), Verifying the existence of maximum likelihood estimates for
    generalized linear models.
    """
    n = len(design)
    basis = null_space(design[~is_zero])
    moved = design[is_zero] @ basis
    total = np.zeros(basis.shape[1])
    shown = np.zeros(len(moved))  # of each row, z of the combination that moved it
    while (shown == 0).any() and basis.shape[1]:
        left = shown == 0
        reduced, back = _independent(moved[left])
        direction = _maximise(reduced) if reduced.size else None
        if direction is None:
            break
        direction = back @ direction
        values = _without_noise(moved @ direction)
        if (values[left] < 0).any() or not (values[left] > 0).any():
            raise NotEstimable("separation: the combination of the linear programme does not hold to 1e-8")
        largest = values[left].max()
        total = direction / largest + _outweighing(moved @ total, values / largest, ~left) * total
        shown[left] = np.maximum(values[left], 0.0) / largest
    values = np.zeros(n)
    values[is_zero] = shown
    return Certificate(basis @ total, values)


def separated_by_sparse_programme(
    design: sp.csr_array, is_zero: np.ndarray, candidates: np.ndarray
) -> Certificate:
    """The same programme for many columns, with z = 0 demanded of all rows outside `candidates`.

    Raises
    ------
    NotEstimable
        The programme is not solved within its time limit.
    """
    n, p = design.shape
    m = int(candidates.sum())
    lower = sp.hstack([-design[candidates], sp.identity(m)], format="csr")
    held = sp.hstack([design[~candidates], sp.csr_array((n - m, m))], format="csr")
    solution = linprog(
        np.concatenate([np.zeros(p), -np.ones(m)]),
        A_ub=lower,
        b_ub=np.zeros(m),
        A_eq=held,
        b_eq=np.zeros(n - m),
        bounds=[(None, None)] * p + [(0.0, 1.0)] * m,
        method="highs",
        options={"time_limit": TIME_LIMIT_SECONDS},
    )
    if solution.status != 0:
        raise NotEstimable(
            f"separation: the linear programme of {n} rows and {p} columns was not solved in "
            f"{TIME_LIMIT_SECONDS:g} seconds ({solution.message})"
        )
    moved = np.zeros(n, dtype=bool)
    moved[candidates] = solution.x[p:] > IS_MOVED
    if not moved.any():
        return Certificate(np.zeros(p), np.zeros(n))
    coefficients = solution.x[:p]
    # The solver keeps equalities to 1e-7: take out what it left on the rows that have to be 0.
    rest = design[~moved]
    coefficients = coefficients - lsmr(rest, rest @ coefficients, atol=1e-15, btol=1e-15, maxiter=20_000)[0]
    values = _without_noise(design @ coefficients)
    return Certificate(coefficients, values)


def is_certified(certificate: Certificate, is_zero: np.ndarray) -> bool:
    """Whether z is 0 on every row with positive outcome and negative on none, to 1e-8 of its largest "
    "value."""
    largest = np.abs(certificate.values).max(initial=0.0)
    if largest == 0:
        return True
    outside = np.abs(certificate.values[~is_zero]).max(initial=0.0)
    lowest = certificate.values[is_zero].min(initial=0.0)
    return bool(outside <= CERTIFICATE_TOLERANCE * largest and lowest >= -CERTIFICATE_TOLERANCE * largest)


def null_space(rows: np.ndarray) -> np.ndarray:
    """Orthonormal basis, shape (p, d), of what is orthogonal to all `rows` (n, p)."""
    p = rows.shape[1]
    if len(rows) == 0:
        return np.eye(p)
    triangle = np.linalg.qr(rows, mode="r") if len(rows) > p else rows
    _, singular_values, right = np.linalg.svd(triangle, full_matrices=True)
    rank = (
        int((singular_values > DEPENDENCE_TOLERANCE * singular_values[0]).sum()) if singular_values[0] else 0
    )
    return right[rank:].T


def _independent(rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Rows of unit length in coordinates without collinear directions, and the way back from them."""
    _, singular_values, right = np.linalg.svd(rows, full_matrices=False)
    kept = singular_values > NOISE * max(1.0, singular_values[0] if singular_values.size else 0.0)
    back = right[kept].T
    reduced = rows @ back
    lengths = np.linalg.norm(reduced, axis=1)
    moving = lengths > NOISE * lengths.max(initial=0.0)
    reduced = reduced[moving] / lengths[moving, None]
    reduced[np.abs(reduced) < NOISE] = 0.0
    return np.unique(reduced, axis=0), back


def _maximise(reduced: np.ndarray) -> np.ndarray | None:
    """A combination of unit-length rows (m, r) that is positive on as many as it can be and negative on "
    "none."""
    m, r = reduced.shape
    for largest in LARGEST_COEFFICIENTS:
        solution = linprog(
            np.concatenate([np.zeros(r), -np.ones(m)]),
            A_ub=sp.csr_array(np.hstack([-reduced, np.eye(m)])),
            b_ub=np.zeros(m),
            bounds=[(-largest, largest)] * r + [(0.0, 1.0)] * m,
            method="highs",
            options={"time_limit": TIME_LIMIT_SECONDS},
        )
        if solution.status != 0:
            raise NotEstimable(f"separation: the linear programme was not solved ({solution.message})")
        moved = solution.x[r:] > IS_MOVED
        if not moved.any():
            return None
        direction = solution.x[:r]
        still = null_space(reduced[~moved])
        direction = still @ (still.T @ direction)  # exactly 0 on the rows that are not moved
        if (reduced[moved] @ direction > NOISE * np.linalg.norm(direction)).all():
            return direction / np.linalg.norm(direction)
    return None


def _without_noise(values: np.ndarray) -> np.ndarray:
    return np.where(np.abs(values) <= CERTIFICATE_TOLERANCE * np.abs(values).max(initial=0.0), 0.0, values)


def _outweighing(before: np.ndarray, values: np.ndarray, found: np.ndarray) -> float:
    """The multiple of an earlier combination that keeps the rows it moved above 0 when a later one is "
    "added."""
    if not found.any():
        return 0.0
    return 1.0 + 2 * float((np.maximum(-values[found], 0.0) / before[found]).max())
