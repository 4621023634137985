"""What outlasts the choices behind the selected result: signs of slopes, classes of partners.

Nothing is estimated: the published specifications are held against each other.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.report import coefficients, wording
from analysis.report.study_frames import StudyFrames, fill_set_of, flows_of, is_defined, way_of

FIXED_EFFECTS = "fixed_effects"


@dataclass(frozen=True)
class SlopeSign:
    """How one slope of the selected model fares under the other choices.

    Attributes
    ----------
    term : str
        Published term.
    sign : int
        Sign of the selected estimate: 1 or -1.
    low, high : float
        Least and largest estimate over the fill sets.
    is_kept : bool
        Whether the sign is the same under every estimated fill set, and under fixed effects with each of them
        where those are estimable.
    against : tuple of str
        Where the sign is another one, in words; other flows and the print are named here too.
    """

    term: str
    sign: int
    low: float
    high: float
    is_kept: bool
    against: tuple[str, ...]


@dataclass(frozen=True)
class SlopeSigns:
    """Slopes of the selected model in the main flow, and what they were held against."""

    slopes: tuple[SlopeSign, ...]
    fill_sets: tuple[str, ...]
    has_fixed_effects: bool


def slope_signs(study: StudyFrames) -> SlopeSigns | None:
    """Hold the signs of the selected model's slopes against its other fill sets and fixed effects."""
    fit = study.selected_fit
    if fit is None:
        return None
    rows = coefficients.without_intercept(study.coefficients).dropna(subset=["estimate"])
    rows = rows.loc[rows["model"] == fit["model"]]
    same_way = rows.loc[[way_of(text) == way_of(fit["specification"]) for text in rows["specification"]]]
    own = same_way.loc[same_way["flow"] == fit["flow"]]
    chosen = own.loc[own["specification"] == fit["specification"]].drop_duplicates("term")
    if chosen.empty:
        return None
    within = rows.iloc[0:0]
    if fit["estimator"] != FIXED_EFFECTS:
        within = rows.loc[(rows["estimator"] == FIXED_EFFECTS) & (rows["flow"] == fit["flow"])]
    elsewhere = same_way.loc[
        (same_way["flow"] != fit["flow"]) & (same_way["specification"] == fit["specification"])
    ]
    printed = coefficients.printed(study)
    slopes = []
    for term, estimate in zip(chosen["term"], chosen["estimate"], strict=True):
        sign = int(np.sign(estimate))
        mine = own.loc[own["term"] == term, "estimate"]
        turns = [_against(sign, mine, "under another fill set", "")]
        turns.append(
            _against(
                sign,
                within.loc[within["term"] == term, "estimate"],
                "under fixed effects",
                "under fixed effects with some fill sets",
            )
        )
        remarks = [
            _against(sign, elsewhere.loc[is_here, "estimate"], f"for {wording.flow(flow)}", "")
            for flow in flows_of(elsewhere["flow"])
            for is_here in [(elsewhere["flow"] == flow) & (elsewhere["term"] == term)]
        ]
        # A regressor that is itself printed carries the own regressor's name with this ending.
        is_printed = printed["term"].isin([term, f"{term}_printed"])
        remarks.append(
            _against(sign, printed.loc[is_printed, "estimate"], "in the print", "in part of the print")
        )
        slopes.append(
            SlopeSign(
                term,
                sign,
                float(mine.min()),
                float(mine.max()),
                not any(turns),
                tuple(text for text in [*turns, *remarks] if text),
            )
        )
    return SlopeSigns(tuple(slopes), tuple(dict.fromkeys(own["fill_set"])), not within.empty)


def sign_word(sign: int) -> str:
    """A sign in words."""
    return {1: "positive", -1: "negative"}.get(sign, "zero")


def _against(sign: int, estimates: pd.Series, where: str, where_some: str) -> str:
    """Where estimates have another sign than this one, in words; empty when none has."""
    is_other = np.sign(estimates) != sign
    if not is_other.any():
        return ""
    place = where if is_other.all() or not where_some else where_some
    return f"{sign_word(int(np.sign(estimates[is_other].iloc[0])))} {place}"


@dataclass(frozen=True)
class FlowStability:
    """How many cells of a flow change class across fill sets, of those with K under at least two."""

    flow: str
    changed: int
    compared: int


@dataclass(frozen=True)
class ClassStability:
    """Classes across the fill sets of the selected model and estimator.

    Attributes
    ----------
    fill_sets : tuple of str
        Fill sets under which K is published for the main flow.
    flows : tuple of FlowStability
        One per flow.
    steady, unsteady : tuple of str
        Partners by ISO3 code whose class in the latest year is the same under all of these fill sets, and the
        others that have one.
    """

    fill_sets: tuple[str, ...]
    flows: tuple[FlowStability, ...]
    steady: tuple[str, ...]
    unsteady: tuple[str, ...]


def class_stability(study: StudyFrames) -> ClassStability | None:
    """Hold the published classes of the selected model and estimator against each other by fill set.

    None when K is published under fewer than two fill sets.
    """
    selected = study.potential.loc[study.potential["flow"] == study.main_flow]
    if selected.empty:
        return None
    model, way = selected["model"].iloc[0], way_of(selected["specification"].iloc[0])
    rows = study.rows("rpt_trade_potential")
    rows = rows.loc[(rows["model"] == model) & is_defined(rows)]
    rows = rows.loc[[way_of(text) == way for text in rows["specification"]]]
    rows = rows.assign(fill_set=rows["specification"].map(fill_set_of))
    main = rows.loc[rows["flow"] == study.main_flow]
    fill_sets = tuple(dict.fromkeys(main["fill_set"]))
    if len(fill_sets) < 2:
        return None
    latest = main.loc[main["year"] == study.latest_year].groupby("partner_iso3", sort=True)
    seen = latest.agg(classes=("potential_class", "nunique"), fill_sets=("fill_set", "nunique"))
    is_steady = (seen["classes"] == 1) & (seen["fill_sets"] == len(fill_sets))
    return ClassStability(
        fill_sets,
        tuple(_of_flow(rows, flow) for flow in flows_of(rows["flow"])),
        tuple(seen.index[is_steady]),
        tuple(seen.index[~is_steady]),
    )


def _of_flow(rows: pd.DataFrame, flow: str) -> FlowStability:
    cells = rows.loc[rows["flow"] == flow].groupby(["partner_iso3", "year"])
    seen = cells.agg(classes=("potential_class", "nunique"), fill_sets=("fill_set", "nunique"))
    return FlowStability(flow, int((seen["classes"] > 1).sum()), int((seen["fill_sets"] > 1).sum()))


def summing_gap(study: StudyFrames) -> pd.DataFrame:
    """How far predicted exports plus imports are from predicted total trade.

    Returns
    -------
    DataFrame
        partner_iso3, year, share: (exports + imports) / total - 1 of the selected predictions, in
        cells where all three are defined.
    """
    rows = study.potential.loc[study.potential["predicted_trade_usd"] > 0]
    wide = rows.drop_duplicates(["partner_iso3", "year", "flow"]).pivot(
        index=["partner_iso3", "year"], columns="flow", values="predicted_trade_usd"
    )
    wide = wide.reindex(columns=["total", "exports", "imports"]).astype(float).dropna()
    share = (wide["exports"] + wide["imports"]) / wide["total"] - 1
    return share.rename("share").reset_index()
