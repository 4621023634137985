"""Covariance matrices of coefficients, each with the name of its small-sample rule."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from analysis.gravity.errors import NotEstimable

FEW_PARTNERS = 20
"""Fewer partners than this are too few for errors that hang together within a partner.

Between 20 and 50 is usual (Cameron and Miller, 2015, A Practitioner's Guide to Cluster-Robust Inference).
"""

# First of each kind: the default. What the rules are called after is the program that uses them.
SMALL_SAMPLE_RULES: dict[str, dict[str, str]] = {
    "classical": {"n_minus_k": "RSS/(n-k)"},
    "hc1": {"stata_regress": "n/(n-k)", "stata_ppml": "n/(n-1)", "none": "1"},
    "cr1": {
        "nested_excluded": "G/(G-1) * (n-1)/(n-k), partner effects not counted in k",
        "stata_regress": "G/(G-1) * (n-1)/(n-k), partner effects counted in k",
        "groups_only": "G/(G-1)",
        "none": "1",
    },
}


@dataclass(frozen=True)
class CovarianceRule:
    """How standard errors are computed and which distribution judges them.

    Attributes
    ----------
    kind : {'classical', 'hc1', 'cr1'}
        Homoskedastic; heteroskedasticity-robust; clustered by partner.
    distribution : {'normal', 't'}
        t has the residual degrees of freedom, and G - 1 (clusters less one) for 'cr1'.
    small_sample : str
        A name of `SMALL_SAMPLE_RULES[kind]`; empty takes the first.
    """

    kind: Literal["classical", "hc1", "cr1"]
    distribution: Literal["normal", "t"]
    small_sample: str = ""

    def __post_init__(self) -> None:
        if self.kind not in SMALL_SAMPLE_RULES:
            raise ValueError(f"covariance kind {self.kind!r}: expected one of {list(SMALL_SAMPLE_RULES)}")
        if self.distribution not in ("normal", "t"):
            raise ValueError(f"distribution {self.distribution!r}: expected 'normal' or 't'")
        rules = SMALL_SAMPLE_RULES[self.kind]
        if not self.small_sample:
            object.__setattr__(self, "small_sample", next(iter(rules)))
        elif self.small_sample not in rules:
            raise ValueError(
                f"small-sample rule {self.small_sample!r} of {self.kind}: expected {list(rules)}"
            )

    @property
    def name(self) -> str:
        """Kind and distribution, as in 'cr1_t'."""
        return f"{self.kind}_{self.distribution}"


CLASSICAL_T = CovarianceRule("classical", "t")
CLASSICAL_NORMAL = CovarianceRule("classical", "normal")


def covariance_rule(name: str, small_sample: str = "") -> CovarianceRule:
    """Read a rule from its name, as in 'classical_normal' or 'cr1_t'."""
    kind, _, distribution = name.rpartition("_")
    return CovarianceRule(kind, distribution, small_sample)


@dataclass(frozen=True)
class CovarianceEstimate:
    """A covariance matrix of p coefficients and what must be said about it.

    Attributes
    ----------
    matrix : ndarray, shape (p, p)
    note : str
        Kind, small-sample rule and the counts that entered it.
    df : float or None
        Degrees of freedom of the t distribution; None for the normal.
    caveats : tuple of str
    """

    matrix: np.ndarray
    note: str
    df: float | None
    caveats: tuple[str, ...]


def estimate_covariance(
    rule: CovarianceRule,
    design: np.ndarray,
    residuals: np.ndarray,
    unscaled: np.ndarray,
    clusters: np.ndarray,
    *,
    n_absorbed: int = 0,
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
        The partner of each row, numbered from 0.
    n_absorbed : int
        Parameters that were estimated but are not in `design`: partner effects less one.

    Returns
    -------
    CovarianceEstimate
        Its matrix is in squared units of the coefficients.

    Raises
    ------
    NotEstimable
        The rule clusters by partner and there is one partner only.

    References
    ----------
    White (1980), Econometrica 48: heteroskedasticity. Liang and Zeger (1986), Biometrika 73, and
    Cameron and Miller (2015), Journal of Human Resources 50: clusters.
    """
    n, p = design.shape
    n_parameters = p + n_absorbed
    df_resid = n - n_parameters
    label = SMALL_SAMPLE_RULES[rule.kind][rule.small_sample]
    df = None if rule.distribution == "normal" else float(df_resid)
    if rule.kind == "classical":
        matrix = unscaled * float(residuals @ residuals) / df_resid
        return CovarianceEstimate(matrix, f"classical, {label}, n = {n}, k = {n_parameters}", df, ())
    if rule.kind == "hc1":
        factor = {"stata_regress": n / df_resid, "stata_ppml": n / (n - 1), "none": 1.0}[rule.small_sample]
        scores = design * residuals[:, None]
        matrix = factor * unscaled @ (scores.T @ scores) @ unscaled
        caveats = (
            (
                "HC1 standard errors are inconsistent for fixed effects on short panels "
                "(Stock and Watson, 2008, Econometrica 76)",
            )
            if n_absorbed
            else ()
        )
        return CovarianceEstimate(matrix, f"HC1, {label}, n = {n}, k = {n_parameters}", df, caveats)
    return _clustered(rule, design, residuals, unscaled, clusters, n_absorbed)


def _clustered(rule, design, residuals, unscaled, clusters, n_absorbed) -> CovarianceEstimate:
    n, p = design.shape
    n_clusters = int(clusters.max()) + 1
    if n_clusters < 2:
        raise NotEstimable("clustered standard errors need at least 2 partners, seen 1")
    # Partner effects are nested in the partners, which are the clusters.
    counted = p + n_absorbed if rule.small_sample == "stata_regress" else p
    groups = n_clusters / (n_clusters - 1)
    factor = {"groups_only": groups, "none": 1.0}.get(rule.small_sample, groups * (n - 1) / (n - counted))
    scores = np.zeros((n_clusters, p))
    np.add.at(scores, clusters, design * residuals[:, None])
    matrix = factor * unscaled @ (scores.T @ scores) @ unscaled
    label = SMALL_SAMPLE_RULES["cr1"][rule.small_sample]
    caveats = []
    if n_clusters < FEW_PARTNERS:
        caveats.append(
            f"clustered standard errors rest on {n_clusters} partners (fewer than {FEW_PARTNERS}) "
            "and are too small on average"
        )
    if n_clusters <= p:
        # The scores of all clusters sum to zero, hence one rank less than there are clusters.
        caveats.append(
            f"with {n_clusters} clusters the covariance matrix of {p} coefficients has rank "
            f"{n_clusters - 1} at most: joint tests of more coefficients are not possible"
        )
    note = f"CR1 by partner, {label}, G = {n_clusters}, n = {n}, k = {counted}"
    df = None if rule.distribution == "normal" else float(n_clusters - 1)
    return CovarianceEstimate(matrix, note, df, tuple(caveats))
