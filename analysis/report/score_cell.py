"""A score between 0 and 1 as a cell of a heat table: shade, number, what binds, how much was filled."""

from __future__ import annotations

import math

from analysis.report import wording
from analysis.report.table import Cell

SHADES = 5
"""Shades of a heat table of scores, equal steps from 0 to 1."""
# With more of its inputs filled than this a cell is hatched.
MOSTLY_FILLED = 0.5


def shade(score: float) -> int:
    """Which of the shades a score has, 0 the palest; scores beyond 0 and 1 have the outermost."""
    return min(SHADES - 1, max(0, math.floor(score * SHADES + 1e-9)))


def score_cell(
    score: float,
    *,
    below: tuple[str, ...] = (),
    tooltip: str = "",
    is_marked: bool = False,
    mark: str = "",
    filled_share: float = 0.0,
) -> Cell:
    """A measured score.

    Parameters
    ----------
    score : float
        Between 0 and 1.
    below : tuple of str
        Smaller lines.
    tooltip : str
        Said on hovering.
    is_marked : bool
        Whether the cell is framed, with ``mark`` as its first smaller line.
    mark : str
        What the frame means, in words.
    filled_share : float
        Share of the inputs that were filled; said, and hatched above `MOSTLY_FILLED`.
    """
    lines = ((mark,) if is_marked else ()) + below
    style = f"s s{shade(score)}"
    if filled_share > 0:
        lines += (f"{wording.percent(filled_share)} filled",)
    if filled_share > MOSTLY_FILLED:
        style += " hatched"
    return Cell(
        wording.number(score, 2),
        below=lines,
        tooltip=tooltip,
        style=f"{style} framed" if is_marked else style,
    )


def no_score(text: str, reason: str = "", tooltip: str = "") -> Cell:
    """A cell without a score: what it is called and why."""
    return Cell(text, below=reason, tooltip=tooltip or reason, style="s none")


def ranks(rank: float, best: float, worst: float, of: float = math.nan) -> str:
    """A rank with the range that other choices leave: "rank 3 of 9 (2 to 5)"; empty without a rank."""
    if wording.is_missing(rank):
        return ""
    text = f"rank {wording.whole(rank)}"
    if not wording.is_missing(of):
        text += f" of {wording.whole(of)}"
    if wording.is_missing(best) or wording.is_missing(worst):
        return text
    if best == worst:
        return f"{text}, in all ways"
    return f"{text} ({wording.whole(best)} to {wording.whole(worst)})"
