"""The comparison equation on our panel, estimated in every way that the printed one may have been."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from analysis.gravity.errors import EstimationError
from analysis.gravity.fit import LinearFit
from analysis.gravity.panel import fixed_effects
from analysis.gravity.panel_data import PanelData, panel_data
from analysis.gravity.pooled import pooled_ols
from analysis.gravity.random_effects import COMPONENTS, random_effects
from analysis.replication.evidence import Evidence


def comparison_panel(evidence: Evidence, fill_set: str) -> PanelData:
    """Return the sample of the comparison equation under a fill set, as it enters estimation."""
    columns = evidence.columns(fill_set).loc[evidence.by_fill_set[fill_set].sample.rows]
    outcome, *terms = columns.columns
    return panel_data(
        columns[outcome].to_numpy(),
        columns[terms].to_numpy(),
        terms,
        columns.index.get_level_values("country_iso3").to_numpy(dtype=str),
        columns.index.get_level_values("year").to_numpy(),
        outcome_name=outcome,
    )


def fits_of(panel: PanelData) -> tuple[dict[str, LinearFit], dict[str, str]]:
    """Estimate pooled, with fixed effects and with random effects by every rule.

    Returns
    -------
    fits : dict of str to LinearFit
        By estimator.
    refused : dict of str to str
        Why the others could not be estimated.
    """
    fits: dict[str, LinearFit] = {}
    refused: dict[str, str] = {}
    ways = {"pooled_ols": pooled_ols, "fixed_effects": fixed_effects}
    for method in COMPONENTS:
        ways[f"random_effects_{method}"] = lambda data, method=method: random_effects(data, method=method)
    for name, estimate in ways.items():
        try:
            fits[name] = estimate(panel)
        except EstimationError as refusal:
            refused[name] = str(refusal)
    return fits, refused


def distance_from_print(fit: LinearFit, printed: Mapping[str, tuple[float, float]]) -> tuple[float, float]:
    """Distance of slopes from printed ones, in printed standard errors.

    Parameters
    ----------
    printed : mapping of str to (estimate, std_error)
        By term of the fit.

    Returns
    -------
    root_mean_square, largest : float
    """
    ours = dict(zip(fit.terms, fit.coefficients, strict=True))
    apart = np.array([(ours[term] - b) / se for term, (b, se) in printed.items() if term in ours])
    return float(np.sqrt((apart**2).mean())), float(np.abs(apart).max())


def printed_slopes(evidence: Evidence) -> dict[str, tuple[float, float]]:
    """Printed estimates and standard errors of the chosen equation by our terms, without the constant."""
    printed = evidence.printed
    table = printed.regression
    columns = [table.columns.index(name) for name in ("estimate", "std_error")]
    return {
        printed.comparison.terms[name]: (float(cells[columns[0]]), float(cells[columns[1]]))
        for name, cells in table.rows.items()
        if printed.comparison.terms[name] != "const"
    }
