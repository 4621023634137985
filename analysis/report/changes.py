"""What moved trade from one year to the next, and the way of each partner through the classes."""

from __future__ import annotations

import pandas as pd

from analysis.report import wording
from analysis.report.study_frames import StudyFrames
from analysis.report.table import MOST_COUNTRIES, Cell, Column, Table, rest_note, table

_TERM = "term"


def decomposition_table(study: StudyFrames) -> Table | None:
    """Change of trade into the latest year by driver: one row per partner, one column per driver."""
    rows = study.rows("rpt_potential_decomposition")
    rows = rows.loc[rows["is_selected"] & (rows["flow"] == study.main_flow)]
    if rows.empty:
        return None
    year = int(rows["year"].max())
    rows = rows.loc[rows["year"] == year].drop_duplicates(["partner_iso3", "driver"])
    grid = rows.pivot(index="partner_iso3", columns="driver", values="actual_change_usd")
    is_term = dict(zip(rows["driver"], rows["driver_kind"] == _TERM, strict=True))
    drivers = sorted(grid.columns, key=lambda name: (not is_term[name], -grid[name].abs().sum(), name))
    total = grid.sum(axis=1, min_count=1)
    largest = list(total.abs().sort_values(ascending=False, kind="stable").index)
    partners = sorted(largest[:MOST_COUNTRIES], key=lambda iso3: (study.country(iso3).casefold(), iso3))
    body = []
    for iso3 in partners:
        amounts = grid.loc[iso3, drivers]
        most = amounts.abs().max()
        cells = [Cell(_millions(amount), style="marked" if abs(amount) == most else "") for amount in amounts]
        body.append([Cell(study.country(iso3)), Cell(_millions(total[iso3])), *cells])
    return table(
        f"Change of {wording.flow(study.main_flow)} from {year - 1} to {year} in million USD and what the "
        "equation puts down to each driver; parts add up. A part is as unsure as the slope behind it. "
        "Highlighted: the largest part.",
        [
            Column("Partner"),
            Column("Change", "number"),
            *(Column(wording.label(name), "number") for name in drivers),
        ],
        body,
        source="rpt_potential_decomposition",
        notes=rest_note(len(partners), len(largest), "size of change", "rpt_potential_decomposition"),
    )


def _millions(amount: float) -> str:
    return wording.whole(amount / 1e6)


def trajectory_table(study: StudyFrames) -> Table | None:
    """The way of each partner through the classes: one row per partner."""
    rows = study.rows("rpt_potential_trajectory")
    rows = rows.loc[rows["is_selected"] & (rows["flow"] == study.main_flow)]
    if rows.empty:
        return None
    ordered = rows.sort_values(["n_changes", "partner_iso3"], ascending=[False, True])
    shown: pd.DataFrame = ordered.head(MOST_COUNTRIES)
    body = [
        [
            Cell(study.country(row["partner_iso3"])),
            Cell(wording.whole(row["n_changes"])),
            Cell(row["class_path"]),
            Cell(
                f"{wording.number(row['first_ratio'], 2)} \N{RIGHTWARDS ARROW} "
                f"{wording.number(row['last_ratio'], 2)}"
            ),
        ]
        for _, row in shown.iterrows()
    ]
    return table(
        f"The way through the classes, K of {wording.flow(study.main_flow)}: one row per partner. "
        "A change of "
        "class that both years' intervals allow for is no finding.",
        [
            Column("Partner"),
            Column("Changes", "number"),
            Column("Classes", "long"),
            Column("K, first and last", "number"),
        ],
        body,
        source="rpt_potential_trajectory",
        notes=rest_note(len(shown), len(rows), "changes of class", "rpt_potential_trajectory"),
    )
