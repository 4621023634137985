"""Dimensions of an index: where countries stand, which dimension binds, what closing the gap would bring."""

from __future__ import annotations

from typing import Any

import pandas as pd

from analysis.report import wording
from analysis.report.part import Part, parts_content, there
from analysis.report.score_cell import no_score, ranks, score_cell
from analysis.report.study_frames import StudyFrames
from analysis.report.table import MOST_COUNTRIES, Cell, Column, Table, rest_note, table

_BINDS = "\N{BLACK DOWN-POINTING TRIANGLE} binds"
_HOW_TO_READ = (
    "Scores run from 0 (worst seen) to 1 (best seen); darker is better. Framed and marked "
    f"{_BINDS}: the country's single lowest dimension, with the share of other ways to score in which it "
    "binds too. Ranges of ranks run from the best to the worst in these ways. Hatched: more than half of the "
    "indicators were filled."
)


def content(study: StudyFrames) -> dict[str, Any] | None:
    """The section of dimensions; None where the study scores none."""
    rows = study.rows("rpt_index_dimensions")
    gaps = study.rows("rpt_facilitation_gap")
    if rows.empty and gaps.empty:
        return None
    views = tuple(_view_part(study, gaps, view) for view in _views(gaps))
    whole = _panel_table(study, rows)
    years = binding_years_table(study)
    if not views:
        return parts_content(_lead(study), Part("", "", (), there(whole), there(years)))
    return parts_content(
        _lead(study), *views, _gain_part(study, gaps), Part("", "", (), (), there(whole, years))
    )


def latest(rows: pd.DataFrame) -> pd.DataFrame:
    """Rows of the latest year in which anything is scored; of the latest year at all where nothing is."""
    scored = rows.loc[rows["is_measured"]]
    years = scored["year"] if len(scored) else rows["year"]
    return rows.loc[rows["year"] == years.max()]


def binding(study: StudyFrames) -> pd.DataFrame:
    """The binding dimension of each country in the latest year: one row per country that has one."""
    rows = latest(study.rows("rpt_index_dimensions"))
    return rows.loc[rows["is_binding"]]


def sentence(study: StudyFrames) -> str:
    """Which dimension binds most often in the latest year, and how steady that is; empty without scores."""
    rows = latest(study.rows("rpt_index_dimensions"))
    if rows.empty or not rows["is_measured"].any():
        return ""
    found, countries = rows.loc[rows["is_binding"]], rows["country_iso3"].nunique()
    year = int(rows["year"].max())
    if found.empty:
        return f"In {year} no country has a single lowest dimension."
    counts = found["dimension"].value_counts()
    leading = sorted(counts.index[counts == counts.max()])
    text = (
        f"In {year} the lowest dimension is most often {wording.listing(leading)} "
        f"({'each ' if len(leading) > 1 else ''}{wording.whole(counts.max())} of "
        f"{wording.plural(countries, 'country', 'countries')})"
    )
    steady = int((found["binding_share"] >= 1).sum())
    count = wording.whole(steady) if steady else "none"
    return f"{text}; the lowest stays the lowest in every way to score for {count}."


def _lead(study: StudyFrames) -> str:
    return f"{sentence(study)} {_HOW_TO_READ}".strip()


def _views(gaps: pd.DataFrame) -> list[str]:
    """Membership views, the one of each year's members first."""
    return sorted(gaps["membership_view"].unique(), key=lambda view: (view != "members_then", view))


def _dimensions(rows: pd.DataFrame) -> list[str]:
    return list(rows.sort_values("position", kind="stable")["dimension"].drop_duplicates())


def _by_mean_score(rows: pd.DataFrame) -> list[str]:
    """Countries by the mean of their scores, the highest first; those without any last, by name."""
    means = rows.groupby("country_iso3").agg(score=("score", "mean"), name=("country_name", "first"))
    ordered = means.sort_values(["score", "name"], ascending=[False, True], na_position="last")
    return list(ordered.index)


def _panel_table(study: StudyFrames, rows: pd.DataFrame) -> Table | None:
    """Score by country and dimension in the latest year, ranks among all countries of the study."""
    if rows.empty:
        return None
    rows = latest(rows)
    names = _dimensions(rows)
    order = _by_mean_score(rows)
    cells = {(row["country_iso3"], row["dimension"]): _panel_cell(study, row) for _, row in rows.iterrows()}
    body = [
        [
            Cell(study.country(iso3), tooltip=iso3),
            *(cells.get((iso3, name), no_score("no row")) for name in names),
        ]
        for iso3 in order[:MOST_COUNTRIES]
    ]
    return table(
        f"Score by country and dimension in {int(rows['year'].max())}, ranks among all countries "
        "of the study.",
        [Column("Country"), *(Column(name, "number") for name in names)],
        body,
        source="rpt_index_dimensions",
        notes=(
            *_not_measured_notes(rows),
            *rest_note(len(body), len(order), "mean score", "rpt_index_dimensions"),
        ),
        layout="heat",
    )


def _panel_cell(study: StudyFrames, row: pd.Series) -> Cell:
    if not row["is_measured"] or wording.is_missing(row["score"]):
        return no_score("not measured", tooltip=row["caveat"])
    tooltip = f"{study.country(row['country_iso3'])}, {row['dimension']}: {wording.number(row['score'])}"
    if row["gap_to_best"] > 0:
        tooltip += (
            f"; {wording.number(row['gap_to_best'], 2)} behind {names_of(study, row['best_countries'])}"
        )
    return score_cell(
        row["score"],
        below=(
            ranks(row["dimension_rank"], row["rank_best"], row["rank_worst"]),
            _missing_clause(row["missing_indicators"]),
        ),
        tooltip=f"{tooltip}. {row['caveat']}".rstrip(". ") + ".",
        is_marked=bool(row["is_binding"]),
        mark=_binding_mark(row),
        filled_share=0.0 if wording.is_missing(row["filled_share"]) else float(row["filled_share"]),
    )


def names_of(study: StudyFrames, codes: str) -> str:
    """Country codes of a listing as names, other words as they stand."""
    return wording.listing(study.country(code.strip()) for code in codes.split(",") if code.strip())


def _binding_mark(row: pd.Series) -> str:
    share = row["binding_share"]
    return _BINDS if wording.is_missing(share) else f"{_BINDS}, {wording.percent(share)} of ways"


def _missing_clause(codes: str) -> str:
    """How many indicators have no value at all."""
    found = [code for code in codes.split(",") if code.strip()]
    return f"{wording.plural(len(found), 'indicator')} without value" if found else ""


def _not_measured_notes(rows: pd.DataFrame) -> tuple[str, ...]:
    """Why a dimension that nobody has a score in has none."""
    notes = []
    reason = "caveat" if "empty_reason" not in rows.columns else "empty_reason"
    members = rows if "is_member" not in rows.columns else rows.loc[rows["is_member"]]
    for name in _dimensions(rows):
        own = members.loc[members["dimension"] == name]
        if len(own) and not own["is_measured"].any():
            reasons = list(dict.fromkeys(text for text in own[reason] if text))
            notes.append(
                wording.sentence(f"{name} is not measured: {'; '.join(reasons) or 'no reason is given'}")
            )
    return tuple(notes)


def _view_part(study: StudyFrames, gaps: pd.DataFrame, view: str) -> Part:
    rows = latest(gaps.loc[gaps["membership_view"] == view])
    year, names = int(rows["year"].max()), _dimensions(rows)
    members = rows.loc[rows["is_member"]]
    outside = sorted(set(rows["country_iso3"]) - set(members["country_iso3"]), key=study.country)
    body = [_member_row(study, members, iso3, names) for iso3 in _by_mean_score(members)]
    body += [_outsider_row(study, rows, iso3, names) for iso3 in outside]
    group = wording.shortened(sorted(code for code in rows["group_code"].unique() if code))
    heading = {"members_then": f"Members in {year}", "members_now": "Today's members in all years"}
    notes = _not_measured_notes(rows)
    return Part(
        f"{heading.get(view, wording.label(view))} ({wording.label(view)})",
        "",
        (),
        (
            table(
                f"{group}: score by member and dimension in {year}; ranks among the "
                f"{wording.plural(members['country_iso3'].nunique(), 'member')} of this view, beneath their "
                "range among all countries of the study.",
                [Column("Member"), *(Column(name, "number") for name in names)],
                body,
                source="rpt_facilitation_gap",
                notes=notes,
                layout="heat",
            ),
        ),
    )


def _member_row(study: StudyFrames, rows: pd.DataFrame, iso3: str, names: list[str]) -> list[Cell]:
    own = rows.loc[rows["country_iso3"] == iso3].drop_duplicates("dimension").set_index("dimension")
    joined = own["joined_date"].iloc[0]
    head = Cell(study.country(iso3), below=f"since {joined}" if joined else "", tooltip=iso3)
    return [
        head,
        *(_member_cell(study, own.loc[name]) if name in own.index else no_score("no row") for name in names),
    ]


def _member_cell(study: StudyFrames, row: pd.Series) -> Cell:
    if wording.is_missing(row["score"]):
        return no_score("not measured", tooltip=row["empty_reason"])
    tooltip = (
        f"{study.country(row['country_iso3'])}: {wording.number(row['score'])}; best member "
        f"{names_of(study, row['best_members'])} {wording.number(row['best_member_score'])}"
    )
    return score_cell(
        row["score"],
        below=(
            f"rank {wording.whole(row['rank_in_group'])} of {wording.whole(row['ranked_member_count'])}",
            _panel_range(row),
            _missing_clause(row["missing_indicators"]),
        ),
        tooltip=f"{tooltip}. {row['caveat']}".rstrip(". ") + ".",
        is_marked=bool(row["is_binding"]),
        mark=_binding_mark(row),
        filled_share=0.0 if wording.is_missing(row["filled_share"]) else float(row["filled_share"]),
    )


def _panel_range(row: pd.Series) -> str:
    """The places that other ways of scoring leave among all countries of the study."""
    best, worst = row["rank_best_in_panel"], row["rank_worst_in_panel"]
    if wording.is_missing(best) or wording.is_missing(worst):
        return ""
    return f"among all {wording.whole(best)}" + (f" to {wording.whole(worst)}" if best != worst else "")


def _outsider_row(study: StudyFrames, rows: pd.DataFrame, iso3: str, names: list[str]) -> list[Cell]:
    reasons = [text for text in rows.loc[rows["country_iso3"] == iso3, "empty_reason"] if text]
    reason = reasons[0] if reasons else "no member in this year"
    return [
        Cell(study.country(iso3), below=wording.sentence(reason), tooltip=iso3),
        *(no_score("no member", tooltip=reason) for _ in names),
    ]


def _gain_part(study: StudyFrames, gaps: pd.DataFrame) -> Part | None:
    """What it would bring to lift the binding dimension to the group's best, in the scenario's base year."""
    rows = gaps.loc[(gaps["scenario"] != "") & gaps["gain_usd"].notna()]
    if rows.empty:
        return None
    rows = rows.sort_values(["gain_usd", "country_iso3"], ascending=[False, True])
    rows = rows.drop_duplicates(["country_iso3", "year", "dimension", "scenario"])
    told = rows.loc[(rows["gain_low_usd"] > 0) | (rows["gain_high_usd"] < 0)]
    lead = (
        f"The interval leaves out 0 for {wording.whole(len(told))} of {wording.plural(len(rows), 'member')}. "
        "What the equation gives when the indicators of the dimension are those of the best member; no "
        "forecast, and no proof that the dimension moves trade."
    )
    body = [
        [
            Cell(study.country(row["country_iso3"]), tooltip=row["country_iso3"]),
            Cell(row["dimension"]),
            Cell(wording.number(row["score"], 2)),
            Cell(wording.number(row["best_member_score"], 2), below=names_of(study, row["best_members"])),
            Cell(
                wording.money(row["gain_usd"]),
                below=f"{wording.money(row['gain_low_usd'])} to {wording.money(row['gain_high_usd'])}",
            ),
            Cell(
                wording.MISSING
                if wording.is_missing(row["gain_pct"])
                else f"{wording.number(row['gain_pct'], 1)}{wording.NO_BREAK}%"
            ),
            Cell(
                "yes" if row["is_gain_within_range"] else "no",
                style="" if row["is_gain_within_range"] else "doubtful",
            ),
        ]
        for _, row in rows.iterrows()
    ]
    flow = wording.listing(wording.flow(code) for code in rows["gain_flow"].unique())
    caveats = [
        wording.sentence(wording.in_words(text)) for text in dict.fromkeys(rows["gain_caveat"]) if text
    ]
    return Part(
        "What closing the binding gap would bring",
        lead,
        (),
        (
            table(
                f"Gain of {flow} in {wording.spans(rows['year'].unique())} if the binding dimension were the "
                "group's best, with interval: one row per member.",
                [
                    Column("Member"),
                    Column("Binding dimension"),
                    Column("Score", "number"),
                    Column("Best", "number"),
                    Column("Gain", "number"),
                    Column("Of trade", "number"),
                    Column("Within what was observed"),
                ],
                body,
                source="rpt_facilitation_gap",
                notes=tuple(caveats[:3]),
            ),
        ),
    )


def binding_years_table(study: StudyFrames) -> Table | None:
    """Which dimension binds by country and year; None where none does in any."""
    rows = study.rows("rpt_index_dimensions")
    found = rows.loc[rows["is_binding"]]
    if found.empty or rows["year"].nunique() < 2:
        return None
    years = sorted(rows["year"].unique())
    names = {(row["country_iso3"], row["year"]): row["dimension"] for _, row in found.iterrows()}
    order = sorted(rows["country_iso3"].unique(), key=lambda iso3: (study.country(iso3).casefold(), iso3))
    body = [
        [Cell(study.country(iso3)), *(Cell(names.get((iso3, year), wording.MISSING)) for year in years)]
        for iso3 in order[:MOST_COUNTRIES]
    ]
    return table(
        "Binding dimension by country and year. A dash: no single lowest one.",
        [Column("Country"), *(Column(str(year)) for year in years)],
        body,
        source="rpt_index_dimensions",
        notes=rest_note(len(body), len(order), "name", "rpt_index_dimensions"),
    )
