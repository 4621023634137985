"""The opening: what the release holds, and one line of findings for each study."""

from __future__ import annotations

from dataclasses import dataclass

from analysis.report import (
    certainty,
    digital_constraints,
    digital_rules,
    digital_services,
    dimensions,
    monitor,
    ranking,
    wording,
)
from analysis.report.published import STATUS
from analysis.report.study_frames import StudyFrames, is_defined


@dataclass(frozen=True)
class Entry:
    """A study in the opening list: where it stands, its title, what it covers, what it found."""

    anchor: str
    title: str
    covers: str
    findings: tuple[str, ...]


@dataclass(frozen=True)
class Absence:
    """A reason for which tables have no rows of a study, and these tables."""

    reason: str
    tables: str


def entry(study: StudyFrames, anchor: str) -> Entry:
    """A study's line: what it covers and its findings, what is not told included."""
    partners = study.potential["partner_iso3"].nunique()
    countries = study.rows("rpt_index_dimensions")["country_iso3"].nunique()
    covers = [study.years_text]
    if partners:
        covers.insert(0, wording.plural(partners, "partner"))
    elif countries:
        covers.insert(0, wording.plural(countries, "country", "countries"))
    return Entry(anchor, study.title, ", ".join(part for part in covers if part), findings(study))


def findings(study: StudyFrames) -> tuple[str, ...]:
    """Sentences on what the study found, each computed from its tables."""
    told = [
        ranking.sentence(study) or potential_sentence(study),
        dimensions.sentence(study),
        digital_services.sentence(study),
        digital_rules.sentence(study),
        digital_constraints.sentence(study),
        monitor.sentence(study),
    ]
    return tuple(text for text in told if text)


def potential_sentence(study: StudyFrames) -> str:
    """Who trades above and below the norm in the latest year, as far as intervals tell; empty without K."""
    year = study.latest_year
    if year is None:
        return ""
    rows = certainty.of_main_flow(study, year)
    rows = rows.loc[is_defined(rows)]
    known = rows.dropna(subset=["potential_ratio_low", "potential_ratio_high"])
    if known.empty:
        low, high = rows["potential_ratio"].min(), rows["potential_ratio"].max()
        return (
            f"In {year} K runs from {wording.number(low, 2)} to {wording.number(high, 2)}; no interval is "
            "published, so which K differs from 1 is not told."
        )
    level = wording.percent(known["interval_level"].max())
    parts = []
    for side, own in (
        ("above", known.loc[known["potential_ratio_low"] > 1]),
        ("below", known.loc[known["potential_ratio_high"] < 1]),
    ):
        if len(own):
            names = wording.shortened(sorted(map(study.country, own["partner_iso3"])))
            parts.append(f"{side} {'it' if parts else 'what the model expects'} with {names}")
    if not parts:
        return (
            f"In {year} trade with none of {wording.plural(len(known), 'partner')} can be told "
            "from the model's "
            f"norm: every {level} interval of K holds 1."
        )
    rest = len(known) - int(((known["potential_ratio_low"] > 1) | (known["potential_ratio_high"] < 1)).sum())
    return (
        f"In {year} trade is {' and '.join(parts)} by the {level} interval of K; not told from it for "
        f"{wording.plural(rest, 'partner')}."
    )


def absences(study: StudyFrames) -> tuple[Absence, ...]:
    """Why tables of the release have no rows of the study, tables of one reason together."""
    rows = study.rows(STATUS)
    rows = rows.loc[(rows["row_count"] == 0) & (rows["empty_reason"] != "")]
    return tuple(
        Absence(wording.sentence(str(reason)), wording.listing(sorted(own["table_name"])))
        for reason, own in rows.groupby("empty_reason", sort=True)
    )
