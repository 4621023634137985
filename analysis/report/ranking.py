"""Many partners in the order of K: the highest and the lowest, with intervals and where ranks may lie."""

from __future__ import annotations

import pandas as pd

from analysis.report import certainty, wording
from analysis.report.heat import potential_style
from analysis.report.study_frames import StudyFrames
from analysis.report.table import Cell, Column, Table, table

# With fewer partners the heat table and the board of classes show the order already.
_FEWEST = 15
_MOST_AT_AN_END = 12


def ranking_tables(study: StudyFrames) -> tuple[Table, ...]:
    """The partners of highest and of lowest K in the latest year; empty where they are few.

    Ranks and their range are the published ones; without the published ranking the order is that of K and
    no range is told.
    """
    rows = ranked(study)
    if len(rows) < _FEWEST:
        return ()
    top = rows.head(min(_MOST_AT_AN_END, len(rows) // 2))
    bottom = rows.tail(min(_MOST_AT_AN_END, len(rows) - len(top)))
    return (
        _table(study, rows, top, "highest"),
        _table(study, rows, bottom.iloc[::-1], "lowest"),
    )


def sentence(study: StudyFrames) -> str:
    """How many partners' K lies on one side of 1 with its whole interval; empty where partners are few."""
    rows = ranked(study)
    if len(rows) < _FEWEST:
        return ""
    known = rows.dropna(subset=["potential_ratio_low", "potential_ratio_high"])
    text = f"In {study.latest_year} {wording.plural(len(rows), 'partner')} have a K"
    if known.empty:
        return f"{text}; no interval is published, so no order between neighbours is told."
    above = int((known["potential_ratio_low"] > 1).sum())
    under = int((known["potential_ratio_high"] < 1).sum())
    level = wording.percent(known["interval_level"].max())
    text += (
        f"; the {level} interval lies above 1 for {wording.whole(above)} and below 1 for "
        f"{wording.whole(under)}, and holds 1 for {wording.whole(len(known) - above - under)}, of which "
        "it is not told on which side of the norm they are"
    )
    return f"{text}."


def ranked(study: StudyFrames) -> pd.DataFrame:
    """Partners with K in the latest year and main flow, the highest K first, with rank and its range."""
    if study.latest_year is None:
        return study.potential.iloc[0:0].assign(rank=0, rank_low=0.0, rank_high=0.0)
    rows = certainty.of_main_flow(study, study.latest_year)
    rows = rows.dropna(subset=["potential_ratio"])
    rows = rows.sort_values(["potential_ratio", "partner_iso3"], ascending=[False, True])
    rows = rows.drop_duplicates("partner_iso3").reset_index(drop=True)
    published = study.rows("rpt_trade_potential_ranking")
    is_here = (published["flow"] == study.main_flow) & (published["year"] == study.latest_year)
    ranks = published.loc[is_here].drop_duplicates("partner_iso3").set_index("partner_iso3")
    by_ratio = rows["potential_ratio"].rank(ascending=False, method="min")
    rows = rows.assign(
        rank=rows["partner_iso3"].map(ranks["potential_rank"]).fillna(by_ratio),
        rank_low=rows["partner_iso3"].map(ranks["rank_low"]),
        rank_high=rows["partner_iso3"].map(ranks["rank_high"]),
    )
    return rows.sort_values(["rank", "partner_iso3"]).reset_index(drop=True)


def _table(study: StudyFrames, every: pd.DataFrame, rows: pd.DataFrame, end: str) -> Table:
    body = [
        [
            Cell(study.country(row["partner_iso3"]), tooltip=row["partner_iso3"]),
            Cell(wording.whole(row["rank"]), below=_range(row)),
            Cell(
                wording.number(row["potential_ratio"], 2),
                below=(row["potential_class"] or "no class", _interval(row)),
                tooltip=certainty.note(row),
                style=potential_style(study, row),
            ),
            Cell(wording.money(row["actual_trade_usd"])),
            Cell(wording.money(row["predicted_trade_usd"])),
            Cell(wording.percent(row["filled_share"])),
        ]
        for _, row in rows.iterrows()
    ]
    return table(
        f"The {len(rows)} partners of {end} K in {study.latest_year}, of {wording.whole(len(every))}: "
        f"{wording.flow(study.main_flow)}. Beneath the rank: the places that the intervals of K leave open.",
        [
            Column("Partner"),
            Column("Rank", "number"),
            Column("K", "number"),
            Column("Actual", "number"),
            Column("Predicted", "number"),
            Column("Inputs filled", "number"),
        ],
        body,
        source="rpt_trade_potential",
        notes=("All partners are in rpt_trade_potential.",) if len(rows) < len(every) else (),
    )


def _range(row: pd.Series) -> str:
    if wording.is_missing(row["rank_low"]) or wording.is_missing(row["rank_high"]):
        return "range not known"
    return f"{wording.whole(row['rank_low'])} to {wording.whole(row['rank_high'])}"


def _interval(row: pd.Series) -> str:
    if wording.is_missing(row["potential_ratio_low"]):
        return ""
    return wording.interval(row["potential_ratio_low"], row["potential_ratio_high"], 2)
