"""A regression table in HTML: one table element, no styles, no script."""

from __future__ import annotations

import re
from html import escape as _escape

from analysis.regression_tables.grid import Cell, Grid

_SIGN = re.compile(r"(?<![\w.)])-(?=[\d∞])")


def escape(text: str) -> str:
    """Return a text that a browser shows as it is written; a hyphen before a number becomes a minus sign."""
    return _escape(_SIGN.sub("−", text), quote=True)


def render(grid: Grid) -> str:
    """Return a table element: caption, head, body, footer, and the notes in a last row."""
    named = f' id="{escape(grid.label)}"' if grid.label else ""
    lines = [f"<table{named}>"]
    if grid.caption:
        lines.append(f"<caption>{escape(grid.caption)}</caption>")
    lines.append("<thead>")
    lines += [_row(label, [escape(cell) for cell in cells], "th", "col") for label, cells in grid.heads]
    lines += ["</thead>", "<tbody>"]
    lines += [_row(label, [_cell(cell) for cell in cells], "td", "row") for label, cells in grid.body]
    lines += ["</tbody>"]
    if grid.footer or grid.notes:
        lines.append("<tfoot>")
        lines += [_row(label, [escape(cell) for cell in cells], "td", "row") for label, cells in grid.footer]
        if grid.notes:
            notes = "<br>".join(map(escape, grid.notes))
            lines.append(f'<tr><td colspan="{len(grid.titles) + 1}">{notes}</td></tr>')
        lines.append("</tfoot>")
    lines.append("</table>")
    return "\n".join(lines) + "\n"


def _row(label: str, cells: list[str], element: str, scope: str) -> str:
    head = f'<th scope="row">{escape(label)}</th>' if label else "<td></td>"
    of_column = ' scope="col"' if scope == "col" else ""
    return f"<tr>{head}{''.join(f'<{element}{of_column}>{cell}</{element}>' for cell in cells)}</tr>"


def _cell(cell: Cell) -> str:
    return escape(cell.text) + (f"<sup>{'*' * cell.stars}</sup>" if cell.stars else "")
