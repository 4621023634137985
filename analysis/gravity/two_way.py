"""Fixed effects of partners and of periods together."""

from __future__ import annotations

import dataclasses
import math
from typing import Literal

import numpy as np

from analysis.gravity.absorption import Effects, projection
from analysis.gravity.covariance import CLASSICAL_T, CovarianceRule
from analysis.gravity.errors import CollinearTerms, NotEstimable, TimeInvariantTerms
from analysis.gravity.fit import (
    LinearFit,
    RSquared,
    gaussian_log_likelihood,
    linear_fit,
    squared_correlation,
    variance_components,
)
from analysis.gravity.groups import group_means, n_connected_parts, rank_of_effects
from analysis.gravity.least_squares import dependent_terms
from analysis.gravity.panel_data import PanelData
from analysis.gravity.regression import run_regression

# Of a column that effects explain, projections leave about their tolerance.
ABSORBED_SHARE = 1e-9


def two_way_fixed_effects(
    panel: PanelData,
    rule: CovarianceRule = CLASSICAL_T,
    *,
    absorbed_terms: Literal["raise", "drop"] = "raise",
) -> LinearFit:
    """Within estimator with one effect per partner and one per period.

    y_it = const + x_it b + u_i + v_t + e_it. On a balanced panel a variable less its means by partner and by
    period, plus its grand mean, is free of both effects; on an unbalanced one the two sets of means are
    removed in turn until nothing is left of them (to 1e-13 of each variable). The effects are each around 0
    over all rows, so the constant is the mean of what the slopes leave.

    Parameters
    ----------
    panel : PanelData
    rule : CovarianceRule
    absorbed_terms : {'raise', 'drop'}
        What to do with terms that partner and period effects explain completely: those that do not vary over
        time, those common to all partners, and sums of the two.

    Raises
    ------
    TimeInvariantTerms
        Such terms exist and are to be refused, or no other term is left.
    CollinearTerms
        Terms are dependent once both effects are removed.
    NotEstimable
        No residual degrees of freedom: n must exceed k plus the rank of the effects, which is N + T less the
        parts into which partners and periods fall that share no row with one another.

    References
    ----------
    Baltagi, Econometric Analysis of Panel Data, chapter 3; Wansbeek and Kapteyn (1989), Journal of
    Econometrics 41 (unbalanced panels).
    """
    if panel.n_entities < 2 or panel.n_periods < 2:
        raise NotEstimable(
            f"two-way fixed effects: seen {panel.n_entities} partners and {panel.n_periods} periods, at "
            "least 2 of each are needed"
        )
    order = panel.row_order
    partners, periods = panel.entity_index[order], panel.period_index[order]
    columns = np.column_stack([panel.outcome, panel.regressors])[order]
    within = _without_both(panel, columns, partners, periods)
    lengths, before = np.linalg.norm(within, axis=0), np.linalg.norm(columns, axis=0)
    absorbed = lengths[1:] <= ABSORBED_SHARE * before[1:]
    dropped = tuple(term for term, is_gone in zip(panel.terms, absorbed, strict=True) if is_gone)
    if dropped and (absorbed_terms == "raise" or absorbed.all()):
        raise TimeInvariantTerms(
            f"terms that partner and period effects absorb: {', '.join(dropped)}", dropped
        )
    kept_terms = [term for term in panel.terms if term not in dropped]
    rank, _ = rank_of_effects([partners, periods])
    _require_rows(panel, len(kept_terms), rank)
    slopes_within = within[:, 1:][:, ~absorbed]
    dependent = dependent_terms(slopes_within, kept_terms)
    if dependent:
        raise CollinearTerms(
            f"terms linearly dependent once partner and period effects are removed: {', '.join(dependent)}",
            dependent,
        )
    means = columns.mean(axis=0)
    regression = run_regression(
        np.column_stack([np.ones(panel.n_obs), slopes_within + means[1:][~absorbed]]),
        within[:, 0] + means[0],
        partners,
        periods,
        absorbed=(partners, periods),
        n_absorbed=rank - 1,
    )
    coefficients = regression.solution.coefficients
    left = columns[:, 0] - coefficients[0] - columns[:, 1:][:, ~absorbed] @ coefficients[1:]
    entity_effects, period_effects = _effects(left - regression.solution.residuals, partners, periods)
    parts = n_connected_parts(partners, periods)
    caveats = ()
    if parts > 1:
        caveats = (
            f"partners and periods fall into {parts} parts that share no row: effects of different parts "
            "cannot be compared",
        )
    squares = regression.solution.residual_sum_of_squares
    fit = linear_fit(
        panel,
        regression,
        rule,
        estimator="two_way_fixed_effects",
        r_squared_kind="within",
        log_likelihood=gaussian_log_likelihood(squares, panel.n_obs),
        entity_effects=entity_effects,
        period_effects=period_effects,
        components=variance_components(
            float(np.std(entity_effects, ddof=1)), math.sqrt(squares / regression.df_resid)
        ),
        dropped=dropped,
        caveats=caveats,
    )
    # Within both effects, not within partners alone.
    own = squared_correlation(
        within[:, 0], slopes_within @ coefficients[1:], columns[:, 0], fit.linear_prediction[order]
    )
    return dataclasses.replace(fit, r_squared=RSquared(own, fit.r_squared.between, fit.r_squared.overall))


def _without_both(
    panel: PanelData, columns: np.ndarray, partners: np.ndarray, periods: np.ndarray
) -> np.ndarray:
    """`columns` (n, p) less the effects of partners and periods; rows sorted."""
    centred = columns - columns.mean(axis=0)
    if panel.is_balanced:
        left = centred - group_means(centred, partners)[partners]
        return left - group_means(left, periods)[periods]
    effects = Effects(
        ("partner", "period"),
        np.stack([partners, periods]),
        (panel.entities, np.unique(panel.periods)),
    )
    return projection(effects, np.ones(panel.n_obs))(centred.T).T


def _effects(
    explained: np.ndarray, partners: np.ndarray, periods: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Split what the effects explain (n,) into partner and period effects, each with mean 0 over all rows."""
    n_partners, n_periods = int(partners.max()) + 1, int(periods.max()) + 1
    met = np.zeros((n_partners, n_periods))
    met[partners, periods] = 1.0
    by_partner, by_period = met.sum(axis=1), met.sum(axis=0)
    sums = np.zeros((n_partners, n_periods))
    sums[partners, periods] = explained
    # Normal equations of the period effects once partner effects are taken out.
    matrix = np.diag(by_period) - met.T @ (met / by_partner[:, None])
    right = sums.sum(axis=0) - met.T @ (sums.sum(axis=1) / by_partner)
    of_periods = np.linalg.lstsq(matrix, right, rcond=1e-10)[0]
    of_periods = of_periods - (by_period @ of_periods) / explained.size
    of_partners = (sums.sum(axis=1) - met @ of_periods) / by_partner
    return of_partners, of_periods


def _require_rows(panel: PanelData, n_slopes: int, rank: int) -> None:
    needed = n_slopes + rank
    if panel.n_obs <= needed:
        raise NotEstimable(
            f"two-way fixed effects: {panel.n_obs} observations for {needed} parameters (effects of "
            f"N = {panel.n_entities} partners and T = {panel.n_periods} periods of rank {rank}, {n_slopes} "
            f"slopes): at least {needed + 1} observations are needed"
        )
