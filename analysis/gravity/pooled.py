"""Pooled ordinary least squares: one line through all rows, partners treated alike."""

from __future__ import annotations

from analysis.gravity.covariance import CLASSICAL_T, CovarianceRule, estimate_covariance
from analysis.gravity.fit import LinearFit, gaussian_log_likelihood, linear_fit
from analysis.gravity.least_squares import least_squares
from analysis.gravity.panel_data import PanelData


def pooled_ols(panel: PanelData, rule: CovarianceRule = CLASSICAL_T) -> LinearFit:
    """Regress the outcome on the regressors and a constant over all rows.

    Parameters
    ----------
    panel : PanelData
    rule : CovarianceRule
        Default: classical standard errors and the t distribution, as Stata's `regress`.

    Returns
    -------
    LinearFit
        With the overall R squared; its log-likelihood is at the maximising error variance.

    Raises
    ------
    NotEstimable
        The rule clusters by partner and there is one partner only.
    """
    solution = least_squares(panel.design, panel.outcome)
    covariance = estimate_covariance(
        rule, panel.design, solution.residuals, solution.unscaled, panel.entity_index
    )
    return linear_fit(
        panel,
        solution,
        covariance,
        rule,
        estimator="pooled_ols",
        df_resid=panel.n_obs - panel.design.shape[1],
        r_squared_kind="overall",
        log_likelihood=gaussian_log_likelihood(solution.residual_sum_of_squares, panel.n_obs),
    )
