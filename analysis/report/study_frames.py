"""One study's published rows, and the few choices every section of the report shares.

Which specification stands for a model, which flow and year are shown first: decided here once, so that the
finding, the charts and the tables never speak of different rows.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from analysis.report import classes, wording
from analysis.report.published import Published

INTERCEPT_TERMS = frozenset({"const", "constant", "_cons", "cons", "intercept"})
SIGNIFICANCE_LEVEL = 0.05


@dataclass(frozen=True)
class StudyFrames:
    """A study's rows of the published tables.

    Parameters
    ----------
    published : Published
        All published tables.
    name : str
        The study.
    """

    published: Published
    name: str

    def rows(self, table: str) -> pd.DataFrame:
        """The study's rows of a published table."""
        return self.published.rows(table, self.name)

    @cached_property
    def declaration(self) -> dict[str, str]:
        """What the study file says of itself; empty texts where it was not handed over."""
        rows = self.published.rows("dim_study", self.name)
        if rows.empty:
            return dict.fromkeys(rows.columns, "")
        return rows.iloc[0].to_dict()

    @property
    def title(self) -> str:
        """The study's title, or its name in words."""
        return self.declaration["title"] or wording.label(self.name).title()

    @property
    def index_name(self) -> str:
        """What the study's index measures, in words: by the role that the study gives it."""
        role = self.declaration["index_role"]
        return f"{wording.label(role)} index" if role else "CBEC index"

    @cached_property
    def reference_iso3(self) -> str:
        """The country whose trade the study explains; an empty text when no table says."""
        if self.declaration["reference_iso3"]:
            return self.declaration["reference_iso3"]
        codes = [code for code in self.rows("fct_study_panel")["reference_iso3"].unique() if code]
        return codes[0] if len(codes) == 1 else ""

    @cached_property
    def potential(self) -> pd.DataFrame:
        """The selected rows of trade potential: one per flow, partner and year."""
        rows = self.rows("rpt_trade_potential")
        return rows.loc[rows["is_selected"]].reset_index(drop=True)

    @cached_property
    def fit(self) -> pd.DataFrame:
        """Fit statistics, one row per model, specification and flow."""
        return self.rows("rpt_gravity_fit")

    @cached_property
    def coefficients(self) -> pd.DataFrame:
        """Coefficients with the fill set of their specification as a last column."""
        keys = ["model", "specification", "flow"]
        fill_sets = self.fit[[*keys, "fill_set"]].drop_duplicates(keys)
        return self.rows("rpt_gravity_coefficients").merge(fill_sets, on=keys, how="left", validate="m:1")

    @cached_property
    def base_fill_set(self) -> str:
        """The study's declared base fill set, else the one the selected specification uses."""
        if self.declaration["base_fill_set"]:
            return self.declaration["base_fill_set"]
        selected = self.fit.loc[self.fit["is_selected"], "fill_set"]
        return selected.iloc[0] if len(selected) else ""

    @cached_property
    def main_flow(self) -> str:
        """The flow shown first: total where there is one."""
        flows = flows_of(pd.concat([self.fit["flow"], self.potential["flow"]]))
        return flows[0] if flows else ""

    @cached_property
    def selected_fit(self) -> pd.Series | None:
        """The selected specification of the main flow; of several, the one behind the published potential."""
        rows = self.fit.loc[self.fit["is_selected"] & (self.fit["flow"] == self.main_flow)]
        if rows.empty:
            return None
        behind = self.potential.loc[self.potential["flow"] == self.main_flow, ["model", "specification"]]
        is_behind = rows["model"].isin(behind["model"]) & rows["specification"].isin(behind["specification"])
        return rows.loc[is_behind].iloc[0] if is_behind.any() else rows.iloc[0]

    def representative(self, model: str, flow: str) -> pd.Series | None:
        """The specification that stands for a model: the selected one, else the one most like it.

        Likeness counts, in this order: the base fill set, the estimator and the covariance of the study's
        selected specification; ties go to the first in the table.
        """
        rows = self.fit.loc[(self.fit["model"] == model) & (self.fit["flow"] == flow)]
        if rows.empty:
            return None
        if rows["is_selected"].any():
            return rows.loc[rows["is_selected"]].iloc[0]
        return rows.loc[self._likeness(rows).idxmax()]

    def _likeness(self, rows: pd.DataFrame) -> pd.Series:
        score = 8 * (rows["fill_set"] == self.base_fill_set)
        chosen = self.selected_fit
        if chosen is not None:
            score = score + 4 * (rows["estimator"] == chosen["estimator"])
            way = way_of(chosen["specification"])
            score = score + 2 * rows["specification"].map(lambda text: way_of(text)[1:] == way[1:])
        return score

    @cached_property
    def classes(self) -> list[classes.PotentialClass]:
        """The study's classes from low to high K, then those that cells are in and no table declares."""
        used = self.potential.loc[is_defined(self.potential), "potential_class"]
        return classes.and_undeclared(
            classes.declared_classes(self.rows("dim_potential_class")), used.unique()
        )

    def class_named(self, name: str) -> classes.PotentialClass:
        """The study's class of that name; one without limits when no table declares it."""
        return next((kind for kind in self.classes if kind.name == name), classes.PotentialClass(name))

    @cached_property
    def models(self) -> list[str]:
        """The study's models, the selected one first."""
        names = list(dict.fromkeys(self.fit["model"]))
        chosen = self.selected_fit
        return sorted(names, key=lambda name: (chosen is None or name != chosen["model"], names.index(name)))

    @cached_property
    def latest_year(self) -> int | None:
        """The latest year in which at least one partner's K of the main flow is defined."""
        rows = self.potential.loc[(self.potential["flow"] == self.main_flow) & is_defined(self.potential)]
        return int(rows["year"].max()) if len(rows) else None

    def country(self, iso3: str) -> str:
        """A country's name."""
        return self.published.country(iso3)

    @cached_property
    def years_text(self) -> str:
        """The years the study's tables speak of, as a span."""
        years = {
            int(year)
            for table in (
                "rpt_trade_potential",
                "rpt_cbec_index",
                "fct_study_panel",
                "rpt_digital_services",
                "rpt_digital_constraints",
                "rpt_china_cbec_monitor",
            )
            for year in self.rows(table)["year"].dropna().unique()
        }
        return wording.spans(years)

    def fill_set_descriptions(self, fill_sets: list[str]) -> list[tuple[str, str]]:
        """Fill sets in words with title and description, those that nothing describes left out."""
        rows = self.published.rows("dim_fill_set", self.name).drop_duplicates("fill_set")
        rows = rows.set_index("fill_set")
        described = []
        for fill_set in fill_sets:
            if fill_set in rows.index:
                texts = [wording.sentence(rows.loc[fill_set, name]) for name in ("title", "description")]
                described.append((wording.label(fill_set), " ".join(text for text in texts if text)))
        return described

    def fill_set_title(self, fill_set: str) -> str:
        """A fill set's title, or its name in words."""
        rows = self.published.rows("dim_fill_set", self.name)
        titles = rows.loc[(rows["fill_set"] == fill_set) & (rows["title"] != ""), "title"]
        return titles.iloc[0] if len(titles) else wording.label(fill_set)


def way_of(specification: str) -> list[str]:
    """Estimator and covariance of a specification ``<estimator>.<covariance>.<fill_set>``."""
    return specification.split(".")[:2]


def fill_set_of(specification: str) -> str:
    """Fill set of a specification ``<estimator>.<covariance>.<fill_set>``."""
    return specification.rpartition(".")[2]


def is_defined(potential: pd.DataFrame | pd.Series) -> pd.Series | bool:
    """Where K (of rows, or of one row) is a finite positive number: nothing else can be put in a class."""
    ratio = potential["potential_ratio"]
    return np.isfinite(ratio) & (ratio > 0)


def flows_of(flows: pd.Series) -> list[str]:
    """Flows in reading order: total, exports, imports, any other by name."""
    order = {"total": 0, "exports": 1, "imports": 2}
    return sorted(flows.unique(), key=lambda flow: (order.get(flow, len(order)), flow))
