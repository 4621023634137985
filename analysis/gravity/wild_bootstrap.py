"""Wild cluster bootstrap of t statistics with the null imposed, for few clusters."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.gravity.errors import NotEstimable
from analysis.gravity.groups import group_sums
from analysis.gravity.regression import Regression
from analysis.gravity.wild_weights import Draws, Weights, wild_draws

DEFAULT_DRAWS = 999
DEFAULT_SEED = 20240331
# Statistics this close, relatively, are equal but for rounding: whole families of weights give one statistic.
EQUAL = 1e-9
# An end of an interval farther away than this many standard errors counts as unbounded.
FARTHEST = 2.0**16
# Ends of intervals are found to this share of the standard error.
PRECISION = 1e-6
# Draws times clusters held at once.
BATCH = 4_000_000


@dataclass(frozen=True)
class WildBootstrap:
    """Wild cluster bootstrap of p coefficients.

    Attributes
    ----------
    terms : tuple of str, length p
    estimates : ndarray, shape (p,)
    statistics : ndarray, shape (p,)
        Coefficient over its clustered standard error without a small-sample factor; only ranks matter.
    p_values : ndarray, shape (p,)
        Symmetric: share of draws whose statistic is at least as large without its sign. Where weights are
        drawn the sample itself counts as one more draw, so that no p-value is 0.
    p_values_equal_tail : ndarray, shape (p,)
        Twice the smaller share of draws on either side.
    ci_low, ci_high : ndarray, shape (p,)
        The values that the symmetric test does not reject; infinite where it rejects none on that side.
    level : float
        Coverage of the intervals.
    draws : int
        Draws, or combinations where all were enumerated.
    is_enumerated : bool
    n_clusters : int
    note : str
        Weights and draws in words.
    """

    terms: tuple[str, ...]
    estimates: np.ndarray
    statistics: np.ndarray
    p_values: np.ndarray
    p_values_equal_tail: np.ndarray
    ci_low: np.ndarray
    ci_high: np.ndarray
    level: float
    draws: int
    is_enumerated: bool
    n_clusters: int
    note: str

    def to_frame(self) -> pd.DataFrame:
        """One row per term: estimate, statistic, both p-values, interval."""
        columns = (
            "estimates",
            "statistics",
            "p_values",
            "p_values_equal_tail",
            "ci_low",
            "ci_high",
        )
        return pd.DataFrame({"term": self.terms, **{name: getattr(self, name) for name in columns}})


def wild_cluster_bootstrap(
    regression: Regression,
    terms: tuple[str, ...],
    *,
    level: float = 0.95,
    weights: Weights = "webb",
    n_draws: int = DEFAULT_DRAWS,
    seed: int = DEFAULT_SEED,
    with_intervals: bool = True,
) -> WildBootstrap:
    """Test each coefficient against 0, and invert the test for its interval.

    For the null b_j = b0 the regression without x_j leaves residuals e; every draw turns those of cluster g
    into w_g e, estimates the whole equation on the fitted values plus them and compares the t statistic of
    b_j - b0. By the Frisch-Waugh theorem all of it follows from cross-products by cluster: with
    x = x_j less its projection on the other terms, a draw's statistic is sum_g w_g s_g over the root of
    sum_g (w_g s_g - u_g' sum_h w_h r_h)^2, s_g = x_g'e_g, u_g = B X_g'x_g, r_h = X_h'e_h, so the cost does
    not depend on the number of rows. Both the numerator and the square of the denominator are polynomials in
    b0, which makes one bisection step a few operations per draw. Where the estimator transforms (fixed or
    random effects) the transformed regression is drawn from, its transformation held fixed.

    Parameters
    ----------
    regression : Regression
    terms : tuple of str, length p
    level : float
        Coverage of the intervals, between 0 and 1.
    weights : {'webb', 'rademacher'}
    n_draws, seed : int
        Used where the combinations are too many to enumerate.
    with_intervals : bool
        Leave out to have p-values alone.

    Raises
    ------
    ValueError
        `level` is not between 0 and 1, unknown weights, or no draws.
    NotEstimable
        There is one cluster only.

    References
    ----------
    Cameron, Gelbach and Miller (2008), Review of Economics and Statistics 90; Roodman, MacKinnon, Nielsen and
    Webb (2019), Stata Journal 19; MacKinnon, Nielsen and Webb (2023), Journal of Econometrics 232.
    """
    if not 0 < level < 1:
        raise ValueError(f"level {level}: expected a number between 0 and 1")
    n_clusters, p = regression.n_clusters, len(terms)
    if n_clusters < 2:
        raise NotEstimable("the wild cluster bootstrap needs at least 2 clusters, seen 1")
    draws = wild_draws(n_clusters, weights, n_draws, seed)
    scores = group_sums(regression.design * regression.solution.residuals[:, None], regression.clusters)
    products = _cluster_products(regression.design, regression.clusters)
    results = np.full((6, p), np.nan)
    for position in range(p):
        problem = _problem(regression, scores, products, draws, position)
        if problem is None:
            continue
        results[0, position] = problem.statistic
        results[1:3, position] = problem.p_values(problem.estimate)
        results[3, position], results[4, position] = (
            problem.interval(1 - level) if with_intervals else (math.nan, math.nan)
        )
    return WildBootstrap(
        terms=terms,
        estimates=regression.solution.coefficients,
        statistics=results[0],
        p_values=results[1],
        p_values_equal_tail=results[2],
        ci_low=results[3],
        ci_high=results[4],
        level=level,
        draws=draws.count,
        is_enumerated=draws.is_enumerated,
        n_clusters=n_clusters,
        note=f"wild cluster bootstrap, null imposed, {draws.note}",
    )


@dataclass(frozen=True)
class _Problem:
    """The bootstrap distribution of one coefficient's statistic as a function of d = b_j - b0.

    A draw's numerator is top[0] + top[1] d and its squared denominator below[0] + below[1] d + below[2] d^2;
    the sample's own are `length` d and `spread`.
    """

    estimate: float
    length: float
    spread: float
    top: np.ndarray
    below: np.ndarray
    draws: Draws

    @property
    def std_error(self) -> float:
        return math.sqrt(self.spread) / self.length

    @property
    def statistic(self) -> float:
        return self.estimate / self.std_error

    def p_values(self, distance: float) -> tuple[float, float]:
        """Symmetric and equal-tailed p-value of the null that lies `distance` below the estimate."""
        top = self.top[0] + distance * self.top[1]
        below = np.maximum(self.below[0] + distance * (self.below[1] + distance * self.below[2]), 0.0)
        # |t*| >= |t| without roots or divisions; a draw without spread counts as extreme.
        at_least = top**2 * self.spread * (1 + EQUAL) >= (self.length * distance) ** 2 * below
        extreme = int(np.count_nonzero(at_least))
        if self.draws.is_enumerated:
            share = extreme / top.size
            return share, share
        above = int(np.count_nonzero(at_least & (top * distance >= 0)))
        symmetric = (1 + extreme) / (1 + top.size)
        # Statistics not at least as large on the sample's own side lie below it.
        return symmetric, min(1.0, 2 * min(1 + above, 1 + top.size - above) / (1 + top.size))

    def interval(self, alpha: float) -> tuple[float, float]:
        """Values of the coefficient that are not rejected at `alpha`."""
        return tuple(self.estimate - self._edge(side, alpha) for side in (1.0, -1.0))

    def _edge(self, side: float, alpha: float) -> float:
        """Distance at which the p-value falls to `alpha`: brackets double, then are halved."""
        inside, outside = 0.0, side * self.std_error
        while self.p_values(outside)[0] > alpha:
            inside, outside = outside, 2 * outside
            if abs(outside) > FARTHEST * self.std_error:
                return side * math.inf
        while abs(outside - inside) > PRECISION * self.std_error:
            middle = (inside + outside) / 2
            if self.p_values(middle)[0] > alpha:
                inside = middle
            else:
                outside = middle
        return (inside + outside) / 2


def _cluster_products(design: np.ndarray, clusters: np.ndarray) -> np.ndarray:
    """X_g'X_g of each cluster, shape (G, p, p)."""
    order = np.argsort(clusters, kind="stable")
    edges = np.cumsum(np.bincount(clusters))[:-1]
    return np.array([block.T @ block for block in np.split(design[order], edges)])


def _problem(
    regression: Regression, scores: np.ndarray, products: np.ndarray, draws: Draws, position: int
) -> _Problem | None:
    """Set up one coefficient; None where its clustered standard error is 0."""
    bread = regression.solution.unscaled
    direction = bread[:, position] / bread[position, position]
    own_scores = scores @ direction
    spread = float(own_scores @ own_scores)
    reached = products @ direction
    own_lengths = reached @ direction
    length = float(own_lengths.sum())
    scale = float(np.sqrt(own_lengths @ own_lengths)) * math.sqrt(regression.solution.residual_sum_of_squares)
    if spread <= (1e-12 * scale) ** 2:
        return None
    pulls = reached @ bread
    n_draws, n_clusters = draws.weights.shape
    top, below = np.empty((2, n_draws)), np.empty((3, n_draws))
    step = max(1, BATCH // n_clusters)
    for begin in range(0, n_draws, step):
        weights = draws.weights[begin : begin + step]
        rows = slice(begin, begin + step)
        top[0, rows], top[1, rows] = weights @ own_scores, weights @ own_lengths
        if n_clusters <= bread.shape[0]:
            # Few clusters: one matrix from weights to what each cluster contributes.
            at_zero = weights @ (np.diag(own_scores) - scores @ pulls.T)
            per_unit = weights @ (np.diag(own_lengths) - reached @ pulls.T)
        else:
            at_zero = weights * own_scores - (weights @ scores) @ pulls.T
            per_unit = weights * own_lengths - (weights @ reached) @ pulls.T
        below[0, rows] = np.einsum("bg,bg->b", at_zero, at_zero)
        below[1, rows] = 2 * np.einsum("bg,bg->b", at_zero, per_unit)
        below[2, rows] = np.einsum("bg,bg->b", per_unit, per_unit)
    estimate = float(regression.solution.coefficients[position])
    return _Problem(estimate, length, spread, top, below, draws)
