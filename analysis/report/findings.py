"""The finding in one minute: a study's result as a board of classes and a few plain sentences."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.report import certainty, classes, coefficients, robustness, wording
from analysis.report.replication import headline_rows, headline_scope, verdict_counts
from analysis.report.study_frames import SIGNIFICANCE_LEVEL, StudyFrames, is_defined

# A gap of less than this share of predicted trade is not worth an amount.
_AS_PREDICTED = 0.005
_MOST_MEMBERS = 10
# How close to 1 a mean of K is exactly 1 but for rounding, and how close leaves cells below 1 for certain.
_EXACTLY_ONE, _NEAR_ONE = 1e-6, 0.05
# With fewer partners than this the finding itself warns of p-values.
_FEW_PARTNERS = 20


@dataclass(frozen=True)
class Member:
    """A partner in a class: its name, its K in words, what else there is to say, and how sure that is."""

    name: str
    ratio: str
    note: str
    doubt: str = ""


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
    """A finding: what it is about, the sentence, and points that bear it out one by one."""

    lead: str
    text: str
    points: tuple[str, ...] = ()


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
    kinds = study.classes
    if "" in set(rows.loc[defined, "potential_class"]):
        kinds = [*kinds, classes.PotentialClass("")]
    is_declared = {kind.name for kind in classes.declared_classes(study.rows("dim_potential_class"))}
    for kind in kinds:
        in_class = rows.loc[defined & (rows["potential_class"] == kind.name)]
        if in_class.empty and kind.name not in is_declared:
            continue
        distance = (in_class["predicted_trade_usd"] - in_class["actual_trade_usd"]).abs()
        furthest = distance.sort_values(ascending=False, kind="stable").index[:_MOST_MEMBERS]
        shown = in_class.loc[furthest].sort_values(["potential_ratio", "partner_iso3"])
        members = tuple(
            Member(
                study.country(row["partner_iso3"]),
                wording.number(row["potential_ratio"], 2),
                _distance_in_money(row),
                certainty.note(row),
            )
            for _, row in shown.iterrows()
        )
        cards.append(
            ClassCard(kind.name or "no class", kind.slot, kind.rule, members, len(in_class) - len(members))
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
        _about_certainty(study),
        _about_potential(study),
        _about_class_stability(study),
        _about_index(study),
        _about_drivers(study),
        _about_replication(study),
    ]
    return [sentence for sentence in found if sentence is not None]


def _about_potential(study: StudyFrames) -> Sentence | None:
    year = study.latest_year
    if year is None:
        return None
    every = study.potential.loc[(study.potential["flow"] == study.main_flow) & is_defined(study.potential)]
    rows = every.loc[every["year"] == year]
    gap = rows["predicted_trade_usd"] - rows["actual_trade_usd"]
    short = rows.loc[gap > 0]
    point = "by the point estimate, " if certainty.certainty(rows) is not None else ""
    if short.empty:
        text = f"In {year} no partner trades less than the model's norm."
    else:
        names = [
            study.country(iso3)
            for iso3 in short.loc[gap[short.index].sort_values().index[::-1], "partner_iso3"]
        ]
        text = (
            f"In {year}, {point}trade with {wording.shortened(names)} is below the model's norm; residuals "
            f"below it sum to {wording.money(gap[gap > 0].sum())}."
        )
    return Sentence("Below the norm", f"{text} {_centre_of_ratios(every['potential_ratio'])}")


def _about_certainty(study: StudyFrames) -> Sentence | None:
    text = certainty.sentence(study)
    return Sentence("How sure K is", text) if text else None


def _centre_of_ratios(ratios: pd.Series) -> str:
    """Why a shortfall alone says little: where K is centred, and what it is good for."""
    mean = ratios.mean()
    centre = "exactly 1" if abs(mean - 1) < _EXACTLY_ONE else wording.number(mean, 2)
    text = f"The norm is fitted to these same partners: K averages {centre} over {_cells(len(ratios))}"
    if abs(mean - 1) < _NEAR_ONE:
        text += ", so some shortfall is certain by construction"
    return f"{text}. K ranks partners; it does not measure trade that could be had."


def _cells(count: int) -> str:
    return wording.plural(count, "cell")


def _about_class_stability(study: StudyFrames) -> Sentence | None:
    found = robustness.class_stability(study)
    if found is None:
        return None
    counts = [
        f"{wording.whole(flow.changed)} of {_cells(flow.compared)} of {wording.flow(flow.flow)}"
        for flow in found.flows
    ]
    text = (
        f"Between the {len(found.fill_sets)} fill sets under which the selected model and estimator give K "
        f"({wording.listing(map(wording.label, found.fill_sets))}), the class changes in "
        f"{wording.listing(counts)}."
    )
    steady, unsteady = (
        wording.shortened(sorted(map(study.country, codes)), _MOST_MEMBERS)
        for codes in (found.steady, found.unsteady)
    )
    text += f" Same class of {wording.flow(study.main_flow)} in {study.latest_year} under all of them: "
    text += f"{steady or 'no partner'}"
    return Sentence("Class stability", f"{text}; not so: {unsteady}." if unsteady else f"{text}.")


def _about_index(study: StudyFrames) -> Sentence | None:
    rows = study.rows("rpt_cbec_index").dropna(subset=["index_value"])
    if rows.empty:
        return None
    year = int(rows["year"].max())
    latest = rows.loc[rows["year"] == year].set_index("country_iso3")["index_value"]
    first, most = _at_the_top(study, latest)
    verb = "leads" if len(first) == 1 else "lead together"
    text = (
        f"{wording.shortened(first)} {verb} in {year} with {wording.number(most, 2)} on a scale from 0 to 1"
    )
    if latest.min() < most:
        last, _ = _at_the_top(study, -latest)
        verb = "is last" if len(last) == 1 else "are last together"
        text += f"; {wording.shortened(last)} {verb} with {wording.number(latest.min(), 2)}"
    means = rows.groupby("country_iso3")["index_value"].mean()
    leaders, mean = _at_the_top(study, means)
    if rows["year"].nunique() > 1 and set(leaders) != set(first):
        verb = "is" if len(leaders) == 1 else "are"
        text += (
            f". Over {wording.spans(rows['year'].unique())} as a whole {wording.shortened(leaders)} {verb} "
            f"ahead with a mean of {wording.number(mean, 2)}"
        )
    return Sentence(wording.sentence(study.index_name).rstrip("."), text + ".")


def _at_the_top(study: StudyFrames, values: pd.Series) -> tuple[list[str], float]:
    """Names of all countries that share the largest value, and that value."""
    most = values.max()
    names = [study.country(iso3) for iso3 in values.index[np.isclose(values, most, rtol=0, atol=1e-9)]]
    return sorted(names), float(most)


def _about_drivers(study: StudyFrames) -> Sentence | None:
    found, fit = robustness.slope_signs(study), study.selected_fit
    if found is None:
        return None
    kept = [slope for slope in found.slopes if slope.is_kept]
    lost = [slope for slope in found.slopes if not slope.is_kept]
    choices = []
    if len(found.fill_sets) > 1:
        choices.append(f"under all {len(found.fill_sets)} estimated fill sets")
    if found.has_fixed_effects:
        choices.append("under fixed effects")
    text = f"Of {wording.plural(len(found.slopes), 'slope')} ({_whose(fit)}), "
    if choices:
        names = wording.listing(wording.label(slope.term) for slope in kept)
        text += f"{len(kept) or 'none'} {'has' if len(kept) < 2 else 'have'} the same sign "
        text += f"{' and '.join(choices)}{f': {names}' if kept else ''}."
    else:
        text += "none is estimated in a second way: whether a sign outlasts other fills is not known here."
    told = _told_from_zero(study, kept)
    if told:
        text += told
    elif fit["n_entities"] < _FEW_PARTNERS:
        text += (
            f" With {wording.plural(int(fit['n_entities']), 'partner')}, conventional p-values overstate how "
            "sure a slope is: only the tables below give them."
        )
    return Sentence("Drivers", text, tuple(map(_slope, [*kept, *lost])))


def _told_from_zero(study: StudyFrames, kept: list[robustness.SlopeSign]) -> str:
    """Which slopes inference for few clusters tells from 0; empty where the table has none."""
    rows = coefficients.side_by_side(study)
    rows = coefficients.without_intercept(rows.loc[rows["kind"] == "selected"])
    methods = coefficients.few_cluster_methods(rows)
    if not methods:
        return ""
    told = coefficients.told_from_zero(rows)
    names = [
        f"{wording.label(term)} ({wording.p_clause(p_value)})"
        for term, p_value in zip(told["term"], told["p_value"], strict=True)
    ]
    both = [wording.label(slope.term) for slope in kept if slope.term in set(told["term"])]
    text = (
        f" By inference for few clusters ({wording.listing(methods)}) "
        f"{wording.whole(len(told)) if names else 'none'} "
        f"can be told from 0 at {wording.percent(SIGNIFICANCE_LEVEL)}"
    )
    text += f": {wording.listing(names)}." if names else "."
    if names:
        text += f" Both hold for {wording.listing(both) or 'none'}."
    return text


def _whose(fit: pd.Series) -> str:
    return f"{coefficients.specification_title(fit)}, {wording.flow(fit['flow'])}"


def _slope(slope: robustness.SlopeSign) -> str:
    """A slope with its reach over the fill sets and where its sign is another."""
    low, high = wording.number(slope.low, 2), wording.number(slope.high, 2)
    reach = low if low == high else f"{low} to {high}"
    text = f"{wording.label(slope.term)}: {robustness.sign_word(slope.sign)} ({reach})"
    return f"{text}, but {wording.listing(slope.against)}" if slope.against else text


def _about_replication(study: StudyFrames) -> Sentence | None:
    rows = headline_rows(study)
    if rows.empty:
        return None
    parts = [f"{count.name} {wording.whole(count.count)}" for count in verdict_counts(rows)]
    return Sentence("Beside the print", f"{headline_scope(study)}: {', '.join(parts)}.")
