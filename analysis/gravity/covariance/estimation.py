"""One covariance matrix by a named rule, with the counts that entered it and what must be said about it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from analysis.gravity.covariance.bias_reduced import bias_reduced
from analysis.gravity.covariance.leverage import fitted_space
from analysis.gravity.covariance.rules import FEW_PARTNERS, CovarianceRule
from analysis.gravity.covariance.sandwich import (
    cluster_scores,
    driscoll_kraay,
    sandwich,
    truncate_eigenvalues,
    two_way_parts,
)
from analysis.gravity.errors import NotEstimable
from analysis.gravity.groups import is_nested, rank_of_effects

# A leverage this close to 1 belongs to a row that is fitted exactly.
FULL_LEVERAGE = 1e-10
# Below this the distribution of Satterthwaite's statistic is no longer close to t (Tipton, 2015).
FEW_DEGREES_OF_FREEDOM = 4


@dataclass(frozen=True)
class CovarianceEstimate:
    """A covariance matrix of p coefficients and what must be said about it.

    Attributes
    ----------
    matrix : ndarray, shape (p, p)
    note : str
        Kind, small-sample rule and the counts that entered it.
    df : float, ndarray of shape (p,), or None
        Degrees of freedom of the t distribution, of each coefficient where they differ; None for the normal.
    caveats : tuple of str
    """

    matrix: np.ndarray
    note: str
    df: float | np.ndarray | None
    caveats: tuple[str, ...]


@dataclass(frozen=True)
class _Regression:
    """The arguments of `estimate_covariance`, for the functions of each kind."""

    rule: CovarianceRule
    design: np.ndarray
    residuals: np.ndarray
    unscaled: np.ndarray
    clusters: np.ndarray
    n_absorbed: int
    periods: np.ndarray | None
    absorbed: tuple[np.ndarray, ...]
    cluster_name: str
    second_name: str
    working: np.ndarray | None

    @property
    def n_rows(self) -> int:
        return self.design.shape[0]

    @property
    def n_terms(self) -> int:
        return self.design.shape[1]

    @property
    def n_parameters(self) -> int:
        return self.n_terms + self.n_absorbed

    def t_df(self, df: float) -> float | None:
        return None if self.rule.distribution == "normal" else float(df)

    def parameters_less_nested(self, *groupings: np.ndarray) -> int:
        """Parameters, but for effects nested in one of the groupings; the constant among them stays."""
        if not self.absorbed:
            return self.n_terms
        nested = [
            effect for effect in self.absorbed if any(is_nested(effect, groups) for groups in groupings)
        ]
        return self.n_parameters - max(rank_of_effects(nested)[0] - 1, 0)


def estimate_covariance(
    rule: CovarianceRule,
    design: np.ndarray,
    residuals: np.ndarray,
    unscaled: np.ndarray,
    clusters: np.ndarray,
    *,
    n_absorbed: int = 0,
    periods: np.ndarray | None = None,
    absorbed: Sequence[np.ndarray] = (),
    cluster_name: str = "partner",
    second_name: str = "period",
    working: np.ndarray | None = None,
) -> CovarianceEstimate:
    """Covariance matrix of least squares coefficients.

    Parameters
    ----------
    rule : CovarianceRule
    design : ndarray, shape (n, p)
        The regressors as they entered the regression, transformed where the estimator transforms.
    residuals : ndarray, shape (n,)
        Residuals of that regression.
    unscaled : ndarray, shape (p, p)
        (X'X)^-1 of `design`.
    clusters : ndarray of int, shape (n,)
        The cluster of each row (the partner, a pair of countries …), numbered from 0 without gaps.
    n_absorbed : int
        Parameters that were estimated but are not in `design`: partner effects less one.
    periods : ndarray of int, shape (n,), or None
        The period of each row in order of time, numbered from 0 without gaps; the second grouping of
        'two_way' and the time of 'driscoll_kraay'.
    absorbed : sequence of ndarray of int, shape (n,)
        The groups of each kind of effect that was absorbed, numbered from 0. Needed where leverages are
        ('hc2', 'hc3', 'cr2', 'cr3') and to tell which effects are nested in the clusters; left out, all
        `n_absorbed` parameters count as nested.
    cluster_name, second_name : str
        What `clusters` and `periods` are, for notes.
    working : ndarray, shape (n,), or None
        Where rows were weighted by a working covariance of errors (random effects), its eigenvalue along the
        mean of the row's cluster, in units of the others; 'cr2' then corrects under that covariance.

    Returns
    -------
    CovarianceEstimate
        Its matrix is in squared units of the coefficients.

    Raises
    ------
    NotEstimable
        The rule needs two clusters or periods and there is one, or needs periods and there are none.

    References
    ----------
    White (1980), Econometrica 48; MacKinnon and White (1985), Journal of Econometrics 29: heteroskedasticity.
    Liang and Zeger (1986), Biometrika 73; Arellano (1987), Oxford Bulletin 49; Cameron and Miller (2015),
    Journal of Human Resources 50: clusters. Others at the functions.
    """
    regression = _Regression(
        rule,
        design,
        residuals,
        unscaled,
        clusters,
        n_absorbed,
        periods,
        tuple(absorbed),
        cluster_name,
        second_name,
        working,
    )
    if rule.kind == "classical":
        return _classical(regression)
    if rule.kind.startswith("hc"):
        return _heteroskedastic(regression)
    if rule.kind in ("cr0", "cr1"):
        return _clustered(regression)
    if rule.kind in ("cr2", "cr3"):
        return _bias_reduced(regression)
    return _two_way(regression) if rule.kind == "two_way" else _driscoll_kraay(regression)


def _classical(regression: _Regression) -> CovarianceEstimate:
    n, k = regression.n_rows, regression.n_parameters
    matrix = regression.unscaled * float(np.square(regression.residuals).sum()) / (n - k)
    note = f"classical, {regression.rule.label}, n = {n}, k = {k}"
    return CovarianceEstimate(matrix, note, regression.t_df(n - k), ())


def _heteroskedastic(regression: _Regression) -> CovarianceEstimate:
    rule, n, k = regression.rule, regression.n_rows, regression.n_parameters
    factor, residuals, caveats = 1.0, regression.residuals, []
    if rule.kind == "hc1":
        factor = {"stata_regress": n / (n - k), "stata_ppml": n / (n - 1), "none": 1.0}[rule.small_sample]
    elif rule.kind in ("hc2", "hc3"):
        counted = regression.absorbed if rule.small_sample == "effects_in_leverage" else ()
        remaining = 1 - fitted_space(regression.design, counted).leverages
        exact = remaining <= FULL_LEVERAGE
        if exact.any():
            caveats.append(
                f"{int(exact.sum())} rows are fitted exactly (leverage 1) and say nothing about the variance"
            )
        root = np.sqrt(np.where(exact, 1.0, remaining))
        residuals = np.where(exact, 0.0, residuals / (root if rule.kind == "hc2" else root**2))
    if regression.n_absorbed:
        caveats.append(
            f"{rule.kind.upper()} standard errors are inconsistent for fixed effects on short panels "
            "(Stock and Watson, 2008, Econometrica 76)"
        )
    matrix = factor * sandwich(regression.unscaled, regression.design * residuals[:, None])
    note = f"{rule.kind.upper()}, {rule.label}, n = {n}, k = {k}"
    return CovarianceEstimate(matrix, note, regression.t_df(n - k), tuple(caveats))


def _clustered(regression: _Regression) -> CovarianceEstimate:
    rule, n = regression.rule, regression.n_rows
    n_clusters = _require_two(regression.clusters, regression.cluster_name)
    counted = (
        regression.n_parameters
        if rule.small_sample == "stata_regress"
        else regression.parameters_less_nested(regression.clusters)
    )
    groups = n_clusters / (n_clusters - 1)
    factor = {"groups_only": groups, "none": 1.0}.get(rule.small_sample, groups * (n - 1) / (n - counted))
    scores = cluster_scores(regression.design, regression.residuals, regression.clusters)
    note = (
        f"{rule.kind.upper()} by {regression.cluster_name}, {rule.label}, G = {n_clusters}, n = {n}, "
        f"k = {counted}"
    )
    return CovarianceEstimate(
        factor * sandwich(regression.unscaled, scores),
        note,
        regression.t_df(n_clusters - 1),
        _about_clusters(regression, n_clusters),
    )


def _bias_reduced(regression: _Regression) -> CovarianceEstimate:
    rule = regression.rule
    n_clusters = _require_two(regression.clusters, regression.cluster_name)
    space = fitted_space(regression.design, regression.absorbed, regression.clusters)
    matrix, df, n_exact = bias_reduced(
        rule.kind,
        regression.design,
        regression.residuals,
        regression.unscaled,
        regression.clusters,
        space,
        regression.working,
    )
    factor = (n_clusters - 1) / n_clusters if rule.small_sample == "jackknife" else 1.0
    caveats = list(_about_rank(regression, n_clusters))
    if n_exact:
        caveats.append(
            f"{n_exact} of {n_clusters} clusters have a direction that the equation fits exactly and that "
            "is left out of the correction"
        )
    name = regression.cluster_name
    if rule.distribution == "satterthwaite":
        few = int((df < FEW_DEGREES_OF_FREEDOM).sum())
        if few:
            caveats.append(
                f"{few} of {df.size} coefficients have fewer than {FEW_DEGREES_OF_FREEDOM} degrees of "
                "freedom by Satterthwaite: their p-values are rough"
            )
        note = f"{rule.kind.upper()} by {name}, {rule.label}, G = {n_clusters}, df by Satterthwaite"
        return CovarianceEstimate(factor * matrix, note, df, tuple(caveats))
    note = f"{rule.kind.upper()} by {name}, {rule.label}, G = {n_clusters}"
    return CovarianceEstimate(factor * matrix, note, regression.t_df(n_clusters - 1), tuple(caveats))


def _two_way(regression: _Regression) -> CovarianceEstimate:
    rule, n, clusters = regression.rule, regression.n_rows, regression.clusters
    periods = _require_periods(regression)
    smallest = min(
        _require_two(clusters, regression.cluster_name), _require_two(periods, regression.second_name)
    )
    k = regression.n_parameters
    if rule.small_sample == "min_clusters":
        k = regression.parameters_less_nested(clusters, periods)
    matrix = np.zeros_like(regression.unscaled)
    counts = []
    for part, n_groups, sign in two_way_parts(
        regression.design, regression.residuals, regression.unscaled, clusters, periods
    ):
        groups = n_groups if rule.small_sample == "each_own" else smallest
        factor = 1.0 if rule.small_sample == "none" else groups / (groups - 1)
        if rule.small_sample not in ("none", "min_groups_only"):
            factor *= (n - 1) / (n - k)
        matrix += sign * factor * part
        counts.append(n_groups)
    repaired, n_negative = truncate_eigenvalues(matrix)
    caveats = list(_about_clusters(regression, smallest, f"{regression.cluster_name}s or periods"))
    if n_negative and (np.diag(matrix) > 0).all():
        caveats.append(
            f"the two-way covariance is not positive semidefinite ({n_negative} of {len(matrix)} eigenvalues "
            "are negative): its standard errors stand, joint tests do not"
        )
    elif n_negative:
        matrix = repaired
        caveats.append(
            f"the two-way covariance has variances that are not positive: {n_negative} negative eigenvalues "
            f"of {len(matrix)} were put to 0 (Cameron, Gelbach and Miller, 2011)"
        )
    note = (
        f"two-way by {regression.cluster_name} and {regression.second_name}, {rule.label}, "
        f"G = {counts[0]} and {counts[1]}, n = {n}, k = {k}"
    )
    return CovarianceEstimate(matrix, note, regression.t_df(smallest - 1), tuple(caveats))


def _driscoll_kraay(regression: _Regression) -> CovarianceEstimate:
    rule, n, k = regression.rule, regression.n_rows, regression.n_parameters
    periods = _require_periods(regression)
    n_periods = _require_two(periods, regression.second_name)
    lag = int(n_periods**0.25 + 1e-9) if rule.lag is None else rule.lag
    if lag >= n_periods:
        raise NotEstimable(
            f"Driscoll-Kraay standard errors with lag {lag} need more than {lag} periods, seen {n_periods}"
        )
    if rule.small_sample == "fixest":
        k = regression.parameters_less_nested(periods) if regression.absorbed else k
    factor = {
        "none": 1.0,
        "fixest": n_periods / (n_periods - 1) * (n - 1) / (n - k),
        "linearmodels": n / (n - regression.n_absorbed),
        "n_minus_k": n / (n - k),
    }[rule.small_sample]
    matrix = driscoll_kraay(regression.design, regression.residuals, regression.unscaled, periods, lag)
    caveats = []
    if n_periods < FEW_PARTNERS:
        caveats.append(
            f"Driscoll-Kraay standard errors rest on {n_periods} periods (fewer than {FEW_PARTNERS}) and are "
            "too small on average"
        )
    note = f"Driscoll-Kraay, Bartlett, lag {lag}, {rule.label}, T = {n_periods}, n = {n}, k = {k}"
    return CovarianceEstimate(factor * matrix, note, regression.t_df(n_periods - 1), tuple(caveats))


def _require_two(groups: np.ndarray, name: str) -> int:
    count = int(groups.max()) + 1
    if count < 2:
        raise NotEstimable(f"clustered standard errors need at least 2 {name}s, seen 1")
    return count


def _require_periods(regression: _Regression) -> np.ndarray:
    if regression.periods is None:
        raise NotEstimable(
            f"{regression.rule.kind} standard errors need the {regression.second_name}s of rows"
        )
    return regression.periods


def _about_clusters(regression: _Regression, n_clusters: int, name: str = "") -> tuple[str, ...]:
    caveats = []
    if n_clusters < FEW_PARTNERS:
        caveats.append(
            f"clustered standard errors rest on {n_clusters} {name or regression.cluster_name + 's'} "
            f"(fewer than {FEW_PARTNERS}) and are too small on average"
        )
    return (*caveats, *_about_rank(regression, n_clusters))


def _about_rank(regression: _Regression, n_clusters: int) -> tuple[str, ...]:
    if n_clusters > regression.n_terms or regression.rule.kind == "two_way":
        return ()
    # The scores of all clusters sum to zero, hence one rank less than there are clusters.
    rank = n_clusters if regression.rule.kind in ("cr2", "cr3") else n_clusters - 1
    return (
        f"with {n_clusters} clusters the covariance matrix of {regression.n_terms} coefficients has rank "
        f"{rank} at most: joint tests of more coefficients are not possible",
    )
