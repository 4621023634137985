"""Which estimates are shown side by side: the selected model, the other models, the printed numbers.

Printed coefficients come from the replication table, where they stand with the standard error they were
printed with.
"""

from __future__ import annotations

import pandas as pd

from analysis.report import wording
from analysis.report.study_frames import INTERCEPT_TERMS, StudyFrames, way_of

_ESTIMATE = ".estimate"
_NORMAL_95 = 1.959964
COLUMNS = ["series", "kind", "model", "term", "estimate", "std_error", "low", "high", "p_value"]


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
        Columns `COLUMNS`; kind is ``selected``, ``other`` or ``printed``.
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
    return pd.DataFrame(
        {
            "series": title,
            "kind": kind,
            "model": rows["model"],
            "term": rows["term"],
            "estimate": rows["estimate"],
            "std_error": rows["std_error"],
            "low": rows["ci_low"],
            "high": rows["ci_high"],
            "p_value": rows["p_value"],
        },
        columns=COLUMNS,
    )
