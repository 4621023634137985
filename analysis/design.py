"""From the long panel to the columns of an equation: what each term is, row by row, before logarithms."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from operator import add, mul

import numpy as np
import pandas as pd

from analysis.study import Study
from analysis.study.equations import Flow, GravityModel

ROW = ["country_iso3", "year"]
CELL = ["fill_set", "country_iso3", "variable", "year"]
READ = [*CELL, "value", "is_filled", "is_later_vintage"]
"""Columns of the study panel that estimation reads, those that name a cell first."""


@dataclass(frozen=True)
class PanelInputs:
    """The panel of one fill set, one row per partner and year.

    Attributes
    ----------
    values : DataFrame, shape (rows, variables)
        Indexed by (country_iso3, year) in sorted order, so that the order of the panel's rows does not
        matter; NaN where missing.
    is_filled : DataFrame, shape (rows, variables)
        Whether the value was filled.
    later_vintages : tuple of str
        Variables taken from a vintage later than the study's `as_of`, sorted.
    """

    values: pd.DataFrame
    is_filled: pd.DataFrame
    later_vintages: tuple[str, ...]

    def filled_share(self, variables: Sequence[str]) -> pd.Series:
        """Share of these variables' cells that were filled, by row; 0 where no variable is asked for."""
        if not variables:
            return pd.Series(0.0, index=self.values.index)
        return self.is_filled[list(variables)].mean(axis=1)


def panel_inputs(study: Study, panel: pd.DataFrame, fill_set: str) -> PanelInputs:
    """Pivot one fill set of the study panel.

    Parameters
    ----------
    study : Study
    panel : DataFrame
        Rows of the study panel: at least fill_set, country_iso3, year, variable, value, is_filled,
        is_later_vintage.
    fill_set : str

    Raises
    ------
    ValueError
        When the panel holds rows, but none of the fill set, or one cell twice.
    """
    rows = panel[panel["fill_set"] == fill_set]
    # Partners that select no country leave no panel at all: nothing can be estimated, and the tables say so.
    if rows.empty and not panel.empty:
        raise ValueError(
            f"study {study.study}: seen no panel row of fill set {fill_set!r}, expected the fill sets "
            f"{sorted(panel['fill_set'].unique())} to hold it"
        )
    repeated = rows[rows.duplicated([*ROW, "variable"])]
    if len(repeated):
        cell = " ".join(map(str, repeated[[*ROW, "variable"]].iloc[0]))
        raise ValueError(
            f"study {study.study}, fill set {fill_set}: seen {cell} twice, expected each cell once"
        )
    variables = [variable.variable for variable in study.variables]
    rows = rows.assign(
        year=rows["year"].astype(int),
        value=rows["value"].astype(float),
        is_filled=rows["is_filled"].fillna(False).astype(float),
    )
    index = pd.MultiIndex.from_frame(rows[ROW].drop_duplicates().sort_values(ROW))
    values = rows.pivot(index=ROW, columns="variable", values="value")
    filled = rows.pivot(index=ROW, columns="variable", values="is_filled")
    is_later = rows["is_later_vintage"].fillna(False).astype(bool)
    return PanelInputs(
        values=values.reindex(index=index, columns=variables).astype(float),
        is_filled=filled.reindex(index=index, columns=variables).fillna(0.0).astype(bool),
        later_vintages=tuple(sorted(rows.loc[is_later, "variable"].unique())),
    )


def of_partners(study: Study, inputs: PanelInputs) -> PanelInputs:
    """Leave out the reference country, which an index may rank but which is no partner of itself."""
    is_partner = inputs.values.index.get_level_values("country_iso3") != study.reference_iso3
    return replace(inputs, values=inputs.values[is_partner], is_filled=inputs.is_filled[is_partner])


def panel_digest(panel: pd.DataFrame) -> str:
    """Return a fingerprint of everything in a study's panel that estimation reads.

    Parameters
    ----------
    panel : DataFrame
        Panel rows of one study, in any order, with the columns `READ`; further columns do not enter.

    Returns
    -------
    str
        First 16 hexadecimal digits of a sha256: equal where cells, values (to the last bit), fills and later
        vintages are, whatever the order of rows and the width of integer columns.

    Raises
    ------
    KeyError
        When a column is missing.
    """
    rows = panel[READ].sort_values(READ, ignore_index=True)
    digest = hashlib.sha256(str(len(rows)).encode())
    for name in ("fill_set", "country_iso3", "variable"):
        digest.update("\0".join(rows[name].astype(str)).encode() + b"\0")
    digest.update(rows["year"].to_numpy(dtype="<i8").tobytes())
    values = rows["value"].to_numpy(dtype="<f8", na_value=np.nan)
    # One bit pattern for every missing value, and for zero with either sign.
    digest.update(np.where(np.isnan(values), np.nan, values + 0.0).tobytes())
    for name in ("is_filled", "is_later_vintage"):
        digest.update(rows[name].fillna(False).astype("uint8").to_numpy().tobytes())
    return digest.hexdigest()[:16]


def equation_variables(study: Study, model: GravityModel, flow: Flow) -> list[str]:
    """Return the panel variables behind an equation: trade, terms, and the indicators of an own index."""
    names: list[str] = [*flow.sum_of]
    for term in study.gravity.terms_of(model):
        names += term.product_of
        if term.index == "own":
            names += [indicator.variable for indicator in study.index.indicators]
    return list(dict.fromkeys(names))


def actual_trade(inputs: PanelInputs, flow: Flow) -> pd.Series:
    """Return trade of a flow in USD by row; missing when any part of the sum is."""
    return reduce(add, (inputs.values[name] for name in flow.sum_of))


def outcome_name(flow: Flow) -> str:
    """Name of the dependent variable's column."""
    return f"trade_{flow.flow}"


def equation_levels(
    study: Study, model: GravityModel, flow: Flow, inputs: PanelInputs, own_index: pd.Series | None
) -> pd.DataFrame:
    """Return the dependent variable and the terms of an equation before logarithms.

    Parameters
    ----------
    own_index : Series or None
        The study's own index by (country_iso3, year), where the equation has it and it could be made.

    Returns
    -------
    DataFrame, shape (rows, 1 + terms)
        The dependent variable first, in the study's unit; NaN where anything behind a cell is missing.
    """
    rows = inputs.values.index
    columns = {outcome_name(flow): actual_trade(inputs, flow).to_numpy() / study.gravity.dependent.unit_usd}
    for term in study.gravity.terms_of(model):
        if term.index == "own":
            values = np.full(len(rows), np.nan) if own_index is None else own_index.reindex(rows).to_numpy()
        elif term.index == "printed":
            printed = study.printed.index_values()
            values = np.array([printed.get(row, np.nan) for row in rows], dtype=float)
        else:
            values = reduce(mul, (inputs.values[name].to_numpy() for name in term.product_of))
        columns[term.term] = values / term.unit
    return pd.DataFrame(columns, index=rows)


def logged_columns(study: Study, model: GravityModel, flow: Flow) -> list[str]:
    """Return the columns of `equation_levels` that enter in logarithms."""
    logged = [outcome_name(flow)] if study.gravity.dependent.is_log else []
    return logged + [term.term for term in study.gravity.terms_of(model) if term.is_log]


def take_logarithms(levels: pd.DataFrame, logged: Iterable[str]) -> pd.DataFrame:
    """Return the columns as they enter the equation; rows must have passed `sample.select_rows`."""
    values = levels.to_numpy(dtype=float, copy=True)
    for at in [levels.columns.get_loc(name) for name in logged]:
        values[:, at] = np.log(values[:, at])
    return pd.DataFrame(values, levels.index, levels.columns)
