"""Pooled ordinary least squares: one line through all rows, partners treated alike."""

from __future__ import annotations

from analysis.gravity.covariance import CLASSICAL_T, CovarianceRule
from analysis.gravity.fit import LinearFit, gaussian_log_likelihood, linear_fit
from analysis.gravity.panel_data import PanelData
from analysis.gravity.regression import run_regression


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
    order = panel.row_order
    regression = run_regression(
        panel.design[order], panel.outcome[order], panel.entity_index[order], panel.period_index[order]
    )
    return linear_fit(
        panel,
        regression,
        rule,
        estimator="pooled_ols",
        r_squared_kind="overall",
        log_likelihood=gaussian_log_likelihood(regression.solution.residual_sum_of_squares, panel.n_obs),
    )
