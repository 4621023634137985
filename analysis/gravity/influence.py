"""What one partner or one year does to an estimate: everything estimated again without it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd

from analysis.gravity.errors import EstimationError
from analysis.gravity.fit import LinearFit
from analysis.gravity.panel_data import PanelData, panel_data


@dataclass(frozen=True)
class Influence:
    """Coefficients with each partner or year left out in turn.

    Attributes
    ----------
    left_out : tuple, length g
        Labels of the partners, or the years, in sorted order.
    terms : tuple of str, length p
    coefficients : ndarray, shape (g, p)
        nan where the rest could not be estimated.
    refused : tuple of str, length g
        Why it could not; empty where it could.
    change_in_se : ndarray, shape (g, p)
        Change against the whole sample, in standard errors of the whole sample.
    """

    left_out: tuple[Any, ...]
    terms: tuple[str, ...]
    coefficients: np.ndarray
    refused: tuple[str, ...]
    change_in_se: np.ndarray

    def to_frame(self) -> pd.DataFrame:
        """One row per part left out and term: left_out, term, estimate, change_in_se, refused."""
        return pd.DataFrame(
            {
                "left_out": np.repeat(np.array(self.left_out, dtype=object), len(self.terms)),
                "term": self.terms * len(self.left_out),
                "estimate": self.coefficients.ravel(),
                "change_in_se": self.change_in_se.ravel(),
                "refused": np.repeat(np.array(self.refused, dtype=object), len(self.terms)),
            }
        )


def leave_out(
    panel: PanelData,
    estimator: Callable[[PanelData], LinearFit],
    by: Literal["partner", "year"],
) -> Influence:
    """Estimate again without each partner, or without each year.

    Parameters
    ----------
    panel : PanelData
    estimator : callable
        Takes a panel, returns a fit: as in ``lambda panel: pooled_ols(panel, rule)``.
    by : {'partner', 'year'}

    Returns
    -------
    Influence
        A part without which nothing can be estimated is there, with the reason.

    Raises
    ------
    EstimationError
        The whole sample cannot be estimated.
    """
    whole = estimator(panel)
    labels = panel.entities[panel.entity_index] if by == "partner" else panel.periods
    parts = np.unique(labels)
    estimates, refused = [], []
    for part in parts:
        try:
            fit = estimator(panel_rows(panel, labels != part))
        except EstimationError as error:
            estimates.append(np.full(len(whole.terms), np.nan))
            refused.append(str(error))
        else:
            estimates.append(_aligned(fit, whole.terms))
            refused.append("")
    coefficients = np.array(estimates)
    # A standard error of 0 (a perfect fit) leaves the change undefined rather than infinite.
    std_errors = np.where(whole.std_errors > 0, whole.std_errors, np.nan)
    return Influence(
        left_out=tuple(parts.tolist()),
        terms=whole.terms,
        coefficients=coefficients,
        refused=tuple(refused),
        change_in_se=(coefficients - whole.coefficients) / std_errors,
    )


def panel_rows(panel: PanelData, keep: np.ndarray) -> PanelData:
    """Some rows of a panel, by a mask of shape (n,)."""
    return panel_data(
        panel.outcome[keep],
        panel.regressors[keep],
        panel.terms,
        panel.entities[panel.entity_index][keep],
        panel.periods[keep],
    )


def _aligned(fit: LinearFit, terms: Sequence[str]) -> np.ndarray:
    """Coefficients in the order of `terms`; a term that the rest cannot tell apart is nan."""
    found = dict(zip(fit.terms, fit.coefficients, strict=True))
    return np.array([found.get(term, np.nan) for term in terms])
