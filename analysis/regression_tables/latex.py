"""A regression table in LaTeX, with the rules of the package booktabs."""

from __future__ import annotations

import re

from analysis.regression_tables.grid import Cell, Grid

_SPECIAL = {
    "\\": r"\textbackslash{}",
    "{": r"\{",
    "}": r"\}",
    "$": r"\$",
    "&": r"\&",
    "#": r"\#",
    "%": r"\%",
    "_": r"\_",
    "^": r"\textasciicircum{}",
    "~": r"\textasciitilde{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "|": r"\textbar{}",
    '"': "''",
    "²": "$^2$",
    "ᵤ": "$_u$",
    "σ": r"$\sigma$",
    "ρ": r"$\rho$",
    "χ": r"$\chi$",
    "×": r"$\times$",
    "·": r"$\cdot$",
    "−": "$-$",
    "±": r"$\pm$",
    "≤": r"$\leq$",
    "≥": r"$\geq$",
    "∞": r"$\infty$",
    "–": "--",
    "…": r"\dots{}",
    "\n": " ",
}
_PATTERN = re.compile("|".join(map(re.escape, _SPECIAL)))
_SIGN = re.compile(r"(?<![\w.)])-(?=[\d∞])")


def escape(text: str) -> str:
    """Return a text that LaTeX prints as it is written; a hyphen before a number becomes a minus sign."""
    written = _PATTERN.sub(lambda found: _SPECIAL[found.group()], _SIGN.sub("−", text))
    # Formulas that touch are one: that of sigma and that of its index, say.
    return written.replace("$$", "")


def render(grid: Grid) -> str:
    """Return a float with a booktabs table in it; notes in a minipage below."""
    width = len(grid.titles)
    lines = [r"\begin{table}[htbp]", r"\centering"]
    if grid.caption:
        lines.append(rf"\caption{{{escape(grid.caption)}}}")
    if grid.label:
        lines.append(rf"\label{{{_reference(grid.label)}}}")
    lines += [rf"\begin{{tabular}}{{l{'c' * width}}}", r"\toprule"]
    lines += [_row(label, map(escape, cells)) for label, cells in grid.heads]
    lines.append(r"\midrule")
    lines += [_row(label, map(_cell, cells)) for label, cells in grid.body]
    if grid.footer:
        lines.append(r"\midrule")
        lines += [_row(label, map(escape, cells)) for label, cells in grid.footer]
    lines += [r"\bottomrule", r"\end{tabular}"]
    if grid.notes:
        lines += ["", r"\begin{minipage}{\linewidth}", r"\footnotesize"]
        lines.append(" \\\\\n".join(_note(note) for note in grid.notes))
        lines.append(r"\end{minipage}")
    lines.append(r"\end{table}")
    return "\n".join(lines) + "\n"


def _row(label: str, cells) -> str:
    return " & ".join([escape(label), *cells]) + r" \\"


def _cell(cell: Cell) -> str:
    return escape(cell.text) + (rf"$^{{{'*' * cell.stars}}}$" if cell.stars else "")


def _note(note: str) -> str:
    """A note; a star or bracket first would be read as part of the line break above it."""
    text = escape(note)
    return f"{{}}{text}" if text[:1] in "*[" else text


def _reference(label: str) -> str:
    """A label holds letters, digits and marks that LaTeX does not act on."""
    return re.sub(r"[^\w:.\-]", "-", label)
