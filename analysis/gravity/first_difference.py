"""First differences: each row less the partner's row of the period before."""

from __future__ import annotations

from analysis.gravity.consecutive import consecutive, period_step
from analysis.gravity.covariance import CLASSICAL_T, CovarianceRule
from analysis.gravity.errors import CollinearTerms, NotEstimable, TimeInvariantTerms
from analysis.gravity.fit import LinearFit, gaussian_log_likelihood, linear_fit
from analysis.gravity.groups import numbered
from analysis.gravity.least_squares import dependent_terms, vanished
from analysis.gravity.panel_data import PanelData
from analysis.gravity.regression import run_regression


def first_difference(
    panel: PanelData,
    rule: CovarianceRule = CLASSICAL_T,
    *,
    time_invariant: str = "raise",
) -> LinearFit:
    """Regress changes of the outcome on changes of the regressors, without a constant.

    y_it - y_i(t-1) = (x_it - x_i(t-1)) b + e_it - e_i(t-1). Only rows whose partner also has the period
    before enter; a period is as long as the shortest distance between two periods of the sample, and a gap is
    never differenced across. There is no constant: for a trend common to all partners the period itself is to
    be a regressor. Predictions add the mean that the slopes leave, `fitted` each partner's own.

    Parameters
    ----------
    panel : PanelData
        Its periods are numbers.
    rule : CovarianceRule
        Differences of one partner are correlated even where errors are not: a clustered rule allows for it.
    time_invariant : {'raise', 'drop'}
        What to do with terms whose differences are all 0.

    Raises
    ------
    UnusableInput
        Periods are not numbers.
    TimeInvariantTerms
        Terms do not change and are to be refused, or no other term is left.
    CollinearTerms
        The changes of terms are dependent.
    NotEstimable
        There are no terms, or no more changes than slopes.
    """
    if not panel.terms:
        raise NotEstimable("first difference: no term whose changes could explain those of the outcome")
    later, earlier = consecutive(panel)
    step = period_step(panel)
    differences = panel.regressors[later] - panel.regressors[earlier]
    n_left_out = panel.n_obs - panel.n_entities - later.size
    if later.size == 0:
        raise NotEstimable("first difference: no partner has two consecutive periods")
    unchanged = vanished(differences, panel.regressors[later])
    dropped = tuple(term for term, is_gone in zip(panel.terms, unchanged, strict=True) if is_gone)
    if dropped and (time_invariant == "raise" or unchanged.all()):
        raise TimeInvariantTerms(
            f"terms that do not change from a period to the next within any partner: {', '.join(dropped)}",
            dropped,
        )
    kept = [term for term in panel.terms if term not in dropped]
    if later.size <= len(kept):
        raise NotEstimable(
            f"first difference: {later.size} changes for {len(kept)} slopes: at least {len(kept) + 1} are "
            "needed"
        )
    dependent = dependent_terms(differences[:, ~unchanged], kept)
    if dependent:
        raise CollinearTerms(f"terms whose changes are linearly dependent: {', '.join(dependent)}", dependent)
    regression = run_regression(
        differences[:, ~unchanged],
        panel.outcome[later] - panel.outcome[earlier],
        numbered(panel.entity_index[later]),
        numbered(panel.period_index[later]),
    )
    left = panel.outcome - panel.regressors[:, ~unchanged] @ regression.solution.coefficients
    constant = float(panel.grand_mean(left))
    every = "" if step == 1 else f", a period being {step:g}"
    caveats = [
        f"{later.size} changes between consecutive periods{every} enter, from {panel.n_obs} rows"
        + (f"; {n_left_out} rows follow a gap and have none" if n_left_out else "")
    ]
    return linear_fit(
        panel,
        regression,
        rule,
        estimator="first_difference",
        r_squared_kind="within",
        log_likelihood=gaussian_log_likelihood(regression.solution.residual_sum_of_squares, later.size),
        entity_effects=panel.entity_means(left) - constant,
        constant=constant,
        dropped=dropped,
        caveats=tuple(caveats),
        terms=tuple(kept),
    )
