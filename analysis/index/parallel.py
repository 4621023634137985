"""Horn's parallel analysis: how large eigenvalues are when indicators have nothing in common."""

from __future__ import annotations

from functools import lru_cache

import numpy as np


@lru_cache(maxsize=64)
def parallel_eigenvalues(
    n_obs: int, n_indicators: int, draws: int = 1000, percentile: float = 95.0, seed: int = 1
) -> np.ndarray:
    """Percentile of each eigenvalue of the correlation matrix of uncorrelated normal data.

    Parameters
    ----------
    n_obs : int
        Rows n, at least 2.
    n_indicators : int
        Columns p.
    draws : int
    percentile : float
        Between 0 and 100; 95 after Glorfeld (1995), 50 is near Horn's mean.
    seed : int
        Of a PCG64 generator.

    Returns
    -------
    ndarray, shape (p,), read-only
        Descending.

    Raises
    ------
    ValueError
        When a number is out of its range.

    Notes
    -----
    Cross-products of n centred normal rows are a Wishart matrix with n - 1 degrees of freedom, which is drawn
    directly by Bartlett's decomposition where n > p: the work does not grow with the number of rows.

    References
    ----------
    Horn (1965), Psychometrika 30. Glorfeld (1995), Educational and Psychological Measurement 55. Smith and
    Hocking (1972), Applied Statistics 21: algorithm AS 53.
    """
    if n_obs < 2 or n_indicators < 1 or draws < 1 or not 0 < percentile < 100:
        raise ValueError(
            f"parallel analysis: seen {n_obs} rows, {n_indicators} indicators, {draws} draws and "
            f"percentile {percentile:g}, expected 2 rows, 1 indicator and 1 draw or more and a percentile "
            "between 0 and 100"
        )
    random = np.random.Generator(np.random.PCG64(seed))
    degrees = n_obs - 1
    if degrees >= n_indicators:
        factor = np.tril(random.standard_normal((draws, n_indicators, n_indicators)), -1)
        diagonal = np.arange(n_indicators)
        factor[:, diagonal, diagonal] = np.sqrt(
            random.chisquare(degrees - diagonal, size=(draws, n_indicators))
        )
        products = factor @ factor.transpose(0, 2, 1)
    else:
        rows = random.standard_normal((draws, n_obs, n_indicators))
        rows -= rows.mean(axis=1, keepdims=True)
        products = rows.transpose(0, 2, 1) @ rows
    scale = np.sqrt(np.diagonal(products, axis1=1, axis2=2))
    correlations = products / (scale[:, :, None] * scale[:, None, :])
    eigenvalues = np.linalg.eigvalsh(correlations)[:, ::-1]
    found = np.percentile(eigenvalues, percentile, axis=0)
    found.setflags(write=False)
    return found
