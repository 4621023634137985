"""Where groups of countries stand: K of their members together, with the overlaps between groups told."""

from __future__ import annotations

from typing import Any

import pandas as pd

from analysis.report import wording
from analysis.report.line_panels import Point, line_panels
from analysis.report.part import Part, parts_content, there
from analysis.report.study_frames import StudyFrames, is_defined
from analysis.report.table import Cell, Column, Table, table

# The view that is drawn: today's members in all years, so that a line moves by trade and not by accessions.
_DRAWN_VIEW = "members_now"


def content(study: StudyFrames, anchor: str) -> dict[str, Any] | None:
    """The section of groups; None where the study has no group with K."""
    rows = selected(study)
    if not is_defined(rows).any():
        return None
    return parts_content(
        _lead(study, rows),
        Part("", "", there(_figure(study, rows, f"{anchor}-groups")), (_table(study, rows),)),
    )


def selected(study: StudyFrames) -> pd.DataFrame:
    """Rows of the selected specification and the main flow."""
    rows = study.rows("rpt_trade_potential_by_group")
    return rows.loc[rows["is_selected"] & (rows["flow"] == study.main_flow)]


def _latest(rows: pd.DataFrame) -> pd.DataFrame:
    return rows.loc[rows["year"] == rows.loc[is_defined(rows), "year"].max()]


def _lead(study: StudyFrames, rows: pd.DataFrame) -> str:
    latest = _latest(rows)
    text = (
        "K of a group is the trade of its members together over the trade predicted for the same members; "
        "every member counts once. Groups share members, so never add two of them up. A member's K has an "
        "interval; a group's has none here."
    )
    if study.potential.empty or latest.empty:
        return text
    return f"{wording.sentence(wording.flow(study.main_flow))[:-1]} in {int(latest['year'].max())}. {text}"


def _figure(study: StudyFrames, rows: pd.DataFrame, key: str) -> Any:
    views = rows["membership_view"].unique()
    view = _DRAWN_VIEW if _DRAWN_VIEW in views else views[0]
    rows = rows.loc[(rows["membership_view"] == view) & is_defined(rows)]
    rows = rows.sort_values(["group_kind", "group_name", "year"], kind="stable")
    points = [
        Point(
            _name(study, row),
            "K",
            int(row["year"]),
            float(row["potential_ratio"]),
            f"{row['group_code']} {row['year']}: K = {wording.number(row['potential_ratio'], 2)}, "
            f"{wording.whole(row['covered_member_count'])} of "
            f"{wording.plural(int(row['member_count']), 'member')}",
        )
        for _, row in rows.iterrows()
    ]
    return line_panels(
        f"K of groups over the years ({wording.label(view)}), logarithmic scale. Line: K = 1, the norm.",
        key,
        points,
        norm=1.0,
        is_log=True,
    )


def _name(study: StudyFrames, row: pd.Series) -> str:
    """A group's name; of the partners of a study the study's short one."""
    if row["group_kind"] == "study" or not row["group_name"]:
        return study.published.short_title(row["group_code"])
    return row["group_name"]


def _table(study: StudyFrames, rows: pd.DataFrame) -> Table:
    latest = _latest(rows)
    body = []
    for (_, code), own in latest.groupby(["group_kind", "group_code"], sort=True):
        for counted in _merged_views(own):
            body.append(_row(study, str(code), counted))
    return table(
        f"Groups in {int(latest['year'].max())}: actual over predicted trade of the members together.",
        [
            Column("Group"),
            Column("Members"),
            Column("K", "number"),
            Column("Actual", "number"),
            Column("Predicted", "number"),
            Column("Shares members with", "long"),
        ],
        body,
        source="rpt_trade_potential_by_group",
    )


def _merged_views(own: pd.DataFrame) -> list[tuple[pd.Series, str]]:
    """One row per group; two where the views of its membership differ in the year."""
    told = ["member_count", "covered_member_count", "actual_trade_usd", "predicted_trade_usd"]
    views = own.sort_values("membership_view", ascending=False)
    if len(views) > 1 and views[told].nunique(dropna=False).max() == 1:
        return [(views.iloc[0], "then and now")]
    return [(row, wording.label(row["membership_view"])) for _, row in views.iterrows()]


def _row(study: StudyFrames, code: str, counted: tuple[pd.Series, str]) -> list[Cell]:
    row, view = counted
    count = f"{wording.whole(row['covered_member_count'])} of {wording.whole(row['member_count'])}"
    head = Cell(_name(study, row), below="" if row["group_kind"] == "study" else code)
    overlaps = [study.published.short_title(part) for part in row["overlaps_with"].split(",") if part.strip()]
    if not is_defined(row):
        ratio = Cell("undefined", tooltip=row["caveat"], style="k undefined")
    else:
        kind = study.class_named(row["potential_class"])
        strength = " strong" if kind.is_strong(row["potential_ratio"]) else ""
        ratio = Cell(
            wording.number(row["potential_ratio"], 2),
            below=row["potential_class"] or "no class",
            tooltip=row["caveat"],
            style=f"k {kind.slot}{strength}",
        )
    return [
        head,
        Cell(count, below=("have K", view)),
        ratio,
        Cell(wording.money(row["actual_trade_usd"])),
        Cell(wording.money(row["predicted_trade_usd"])),
        Cell(wording.listing(overlaps) or "none", below=row["caveat"]),
    ]
