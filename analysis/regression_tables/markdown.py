"""A regression table in Markdown: a pipe table, notes as lines below."""

from __future__ import annotations

import re

from analysis.regression_tables.grid import Cell, Grid

_ACTIVE = re.compile(r"([\\`*_{}\[\]<>#|~])")


def escape(text: str) -> str:
    """Return a text that Markdown shows as it is written, and that does not end a cell."""
    return _ACTIVE.sub(r"\\\1", " ".join(text.split()))


def render(grid: Grid) -> str:
    """Return a pipe table as GitHub, Pandoc and Quarto read it."""
    head, *below = grid.heads
    rows = [[escape(head[0]), *map(escape, head[1])]]
    rows += [[escape(label), *map(escape, cells)] for label, cells in below]
    rows += [[escape(label), *map(_cell, cells)] for label, cells in grid.body]
    rows += [[escape(label), *map(escape, cells)] for label, cells in grid.footer]
    widths = [max(3, *(len(row[at]) for row in rows)) for at in range(len(rows[0]))]
    lines = []
    if grid.caption:
        lines += [f"**{escape(grid.caption)}**", ""]
    rule = ["-" * widths[0], *("-" * (width - 1) + ":" for width in widths[1:])]
    written = [_line(row, widths) for row in (rows[0], rule, *rows[1:])]
    lines += written
    if grid.notes:
        lines += ["", "  \n".join(map(escape, grid.notes))]
    return "\n".join(lines) + "\n"


def _line(row: list[str], widths: list[int]) -> str:
    label, *cells = (
        cell.rjust(width) if at else cell.ljust(width)
        for at, (cell, width) in enumerate(zip(row, widths, strict=True))
    )
    return f"| {' | '.join((label, *cells))} |"


def _cell(cell: Cell) -> str:
    return escape(cell.text + "*" * cell.stars)
