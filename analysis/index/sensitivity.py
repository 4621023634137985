"""Which choice moves the index: shares of variance over a full factorial of choices, exact."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class SobolShares:
    """Shares of variance by factor.

    Attributes
    ----------
    first_order : ndarray, shape (k,)
        V(E[y | x_i]) / V(y): what goes away on average when the factor is fixed. They sum to 1 at most; the
        rest is interplay.
    total : ndarray, shape (k,)
        E(V[y | all but x_i]) / V(y): what is left when everything else is fixed; with all interplay.
    variance : float
        V(y), summed over the outcomes.
    """

    first_order: np.ndarray
    total: np.ndarray
    variance: float


def sobol_shares(outcomes: np.ndarray) -> SobolShares:
    """Decompose the variance of outcomes over a full factorial.

    The factors are finite and every combination is there, each counting alike. Hence conditional means and
    variances are those of the table itself, by the analysis of variance: no sampling, no error of estimation.
    Where several outcomes are given, variances are summed over them before they are divided.

    Parameters
    ----------
    outcomes : ndarray, shape (l_1, ..., l_k, outcomes)
        One axis per factor, of as many levels; the last is that of the outcomes.

    Returns
    -------
    SobolShares
        All shares nan where no outcome varies.

    References
    ----------
    Saisana, Saltelli and Tarantola (2005), Journal of the Royal Statistical Society A 168: sensitivity of
    composite indicators. Sobol (1993), Mathematical Modelling and Computational Experiment 1. Homma and
    Saltelli (1996), Reliability Engineering and System Safety 52: total shares.
    """
    outcomes = np.asarray(outcomes, dtype=float)
    axes = tuple(range(outcomes.ndim - 1))
    variance = float(outcomes.var(axis=axes).sum())
    if variance <= 1e-24 * max(float(np.abs(outcomes).max()), 1e-300) ** 2:
        nothing = np.full(len(axes), np.nan)
        return SobolShares(nothing, nothing.copy(), 0.0)
    first, total = [], []
    for axis in axes:
        others = tuple(other for other in axes if other != axis)
        first.append(outcomes.mean(axis=others).var(axis=0).sum())
        total.append(outcomes.var(axis=axis).mean(axis=tuple(range(len(axes) - 1))).sum())
    return SobolShares(np.array(first) / variance, np.array(total) / variance, variance)


def leading_factor(outcomes: np.ndarray) -> np.ndarray:
    """Factor with the largest total share for each outcome, shape (outcomes,); -1 where it does not vary.

    Parameters
    ----------
    outcomes : ndarray, shape (l_1, ..., l_k, outcomes)
    """
    axes = range(outcomes.ndim - 1)
    rest = tuple(range(outcomes.ndim - 2))
    totals = np.array([outcomes.var(axis=axis).mean(axis=rest) for axis in axes])
    return np.where(totals.max(axis=0) > 0, totals.argmax(axis=0), -1)
