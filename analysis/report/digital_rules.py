"""Agreements of the partners with the reference country: what holds since when, doubtful days marked."""

from __future__ import annotations

from typing import Any

import pandas as pd

from analysis.report import wording
from analysis.report.part import Part, parts_content, there
from analysis.report.study_frames import StudyFrames
from analysis.report.table import Cell, Column, Link, Table, table

_DISPUTED, _UNSETTLED = "disputed", "day not settled"


def content(study: StudyFrames) -> dict[str, Any] | None:
    """The section of rules; None where the study has none."""
    rows = study.rows("rpt_digital_rules")
    if rows.empty:
        return None
    lead = (
        f"{sentence(study)} Each cell tells what holds between the partner and "
        f"{study.country(study.reference_iso3) if study.reference_iso3 else 'the reference country'}, and "
        f"since when. {wording.sentence(_DISPUTED)[:-1]}: another source gives another day. "
        f"{wording.sentence(_UNSETTLED)[:-1]}: no page was found that names it."
    )
    return parts_content(lead, Part("", "", (), (_matrix(study, rows),), there(_agreements_table(rows))))


def sentence(study: StudyFrames) -> str:
    """How many partners have an agreement in force that holds rules on digital trade; empty without rows."""
    rows = study.rows("rpt_digital_rules")
    if rows.empty:
        return ""
    digital = rows.loc[rows["is_in_force"] & rows["has_digital_provisions"]]
    disputed = rows.loc[rows["is_date_disputed"], "agreement_code"].nunique()
    names = wording.listing(dict.fromkeys(digital["agreement_name"]))
    text = (
        f"{wording.whole(digital['partner_iso3'].nunique())} of "
        f"{wording.plural(rows['partner_iso3'].nunique(), 'partner')} have rules on digital trade "
        "in force with "
        f"{study.country(study.reference_iso3) or 'the reference country'}{f': {names}' if names else ''}."
    )
    if disputed:
        text += f" Days of {wording.plural(disputed, 'agreement')} are disputed."
    return text


def _matrix(study: StudyFrames, rows: pd.DataFrame) -> Table:
    agreements = rows.drop_duplicates("agreement_code")
    agreements = agreements.sort_values(["has_digital_provisions", "agreement_code"], ascending=[False, True])
    codes = list(agreements["agreement_code"])
    cells = {(row["partner_iso3"], row["agreement_code"]): _cell(study, row) for _, row in rows.iterrows()}
    partners = sorted(rows["partner_iso3"].unique(), key=lambda iso3: (study.country(iso3).casefold(), iso3))
    headings = [
        Column(
            wording.label(row["agreement_code"]),
            below=(f"digital: {wording.label(row['digital_provisions']) or 'unknown'}",),
        )
        for _, row in agreements.iterrows()
    ]
    return table(
        "Partner by agreement: what holds, since when. Beneath an agreement's name: what it says "
        "on digital trade.",
        [Column("Partner"), *headings],
        [
            [
                Cell(study.country(iso3), tooltip=iso3),
                *(cells.get((iso3, code), Cell("no party", style="r none")) for code in codes),
            ]
            for iso3 in partners
        ],
        source="rpt_digital_rules",
        layout="heat",
    )


def _cell(study: StudyFrames, row: pd.Series) -> Cell:
    lines = []
    if row["is_date_disputed"]:
        other = row["other_valid_from"]
        lines.append(f"\N{WARNING SIGN} {_DISPUTED}{f': or {other}' if other else ''}")
    if row["is_date_unsettled"]:
        lines.append(f"? {_UNSETTLED}")
    style = "none"
    if row["is_in_force"]:
        style = "digital" if row["has_digital_provisions"] else "force"
    until = f" until {row['valid_to']}" if row["valid_to"] else ""
    return Cell(
        wording.label(row["status"]) or wording.MISSING,
        below=(f"{row['valid_from']}{until}".strip(), *lines),
        tooltip=f"{study.country(row['partner_iso3'])}, {row['agreement_name']}",
        style=f"r {style}",
    )


def _agreements_table(rows: pd.DataFrame) -> Table:
    """What each agreement says on digital trade, with the pages that tell."""
    body = []
    for code, own in rows.groupby("agreement_code", sort=True):
        first = own.iloc[0]
        pages = [page for page in dict.fromkeys(own["source_url"]) if page]
        links = [Link.to("on digital trade", first["provisions_source_url"])]
        links += [Link.to(f"days, source {place}", page) for place, page in enumerate(pages, start=1)]
        body.append(
            [
                Cell(first["agreement_name"] or str(code), below=wording.label(code)),
                Cell(wording.label(first["digital_provisions"]) or "unknown"),
                Cell(wording.sentence(first["digital_provisions_note"]) or wording.MISSING),
                Cell("", links=tuple(links)),
            ]
        )
    return table(
        "Agreements: what they hold on digital trade and where it is told.",
        [Column("Agreement", "long"), Column("Digital trade"), Column("In words", "long"), Column("Sources")],
        body,
        source="rpt_digital_rules",
    )
