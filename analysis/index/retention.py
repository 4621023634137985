"""How many components are kept: by eigenvalue, cumulative share, parallel analysis or a fixed number."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from analysis.index.correlation import IndicatorError
from analysis.index.parallel import parallel_eigenvalues
from analysis.index.pca import TIE, Components

KINDS = ("eigenvalue_above", "cumulative_share", "parallel", "fixed")


class RetentionError(IndicatorError):
    """A rule keeps no component, or more of them than have variance."""


@dataclass(frozen=True)
class RetentionRule:
    """How many components are kept.

    Attributes
    ----------
    kind : {'eigenvalue_above', 'cumulative_share', 'parallel', 'fixed'}
        Those with an eigenvalue above `value` times the mean eigenvalue, which is 1 in a correlation matrix
        (Kaiser: 1); the fewest whose shares reach `value`; the leading ones whose eigenvalues exceed the
        `value`-th percentile of those of uncorrelated data (Horn); `value` of them.
    value : float
    draws, seed : int
        Of parallel analysis; the same seed gives the same thresholds.
    """

    kind: Literal["eigenvalue_above", "cumulative_share", "parallel", "fixed"]
    value: float
    draws: int = 1000
    seed: int = 1

    def __post_init__(self) -> None:
        if self.kind == "eigenvalue_above":
            fits, expected = self.value >= 0, "a number of 0 or more"
        elif self.kind == "cumulative_share":
            fits, expected = 0 < self.value <= 1, "a share above 0 and up to 1"
        elif self.kind == "parallel":
            fits, expected = 0 < self.value < 100, "a percentile between 0 and 100"
        elif self.kind == "fixed":
            fits, expected = self.value >= 1 and self.value == int(self.value), "a whole number of 1 or more"
        else:
            raise ValueError(f"retention rule {self.kind!r}: expected one of {', '.join(KINDS)}")
        if not fits:
            raise ValueError(f"retention rule {self.kind!r}: seen {self.value}, expected {expected}")

    @property
    def label(self) -> str:
        """The rule in two words, for a table."""
        return f"{self.kind} {self.value:g}"


@dataclass(frozen=True)
class Retention:
    """The number of components kept.

    Attributes
    ----------
    count : int
    reason : str
        A plain sentence.
    """

    count: int
    reason: str


def retain(components: Components, rule: RetentionRule, n_obs: int | None = None) -> Retention:
    """Apply a retention rule.

    Parameters
    ----------
    components : Components
    rule : RetentionRule
    n_obs : int, optional
        Rows behind the matrix; parallel analysis needs it.

    Raises
    ------
    RetentionError
        The rule keeps no component, or more than there are with an eigenvalue above 0; or parallel analysis
        is asked of a covariance matrix, whose eigenvalues have no common scale with those of random data.
    ValueError
        Parallel analysis without `n_obs`.

    References
    ----------
    Kaiser (1960), Educational and Psychological Measurement 20. Horn (1965), Psychometrika 30. Glorfeld
    (1995), Educational and Psychological Measurement 55: the 95th percentile. Jolliffe (2002), Principal
    Component Analysis, section 6.1.
    """
    eigenvalues, cumulative = components.eigenvalues, components.cumulative_share
    if rule.kind == "eigenvalue_above":
        is_relative = components.matrix == "covariance"
        limit = rule.value * (eigenvalues.mean() if is_relative else 1.0)
        count = int((eigenvalues > limit + TIE).sum())
        because = f"have an eigenvalue above {rule.value:g}" + (" of the mean one" if is_relative else "")
    elif rule.kind == "cumulative_share":
        count = int((cumulative < rule.value - TIE).sum()) + 1
        because = f"are the fewest that explain {rule.value:.0%} of the variance"
    elif rule.kind == "parallel":
        count, because = _above_random(components, rule, n_obs)
    else:
        count = int(rule.value)
        because = "are kept, a number that the study fixes"
    if count < 1:
        what = f"above {rule.value:g}" if rule.kind == "eigenvalue_above" else "above that of random data"
        raise RetentionError(f"no component has an eigenvalue {what} (largest: {eigenvalues[0]:.4g})")
    if count > components.rank:
        raise RetentionError(f"{count} components are to be kept, but only {components.rank} have variance")
    reason = (
        f"{count} of {len(components.names)} components {because}; they explain {cumulative[count - 1]:.1%}"
    )
    return Retention(count, reason)


def _above_random(components: Components, rule: RetentionRule, n_obs: int | None) -> tuple[int, str]:
    if n_obs is None:
        raise ValueError("parallel analysis: seen no number of rows, expected n_obs")
    if components.matrix != "correlation":
        raise RetentionError("parallel analysis: seen a covariance matrix, expected correlations")
    thresholds = parallel_eigenvalues(n_obs, len(components.names), rule.draws, rule.value, rule.seed)
    is_above = components.eigenvalues > thresholds
    count = int(np.argmin(is_above)) if not is_above.all() else len(is_above)
    return count, (
        f"have an eigenvalue above percentile {rule.value:g} of {rule.draws} draws of uncorrelated data "
        f"(seed {rule.seed})"
    )
