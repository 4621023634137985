"""How sure K and its class are: intervals that hold 1, classes that are less likely than not."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from analysis.report import wording
from analysis.report.study_frames import StudyFrames, is_defined

# A class that new draws hit less often than this is more likely wrong than right.
LIKELY = 0.5


@dataclass(frozen=True)
class Certainty:
    """What intervals and class probabilities of K say of a set of cells.

    Attributes
    ----------
    level : float
        Nominal coverage of the intervals.
    with_interval, holding_one : int
        Cells that have an interval, and those whose interval holds 1.
    with_class, unlikely : int
        Cells that have a class probability, and those where it is below `LIKELY`.
    """

    level: float
    with_interval: int
    holding_one: int
    with_class: int
    unlikely: int


def is_unlikely(row: pd.Series) -> bool:
    """Whether the class that a cell is published in is less likely than not."""
    return bool(row["class_probability"] < LIKELY)


def certainty(rows: pd.DataFrame) -> Certainty | None:
    """Count cells by what their intervals hold; None where no cell has an interval or a probability."""
    rows = rows.loc[is_defined(rows)]
    known = rows.dropna(subset=["potential_ratio_low", "potential_ratio_high"])
    probabilities = rows["class_probability"].dropna()
    if known.empty and probabilities.empty:
        return None
    holds = (known["potential_ratio_low"] <= 1) & (known["potential_ratio_high"] >= 1)
    return Certainty(
        float(rows["interval_level"].max()),
        len(known),
        int(holds.sum()),
        len(probabilities),
        int((probabilities < LIKELY).sum()),
    )


def of_main_flow(study: StudyFrames, year: int | None = None) -> pd.DataFrame:
    """Selected cells of the main flow, of one year when named."""
    rows = study.potential.loc[study.potential["flow"] == study.main_flow]
    return rows if year is None else rows.loc[rows["year"] == year]


def sentence(study: StudyFrames) -> str:
    """How sure K of the latest year and the classes are; empty where no table says."""
    year = study.latest_year
    if year is None:
        return ""
    latest, every = certainty(of_main_flow(study, year)), certainty(of_main_flow(study))
    if latest is None or every is None:
        return ""
    parts = []
    if latest.with_interval:
        parts.append(_about_intervals(study, latest, year))
    if every.with_class:
        text = (
            f"The published class is less likely than not in {wording.whole(every.unlikely)} of "
            f"{wording.plural(every.with_class, 'cell')}"
        )
        rows = of_main_flow(study, year).dropna(subset=["class_probability"])
        rows = rows.sort_values(["class_probability", "partner_iso3"])
        names = [
            f"{study.country(row['partner_iso3'])} {wording.percent(row['class_probability'])}"
            for _, row in rows.iterrows()
        ]
        if names:
            text += f"; in {year} its probability is {wording.shortened(names)}"
        parts.append(f"{text}.")
    return " ".join(parts)


def _about_intervals(study: StudyFrames, latest: Certainty, year: int) -> str:
    level = wording.percent(latest.level)
    outside = of_main_flow(study, year)
    apart = outside.loc[(outside["potential_ratio_low"] > 1) | (outside["potential_ratio_high"] < 1)]
    if apart.empty:
        return (
            f"The {level} interval of K in {year} holds 1 for "
            f"{'the one partner' if latest.with_interval == 1 else 'every partner'}: the norm is "
            "not known well "
            "enough to say who is above it and who below."
        )
    names = wording.shortened(sorted(map(study.country, apart["partner_iso3"])))
    return (
        f"The {level} interval of K in {year} holds 1 for {wording.whole(latest.holding_one)} of "
        f"{wording.plural(latest.with_interval, 'partner')}; it does not for {names}."
    )


def note(row: pd.Series) -> str:
    """Interval and class probability of one cell in words; empty where the table has neither."""
    parts = []
    if not wording.is_missing(row["potential_ratio_low"]):
        ends = wording.interval(row["potential_ratio_low"], row["potential_ratio_high"], 2)
        parts.append(f"{wording.percent(row['interval_level'])} interval {ends}")
    if not wording.is_missing(row["class_probability"]):
        parts.append(f"probability of this class {wording.percent(row['class_probability'])}")
    return ", ".join(parts)
