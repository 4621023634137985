"""Which rows of a panel follow one another: the same partner, one period or more later."""

from __future__ import annotations

import numpy as np

from analysis.gravity.errors import UnusableInput
from analysis.gravity.panel_data import PanelData

# Shares of a period by which distances between periods may miss a whole number of them.
TOLERANCE = 1e-6


def period_step(panel: PanelData) -> float:
    """Length of a period: the shortest distance between two periods of the sample, 1 if there is but one.

    Raises
    ------
    UnusableInput
        Periods are not numbers.
    """
    if panel.periods.dtype.kind not in "iuf":
        raise UnusableInput(
            f"which periods follow one another: seen periods of type {panel.periods.dtype}, expected numbers"
        )
    distinct = np.unique(panel.periods)
    return float(np.diff(distinct).min()) if distinct.size > 1 else 1.0


def consecutive(panel: PanelData, lag: int = 1) -> tuple[np.ndarray, np.ndarray]:
    """Positions of the rows whose partner has the period `lag` before, and of those earlier rows.

    Later rows come by partner, then period. A gap is never bridged.

    Raises
    ------
    UnusableInput
        Periods are not numbers.
    """
    step = period_step(panel)
    places = (panel.periods - panel.periods.min()) / step
    whole = np.rint(places)
    # A period between two others of the grid follows nothing and nothing follows it.
    on_grid = np.abs(places - whole) <= TOLERANCE
    order = panel.row_order[on_grid[panel.row_order]]
    span = int(whole.max()) + 1 + lag
    # A code per partner and period; the gap of `lag` between partners keeps one's periods off the next one's.
    codes = panel.entity_index[order] * span + whole[order].astype(np.int64)
    found = np.searchsorted(codes, codes - lag)
    has = codes[np.minimum(found, codes.size - 1)] == codes - lag
    return order[has], order[found[has]]
