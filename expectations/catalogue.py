"""The page that tells what may be landed: every contract with its layouts, written from the contracts."""

from __future__ import annotations

from collections.abc import Sequence

from expectations.contract import Contract, load_contracts
from expectations.layout import CsvLayout, HtmlLayout, JsonLayout, Layout, WorkbookLayout

HEADERS_SHOWN = 8

_FAMILIES = {
    "long_csv": "CSV, a record per row",
    "wide_csv": "CSV, a column per year",
    "workbook": "workbook (.xlsx, .xls)",
    "html_table": "web page",
    "json": "JSON",
    "stata": "Stata file (.dta)",
}

_VINTAGES = {
    "content": "the file itself",
    "side_car": "its side-car",
    "path": "its path",
    "landing_date": "the day it landed",
}


def sources_page(contracts: Sequence[Contract]) -> str:
    """Return the page in Markdown.

    Parameters
    ----------
    contracts : sequence of Contract
        In the order in which they are told.
    """
    parts = [
        "# What may be landed\n",
        "Written by `python -m expectations.catalogue` from the contracts: edit those, not this.\n",
        "A file is recognised by what it holds, never by its name, plain or in a zip or gz. What no contract"
        " or more than one\nclaims is refused, with what was seen and, for a text, the nearest contract and"
        " what it lacks."
        " `serai validate --landing DIR` tells beforehand.\n",
        "| contract | each row is | publisher | layouts |\n|---|---|---|---|",
        *(_line(contract) for contract in contracts),
        "",
        *(_chapter(contract) for contract in contracts),
    ]
    return "\n".join(parts)


def _line(contract: Contract) -> str:
    layouts = ", ".join(f"`{layout.name}`" for layout in contract.layouts)
    link = f"[{contract.name}](#{contract.name})"
    return f"| {link} | {_cell(contract.each_row_is)} | {_cell(contract.publisher)} | {layouts} |"


def _chapter(contract: Contract) -> str:
    order = ", else ".join(_VINTAGES[origin] for origin in contract.vintage.order)
    share = contract.refused_share_max
    grain = ", ".join(f"`{name}`" for name in contract.grain)
    told = [
        f"## {contract.name}\n",
        f"Each row is {contract.each_row_is}."
        f" Publisher: {contract.publisher}. Licence: {contract.licence.name}.",
        f"The vintage is told by {order}. A file holds one row per {grain}.",
        f"Up to {share:.1%} of the rows may be refused one by one; above it the file is refused whole."
        if share
        else "Any broken row refuses the file.",
    ]
    told += [_stated(stated.column, stated.how_to_tell, stated.layouts) for stated in contract.stated_columns]
    told += ["\n| layout | kind | recognised by | what is not known |\n|---|---|---|---|"]
    for layout in contract.layouts:
        cells = [
            f"`{layout.name}`",
            _FAMILIES[layout.reader],
            _cell(_marks(layout)),
            _cell(layout.limits or ""),
        ]
        told.append(f"| {' | '.join(cells)} |")
    return "\n".join(told) + "\n"


def _stated(column: str, how_to_tell: str, layouts: tuple[str, ...]) -> str:
    where = f" (layouts {', '.join(layouts)})" if layouts else ""
    return f"`{column}` is not in the file{where}: {how_to_tell}"


def _marks(layout: Layout) -> str:
    """Return by what a person would recognise a file of the layout."""
    marks = []
    if isinstance(layout, WorkbookLayout):
        marks.append("sheets " + ", ".join(f"/{sheet.name_pattern}/" for sheet in layout.sheets))
    if isinstance(layout, HtmlLayout):
        marks.append(f"the title /{layout.title_pattern}/")
    if isinstance(layout, JsonLayout):
        marks.append(f"records at `{layout.records}`")
    if isinstance(layout, CsvLayout) and layout.preamble_line_count:
        marks.append(f"{layout.preamble_line_count} lines before the header")
    if isinstance(layout, CsvLayout) and layout.footer_pattern:
        marks.append(f"a footer /{layout.footer_pattern}/")
    names = list(layout.columns)
    if names:
        shown = ", ".join(f"`{name}`" for name in names[:HEADERS_SHOWN])
        more = len(names) - HEADERS_SHOWN
        marks.append(f"headers {shown}" + (f" and {more} more" if more > 0 else ""))
    marks += [f"one of {', '.join(f'`{name}`' for name in group)}" for group in layout.one_of]
    if layout.values:
        marks.append(f"value columns /{layout.values.header_pattern}/")
    return "; ".join(marks)


def _cell(text: str) -> str:
    """Return a text that does not end its cell of the table."""
    return " ".join(text.split()).replace("|", "\\|")


if __name__ == "__main__":
    print(sources_page(load_contracts()), end="")
