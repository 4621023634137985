"""RESET: do powers of the fitted values explain what the equation should have explained already?"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np
from scipy import stats

from analysis.gravity.covariance import CovarianceRule
from analysis.gravity.errors import CollinearTerms, NotEstimable
from analysis.gravity.panel_data import PanelData, panel_data
from analysis.gravity.poisson import poisson_regression
from analysis.gravity.poisson_fit import PoissonFit
from analysis.gravity.pooled import pooled_ols
from analysis.gravity.specification_tests import SpecificationTest, conclude, summarise

ROBUST = CovarianceRule("hc1", "normal")


def reset_of_ols(
    panel: PanelData,
    rule: CovarianceRule = ROBUST,
    *,
    highest_power: int = 2,
    alpha: float,
) -> SpecificationTest:
    """RESET of pooled least squares: a Wald test of powers of the fitted values, added as regressors.

    Parameters
    ----------
    panel : PanelData
    rule : CovarianceRule
        Of the Wald test; default: robust to heteroskedasticity.
    highest_power : int
        Powers of the fitted values from 2 to this.
    alpha : float
        Level of the test.

    Returns
    -------
    SpecificationTest
        'reset_ols'.

    Raises
    ------
    NotEstimable
        The fitted values take too few values for their powers to be told apart, or rows are too few.

    References
    ----------
    Ramsey (1969), Journal of the Royal Statistical Society B 31.
    """
    fitted = pooled_ols(panel).fitted
    added, names = _powers_of(fitted, highest_power)
    try:
        wider = panel_data(
            panel.outcome,
            np.column_stack([panel.regressors, added]),
            (*panel.terms, *names),
            panel.entities[panel.entity_index],
            panel.periods,
        )
    except CollinearTerms as error:
        raise _too_few(error) from error
    return _wald("reset_ols", pooled_ols(wider, rule), names, alpha)


def reset_of_ppml(
    fit: PoissonFit,
    outcome: np.ndarray,
    regressors: np.ndarray,
    terms: Sequence[str],
    *,
    effects: Mapping[str, Sequence] | None = None,
    clusters: Sequence | None = None,
    highest_power: int = 2,
    alpha: float,
) -> SpecificationTest:
    """RESET of a Poisson fit: powers of ln(mu) are added and the equation is fitted again.

    Parameters
    ----------
    fit : PoissonFit
        Its rule is that of the Wald test.
    outcome, regressors, terms, effects, clusters
        What it was fitted to.
    highest_power : int
        Powers of ln(mu) from 2 to this.
    alpha : float
        Level of the test.

    Returns
    -------
    SpecificationTest
        'reset_ppml'.

    Raises
    ------
    NotEstimable
        As `reset_of_ols`; also when the wider equation does not converge.

    References
    ----------
    Santos Silva and Tenreyro (2006), section V.A, for Poisson and other equations with an exponential mean.
    """
    kept = np.flatnonzero(~fit.separation.is_separated)
    eta = (fit.linear_prediction + fit.effect_sums)[kept]
    used = [position for position, term in enumerate(terms) if term in fit.terms]
    added, names = _powers_of(eta, highest_power)
    regressors = np.asarray(regressors, dtype=float)[kept][:, used]
    try:
        wider = poisson_regression(
            np.asarray(outcome, dtype=float)[kept],
            np.column_stack([regressors, added]),
            (*(terms[position] for position in used), *names),
            effects={name: np.asarray(labels)[kept] for name, labels in (effects or {}).items()},
            clusters=None if clusters is None else np.asarray(clusters)[kept],
            rule=fit.rule,
        )
    except CollinearTerms as error:
        raise _too_few(error) from error
    if wider.n_obs < kept.size:
        raise NotEstimable("RESET: with powers of the fitted values added, rows are separated")
    return _wald("reset_ppml", wider, names, alpha)


def _powers_of(fitted: np.ndarray, highest_power: int) -> tuple[np.ndarray, tuple[str, ...]]:
    """Powers of centred and scaled fitted values: with the constant and the terms they span the same."""
    if highest_power < 2:
        raise ValueError(f"highest power {highest_power}: expected 2 or more")
    spread = fitted.std()
    if spread <= 1e-12 * np.abs(fitted).max(initial=0.0):
        raise NotEstimable("RESET: the fitted values do not vary")
    scaled = (fitted - fitted.mean()) / spread
    powers = range(2, highest_power + 1)
    names = tuple(f"fitted^{power}" for power in powers)
    return np.column_stack([scaled**power for power in powers]), names


def _too_few(error: CollinearTerms) -> NotEstimable:
    return NotEstimable(f"RESET: powers of the fitted values cannot be told from the terms ({error})")


def _wald(code: str, fit, names: tuple[str, ...], alpha: float) -> SpecificationTest:
    positions = [fit.terms.index(name) for name in names]
    estimates = fit.coefficients[positions]
    block = fit.covariance[np.ix_(positions, positions)]
    count = len(names)
    caveat = ""
    if np.linalg.matrix_rank(block, hermitian=True) < count:
        statistic, p_value, df2 = math.nan, math.nan, math.nan
        caveat = f"the covariance of {count} coefficients has a lower rank: they cannot be tested together"
    else:
        statistic, df2 = float(estimates @ np.linalg.solve(block, estimates)), math.nan
        if fit.df_inference is None:
            p_value = float(stats.chi2.sf(statistic, count))
        else:
            statistic, df2 = statistic / count, float(np.min(fit.df_inference))
            p_value = float(stats.f.sf(statistic, count, df2))
    caveats = "; ".join(text for text in (caveat, *fit.caveats) if text)
    return SpecificationTest(
        test=code,
        statistic=statistic,
        df1=float(count),
        df2=df2,
        p_value=p_value,
        is_valid=not caveat,
        conclusion=conclude(
            not caveat,
            p_value < alpha,
            summarise(statistic, count, df2, p_value),
            "powers of the fitted values explain more: the form of the equation is rejected",
            "powers of the fitted values explain no more: nothing speaks against the form of the equation",
        ),
        caveat=caveats,
        alpha=alpha,
    )
