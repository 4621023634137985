"""A regression table: which models, what stands below a coefficient, and its four forms."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import Any, Literal, get_args

import pandas as pd

from analysis.regression_tables import html, latex, markdown, plain
from analysis.regression_tables.columns import (
    Coefficient,
    ModelColumn,
    column_of,
    in_one_order,
    ordered_terms,
)
from analysis.regression_tables.grid import Cell, Grid

Below = Literal["std_error", "interval", "statistic", "nothing"]
Format = Literal["latex", "html", "markdown", "csv"]
BELOW: tuple[str, ...] = get_args(Below)
FORMATS: tuple[str, ...] = get_args(Format)
STARS = (0.1, 0.05, 0.01)
"""Levels of one, two and three stars where stars are asked for without levels."""
MOST_DIGITS = 10


@dataclass(frozen=True)
class RegressionTable:
    """A regression table, models as columns.

    Attributes
    ----------
    columns : tuple of ModelColumn
    below : {'std_error', 'interval', 'statistic', 'nothing'}
        What stands below a coefficient: in parentheses, in brackets, in parentheses, or no line.
    digits : int
        After the point.
    stars : tuple of float
        Levels from the largest to the smallest, one more star for each that a p-value is below; empty: none.
    term_labels : mapping of str to str
        What a term is called; one that is not there is shown as it is.
    caption, label : str
        Of the LaTeX and HTML table; empty: none.
    has_caveats : bool
        Whether what must be said of the columns is told below the table.
    """

    columns: tuple[ModelColumn, ...]
    below: Below = "std_error"
    digits: int = 3
    stars: tuple[float, ...] = ()
    term_labels: Mapping[str, str] = field(default_factory=dict)
    caption: str = ""
    label: str = ""
    has_caveats: bool = True

    def grid(self) -> Grid:
        """Return the table as rows of text, before any language is chosen."""
        body = []
        for term in ordered_terms(self.columns):
            cells = [column.coefficients.get(term) for column in self.columns]
            name = self.term_labels.get(term, term)
            body.append((name, tuple(self._estimate(cell) for cell in cells)))
            if self.below != "nothing":
                body.append(("", tuple(Cell(self._below(cell)) for cell in cells)))
        labels = in_one_order(column.footer for column in self.columns)
        return Grid(
            titles=tuple(column.title for column in self.columns),
            outcomes=tuple(column.outcome for column in self.columns),
            body=tuple(body),
            footer=tuple(
                (label, tuple(column.footer.get(label, "") for column in self.columns)) for label in labels
            ),
            notes=tuple(self._notes()),
            caption=self.caption,
            label=self.label,
        )

    def to_frame(self) -> pd.DataFrame:
        """One row per column and term: column (from 1), title, outcome, term, numbers as in `Coefficient`."""
        frames = [
            column.to_frame().assign(column=number, title=column.title, outcome=column.outcome)
            for number, column in enumerate(self.columns, start=1)
        ]
        found = pd.concat(frames, ignore_index=True)
        first = ["column", "title", "outcome", "term"]
        return found[[*first, *(name for name in found if name not in first)]]

    def to_latex(self) -> str:
        """Return a LaTeX table; it needs the package booktabs."""
        return latex.render(self.grid())

    def to_html(self) -> str:
        """Return an HTML table without a page around it."""
        return html.render(self.grid())

    def to_markdown(self) -> str:
        """Return a pipe table, notes below it."""
        return markdown.render(self.grid())

    def to_csv(self) -> str:
        """Return CSV: one row per term and statistic, and per footer line; no brackets, no stars."""
        return plain.render(self)

    def render(self, form: Format) -> str:
        """Return the table in one of the `FORMATS`.

        Raises
        ------
        ValueError
            There is no such form.
        """
        if form not in FORMATS:
            raise ValueError(f"form {form!r} of a regression table: expected one of {list(FORMATS)}")
        return getattr(self, f"to_{form}")()

    def number(self, value: float) -> str:
        """Return a number with the digits of the table; empty where there is none, an end without bound ∞."""
        if math.isnan(value):
            return ""
        if math.isinf(value):
            return "∞" if value > 0 else "-∞"
        text = f"{value:.{self.digits}f}"
        # What rounds to nothing has no sign.
        return text.removeprefix("-") if float(text) == 0 else text

    def _estimate(self, cell: Coefficient | None) -> Cell:
        if cell is None:
            return Cell("")
        reached = sum(cell.p_value < level for level in self.stars) if not math.isnan(cell.p_value) else 0
        return Cell(self.number(cell.estimate), reached)

    def _below(self, cell: Coefficient | None) -> str:
        if cell is None:
            return ""
        if self.below == "interval":
            low, high = self.number(cell.ci_low), self.number(cell.ci_high)
            return f"[{low or '-∞'}, {high or '∞'}]"
        text = self.number(cell.std_error if self.below == "std_error" else cell.statistic)
        return f"({text})" if text else ""

    def _notes(self) -> list[str]:
        levels = sorted({column.level for column in self.columns})
        shares = " and ".join(f"{100 * level:g} %" for level in levels)
        notes = {
            "std_error": ["Standard errors in parentheses."],
            "interval": [f"{shares} intervals in brackets."],
            "statistic": ["Ratios of estimate to standard error in parentheses."],
            "nothing": [],
        }[self.below].copy()
        if self.stars:
            told = ", ".join(f"{'*' * (at + 1)} p < {level:g}" for at, level in enumerate(self.stars))
            notes.append(f"{told}.")
        notes += [
            f"{remark}." for remark in dict.fromkeys(chain(*(column.remarks for column in self.columns)))
        ]
        if self.has_caveats:
            said: dict[str, list[str]] = {}
            for number, column in enumerate(self.columns, start=1):
                for caveat in column.caveats:
                    said.setdefault(caveat, []).append(f"({number})")
            notes += [f"{' '.join(numbers)} {caveat.rstrip('.')}." for caveat, numbers in said.items()]
        return notes


def regression_table(
    models: Sequence[Any],
    *,
    below: Below = "std_error",
    digits: int = 3,
    stars: bool | Sequence[float] = False,
    term_labels: Mapping[str, str] | None = None,
    caption: str = "",
    label: str = "",
    has_caveats: bool = True,
) -> RegressionTable:
    """Put models side by side.

    Parameters
    ----------
    models : sequence of ModelColumn or fits
        A fit is made a column by `columns.column_of` with its defaults; columns of a release are made by
        `published.published_columns`.
    below : {'std_error', 'interval', 'statistic', 'nothing'}
        What stands below a coefficient.
    digits : int
        After the point, 0 to 10.
    stars : bool or sequence of float
        Off by default. True: at `STARS`; numbers: at these levels. The note below the table states them.
    term_labels : mapping of str to str, optional
        What terms are called.
    caption, label : str
        Of the LaTeX and HTML table.
    has_caveats : bool
        Whether caveats of the columns are told below the table.

    Returns
    -------
    RegressionTable
        With to_latex, to_html, to_markdown, to_csv and to_frame. The same input gives the same text.

    Raises
    ------
    ValueError
        No model, unknown `below`, or digits or levels out of range.
    """
    if not len(models):
        raise ValueError("regression table: seen no model, expected at least one")
    if below not in BELOW:
        raise ValueError(f"below {below!r} in a regression table: expected one of {list(BELOW)}")
    if not 0 <= digits <= MOST_DIGITS:
        raise ValueError(f"{digits} digits in a regression table: expected 0 to {MOST_DIGITS}")
    levels = () if stars is False else STARS if stars is True else tuple(stars)
    if any(not 0 < level < 1 for level in levels):
        raise ValueError(f"levels of stars {list(levels)}: expected numbers between 0 and 1")
    return RegressionTable(
        columns=tuple(model if isinstance(model, ModelColumn) else column_of(model) for model in models),
        below=below,
        digits=digits,
        stars=tuple(sorted(set(levels), reverse=True)),
        term_labels=dict(term_labels or {}),
        caption=caption,
        label=label,
        has_caveats=has_caveats,
    )
