"""Likelihood of a production frontier y = X b + v - u with normal v and half- or truncated-normal u >= 0."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import log_ndtr

LOG_ROOT_TWO_PI = 0.5 * np.log(2 * np.pi)


def hazard(values: np.ndarray) -> np.ndarray:
    """phi(x) / Phi(x), without overflow on either side."""
    return np.exp(-0.5 * values**2 - LOG_ROOT_TWO_PI - log_ndtr(values))


@dataclass(frozen=True)
class Parts:
    """Variances of u before truncation and of v, and mean of u before truncation; units of the outcome."""

    variance_u: float
    variance_v: float
    mu: float

    @property
    def variance(self) -> float:
        """Sum of both variances: sigma squared of FRONTIER 4.1."""
        return self.variance_u + self.variance_v


def log_likelihood(residuals: np.ndarray, parts: Parts) -> float:
    """Log-likelihood of composed errors e = v - u, shape (n,).

    With s2 = su2 + sv2 and A = (mu sv2 - e su2) / (s su sv), each row adds
    -ln s - (e + mu)^2 / (2 s2) - ln(2 pi)/2 + ln Phi(A) - ln Phi(mu / su); mu = 0 is the half-normal.

    References
    ----------
    Aigner, Lovell and Schmidt (1977), Journal of Econometrics 6. Stevenson (1980), Journal of Econometrics
    13.
    """
    a, c, s = parts.variance_u, parts.variance_v, parts.variance
    argument = (parts.mu * c - residuals * a) / np.sqrt(s * a * c)
    rows = -((residuals + parts.mu) ** 2) / (2 * s) + log_ndtr(argument)
    constant = -0.5 * np.log(s) - LOG_ROOT_TWO_PI - log_ndtr(parts.mu / np.sqrt(a))
    return float(rows.sum() + residuals.size * constant)


def gradient(residuals: np.ndarray, parts: Parts) -> tuple[np.ndarray, float, float, float]:
    """Derivatives of the log-likelihood by each residual (n,), the two variances and mu."""
    a, c, s, mu = parts.variance_u, parts.variance_v, parts.variance, parts.mu
    root = np.sqrt(s * a * c)
    argument = (mu * c - residuals * a) / root
    ratio, ratio_mu = hazard(argument), float(hazard(np.array(mu / np.sqrt(a))))
    shifted = residuals + mu
    n = residuals.size
    by_residual = -shifted / s - ratio * a / root
    common = -0.5 * n / s + 0.5 * float((shifted**2).sum()) / s**2
    by_u = (
        common
        + float((ratio * (-residuals / root - argument * 0.5 * (1 / s + 1 / a))).sum())
        + 0.5 * n * ratio_mu * mu * a**-1.5
    )
    by_v = common + float((ratio * (mu / root - argument * 0.5 * (1 / s + 1 / c))).sum())
    by_mu = -float(shifted.sum()) / s + float(ratio.sum()) * c / root - n * ratio_mu / np.sqrt(a)
    return by_residual, by_u, by_v, by_mu


def inefficiency(residuals: np.ndarray, parts: Parts) -> tuple[np.ndarray, np.ndarray]:
    """E(u | e) and E(exp(-u) | e) of each row, shape (n,).

    Given e, u is normal with mean m = (mu sv2 - e su2) / s2 and variance t2 = su2 sv2 / s2, truncated at 0.

    References
    ----------
    Jondrow, Lovell, Materov and Schmidt (1982), Journal of Econometrics 19. Battese and Coelli (1988),
    Journal of Econometrics 38.
    """
    a, c, s = parts.variance_u, parts.variance_v, parts.variance
    if a == 0:
        return np.zeros_like(residuals), np.ones_like(residuals)
    if c == 0:
        # Without noise the distance is known; a row on the frontier may miss it by rounding.
        distance = np.maximum(-residuals, 0.0)
        return distance, np.exp(-distance)
    mean = (parts.mu * c - residuals * a) / s
    spread = np.sqrt(a * c / s)
    expected = mean + spread * hazard(mean / spread)
    log_efficiency = log_ndtr(mean / spread - spread) - log_ndtr(mean / spread) - mean + 0.5 * spread**2
    return np.maximum(expected, 0.0), np.exp(log_efficiency)
