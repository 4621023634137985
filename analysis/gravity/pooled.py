"""Pooled ordinary least squares: one line through all rows, partners treated alike."""

from __future__ import annotations

from analysis.gravity.covariance import CLASSICAL_T, CovarianceRule, estimate_covariance
from analysis.gravity.fit import LinearFit, gaussian_log_likelihood, linear_fit
from analysis.gravity.least_squares import least_squares
from analysis.gravity.sample import PanelSample


def pooled_ols(sample: PanelSample, rule: CovarianceRule = CLASSICAL_T) -> LinearFit:
    """Regress the outcome on the regressors and a constant over all rows.

    Parameters
    ----------
    sample : PanelSample
    rule : CovarianceRule
        Default: classical standard errors and the t distribution, as Stata's `regress`.
    """
    solution = least_squares(sample.design, sample.outcome)
    covariance = estimate_covariance(
        rule, sample.design, solution.residuals, solution.unscaled, sample.entity_index
    )
    return linear_fit(
        sample,
        solution,
        covariance,
        rule,
        estimator="pooled_ols",
        label="Pooled ordinary least squares",
        df_resid=sample.n_obs - sample.design.shape[1],
        r_squared_kind="overall",
        log_likelihood=gaussian_log_likelihood(solution.residual_sum_of_squares, sample.n_obs),
    )
