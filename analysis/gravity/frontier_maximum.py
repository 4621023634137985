"""The highest likelihood of a frontier: a grid of gamma, Newton steps to the end, or the edge it rises to."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from enum import Enum

import numpy as np

from analysis.gravity.absorption import effects_of, independent_columns
from analysis.gravity.errors import CollinearTerms, NotEstimable
from analysis.gravity.frontier_likelihood import Parts, gradient, log_likelihood
from analysis.gravity.frontier_profile import (
    GAMMAS,
    ProfilePoint,
    deterministic_frontier,
    peaks,
    profile_point,
)
from analysis.gravity.poisson_data import scaled_columns
from analysis.gravity.poisson_iterations import cross_product

GRADIENT_TOLERANCE = 1e-7
MAX_NEWTON_STEPS = 60
# Standard deviations of u, in those of the residuals, beyond which the estimate runs away to a limit.
LARGEST_SPREAD = 1e3
SMALLEST_SPREAD = 1e-4
# A likelihood per row that is higher than that of least squares by no more than this is rounding.
NO_GAIN = 1e-9


class Edge(Enum):
    """Where the likelihood is highest when no maximum lies inside."""

    NO_INEFFICIENCY = "gamma = 0: least squares"
    NO_NOISE = "gamma = 1: a deterministic frontier"


@dataclass(frozen=True)
class Maximum:
    """Parameters, covariance of all of them, log-likelihood and iterations, in scaled units.

    `is_edge_higher` says whether the likelihood of a half-normal rises above it where noise vanishes.
    """

    theta: np.ndarray
    covariance: np.ndarray
    log_likelihood: float
    n_iterations: int
    is_edge_higher: bool = False


@dataclass(frozen=True)
class FrontierProblem:
    """The likelihood in scaled units: columns standardised, outcome in standard deviations of residuals."""

    outcome: np.ndarray
    design: np.ndarray
    start: np.ndarray
    unit: float
    mean: np.ndarray
    spread: np.ndarray
    is_truncated: bool

    def parts(self, theta: np.ndarray) -> Parts:
        """The parameters of the errors."""
        k = self.design.shape[1]
        mu = float(theta[k + 2]) if self.is_truncated else 0.0
        return Parts(float(np.exp(2 * theta[k])), float(np.exp(2 * theta[k + 1])), mu)

    def residuals(self, theta: np.ndarray) -> np.ndarray:
        """Composed errors, shape (n,)."""
        return self.outcome - np.einsum("nk,k->n", self.design, theta[: self.design.shape[1]])

    def value(self, theta: np.ndarray) -> float:
        """What is minimised: the log-likelihood with its sign turned."""
        with np.errstate(all="ignore"):
            value = -log_likelihood(self.residuals(theta), self.parts(theta))
        return value if np.isfinite(value) else 1e300

    def slope(self, theta: np.ndarray) -> np.ndarray:
        """Its derivatives."""
        parts = self.parts(theta)
        with np.errstate(all="ignore"):
            by_residual, by_u, by_v, by_mu = gradient(self.residuals(theta), parts)
        slopes = np.concatenate(
            [
                -np.einsum("nk,n->k", self.design, by_residual),
                [2 * parts.variance_u * by_u, 2 * parts.variance_v * by_v],
                [by_mu] if self.is_truncated else [],
            ]
        )
        return -np.where(np.isfinite(slopes), slopes, 0.0)

    def hessian(self, theta: np.ndarray) -> np.ndarray:
        """Central differences of the exact slopes."""
        rows = []
        for position in range(theta.size):
            width = 1e-5 * max(1.0, abs(theta[position]))
            step = np.zeros(theta.size)
            step[position] = width
            rows.append((self.slope(theta + step) - self.slope(theta - step)) / (2 * width))
        hessian = np.array(rows)
        return (hessian + hessian.T) / 2

    def best(self) -> Maximum | Edge:
        """The highest maximum inside the parameter space, else the edge that the likelihood rises to.

        Residuals of least squares that are skewed the wrong way leave a half-normal no inefficiency (Waldman
        1982). A maximum inside is preferred to a higher edge, where nothing is known of standard errors.
        """
        is_skewness_wrong = float((self.residuals(self.start) ** 3).mean()) >= 0
        if is_skewness_wrong and not self.is_truncated:
            return Edge.NO_INEFFICIENCY
        n = self.outcome.size
        # Residuals of least squares have variance 1 here.
        least_squares = -n / 2 * (math.log(2 * math.pi) + 1)
        found = peaks(self.outcome, self.design, self.start, self.is_truncated)
        inside = [self._refined(self._theta(point)) for point in found]
        inside = [one for one in inside if one and one.log_likelihood > least_squares + NO_GAIN * n]
        edge = profile_point(self.outcome, self.design, GAMMAS[-1], 0.0, (self.start, 1.0)).log_likelihood
        if inside:
            best = max(inside, key=lambda one: one.log_likelihood)
            return replace(best, is_edge_higher=edge > best.log_likelihood)
        return Edge.NO_INEFFICIENCY if is_skewness_wrong or edge <= least_squares else Edge.NO_NOISE

    def _theta(self, point: ProfilePoint) -> np.ndarray:
        spread_u = point.sigma * math.sqrt(point.gamma)
        spreads = [math.log(spread_u), math.log(point.sigma * math.sqrt(1 - point.gamma))]
        means = [point.mean * spread_u] if self.is_truncated else []
        return np.concatenate([point.coefficients, spreads, means])

    def _refined(self, theta: np.ndarray) -> Maximum | None:
        """Newton steps until the slopes vanish; None where they lead to an edge."""
        value, n, k = self.value(theta), self.outcome.size, self.design.shape[1]
        n_iterations = 0
        for _ in range(MAX_NEWTON_STEPS):
            slope, hessian = self.slope(theta), self.hessian(theta)
            if np.abs(slope).max() <= GRADIENT_TOLERANCE * n:
                break
            eigenvalues, vectors = np.linalg.eigh(hessian)
            direction = -vectors @ ((vectors.T @ slope) / np.maximum(np.abs(eigenvalues), 1e-8 * n))
            share = 1.0
            while share > 1e-6 and self.value(theta + share * direction) > value + 1e-12 * abs(value):
                share /= 2
            if share <= 1e-6:
                break
            theta, n_iterations = theta + share * direction, n_iterations + 1
            value = self.value(theta)
        spreads = np.exp(theta[k : k + 2])
        if not np.isfinite(theta).all() or spreads.min() < SMALLEST_SPREAD or spreads.max() > LARGEST_SPREAD:
            return None
        hessian = self.hessian(theta)
        slope = float(np.abs(self.slope(theta)).max())
        if slope > 10 * GRADIENT_TOLERANCE * n or np.linalg.eigvalsh(hessian)[0] <= 1e-9 * n:
            return None
        return Maximum(theta, np.linalg.inv(hessian), -value, n_iterations)

    def deterministic(self) -> tuple[np.ndarray, float, float]:
        """Coefficients (k,), variance of u and log-likelihood at the edge where noise vanishes."""
        coefficients = deterministic_frontier(self.outcome, self.design, self.start)
        distance = np.einsum("nk,k->n", self.design, coefficients) - self.outcome
        n = self.outcome.size
        variance = float(np.einsum("n,n->", distance, distance)) / n
        return coefficients, variance, n * (math.log(2) - 0.5 * (math.log(2 * math.pi * variance) + 1))


def frontier_problem(
    outcome: np.ndarray, regressors: np.ndarray, terms: tuple[str, ...], is_truncated: bool, outcome_name: str
) -> FrontierProblem:
    """Check the columns (n, k) and scale them; rows are in canonical order.

    Raises
    ------
    CollinearTerms
        Terms depend on one another or on the constant.
    NotEstimable
        The outcome is fitted exactly.
    """
    columns, spread = scaled_columns(regressors)
    is_absorbed, is_dependent = independent_columns(columns, effects_of(None, outcome.size))
    out = is_absorbed | is_dependent
    if out.any():
        named = tuple(term for term, is_out in zip(terms, out, strict=True) if is_out)
        raise CollinearTerms(f"linearly dependent terms (constant included): {', '.join(named)}", named)
    design = np.column_stack([np.ones(outcome.size), columns])
    start = np.linalg.solve(cross_product(design, design), np.einsum("nk,n->k", design, outcome))
    residuals = outcome - np.einsum("nk,k->n", design, start)
    unit = float(np.sqrt(np.einsum("n,n->", residuals, residuals) / outcome.size))
    if unit <= 1e-10 * max(np.abs(outcome).max(), 1e-300):
        raise NotEstimable(f"frontier: {outcome_name} is fitted exactly, no error is left to split")
    return FrontierProblem(
        outcome / unit, design, start / unit, unit, regressors.mean(axis=0), spread, is_truncated
    )
