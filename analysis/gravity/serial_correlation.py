"""Do errors of one partner hang together from year to year? Tests on the residuals of a panel."""

from __future__ import annotations

import math
from typing import Literal

import numpy as np
from scipy import optimize, stats

from analysis.gravity.consecutive import consecutive
from analysis.gravity.errors import NotEstimable
from analysis.gravity.fit import LinearFit, is_rounding
from analysis.gravity.panel_data import PanelData
from analysis.gravity.specification_tests import SpecificationTest, concluded

REJECTED = "errors of a partner are correlated over time"
KEPT = "no correlation of a partner's errors over time is found"

Boundary = Literal["within_partners", "stacked"]


def wooldridge_serial_correlation(
    panel: PanelData,
    fixed: LinearFit,
    *,
    alpha: float,
    pairs: Literal["consecutive", "rows"] = "consecutive",
) -> SpecificationTest:
    """Wooldridge's test for serial correlation in fixed-effects residuals, F with 1 and n' - 2 df.

    Within residuals e_it are regressed on e_i,t-1 and a constant. Without serial correlation the slope is
    -1/(T - 1), for removing the mean makes residuals of one partner correlate by that much; the slope is held
    against it with a covariance clustered by partner and without a small-sample factor. n' counts the pairs
    of consecutive years.

    Parameters
    ----------
    panel : PanelData
        T is the mean number of rows per partner; exact on balanced panels.
    fixed : LinearFit
        Fixed effects on that panel.
    alpha : float
    pairs : {'consecutive', 'rows'}
        'consecutive': a residual is paired with that of the year before, if the partner has it. 'rows': with
        that of the partner's row before, across gaps, and T is the number of distinct years, as R's plm does;
        on panels without gaps where all partners have the same years both are one.

    Raises
    ------
    NotEstimable
        Fewer than 2 partners, or no more than 2 pairs of consecutive years.

    References
    ----------
    Wooldridge (2010), Econometric Analysis of Cross Section and Panel Data, 2nd ed., section 10.5.4;
    Croissant and Millo (2019), Panel Data Econometrics with R, section 4.2.
    """
    current, earlier = consecutive(panel) if pairs == "consecutive" else _rows_before(panel)
    if panel.n_entities < 2 or current.size <= 2:
        raise NotEstimable(
            f"Wooldridge test: {panel.n_entities} partners and {current.size} pairs of consecutive years, "
            "expected at least 2 partners and 3 pairs"
        )
    within = panel.demeaned(fixed.residuals)
    design = np.column_stack([np.ones(current.size), within[earlier]])
    if fixed.is_exact or np.ptp(within[earlier]) == 0:
        return concluded(
            "wooldridge_serial_correlation",
            math.nan,
            math.nan,
            df1=1,
            df2=current.size - 2,
            alpha=alpha,
            rejected=REJECTED,
            kept=KEPT,
            objection="residuals do not vary: the statistic is undefined",
        )
    bread = np.linalg.inv(design.T @ design)
    coefficients = bread @ (design.T @ within[current])
    scores = np.zeros((panel.n_entities, 2))
    np.add.at(
        scores, panel.entity_index[current], design * (within[current] - design @ coefficients)[:, None]
    )
    variance = float((bread @ (scores.T @ scores) @ bread)[1, 1])
    n_years = panel.n_obs / panel.n_entities if pairs == "consecutive" else panel.n_periods
    null = -1 / (n_years - 1)
    statistic = (coefficients[1] - null) ** 2 / variance
    return concluded(
        "wooldridge_serial_correlation",
        statistic,
        float(stats.f.sf(statistic, 1, current.size - 2)),
        df1=1,
        df2=current.size - 2,
        alpha=alpha,
        rejected=REJECTED,
        kept=KEPT,
        caveat=""
        if np.ptp(panel.counts) == 0
        else f"unbalanced: the value under the null uses T = {n_years:.3g}",
    )


def breusch_godfrey(
    panel: PanelData,
    fit: LinearFit,
    *,
    alpha: float,
    order: int = 1,
    boundary: Boundary = "within_partners",
) -> SpecificationTest:
    """Breusch-Godfrey test for serial correlation up to `order`, chi-squared.

    Residuals of the regression with partner means removed (fixed effects), or of pooled OLS, are regressed on
    the regressors and on their own lags; n R^2 (uncentred) is the statistic. Lags before the first row are 0.

    Parameters
    ----------
    fit : LinearFit
        Fixed effects or pooled OLS on that panel.
    order : int
        Number of lags.
    boundary : {'within_partners', 'stacked'}
        'within_partners': a lag is the same partner's year before, and 0 where there is none. 'stacked': rows
        are laid end to end in the order of the partners and a partner's first lag is the last row of the one
        before, as R's plm does; the result then depends on that order and is meant for comparison only.

    Raises
    ------
    ValueError
        Order below 1, or another estimator.
    NotEstimable
        No more rows than regressors and lags.

    References
    ----------
    Breusch (1978), Australian Economic Papers 17; Godfrey (1978), Econometrica 46.
    """
    if order < 1:
        raise ValueError(f"order {order}: expected 1 or more lags")
    residuals, design = _regression(panel, fit)
    lags = np.column_stack([_lagged(panel, residuals, lag, boundary) for lag in range(1, order + 1)])
    columns = np.column_stack([design, lags])
    if len(residuals) <= columns.shape[1]:
        raise NotEstimable(
            f"Breusch-Godfrey: {len(residuals)} observations for {columns.shape[1]} columns, expected more"
        )
    squares = float(residuals @ residuals)
    if fit.is_exact or not lags.any():
        statistic, objection = math.nan, "residuals or their lags are all 0: the statistic is undefined"
    else:
        explained = columns @ np.linalg.lstsq(columns, residuals, rcond=None)[0]
        statistic, objection = len(residuals) * float(explained @ explained) / squares, ""
    return concluded(
        "breusch_godfrey",
        statistic,
        float(stats.chi2.sf(statistic, order)),
        df1=order,
        alpha=alpha,
        rejected=REJECTED,
        kept=KEPT,
        objection=objection,
        caveat="lags run across partners: the order of partners enters" if boundary == "stacked" else "",
    )


def durbin_watson(panel: PanelData, fit: LinearFit, *, boundary: Boundary = "within_partners") -> float:
    """Durbin-Watson statistic of panel residuals: sum of squared changes over sum of squares.

    'within_partners' is the statistic of Bhargava, Franzini and Narendranathan (1982, Review of Economic
    Studies 49), whose changes are between consecutive years of one partner; 'stacked' also counts the step
    from one partner's last row to the next one's first, as R's plm does. nan where residuals are all 0.
    """
    residuals, _ = _regression(panel, fit)
    squares = float(residuals @ residuals)
    if fit.is_exact:
        return math.nan
    if boundary == "stacked":
        changes = np.diff(residuals[panel.row_order])
    else:
        current, earlier = consecutive(panel)
        changes = residuals[current] - residuals[earlier]
    return float(changes @ changes) / squares


def baltagi_li(panel: PanelData, *, alpha: float) -> SpecificationTest:
    """Lagrange multiplier test for first-order correlation beside random effects, chi-squared with 1 df.

    Residuals are those of random effects by maximum likelihood, so that lasting differences between partners
    are not mistaken for correlation over time.

    Raises
    ------
    NotEstimable
        The outcome is fitted exactly within partners, or the panel is not balanced over the same consecutive
        years, or has one partner or one year.

    References
    ----------
    Baltagi and Li (1995), Journal of Econometrics 68, equations 16 to 18.
    """
    n_partners, n_years = panel.n_entities, panel.n_periods
    current, _ = consecutive(panel)
    if (
        n_partners < 2
        or n_years < 3
        or panel.n_obs != n_partners * n_years
        or current.size != n_partners * (n_years - 1)
    ):
        raise NotEstimable(
            f"Baltagi-Li test: {panel.n_obs} rows of {n_partners} partners and {n_years} years, expected "
            "every partner in the same 3 or more consecutive years"
        )
    within, terms = panel.demeaned(panel.outcome), panel.demeaned(panel.regressors)
    left = within - terms @ np.linalg.lstsq(terms, within, rcond=None)[0]
    if is_rounding(float(left @ left), panel.outcome):
        raise NotEstimable("Baltagi-Li test: the outcome is fitted exactly within partners")
    residuals = _maximum_likelihood_residuals(panel)[panel.row_order].reshape(n_partners, n_years)
    mean, spread = np.full((n_years, n_years), 1 / n_years), np.eye(n_years) - 1 / n_years
    variance_e = float(((residuals @ spread) * residuals).sum()) / (n_partners * (n_years - 1))
    variance_1 = float(((residuals @ mean) * residuals).sum()) / n_partners
    inverse = mean / variance_1 + spread / variance_e
    neighbours = np.eye(n_years, k=1) + np.eye(n_years, k=-1)
    quadratic = float(((residuals @ inverse @ neighbours @ inverse) * residuals).sum())
    n, t = n_partners, n_years
    score = n * (t - 1) / t * (variance_1 - variance_e) / variance_1 + variance_e / 2 * quadratic
    ratio = (variance_e - variance_1) / (t * variance_1)
    information = np.array(
        [
            [
                n * (2 * ratio**2 * (t - 1) ** 2 + 2 * ratio * (2 * t - 3) + t - 1),
                n * (t - 1) * variance_e / variance_1**2,
                n * (t - 1) / t * variance_e * (1 / variance_1**2 - 1 / variance_e**2),
            ],
            [0, n * t**2 / (2 * variance_1**2), n * t / (2 * variance_1**2)],
            [0, 0, n / 2 * (1 / variance_1**2 + (t - 1) / variance_e**2)],
        ]
    )
    information = np.triu(information) + np.triu(information, 1).T
    statistic = score**2 * float(np.linalg.inv(information)[0, 0])
    return concluded(
        "baltagi_li",
        statistic,
        float(stats.chi2.sf(statistic, 1)),
        df1=1,
        alpha=alpha,
        rejected=REJECTED,
        kept=KEPT,
    )


def _regression(panel: PanelData, fit: LinearFit) -> tuple[np.ndarray, np.ndarray]:
    """Residuals and regressors of the regression as it was run, with partner means removed or not."""
    kept = [position for position, term in enumerate(panel.terms) if term in fit.terms]
    if fit.estimator == "fixed_effects":
        return panel.demeaned(fit.residuals), panel.demeaned(panel.regressors[:, kept])
    if fit.estimator == "pooled_ols":
        return fit.residuals, panel.design
    raise ValueError(f"estimator {fit.estimator!r}: expected fixed effects or pooled OLS")


def _rows_before(panel: PanelData) -> tuple[np.ndarray, np.ndarray]:
    """Positions of the rows that are not their partner's first, and of the partner's rows before them."""
    order = panel.row_order
    later = np.flatnonzero(np.diff(panel.entity_index[order]) == 0) + 1
    return order[later], order[later - 1]


def _lagged(panel: PanelData, values: np.ndarray, lag: int, boundary: Boundary) -> np.ndarray:
    lagged = np.zeros_like(values)
    if boundary == "stacked":
        order = panel.row_order
        lagged[order[lag:]] = values[order[:-lag]]
    else:
        current, earlier = consecutive(panel, lag)
        lagged[current] = values[earlier]
    return lagged


def _maximum_likelihood_residuals(panel: PanelData) -> np.ndarray:
    """Outcome less X b of random effects by maximum likelihood, on a balanced panel. Shape (n,)."""
    n_years = panel.n_obs // panel.n_entities
    design_means = panel.entity_means(panel.design)[panel.entity_index]
    outcome_means = panel.entity_means(panel.outcome)[panel.entity_index]

    def solution(theta: float) -> tuple[np.ndarray, float]:
        design, outcome = panel.design - theta * design_means, panel.outcome - theta * outcome_means
        coefficients = np.linalg.lstsq(design, outcome, rcond=None)[0]
        residuals = outcome - design @ coefficients
        return coefficients, float(residuals @ residuals)

    def objective(log_ratio: float) -> float:
        # theta of a ratio of variances sigma_1^2 / sigma_e^2 = 1 + exp(log_ratio)
        theta = 1 - 1 / math.sqrt(1 + math.exp(log_ratio))
        return panel.n_obs * math.log(solution(theta)[1]) - 2 * panel.n_entities * math.log(1 - theta)

    found = optimize.minimize_scalar(
        objective, bounds=(-20.0, 20.0 + math.log(n_years)), method="bounded", options={"xatol": 1e-10}
    )
    coefficients, _ = solution(1 - 1 / math.sqrt(1 + math.exp(found.x)))
    return panel.outcome - panel.design @ coefficients
