"""The highest likelihood of a frontier: a grid of starts, quasi-Newton to near it, Newton to the end."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize

from analysis.gravity.absorption import effects_of, independent_columns
from analysis.gravity.errors import CollinearTerms, NotEstimable
from analysis.gravity.frontier_likelihood import Parts, gradient, log_likelihood
from analysis.gravity.poisson_data import scaled_columns
from analysis.gravity.poisson_iterations import cross_product

GAMMA_STARTS = (0.1, 0.3, 0.5, 0.7, 0.9, 0.98)
GRADIENT_TOLERANCE = 1e-7
MAX_NEWTON_STEPS = 60
# Standard deviations of u, in those of the residuals, beyond which the estimate runs away to a limit.
LARGEST_SPREAD = 1e3
SMALLEST_SPREAD = 1e-4
# A likelihood per row that is higher than that of least squares by no more than this is rounding.
NO_GAIN = 1e-9


@dataclass(frozen=True)
class Maximum:
    """Parameters, covariance of all of them, log-likelihood and iterations, in scaled units."""

    theta: np.ndarray
    covariance: np.ndarray
    log_likelihood: float
    n_iterations: int


@dataclass(frozen=True)
class FrontierProblem:
    """The likelihood in scaled units: columns standardised, outcome in standard deviations of the "
    "residuals."""

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

    def starts(self) -> list[np.ndarray]:
        """Least squares moved up by the mean of u, for a grid of gamma (and of mu), as FRONTIER 4.1 does."""
        starts = []
        for gamma in GAMMA_STARTS:
            variance = math.pi / (math.pi - 2 * gamma)  # that of the residuals is 1
            up = math.sqrt(2 * gamma * variance / math.pi)
            for mu in (0.0, 1.0, -1.0) if self.is_truncated else (0.0,):
                theta = np.concatenate(
                    [
                        self.start,
                        [0.5 * math.log(gamma * variance), 0.5 * math.log((1 - gamma) * variance)],
                        [mu] if self.is_truncated else [],
                    ]
                )
                theta[0] += up + max(mu, 0.0) / 2
                starts.append(theta)
        return starts

    def best(self) -> Maximum | None:
        """The highest maximum inside the parameter space; None when it lies where u vanishes."""
        candidates = [
            minimize(self.value, start, jac=self.slope, method="BFGS", options={"maxiter": 500, "gtol": 1e-6})
            for start in self.starts()
        ]
        inside = [theta for theta in (candidate.x for candidate in candidates) if self._is_inside(theta)]
        if not inside:
            return None
        theta = min(inside, key=self.value)
        n = self.outcome.size
        # What `value` is for least squares, whose residuals have variance 1 here.
        least_squares = n / 2 * (math.log(2 * math.pi) + 1)
        if self.value(theta) >= least_squares - NO_GAIN * n:
            return None
        return self._refined(theta, sum(int(candidate.nit) for candidate in candidates))

    def _is_inside(self, theta: np.ndarray) -> bool:
        k = self.design.shape[1]
        return bool(np.isfinite(theta).all() and math.exp(theta[k]) > SMALLEST_SPREAD)

    def _refined(self, theta: np.ndarray, n_iterations: int) -> Maximum:
        """Newton steps until the slopes vanish."""
        value = self.value(theta)
        n = self.outcome.size
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
        hessian = self.hessian(theta)
        eigenvalues = np.linalg.eigvalsh(hessian)
        k = self.design.shape[1]
        slope = float(np.abs(self.slope(theta)).max())
        spreads = math.exp(theta[k]), math.exp(theta[k + 1])
        if slope > 10 * GRADIENT_TOLERANCE * n or eigenvalues[0] <= 1e-9 * n:
            raise NotEstimable(
                "frontier: no maximum of the likelihood was found (largest slope "
                f"{slope:.2g}, least curvature {eigenvalues[0]:.2g}, sigma_u {spreads[0] * self.unit:.3g}, "
                f"sigma_v {spreads[1] * self.unit:.3g}): "
                + (
                    "mean and spread of the truncated normal cannot be told apart; try 'half_normal'"
                    if self.is_truncated
                    else "one of the errors vanishes"
                )
            )
        if max(spreads) > LARGEST_SPREAD or spreads[1] < SMALLEST_SPREAD:
            raise NotEstimable(
                f"frontier: the estimate runs away (sigma_u {spreads[0] * self.unit:.3g}, sigma_v "
                f"{spreads[1] * self.unit:.3g})"
            )
        return Maximum(theta, np.linalg.inv(hessian), -value, n_iterations)


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
