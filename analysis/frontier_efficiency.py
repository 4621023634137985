"""Technical efficiency beside K: the share of possible trade that a stochastic frontier says is reached."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import pandas as pd

from analysis.equation import Equation
from analysis.gravity.errors import EstimationError
from analysis.gravity.frontier import frontier
from analysis.study import Study

Named = tuple[str, str, str]
"""Model, flow and fill set."""


@dataclass(frozen=True)
class FrontierEfficiency:
    """Efficiency under one equation, or why there is none.

    Attributes
    ----------
    values : Series or None
        By (country_iso3, year) of the sample, in (0, 1]. None where the equation is not in logarithms, where
        no frontier can be estimated, and where the likelihood knows no inefficiency, as with residuals skewed
        the wrong way: an efficiency of 1 everywhere would be no finding.
    caveat : str
        Why, or what must be said beside the numbers, as part of a sentence; empty where there is nothing.
    """

    values: pd.Series | None
    caveat: str


def frontier_efficiencies(study: Study, equations: Iterable[Equation]) -> dict[Named, FrontierEfficiency]:
    """Estimate a half-normal frontier of each equation, on the rows of its sample in logarithms.

    Parameters
    ----------
    study : Study
    equations : iterable of Equation
        One may be there several times.
    """
    found: dict[Named, FrontierEfficiency] = {}
    for equation in equations:
        named = (equation.model.model, equation.flow.flow, equation.fill_set)
        if named not in found:
            found[named] = _efficiency(study, equation)
    return found


def _efficiency(study: Study, equation: Equation) -> FrontierEfficiency:
    if not study.gravity.dependent.is_log or equation.panel is None:
        return FrontierEfficiency(None, "no frontier efficiency: the equation is not in logarithms")
    try:
        fit = frontier(equation.panel, alpha=study.gravity.significance_level)
    except EstimationError as error:
        return FrontierEfficiency(None, f"no frontier efficiency: {error}")
    if fit.gamma == 0:
        return FrontierEfficiency(None, f"no frontier efficiency: {fit.caveat}")
    values = pd.Series(fit.efficiency, index=equation.sample.rows)
    return FrontierEfficiency(values, f"frontier efficiency: {fit.caveat}" if fit.caveat else "")
