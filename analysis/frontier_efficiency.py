"""Technical efficiency beside K: the share of possible trade that a stochastic frontier says is reached."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import pandas as pd

from analysis.equation import Equation
from analysis.estimators import FRONTIERS, estimate, explains_levels
from analysis.gravity.errors import EstimationError, NotEstimable
from analysis.gravity.frontier import FrontierFit
from analysis.study import Study

Named = tuple[str, str, str]
"""Model, flow and fill set."""
BY_LIKELIHOOD = "hessian_normal"
"""The one covariance that frontiers have."""


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
    """Efficiencies under the frontier of each equation, on the rows of its sample in logarithms.

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


def frontier_of(study: Study, equation: Equation) -> FrontierFit:
    """The frontier of an equation: that of its specifications, whose coefficients are published.

    A half-normal one goes before a truncated one. Where the study lists none, a half-normal one is estimated
    here.

    Raises
    ------
    EstimationError
        It cannot be estimated.
    """
    listed = [item for item in FRONTIERS if (item, BY_LIKELIHOOD) in {*equation.fits, *equation.refused}]
    estimated = [item for item in listed if (item, BY_LIKELIHOOD) in equation.fits]
    if estimated:
        return equation.fits[estimated[0], BY_LIKELIHOOD]
    if listed:
        raise NotEstimable(equation.refused[listed[0], BY_LIKELIHOOD])
    if equation.panel is None:
        in_logarithms = [why for key, why in equation.refused.items() if not explains_levels(key[0])]
        raise NotEstimable(*in_logarithms[:1] or ["the study lists no specification in logarithms"])
    alpha = study.gravity.significance_level
    return estimate(next(iter(FRONTIERS)), BY_LIKELIHOOD, equation.panel, alpha)


def _efficiency(study: Study, equation: Equation) -> FrontierEfficiency:
    if not study.gravity.dependent.is_log:
        return FrontierEfficiency(None, "no frontier efficiency: the equation is not in logarithms")
    try:
        fit = frontier_of(study, equation)
    except EstimationError as error:
        return FrontierEfficiency(None, f"no frontier efficiency: {error}")
    if fit.gamma == 0:
        return FrontierEfficiency(None, f"no frontier efficiency: {fit.caveat}")
    values = pd.Series(fit.efficiency, index=equation.sample.rows)
    return FrontierEfficiency(values, f"frontier efficiency: {fit.caveat}" if fit.caveat else "")
