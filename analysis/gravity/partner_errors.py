"""Errors across partners: do they differ in size, and do partners' errors move together?"""

from __future__ import annotations

import math

import numpy as np
from scipy import stats

from analysis.gravity.errors import NotEstimable
from analysis.gravity.fit import LinearFit
from analysis.gravity.panel_data import PanelData
from analysis.gravity.specification_tests import SpecificationTest, concluded

FEW_COMMON_YEARS = 3
"""Two partners' errors are correlated over at least this many common years; with two it is 1 or -1."""


def modified_wald(panel: PanelData, fixed: LinearFit, *, alpha: float) -> SpecificationTest:
    """Modified Wald test that all partners' errors have one variance, chi-squared with N df.

    W = sum_i (s_i^2 - s^2)^2 / V_i with s_i^2 = sum_t e_it^2 / T_i, s^2 = sum_it e_it^2 / n and
    V_i = sum_t (e_it^2 - s_i^2)^2 / (T_i (T_i - 1)). It rests on many years per partner; with few years it
    rejects far too often, which the result says.

    Parameters
    ----------
    fixed : LinearFit
        Fixed effects on that panel.

    Raises
    ------
    NotEstimable
        A partner has a single row.

    References
    ----------
    Greene (2018), Econometric Analysis, 8th ed., chapter 9; Baum (2001), Stata Journal 1 (xttest3).
    """
    if panel.counts.min() < 2:
        alone = panel.entities[panel.counts < 2]
        raise NotEstimable(
            f"modified Wald test: one row only for {', '.join(map(str, alone))}, expected 2 or more"
        )
    squares = fixed.residuals**2
    variances = panel.entity_means(squares)
    spread = panel.entity_means((squares - variances[panel.entity_index]) ** 2) / (panel.counts - 1)
    is_defined = not fixed.is_exact and bool((spread > 0).all())
    overall = float(squares.sum()) / panel.n_obs
    statistic = float(((variances - overall) ** 2 / spread).sum()) if is_defined else math.nan
    mean_rows = panel.n_obs / panel.n_entities
    return concluded(
        "modified_wald",
        statistic,
        float(stats.chi2.sf(statistic, panel.n_entities)),
        df1=panel.n_entities,
        alpha=alpha,
        rejected="the size of errors differs between partners",
        kept="no difference in the size of errors between partners is found",
        objection="" if is_defined else "errors of a partner do not vary in size: the statistic is undefined",
        caveat=(
            f"rests on many years per partner; with {mean_rows:.3g} it rejects far too often"
            if mean_rows < 30
            else ""
        ),
    )


def pesaran_cd(panel: PanelData, fit: LinearFit, *, alpha: float) -> SpecificationTest:
    """Pesaran's test that errors of different partners are uncorrelated in a year, standard normal.

    z = sqrt(2 / (N (N - 1))) sum_{i<j} sqrt(T_ij) r_ij, with r_ij the correlation of the residuals of
    partners i and j over their T_ij common years, each centred over these.

    Parameters
    ----------
    fit : LinearFit
        Any estimator on that panel; its residuals without partner effects are used (fixed effects) or as they
        are (pooled OLS).

    Raises
    ------
    NotEstimable
        No two partners have 3 common years.

    References
    ----------
    Pesaran (2015), Econometric Reviews 34; unbalanced panels: section 3.1 there.
    """
    correlations, years = _pairwise_correlations(panel, fit)
    statistic = math.sqrt(1 / correlations.size) * float(np.sqrt(years) @ correlations)
    # The mean |r| tells whether correlations of both signs cancel.
    return concluded(
        "pesaran_cd",
        statistic,
        2 * float(stats.norm.sf(abs(statistic))),
        alpha=alpha,
        rejected="partners' errors move together within a year",
        kept="no common movement of partners' errors is found",
        caveat=f"mean absolute correlation {np.abs(correlations).mean():.2f} over {correlations.size} pairs",
    )


def breusch_pagan_cross_section(panel: PanelData, fit: LinearFit, *, alpha: float) -> SpecificationTest:
    """Breusch-Pagan LM test of correlation between partners, chi-squared with a df per pair.

    sum_{i<j} T_ij r_ij^2; for few partners and many years. Parameters and errors as `pesaran_cd`.

    References
    ----------
    Breusch and Pagan (1980), Review of Economic Studies 47.
    """
    correlations, years = _pairwise_correlations(panel, fit)
    statistic = float(years @ correlations**2)
    n_pairs = correlations.size
    return concluded(
        "breusch_pagan_cross_section",
        statistic,
        float(stats.chi2.sf(statistic, n_pairs)),
        df1=n_pairs,
        alpha=alpha,
        rejected="errors of some partners are correlated within a year",
        kept="no correlation between partners' errors is found",
        caveat=(
            f"rests on more years than partners; seen {panel.n_periods} years and {panel.n_entities} partners"
            if panel.n_periods <= panel.n_entities
            else ""
        ),
    )


def jarque_bera(fit: LinearFit, *, alpha: float) -> SpecificationTest:
    """Jarque-Bera test that residuals are normal, chi-squared with 2 df.

    n/6 (skewness^2 + (kurtosis - 3)^2 / 4). In small samples its level is only roughly right.

    References
    ----------
    Jarque and Bera (1987), International Statistical Review 55.
    """
    residuals = fit.residuals - fit.residuals.mean()
    variance = float((residuals**2).mean())
    if fit.is_exact:
        statistic, objection, shape = math.nan, "residuals are all 0: the statistic is undefined", ""
    else:
        skewness = float((residuals**3).mean()) / variance**1.5
        kurtosis = float((residuals**4).mean()) / variance**2
        statistic = fit.n_obs / 6 * (skewness**2 + (kurtosis - 3) ** 2 / 4)
        objection, shape = "", f"skewness {skewness:.2f}, kurtosis {kurtosis:.2f}"
    return concluded(
        "jarque_bera",
        statistic,
        float(stats.chi2.sf(statistic, 2)),
        df1=2,
        alpha=alpha,
        rejected="errors are not normal, so t and F hold only roughly",
        kept="nothing speaks against normal errors",
        objection=objection,
        caveat=shape,
    )


def _pairwise_correlations(panel: PanelData, fit: LinearFit) -> tuple[np.ndarray, np.ndarray]:
    """Correlation of each pair of partners over their common years, and their number. Shape (pairs,)."""
    if fit.is_exact:
        raise NotEstimable("correlation between partners: the outcome is fitted exactly")
    residuals = fit.residuals
    years, position = np.unique(panel.periods, return_inverse=True)
    table = np.zeros((panel.n_entities, years.size))
    is_there = np.zeros_like(table)
    table[panel.entity_index, position] = residuals
    is_there[panel.entity_index, position] = 1.0
    common = is_there @ is_there.T
    with np.errstate(invalid="ignore", divide="ignore"):
        # Sums over common years of both sides: a cell that is not there is 0 in table and in is_there.
        sums = table @ is_there.T
        products = table @ table.T - sums * sums.T / common
        squares = (table**2) @ is_there.T - sums**2 / common
        correlation = products / np.sqrt(squares * squares.T)
    first, second = np.triu_indices(panel.n_entities, 1)
    usable = (common[first, second] >= FEW_COMMON_YEARS) & np.isfinite(correlation[first, second])
    if not usable.any():
        raise NotEstimable(
            f"correlation between partners: no two of {panel.n_entities} partners have "
            f"{FEW_COMMON_YEARS} common years with varying residuals"
        )
    return correlation[first, second][usable], common[first, second][usable]
