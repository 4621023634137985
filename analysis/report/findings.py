"""The finding in one minute: a study's result as a board of classes and a few plain sentences."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from analysis.report import classes, coefficients, wording
from analysis.report.replication import verdict_counts
from analysis.report.study_frames import SIGNIFICANCE_LEVEL, StudyFrames, is_defined

# A gap of less than this share of predicted trade is not worth an amount.
_AS_PREDICTED = 0.005
_MOST_MEMBERS = 10


@dataclass(frozen=True)
class Member:
    """A partner in a class: its name, its K in words, and what else there is to say."""

    name: str
    ratio: str
    note: str


@dataclass(frozen=True)
class ClassCard:
    """One class with its partners in the latest year; of many, those furthest from prediction."""

    name: str
    slot: str
    rule: str
    members: tuple[Member, ...]
    rest: int = 0


@dataclass(frozen=True)
class Sentence:
    """A finding: what it is about, and the sentence."""

    lead: str
    text: str


def class_board(study: StudyFrames) -> list[ClassCard]:
    """Partners by class in the latest year with K, from low to high; undefined ones in their own card."""
    year = study.latest_year
    if year is None:
        return []
    rows = study.potential.loc[
        (study.potential["flow"] == study.main_flow) & (study.potential["year"] == year)
    ]
    defined = is_defined(rows)
    cards = []
    names = [known.name for known in classes.described_classes()]
    names += sorted(set(rows.loc[defined, "potential_class"]) - set(names))
    for name in names:
        in_class = rows.loc[defined & (rows["potential_class"] == name)]
        kind = classes.class_named(name)
        if in_class.empty and not kind.meaning:
            continue
        distance = (in_class["predicted_trade_usd"] - in_class["actual_trade_usd"]).abs()
        furthest = distance.sort_values(ascending=False, kind="stable").index[:_MOST_MEMBERS]
        shown = in_class.loc[furthest].sort_values(["potential_ratio", "partner_iso3"])
        members = tuple(
            Member(
                study.country(row["partner_iso3"]),
                wording.number(row["potential_ratio"], 2),
                _distance_in_money(row),
            )
            for _, row in shown.iterrows()
        )
        cards.append(
            ClassCard(name or "no class", kind.slot, kind.rule, members, len(in_class) - len(members))
        )
    undefined = _undefined_members(study, rows.loc[~defined], year)
    if undefined:
        shown = tuple(undefined[:_MOST_MEMBERS])
        rest = len(undefined) - len(shown)
        cards.append(ClassCard("undefined", classes.UNDEFINED, "no K can be said", shown, rest))
    return cards


def _undefined_members(study: StudyFrames, rows: pd.DataFrame, year: int) -> list[Member]:
    flow = study.potential.loc[study.potential["flow"] == study.main_flow]
    here = set(flow.loc[flow["year"] == year, "partner_iso3"])
    members = []
    for iso3 in sorted({*rows["partner_iso3"], *(set(flow["partner_iso3"]) - here)}, key=study.country):
        earlier = flow.loc[(flow["partner_iso3"] == iso3) & is_defined(flow)].sort_values("year")
        note = "never defined"
        if len(earlier):
            last = earlier.iloc[-1]
            note = (
                f"last defined {int(last['year'])}: {wording.number(last['potential_ratio'], 2)}, "
                f"{last['potential_class']}"
            )
        members.append(Member(study.country(iso3), "", note))
    return members


def _distance_in_money(row: pd.Series) -> str:
    """How far actual trade is from predicted trade, in money."""
    gap = row["predicted_trade_usd"] - row["actual_trade_usd"]
    if wording.is_missing(gap):
        return ""
    if abs(gap) < _AS_PREDICTED * row["predicted_trade_usd"]:
        return "as predicted"
    return f"{wording.money(abs(gap))} {'below' if gap > 0 else 'above'} prediction"


def sentences(study: StudyFrames) -> list[Sentence]:
    """What the study found, each sentence only where its table has rows."""
    found = [
        _about_potential(study),
        _about_index(study),
        _about_drivers(study),
        _about_replication(study),
    ]
    return [sentence for sentence in found if sentence is not None]


def _about_potential(study: StudyFrames) -> Sentence | None:
    year = study.latest_year
    if year is None:
        return None
    rows = study.potential.loc[
        (study.potential["flow"] == study.main_flow)
        & (study.potential["year"] == year)
        & is_defined(study.potential)
    ]
    gap = rows["predicted_trade_usd"] - rows["actual_trade_usd"]
    short = rows.loc[gap > 0]
    if short.empty:
        text = f"In {year} no partner trades less than the model predicts."
    else:
        names = [
            study.country(iso3)
            for iso3 in short.loc[gap[short.index].sort_values().index[::-1], "partner_iso3"]
        ]
        text = (
            f"In {year}, trade with {wording.shortened(names)} is below the model's prediction, together by "
            f"{wording.money(gap[gap > 0].sum())}."
        )
    return Sentence("Unused trade", text)


def _about_index(study: StudyFrames) -> Sentence | None:
    rows = study.rows("rpt_cbec_index").dropna(subset=["index_value"])
    if rows.empty:
        return None
    year = int(rows["year"].max())
    latest = rows.loc[rows["year"] == year].sort_values(
        ["index_value", "country_iso3"], ascending=[False, True]
    )
    first = latest.iloc[0]
    text = (
        f"{study.country(first['country_iso3'])} leads in {year} with "
        f"{wording.number(first['index_value'], 2)} on a scale from 0 to 1"
    )
    if len(latest) > 1:
        last = latest.iloc[-1]
        text += (
            f"; {study.country(last['country_iso3'])} is last with {wording.number(last['index_value'], 2)}"
        )
    means = rows.groupby("country_iso3")["index_value"].mean()
    leader = means.idxmax()
    if rows["year"].nunique() > 1 and leader != first["country_iso3"]:
        text += (
            f". Over {wording.spans(rows['year'].unique())} as a whole {study.country(leader)} is ahead "
            f"(mean {wording.number(means[leader], 2)} against "
            f"{wording.number(means[first['country_iso3']], 2)})"
        )
    return Sentence("CBEC index", text + ".")


def _about_drivers(study: StudyFrames) -> Sentence | None:
    estimates = coefficients.without_intercept(coefficients.side_by_side(study))
    chosen = estimates.loc[estimates["kind"] == "selected"].dropna(subset=["p_value"])
    fit = study.selected_fit
    if fit is None or chosen.empty:
        return None
    chosen = chosen.loc[chosen["model"] == fit["model"]]
    is_clear = chosen["p_value"] < SIGNIFICANCE_LEVEL
    parts = []
    for lead, rows in (
        ("trade rises with", chosen.loc[is_clear & (chosen["estimate"] > 0)]),
        ("falls with", chosen.loc[is_clear & (chosen["estimate"] < 0)]),
    ):
        if len(rows):
            terms = [
                f"{wording.label(row['term'])} ({wording.number(row['estimate'], 2)}, "
                f"{wording.p_clause(row['p_value'])})"
                for _, row in rows.iterrows()
            ]
            parts.append(f"{lead} {wording.listing(terms)}")
    unclear = [wording.label(term) for term in chosen.loc[~is_clear, "term"]]
    if unclear:
        level = wording.percent(SIGNIFICANCE_LEVEL)
        parts.append(f"{wording.listing(unclear)} cannot be told from no effect at the {level} level")
    text = "; ".join(parts)
    return Sentence("Drivers", f"{text[:1].upper()}{text[1:]} ({coefficients.specification_title(fit)}).")


def _about_replication(study: StudyFrames) -> Sentence | None:
    counts = verdict_counts(study.rows("rpt_replication"))
    if not counts:
        return None
    parts = [f"{count.name} {wording.whole(count.count)}" for count in counts]
    total = sum(count.count for count in counts)
    return Sentence(
        "Beside the print",
        f"{wording.plural(total, 'comparison')} with printed numbers, over all fill sets: "
        f"{', '.join(parts)}.",
    )
