"""Least squares on rows that are no panel of partners: any number of effects, clusters by any label."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.gravity.absorption import check_labels, compact, effects_of, projection
from analysis.gravity.covariance import CovarianceRule
from analysis.gravity.errors import CollinearTerms, NonFiniteInput, NotEstimable
from analysis.gravity.groups import rank_of_effects
from analysis.gravity.least_squares import dependent_terms
from analysis.gravity.panel_data import CONSTANT
from analysis.gravity.regression import Regression, run_regression

# Of a column that effects explain, projections leave about their tolerance.
ABSORBED_SHARE = 1e-9


@dataclass(frozen=True)
class RowFit:
    """Result of one regression on n rows with p coefficients.

    Attributes
    ----------
    terms : tuple of str, length p
        'const' first.
    coefficients : ndarray, shape (p,)
    covariance : ndarray, shape (p, p)
    rule : CovarianceRule
    covariance_note : str
    df_inference : float, ndarray of shape (p,), or None
        As in `LinearFit`.
    df_resid : int
    n_obs : int
    n_absorbed : int
        Parameters of the effects beyond the constant.
    is_rank_exact : bool
        Whether that number is exact or an upper bound (three and more large sets of effects).
    r_squared : float
        Share of the outcome's variance that terms and effects explain.
    residuals : ndarray, shape (n,)
        In the order of the rows given.
    caveats : tuple of str
    regression : Regression
    """

    terms: tuple[str, ...]
    coefficients: np.ndarray
    covariance: np.ndarray
    rule: CovarianceRule
    covariance_note: str
    df_inference: float | np.ndarray | None
    df_resid: int
    n_obs: int
    n_absorbed: int
    is_rank_exact: bool
    r_squared: float
    residuals: np.ndarray
    caveats: tuple[str, ...]
    regression: Regression

    @property
    def std_errors(self) -> np.ndarray:
        """Standard errors, shape (p,)."""
        return np.sqrt(np.diag(self.covariance))

    def to_frame(self) -> pd.DataFrame:
        """One row per term: term, estimate, std_error."""
        return pd.DataFrame({"term": self.terms, "estimate": self.coefficients, "std_error": self.std_errors})


def row_regression(
    outcome: np.ndarray,
    regressors: np.ndarray,
    terms: Sequence[str],
    rule: CovarianceRule,
    *,
    effects: Mapping[str, Sequence] | None = None,
    clusters: np.ndarray | None = None,
    periods: np.ndarray | None = None,
    cluster_name: str = "cluster",
) -> RowFit:
    """Ordinary least squares with effects taken out and standard errors by any clusters.

    Parameters
    ----------
    outcome : array_like, shape (n,)
    regressors : array_like, shape (n, k)
        Without a constant, which is added (with effects it is the mean of what the slopes leave).
    terms : sequence of str, length k
    rule : CovarianceRule
    effects : mapping of str to array_like, shape (n,), optional
        Name and labels of each set of effects, such as exporter-year and importer-year.
    clusters : array_like, shape (n,), optional
        Labels of the clusters, such as pairs of countries; None: every row is its own.
    periods : array_like, shape (n,), optional
        The second clusters of 'two_way', the time of 'driscoll_kraay'.
    cluster_name : str
        What a cluster is, in notes.

    Raises
    ------
    ValueError
        Shapes disagree.
    NonFiniteInput
        A number or a label is missing, or a number infinite.
    CollinearTerms
        Terms do not vary, are explained by the effects, or depend on one another.
    NotEstimable
        There are no more rows than parameters, or removing effects does not converge.
    """
    outcome, regressors = np.asarray(outcome, dtype=float), np.asarray(regressors, dtype=float)
    terms = tuple(terms)
    _check(outcome, regressors, terms)
    found = effects_of(effects, outcome.size)
    own = np.arange(outcome.size) if clusters is None else _codes(clusters, "clusters", outcome.size)
    period_codes = None if periods is None else _codes(periods, "periods", outcome.size)
    columns = np.column_stack([outcome, regressors])
    # Sorted by content: whatever order rows come in, sums run over them in one.
    keys = [*columns.T[::-1], *found.codes, *([] if period_codes is None else [period_codes])]
    order = np.lexsort(keys if clusters is None else [*keys, own])
    columns, own = columns[order], own[order] if clusters is not None else own
    period_codes = None if period_codes is None else period_codes[order]
    found = found.rows(order)
    means = columns.mean(axis=0)
    within = projection(found, np.ones(outcome.size))((columns - means).T).T
    absorbed = tuple(found.codes)
    rank, is_exact = rank_of_effects(absorbed)
    n_absorbed = max(rank - 1, 0)
    n_parameters = len(terms) + 1 + n_absorbed
    if outcome.size <= n_parameters:
        raise NotEstimable(
            f"{outcome.size} observations for {n_parameters} parameters ({len(terms)} slopes, the constant, "
            f"{n_absorbed} further effects): at least {n_parameters + 1} observations are needed"
        )
    _check_variation(within, columns, terms, bool(found.names))
    regression = run_regression(
        np.column_stack([np.ones(outcome.size), within[:, 1:] + means[1:]]),
        within[:, 0] + means[0],
        own,
        period_codes,
        absorbed=absorbed,
        n_absorbed=n_absorbed,
        cluster_name=cluster_name,
    )
    covariance = regression.covariance(rule)
    residuals = np.empty(outcome.size)
    residuals[order] = regression.solution.residuals
    total = columns[:, 0] - means[0]
    caveats = covariance.caveats
    if not is_exact:
        caveats = ("the number of effects that can be told apart is an upper bound", *caveats)
    return RowFit(
        terms=(CONSTANT, *terms),
        coefficients=regression.solution.coefficients,
        covariance=covariance.matrix,
        rule=rule,
        covariance_note=covariance.note,
        df_inference=covariance.df,
        df_resid=regression.df_resid,
        n_obs=outcome.size,
        n_absorbed=n_absorbed,
        is_rank_exact=is_exact,
        r_squared=1 - regression.solution.residual_sum_of_squares / float(total @ total),
        residuals=residuals,
        caveats=caveats,
        regression=regression,
    )


def _codes(labels: np.ndarray, what: str, n_obs: int) -> np.ndarray:
    labels = np.asarray(labels)
    if labels.shape != (n_obs,):
        raise ValueError(f"{what} have shape {labels.shape}, expected ({n_obs},)")
    check_labels(labels, what)
    return compact(labels)[1]


def _check(outcome: np.ndarray, regressors: np.ndarray, terms: tuple[str, ...]) -> None:
    if outcome.ndim != 1 or regressors.shape != (outcome.size, len(terms)):
        raise ValueError(
            f"outcome has shape {outcome.shape}, regressors {regressors.shape}; expected (n,) and "
            f"(n, {len(terms)}) for {len(terms)} terms"
        )
    if outcome.size == 0:
        raise NotEstimable("no row to estimate from")
    for name, column in (("outcome", outcome), *zip(terms, regressors.T, strict=True)):
        bad = np.flatnonzero(~np.isfinite(column))
        if bad.size:
            raise NonFiniteInput(
                f"column {name!r}, row {bad[0]}: seen {column[bad[0]]}, expected a finite number"
            )


def _check_variation(
    within: np.ndarray, columns: np.ndarray, terms: tuple[str, ...], has_effects: bool
) -> None:
    share = ABSORBED_SHARE if has_effects else 1e-12
    gone = np.linalg.norm(within[:, 1:], axis=0) <= share * np.linalg.norm(columns[:, 1:], axis=0)
    named = tuple(term for term, is_gone in zip(terms, gone, strict=True) if is_gone)
    if named:
        why = "the effects absorb" if has_effects else "do not vary in the sample"
        raise CollinearTerms(f"terms that {why}: {', '.join(named)}", named)
    dependent = dependent_terms(within[:, 1:], terms)
    if dependent:
        raise CollinearTerms(f"linearly dependent terms: {', '.join(dependent)}", dependent)
