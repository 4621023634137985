"""Specification tests: what one found, and whether partners differ at all."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy import stats

from analysis.gravity.errors import NotEstimable
from analysis.gravity.fit import LinearFit
from analysis.gravity.panel_data import PanelData


@dataclass(frozen=True)
class SpecificationTest:
    """One test and what follows from it.

    Attributes
    ----------
    test : str
        Code: 'f_partner_effects', 'breusch_pagan_lm', 'hausman_default', 'hausman_sigmamore',
        'hausman_sigmaless'.
    statistic : float
    df1, df2 : float
        Degrees of freedom; df2 is nan for chi-squared tests.
    p_value : float
        nan where the statistic has no distribution under the null (a negative Hausman statistic).
    is_valid : bool
        Whether the statistic can carry a conclusion.
    conclusion : str
        A plain sentence at level `alpha`.
    caveat : str
        Empty when there is none.
    alpha : float
    """

    test: str
    statistic: float
    df1: float
    df2: float
    p_value: float
    is_valid: bool
    conclusion: str
    caveat: str
    alpha: float

    @property
    def rejects(self) -> bool:
        """Whether the test is valid and rejects its null at `alpha`."""
        return self.is_valid and self.p_value < self.alpha

    @property
    def summary(self) -> str:
        """Statistic, degrees of freedom and p-value, as in 'F(4, 28) = 5.88, p = 0.0015'."""
        return summarise(self.statistic, self.df1, self.df2, self.p_value)


def conclude(is_valid: bool, is_rejected: bool, summary: str, rejected: str, kept: str) -> str:
    """Choose the sentence that the result supports; none when the test is not valid."""
    if not is_valid:
        return f"no conclusion ({summary})"
    return f"{rejected if is_rejected else kept}: {summary}"


def summarise(statistic: float, df1: float, df2: float, p_value: float) -> str:
    """Write statistic, degrees of freedom (df2 nan: chi-squared) and p-value."""
    name = f"chi2({df1:g})" if math.isnan(df2) else f"F({df1:g}, {df2:g})"
    if math.isnan(p_value):
        p_text = "p undefined"
    else:
        p_text = "p < 0.0001" if p_value < 0.0001 else f"p = {p_value:.4f}"
    return f"{name} = {statistic:.2f}, {p_text}"


def f_test_of_partner_effects(pooled: LinearFit, fixed: LinearFit, *, alpha: float) -> SpecificationTest:
    """F test that all partners share one constant.

    Parameters
    ----------
    pooled, fixed : LinearFit
        Pooled OLS and fixed effects of the same equation on the same sample.
    alpha : float
        Level of the test.

    Raises
    ------
    ValueError
        The fits are not of one equation and sample.
    NotEstimable
        There is one partner only, so that no effects can differ.
    """
    require_same_sample(pooled, fixed)
    df1, df2 = pooled.df_resid - fixed.df_resid, fixed.df_resid
    if df1 <= 0:
        raise NotEstimable("F test of partner effects: no effects to test beyond the terms of the equation")
    explained = pooled.residual_sum_of_squares - fixed.residual_sum_of_squares
    caveat = ""
    if fixed.residual_sum_of_squares > 0:
        statistic = explained / df1 / fixed.sigma2
        p_value = float(stats.f.sf(statistic, df1, df2))
    else:
        statistic, p_value = math.nan, math.nan
        caveat = "fixed effects fit the outcome exactly: the statistic is undefined"
    conclusion = conclude(
        caveat == "",
        p_value < alpha,
        summarise(statistic, df1, df2, p_value),
        "partners differ: equal partner effects are rejected",
        "equal partner effects are not rejected",
    )
    return SpecificationTest(
        test="f_partner_effects",
        statistic=statistic,
        df1=float(df1),
        df2=float(df2),
        p_value=p_value,
        is_valid=caveat == "",
        conclusion=conclusion,
        caveat=caveat,
        alpha=alpha,
    )


def breusch_pagan_lm(panel: PanelData, pooled: LinearFit, *, alpha: float) -> SpecificationTest:
    """Lagrange multiplier test that the variance of partner effects is 0, chi-squared with 1 df.

    The statistic is blind to sign. When residuals of a partner pull apart rather than together, no variance
    of partner effects could produce them, and the result is marked as not valid.

    Parameters
    ----------
    panel : PanelData
    pooled : LinearFit
        Pooled OLS on that panel.
    alpha : float
        Level of the test.

    References
    ----------
    Breusch and Pagan (1980), Review of Economic Studies 47; unbalanced panels: Baltagi and Li (1990),
    Econometric Theory 6.
    """
    residuals = pooled.residuals
    sums = panel.entity_means(residuals) * panel.counts
    squares = float(residuals @ residuals)
    pairs = float((panel.counts.astype(float) ** 2).sum()) - panel.n_obs
    caveat = ""
    if pairs == 0 or squares == 0:
        statistic = p_value = math.nan
        caveat = (
            "no partner has two rows: the statistic is undefined"
            if pairs == 0
            else "pooled OLS fits the outcome exactly: the statistic is undefined"
        )
    else:
        excess = float(sums @ sums) / squares - 1
        statistic = panel.n_obs**2 * excess**2 / (2 * pairs)
        p_value = float(stats.chi2.sf(statistic, 1))
        if excess < 0:
            caveat = (
                "residuals of a partner are negatively correlated, which no variance of partner effects "
                "produces: the statistic is not evidence for partner effects"
            )
    conclusion = conclude(
        caveat == "",
        p_value < alpha,
        summarise(statistic, 1, math.nan, p_value),
        "partners differ: a variance of partner effects of 0 is rejected",
        "a variance of partner effects of 0 is not rejected",
    )
    return SpecificationTest(
        test="breusch_pagan_lm",
        statistic=statistic,
        df1=1.0,
        df2=math.nan,
        p_value=p_value,
        is_valid=caveat == "",
        conclusion=conclusion,
        caveat=caveat,
        alpha=alpha,
    )


def require_same_sample(first: LinearFit, second: LinearFit) -> None:
    """Refuse to test two fits against each other that do not explain the same rows.

    Raises
    ------
    ValueError
        Their outcomes differ.
    """
    same_rows = first.fitted.shape == second.fitted.shape
    if not same_rows or not np.allclose(first.fitted + first.residuals, second.fitted + second.residuals):
        raise ValueError(
            f"{estimator_name(first)} ({first.n_obs} rows) and {estimator_name(second)} "
            f"({second.n_obs} rows) were not estimated on the same outcome"
        )


def estimator_name(fit: LinearFit) -> str:
    """Return the estimator of a fit as it is called in sentences."""
    names = {"pooled_ols": "pooled OLS", "random_effects_sigma_u_zero": "random effects with sigma_u = 0"}
    return names.get(fit.estimator, fit.estimator.replace("_", " "))
