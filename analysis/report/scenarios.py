"""Scenarios: trade if drivers changed, with intervals, and where they leave what was observed."""

from __future__ import annotations

import pandas as pd

from analysis.report import wording
from analysis.report.study_frames import StudyFrames
from analysis.report.table import Cell, Column, Table, table

_ALL = "all"


def selected_scenarios(study: StudyFrames) -> pd.DataFrame:
    """Scenarios of the selected specification and the main flow."""
    rows = study.rows("rpt_potential_scenarios")
    return rows.loc[rows["is_selected"] & (rows["flow"] == study.main_flow)]


def scenario_tables(study: StudyFrames) -> tuple[Table | None, Table | None]:
    """All partners together, and partner by partner."""
    rows = selected_scenarios(study)
    together = rows.loc[rows["scope"] == _ALL]
    apart = rows.loc[rows["scope"] != _ALL]
    flow = wording.flow(study.main_flow)
    year = "" if rows.empty else f" in {wording.spans(rows['base_year'].dropna())}"
    return (
        _table(
            study, together, f"Change of {flow} with all partners{year} if drivers had been others.", False
        ),
        _table(study, apart, f"Change of {flow} by scenario and partner{year}.", True),
    )


def scenario_sentence(study: StudyFrames) -> str:
    """How many scenarios have an interval without 0, how many leave what was observed; what they are not."""
    rows = selected_scenarios(study)
    rows = rows.loc[rows["scope"] == _ALL]
    known = rows.dropna(subset=["gain_low_usd", "gain_high_usd"])
    if rows.empty:
        return ""
    text = (
        "What the equation gives when drivers are others and each partner keeps its distance from the norm; "
    )
    text += "no forecast, and no proof that the driver moves trade."
    if len(known):
        apart = known.loc[(known["gain_low_usd"] > 0) | (known["gain_high_usd"] < 0)]
        level = wording.percent(known["interval_level"].max())
        text += (
            f" For all partners together the {level} interval leaves out 0 in {wording.whole(len(apart))} of "
            f"{wording.plural(len(known), 'scenario')}."
        )
    beyond = int((~rows["is_within_range"]).sum())
    if beyond:
        text += f" {wording.whole(beyond)} {'leaves' if beyond == 1 else 'leave'} the observed range."
    return text


def _table(study: StudyFrames, rows: pd.DataFrame, caption: str, has_partner: bool) -> Table | None:
    if rows.empty:
        return None
    body = []
    for _, row in rows.sort_values(["scenario", "scope"], kind="stable").iterrows():
        title = row["scenario_title"] or wording.label(row["scenario"])
        head = [Cell(title, below="" if has_partner else row["changes"])]
        if has_partner:
            head.append(Cell(study.country(row["scope"])))
        body.append(
            [
                *head,
                Cell(_percent(row["gain_pct"]), below=_ends(row, "pct", _percent)),
                Cell(wording.money(row["gain_usd"]), below=_ends(row, "usd", wording.money)),
                Cell(
                    "within" if row["is_within_range"] else "leaves it",
                    below=row["caveat"],
                    style="" if row["is_within_range"] else "doubtful",
                ),
            ]
        )
    level = rows["interval_level"].dropna()
    beneath = f" Beneath: {wording.percent(level.max())} interval." if len(level) else ""
    methods = [text for text in dict.fromkeys(rows["interval_method"]) if text]
    return table(
        caption + beneath,
        [
            Column("Scenario", "long"),
            *([Column("Partner")] if has_partner else []),
            Column("Change", "number"),
            Column("In money", "number"),
            Column("Observed range", "long"),
        ],
        body,
        source="rpt_potential_scenarios",
        notes=() if has_partner else tuple(f"Intervals: {wording.sentence(text)}" for text in methods),
    )


def _ends(row: pd.Series, unit: str, write: object) -> str:
    low, high = row[f"gain_low_{unit}"], row[f"gain_high_{unit}"]
    if wording.is_missing(low) or wording.is_missing(high):
        return "no interval"
    return f"{write(low)} to {write(high)}"


def _percent(value: float) -> str:
    return wording.MISSING if wording.is_missing(value) else f"{wording.whole(value)}{wording.NO_BREAK}%"
