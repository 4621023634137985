"""Which estimates are shown side by side: the selected model, the other models, the printed numbers.

Printed coefficients come from the replication table, where they stand with the standard error they were
printed with.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis.report import wording
from analysis.report.study_frames import INTERCEPT_TERMS, SIGNIFICANCE_LEVEL, StudyFrames, way_of

_ESTIMATE = ".estimate"
_NORMAL_95 = 1.959964
_LEADING = ["low", "high", "p_value", "few_cluster_method"]
_USUAL = ["usual_low", "usual_high", "usual_p_value"]
COLUMNS = ["series", "kind", "model", "term", "estimate", "std_error", *_LEADING, *_USUAL]


def specification_title(row: pd.Series) -> str:
    """A model and its way of estimation in words."""
    return f"{wording.label(row['model'])}, {wording.label(row['estimator'])}"


def printed(study: StudyFrames) -> pd.DataFrame:
    """Printed coefficients with intervals, one row per printed table, model and term.

    A row of the replication table is a printed coefficient when its item ends in ``.estimate`` and it names a
    term and a printed standard error. The printed interval is taken from the sibling items ``.ci_low`` and
    ``.ci_high``; where there are none it is the estimate plus and minus 1.96 printed standard errors.
    """
    rows = study.rows("rpt_replication").drop_duplicates("item")
    value_of = dict(zip(rows["item"], rows["printed_value"], strict=True))
    rows = rows.loc[(rows["term"] != "") & rows["printed_value"].notna() & rows["printed_std_error"].notna()]
    stems = rows["item"].map(lambda item: item.removesuffix(_ESTIMATE) if item.endswith(_ESTIMATE) else "")
    rows, stems = rows.loc[stems != ""], stems[stems != ""]
    printed_tables = stems.map(lambda stem: stem.split(".")[0])
    reach = _NORMAL_95 * rows["printed_std_error"]
    low, high = (
        stems.map(lambda stem: value_of.get(f"{stem}.ci_low")),
        stems.map(lambda stem: value_of.get(f"{stem}.ci_high")),
    )
    return pd.DataFrame(
        {
            "series": printed_tables.map(
                lambda table: (
                    "printed" if printed_tables.nunique() < 2 else f"printed: {wording.label(table)}"
                )
            ),
            "kind": "printed",
            "model": rows["model"],
            "term": rows["term"],
            "estimate": rows["printed_value"],
            "std_error": rows["printed_std_error"],
            "low": low.astype(float).fillna(rows["printed_value"] - reach),
            "high": high.astype(float).fillna(rows["printed_value"] + reach),
            "p_value": stems.map(lambda stem: value_of.get(f"{stem}.p_value")).astype(float),
            "few_cluster_method": "",
            **dict.fromkeys(_USUAL, np.nan),
        },
        columns=COLUMNS,
    ).reset_index(drop=True)


def term_order(estimates: pd.DataFrame) -> list[str]:
    """Terms of all series in one order: a term that only a later series has follows its predecessor there."""
    order: list[str] = []
    for _, rows in estimates.groupby("series", sort=False):
        previous = -1
        for term in rows["term"]:
            if term not in order:
                order.insert(previous + 1, term)
            previous = order.index(term)
    return sorted(order, key=lambda term: term in INTERCEPT_TERMS)


def side_by_side(study: StudyFrames) -> pd.DataFrame:
    """Estimates of each model's representative specification, then the printed ones, in the main flow.

    Returns
    -------
    DataFrame
        Columns `COLUMNS`; kind is ``selected``, ``other`` or ``printed``. Where the table has inference for
        few clusters, low, high and p_value are that, an end that the interval lacks is infinite, and the
        usual ones stand in the columns named so.
    """
    frames = []
    for model in study.models:
        row = study.representative(model, study.main_flow)
        if row is None:
            continue
        kind = "selected" if row["is_selected"] else "other"
        title = specification_title(row) + (" (selected)" if row["is_selected"] else "")
        frames.append(_series(_of_specification(study, row), title, kind))
    if frames:
        frames.append(printed(study))
    joined = [frame for frame in frames if len(frame)]
    return pd.concat(joined, ignore_index=True) if joined else pd.DataFrame(columns=COLUMNS)


def by_fill_set(study: StudyFrames, model: str) -> pd.DataFrame:
    """Estimates of one model by one estimator and covariance under each fill set, base fill set first.

    Returns
    -------
    DataFrame
        Columns `COLUMNS` and fill_set; empty when there are fewer than two fill sets to compare.
    """
    row = study.representative(model, study.main_flow)
    if row is None:
        return pd.DataFrame(columns=[*COLUMNS, "fill_set"])
    way = way_of(row["specification"])
    fits = study.fit.loc[(study.fit["model"] == model) & (study.fit["flow"] == study.main_flow)]
    fits = fits.loc[[way_of(text) == way for text in fits["specification"]]]
    fits = fits.sort_values("fill_set", key=lambda names: names != study.base_fill_set, kind="stable")
    frames = []
    for _, fit in fits.iterrows():
        estimates = _of_specification(study, fit)
        if estimates["estimate"].notna().any():
            series = _series(estimates, wording.label(fit["fill_set"]), "fill set")
            frames.append(series.assign(fill_set=fit["fill_set"]))
    if len(frames) < 2:
        return pd.DataFrame(columns=[*COLUMNS, "fill_set"])
    return pd.concat(frames, ignore_index=True)


def sign_changes(estimates: pd.DataFrame) -> list[str]:
    """Terms whose slope is positive under one fill set and negative under another."""
    slopes = without_intercept(estimates).dropna(subset=["estimate"])
    signs = slopes.groupby("term", sort=False)["estimate"].agg(["min", "max"])
    return list(signs.index[(signs["min"] < 0) & (signs["max"] > 0)])


def few_cluster_methods(estimates: pd.DataFrame) -> list[str]:
    """Methods of the inference for few clusters that leads, in words; none where the usual one leads."""
    found = estimates.loc[estimates["few_cluster_method"] != "", "few_cluster_method"]
    return [wording.label(method) for method in dict.fromkeys(found)]


def told_from_zero(estimates: pd.DataFrame, p_value: str = "p_value") -> pd.DataFrame:
    """Slopes whose p-value, the leading or the usual one, is below the level of the report."""
    slopes = without_intercept(estimates)
    return slopes.loc[slopes[p_value] < SIGNIFICANCE_LEVEL]


def inference_sentence(study: StudyFrames, estimates: pd.DataFrame) -> str:
    """What inference leads in the selected series, and how many slopes it and the usual one tell from 0."""
    rows = estimates.loc[(estimates["kind"] == "selected") & (estimates["few_cluster_method"] != "")]
    slopes = without_intercept(rows)
    if slopes.empty:
        return ""
    own = study.coefficients
    counts = own.loc[own["is_selected"] & (own["flow"] == study.main_flow), "n_clusters"].dropna()
    few = wording.plural(int(counts.iloc[0]), "partner") if len(counts) else "few partners"
    kept, usual = told_from_zero(slopes), told_from_zero(slopes, "usual_p_value")
    level = wording.percent(SIGNIFICANCE_LEVEL)
    names = [
        f"{wording.label(term)} ({wording.p_clause(p_value)})"
        for term, p_value in zip(kept["term"], kept["p_value"], strict=True)
    ]
    text = (
        f"With {few}, p-values and intervals are by "
        f"{wording.listing(few_cluster_methods(slopes))}; the usual "
        f"ones are too sure and stand beside in small print. At {level} the usual ones would tell "
        f"{wording.whole(len(usual))} of {wording.plural(len(slopes), 'slope')} from 0, these "
        f"{wording.whole(len(kept)) if len(kept) else 'none'}"
    )
    return f"{text}: {wording.listing(names)}." if names else f"{text}."


def without_intercept(estimates: pd.DataFrame) -> pd.DataFrame:
    """Slopes alone: the constant has another scale and no reading of its own."""
    return estimates.loc[~estimates["term"].isin(INTERCEPT_TERMS)]


def _of_specification(study: StudyFrames, row: pd.Series) -> pd.DataFrame:
    rows = study.coefficients
    return rows.loc[
        (rows["model"] == row["model"])
        & (rows["specification"] == row["specification"])
        & (rows["flow"] == row["flow"])
    ]


def _series(rows: pd.DataFrame, title: str, kind: str) -> pd.DataFrame:
    leads = (rows["few_cluster_method"] != "") & rows["few_cluster_p_value"].notna()
    return pd.DataFrame(
        {
            "series": title,
            "kind": kind,
            "model": rows["model"],
            "term": rows["term"],
            "estimate": rows["estimate"],
            "std_error": rows["std_error"],
            "low": rows["few_cluster_ci_low"].fillna(-np.inf).where(leads, rows["ci_low"]),
            "high": rows["few_cluster_ci_high"].fillna(np.inf).where(leads, rows["ci_high"]),
            "p_value": rows["few_cluster_p_value"].where(leads, rows["p_value"]),
            "few_cluster_method": rows["few_cluster_method"].where(leads, ""),
            "usual_low": rows["ci_low"].where(leads),
            "usual_high": rows["ci_high"].where(leads),
            "usual_p_value": rows["p_value"].where(leads),
        },
        columns=COLUMNS,
    )
