"""Hausman's test: may partner effects be treated as random?"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy import stats
from scipy.linalg import cholesky, solve_triangular

from analysis.gravity.errors import NotEstimable
from analysis.gravity.fit import LinearFit
from analysis.gravity.panel_data import CONSTANT
from analysis.gravity.specification_tests import (
    SpecificationTest,
    conclude,
    estimator_name,
    require_same_sample,
    summarise,
)

# Eigenvalues relative to the consistent estimator's covariance (at most 1); below this they are rounding.
EIGENVALUE_TOLERANCE = 1e-8
# Share of the coefficient difference that may lie where its covariance is zero before the test is void.
OUTSIDE_TOLERANCE = 1e-4


@dataclass(frozen=True)
class HausmanTest(SpecificationTest):
    """A Hausman test with the matrix it rests on.

    Attributes
    ----------
    terms : tuple of str, length q
        The coefficients that are compared.
    rank : int
        Rank of the covariance of the difference; the degrees of freedom.
    eigenvalues : ndarray, shape (q,)
        Of V_consistent - V_efficient relative to V_consistent, ascending. Units do not matter; the signs are
        those of the difference's own eigenvalues. Negative: not a covariance matrix.
    """

    terms: tuple[str, ...]
    rank: int
    eigenvalues: np.ndarray


def hausman(
    consistent: LinearFit,
    efficient: LinearFit,
    form: Literal["default", "sigmamore", "sigmaless"] = "default",
    *,
    alpha: float,
) -> HausmanTest:
    """Test that the slopes of an efficient and a consistent estimator differ by chance only.

    Classical covariances are used whatever the fits' own rule: the test presumes them. Where V_c - V_e is
    singular a generalised inverse is used and the degrees of freedom are its rank; where it is indefinite the
    statistic is given as it comes out, negative or not, and marked as not valid.

    With K >= N - 1 slopes that vary over time, fixed effects against pooled OLS is the F test of partner
    effects over again: the 'sigmaless' statistic is (N - 1) F, the rank N - 1.

    Parameters
    ----------
    consistent : LinearFit
        Fixed effects or between.
    efficient : LinearFit
        Random effects or pooled OLS.
    form : {'default', 'sigmamore', 'sigmaless'}
        Error variance: each fit's own; the efficient fit's for both; the consistent fit's for both.
    alpha : float
        Level of the test.

    Raises
    ------
    ValueError
        Unknown form, different samples, or fixed effects against between.
    NotEstimable
        There is no slope in common, or one of the estimators fits the outcome exactly.

    References
    ----------
    Hausman (1978), Econometrica 46; Hausman and Taylor (1981), Economics Letters 8 (singular differences).
    """
    require_same_sample(consistent, efficient)
    if {consistent.estimator, efficient.estimator} == {"fixed_effects", "between"}:
        raise ValueError(
            "Hausman test: fixed effects and between are independent, neither is efficient: seen both, "
            "expected one of them against random effects or pooled OLS"
        )
    terms = tuple(term for term in consistent.terms if term != CONSTANT and term in efficient.terms)
    if not terms:
        raise NotEstimable(
            f"Hausman test: no slope in common: {list(consistent.terms)} and {list(efficient.terms)}"
        )
    of_consistent = [consistent.terms.index(term) for term in terms]
    of_efficient = [efficient.terms.index(term) for term in terms]
    sigma2_consistent, sigma2_efficient = _error_variances(consistent, efficient, form)
    directions, common, coordinates = _directions(
        consistent.coefficients[of_consistent] - efficient.coefficients[of_efficient],
        consistent.covariance_unscaled[np.ix_(of_consistent, of_consistent)],
        efficient.covariance_unscaled[np.ix_(of_efficient, of_efficient)],
    )
    coordinates = coordinates / math.sqrt(sigma2_consistent)
    # In units of V_c the covariance of the difference is 1 - (share of V_e) along each direction.
    eigenvalues = 1 - (1 - directions) * sigma2_efficient / sigma2_consistent
    present = np.abs(eigenvalues) > EIGENVALUE_TOLERANCE
    statistic = float((coordinates[present] ** 2 / eigenvalues[present]).sum())
    rank, n_negative = int(present.sum()), int((eigenvalues < -EIGENVALUE_TOLERANCE).sum())
    objections = _objections(statistic, rank, n_negative, common, coordinates[~present], coordinates)
    caveats = objections
    if not objections and rank < len(terms):
        caveats = [
            f"the covariance of the difference has rank {rank} of {len(terms)}: {rank} degrees of freedom"
        ]
    is_valid = not objections
    p_value = float(stats.chi2.sf(statistic, rank)) if rank and statistic >= 0 else math.nan
    pair = f"{estimator_name(efficient)} is {{}} against {estimator_name(consistent)}"
    conclusion = conclude(
        is_valid,
        p_value < alpha,
        summarise(statistic, rank, math.nan, p_value),
        f"slopes differ systematically: {pair.format('rejected')}",
        f"slopes do not differ systematically: {pair.format('not rejected')}",
    )
    return HausmanTest(
        test=f"hausman_{form}",
        statistic=statistic,
        df1=float(rank),
        df2=math.nan,
        p_value=p_value,
        is_valid=is_valid,
        conclusion=conclusion,
        caveat="; ".join(caveats),
        alpha=alpha,
        terms=terms,
        rank=rank,
        eigenvalues=eigenvalues,
    )


def _error_variances(consistent: LinearFit, efficient: LinearFit, form: str) -> tuple[float, float]:
    no_variance = not (consistent.sigma2 > 0 and efficient.sigma2 > 0)
    if no_variance or consistent.is_exact or efficient.is_exact:
        raise NotEstimable("Hausman test: an estimator fits the outcome exactly, there is no error variance")
    if form == "default":
        return consistent.sigma2, efficient.sigma2
    if form == "sigmamore":
        return efficient.sigma2, efficient.sigma2
    if form == "sigmaless":
        return consistent.sigma2, consistent.sigma2
    raise ValueError(f"form {form!r}: expected 'default', 'sigmamore' or 'sigmaless'")


def _directions(difference, unscaled_consistent, unscaled_efficient):
    """Directions in which two estimators can differ, from their covariances less the error variances.

    Returns the eigenvalues of the difference of the two, relative to the first (ascending), how many of them
    are not 0, and the coefficient difference along each direction.
    """
    scale = np.sqrt(np.diag(unscaled_consistent))
    root = cholesky(unscaled_consistent / np.outer(scale, scale), lower=True)
    half = solve_triangular(root, unscaled_efficient / np.outer(scale, scale), lower=True)
    relative = solve_triangular(root, half.T, lower=True)
    eigenvalues, vectors = np.linalg.eigh(np.eye(scale.size) - (relative + relative.T) / 2)
    coordinates = vectors.T @ solve_triangular(root, difference / scale, lower=True)
    return eigenvalues, int((np.abs(eigenvalues) > EIGENVALUE_TOLERANCE).sum()), coordinates


def _objections(statistic, rank, n_negative, n_directions, outside, coordinates) -> list[str]:
    """Why a Hausman statistic has no chi-squared distribution; empty when nothing speaks against it."""
    found = []
    if rank == 0:
        found.append("the two covariance matrices are equal: there is nothing to test")
    if n_negative:
        found.append(
            f"the covariance of the difference is not positive semidefinite ({n_negative} of "
            f"{len(coordinates)} eigenvalues are negative): the statistic has no chi-squared distribution"
        )
    elif rank > n_directions:
        found.append(
            f"the estimators can differ in {n_directions} directions only, but two error variances make the "
            f"rank {rank}: the degrees of freedom are overstated"
        )
    if statistic < 0:
        found.append("the statistic is negative")
    if rank and np.linalg.norm(outside) > OUTSIDE_TOLERANCE * np.linalg.norm(coordinates):
        found.append("the difference does not lie in the range of its covariance")
    return found
