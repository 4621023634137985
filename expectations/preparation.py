"""The frames that suites judge: a published table as it is, filtered, summarised or beside its neighbours.

A suite names a frame and says in data how it comes about (:class:`Frame`); what needs more than a filter, a
summary and arithmetic is one of the named :data:`PREPARATIONS`. A frame never changes a number that it shows.
"""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

if TYPE_CHECKING:
    import pandas as pd

Scalar = bool | int | float | str

_ARITHMETIC: dict[type[ast.operator], Callable] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}


class StrictModel(BaseModel):
    """A frozen model that refuses keys it does not know."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def _arithmetic(text: str) -> str:
    """Refuse anything but column names, numbers, brackets, ``+ - * /``: suites are data, not code."""
    allowed = (
        ast.Expression,
        ast.Name,
        ast.Load,
        ast.Constant,
        ast.UnaryOp,
        ast.USub,
        ast.BinOp,
        *_ARITHMETIC,
    )
    try:
        nodes = list(ast.walk(ast.parse(text, mode="eval")))
    except SyntaxError:
        nodes = []
    is_number = [type(node.value) in (int, float) for node in nodes if isinstance(node, ast.Constant)]
    if not nodes or not all(isinstance(node, allowed) for node in nodes) or not all(is_number):
        raise ValueError(
            f"seen {text!r}; expected arithmetic: column names, numbers, brackets and + - * / only"
        )
    return text


Arithmetic = Annotated[str, AfterValidator(_arithmetic)]


class Measure(StrictModel):
    """One number per group of rows.

    Attributes
    ----------
    function : str
        ``count_present`` counts the rows that have a value, ``count_distinct`` its different values,
        ``share_present`` is the share of rows that have one, ``share_equal`` the share that equals
        `equal_to`; ``sum``, ``max`` and ``median`` are the column's own (missing values left out; a group
        without any value has no sum).
    column : str
        The column that is measured.
    equal_to : bool, int, float or str, optional
        Only for ``share_equal``.
    """

    function: Literal[
        "count_present", "count_distinct", "share_present", "share_equal", "sum", "max", "median"
    ]
    column: str
    equal_to: Scalar | None = None

    @model_validator(mode="after")
    def _equal_to_goes_with_share_equal(self) -> Measure:
        if (self.function == "share_equal") != (self.equal_to is not None):
            raise ValueError("equal_to belongs to share_equal, and share_equal needs it")
        return self

    def of(self, frame: pd.DataFrame, by: list[str]) -> pd.Series:
        """Return the measure per group, indexed by the columns `by`."""
        values = frame[self.column]
        match self.function:
            case "count_distinct":
                return values.groupby([frame[name] for name in by]).nunique()
            case "count_present":
                return values.notna().groupby([frame[name] for name in by]).sum()
            case "share_present":
                return values.notna().groupby([frame[name] for name in by]).mean()
            case "share_equal":
                is_equal = values.eq(self.equal_to).astype("boolean").fillna(False).astype(float)
                return is_equal.groupby([frame[name] for name in by]).mean()
            case "sum":
                return values.astype(float).groupby([frame[name] for name in by]).sum(min_count=1)
            case function:
                return values.astype(float).groupby([frame[name] for name in by]).agg(function)


class Frame(StrictModel):
    """How a frame comes about; the steps are taken in the order of the attributes.

    Attributes
    ----------
    reads : str, optional
        A frame of the same suite, written above this one. By default the suite's own table.
    prepare : str, optional
        A named preparation, see :data:`PREPARATIONS`.
    rows, rows_without : mapping of column to value or values
        Only rows whose column holds (none) of the values.
    present : tuple of str
        Only rows that have a value in each of these columns.
    by : tuple of str
        One row per group of these columns ...
    measures : mapping of name to Measure
        ... with these numbers.
    columns : mapping of name to arithmetic
        New columns computed from the columns there are; missing in, missing out.
    is_empty_allowed : bool
        Whether it is right that no row, or no value, is left to judge. Else that fails the expectation.
    """

    reads: str | None = None
    prepare: str | None = None
    rows: dict[str, Scalar | tuple[Scalar, ...]] = Field(default_factory=dict)
    rows_without: dict[str, Scalar | tuple[Scalar, ...]] = Field(default_factory=dict)
    present: tuple[str, ...] = ()
    by: tuple[str, ...] = ()
    measures: dict[str, Measure] = Field(default_factory=dict)
    columns: dict[str, Arithmetic] = Field(default_factory=dict)
    is_empty_allowed: bool = False

    @model_validator(mode="after")
    def _is_complete(self) -> Frame:
        if bool(self.by) != bool(self.measures):
            raise ValueError("by and measures go together")
        if self.prepare is not None and self.prepare not in PREPARATIONS:
            raise ValueError(f"prepare: seen {self.prepare!r}, expected one of {sorted(PREPARATIONS)}")
        return self

    def build(self, source: pd.DataFrame, tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
        """Return the frame, its rows numbered from 0.

        Parameters
        ----------
        source : DataFrame
            What `reads` names.
        tables : mapping of name to DataFrame
            The suite's lookup tables.

        Raises
        ------
        LookupError
            When a column or a table that the frame needs is not there.
        """
        frame = PREPARATIONS[self.prepare](source, tables) if self.prepare else source
        for column, wanted in self.rows.items():
            frame = frame[_holds(frame[column], wanted)]
        for column, unwanted in self.rows_without.items():
            frame = frame[~_holds(frame[column], unwanted)]
        if self.present:
            frame = frame.dropna(subset=list(self.present))
        if self.by:
            names = list(self.by)
            groups = frame[names].drop_duplicates().sort_values(names)
            for name, measure in self.measures.items():
                groups = groups.join(measure.of(frame, names).rename(name), on=names)
            frame = groups
        frame = frame.reset_index(drop=True)
        for name, text in self.columns.items():
            frame = frame.assign(**{name: _evaluated(ast.parse(text, mode="eval").body, frame)})
        return frame


def _holds(values: pd.Series, wanted: Scalar | tuple[Scalar, ...]) -> pd.Series:
    """Whether each value is (one of) the wanted; a missing one is not."""
    choices = wanted if isinstance(wanted, tuple) else (wanted,)
    return values.isin(choices)


def _evaluated(node: ast.expr, frame: pd.DataFrame) -> pd.Series | float:
    """Evaluate checked arithmetic (see :func:`_arithmetic`) on the columns of `frame`."""
    match node:
        case ast.Constant():
            return node.value
        case ast.Name():
            return frame[node.id].astype(float)
        case ast.UnaryOp():
            return -_evaluated(node.operand, frame)
        case ast.BinOp():
            return _ARITHMETIC[type(node.op)](_evaluated(node.left, frame), _evaluated(node.right, frame))
    raise TypeError(f"not arithmetic: {ast.dump(node)}")


def _with_limits(frame: pd.DataFrame, lookups: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Set each row beside the limits of its indicator: ``min_value``, ``max_value``, ``max_yearly_ratio``."""
    if "dim_indicator" not in lookups:
        raise LookupError("table dim_indicator, with the plausible range of each indicator, is not here")
    limits = ["min_value", "max_value", "max_yearly_ratio"]
    indicators = lookups["dim_indicator"][["indicator_code", *limits]].astype(dict.fromkeys(limits, float))
    return frame.merge(indicators, on="indicator_code", how="left", validate="many_to_one")


def _is_filled(panel: pd.DataFrame) -> pd.Series:
    return _holds(panel["is_filled"], True)


def reported_cells(panel: pd.DataFrame, lookups: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """One row per study, unit, variable and year, with the value that a source stands behind.

    The fill sets of a study share their reported cells, so each is kept once; a cell that is only filled is
    missing here. Beside it the limits of its indicator and ``yearly_ratio``: value / last year's value or its
    inverse, whichever is larger, where both years are reported and positive. A series that skips a year has
    no ratio there.
    """
    cell = ["study", "unit_id", "variable", "indicator_code", "year"]
    reported = panel.assign(value=panel["value"].astype(float).mask(_is_filled(panel)))
    cells = reported.sort_values([*cell, "value"], na_position="last").drop_duplicates(cell)
    series = cells.groupby(cell[:-1])
    last_value, last_year = series["value"].shift(), series["year"].shift()
    is_comparable = (cells["year"] - last_year).eq(1) & cells["value"].gt(0) & last_value.gt(0)
    ratio = (cells["value"] / last_value).where(is_comparable)
    return _with_limits(
        cells.assign(last_year_value=last_value, yearly_ratio=ratio.mask(ratio.lt(1), 1 / ratio)), lookups
    )


def filled_cells(panel: pd.DataFrame, lookups: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Only the cells that a fill rule made, beside the limits of their indicator."""
    return _with_limits(panel[_is_filled(panel)], lookups)


def coverage_by_year(cells: pd.DataFrame, lookups: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """One row per study and year: the share of its cells that are reported, beside the years around it.

    ``dip`` is how far the year lies below the less covered of its two neighbours; the first and the last year
    of a study have none.
    """
    groups = cells["value"].notna().groupby([cells["study"], cells["year"]])
    years = groups.mean().rename("coverage").reset_index().sort_values(["study", "year"])
    by_study = years.groupby("study")["coverage"]
    before, after = by_study.shift(1), by_study.shift(-1)
    lower = before.where(before.le(after), after).where(before.notna())
    return years.assign(before=before, after=after, dip=lower - years["coverage"])


def yearly_index_changes(index: pd.DataFrame, lookups: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Index rows beside ``yearly_change``, the change since the year before where that has an index too."""
    series = ["study", "country_iso3"]
    values = index.assign(index_value=index["index_value"].astype(float)).sort_values([*series, "year"])
    over_time = values.groupby(series)
    is_next_year = (values["year"] - over_time["year"].shift()).eq(1)
    return values.assign(yearly_change=over_time["index_value"].diff().where(is_next_year))


def potential_beside_its_class(potential: pd.DataFrame, lookups: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Potential beside the interval of K that its study states for its class.

    ``class_position``, ``lower_bound`` and ``upper_bound`` are missing where the study has no class of that
    name (a bound also where the class has none); ``is_within_class`` is missing there, and where K is.
    """
    if "dim_potential_class" not in lookups:
        raise LookupError("table dim_potential_class, with the bounds of each study's classes, is not here")
    bounds = ["lower_bound", "upper_bound"]
    classes = lookups["dim_potential_class"].astype(dict.fromkeys(bounds, float))
    classes = classes.rename(columns={"position": "class_position"})
    frame = potential.merge(classes, on=["study", "potential_class"], how="left", validate="many_to_one")
    ratio, lower, upper = (frame[name].astype(float) for name in ("potential_ratio", *bounds))
    is_on_own_bound = (ratio.eq(lower) & _holds(frame["is_lower_included"], True)) | (
        ratio.eq(upper) & _holds(frame["is_upper_included"], True)
    )
    is_between = (lower.isna() | ratio.gt(lower)) & (upper.isna() | ratio.lt(upper))
    is_known = frame["class_position"].notna() & ratio.notna()
    return frame.assign(is_within_class=(is_between | is_on_own_bound).astype(object).where(is_known, None))


PREPARATIONS: dict[str, Callable[[pd.DataFrame, Mapping[str, pd.DataFrame]], pd.DataFrame]] = {
    "reported_cells": reported_cells,
    "filled_cells": filled_cells,
    "coverage_by_year": coverage_by_year,
    "yearly_index_changes": yearly_index_changes,
    "potential_beside_its_class": potential_beside_its_class,
}
"""Preparations that a suite may name; each takes the frame it reads and the suite's lookup tables."""
