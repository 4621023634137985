"""What we have to hold beside the printed numbers: our tables and panel, looked up by the printed names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from analysis.design import ROW, PanelInputs, equation_levels, logged_columns, outcome_name
from analysis.equation import Equation
from analysis.gravity.specification_tests import SpecificationTest
from analysis.study import Study
from analysis.study.equations import Flow, GravityModel
from analysis.study.printed import Printed


@dataclass(frozen=True)
class Evidence:
    """Our side of the comparison.

    Attributes
    ----------
    study : Study
        With printed numbers.
    tables : mapping of str to DataFrame
        What `estimate_study` returns, without the replication.
    inputs : mapping of str to PanelInputs
        By fill set.
    equations : tuple of Equation
        All equations of the study.
    """

    study: Study
    tables: Mapping[str, pd.DataFrame]
    inputs: Mapping[str, PanelInputs]
    equations: tuple[Equation, ...]

    @property
    def printed(self) -> Printed:
        """The printed numbers of the study."""
        return self.study.printed

    @cached_property
    def model(self) -> GravityModel:
        """The equation that stands beside the printed one."""
        wanted = self.printed.comparison.model
        return next(model for model in self.study.gravity.models if model.model == wanted)

    @cached_property
    def flow(self) -> Flow:
        """The flow of trade that the printed equation is about."""
        wanted = self.printed.comparison.flow
        return next(flow for flow in self.study.gravity.flows if flow.flow == wanted)

    @cached_property
    def by_fill_set(self) -> dict[str, Equation]:
        """The comparison equation under each fill set that it is estimated with, in the study's order."""
        return {
            equation.fill_set: equation
            for equation in self.equations
            if equation.model == self.model and equation.flow == self.flow
        }

    def test(self, fill_set: str, code: str) -> SpecificationTest | None:
        """A test of the comparison equation, if it was made."""
        return self.by_fill_set[fill_set].test(code)

    def coefficient(self, fill_set: str, specification: str, term: str, column: str) -> float | None:
        """A number of `gravity_coefficients` for a printed term; None where it was not estimated.

        Parameters
        ----------
        specification : str
            ``estimator.covariance``.
        term : str
            As printed.
        column : str
            As in `gravity_coefficients`.
        """
        key = (f"{specification}.{fill_set}", self.printed.comparison.terms[term])
        return float(self._coefficients.loc[key, column]) if key in self._coefficients.index else None

    def r_squared(self, fill_set: str, specification: str) -> float | None:
        """R squared of a specification of the comparison equation."""
        fit = self.by_fill_set[fill_set].fits.get(tuple(specification.split(".")))
        return None if fit is None else fit.headline_r_squared

    def columns(self, fill_set: str) -> pd.DataFrame:
        """Dependent variable and terms of the comparison equation as they enter it, all rows of the panel."""
        levels = equation_levels(self.study, self.model, self.flow, self.inputs[fill_set], None)
        logged = logged_columns(self.study, self.model, self.flow)
        return levels.assign(**{name: np.log(levels[name].where(levels[name] > 0)) for name in logged})

    def outcome(self, fill_set: str) -> pd.Series:
        """The dependent variable as it enters the comparison equation."""
        return self.columns(fill_set)[outcome_name(self.flow)]

    @cached_property
    def index(self) -> pd.Series:
        """Our own index of the countries that print has, by (country_iso3, year)."""
        table = self.tables["cbec_index"]
        is_printed = table["country_iso3"].isin(self.printed.row_order.partners)
        return table[is_printed].set_index(ROW)["index_value"]

    def potential(self, fill_set: str) -> pd.DataFrame:
        """potential_ratio and potential_class of the comparison equation by (partner_iso3, year)."""
        table = self.tables["trade_potential"]
        wanted = f"{self.printed.comparison.potential}.{fill_set}"
        rows = table[
            (table["model"] == self.model.model)
            & (table["flow"] == self.flow.flow)
            & (table["specification"] == wanted)
        ]
        return rows.set_index(["partner_iso3", "year"])[["potential_ratio", "potential_class"]]

    @cached_property
    def _coefficients(self) -> pd.DataFrame:
        table = self.tables["gravity_coefficients"]
        rows = table[(table["model"] == self.model.model) & (table["flow"] == self.flow.flow)]
        return rows.set_index(["specification", "term"])
