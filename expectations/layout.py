"""A layout: one shape in which a source sends a table, as data; one model per family of readers."""

from __future__ import annotations

import codecs
import re
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
Cell = Annotated[str, Field(pattern=r"^[A-Z]{1,3}[1-9]\d*$")]
Row = Annotated[int, Field(ge=1)]


class Frozen(BaseModel):
    """A model that is never altered and refuses keys it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid")


def must_compile(pattern: str) -> None:
    """Check a regular expression.

    Raises
    ------
    ValueError
        When it is none.
    """
    try:
        re.compile(pattern)
    except re.error as error:
        raise ValueError(f"not a regular expression: {pattern!r}: {error}") from None


class WideValues(Frozen):
    """Which columns of a wide layout hold values, and the two landed columns they become.

    Attributes
    ----------
    header_pattern : str
        Regular expression over the header; its first group, or all of it, goes to ``name_column``.
    missing : tuple of str
        Marks that stand for no value: as a blank cell, such a cell is no row.
    """

    header_pattern: str
    name_column: Name
    value_column: Name
    missing: tuple[str, ...] = ()


class StatedVintage(Frozen):
    """Where the file says, outside its rows, which release it is.

    Attributes
    ----------
    pattern : str
        Regular expression whose first group is the date.
    format : str
        The date's form, as of ``datetime.strptime``.
    """

    pattern: str
    format: str = "%Y-%m-%d"

    @model_validator(mode="after")
    def _is_coherent(self) -> Self:
        must_compile(self.pattern)
        return self


class LeftOutRows(Frozen):
    """Rows that are no data of the table, such as the totals of a file that somebody worked on.

    They are counted and told, and are neither loaded nor faults.

    Attributes
    ----------
    columns : tuple of str
        Landed columns, of which one or more mark them.
    pattern : str
        Regular expression that the whole cell matches in such a row.
    """

    columns: Annotated[tuple[Name, ...], Field(min_length=1)]
    pattern: str
    reason: str

    @model_validator(mode="after")
    def _is_coherent(self) -> Self:
        must_compile(self.pattern)
        return self


class _Layout(Frozen):
    """What every layout has.

    Attributes
    ----------
    columns : dict
        Header → landed column; every header must be there, in any order.
    optional_columns : dict
        Header → landed column, where the header may be absent.
    one_of : tuple of tuple of str
        Groups of optional headers; of each group a file has exactly one.
    aliases : dict
        Other spelling of a header → the header as the other keys name it.
    ignored_columns : tuple of str
        Headers that may be there and are not read.
    unknown_columns : str
        Whether a file with any other header is refused, or the header is ignored.
    constants : dict
        Landed column → the text that every row of a file of this layout has.
    vintage : StatedVintage
        Where the file says which release it is.
    limits : str
        What is not known of the layout, where no file of the publisher was at hand to try it on.
    """

    name: Name
    columns: dict[str, Name] = {}
    optional_columns: dict[str, Name] = {}
    one_of: tuple[tuple[str, ...], ...] = ()
    aliases: dict[str, str] = {}
    ignored_columns: tuple[str, ...] = ()
    unknown_columns: Literal["refused", "ignored"] = "refused"
    constants: dict[Name, str] = {}
    values: WideValues | None = None
    left_out_rows: tuple[LeftOutRows, ...] = ()
    vintage: StatedVintage | None = None
    limits: str | None = None

    @property
    def bound(self) -> dict[str, str]:
        """Header → landed column, required and optional ones."""
        return {**self.columns, **self.optional_columns}

    @property
    def fed_columns(self) -> tuple[str, ...]:
        """Landed columns that a file of this layout feeds."""
        wide = (self.values.name_column, self.values.value_column) if self.values else ()
        fed = dict.fromkeys((*self.columns.values(), *self.optional_columns.values(), *self.constants))
        return (*fed, *wide)

    def canonical(self, header: str) -> str:
        """Return the name by which the layout knows a header."""
        return self.aliases.get(header, header)

    @model_validator(mode="after")
    def _has_coherent_columns(self) -> Self:
        if self.values:
            must_compile(self.values.header_pattern)
        if unknown := {header for group in self.one_of for header in group} - set(self.optional_columns):
            raise ValueError(f"layout {self.name}: one_of: not optional: {', '.join(sorted(unknown))}")
        if unknown := set(self.aliases.values()) - set(self.bound):
            raise ValueError(f"layout {self.name}: aliases: not a column: {', '.join(sorted(unknown))}")
        wide = (self.values.name_column, self.values.value_column) if self.values else ()
        fed = [*self.columns.values(), *self.optional_columns.values(), *self.constants, *wide]
        if len(set(fed)) < len(fed):
            raise ValueError(f"layout {self.name}: a landed column is fed twice")
        return self


class CsvLayout(_Layout):
    """A text of records: long (one row each) or wide (a run of values each).

    Attributes
    ----------
    trailing_delimiter : bool
        Lines may end with a delimiter: a last column without a name and without values. It stands on
        every line, or on every line but the header's.
    preamble_line_count : int
        Lines before the header; the vintage is searched in them.
    unit_line_count : int
        Lines between the header and the first record that hold units.
    unit_pattern : str
        Regular expression that each of these lines matches as a whole.
    footer_pattern : str
        Regular expression that the first line of the footer matches from its beginning; the footer goes
        to the end, blank lines before it included, and the vintage is searched in it. A file without it
        is cut.
    """

    reader: Literal["long_csv", "wide_csv"]
    encodings: Annotated[tuple[str, ...], Field(min_length=1)] = ("utf-8",)
    delimiter: Literal[",", ";", "\t", "|"] = ","
    trailing_delimiter: bool = False
    preamble_line_count: Annotated[int, Field(ge=0)] = 0
    unit_line_count: Annotated[int, Field(ge=0)] = 0
    unit_pattern: str | None = None
    footer_pattern: str | None = None

    @model_validator(mode="after")
    def _is_coherent(self) -> Self:
        if not self.columns:
            raise ValueError(f"layout {self.name}: a CSV layout needs columns")
        if (self.values is not None) != (self.reader == "wide_csv"):
            raise ValueError(f"layout {self.name}: a wide layout needs values, another may not have them")
        for pattern in filter(None, (self.footer_pattern, self.unit_pattern)):
            must_compile(pattern)
        for encoding in self.encodings:
            try:
                codecs.lookup(encoding)
            except LookupError:
                raise ValueError(f"layout {self.name}: no encoding is called {encoding}") from None
        return self


class SheetRule(Frozen):
    """Which sheets of a workbook hold rows, and what their place or title tells.

    Attributes
    ----------
    name_pattern : str
        Regular expression that the whole name of the sheet matches.
    name_column : str
        Landed column that takes the first group of the name, or all of it.
    constants : dict
        Landed column → the text that every row of these sheets has.
    cells : dict
        Landed column → cell such as ``B4`` whose text every row of the sheet has.
    required_cells : dict
        Cell → regular expression that its whole text matches, such as the unit of all values; a sheet that
        says something else there refuses the workbook.
    header_of : str
        Sheet whose header holds for these too, because theirs is broken. Theirs is taken to be the rows, from
        the layout's first on, in which every text is one that the other header has for that column.
    is_required : bool
        A workbook without such a sheet is not of this layout.
    """

    name_pattern: str
    name_column: Name | None = None
    constants: dict[Name, str] = {}
    cells: dict[Name, Cell] = {}
    required_cells: dict[Cell, str] = {}
    header_of: str | None = None
    is_required: bool = True

    @model_validator(mode="after")
    def _is_coherent(self) -> Self:
        for pattern in (self.name_pattern, *self.required_cells.values()):
            must_compile(pattern)
        return self


class WorkbookLayout(_Layout):
    """Sheets of a workbook (.xlsx, .xls); wide where ``values`` is given. Other sheets are not read.

    Attributes
    ----------
    header_rows : tuple of int
        Rows, 1 for the first, that make the header: texts of one column in several rows are joined by a
        blank. In every row but the last a text holds for the columns to its right, merged or not, up to the
        next text. Blanks within a name count once. A column without a name is called by its letters in
        angle brackets, such as ``<B>``; one without any cell is none.
    leaves_out_repeats : bool
        A row whose every cell equals that of an earlier row of its sheet is counted and left out.
    vintage_cell : str
        Cell of the first sheet with rows in which the vintage is searched.
    """

    reader: Literal["workbook"]
    sheets: Annotated[tuple[SheetRule, ...], Field(min_length=1)]
    header_rows: Annotated[tuple[Row, ...], Field(min_length=1)]
    leaves_out_repeats: bool = False
    vintage_cell: Cell | None = None

    @property
    def fed_columns(self) -> tuple[str, ...]:
        """Landed columns that a file of this layout feeds."""
        told = {}
        for sheet in self.sheets:
            told |= dict.fromkeys([*sheet.constants, *sheet.cells, *filter(None, [sheet.name_column])])
        return tuple(dict.fromkeys((*super().fed_columns, *told)))

    @model_validator(mode="after")
    def _has_coherent_vintage(self) -> Self:
        if (self.vintage is None) != (self.vintage_cell is None):
            raise ValueError(f"layout {self.name}: vintage and vintage_cell go together")
        return self


class AggregateRows(Frozen):
    """Rows of totals and subtotals, whose name stands where others name a single thing.

    Attributes
    ----------
    pattern : str
        Regular expression that the whole first cell of such a row matches; its first group is the name.
    column : str
        Landed column that takes the name; the column that the first cell feeds otherwise is blank then.
    """

    pattern: str
    column: Name

    @model_validator(mode="after")
    def _is_coherent(self) -> Self:
        must_compile(self.pattern)
        if not re.compile(self.pattern).groups:
            raise ValueError(f"aggregates: seen {self.pattern!r}, expected a group that holds the name")
        return self


class HtmlLayout(_Layout):
    """A table of a web page.

    Attributes
    ----------
    title_pattern : str
        Regular expression searched in the page's text, blanks collapsed; its named groups are landed columns.
    required_text : tuple of str
        What else must stand on the page, such as the line that names the unit.
    header : tuple of str
        Names of the cells of a row, in order; a page's own headers span rows and columns.
    first_row : str
        Regular expression that the whole first cell of the first row of data matches; rows above it are
        headers.
    aggregates : AggregateRows
        How totals and subtotals are told from the other rows.
    """

    reader: Literal["html_table"]
    encodings: Annotated[tuple[str, ...], Field(min_length=1)] = ("utf-8",)
    title_pattern: str
    required_text: tuple[str, ...] = ()
    header: Annotated[tuple[str, ...], Field(min_length=1)]
    first_row: str
    aggregates: AggregateRows | None = None

    @property
    def fed_columns(self) -> tuple[str, ...]:
        """Landed columns that a file of this layout feeds."""
        named = re.compile(self.title_pattern).groupindex
        aggregates = (self.aggregates.column,) if self.aggregates else ()
        return tuple(dict.fromkeys((*super().fed_columns, *named, *aggregates)))

    @model_validator(mode="after")
    def _is_coherent(self) -> Self:
        must_compile(self.title_pattern)
        must_compile(self.first_row)
        if self.aggregates and self.header[0] not in self.bound:
            raise ValueError(f"layout {self.name}: aggregates: {self.header[0]!r} feeds no column")
        return self


class JsonLayout(_Layout):
    """Records of a JSON text; a header is a path of keys joined by points, such as ``country.id``.

    A text is one answer of a service, or several of them: one after another, or in an array.

    Attributes
    ----------
    records : str
        Path of the array of records: keys, or places in an array (0 for the first), joined by points; ``1``
        for the second element of the answer's own array.
    count : str
        Path of the number of records that the answer itself states.
    page_number, page_size : str
        Paths of the answer's place among its pages, 1 for the first, and of how many records a page has at
        most; ``count`` is then the number of the records of all pages.
    error : str
        Path of the text in which a service says what went wrong; blank when nothing did.
    vintage_path : str
        Path of the text in which the vintage is searched.
    """

    reader: Literal["json"]
    records: str
    count: str | None = None
    page_number: str | None = None
    page_size: str | None = None
    error: str | None = None
    vintage_path: str | None = None

    @model_validator(mode="after")
    def _is_coherent(self) -> Self:
        if not self.columns:
            raise ValueError(f"layout {self.name}: a JSON layout needs columns")
        if (self.page_number is None) != (self.page_size is None) or (self.page_number and not self.count):
            raise ValueError(f"layout {self.name}: page_number, page_size and count go together")
        if (self.vintage_path is None) != (self.vintage is None):
            raise ValueError(f"layout {self.name}: vintage and vintage_path go together")
        return self


class StataLayout(_Layout):
    """A Stata data file (.dta)."""

    reader: Literal["stata"]


Layout = Annotated[
    CsvLayout | WorkbookLayout | HtmlLayout | JsonLayout | StataLayout, Field(discriminator="reader")
]
"""Any layout; the key ``reader`` says of which family."""
