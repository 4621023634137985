"""Stochastic-frontier gravity: the trade that is possible, and how much of it is reached."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from scipy import stats

from analysis.gravity.absorption import effects_of
from analysis.gravity.errors import NotEstimable
from analysis.gravity.fit import gaussian_log_likelihood
from analysis.gravity.frontier_likelihood import Parts, inefficiency
from analysis.gravity.frontier_maximum import Edge, FrontierProblem, Maximum, frontier_problem
from analysis.gravity.panel_data import CONSTANT, PanelData
from analysis.gravity.poisson_data import canonical_order, checked_arrays
from analysis.gravity.poisson_iterations import cross_product
from analysis.gravity.specification_tests import SpecificationTest, conclude

Distribution = Literal["half_normal", "truncated_normal"]


@dataclass(frozen=True)
class FrontierFit:
    """Frontier y = X b + v - u of n rows, k coefficients; y in logarithms.

    Attributes
    ----------
    estimator : str
        'frontier_half_normal' or 'frontier_truncated_normal'.
    terms : tuple of str, length k
        'const' first.
    coefficients : ndarray, shape (k,)
    covariance : ndarray, shape (k, k)
        From the Hessian of the log-likelihood in all parameters; nan where noise vanishes.
    covariance_note : str
    df_inference : None
        The normal distribution judges.
    sigma_u, sigma_v : float
        Standard deviations of u before truncation and of v, in units of y.
    mu : float
        Mean of u before truncation; 0 for the half-normal.
    sigma2, gamma : float
        su2 + sv2 and su2 / (su2 + sv2): the parameters of FRONTIER 4.1.
    parameter_errors : dict of str to float
        Standard errors of 'sigma_u', 'sigma_v', 'sigma2', 'gamma' (and 'mu'); nan at either edge.
    linear_prediction : ndarray, shape (n,)
        The frontier X b.
    residuals : ndarray, shape (n,)
        y - X b = v - u.
    expected_inefficiency : ndarray, shape (n,)
        E(u | v - u), Jondrow et al.
    efficiency : ndarray, shape (n,)
        E(exp(-u) | v - u), Battese and Coelli: the share of possible trade that is reached, in (0, 1].
    log_likelihood, log_likelihood_ols : float
    skewness : float
        Of the least squares residuals; inefficiency makes it negative.
    is_skewness_wrong : bool
        It is not negative: the best half-normal fit has no inefficiency and is least squares itself.
    likelihood_ratio : SpecificationTest
        Of no inefficiency, against a mixture of chi-squared distributions.
    n_obs, n_iterations : int
    caveats : tuple of str
    """

    estimator: str
    terms: tuple[str, ...]
    coefficients: np.ndarray
    covariance: np.ndarray
    covariance_note: str
    df_inference: None
    sigma_u: float
    sigma_v: float
    mu: float
    sigma2: float
    gamma: float
    parameter_errors: dict[str, float]
    linear_prediction: np.ndarray
    residuals: np.ndarray
    expected_inefficiency: np.ndarray
    efficiency: np.ndarray
    log_likelihood: float
    log_likelihood_ols: float
    skewness: float
    is_skewness_wrong: bool
    likelihood_ratio: SpecificationTest
    n_obs: int
    n_iterations: int
    caveats: tuple[str, ...]

    @property
    def is_deterministic(self) -> bool:
        """Whether noise vanishes: gamma is 1."""
        return self.sigma_v == 0

    @property
    def std_errors(self) -> np.ndarray:
        """Standard errors of the coefficients, shape (k,)."""
        return np.sqrt(np.diag(self.covariance))

    @property
    def caveat(self) -> str:
        """All caveats as one text; empty when there are none."""
        return "; ".join(self.caveats)

    def to_frame(self) -> pd.DataFrame:
        """One row per parameter: term, estimate, std_error."""
        parameters = {
            "sigma_u": self.sigma_u,
            "sigma_v": self.sigma_v,
            "sigma2": self.sigma2,
            "gamma": self.gamma,
        }
        if self.estimator == "frontier_truncated_normal":
            parameters["mu"] = self.mu
        return pd.DataFrame(
            {
                "term": [*self.terms, *parameters],
                "estimate": [*self.coefficients, *parameters.values()],
                "std_error": [*self.std_errors, *(self.parameter_errors[name] for name in parameters)],
            }
        )


def frontier(panel: PanelData, distribution: Distribution = "half_normal", *, alpha: float) -> FrontierFit:
    """Fit a frontier to all rows of a panel, partners and years alike. See `frontier_regression`."""
    return frontier_regression(
        panel.outcome, panel.regressors, panel.terms, distribution=distribution, alpha=alpha
    )


def frontier_regression(
    outcome: np.ndarray,
    regressors: np.ndarray,
    terms: Sequence[str],
    *,
    distribution: Distribution = "half_normal",
    alpha: float,
    outcome_name: str = "outcome",
) -> FrontierFit:
    """Maximise the likelihood of y = X b + v - u, v normal and u >= 0 half- or truncated-normal.

    Parameters
    ----------
    outcome : array_like, shape (n,)
        In logarithms, so that exp(-u) is a share.
    regressors : array_like, shape (n, k)
        Without constant; one is added.
    terms : sequence of str, length k
    distribution : {'half_normal', 'truncated_normal'}
    alpha : float
        Level of the likelihood ratio test.

    Returns
    -------
    FrontierFit
        Least squares with efficiency 1, labelled, where no inefficiency improves the likelihood (for a
        half-normal wherever residuals are skewed the wrong way). A deterministic frontier, labelled and
        without standard errors, where the likelihood of a half-normal rises until noise vanishes, as it may
        with few rows and many coefficients.

    Raises
    ------
    NonFiniteInput
        A cell is missing or infinite.
    CollinearTerms
        Terms depend on one another or on the constant.
    NotEstimable
        No more rows than parameters, an exact fit, or a truncated normal without a maximum inside the
        parameter space.
    ValueError
        Shapes, names or the distribution do not fit.

    References
    ----------
    Aigner, Lovell and Schmidt (1977), Journal of Econometrics 6; Waldman (1982), Journal of Econometrics 18
    (skewness); Aigner and Chu (1968), American Economic Review 58 (deterministic frontier); Coelli (1996), A
    guide to FRONTIER 4.1; Kodde and Palm (1986), Econometrica 54 (mixture).
    """
    if distribution not in ("half_normal", "truncated_normal"):
        raise ValueError(f"distribution {distribution!r}: expected 'half_normal' or 'truncated_normal'")
    outcome, regressors, terms = checked_arrays(
        outcome, regressors, terms, outcome_name=outcome_name, least=-math.inf
    )
    n_parameters = len(terms) + 3 + (distribution == "truncated_normal")
    if outcome.size <= n_parameters:
        raise NotEstimable(
            f"{outcome.size} observations for {n_parameters} parameters: at least {n_parameters + 1} are "
            "needed"
        )
    order = canonical_order(effects_of(None, outcome.size), outcome, regressors)
    problem = frontier_problem(
        outcome[order], regressors[order], terms, distribution == "truncated_normal", outcome_name
    )
    best = problem.best()
    return _fit(problem, best, outcome, regressors, terms, distribution, alpha)


def _fit(
    problem: FrontierProblem, best: Maximum | Edge, outcome, regressors, terms, distribution, alpha
) -> FrontierFit:
    n, k, unit = outcome.size, len(terms) + 1, problem.unit
    residuals = problem.outcome - np.einsum("nk,k->n", problem.design, problem.start)
    skewness = float((residuals**3).mean())
    ols = gaussian_log_likelihood(float(np.einsum("n,n->", residuals, residuals)), n)
    caveats = []
    if skewness >= 0:
        caveats.append(
            f"the least squares residuals are skewed the wrong way ({skewness:.3f}, inefficiency makes it "
            "negative)"
        )
    errors = dict.fromkeys(("sigma_u", "sigma_v", "sigma2", "gamma", "mu"), math.nan)
    iterations = 0
    if best is Edge.NO_INEFFICIENCY:
        caveats.append(
            "no inefficiency improves the likelihood: sigma_u is 0, the fit is least squares, efficiency is "
            "1 throughout"
        )
        scaled, parts, reached = problem.start, Parts(0.0, 1.0, 0.0), ols
        covariance = np.linalg.inv(cross_product(problem.design, problem.design))
        note = "least squares with the maximising error variance RSS/n"
    elif best is Edge.NO_NOISE:
        if problem.is_truncated:
            raise NotEstimable(
                f"frontier: the likelihood of {n} rows and {k} coefficients rises until noise vanishes "
                "(gamma = 1) and has no maximum before, so mean and spread of the truncated normal cannot be "
                "told apart; try 'half_normal'"
            )
        scaled, variance, reached = problem.deterministic()
        caveats.append(
            f"the likelihood of {n} rows and {k} coefficients is highest where noise vanishes: gamma is 1, "
            "the frontier is deterministic, all distance from it counts as inefficiency and nothing is known "
            "of standard errors"
        )
        parts, covariance = Parts(variance, 0.0, 0.0), np.full((k, k), math.nan)
        note = "none: at gamma = 1 the usual theory of the likelihood does not hold"
    else:
        scaled, parts = best.theta[:k], problem.parts(best.theta)
        covariance = best.covariance[:k, :k]
        errors = _parameter_errors(best, parts, k, unit)
        reached, iterations = best.log_likelihood, best.n_iterations
        if best.is_edge_higher:
            caveats.append(
                "this is the maximum inside the parameter space; the likelihood is higher where noise "
                "vanishes (gamma = 1), as it may be with few rows"
            )
        note = "inverse of the Hessian of the log-likelihood"
    back = np.diag(np.concatenate([[1.0], 1 / problem.spread]))
    back[0, 1:] = -problem.mean / problem.spread
    coefficients = back @ scaled * unit
    prediction = coefficients[0] + np.einsum("nk,k->n", regressors, coefficients[1:])
    composed = outcome - prediction
    in_units = Parts(parts.variance_u * unit**2, parts.variance_v * unit**2, parts.mu * unit)
    expected, efficiency = inefficiency(composed, in_units)
    shift = n * math.log(unit)
    return FrontierFit(
        estimator=f"frontier_{distribution}",
        terms=(CONSTANT, *terms),
        coefficients=coefficients,
        covariance=back @ covariance @ back.T * unit**2,
        covariance_note=note,
        df_inference=None,
        sigma_u=math.sqrt(in_units.variance_u),
        sigma_v=math.sqrt(in_units.variance_v),
        mu=in_units.mu,
        sigma2=in_units.variance,
        gamma=in_units.variance_u / in_units.variance,
        parameter_errors=errors,
        linear_prediction=prediction,
        residuals=composed,
        expected_inefficiency=expected,
        efficiency=efficiency,
        log_likelihood=reached - shift,
        log_likelihood_ols=ols - shift,
        skewness=skewness,
        is_skewness_wrong=skewness >= 0,
        likelihood_ratio=likelihood_ratio(
            reached - shift,
            ols - shift,
            problem.is_truncated,
            alpha,
            invalid_because=note if best is Edge.NO_NOISE else "",
        ),
        n_obs=n,
        n_iterations=iterations,
        caveats=tuple(caveats),
    )


def _parameter_errors(best: Maximum, parts: Parts, k: int, unit: float) -> dict[str, float]:
    """Standard errors of the parameters of the errors, by the delta method from ln su, ln sv and mu."""
    a, c, s = parts.variance_u, parts.variance_v, parts.variance
    covariance = best.covariance[k:, k:]
    by = {
        "sigma_u": [math.sqrt(a) * unit, 0.0],
        "sigma_v": [0.0, math.sqrt(c) * unit],
        "sigma2": [2 * a * unit**2, 2 * c * unit**2],
        "gamma": [2 * a * c / s**2, -2 * a * c / s**2],
        "mu": [0.0, 0.0],
    }
    errors = {}
    for name, slopes in by.items():
        full = np.zeros(len(covariance))
        full[:2] = slopes
        if name == "mu" and full.size == 3:
            full[2] = unit
        errors[name] = math.sqrt(max(float(full @ covariance @ full), 0.0))
    if len(covariance) == 2:
        errors["mu"] = math.nan
    return errors


def likelihood_ratio(
    with_inefficiency: float, without: float, is_truncated: bool, alpha: float, *, invalid_because: str = ""
) -> SpecificationTest:
    """Test of no inefficiency; sigma_u = 0 is on the edge, so the distribution is half of each of two.

    Half-normal: chi-squared with 0 and 1 degrees of freedom; truncated normal: with 1 and 2.
    """
    statistic = max(2 * (with_inefficiency - without), 0.0)
    if is_truncated:
        p_value = 0.5 * float(stats.chi2.sf(statistic, 1) + stats.chi2.sf(statistic, 2))
        name, df = "half chi2(1), half chi2(2)", 2.0
    else:
        p_value = 0.5 * float(stats.chi2.sf(statistic, 1)) if statistic > 0 else 1.0
        name, df = "half 0, half chi2(1)", 1.0
    is_valid = not invalid_because
    return SpecificationTest(
        test="likelihood_ratio_inefficiency",
        statistic=statistic,
        df1=df,
        df2=math.nan,
        p_value=p_value if is_valid else math.nan,
        is_valid=is_valid,
        conclusion=conclude(
            is_valid,
            p_value < alpha,
            f"LR = {statistic:.2f} ({name})" + (f", p = {p_value:.4f}" if is_valid else ""),
            "there is inefficiency: no inefficiency is rejected",
            "no inefficiency is not rejected",
        ),
        caveat=invalid_because,
        alpha=alpha,
    )
