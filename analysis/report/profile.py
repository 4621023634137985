"""Country profiles: what all studies together tell of each country in the latest year."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd

from analysis.report import certainty, classes, wording
from analysis.report.published import Published
from analysis.report.study_frames import is_defined
from analysis.report.table import Cell, Column, Table, table

# More countries than this are folded away by region.
_MOST_AT_ONCE = 45
_INDICES = (
    ("cbec_index", "CBEC index"),
    ("facilitation_index", "Facilitation"),
    ("digital_base_index", "Digital base"),
)


@dataclass(frozen=True)
class Profiles:
    """The table of profiles: whole, or folded away by region where there are many countries.

    Attributes
    ----------
    lead : str
        What is shown and of which years.
    tables : tuple of (str, Table)
        Line of the fold, empty for a table that stands in sight, and the table.
    """

    lead: str
    tables: tuple[tuple[str, Table], ...]


def profiles(published: Published, slots: dict[str, str]) -> Profiles | None:
    """Profiles of each country's latest year in which anything is told; None without the table.

    Parameters
    ----------
    published : Published
        All published tables.
    slots : dict
        Colour slot by class of K.
    """
    rows = published.rows("rpt_country_profile")
    if rows.empty:
        return None
    latest = _latest(rows)
    years = wording.spans(latest["year"].unique())
    lead = (
        f"{wording.plural(len(latest), 'country', 'countries')}, each in its latest year with "
        f"figures ({years}). "
        "Indices compare countries within their own study only. Where several studies tell a K, the first by "
        "priority is shown and the range over all of them beneath. ? marks a class that is less "
        "likely than not."
    )
    if len(latest) <= _MOST_AT_ONCE:
        return Profiles(lead, (("", _table(published, latest, slots, "All countries")),))
    folds = []
    for region, own in latest.assign(region=latest["region"].replace("", "no region")).groupby(
        "region", sort=True
    ):
        folds.append((_fold_line(str(region), own), _table(published, own, slots, str(region))))
    return Profiles(lead, tuple(folds))


def _latest(rows: pd.DataFrame) -> pd.DataFrame:
    """Each country's latest year with K or an index; of a country that has neither its latest year at all."""
    told = rows[["potential_ratio", *(f"{name}_value" for name, _ in _INDICES)]].notna().any(axis=1)
    ordered = rows.assign(is_told=told).sort_values(["is_told", "year"], ascending=False, kind="stable")
    latest = ordered.drop_duplicates("country_iso3")
    return latest.sort_values(["country_name", "country_iso3"], kind="stable")


def _fold_line(region: str, rows: pd.DataFrame) -> str:
    """A region with its count of countries by class."""
    counts = rows.loc[is_defined(rows), "potential_class"].value_counts()
    parts = [f"{wording.whole(count)} {name}" for name, count in sorted(counts.items())]
    text = f"{region}: {wording.plural(len(rows), 'country', 'countries')}"
    return f"{text} ({', '.join(parts)})" if parts else text


def _table(published: Published, rows: pd.DataFrame, slots: dict[str, str], name: str) -> Table:
    indices = [(column, heading) for column, heading in _INDICES if rows[f"{column}_value"].notna().any()]
    has_binding = (rows["binding_dimension"] != "").any()
    has_pillar = (rows["weakest_digital_pillar"] != "").any()
    body = []
    for _, row in rows.iterrows():
        cells = [
            Cell(
                row["country_name"] or row["country_iso3"],
                below=str(row["year"]),
                tooltip=row["country_iso3"],
            ),
            _ratio_cell(published, row, slots),
            Cell(wording.MISSING if wording.is_missing(row["potential_rank"]) else _of(row, "potential")),
            *(_index_cell(published, row, column) for column, _ in indices),
        ]
        if has_binding:
            cells.append(
                Cell(row["binding_dimension"] or wording.MISSING, below=_share(row["binding_share"]))
            )
        if has_pillar:
            doubt = row["weakest_digital_pillar"] != "" and not row["is_weakest_digital_pillar_robust"]
            pillars = wording.listing(map(wording.label, row["weakest_digital_pillar"].split(", ")))
            cells.append(Cell(pillars or wording.MISSING, below="? not by another scale" if doubt else ""))
        cells.append(Cell(row["member_of"] or "none"))
        body.append(cells)
    return table(
        f"{name}: one row per country.",
        [
            Column("Country"),
            Column("K with interval", "number"),
            Column("Rank of K", "number"),
            *(Column(heading, "number") for _, heading in indices),
            *([Column("Binding dimension")] if has_binding else []),
            *([Column("Weakest digital pillar")] if has_pillar else []),
            Column("Member of", "long"),
        ],
        body,
        source="rpt_country_profile",
        layout="profile",
    )


def _ratio_cell(published: Published, row: pd.Series, slots: dict[str, str]) -> Cell:
    if not is_defined(row):
        return Cell(wording.MISSING, tooltip="no study tells a K of this country")
    lines: list[str] = []
    if not wording.is_missing(row["potential_ratio_low"]):
        lines.append(wording.interval(row["potential_ratio_low"], row["potential_ratio_high"], 2))
    is_unlikely = certainty.is_unlikely(row)
    slot = slots.get(row["potential_class"], classes.UNDECLARED)
    lines.append(f"{row['potential_class']}{wording.NO_BREAK}?" if is_unlikely else row["potential_class"])
    lines.append(published.short_title(row["potential_study"]))
    if row["potential_study_count"] > 1:
        low, high = row["lowest_potential_ratio"], row["highest_potential_ratio"]
        lines.append(
            f"{wording.whole(row['potential_study_count'])} studies: {wording.interval(low, high, 2)}"
        )
    return Cell(
        wording.number(row["potential_ratio"], 2),
        below=tuple(lines),
        style=f"k {slot}{' unlikely' if is_unlikely else ''}",
    )


def _index_cell(published: Published, row: pd.Series, column: str) -> Cell:
    if wording.is_missing(row[f"{column}_value"]):
        return Cell(wording.MISSING)
    lines = (_of(row, column) if not wording.is_missing(row[f"{column}_rank"]) else "",)
    return Cell(
        wording.number(row[f"{column}_value"], 2),
        below=(*lines, published.short_title(row[f"{column}_study"])),
    )


def _of(row: Any, column: str) -> str:
    rank, count = row[f"{column}_rank"], row[f"{column}_ranked_count"]
    return f"{wording.whole(rank)} of {wording.whole(count)}"


def _share(share: float) -> str:
    return "" if wording.is_missing(share) else f"in {wording.percent(share)} of ways"
