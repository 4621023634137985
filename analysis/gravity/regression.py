"""A least squares regression of panel rows as it was run: what covariances and bootstraps start from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from analysis.gravity.covariance import CovarianceEstimate, CovarianceRule, estimate_covariance
from analysis.gravity.least_squares import LeastSquares, least_squares


@dataclass(frozen=True)
class Regression:
    """A regression of m rows on p terms, rows sorted so that nothing depends on the order they came in.

    Attributes
    ----------
    design : ndarray, shape (m, p)
        As it was run: transformed where the estimator transforms.
    outcome : ndarray, shape (m,)
    solution : LeastSquares
    clusters : ndarray of int, shape (m,)
        The partner (or other cluster) of each row, numbered from 0 without gaps.
    periods : ndarray of int, shape (m,), or None
    absorbed : tuple of ndarray of int, shape (m,)
        The groups of each kind of effect that was taken out before.
    n_absorbed : int
        Parameters of these effects beyond a constant in the design.
    cluster_name : str
        What a cluster is, in notes.
    working : ndarray, shape (m,), or None
        As in `estimate_covariance`.
    """

    design: np.ndarray
    outcome: np.ndarray
    solution: LeastSquares
    clusters: np.ndarray
    periods: np.ndarray | None
    absorbed: tuple[np.ndarray, ...] = ()
    n_absorbed: int = 0
    cluster_name: str = "partner"
    working: np.ndarray | None = None

    @property
    def n_clusters(self) -> int:
        """Number of clusters."""
        return int(self.clusters.max()) + 1

    @property
    def df_resid(self) -> int:
        """Rows less all estimated parameters, effects included."""
        return self.design.shape[0] - self.design.shape[1] - self.n_absorbed

    def covariance(self, rule: CovarianceRule) -> CovarianceEstimate:
        """Covariance matrix of the coefficients by a rule.

        Raises
        ------
        NotEstimable
            As in `estimate_covariance`.
        """
        return estimate_covariance(
            rule,
            self.design,
            self.solution.residuals,
            self.solution.unscaled,
            self.clusters,
            n_absorbed=self.n_absorbed,
            periods=self.periods,
            absorbed=self.absorbed,
            cluster_name=self.cluster_name,
            working=self.working,
        )


def run_regression(
    design: np.ndarray,
    outcome: np.ndarray,
    clusters: np.ndarray,
    periods: np.ndarray | None,
    *,
    absorbed: Sequence[np.ndarray] = (),
    n_absorbed: int = 0,
    cluster_name: str = "partner",
    working: np.ndarray | None = None,
) -> Regression:
    """Regress `outcome` (m,) on `design` (m, p), whose rows are sorted already."""
    return Regression(
        design,
        outcome,
        least_squares(design, outcome),
        clusters,
        periods,
        tuple(absorbed),
        n_absorbed,
        cluster_name,
        working,
    )
