"""How far the terms of an equation say the same thing."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.gravity.panel_data import PanelData

HIGH_VARIANCE_INFLATION = 10.0
HIGH_CONDITION_NUMBER = 30.0


@dataclass(frozen=True)
class Collinearity:
    """Measures of collinearity among k terms.

    Attributes
    ----------
    terms : tuple of str, length k
    variance_inflation : ndarray, shape (k,)
        1 / (1 - R_j^2), with R_j^2 of the regression of term j on the others and a constant: by how much the
        variance of its coefficient exceeds that of unrelated terms. Above 10 is high.
    condition_number : float
        Largest over smallest singular value of the terms and the constant, each of unit length. Above 30 is
        high.
    """

    terms: tuple[str, ...]
    variance_inflation: np.ndarray
    condition_number: float

    def to_frame(self) -> pd.DataFrame:
        """One row per term: term, variance_inflation."""
        return pd.DataFrame({"term": self.terms, "variance_inflation": self.variance_inflation})


def collinearity(panel: PanelData) -> Collinearity:
    """Measure collinearity among the terms of a panel, whose independence `panel_data` has checked.

    References
    ----------
    Belsley, Kuh and Welsch (1980), Regression Diagnostics, chapter 3.
    """
    centred = panel.regressors - panel.regressors.mean(axis=0)
    scaled = centred / np.linalg.norm(centred, axis=0)
    unit = panel.design / np.linalg.norm(panel.design, axis=0)
    singular_values = np.linalg.svd(unit, compute_uv=False)
    return Collinearity(
        terms=panel.terms,
        variance_inflation=np.diag(np.linalg.inv(scaled.T @ scaled)),
        condition_number=float(singular_values[0] / singular_values[-1]),
    )
