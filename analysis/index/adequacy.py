"""Are the indicators correlated enough to be summarised? KMO, per-indicator MSA and Bartlett's test."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import stats

# Eigenvalues of a correlation matrix below this are rounding: the matrix is singular.
SINGULAR_EIGENVALUE = 1e-10


@dataclass(frozen=True)
class Kmo:
    """Kaiser-Meyer-Olkin measure of sampling adequacy.

    Attributes
    ----------
    overall : float
        Squared correlations over squared correlations plus squared partial correlations; nan if undefined.
    msa : ndarray, shape (p,)
        The same per indicator.
    reason : str
        Why it is undefined; empty when it is defined.
    """

    overall: float
    msa: np.ndarray
    reason: str


@dataclass(frozen=True)
class Bartlett:
    """Bartlett's test that indicators are uncorrelated, chi-squared with `df` degrees of freedom.

    Attributes
    ----------
    statistic, p_value : float
        nan if undefined.
    df : int
        p (p - 1) / 2.
    reason : str
        Why it is undefined; empty when it is defined.
    """

    statistic: float
    df: int
    p_value: float
    reason: str


@dataclass(frozen=True)
class Adequacy:
    """Sampling adequacy of indicators on n rows.

    Attributes
    ----------
    n_obs : int
    kmo : Kmo
    bartlett : Bartlett
    warnings : dict of str to str
        What speaks against an index of these indicators, by what it is about: 'kmo', 'bartlett',
        'observations' or ``msa <name>`` of one indicator. Empty when nothing does.
    """

    n_obs: int
    kmo: Kmo
    bartlett: Bartlett
    warnings: dict[str, str]


def adequacy(
    correlation: np.ndarray,
    n_obs: int,
    names: Sequence[str],
    *,
    kmo_floor: float = 0.5,
    observations_per_indicator: float = 5.0,
) -> Adequacy:
    """Assess whether a principal component analysis of the indicators makes sense.

    Parameters
    ----------
    correlation : ndarray, shape (p, p)
    n_obs : int
        Rows behind the correlations.
    names : sequence of str, length p
    kmo_floor : float
        KMO below this, of all indicators or of one, is called unacceptable by Kaiser (1974, Psychometrika
        39).
    observations_per_indicator : float
        Fewer rows per indicator than this raise a warning.
    """
    measure, test = kmo(correlation, names), bartlett(correlation, n_obs)
    warnings = {about: text for about, text in (("kmo", measure.reason), ("bartlett", test.reason)) if text}
    if measure.overall < kmo_floor:
        warnings["kmo"] = (
            f"KMO is {measure.overall:.3f}, below {kmo_floor:g}: the indicators share too little for an index"
        )
    for name, value in zip(names, measure.msa, strict=True):
        if value < kmo_floor:
            warnings[f"msa {name}"] = (
                f"the sampling adequacy of {name} is {value:.3f}, below {kmo_floor:g}: it shares too little "
                "with the other indicators"
            )
    if n_obs < observations_per_indicator * len(names):
        warnings["observations"] = (
            f"{n_obs} rows for {len(names)} indicators, fewer than {observations_per_indicator:g} each: "
            "loadings are unstable"
        )
    return Adequacy(n_obs, measure, test, warnings)


def kmo(correlation: np.ndarray, names: Sequence[str]) -> Kmo:
    """Kaiser-Meyer-Olkin measure, overall and per indicator.

    Parameters
    ----------
    correlation : ndarray, shape (p, p)
    names : sequence of str, length p
        Used in the reason why the measure is undefined.

    References
    ----------
    Kaiser and Rice (1974), Educational and Psychological Measurement 34.
    """
    n_indicators = correlation.shape[0]
    if n_indicators < 2:
        return _kmo_undefined(n_indicators, f"KMO is undefined for one indicator ({', '.join(names)})")
    rank = _rank(correlation)
    if rank < n_indicators:
        return _kmo_undefined(
            n_indicators,
            f"KMO is undefined: the correlation matrix is singular (rank {rank} of {n_indicators}), so "
            "partial correlations do not exist",
        )
    inverse = np.linalg.inv(correlation)
    scale = np.sqrt(np.diag(inverse))
    off_diagonal = ~np.eye(n_indicators, dtype=bool)
    squared = np.where(off_diagonal, correlation, 0.0) ** 2
    partial = np.where(off_diagonal, inverse / np.outer(scale, scale), 0.0) ** 2
    total = squared.sum() + partial.sum()
    if total == 0:
        return _kmo_undefined(n_indicators, "KMO is undefined: no two indicators are correlated at all")
    per_indicator = squared.sum(axis=0) + partial.sum(axis=0)
    msa = np.divide(
        squared.sum(axis=0), per_indicator, out=np.full(n_indicators, np.nan), where=per_indicator > 0
    )
    return Kmo(float(squared.sum() / total), msa, "")


def bartlett(correlation: np.ndarray, n_obs: int) -> Bartlett:
    """Bartlett's test of sphericity.

    Parameters
    ----------
    correlation : ndarray, shape (p, p)
    n_obs : int

    References
    ----------
    Bartlett (1951), Biometrika 38.
    """
    n_indicators = correlation.shape[0]
    df = n_indicators * (n_indicators - 1) // 2
    rank = _rank(correlation)
    multiplier = n_obs - 1 - (2 * n_indicators + 5) / 6
    reason = ""
    if n_indicators < 2:
        reason = "Bartlett's test is undefined for one indicator"
    elif rank < n_indicators:
        reason = (
            f"Bartlett's test is undefined: the correlation matrix is singular (rank {rank} of "
            f"{n_indicators}), so the logarithm of its determinant does not exist"
        )
    elif multiplier <= 0:
        reason = f"Bartlett's test is undefined: {n_obs} rows are too few for {n_indicators} indicators"
    if reason:
        return Bartlett(math.nan, df, math.nan, reason)
    statistic = -multiplier * float(np.linalg.slogdet(correlation)[1])
    # Uncorrelated indicators have a determinant of 1, which rounding may put a hair above.
    statistic = max(statistic, 0.0)
    return Bartlett(statistic, df, float(stats.chi2.sf(statistic, df)), "")


def _kmo_undefined(n_indicators: int, reason: str) -> Kmo:
    return Kmo(math.nan, np.full(n_indicators, math.nan), reason)


def _rank(correlation: np.ndarray) -> int:
    return int((np.linalg.eigvalsh(correlation) > SINGULAR_EIGENVALUE).sum())
