"""Which rows of the printed index are interpolated, and which partner each belongs to."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import permutations

import numpy as np

from analysis.gravity.errors import EstimationError
from analysis.gravity.panel_data import PanelData
from analysis.replication.evidence import Evidence
from analysis.replication.findings.panel_fits import comparison_panel, printed_slopes
from analysis.replication.findings.rows import MOST_ORDERS, Row, base_fill_set, finding_row

FINDING = "index_rows"
STRAIGHT = 0.995
"""Squared correlation with time above which a row is called a straight line."""


def finding(evidence: Evidence) -> Iterator[Row]:
    """How straight each row is, how large the largest cell, and which order of rows fits the regression."""
    printed = evidence.printed
    years = np.array(printed.years, dtype=float)
    largest = max(float(cell) for cells in printed.index.rows.values() for cell in cells)
    yield finding_row(
        FINDING,
        "largest_cell",
        largest,
        f"The largest cell is {largest:g}: "
        + (
            "scaled to [0, 1] over the printed cells."
            if largest == 1
            else "not scaled to 1 over the printed cells."
        ),
        printed_value=largest,
    )
    for partner, cells in printed.index.rows.items():
        values = np.array([float(cell) for cell in cells])
        if values.std() == 0:
            continue
        straight = float(np.corrcoef(years, values)[0, 1] ** 2)
        yield finding_row(
            FINDING,
            f"straightness_{partner}",
            straight,
            f"Time explains {straight:.1%} of the row"
            + (": a straight line, as interpolated inputs give." if straight > STRAIGHT else "."),
        )
    fill_set = base_fill_set(evidence)
    if fill_set is not None and len(printed.row_order.partners) <= MOST_ORDERS:
        yield from _order(evidence, fill_set)


def _order(evidence: Evidence, fill_set: str) -> Iterator[Row]:
    printed = evidence.printed
    term = next(
        item.term for item in evidence.study.gravity.terms_of(evidence.model) if item.index == "printed"
    )
    try:
        panel = comparison_panel(evidence, fill_set)
    except EstimationError:
        return
    partners = printed.row_order.partners
    found = {order: _distance(evidence, panel, term, order) for order in permutations(partners)}
    ranked = sorted(found, key=lambda order: (found[order], order))
    place = ranked.index(partners) + 1
    shared = {"evidence": "printed index and coefficients, and our panel", "fill_set": fill_set}
    yield finding_row(
        FINDING,
        "rank_of_the_order_used",
        place,
        f"With the printed index in every one of {len(ranked)} orders, pooled slopes come closest to the "
        "printed ones "
        f"under {' '.join(ranked[0])} (distance {found[ranked[0]]:.2f} in printed standard errors); the "
        "order that the "
        f"study uses is number {place} ({found[partners]:.2f}).",
        **shared,
    )
    second = ranked[1] if len(ranked) > 1 else ranked[0]
    yield finding_row(
        FINDING,
        "runner_up_distance",
        found[second],
        f"The runner-up, {' '.join(second)}, is at {found[second]:.2f}.",
        **shared,
    )


def _distance(evidence: Evidence, panel: PanelData, term: str, order: tuple[str, ...]) -> float:
    """Distance of pooled slopes from the printed ones when the printed rows stand in this order."""
    printed = evidence.printed
    rows = list(printed.index.rows.values())
    cells = {
        (partner, year): float(cell)
        for partner, row in zip(order, rows, strict=True)
        for year, cell in zip(printed.years, row, strict=True)
    }
    design = panel.design.copy()
    keys = zip(panel.entities[panel.entity_index], panel.periods, strict=True)
    design[:, panel.design_terms.index(term)] = [cells[str(partner), int(year)] for partner, year in keys]
    slopes = np.linalg.lstsq(design, panel.outcome, rcond=None)[0]
    ours = dict(zip(panel.design_terms, slopes, strict=True))
    apart = [(ours[name] - b) / se for name, (b, se) in printed_slopes(evidence).items()]
    return float(np.linalg.norm(apart))
