"""One coefficient in many regressions at once: every subset of the covariates, several outcomes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import get_args

import numpy as np

from analysis.gravity.absorption import Effects, projection
from analysis.gravity.covariance.rules import CovarianceRule, Kind
from analysis.gravity.groups import group_means, numbered, rank_of_effects

BATCHED = ("pooled_ols", "fixed_effects", "two_way_fixed_effects", "first_difference")
"""Estimators that are one least squares regression once effects are taken out of every column."""
BATCHED_KINDS: tuple[Kind, ...] = tuple(
    kind for kind in get_args(Kind) if kind in ("classical", "hc1", "cr1", "cr2")
)
# Of columns of unit length, the smallest eigenvalue of their cross products that is more than rounding.
LEAST_EIGENVALUE = 1e-12
# Of a column that effects explain, nothing but rounding is left.
ABSORBED_SHARE = 1e-9
# A direction of a cluster whose residual variance is below this share is fitted exactly.
FITTED_EXACTLY = 1e-12
# Rows of a cluster for each column, on average, from which on no cluster is nearly fitted exactly.
ROWS_PER_COLUMN = 2

DEPENDENT = "terms are linearly dependent once effects are taken out"
ABSORBED = "effects absorb the term"
NO_DEGREES = "no residual degrees of freedom"
ONE_CLUSTER = "clustered standard errors need at least 2 partners"


@dataclass(frozen=True)
class Partialled:
    """Outcomes and covariates of m rows with constant and effects taken out, rows sorted by partner and year.

    Attributes
    ----------
    outcomes : ndarray, shape (m, f)
    columns : ndarray, shape (m, p)
    is_absorbed : ndarray of bool, shape (p,)
        Columns of which effects leave nothing.
    clusters : ndarray of int, shape (m,)
        Partner of each row, numbered from 0 without gaps.
    n_taken_out : int
        Parameters that were taken out: the constant and the effects.
    n_taken_out_beside_partners : int
        The same without effects of partners, which clustering by partner does not count.
    basis : ndarray, shape (m, a)
        Orthonormal columns that span what was taken out beside effects of partners.
    """

    outcomes: np.ndarray
    columns: np.ndarray
    is_absorbed: np.ndarray
    clusters: np.ndarray
    n_taken_out: int
    n_taken_out_beside_partners: int
    basis: np.ndarray


@dataclass(frozen=True)
class SubsetFits:
    """One coefficient of s subsets and f outcomes.

    Attributes
    ----------
    estimates, std_errors : ndarray, shape (s, f)
        nan where the subset is refused.
    df : ndarray, shape (s,)
        Degrees of freedom of its t distribution; infinite for the normal.
    refused : tuple of str, length s
        Why a subset cannot be estimated; empty where it can.
    n_rows, n_clusters : int
        Of the sample, before any differences.
    """

    estimates: np.ndarray
    std_errors: np.ndarray
    df: np.ndarray
    refused: tuple[str, ...]


def partialled(
    estimator: str, outcomes: np.ndarray, columns: np.ndarray, partners: np.ndarray, years: np.ndarray
) -> Partialled:
    """Take constant and effects out of outcomes (n, f) and covariates (n, p).

    Parameters
    ----------
    estimator : str
        One of `BATCHED`.
    partners, years : ndarray, shape (n,)
        Labels; rows in any order.
    """
    if estimator not in BATCHED:
        raise ValueError(f"estimator {estimator!r}: expected one of {list(BATCHED)}")
    order = np.lexsort((years, partners))
    clusters, periods = numbered(partners[order]), numbered(years[order])
    both = np.column_stack([outcomes, columns])[order]
    n, f = len(both), outcomes.shape[1]
    lengths = np.sqrt(np.einsum("ij,ij->j", both, both))
    if estimator == "pooled_ols":
        left = both - both.mean(axis=0)
        basis, taken, beside = np.full((n, 1), n**-0.5), 1, 1
    elif estimator == "fixed_effects":
        left = both - group_means(both, clusters)[clusters]
        basis, taken, beside = np.zeros((n, 0)), int(clusters.max()) + 1, 1
    elif estimator == "first_difference":
        follows = (np.diff(clusters) == 0) & (np.diff(years[order]) == _step(years))
        left = np.diff(both, axis=0)[follows]
        clusters = numbered(clusters[1:][follows]) if follows.any() else clusters[:0]
        basis, taken, beside = np.zeros((len(left), 0)), 0, 0
    else:
        left = _without_both(both, clusters, periods)
        rank, _ = rank_of_effects([clusters, periods])
        basis = _basis_of_periods(clusters, periods)
        taken, beside = rank, rank - int(clusters.max())
    remaining = np.sqrt(np.einsum("ij,ij->j", left, left))[f:]
    return Partialled(
        left[:, :f], left[:, f:], remaining <= ABSORBED_SHARE * lengths[f:], clusters, taken, beside, basis
    )


def fit_subsets(sample: Partialled, subsets: np.ndarray, position: int, rule: CovarianceRule) -> SubsetFits:
    """Coefficient of one covariate in the regression on each subset.

    b = (X_S'X_S)^-1 X_S'y; its variance by the rule from the row v of the inverse that belongs to the
    covariate: s^2 v_j (classical), n/(n - k) sum_i (x_i v e_i)^2 (HC1), sum_g (sum_i x_i v e_i)^2 with its
    factor (CR1), and with residuals divided by the root of I - H_gg (CR2), judged by t with the degrees of
    freedom that the rule gives. A column that effects absorb is left out of every subset.

    Parameters
    ----------
    sample : Partialled
    subsets : ndarray of bool, shape (s, p)
        Which covariates each regression has.
    position : int
        Of the covariate of interest, which every subset has.
    rule : CovarianceRule
        Of `BATCHED_KINDS`, by the first small-sample rule of its kind.

    Raises
    ------
    ValueError
        The rule's kind is none of `BATCHED_KINDS`.
    """
    if rule.kind not in BATCHED_KINDS:
        raise ValueError(f"covariance kind {rule.kind!r}: expected one of {list(BATCHED_KINDS)}")
    s, f = len(subsets), sample.outcomes.shape[1]
    n, n_clusters = len(sample.columns), int(sample.clusters.max(initial=-1)) + 1
    subsets = subsets & ~sample.is_absorbed
    n_slopes = subsets.sum(axis=1)
    df_resid = n - sample.n_taken_out - n_slopes
    refused = np.full(s, "", dtype=object)
    if sample.is_absorbed[position]:
        refused[:] = ABSORBED
    elif rule.kind in ("cr1", "cr2") and n_clusters < 2:
        refused[:] = ONE_CLUSTER
    refused[(refused == "") & (df_resid <= 0)] = NO_DEGREES
    scale = np.sqrt(np.einsum("ij,ij->j", sample.columns, sample.columns))
    scale[sample.is_absorbed] = 1.0
    columns = sample.columns / scale
    inverses, is_dependent = _inverses(np.einsum("ij,ik->jk", columns, columns), subsets)
    refused[(refused == "") & is_dependent] = DEPENDENT
    usable = np.flatnonzero(refused == "")
    estimates, std_errors, df = np.full((s, f), np.nan), np.full((s, f), np.nan), np.full(s, np.nan)
    if usable.size:
        inverse = inverses[usable]
        slopes = np.einsum("sjk,kf->sjf", inverse, np.einsum("ij,if->jf", columns, sample.outcomes))
        residuals = sample.outcomes - np.einsum("ij,sjf->sif", columns, slopes)
        row = inverse[:, position, :]
        loads = np.einsum("ij,sj->si", columns, row)
        variances, df[usable] = _variances(
            sample, columns, inverse, slopes, position, loads, residuals, df_resid[usable], rule
        )
        estimates[usable] = slopes[:, position] / scale[position]
        std_errors[usable] = np.sqrt(variances) / scale[position]
        if rule.distribution == "normal":
            df[usable] = np.inf
    return SubsetFits(estimates, std_errors, df, tuple(refused))


def _inverses(crossed: np.ndarray, subsets: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Inverse cross products of each subset (s, p, p), 0 outside of it; whether it is dependent (s,)."""
    p = subsets.shape[1]
    both = subsets[:, :, None] & subsets[:, None, :]
    filler = np.eye(p) * ~subsets[:, None, :]
    matrices = np.where(both, crossed, 0.0) + filler
    is_dependent = np.linalg.eigvalsh(matrices)[:, 0] <= LEAST_EIGENVALUE
    matrices[is_dependent] = np.eye(p)
    return np.where(both, np.linalg.inv(matrices), 0.0), is_dependent


def _variances(
    sample: Partialled, columns, inverse, slopes, position, loads, residuals, df_resid, rule: CovarianceRule
) -> tuple[np.ndarray, np.ndarray]:
    """Variance of the coefficient (s, f) and degrees of freedom (s,)."""
    if rule.kind == "cr2":
        width = columns.shape[1] + sample.basis.shape[1]
        if len(columns) < ROWS_PER_COLUMN * width * (int(sample.clusters.max()) + 1):
            return _bias_reduced_by_rows(sample, columns, inverse, loads, residuals, rule)
        return _bias_reduced(sample, columns, inverse, slopes, position, rule)
    n, clusters, own = len(columns), sample.clusters, inverse[:, position, position]
    n_clusters = int(clusters.max()) + 1
    if rule.kind == "classical":
        squares = np.einsum("sif,sif->sf", residuals, residuals)
        return own[:, None] * squares / df_resid[:, None], df_resid.astype(float)
    if rule.kind == "hc1":
        meat = np.einsum("si,sif->sf", loads**2, residuals**2)
        return n / df_resid[:, None] * meat, df_resid.astype(float)
    n_slopes = n - sample.n_taken_out - df_resid
    counted = n_slopes + sample.n_taken_out_beside_partners
    factor = n_clusters / (n_clusters - 1) * (n - 1) / (n - counted)
    scores = np.stack(
        [
            np.einsum("si,sif->sf", loads[:, clusters == group], residuals[:, clusters == group])
            for group in range(n_clusters)
        ]
    )
    return factor[:, None] * (scores**2).sum(axis=0), np.full(len(own), n_clusters - 1.0)


def _bias_reduced(sample: Partialled, columns, inverse, slopes, position, rule: CovarianceRule):
    """CR2 of one coefficient, with Satterthwaite's degrees of freedom or one less than clusters.

    With V = R R' the inverse cross products and B the basis, the leverage of cluster g is U U', U = [X_g R,
    B_g], and what is adjusted lies in its span: (I - U U')^(-1/2) U c = U (I - U'U)^(-1/2) c. So a cluster
    costs what its cross products cost, whatever the number of its rows.
    """
    lengths, directions = np.linalg.eigh(inverse)
    root = directions * np.sqrt(np.maximum(lengths, 0.0))[:, None, :]
    s, p, a = len(inverse), columns.shape[1], sample.basis.shape[1]
    both = np.hstack([columns, sample.basis])
    crossed = _products_by_cluster(both, both, sample.clusters)
    with_outcomes = _products_by_cluster(both, sample.outcomes, sample.clusters)
    n_clusters = len(crossed)
    # From [R, I] of each subset to what a cluster has of it.
    turn = np.zeros((s, p + a, p + a))
    turn[:, :p, :p], turn[:, p:, p:] = root, np.eye(a)
    reached = crossed[:, None] @ turn
    explained, axes = np.linalg.eigh(turn.swapaxes(1, 2) @ reached)
    remaining = 1 - explained
    is_exact = remaining <= FITTED_EXACTLY
    power = np.where(is_exact, 0.0, np.where(is_exact, 1.0, remaining) ** -0.5)
    asked = np.hstack([root[:, position], np.zeros((s, a))])
    along = np.einsum("gskl,sk->gsl", axes, asked) * power
    weights = (axes @ along[..., None])[..., 0]
    # Cross products of columns and basis with what was adjusted, and with residuals.
    through = (reached @ weights[..., None])[..., 0]
    with_residuals = with_outcomes[:, None] - crossed[:, None, :, :p] @ slopes
    own = (turn @ weights[..., None])[..., 0]
    variance = (np.einsum("gsk,gskf->gsf", own, with_residuals) ** 2).sum(axis=0)
    if rule.distribution != "satterthwaite":
        return variance, np.full(s, n_clusters - 1.0)
    by_columns, by_basis = through[..., :p], through[..., p:]
    squares = np.einsum("gsk,gsk->gs", own, through)
    by_basis, by_columns = by_basis.swapaxes(0, 1), by_columns.swapaxes(0, 1)
    products = -by_basis @ by_basis.swapaxes(1, 2) - by_columns @ inverse @ by_columns.swapaxes(1, 2)
    diagonal = np.arange(n_clusters)
    products[:, diagonal, diagonal] += squares.T
    trace = np.einsum("sgg->s", products)
    return variance, trace**2 / np.einsum("sgh,sgh->s", products, products)


def _bias_reduced_by_rows(sample: Partialled, columns, inverse, loads, residuals, rule: CovarianceRule):
    """The same from rows, which keeps more digits where a cluster is nearly fitted exactly."""
    clusters = sample.clusters
    n_clusters = int(clusters.max()) + 1
    variance = np.zeros((len(loads), residuals.shape[2]))
    squares, through_basis, through_columns = [], [], []
    for group in range(n_clusters):
        rows = clusters == group
        own, basis = columns[rows], sample.basis[rows]
        leverage = np.einsum("ij,sjk,lk->sil", own, inverse, own, optimize=True) + np.einsum(
            "ia,la->il", basis, basis
        )
        explained, directions = np.linalg.eigh(leverage)
        remaining = 1 - explained
        is_exact = remaining <= FITTED_EXACTLY
        power = np.where(is_exact, 0.0, np.where(is_exact, 1.0, remaining) ** -0.5)
        along = np.einsum("sil,si->sl", directions, loads[:, rows]) * power
        adjusted = np.einsum("sil,sl->si", directions, along)
        variance += np.einsum("si,sif->sf", adjusted, residuals[:, rows]) ** 2
        squares.append(np.einsum("si,si->s", adjusted, adjusted))
        through_basis.append(np.einsum("ia,si->sa", basis, adjusted))
        through_columns.append(np.einsum("ij,si->sj", own, adjusted))
    if rule.distribution != "satterthwaite":
        return variance, np.full(len(loads), n_clusters - 1.0)
    by_basis, by_columns = np.stack(through_basis, axis=1), np.stack(through_columns, axis=1)
    products = -np.einsum("sga,sha->sgh", by_basis, by_basis) - np.einsum(
        "sgj,sjk,shk->sgh", by_columns, inverse, by_columns, optimize=True
    )
    diagonal = np.arange(n_clusters)
    products[:, diagonal, diagonal] += np.stack(squares, axis=1)
    trace = np.einsum("sgg->s", products)
    return variance, trace**2 / np.einsum("sgh,sgh->s", products, products)


def _products_by_cluster(left: np.ndarray, right: np.ndarray, clusters: np.ndarray) -> np.ndarray:
    """L_g'R_g of each cluster, shape (G, l, r); rows are sorted by cluster."""
    edges = np.cumsum(np.bincount(clusters))[:-1]
    parts = zip(np.split(left, edges), np.split(right, edges), strict=True)
    return np.stack([one.T @ other for one, other in parts])


def _step(years: np.ndarray) -> float:
    distinct = np.unique(years)
    return float(np.diff(distinct).min()) if distinct.size > 1 else 1.0


def _without_both(columns: np.ndarray, partners: np.ndarray, periods: np.ndarray) -> np.ndarray:
    centred = columns - columns.mean(axis=0)
    n_partners, n_periods = int(partners.max()) + 1, int(periods.max()) + 1
    if len(columns) == n_partners * n_periods:
        left = centred - group_means(centred, partners)[partners]
        return left - group_means(left, periods)[periods]
    labels = (np.arange(n_partners), np.arange(n_periods))
    effects = Effects(("partner", "period"), np.stack([partners, periods]), labels)
    return projection(effects, np.ones(len(columns)))(centred.T).T


def _basis_of_periods(partners: np.ndarray, periods: np.ndarray) -> np.ndarray:
    """Orthonormal columns that span what periods tell beyond partners."""
    dummies = (periods[:, None] == np.arange(int(periods.max()) + 1)).astype(float)
    dummies -= group_means(dummies, partners)[partners]
    directions, lengths, _ = np.linalg.svd(dummies, full_matrices=False)
    return directions[:, lengths > 1e-9 * max(float(lengths[0]), 1.0)]


def every_subset(n_covariates: int, always: Sequence[int]) -> np.ndarray:
    """All subsets that have some covariates always, shape (2^(p - a), p), the fullest first."""
    optional = [position for position in range(n_covariates) if position not in set(always)]
    codes = np.arange(2 ** len(optional))[::-1]
    subsets = np.zeros((codes.size, n_covariates), dtype=bool)
    subsets[:, list(always)] = True
    for bit, position in enumerate(reversed(optional)):
        subsets[:, position] = (codes >> bit) & 1 == 1
    return subsets
