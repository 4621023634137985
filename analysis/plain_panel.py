"""A study's panel from a plain table, for estimation without a warehouse."""

from __future__ import annotations

import numbers
from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from analysis.design import ROW
from analysis.study import Study

ALSO = ["fill_set"]
"""Columns that a plain table may have beside country, year and the study's variables."""


class PlainPanelError(ValueError):
    """A plain table cannot be the panel of a study; the message names what was seen and expected."""


def panel_from_wide(
    frame: pd.DataFrame,
    study: Study,
    *,
    columns: Mapping[str, str] | None = None,
    filled: pd.DataFrame | None = None,
    later_vintages: Sequence[str] = (),
) -> pd.DataFrame:
    """Turn a table with one row per country and year into the panel that `estimate_study` reads.

    Parameters
    ----------
    frame : DataFrame, shape (rows, 2 + variables)
        Columns country_iso3, year and one per variable of the study, named as there and in the unit that the
        study means; in any order. Country and year may be levels of the index instead. A cell that is missing
        is missing: nothing is filled here, since fill rules are applied where the warehouse builds its panel.
        A column fill_set, if there, says which fill set a row is of; without one the same numbers stand for
        every fill set.
    study : Study
    columns : mapping of str to str, optional
        Study's name of a column by the name that it has in the frame, as ``{"GDP, bn": "gdp_usd"}``; a column
        that is not named here has the study's name already.
    filled : DataFrame, shape (rows, variables), optional
        Whether a cell was filled, for variables where any was: columns named as in the frame, rows in its
        order. By default nothing is.
    later_vintages : sequence of str, optional
        Variables taken from a vintage later than the study's `as_of`.

    Returns
    -------
    DataFrame
        study, fill_set, country_iso3, variable, year, value, is_filled, is_later_vintage: one row per cell,
        missing cells included, sorted. The same whatever the order of rows and columns given.

    Raises
    ------
    PlainPanelError
        A column is missing or unknown, a row is there twice, a country or year is not of the study, a fill
        set is unknown or lacking, or a cell is infinite or no number.

    Examples
    --------
    >>> panel = panel_from_wide(pd.read_csv("panel.csv"), study)  # doctest: +SKIP
    >>> tables = estimate_study(study, panel)  # doctest: +SKIP
    """
    if not isinstance(study, Study):
        raise PlainPanelError(f"study: seen {type(study).__name__}, expected a Study, as load_study gives it")
    frame, filled = _renamed(frame, filled, columns or {})
    variables = [item.variable for item in study.variables]
    _expect_columns(frame, variables, study)
    # A category sorts by its place among categories, a text by its letters.
    frame = frame.assign(country_iso3=frame["country_iso3"].astype(object))
    _expect_rows(frame, study)
    marks = _marks(frame, variables, filled)
    _expect_known("later_vintages", later_vintages, variables)
    values = frame[variables].apply(_numbers)
    parts = []
    for fill_set in [item.fill_set for item in study.fill_sets]:
        own = frame.index if "fill_set" not in frame else frame.index[frame["fill_set"] == fill_set]
        if not len(own):
            raise PlainPanelError(f"fill_set: seen no row of {fill_set!r}, expected rows of every fill set")
        for name in variables:
            parts.append(
                pd.DataFrame(
                    {
                        "study": study.study,
                        "fill_set": fill_set,
                        "country_iso3": frame.loc[own, "country_iso3"],
                        "variable": name,
                        "year": frame.loc[own, "year"].astype("int64"),
                        "value": values.loc[own, name],
                        "is_filled": marks.loc[own, name] & values.loc[own, name].notna(),
                        "is_later_vintage": name in set(later_vintages),
                    }
                )
            )
    order = ["fill_set", "variable", *ROW]
    return pd.concat(parts, ignore_index=True).sort_values(order, ignore_index=True)


def _renamed(
    frame: pd.DataFrame, filled: pd.DataFrame | None, columns: Mapping[str, str]
) -> tuple[pd.DataFrame, pd.DataFrame | None]:
    """Both tables with the study's names, country and year among the columns."""
    if not isinstance(frame, pd.DataFrame):
        raise PlainPanelError(f"frame: seen {type(frame).__name__}, expected a pandas DataFrame")
    named = [name for name in frame.index.names if name is not None and columns.get(name, name) in ROW]
    frame = frame.reset_index(level=named).reset_index(drop=True) if named else frame.reset_index(drop=True)
    unknown = [name for name in columns if name not in frame.columns]
    if unknown:
        raise PlainPanelError(f"columns: seen {unknown}, expected names out of {list(frame.columns)}")
    return frame.rename(columns=dict(columns)), None if filled is None else filled.rename(
        columns=dict(columns)
    )


def _expect_columns(frame: pd.DataFrame, variables: list[str], study: Study) -> None:
    columns = list(frame.columns)
    repeated = sorted({str(name) for name in columns if columns.count(name) > 1})
    if repeated:
        raise PlainPanelError(f"columns: seen {repeated} more than once, expected every column once")
    missing = [name for name in [*ROW, *variables] if name not in columns]
    unknown = [name for name in columns if name not in [*ROW, *ALSO, *variables]]
    if missing or unknown:
        told = [f"no {missing}"] * bool(missing) + [f"unknown {unknown}"] * bool(unknown)
        raise PlainPanelError(
            f"columns: seen {' and '.join(told)}, expected {ROW} and the variables of study {study.study}: "
            f"{variables}"
        )
    if frame.empty:
        raise PlainPanelError("rows: seen none, expected one per country and year")


def _expect_rows(frame: pd.DataFrame, study: Study) -> None:
    whole = [
        isinstance(year, numbers.Real) and not isinstance(year, bool) and float(year).is_integer()
        for year in frame["year"]
    ]
    if not all(whole):
        year = frame["year"].iloc[whole.index(False)]
        seen = repr(year) if isinstance(year, str) else year
        raise PlainPanelError(f"year: seen {seen}, expected a whole number")
    outside = frame.loc[~frame["year"].between(study.years.first, study.years.last), "year"]
    if len(outside):
        raise PlainPanelError(
            f"year: seen {int(outside.iloc[0])}, expected {study.years.first} to {study.years.last}, "
            f"the years of study {study.study}"
        )
    codes = [code if isinstance(code, str) else None for code in frame["country_iso3"]]
    if None in codes:
        seen = frame["country_iso3"].iloc[codes.index(None)]
        raise PlainPanelError(f"country_iso3: seen {seen!r}, expected a code of three letters")
    # A group's members are rows of the warehouse, so only countries that a study lists are checked.
    listed = study.partners.countries
    if listed:
        _expect_known("country_iso3", dict.fromkeys(codes), [*listed, study.reference_iso3])
    key = [*ROW, *(name for name in ALSO if name in frame)]
    repeated = frame[frame.duplicated(key)]
    if len(repeated):
        row = " ".join(map(str, repeated[key].iloc[0]))
        raise PlainPanelError(f"rows: seen {row} twice, expected each country and year once")
    if "fill_set" in frame:
        known = [item.fill_set for item in study.fill_sets]
        _expect_known("fill_set", dict.fromkeys(frame["fill_set"]), known)


def _marks(frame: pd.DataFrame, variables: list[str], filled: pd.DataFrame | None) -> pd.DataFrame:
    marks = pd.DataFrame(False, index=frame.index, columns=variables)
    if filled is None:
        return marks
    if len(filled) != len(frame):
        raise PlainPanelError(f"filled: seen {len(filled)} rows, expected {len(frame)}, as the table has")
    own = [name for name in filled.columns if name not in [*ROW, *ALSO]]
    _expect_known("filled", own, variables)
    for name in own:
        marks[name] = filled[name].fillna(False).astype(bool).to_numpy()
    return marks


def _numbers(column: pd.Series) -> pd.Series:
    """The column as floats; missing stays missing."""
    try:
        values = pd.to_numeric(column, errors="raise").astype(float)
    except (ValueError, TypeError) as fault:
        raise PlainPanelError(f"{column.name}: expected numbers: {fault}") from None
    if np.isinf(values).any():
        raise PlainPanelError(f"{column.name}: seen an infinite number, expected a finite one or none")
    return values


def _expect_known(place: str, names, known: Sequence[str]) -> None:
    unknown = [name for name in names if name not in known]
    if unknown:
        raise PlainPanelError(f"{place}: seen {unknown}, expected names out of {list(known)}")
