"""The result of one Poisson estimation, the same shape whichever engine computed it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import gammaln, xlogy

from analysis.gravity.absorption import Effects
from analysis.gravity.covariance import CovarianceRule
from analysis.gravity.separation import Separation


@dataclass(frozen=True)
class PoissonFit:
    """Poisson pseudo-maximum-likelihood fit of n given rows, of which m entered, with k coefficients.

    Attributes
    ----------
    estimator : str
        'ppml' or 'ppml_high_dimensional'.
    terms : tuple of str, length k
        'const' first, where there are no effects.
    coefficients : ndarray, shape (k,)
        Of ln(mean): elasticities for regressors in logarithms.
    covariance : ndarray, shape (k, k)
    covariance_unscaled : ndarray, shape (k, k)
        (X'WX)^-1 with W = diag(mu), effects removed.
    rule : CovarianceRule
    covariance_note : str
        Small-sample rule of the covariance and the counts that entered it.
    df_inference : float or None
        Degrees of freedom of the t distribution; None for the normal.
    mu : ndarray, shape (n,)
        Fitted mean in units of the outcome; 0 on separated rows, which is what their mean tends to.
    linear_prediction : ndarray, shape (n,)
        X b, constant included and effects not.
    effect_sums : ndarray, shape (n,)
        ln(mu) - X b: the sum of a row's effects; 0 without effects, nan on separated rows.
    residuals : ndarray, shape (n,)
        Outcome - mu.
    deviance : float
        2 sum(y ln(y / mu) - (y - mu)), in units of the outcome.
    log_likelihood, log_likelihood_null : float
        Of the Poisson distribution (pseudo, for an outcome that is no count), of the fit and of a constant.
    pseudo_r_squared : float
        1 - log_likelihood / log_likelihood_null, as in ppmlhdfe; moves with the unit of the outcome.
    r_squared : float
        Squared correlation of outcome and mu, as in Stata's ppml.
    n_obs : int
        m, rows that entered.
    n_rows : int
        n, rows that were given.
    n_clusters : int
        0 without clusters.
    n_iterations : int or None
        None where the engine does not tell.
    effect_names : tuple of str
    separation : Separation
        Which rows were left out and the proof.
    dropped : tuple of str
        Terms left out, since effects absorb them or they depend on terms before them.
    caveats : tuple of str
        Sentences that must stay beside the numbers.
    """

    estimator: str
    terms: tuple[str, ...]
    coefficients: np.ndarray
    covariance: np.ndarray
    covariance_unscaled: np.ndarray
    rule: CovarianceRule
    covariance_note: str
    df_inference: float | None
    mu: np.ndarray
    linear_prediction: np.ndarray
    effect_sums: np.ndarray
    residuals: np.ndarray
    deviance: float
    log_likelihood: float
    log_likelihood_null: float
    pseudo_r_squared: float
    r_squared: float
    n_obs: int
    n_rows: int
    n_clusters: int
    n_iterations: int | None
    effect_names: tuple[str, ...]
    separation: Separation
    dropped: tuple[str, ...]
    caveats: tuple[str, ...]

    @property
    def std_errors(self) -> np.ndarray:
        """Standard errors, shape (k,)."""
        return np.sqrt(np.diag(self.covariance))

    @property
    def fitted(self) -> np.ndarray:
        """Fitted mean, shape (n,): `mu`, under the name that linear fits use for theirs."""
        return self.mu

    @property
    def separated_rows(self) -> np.ndarray:
        """Positions of the rows that were left out, in the order given."""
        return np.flatnonzero(self.separation.is_separated)

    @property
    def caveat(self) -> str:
        """All caveats as one text; empty when there are none."""
        return "; ".join(self.caveats)

    def to_frame(self, level: float = 0.95) -> pd.DataFrame:
        """One row per coefficient: term, estimate, std_error, statistic, p_value, ci_low, ci_high."""
        from analysis.gravity.inference import infer

        inference = infer(self, level)
        return pd.DataFrame(
            {
                "term": inference.terms,
                "estimate": inference.estimates,
                "std_error": inference.std_errors,
                "statistic": inference.statistics,
                "p_value": inference.p_values,
                "ci_low": inference.ci_low,
                "ci_high": inference.ci_high,
            }
        )


def goodness(outcome: np.ndarray, mu: np.ndarray) -> tuple[float, float, float, float]:
    """Log-likelihood, that of a constant, pseudo R squared and squared correlation, of rows (m,)."""
    constant = float(gammaln(outcome + 1).sum())
    fitted = float((xlogy(outcome, mu) - mu).sum()) - constant
    mean = outcome.mean()
    null = float((xlogy(outcome, mean) - mean).sum()) - constant
    outcome_centred, mu_centred = outcome - mean, mu - mu.mean()
    spread = float(np.einsum("n,n->", outcome_centred, outcome_centred)) * float(
        np.einsum("n,n->", mu_centred, mu_centred)
    )
    squared = float(np.einsum("n,n->", outcome_centred, mu_centred)) ** 2 / spread if spread > 0 else np.nan
    return fitted, null, 1 - fitted / null if null else np.nan, squared


def effect_caveats(effects: Effects, outcome: np.ndarray) -> tuple[str, ...]:
    """What must be said of levels with one row: their mean equals the outcome and they inform no "
    "coefficient."""
    caveats = []
    for name, code, count in zip(effects.names, effects.codes, effects.counts, strict=True):
        single = int((np.bincount(code, minlength=count) == 1).sum())
        if single:
            caveats.append(
                f"{single} of {count} levels of {name} have one observation, which is fitted exactly and "
                "informs "
                "no coefficient (it counts in n)"
            )
    if effects.names and outcome.size <= sum(effects.counts) - len(effects.names) + 1:
        caveats.append("there are no more observations than effects")
    return tuple(caveats)
