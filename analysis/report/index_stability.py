"""How far ranks of the index move with the choices behind it, and which choice moves them."""

from __future__ import annotations

import pandas as pd

from analysis.report import wording
from analysis.report.study_frames import StudyFrames
from analysis.report.table import Cell, Column, Table, table

_CHOICES, _RANKS = "choices", "index_rank"


def over_choices(study: StudyFrames) -> pd.DataFrame:
    """Rows of the table of robustness in which choices vary, one per country and year."""
    rows = study.rows("rpt_index_robustness")
    return rows.loc[rows["perturbation_kind"] == _CHOICES]


def stability_sentence(study: StudyFrames) -> str:
    """How many published ranks outlast the choices, and what drives the others; empty without the table."""
    rows = over_choices(study).dropna(subset=["rank_best", "rank_worst", "index_rank"])
    if rows.empty:
        return ""
    steady = int((rows["rank_best"] == rows["rank_worst"]).sum())
    ways = wording.plural(int(rows["variant_count"].max()), "way")
    ranks = f"{wording.whole(steady)} of {wording.plural(len(rows), 'rank')}"
    text = f"{ranks} are the same in all {ways} to make the index."
    drivers = sensitivities(study)
    if drivers.empty:
        return text
    first = drivers.iloc[0]
    text += (
        f" What moves ranks most is the choice of {wording.label(first['factor'])} "
        f"({wording.percent(first['total_share'])} of the variance of ranks goes through it)"
    )
    others = [
        f"{wording.label(row['factor'])} {wording.percent(row['total_share'])}"
        for _, row in drivers.iloc[1:].iterrows()
    ]
    text += f", before {wording.listing(others)}" if others else ""
    return f"{text}; shares overlap where choices act together."


def sensitivities(study: StudyFrames) -> pd.DataFrame:
    """Choices by how much of the variance of ranks goes through them, the largest total share first."""
    rows = study.rows("rpt_index_sensitivity")
    rows = rows.loc[(rows["outcome"] == _RANKS) & rows["total_share"].notna()]
    return rows.sort_values("total_share", ascending=False, kind="stable")


def sensitivity_table(study: StudyFrames) -> Table | None:
    """What of the variance of ranks goes back to each choice: one row per choice."""
    rows = sensitivities(study)
    if rows.empty:
        return None
    body = [
        [
            Cell(wording.label(row["factor"])),
            Cell(wording.label(row["level_labels"])),
            Cell(wording.percent(row["first_order_share"])),
            Cell(wording.percent(row["total_share"])),
            Cell(row["caveat"] or wording.MISSING),
        ]
        for _, row in rows.iterrows()
    ]
    return table(
        "What moves the ranks of the index: one row per choice. By itself, and with all that it "
        "does together "
        "with other choices (Sobol shares of the first order and total).",
        [
            Column("Choice"),
            Column("Compared", "long"),
            Column("By itself", "number"),
            Column("In total", "number"),
            Column("Caveat", "long"),
        ],
        body,
        source="rpt_index_sensitivity",
        layout="small",
    )


def rank_table(study: StudyFrames) -> Table | None:
    """Ranks of the latest year with their range under each kind of doubt: one row per country."""
    rows = study.rows("rpt_index_robustness")
    if rows.empty:
        return None
    year = rows["year"].max()
    rows = rows.loc[rows["year"] == year]
    kinds = list(dict.fromkeys(rows["perturbation_kind"]))
    body = []
    ranks = rows.drop_duplicates("country_iso3").sort_values(["index_rank", "country_iso3"])
    for _, head in ranks.iterrows():
        own = rows.loc[rows["country_iso3"] == head["country_iso3"]].drop_duplicates("perturbation_kind")
        own = own.set_index("perturbation_kind")
        cells = [
            _range_cell(study, own.loc[kind]) if kind in own.index else Cell(wording.MISSING)
            for kind in kinds
        ]
        body.append(
            [Cell(study.country(head["country_iso3"])), Cell(wording.whole(head["index_rank"])), *cells]
        )
    level = wording.percent(rows["interval_level"].max())
    return table(
        f"Rank in {year} and where {level} of ranks lie: over the choices behind the index, over "
        "resampled rows, "
        "and with one indicator left out. Beneath: how often the published rank comes out, and "
        "what moves it most.",
        [
            Column("Country"),
            Column("Rank", "number"),
            *(Column(wording.label(kind), "number") for kind in kinds),
        ],
        body,
        source="rpt_index_robustness",
        layout="small",
    )


def _range_cell(study: StudyFrames, row: pd.Series) -> Cell:
    low, high = wording.whole(row["rank_low"]), wording.whole(row["rank_high"])
    driver = row["driver"]
    name = study.published.indicator(driver)
    return Cell(
        low if low == high else f"{low} to {high}",
        below=(
            f"{wording.percent(row['same_rank_share'])} of {wording.whole(row['variant_count'])}",
            wording.label(driver) if name == driver else name,
        ),
    )
