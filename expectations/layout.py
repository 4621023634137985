"""A layout: one shape in which a source sends a table, as data; one model per family of readers."""

from __future__ import annotations

import codecs
import re
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]


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
    """

    header_pattern: str
    name_column: Name
    value_column: Name


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
    column : str
        Landed column that marks them.
    pattern : str
        Regular expression that the whole cell matches in such a row.
    """

    column: Name
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
    footer_pattern : str
        Regular expression that the first line of the footer matches from its beginning; the footer goes
        to the end, blank lines before it included, and the vintage is searched in it. A file without it is cut.
    """

    reader: Literal["long_csv", "wide_csv"]
    encodings: Annotated[tuple[str, ...], Field(min_length=1)] = ("utf-8",)
    delimiter: Literal[",", ";", "\t", "|"] = ","
    trailing_delimiter: bool = False
    preamble_line_count: Annotated[int, Field(ge=0)] = 0
    unit_line_count: Annotated[int, Field(ge=0)] = 0
    footer_pattern: str | None = None

    @model_validator(mode="after")
    def _is_coherent(self) -> Self:
        if not self.columns:
            raise ValueError(f"layout {self.name}: a CSV layout needs columns")
        if (self.values is not None) != (self.reader == "wide_csv"):
            raise ValueError(f"layout {self.name}: a wide layout needs values, another may not have them")
        if self.footer_pattern is not None:
            must_compile(self.footer_pattern)
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
    is_required : bool
        A workbook without such a sheet is not of this layout.
    """

    name_pattern: str
    name_column: Name | None = None
    constants: dict[Name, str] = {}
    cells: dict[Name, Annotated[str, Field(pattern=r"^[A-Z]{1,3}[1-9]\d*$")]] = {}
    is_required: bool = True

    @model_validator(mode="after")
    def _is_coherent(self) -> Self:
        must_compile(self.name_pattern)
        return self


class WorkbookLayout(_Layout):
    """Sheets of a workbook (.xlsx, .xls); wide where ``values`` is given.

    Attributes
    ----------
    header_rows : tuple of int
        Rows, 1 for the first, that make the header: texts of one column in several rows are joined by a
        blank, and a merged cell's text holds for the columns it spans. A column without any text is called by
        its letters in angle brackets, such as ``<B>``.
    vintage_cell : str
        Cell in which the vintage is searched.
    """

    reader: Literal["workbook"]
    sheets: Annotated[tuple[SheetRule, ...], Field(min_length=1)]
    header_rows: Annotated[tuple[Annotated[int, Field(ge=1)], ...], Field(min_length=1)]
    vintage_cell: str | None = None

    @property
    def fed_columns(self) -> tuple[str, ...]:
        """Landed columns that a file of this layout feeds."""
        told = {}
        for sheet in self.sheets:
            told |= dict.fromkeys([*sheet.constants, *sheet.cells, *filter(None, [sheet.name_column])])
        return tuple(dict.fromkeys((*super().fed_columns, *told)))


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
    """

    reader: Literal["html_table"]
    encodings: Annotated[tuple[str, ...], Field(min_length=1)] = ("utf-8",)
    title_pattern: str
    required_text: tuple[str, ...] = ()
    header: Annotated[tuple[str, ...], Field(min_length=1)]

    @property
    def fed_columns(self) -> tuple[str, ...]:
        """Landed columns that a file of this layout feeds."""
        named = re.compile(self.title_pattern).groupindex
        return tuple(dict.fromkeys((*super().fed_columns, *named)))

    @model_validator(mode="after")
    def _is_coherent(self) -> Self:
        must_compile(self.title_pattern)
        return self


class JsonLayout(_Layout):
    """Records of a JSON text; a header is a path of keys joined by points, such as ``country.id``.

    Attributes
    ----------
    records : str
        Path of the array of records: keys, or places in an array, joined by points; ``1`` for the second
        element of the text's own array.
    count : str
        Path of the number of records that the text itself states.
    vintage_path : str
        Path of the text in which the vintage is searched.
    """

    reader: Literal["json"]
    records: str
    count: str | None = None
    vintage_path: str | None = None


class StataLayout(_Layout):
    """A Stata data file (.dta)."""

    reader: Literal["stata"]


Layout = Annotated[
    CsvLayout | WorkbookLayout | HtmlLayout | JsonLayout | StataLayout, Field(discriminator="reader")
]
"""Any layout; the key ``reader`` says of which family."""
