"""Poisson pseudo-maximum likelihood: trade in levels, zeros included, with or without effects."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from analysis.gravity.absorption import Effects, check_labels, compact, effects_of, independent_columns
from analysis.gravity.covariance import CovarianceRule
from analysis.gravity.errors import CollinearTerms, NotEstimable, TimeInvariantTerms
from analysis.gravity.panel_data import CONSTANT, PanelData
from analysis.gravity.poisson_covariance import check_rule, clusterings, counted, poisson_covariance
from analysis.gravity.poisson_data import canonical_order, checked_arrays, scaled_columns
from analysis.gravity.poisson_fit import PoissonFit, effect_caveats, goodness
from analysis.gravity.poisson_iterations import PoissonIterations, iterate
from analysis.gravity.separation import Separation, separation_of

STATA_PPML = CovarianceRule("hc1", "normal", "stata_ppml")
"""Robust standard errors times n/(n-1): Stata's ppml."""
CLUSTERED = CovarianceRule("cr1", "normal", "groups_only")
"""Clustered standard errors times G/(G-1): Stata's ppml and ppml_panel_sg with clusters."""

PANEL_EFFECTS = ("partner", "period")
Collinear = Literal["raise", "drop"]


def ppml(
    panel: PanelData,
    rule: CovarianceRule = STATA_PPML,
    *,
    effects: Sequence[str] = (),
    collinear: Collinear = "raise",
) -> PoissonFit:
    """Fit a Poisson mean to a panel whose outcome is in levels; clusters are the partners.

    Parameters
    ----------
    panel : PanelData
        Its outcome is trade itself, not its logarithm; zeros are welcome.
    rule : CovarianceRule
        'classical', 'hc0', 'hc1', 'cr0' or 'cr1'.
    effects : sequence of str
        Of 'partner' and 'period'.
    collinear : {'raise', 'drop'}
        What becomes of terms that effects absorb.

    Returns
    -------
    PoissonFit

    Raises
    ------
    Whatever `poisson_regression` raises.
    """
    unknown = [name for name in effects if name not in PANEL_EFFECTS]
    if unknown:
        raise ValueError(f"effects {unknown}: expected some of {list(PANEL_EFFECTS)}")
    labels = {"partner": panel.entities[panel.entity_index], "period": panel.periods}
    return poisson_regression(
        panel.outcome,
        panel.regressors,
        panel.terms,
        effects={name: labels[name] for name in effects},
        clusters=panel.entity_index,
        rule=rule,
        collinear=collinear,
    )


def poisson_regression(
    outcome: np.ndarray,
    regressors: np.ndarray,
    terms: Sequence[str],
    *,
    effects: Mapping[str, Sequence] | None = None,
    clusters: Sequence | None = None,
    rule: CovarianceRule | None = None,
    collinear: Collinear = "raise",
    outcome_name: str = "outcome",
) -> PoissonFit:
    """Maximise the Poisson pseudo-likelihood of E(y) = exp(X b + effects).

    The first-order conditions are X'(y - mu) = 0; nothing but the mean has to be right (Gourieroux, Monfort
    and Trognon, 1984). Separated rows are found exactly and left out. Effects are absorbed by weighted
    projections, not expanded: some ten thousand levels and a hundred thousand rows take seconds (see
    `high_dimensional` for more).

    Parameters
    ----------
    outcome : array_like, shape (n,)
        Not negative, in any unit.
    regressors : array_like, shape (n, k)
        Without constant; one is added when there are no effects.
    terms : sequence of str, length k
    effects : mapping of str to array_like, shape (n,), optional
        Label of each row per set of effects.
    clusters : array_like, shape (n,), optional
        Label of each row's cluster; of shape (n, 2) for a 'two_way' rule.
    rule : CovarianceRule, optional
        Default: `CLUSTERED` when there are clusters, else `STATA_PPML`.
    collinear : {'raise', 'drop'}
        What becomes of terms that depend on effects or on terms before them. Terms that only separated rows
        told apart are always dropped, and named.
    outcome_name : str
        Used in messages.

    Returns
    -------
    PoissonFit
        Row results in the order given; the same bytes for any order.

    Raises
    ------
    NonFiniteInput
        A cell or label is missing or infinite.
    EstimationError
        An outcome is negative.
    CollinearTerms, TimeInvariantTerms
        Terms depend on one another, or effects absorb them.
    NotEstimable
        No positive outcome, no more rows than coefficients, one cluster only, or no convergence.
    ValueError
        Shapes, names or the rule do not fit.

    References
    ----------
    Santos Silva and Tenreyro (2006), The log of gravity, Review of Economics and Statistics 88.
    """
    rule = rule or (STATA_PPML if clusters is None else CLUSTERED)
    sample = poisson_sample(outcome, regressors, terms, effects, clusters, outcome_name, rule)
    settled = separation_of(sample.outcome, sample.regressors, sample.terms, sample.effects)
    sample = sample.without(settled)
    columns, spread = scaled_columns(sample.regressors)
    used, dropped, caveats = _usable(sample, columns, spread, collinear)
    n_coefficients = int(used.sum()) + (not sample.effects.names)
    if sample.outcome.size <= n_coefficients:
        raise NotEstimable(
            f"{sample.outcome.size} observations for {n_coefficients} coefficients: at least "
            f"{n_coefficients + 1} observations are needed"
        )
    scale = sample.outcome.mean()
    design = columns[:, used]
    if not sample.effects.names:
        design = np.column_stack([np.ones(len(design)), design])
    iterations = iterate(sample.outcome / scale, design, sample.effects)
    return _fit(sample, iterations, scale, used, spread, rule, dropped, caveats)


@dataclass(frozen=True)
class PoissonSample:
    """Rows in canonical order, checked; `order` says where each came from.

    Attributes
    ----------
    outcome : ndarray, shape (m,)
    regressors : ndarray, shape (m, k)
    terms : tuple of str, length k
    effects : Effects
    clusters : ndarray of int, shape (m,) or (m, 2), or None
        Numbered from 0 without gaps.
    order : ndarray of int, shape (m,)
        Position of each row among the n given.
    given : ndarray, shape (n, k)
        All regressors in the order given.
    separation : Separation or None
        Of all n rows in the order given, once it is settled.
    """

    outcome: np.ndarray
    regressors: np.ndarray
    terms: tuple[str, ...]
    effects: Effects
    clusters: np.ndarray | None
    order: np.ndarray
    given: np.ndarray
    given_outcome: np.ndarray
    separation: Separation | None = None

    def without(self, separation: Separation) -> PoissonSample:
        """The rows that are not separated. `separation` is in the order of this sample."""
        back = np.empty(self.order.size, dtype=np.int64)
        back[self.order] = np.arange(self.order.size)
        given = separation.rows(back)
        if not separation.n_separated:
            return replace(self, separation=given)
        kept = np.flatnonzero(~separation.is_separated)
        if kept.size == 0:
            raise NotEstimable("no row is left: every outcome is 0")
        return replace(
            self,
            outcome=self.outcome[kept],
            regressors=self.regressors[kept],
            effects=self.effects.rows(kept),
            clusters=None if self.clusters is None else numbered_clusters(self.clusters[kept]),
            order=self.order[kept],
            separation=given,
        )


def poisson_sample(outcome, regressors, terms, effects, clusters, outcome_name, rule) -> PoissonSample:
    """Check the arrays of `poisson_regression` and bring the rows into canonical order."""
    outcome, regressors, terms = checked_arrays(outcome, regressors, terms, outcome_name=outcome_name)
    if clusters is not None:
        clusters = np.asarray(clusters)
        if clusters.shape not in (outcome.shape, (*outcome.shape, 2)):
            raise ValueError(f"clusters have shape {clusters.shape}, expected {outcome.shape}")
        for kind in clusters.reshape(outcome.size, -1).T:
            check_labels(kind, "clusters")
        clusters = numbered_clusters(clusters)
    check_rule(rule, clusterings(clusters))
    if not (outcome > 0).any():
        raise NotEstimable(f"no row has a positive {outcome_name}: its mean has no logarithm")
    coded = effects_of(effects, outcome.size)
    order = canonical_order(coded, outcome, regressors, clusters)
    return PoissonSample(
        outcome=outcome[order],
        regressors=regressors[order],
        terms=terms,
        effects=Effects(coded.names, coded.codes[:, order], coded.levels),
        clusters=None if clusters is None else clusters[order],
        order=order,
        given=regressors,
        given_outcome=outcome,
    )


def numbered_clusters(clusters: np.ndarray) -> np.ndarray:
    """Number clusters (n,) or (n, 2) from 0 without gaps, each kind by itself."""
    if clusters.ndim == 1:
        return compact(clusters)[1]
    return np.column_stack([compact(kind)[1] for kind in clusters.T])


def _usable(sample: PoissonSample, columns, spread, collinear: Collinear):
    """Which terms can be estimated; the others are refused or dropped with a caveat."""
    is_absorbed, is_dependent = independent_columns(columns, sample.effects)
    out = is_absorbed | is_dependent
    if not out.any():
        return ~out, (), ()
    named = tuple(term for term, is_out in zip(sample.terms, out, strict=True) if is_out)
    absorbed = [term for term, is_out in zip(sample.terms, is_absorbed, strict=True) if is_out]
    dependent = [term for term, is_out in zip(sample.terms, is_dependent, strict=True) if is_out]
    by = "the effects" if sample.effects.names else "the constant"
    reasons = [f"{', '.join(absorbed)}: absorbed by {by}"] if absorbed else []
    if dependent:
        reasons.append(f"{', '.join(dependent)}: linearly dependent on terms before them")
    reason = "; ".join(reasons)
    if collinear == "raise" and not sample.separation.n_separated:
        if sample.effects.names and not dependent:
            raise TimeInvariantTerms(f"terms that cannot be estimated ({reason})", named)
        raise CollinearTerms(f"terms that cannot be estimated ({reason})", named)
    why = " once separated rows are left out" if sample.separation.n_separated else ""
    return ~out, named, (f"dropped terms ({reason}{why})",)


def _fit(sample: PoissonSample, iterations: PoissonIterations, scale, used, spread, rule, dropped, caveats):
    """Bring an own fit of scaled columns back to the units of the input."""
    terms = tuple(term for term, is_used in zip(sample.terms, used, strict=True) if is_used)
    divisor = spread[used]
    k = divisor.size
    if sample.effects.names:
        back = np.diag(1 / divisor)
        shift = np.zeros(k)
    else:
        terms = (CONSTANT, *terms)
        back = np.eye(k + 1)
        back[1:, 1:] = np.diag(1 / divisor)
        back[0, 1:] = -sample.regressors.mean(axis=0)[used] / divisor
        shift = np.zeros(k + 1)
        shift[0] = np.log(scale)
    counts = counted(sample.effects, sample.clusters, sample.outcome.size, len(terms))
    mu = iterations.mu * scale
    covariance = poisson_covariance(
        rule,
        iterations.within,
        iterations.unscaled / scale,
        sample.outcome - mu,
        sample.clusters,
        counts,
    )
    return finish(
        sample,
        estimator="ppml",
        terms=terms,
        coefficients=back @ iterations.coefficients + shift,
        covariance=back @ covariance.matrix @ back.T,
        unscaled=back @ iterations.unscaled @ back.T / scale,
        rule=rule,
        note=covariance.note,
        df=covariance.df,
        mu=mu,
        eta=iterations.eta + np.log(scale),
        deviance=iterations.deviance * scale,
        n_clusters=counts.n_clusters,
        n_iterations=iterations.n_iterations,
        dropped=dropped,
        caveats=(*caveats, *covariance.caveats),
    )


def finish(
    sample: PoissonSample,
    *,
    estimator,
    terms,
    coefficients,
    covariance,
    unscaled,
    rule,
    note,
    df,
    mu,
    eta,
    deviance,
    n_clusters,
    n_iterations,
    dropped,
    caveats,
) -> PoissonFit:
    """Put results of the rows in canonical order (m,) where they belong among the rows given (n,)."""
    n = sample.given_outcome.size
    slopes = dict(zip(terms, coefficients, strict=True))
    prediction = np.full(n, slopes.get(CONSTANT, 0.0))
    for position, term in enumerate(sample.terms):
        if term in slopes:
            prediction = prediction + sample.given[:, position] * slopes[term]
    mean, effect_sums = np.zeros(n), np.full(n, np.nan)
    mean[sample.order] = mu
    effect_sums[sample.order] = eta - prediction[sample.order] if sample.effects.names else 0.0
    fitted, null, pseudo, squared = goodness(sample.outcome, mu)
    separation = sample.separation
    said = (separation.caveat,) if separation.n_separated else ()
    return PoissonFit(
        estimator=estimator,
        terms=tuple(terms),
        coefficients=coefficients,
        covariance=covariance,
        covariance_unscaled=unscaled,
        rule=rule,
        covariance_note=note,
        df_inference=df,
        mu=mean,
        linear_prediction=prediction,
        effect_sums=effect_sums,
        residuals=sample.given_outcome - mean,
        deviance=deviance,
        log_likelihood=fitted,
        log_likelihood_null=null,
        pseudo_r_squared=pseudo,
        r_squared=squared,
        n_obs=sample.outcome.size,
        n_rows=n,
        n_clusters=n_clusters,
        n_iterations=n_iterations,
        effect_names=sample.effects.names,
        separation=separation,
        dropped=tuple(dropped),
        caveats=(*said, *caveats, *effect_caveats(sample.effects, sample.outcome)),
    )
