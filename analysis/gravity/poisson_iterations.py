"""Iteratively reweighted least squares of a Poisson mean, with effects absorbed rather than expanded."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.special import xlogy

from analysis.gravity.absorption import Effects, projection
from analysis.gravity.errors import NotEstimable

DEVIANCE_TOLERANCE = 1e-11
MAX_ITERATIONS = 200
MAX_HALVINGS = 30
SMALLEST_EIGENVALUE = 1e-14
# exp of more than this overflows; a mean beyond it (the outcome has mean 1 here) is never a good step.
LARGEST_EXPONENT = 600.0


@dataclass(frozen=True)
class PoissonIterations:
    """Where the iterations ended, for n rows and k columns.

    Attributes
    ----------
    coefficients : ndarray, shape (k,)
    mu, eta : ndarray, shape (n,)
        Mean and its logarithm, effects included.
    within : ndarray, shape (n, k)
        The columns less effects under the weights mu: what enters standard errors.
    unscaled : ndarray, shape (k, k)
        (X'WX)^-1 of `within` with W = diag(mu).
    coefficient_step : ndarray, shape (k,)
        Change of the coefficients that one more Newton step would make.
    step : ndarray, shape (n,)
        Change of eta that one more Newton step would make. mu (1 + step) fulfils the first-order conditions
        exactly, so step > -1 on all rows with outcome 0 proves that no row is separated.
    deviance : float
    n_iterations : int
    is_converged : bool
    least_eigenvalue : float
        Of X'WX with its columns scaled to unit length: near 0, a step says nothing of some combination.
    """

    coefficients: np.ndarray
    mu: np.ndarray
    eta: np.ndarray
    within: np.ndarray
    unscaled: np.ndarray
    coefficient_step: np.ndarray
    step: np.ndarray
    deviance: float
    n_iterations: int
    is_converged: bool
    least_eigenvalue: float


def poisson_deviance(outcome: np.ndarray, mu: np.ndarray) -> float:
    """2 sum(y ln(y / mu) - (y - mu)), in the units of the outcome."""
    with np.errstate(over="ignore", divide="ignore", invalid="ignore"):
        terms = xlogy(outcome, outcome) - xlogy(outcome, mu) - (outcome - mu)
        return 2 * float(np.sum(terms))


def cross_product(left: np.ndarray, right: np.ndarray) -> np.ndarray:
    """left' right of (n, a) and (n, b) with a fixed order of summation, whatever the number of threads."""
    return np.einsum("ni,nj->ij", left, right)


def iterate(
    outcome: np.ndarray,
    columns: np.ndarray,
    effects: Effects,
    *,
    max_iterations: int = MAX_ITERATIONS,
    stop: Callable[[np.ndarray, np.ndarray], bool] | None = None,
) -> PoissonIterations:
    """Maximise the Poisson pseudo-likelihood of mu = exp(X b + effects).

    Starts at mu = (y + mean of y) / 2; a step that raises the deviance or overflows is halved; ends when the
    deviance changes by less than a share of 1e-11. The working variable and the columns keep what was already
    removed of them, so that later removals of effects are short.

    Parameters
    ----------
    outcome : ndarray, shape (n,)
        Not negative; its size should be near 1 (divide by the mean).
    columns : ndarray, shape (n, k)
        Independent of one another and of the effects, of comparable size; with the constant when there are
        no effects.
    effects : Effects
    max_iterations : int
    stop : callable, optional
        Told mu (n,) and the Newton step of eta from there (n,); the iterations end where it says True.
        Given, an end without convergence is no error.

    Raises
    ------
    NotEstimable
        No convergence, or no step that lowers the deviance.

    References
    ----------
    Correia, Guimaraes and Zylkin (2020), Fast Poisson estimation with high-dimensional fixed effects,
    Stata Journal 20.
    """
    mu = (outcome + outcome.mean()) / 2
    eta = np.log(mu)
    deviance = poisson_deviance(outcome, mu)
    k = columns.shape[1]
    state = _State(columns.T.copy(), np.zeros_like(eta), np.zeros_like(eta))
    coefficients = np.zeros(k)
    is_converged, has_fit = False, False
    for count in range(max_iterations + 1):
        solved = _weighted_step(outcome, mu, eta, columns, effects, state)
        if is_converged or count == max_iterations or (stop and has_fit and stop(mu, solved.eta - eta)):
            break
        new_eta, new_mu, new_deviance, share = _damped(outcome, eta, solved.eta, deviance, has_fit)
        if new_mu is None:
            if stop:
                break
            raise NotEstimable(
                f"PPML: no step lowers the deviance after {count} iterations, deviance {deviance:g}"
            )
        coefficients = coefficients + share * (solved.coefficients - coefficients)
        change = abs(new_deviance - deviance) / max(min(new_deviance, deviance), 0.1)
        eta, mu, deviance = new_eta, new_mu, new_deviance
        is_converged = has_fit and share == 1.0 and change < DEVIANCE_TOLERANCE
        has_fit = True
    if not (is_converged or stop):
        raise NotEstimable(f"PPML did not converge in {max_iterations} iterations, deviance {deviance:g}")
    return PoissonIterations(
        coefficients=coefficients,
        mu=mu,
        eta=eta,
        within=state.within.T,
        unscaled=solved.unscaled,
        coefficient_step=solved.coefficients - coefficients,
        step=solved.eta - eta,
        deviance=deviance,
        n_iterations=count,
        is_converged=is_converged,
        least_eigenvalue=solved.least_eigenvalue,
    )


@dataclass
class _State:
    """What is left of the columns (k, n) and of the working variable (n,) since the last removal of "
    "effects."""

    within: np.ndarray
    working_within: np.ndarray
    working: np.ndarray


@dataclass(frozen=True)
class _Step:
    coefficients: np.ndarray
    unscaled: np.ndarray
    eta: np.ndarray
    least_eigenvalue: float


def _weighted_step(outcome, mu, eta, columns, effects: Effects, state: _State) -> _Step:
    working = eta + outcome / mu - 1
    if effects.names:
        stacked = np.vstack([state.within, working - state.working + state.working_within])
        whole = np.vstack([columns.T, working])
        remove = projection(effects, mu)
        scale = np.einsum("mn,mn,n->m", whole, whole, mu)
        stacked = remove(stacked, scale)
        state.within, state.working_within, state.working = stacked[:-1], stacked[-1], working
        target = stacked[-1]
    else:
        target = working
    within = state.within.T
    root = np.sqrt(mu)
    weighted = within * root[:, None]
    coefficients, unscaled, least = _solve(weighted, target * root)
    fitted = np.einsum("nk,k->n", within, coefficients)
    return _Step(coefficients, unscaled, working - (target - fitted), least)


def _solve(weighted: np.ndarray, target: np.ndarray) -> tuple[np.ndarray, np.ndarray, float]:
    """Least squares through the cross-products of columns of unit length, refined once."""
    if weighted.shape[1] == 0:
        return np.zeros(0), np.zeros((0, 0)), 1.0
    lengths = np.sqrt(np.einsum("ni,ni->i", weighted, weighted))
    lengths = np.where(lengths > 0, lengths, 1.0)
    scaled = weighted / lengths
    eigenvalues, vectors = np.linalg.eigh(cross_product(scaled, scaled))
    kept = eigenvalues > SMALLEST_EIGENVALUE * eigenvalues[-1]
    inverse = vectors[:, kept] / eigenvalues[kept] @ vectors[:, kept].T
    coefficients = inverse @ np.einsum("ni,n->i", scaled, target)
    rest = target - np.einsum("ni,i->n", scaled, coefficients)
    coefficients += inverse @ np.einsum("ni,n->i", scaled, rest)
    return coefficients / lengths, inverse / np.outer(lengths, lengths), float(eigenvalues[0])


def _damped(outcome, eta, target, deviance, has_fit):
    """Go to `target`, or part of the way when that raises the deviance.

    The start is no mean of the model (it lies between outcome and mean), so the first step is halved only
    when it overflows.
    """
    share = 1.0
    for _ in range(MAX_HALVINGS):
        new_eta = target if share == 1.0 else eta + share * (target - eta)
        if new_eta.max(initial=-np.inf) < LARGEST_EXPONENT:
            new_mu = np.maximum(np.exp(new_eta), np.finfo(float).tiny)
            new_deviance = poisson_deviance(outcome, new_mu)
            slack = 1e-9 * max(abs(deviance), 0.1)
            if np.isfinite(new_deviance) and (not has_fit or new_deviance <= deviance + slack):
                return new_eta, new_mu, new_deviance, share
        share /= 2
    return eta, None, deviance, 0.0
