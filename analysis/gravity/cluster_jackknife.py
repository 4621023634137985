"""Inference for few clusters where no regression can be bootstrapped: everything estimated without each."""

from __future__ import annotations

import numpy as np
from scipy import stats

from analysis.gravity.errors import NotEstimable
from analysis.gravity.inference import Inference
from analysis.gravity.influence import Influence

METHOD = "cluster_jackknife"


def cluster_jackknife(influence: Influence, estimates: np.ndarray, level: float) -> Inference:
    """Test each coefficient against 0 by how much it moves when single clusters are left out.

    V = (G-1)/G sum_g (b_(g) - b)(b_(g) - b)', b_(g) estimated on all clusters but g by the same estimator,
    effects and dispersion included, so no linear approximation of the likelihood enters; compared with the t
    distribution of G - 1 degrees of freedom. For least squares this is CR3. It errs to the safe side where
    CR1 finds too much: few clusters, or clusters of different size or leverage.

    Parameters
    ----------
    influence : Influence
        Of `leave_out(..., by="partner")`.
    estimates : ndarray, shape (p,)
        Of the whole sample, around which squares are taken.
    level : float
        Coverage of the intervals, between 0 and 1.

    Raises
    ------
    NotEstimable
        One cluster only, or the rest cannot be estimated, or not every term, without some cluster.
    ValueError
        `level` is not between 0 and 1.

    References
    ----------
    MacKinnon, Nielsen and Webb (2023), Fast and reliable jackknife and bootstrap methods for cluster-robust
    inference, Journal of Applied Econometrics 38; the same authors, Cluster-robust jackknife and bootstrap
    inference for logistic regression models, Econometric Reviews. CV3 there.
    """
    if not 0 < level < 1:
        raise ValueError(f"level {level}: expected a number between 0 and 1")
    n_clusters = len(influence.left_out)
    if n_clusters < 2:
        raise NotEstimable(f"the cluster jackknife needs at least 2 clusters, seen {n_clusters}")
    for cluster, refusal, row in zip(
        influence.left_out, influence.refused, influence.coefficients, strict=True
    ):
        if refusal:
            raise NotEstimable(f"cluster jackknife: without {cluster} nothing can be estimated ({refusal})")
        if np.isnan(row).any():
            lost = [term for term, value in zip(influence.terms, row, strict=True) if np.isnan(value)]
            raise NotEstimable(
                f"cluster jackknife: without {cluster} there is no estimate of {', '.join(lost)}"
            )
    moved = influence.coefficients - estimates
    variance = (n_clusters - 1) / n_clusters * np.einsum("gp,gp->p", moved, moved)
    std_errors = np.sqrt(variance)
    df = float(n_clusters - 1)
    # A standard error of 0 (a perfect fit) leaves the statistic undefined rather than infinite.
    statistics = estimates / np.where(std_errors > 0, std_errors, np.nan)
    half_width = stats.t(df).ppf((1 + level) / 2) * std_errors
    return Inference(
        terms=influence.terms,
        estimates=estimates,
        std_errors=std_errors,
        statistics=statistics,
        p_values=2 * stats.t(df).sf(np.abs(statistics)),
        ci_low=estimates - half_width,
        ci_high=estimates + half_width,
        method=METHOD,
        df=np.full(estimates.shape, df),
        n_clusters=n_clusters,
        note=f"cluster jackknife, estimated without each of {n_clusters} in turn, t({n_clusters - 1})",
    )
