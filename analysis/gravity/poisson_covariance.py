"""Covariance matrices of a Poisson fit, each with the name of its small-sample rule."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analysis.gravity.absorption import Effects
from analysis.gravity.covariance import FEW_PARTNERS, CovarianceRule
from analysis.gravity.covariance.sandwich import truncate_eigenvalues
from analysis.gravity.errors import NotEstimable
from analysis.gravity.groups import crossed
from analysis.gravity.poisson_iterations import cross_product

POISSON_KINDS = ("classical", "hc0", "hc1", "cr0", "cr1", "two_way")
CLUSTERED_KINDS = ("cr0", "cr1", "two_way")


@dataclass(frozen=True)
class Counted:
    """What small-sample rules count.

    Attributes
    ----------
    n_obs : int
    n_coefficients : int
        The constant included, where there is one.
    n_effects : int
        Levels of all sets of effects, less one per set after the first.
    n_effects_not_nested : int
        The same without sets that are nested in the clusters, which count for one together.
    n_clusters : int
        0 without clusters; of two kinds of clusters the smaller number.
    """

    n_obs: int
    n_coefficients: int
    n_effects: int
    n_effects_not_nested: int
    n_clusters: int


@dataclass(frozen=True)
class PoissonCovariance:
    """A covariance matrix (k, k), its rule in words, degrees of freedom (None: normal) and caveats."""

    matrix: np.ndarray
    note: str
    df: float | None
    caveats: tuple[str, ...]


def check_rule(rule: CovarianceRule, n_clusterings: int) -> None:
    """Raise ValueError where a rule is none of a Poisson fit or lacks its clusters.

    Parameters
    ----------
    n_clusterings : int
        Kinds of clusters that each row has: 0, 1 or 2.
    """
    if rule.kind not in POISSON_KINDS:
        raise ValueError(
            f"covariance kind {rule.kind!r} of a Poisson fit: expected one of {list(POISSON_KINDS)}"
        )
    needed = {"two_way": 2, "cr0": 1, "cr1": 1}.get(rule.kind, 0)
    if needed and n_clusterings != needed:
        what = "both clusters of each row, shape (n, 2)" if needed == 2 else "the cluster of each row"
        raise ValueError(f"covariance kind {rule.kind!r} needs {what}")
    if rule.kind == "two_way" and rule.small_sample == "each_own":
        raise ValueError("small-sample rule 'each_own' is not one of a Poisson fit, expected another")


def clusterings(clusters: np.ndarray | None) -> int:
    """Kinds of clusters in an array of shape (n,) or (n, 2)."""
    return 0 if clusters is None else clusters.ndim


def counted(effects: Effects, clusters: np.ndarray | None, n_obs: int, n_coefficients: int) -> Counted:
    """Count rows, coefficients, levels and clusters of the rows that enter.

    Parameters
    ----------
    clusters : ndarray of int, shape (n,) or (n, 2), or None
        Numbered from 0 without gaps.
    """
    q = len(effects.names)
    all_levels = sum(effects.counts) - max(q - 1, 0)
    if clusters is None:
        return Counted(n_obs, n_coefficients, all_levels, all_levels, 0)
    kinds = clusters.reshape(len(clusters), -1).T
    n_clusters = int(kinds.max(axis=1).min()) + 1
    nested = [
        any(_is_nested(code, count, kind) for kind in kinds)
        for code, count in zip(effects.codes, effects.counts, strict=True)
    ]
    free = sum(count for count, inside in zip(effects.counts, nested, strict=True) if not inside)
    not_nested = free + sum(nested) - max(q - 1, 0)
    return Counted(n_obs, n_coefficients, all_levels, max(not_nested, 0), n_clusters)


def _is_nested(code: np.ndarray, count: int, clusters: np.ndarray) -> bool:
    """Whether all rows of each level are in one cluster."""
    of_level = np.zeros(count, dtype=clusters.dtype)
    of_level[code] = clusters
    return bool((of_level[code] == clusters).all())


def poisson_covariance(
    rule: CovarianceRule,
    within: np.ndarray,
    unscaled: np.ndarray,
    residuals: np.ndarray,
    clusters: np.ndarray | None,
    counts: Counted,
) -> PoissonCovariance:
    """Covariance (X'WX)^-1 M (X'WX)^-1 of the coefficients of a Poisson mean.

    M is the sum of squares of the scores x (y - mu), over rows or over clusters; 'classical' takes the
    variance to equal the mean and is (X'WX)^-1 itself.

    Parameters
    ----------
    within : ndarray, shape (n, k)
        Regressors less effects under the weights mu.
    unscaled : ndarray, shape (k, k)
        (X'WX)^-1.
    residuals : ndarray, shape (n,)
        y - mu.
    clusters : ndarray of int, shape (n,) or (n, 2), or None

    Raises
    ------
    ValueError
        The rule is none of a Poisson fit, or lacks its clusters.
    NotEstimable
        There is one cluster only, or no degree of freedom is left for the rule.

    References
    ----------
    Gourieroux, Monfort and Trognon (1984), Econometrica 52. Factors as in Stata's ppml (n/(n-1), G/(G-1)) and
    in ppmlhdfe (G/(G-1) (n-1)/(n-k)).
    """
    check_rule(rule, clusterings(clusters))
    if rule.kind in CLUSTERED_KINDS:
        if counts.n_clusters < 2:
            raise NotEstimable("clustered standard errors need at least 2 clusters, seen 1")
        meat = clustered_meat(within, residuals, clusters)
    elif rule.kind == "classical":
        meat = None
    else:
        scores = within * residuals[:, None]
        meat = cross_product(scores, scores)
    return scaled_sandwich(rule, unscaled, meat, counts)


def clustered_meat(within: np.ndarray, residuals: np.ndarray, clusters: np.ndarray) -> np.ndarray:
    """Sum over clusters of the squares of their summed scores, shape (k, k).

    With two kinds of clusters, (n, 2): over the first, plus over the second, less over their combinations.

    References
    ----------
    Cameron, Gelbach and Miller (2011), Journal of Business and Economic Statistics 29.
    """
    if clusters.ndim == 2:
        first, second = clusters.T
        return (
            clustered_meat(within, residuals, first)
            + clustered_meat(within, residuals, second)
            - clustered_meat(within, residuals, crossed(first, second))
        )
    n_clusters = int(clusters.max()) + 1
    sums = np.empty((n_clusters, within.shape[1]))
    for position in range(within.shape[1]):
        scores = within[:, position] * residuals
        sums[:, position] = np.bincount(clusters, weights=scores, minlength=n_clusters)
    return cross_product(sums, sums)


def scaled_sandwich(
    rule: CovarianceRule, unscaled: np.ndarray, meat: np.ndarray | None, counts: Counted
) -> PoissonCovariance:
    """Put bread and meat together and scale them by the named small-sample rule."""
    n, effects = counts.n_obs, counts.n_effects
    if rule.small_sample in ("nested_excluded", "min_clusters"):
        effects = counts.n_effects_not_nested
    k = counts.n_coefficients + effects
    df_resid = n - k
    takes_k = rule.small_sample in ("stata_regress", "nested_excluded", "min_clusters")
    if df_resid <= 0 and (takes_k or rule.distribution == "t"):
        raise NotEstimable(f"{n} observations for {k} coefficients and effects: no degree of freedom is left")
    df = None if rule.distribution == "normal" else float(df_resid)
    if rule.kind == "classical":
        return PoissonCovariance(unscaled, f"classical, variance equal to the mean, n = {n}", df, ())
    matrix = unscaled @ meat @ unscaled
    if rule.kind in ("hc0", "hc1"):
        factor = {"stata_regress": n / max(df_resid, 1), "stata_ppml": n / (n - 1), "none": 1.0}[
            rule.small_sample
        ]
        note = f"{rule.kind.upper()}, {rule.label}, n = {n}" + (f", k = {k}" if takes_k else "")
        return PoissonCovariance(factor * matrix, note, df, ())
    g = counts.n_clusters
    groups = g / (g - 1)
    plain = {"none": 1.0, "groups_only": groups, "min_groups_only": groups}
    factor = plain.get(rule.small_sample, groups * (n - 1) / max(df_resid, 1))
    name = "two-way" if rule.kind == "two_way" else rule.kind.upper()
    note = f"{name}, {rule.label}, G = {g}, n = {n}" + (f", k = {k}" if takes_k else "")
    caveats = []
    if rule.kind == "two_way":
        repaired, n_negative = truncate_eigenvalues(matrix)
        if n_negative:
            matrix = repaired
            caveats.append(
                f"the two-way covariance is not positive semidefinite: {n_negative} negative eigenvalues of "
                f"{len(matrix)} were put to 0 (Cameron, Gelbach and Miller, 2011)"
            )
    if g < FEW_PARTNERS:
        caveats.append(
            f"clustered standard errors rest on {g} clusters (fewer than {FEW_PARTNERS}) and are too small "
            "on average"
        )
    if g <= counts.n_coefficients:
        caveats.append(
            f"with {g} clusters the covariance matrix of {counts.n_coefficients} coefficients has rank "
            f"{g - 1} at "
            "most: joint tests of more coefficients are not possible"
        )
    df = None if rule.distribution == "normal" else float(g - 1)
    return PoissonCovariance(factor * matrix, note, df, tuple(caveats))
