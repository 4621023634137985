"""Trade in digitally deliverable services by member: exports, imports, revealed advantage; gaps stay gaps."""

from __future__ import annotations

from typing import Any

import pandas as pd

from analysis.report import wording
from analysis.report.line_panels import Point, line_panels
from analysis.report.part import Part, parts_content, there
from analysis.report.study_frames import StudyFrames
from analysis.report.svg import Figure
from analysis.report.table import Cell, Column, Table, table

_BILLION = 1e9
_WHY_NO_GRAVITY = (
    "Publishers give digitally deliverable services as each country's total with the world, "
    "never by partner: "
    "no trade between two countries can be explained here, so there is no potential of services."
)


def content(study: StudyFrames, anchor: str) -> dict[str, Any] | None:
    """The section of digital services; None where the study has none."""
    rows = study.rows("rpt_digital_services")
    if rows.empty:
        return None
    figures = there(
        _flows_figure(study, rows, f"{anchor}-services"), _advantage_figure(study, rows, f"{anchor}-rca")
    )
    return parts_content(
        f"{sentence(study)} {_WHY_NO_GRAVITY}".strip(),
        Part("", "", figures, (_latest_table(study, rows),), there(_growth_table(study))),
    )


def sentence(study: StudyFrames) -> str:
    """Who has a revealed advantage in the latest year that most members publish; empty where none is told.

    Where there is no such year, the one of which the most do.
    """
    rows = _members(study.rows("rpt_digital_services"))
    known = rows.dropna(subset=["dds_exports_revealed_advantage"])
    if known.empty:
        return ""
    counts = known.groupby("year")["country_iso3"].nunique()
    is_most = counts > rows["country_iso3"].nunique() / 2
    year = int((counts[is_most] if is_most.any() else counts[counts == counts.max()]).index.max())
    known = known.loc[known["year"] == year].sort_values("dds_exports_revealed_advantage", ascending=False)
    above = [
        f"{study.country(row['country_iso3'])} ({wording.number(row['dds_exports_revealed_advantage'], 2)})"
        for _, row in known.loc[known["dds_exports_revealed_advantage"] > 1].iterrows()
    ]
    of = rows.loc[rows["year"] == year, "country_iso3"].nunique()
    return (
        f"In {year} digitally deliverable services are a revealed advantage (above 1) of "
        f"{wording.listing(above) or 'no member'}, of {wording.whole(len(known))} of "
        f"{wording.plural(of, 'member')} with figures."
    )


def _members(rows: pd.DataFrame) -> pd.DataFrame:
    """Rows of members; of every country that is no comparator where none is a member."""
    rows = rows.loc[~rows["is_world"]]
    members = rows.loc[rows["country_iso3"].isin(rows.loc[rows["is_member"], "country_iso3"])]
    return members if len(members) else rows.loc[~rows["is_reference"]]


def _shown(study: StudyFrames, rows: pd.DataFrame) -> pd.DataFrame:
    """Members by name, then the reference country."""
    members = _members(rows)
    reference = rows.loc[rows["is_reference"] & ~rows["country_iso3"].isin(members["country_iso3"])]
    shown = pd.concat([members.assign(place=0), reference.assign(place=1)], ignore_index=True)
    shown["name"] = shown["country_iso3"].map(study.country)
    return shown.sort_values(["place", "name", "year"], kind="stable")


def _flows_figure(study: StudyFrames, rows: pd.DataFrame, key: str) -> Figure | None:
    points = []
    for _, row in _shown(study, rows).iterrows():
        for name, column in (("exports", "dds_exports_usd"), ("imports", "dds_imports_usd")):
            value = row[column]
            is_known = not wording.is_missing(value) and value > 0
            points.append(
                Point(
                    row["name"],
                    name,
                    int(row["year"]),
                    float(value) / _BILLION if is_known else None,
                    f"{row['name']} {row['year']}: {name} {wording.money(value)}",
                )
            )
    return line_panels(
        "Exports and imports of digitally deliverable services, billion US dollars of the year, logarithmic "
        "scale. A line stops where nothing is published: no gap is filled.",
        key,
        points,
        is_log=True,
    )


def _advantage_figure(study: StudyFrames, rows: pd.DataFrame, key: str) -> Figure | None:
    points = [
        Point(
            row["name"],
            "revealed advantage",
            int(row["year"]),
            None
            if wording.is_missing(row["dds_exports_revealed_advantage"])
            else float(row["dds_exports_revealed_advantage"]),
            f"{row['name']} {row['year']}: {wording.number(row['dds_exports_revealed_advantage'], 2)}",
        )
        for _, row in _shown(study, rows).iterrows()
    ]
    caption = (
        "Revealed comparative advantage in digitally deliverable services: their share in "
        "exports of goods and "
        "services over the same share in the world's. Line: 1, as the world. Gaps are gaps."
    )
    if rows["is_world_incomplete_sum"].any():
        caption += (
            " In some years the world is a sum of the economies at hand, which makes the figures too high."
        )
    return line_panels(caption, key, points, norm=1.0)


def _latest_table(study: StudyFrames, rows: pd.DataFrame) -> Table:
    year = int(rows["year"].max())
    shown = _shown(study, rows)
    shown = shown.loc[shown["year"] == year]
    body = [
        [
            Cell(
                row["name"],
                below=("reference country" if row["is_reference"] else "", row["gap_reason"]),
                tooltip=row["country_iso3"],
            ),
            _amount(row["dds_exports_usd"]),
            _change(row["dds_exports_growth_pct"]),
            _amount(row["dds_imports_usd"]),
            _change(row["dds_imports_growth_pct"]),
            _share(row["dds_exports_share_pct"]),
            _share(row["dds_exports_world_share_pct"]),
            _number(row["dds_exports_revealed_advantage"], 2),
            _number(row["dds_exports_rank"], 0),
        ]
        for _, row in shown.iterrows()
    ]
    return table(
        f"Digitally deliverable services in {year}. Growth is on the year before. A dash: not published.",
        [
            Column("Country"),
            Column("Exports", "number"),
            Column("Growth", "number"),
            Column("Imports", "number"),
            Column("Growth", "number"),
            Column("Of own exports", "number"),
            Column("Of the world's", "number"),
            Column("Revealed advantage", "number"),
            Column("Rank by exports", "number"),
        ],
        body,
        source="rpt_digital_services",
    )


def _growth_table(study: StudyFrames) -> Table | None:
    """Growth between the first and the last published year, and the years that are missing."""
    rows = study.rows("rpt_digital_services_summary")
    if rows.empty:
        return None
    rows = rows.assign(place=rows["is_world"].astype(int) * 2 + rows["is_reference"].astype(int))
    rows = rows.sort_values(["place", "country_name"], kind="stable")
    body = []
    for _, row in rows.iterrows():
        cells = [Cell(row["country_name"] or row["country_iso3"], tooltip=row["country_iso3"])]
        for flow in ("dds_exports", "dds_imports"):
            first, last = row[f"{flow}_first_year"], row[f"{flow}_last_year"]
            is_known = not wording.is_missing(first)
            cells += [
                Cell(f"{int(first)} to {int(last)}" if is_known else wording.MISSING),
                _change(row[f"{flow}_average_growth_pct"]),
                Cell(row[f"{flow}_missing_years"] or "none"),
            ]
        body.append(cells)
    return table(
        "Growth a year from the first to the last published year, and the years without a figure.",
        [
            Column("Country"),
            *(
                Column(heading, kind)
                for flow in ("Exports", "Imports")
                for heading, kind in ((flow, "text"), ("Growth a year", "number"), ("Missing years", "long"))
            ),
        ],
        body,
        source="rpt_digital_services_summary",
    )


def _amount(value: float) -> Cell:
    return Cell(wording.money(value))


def _change(value: float) -> Cell:
    if wording.is_missing(value):
        return Cell(wording.MISSING)
    return Cell(f"{'+' if value > 0 else ''}{wording.number(value, 1)}{wording.NO_BREAK}%")


def _share(value: float) -> Cell:
    return Cell(
        wording.MISSING if wording.is_missing(value) else f"{wording.number(value, 2)}{wording.NO_BREAK}%"
    )


def _number(value: float, decimals: int) -> Cell:
    return Cell(wording.number(value, decimals))
