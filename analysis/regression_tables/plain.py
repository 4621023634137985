"""A regression table as CSV for a spreadsheet.

One row per term and statistic. Brackets and stars would make numbers text there, or turn (0.1) into -0.1.
"""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

from analysis.regression_tables.columns import Coefficient, ordered_terms

if TYPE_CHECKING:
    from analysis.regression_tables.table import RegressionTable

STATISTICS = ("estimate", "std_error", "statistic", "p_value", "ci_low", "ci_high")


def render(table: RegressionTable) -> str:
    """Return CSV with a header: term, statistic, one column per model."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    numbers = [f"({number})" for number in range(1, len(table.columns) + 1)]
    writer.writerow(["term", "statistic", *numbers])
    grid = table.grid()
    for label, cells in grid.heads[1:]:
        writer.writerow(["", label.lower(), *map(_harmless, cells)])
    for term in ordered_terms(table.columns):
        cells = [column.coefficients.get(term) for column in table.columns]
        name = _harmless(table.term_labels.get(term, term))
        for statistic in STATISTICS:
            writer.writerow([name, statistic, *(_number(table, cell, statistic) for cell in cells)])
    for label, cells in grid.footer:
        writer.writerow(["", _harmless(label), *map(_harmless, cells)])
    return text.getvalue()


def _number(table: RegressionTable, cell: Coefficient | None, statistic: str) -> str:
    return "" if cell is None else table.number(getattr(cell, statistic))


def _harmless(text: str) -> str:
    """A text that no spreadsheet takes for a formula."""
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t") else text
