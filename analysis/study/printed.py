"""Numbers that a publication prints, carried as data: what is printed, with its digits, nothing inferred."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, model_validator

from analysis.study.file import Frozen
from analysis.study.panel import Iso3, Name, Sentence, Year


def _is_number(text: str) -> str:
    try:
        Decimal(text)
    except InvalidOperation:
        raise ValueError(f"seen {text!r}, expected a number as it is printed") from None
    return text


PrintedCell = int | float | Annotated[str, AfterValidator(_is_number)]
"""A printed number: a decimal has the table's digits, text ("5.88") digits of its own, an integer none."""


def as_printed(cell: PrintedCell, decimals: int) -> str:
    """Return the printed text of a cell.

    Parameters
    ----------
    cell : int, float or str
        As carried in the file of printed numbers.
    decimals : int
        Digits after the point that the publication prints in its tables.
    """
    return f"{cell:.{decimals}f}" if isinstance(cell, float) else str(cell)


def half_unit(text: str) -> float:
    """Return half a unit of the last printed digit: what rounding alone may hide."""
    return 0.5 * 10.0 ** int(Decimal(text).as_tuple().exponent)


class RowOrder(Frozen):
    """Which partner each printed row belongs to, and whether the publication says so itself."""

    partners: tuple[Iso3, ...] = Field(min_length=1)
    is_derived: bool
    reason: Sentence


class Comparison(Frozen):
    """Which of our equations stands beside the printed ones, and what its terms are called in print."""

    model: Name
    flow: Literal["total", "exports", "imports"]
    fixed_effects: Sentence
    random_effects: Sentence
    potential: Sentence
    terms: dict[str, str]


class PrintedSample(Frozen):
    """How large the printed sample is: partners, periods, observations, and the years that are named."""

    partners: int
    periods: int
    observations: int
    years: tuple[Year, ...]


class PrintedIndex(Frozen):
    """The printed index, how it was made, and why it cannot be made again."""

    indicators: int
    components: int
    cumulative_variance_pct: PrintedCell
    kmo: PrintedCell
    bartlett_p: PrintedCell
    weights: tuple[PrintedCell, ...]
    rows: dict[Iso3, tuple[PrintedCell, ...]]
    not_reproducible_because: Sentence


class PrintedTable(Frozen):
    """A table with one row per printed term."""

    columns: tuple[str, ...] = Field(min_length=1)
    rows: dict[str, tuple[PrintedCell, ...]]

    @model_validator(mode="after")
    def _rows_are_full(self) -> PrintedTable:
        for term, cells in self.rows.items():
            if len(cells) != len(self.columns):
                raise ValueError(
                    f"row {term}: seen {len(cells)} cells, expected {len(self.columns)}: {list(self.columns)}"
                )
        return self


class DescriptiveTable(PrintedTable):
    """Descriptive statistics of each variable as it enters the equation; the standard deviation by n - 1."""

    columns: tuple[Literal["n", "mean", "sd", "min", "max"], ...]


class HausmanTable(PrintedTable):
    """The table of the Hausman test: both estimates, their difference and its standard error.

    `decision` names the estimator that the publication chooses by it.
    """

    columns: tuple[Literal["fe", "re", "difference", "se"], ...]
    decision: Sentence


class RegressionTable(PrintedTable):
    """The table of the equation that the publication chooses.

    `effect_in_text` holds coefficients that the text prints once more, by printed term.
    """

    columns: tuple[Literal["estimate", "std_error", "z", "p_value", "ci_low", "ci_high"], ...]
    r_squared: PrintedCell
    effect_in_text: dict[str, PrintedCell] = Field(default_factory=dict)


class PrintedFTest(Frozen):
    """The F test of partner effects: degrees of freedom, statistic and upper tail probability."""

    df1: int
    df2: int
    statistic: PrintedCell
    p_value: PrintedCell


class PrintedPotential(Frozen):
    """The printed table of K; a missing cell is printed as a dash."""

    definition: Sentence
    rules: tuple[Sentence, ...]
    rows: dict[Iso3, tuple[PrintedCell | None, ...]]


class Claim(Frozen):
    """A sentence of the publication that our own tables can answer."""

    text: Sentence
    check: Literal["index_rises_everywhere", "index_leader", "positive_and_significant", "classes_found"]
    partner_iso3: Iso3 | None = None
    terms: tuple[str, ...] = ()


class Unplaced(Frozen):
    """Printed numbers whose meaning is lost."""

    text: Sentence
    reason: Sentence


class Printed(Frozen):
    """Everything that a publication prints about a study.

    `notes` are sentences added to the reason of every item whose name starts with their key, dot by dot; a
    ``*`` in the key stands for any one part of the name.
    """

    citation: Sentence
    decimals: int = Field(ge=0, le=10)
    years: tuple[Year, ...]
    row_order: RowOrder
    comparison: Comparison
    sample: PrintedSample
    index: PrintedIndex
    descriptive_statistics: DescriptiveTable
    f_test: PrintedFTest
    hausman: HausmanTable
    regression: RegressionTable
    potential: PrintedPotential
    claims: tuple[Claim, ...]
    unplaced: tuple[Unplaced, ...] = ()
    notes: dict[str, Sentence] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _tables_fit(self) -> Printed:
        for name, rows in (("index", self.index.rows), ("potential", self.potential.rows)):
            if tuple(rows) != self.row_order.partners:
                raise ValueError(
                    f"{name}: seen rows {list(rows)}, expected the row order {list(self.row_order.partners)}"
                )
            for partner, cells in rows.items():
                if len(cells) != len(self.years):
                    raise ValueError(
                        f"{name}.{partner}: seen {len(cells)} cells, expected one per year {list(self.years)}"
                    )
        for name, terms in (
            ("descriptive_statistics", tuple(self.descriptive_statistics.rows)),
            ("hausman", tuple(self.hausman.rows)),
            ("regression", tuple(self.regression.rows)),
            ("regression.effect_in_text", tuple(self.regression.effect_in_text)),
            *((f"claim {claim.check}", claim.terms) for claim in self.claims),
        ):
            unknown = [term for term in terms if term not in self.comparison.terms]
            if unknown:
                raise ValueError(f"{name}: seen terms {unknown}, expected {list(self.comparison.terms)}")
        return self

    def text(self, cell: PrintedCell) -> str:
        """Return a cell as it is printed."""
        return as_printed(cell, self.decimals)

    def index_values(self) -> dict[tuple[str, int], float]:
        """Return the printed index by (partner, year)."""
        return {
            (partner, year): float(cell)
            for partner, cells in self.index.rows.items()
            for year, cell in zip(self.years, cells, strict=True)
        }
