"""Specification tests: what one found, and whether partners differ at all."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd
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
        Code, as in 'f_partner_effects' or 'hausman_sigmamore'.
    statistic : float
    df1, df2 : float
        Degrees of freedom; df2 is nan for chi-squared tests, both are for standard normal statistics and for
        measures that are no test (a condition number).
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

    def to_frame(self) -> pd.DataFrame:
        """One row: test, statistic, df1, df2, p_value, is_valid, conclusion, caveat, alpha."""
        names = (
            "test",
            "statistic",
            "df1",
            "df2",
            "p_value",
            "is_valid",
            "conclusion",
            "caveat",
            "alpha",
        )
        return pd.DataFrame({name: [getattr(self, name)] for name in names})


def conclude(is_valid: bool, is_rejected: bool, summary: str, rejected: str, kept: str) -> str:
    """Choose the sentence that the result supports; none when the test is not valid."""
    if not is_valid:
        return f"no conclusion ({summary})"
    return f"{rejected if is_rejected else kept}: {summary}"


def summarise(statistic: float, df1: float, df2: float, p_value: float) -> str:
    """Write statistic, degrees of freedom (df2 nan: chi-squared, both nan: normal) and p-value."""
    name = "z" if math.isnan(df1) else f"chi2({df1:g})" if math.isnan(df2) else f"F({df1:g}, {df2:g})"
    if math.isnan(p_value):
        p_text = "p undefined"
    else:
        p_text = "p < 0.0001" if p_value < 0.0001 else f"p = {p_value:.4f}"
    return f"{name} = {statistic:.2f}, {p_text}"


def concluded(
    test: str,
    statistic: float,
    p_value: float,
    *,
    alpha: float,
    rejected: str,
    kept: str,
    df1: float = math.nan,
    df2: float = math.nan,
    caveat: str = "",
    objection: str = "",
) -> SpecificationTest:
    """Put a test together with the sentence that its result supports.

    Parameters
    ----------
    rejected, kept : str
        What follows when the null is rejected, and when it is not.
    caveat : str
        What must be said beside a valid result.
    objection : str
        Why the result cannot carry a conclusion; a test with one is not valid.
    """
    summary = summarise(statistic, df1, df2, p_value)
    return SpecificationTest(
        test=test,
        statistic=float(statistic),
        df1=float(df1),
        df2=float(df2),
        p_value=float(p_value),
        is_valid=not objection,
        conclusion=conclude(not objection, p_value < alpha, summary, rejected, kept),
        caveat="; ".join(text for text in (objection, caveat) if text),
        alpha=alpha,
    )


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
    if not fixed.is_exact:
        statistic = explained / df1 / fixed.sigma2
        p_value = float(stats.f.sf(statistic, df1, df2))
    else:
        statistic, p_value = math.nan, math.nan
        caveat = "fixed effects fit the outcome exactly: the statistic is undefined"
    return concluded(
        "f_partner_effects",
        statistic,
        p_value,
        df1=df1,
        df2=df2,
        alpha=alpha,
        rejected="partners differ: equal partner effects are rejected",
        kept="equal partner effects are not rejected",
        objection=caveat,
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
    excess, pairs, objection = _partner_correlation(panel, pooled)
    statistic = panel.n_obs**2 * excess**2 / (2 * pairs) if not math.isnan(excess) else math.nan
    if excess < 0:
        objection = (
            "residuals of a partner are negatively correlated, which no variance of partner effects "
            "produces: the statistic is not evidence for partner effects"
        )
    return concluded(
        "breusch_pagan_lm",
        statistic,
        float(stats.chi2.sf(statistic, 1)),
        df1=1,
        alpha=alpha,
        rejected="partners differ: a variance of partner effects of 0 is rejected",
        kept="a variance of partner effects of 0 is not rejected",
        objection=objection,
    )


def honda(panel: PanelData, pooled: LinearFit, *, alpha: float) -> SpecificationTest:
    """One-sided Lagrange multiplier test that the variance of partner effects is 0, standard normal.

    z = sqrt(n^2 / (2 A)) (sum_i (sum_t e_it)^2 / sum e^2 - 1) with A = sum_i T_i^2 - n: the signed root of
    the Breusch-Pagan statistic. Only large values speak against the null, for a variance cannot be negative.

    References
    ----------
    Honda (1985), Review of Economic Studies 52; unbalanced panels: Baltagi and Li (1990), Econometric
    Theory 6.
    """
    excess, pairs, objection = _partner_correlation(panel, pooled)
    statistic = panel.n_obs * excess / math.sqrt(2 * pairs) if not math.isnan(excess) else math.nan
    return concluded(
        "honda",
        statistic,
        float(stats.norm.sf(statistic)),
        alpha=alpha,
        rejected="partners differ: a variance of partner effects of 0 is rejected",
        kept="a variance of partner effects above 0 is not shown",
        objection=objection,
    )


def _partner_correlation(panel: PanelData, pooled: LinearFit) -> tuple[float, float, str]:
    """How much residuals of a partner hang together, the number of pairs behind it, why it is undefined."""
    residuals = pooled.residuals
    pairs = float((panel.counts.astype(float) ** 2).sum()) - panel.n_obs
    if pairs == 0:
        return math.nan, pairs, "no partner has two rows: the statistic is undefined"
    if pooled.is_exact:
        return math.nan, pairs, "pooled OLS fits the outcome exactly: the statistic is undefined"
    sums = panel.entity_means(residuals) * panel.counts
    return float(sums @ sums) / float(residuals @ residuals) - 1, pairs, ""


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
