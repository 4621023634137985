"""Mundlak's test, the regression twin of Hausman's: do partners' means matter beside the terms?"""

from __future__ import annotations

import math

import numpy as np
from scipy import stats

from analysis.gravity.errors import NotEstimable
from analysis.gravity.fit import is_rounding
from analysis.gravity.least_squares import least_squares, rank_of, vanished
from analysis.gravity.panel_data import PanelData
from analysis.gravity.specification_tests import SpecificationTest, concluded


def mundlak(panel: PanelData, *, alpha: float, clustered: bool = True) -> SpecificationTest:
    """Wald test that the partner means of all terms have a coefficient of 0 in pooled OLS beside the terms.

    The null is Hausman's: effects unrelated to the terms. Unlike Hausman's statistic this one cannot turn
    negative, and with a clustered covariance it does not presume errors without correlation. Means that a
    constant or other means already tell (terms that do not vary between partners, or fewer partners than
    means) are left out, and the degrees of freedom with them.

    Parameters
    ----------
    panel : PanelData
    alpha : float
    clustered : bool
        Cluster by partner, F with (q, N - 1) df; else classical, F with (q, n - k) df.

    Raises
    ------
    NotEstimable
        The outcome is fitted exactly, no mean can be told from the terms, or no residual degrees of freedom
        are left.

    References
    ----------
    Mundlak (1978), Econometrica 46; Wooldridge (2010), Econometric Analysis of Cross Section and Panel Data,
    2nd ed., section 10.7.3.
    """
    varies = ~vanished(panel.demeaned(panel.regressors), panel.regressors)
    means = panel.entity_means(panel.regressors[:, varies])[panel.entity_index]
    chosen: list[int] = []
    base, rank = panel.design, rank_of(panel.design)
    for position in range(means.shape[1]):
        wider = np.column_stack([base, means[:, position]])
        if rank_of(wider) > rank:
            base, rank = wider, rank + 1
            chosen.append(position)
    q, df_resid = len(chosen), panel.n_obs - base.shape[1]
    if q == 0 or df_resid <= 0:
        raise NotEstimable(
            f"Mundlak test: {q} partner means can be told from the terms and {df_resid} degrees of freedom "
            "are left; expected at least 1 of each"
        )
    solution = least_squares(base, panel.outcome)
    if is_rounding(solution.residual_sum_of_squares, panel.outcome):
        raise NotEstimable("Mundlak test: terms and partner means fit the outcome exactly")
    tested = slice(panel.design.shape[1], None)
    objection = ""
    if clustered:
        n_clusters = panel.n_entities
        scores = np.zeros((n_clusters, base.shape[1]))
        np.add.at(scores, panel.entity_index, base * solution.residuals[:, None])
        factor = n_clusters / max(n_clusters - 1, 1) * (panel.n_obs - 1) / df_resid
        covariance = factor * solution.unscaled @ (scores.T @ scores) @ solution.unscaled
        df2 = n_clusters - 1
        # With N - 1 means the partners' residuals sum to 0 one by one, and so do the scores of the means.
        if q >= n_clusters - 1:
            objection = f"{n_clusters} partners cannot carry a joint test of {q} means with clustered errors"
    else:
        covariance = solution.unscaled * solution.residual_sum_of_squares / df_resid
        df2 = df_resid
    block, coefficients = covariance[tested, tested], solution.coefficients[tested]
    if not objection and np.linalg.matrix_rank(block, hermitian=True) < q:
        objection = f"the covariance of {q} means has a lower rank: no joint test"
    statistic = math.nan if objection else float(coefficients @ np.linalg.solve(block, coefficients)) / q
    left_out = len(panel.terms) - q
    return concluded(
        "mundlak_clustered" if clustered else "mundlak",
        statistic,
        float(stats.f.sf(statistic, q, df2)),
        df1=q,
        df2=df2,
        alpha=alpha,
        rejected="partner effects are related to the terms: random effects and pooled OLS are biased",
        kept="no relation of partner effects to the terms is shown",
        objection=objection,
        caveat=f"{left_out} of {len(panel.terms)} partner means cannot be told apart and are left out"
        if left_out
        else "",
    )
