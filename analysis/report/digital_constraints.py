"""The pillars of digital trade: where each country stands and which pillar is weakest."""

from __future__ import annotations

from typing import Any

import pandas as pd

from analysis.report import wording
from analysis.report.part import Part, parts_content, there
from analysis.report.score_cell import no_score, score_cell
from analysis.report.study_frames import StudyFrames
from analysis.report.table import MOST_COUNTRIES, Cell, Column, Table, rest_note, table

_PILLARS = ("digital_base", "digital_services", "rules_and_governance")
# Share of the fullest year's scores from which on a later year is shown instead of it.
_NEARLY_FULL = 0.9
_WEAKEST = "\N{BLACK DOWN-POINTING TRIANGLE} weakest"
_HOW_TO_READ = (
    "Scores run from 0 (last of the year) to 1 (first of the year); darker is better. Framed: the pillar in "
    "which the country lies furthest behind the others. It is called robust where another way of "
    "scoring names "
    "the same one."
)


def content(study: StudyFrames) -> dict[str, Any] | None:
    """The section of constraints; None where the study scores no pillars."""
    rows = study.rows("rpt_digital_constraints")
    if rows.empty:
        return None
    return parts_content(
        f"{sentence(study)} {_HOW_TO_READ}".strip(),
        Part("", "", (), (_heat_table(study, rows),), there(_years_table(study, rows))),
    )


def latest(rows: pd.DataFrame) -> pd.DataFrame:
    """Rows of the latest year that is nearly as full as the fullest: an emptier last year says little."""
    counts = rows[[f"{pillar}_score" for pillar in _PILLARS]].notna().sum(axis=1).groupby(rows["year"]).sum()
    return rows.loc[rows["year"] == counts.index[counts >= _NEARLY_FULL * counts.max()].max()]


def sentence(study: StudyFrames) -> str:
    """Which pillar is weakest most often, and for how many that is robust; empty without scores."""
    rows = study.rows("rpt_digital_constraints")
    if rows.empty:
        return ""
    rows = latest(rows)
    found = rows.loc[(rows["weakest_pillar"] != "") & ~rows["is_reference"]]
    year = int(rows["year"].max())
    if found.empty:
        return f"In {year} no country has enough scores to name its weakest pillar."
    counts = found["weakest_pillar"].value_counts()
    leading = sorted(counts.index[counts == counts.max()])
    names = wording.listing(map(pillar_name, leading))
    robust = int(found["is_weakest_by_either_scale"].sum())
    return (
        f"In {year} the weakest pillar is most often {names} ({'each ' if len(leading) > 1 else ''}"
        f"{wording.whole(counts.max())} of {wording.plural(len(found), 'member')}); another way "
        "of scoring names "
        f"the same pillar for {wording.whole(robust)}."
    )


def pillar_name(pillars: str) -> str:
    """A pillar, or several that tie, in words."""
    return wording.listing(wording.label(part.strip()) for part in pillars.split(",") if part.strip())


def _heat_table(study: StudyFrames, rows: pd.DataFrame) -> Table:
    rows = latest(rows)
    rows = rows.assign(name=rows["country_iso3"].map(study.country))
    rows = rows.sort_values(["is_reference", "name"], kind="stable")
    body = []
    for _, row in rows.head(MOST_COUNTRIES).iterrows():
        weakest = {part.strip() for part in row["weakest_pillar"].split(",") if part.strip()}
        body.append(
            [
                Cell(
                    row["name"],
                    below="reference country" if row["is_reference"] else "",
                    tooltip=row["country_iso3"],
                ),
                *(_pillar_cell(row, pillar, weakest) for pillar in _PILLARS),
                _verdict(row),
            ]
        )
    return table(
        f"Pillars of digital trade in {int(rows['year'].max())}, scored from 0 to 1 within the year.",
        [
            Column("Country"),
            *(Column(wording.sentence(wording.label(pillar))[:-1], "number") for pillar in _PILLARS),
            Column("Weakest pillar"),
        ],
        body,
        source="rpt_digital_constraints",
        notes=rest_note(len(body), len(rows), "name", "rpt_digital_constraints"),
        layout="heat",
    )


def _pillar_cell(row: pd.Series, pillar: str, weakest: set[str]) -> Cell:
    score = row[f"{pillar}_score"]
    if wording.is_missing(score):
        return no_score("no score", tooltip=row["missing_measures"])
    rank, of = row[f"{pillar}_rank"], row[f"{pillar}_ranked_count"]
    has_rank = not wording.is_missing(rank)
    return score_cell(
        score,
        below=(f"rank {wording.whole(rank)} of {wording.whole(of)}" if has_rank else "",),
        tooltip=f"{row['name']}, {wording.label(pillar)}: {wording.number(score)}",
        is_marked=pillar in weakest,
        mark=_WEAKEST,
    )


def _verdict(row: pd.Series) -> Cell:
    if not row["weakest_pillar"]:
        return Cell(wording.MISSING, below="too few scores", style="r none")
    lines = ["robust" if row["is_weakest_by_either_scale"] else "? not by the other way of scoring"]
    if not wording.is_missing(row["weakest_margin"]):
        lines.append(f"{wording.number(row['weakest_margin'], 2)} below the next")
    if not row["is_complete"] and row["unscored_pillars"]:
        lines.append(f"without {pillar_name(row['unscored_pillars'])}")
    return Cell(
        pillar_name(row["weakest_pillar"]), below=tuple(lines), tooltip=row["missing_measures"], style="r"
    )


def _years_table(study: StudyFrames, rows: pd.DataFrame) -> Table | None:
    years = sorted(rows["year"].unique())
    if len(years) < 2:
        return None
    names = {(row["country_iso3"], row["year"]): row for _, row in rows.iterrows()}
    order = sorted(rows["country_iso3"].unique(), key=lambda iso3: (study.country(iso3).casefold(), iso3))

    def cell(iso3: str, year: int) -> Cell:
        row = names.get((iso3, year))
        if row is None or not row["weakest_pillar"]:
            return Cell(wording.MISSING)
        doubt = "" if row["is_weakest_by_either_scale"] else f"{wording.NO_BREAK}?"
        return Cell(pillar_name(row["weakest_pillar"]) + doubt)

    return table(
        "Weakest pillar by country and year; ? where another way of scoring names another, a "
        "dash where too few "
        "scores are there.",
        [Column("Country"), *(Column(str(year)) for year in years)],
        [
            [Cell(study.country(iso3)), *(cell(iso3, year) for year in years)]
            for iso3 in order[:MOST_COUNTRIES]
        ],
        source="rpt_digital_constraints",
        notes=rest_note(min(len(order), MOST_COUNTRIES), len(order), "name", "rpt_digital_constraints"),
    )
