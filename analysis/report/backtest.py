"""How forecasts by the equation fared against carrying trade on, and against an AR(1)."""

from __future__ import annotations

import pandas as pd

from analysis.report import wording
from analysis.report.study_frames import StudyFrames
from analysis.report.table import Cell, Column, Table, table

_ALL, _NAIVE, _GRAVITY = "all", "naive", "gravity"
# Knows the drivers of the forecast year, which nobody does who forecasts.
_CONDITIONAL = "observed_drivers"


def scores(study: StudyFrames) -> pd.DataFrame:
    """Scores over all partners of the selected specification and the main flow."""
    rows = study.rows("rpt_backtest")
    is_wanted = rows["is_selected"] & (rows["flow"] == study.main_flow) & (rows["scope"] == _ALL)
    return rows.loc[is_wanted].drop_duplicates(["method", "horizon"])


def backtest_sentence(study: StudyFrames) -> str:
    """Whether gravity beats the naive forecast at each horizon, with the errors; empty without scores."""
    rows = scores(study)
    parts = []
    for horizon, own in rows.groupby("horizon", sort=True):
        parts += _at_horizon(int(horizon), own.set_index("method"))
    return " ".join(parts)


def _at_horizon(horizon: int, own: pd.DataFrame) -> list[str]:
    gravity = [method for method in own.index if method.startswith(_GRAVITY)]
    if _NAIVE not in own.index or not gravity:
        return []
    naive = own.loc[_NAIVE, "mean_absolute_error"]
    honest = [method for method in gravity if not method.endswith(_CONDITIONAL)]
    parts = []
    ahead = wording.sentence(f"{wording.plural(horizon, 'year')} ahead").rstrip(".")
    for method in honest or gravity:
        verb, errors = _against(own.loc[method, "mean_absolute_error"], naive)
        parts.append(f"{ahead}, gravity {verb} carrying the last trade on ({errors}).")
    if honest:
        for method in (name for name in gravity if name not in honest):
            verb, errors = _against(own.loc[method, "mean_absolute_error"], naive)
            parts.append(
                f"Told the drivers of the forecast year, which nobody knows, it {verb} it ({errors})."
            )
    return parts


def _against(ours: float, naive: float) -> tuple[str, str]:
    errors = f"mean absolute error {wording.number(ours, 2)} against {wording.number(naive, 2)}"
    if wording.is_missing(ours) or wording.is_missing(naive):
        return "cannot be held against", errors
    return "beats" if ours < naive else "does not beat", errors


def backtest_table(study: StudyFrames) -> Table | None:
    """Scores: one row per method, one column per horizon."""
    rows = scores(study)
    if rows.empty:
        return None
    horizons = sorted(rows["horizon"].unique())
    methods = sorted(
        dict.fromkeys(rows["method"]), key=lambda name: (not name.startswith(_GRAVITY), name != _NAIVE, name)
    )
    cells = {(row["method"], row["horizon"]): _cell(row) for _, row in rows.iterrows()}
    first_remark = rows.drop_duplicates("method").set_index("method")["caveat"]
    body = [
        [
            Cell(wording.label(method), below=(wording.sentences_of(first_remark[method]) or [""])[0]),
            *(cells.get((method, horizon), Cell(wording.MISSING)) for horizon in horizons),
        ]
        for method in methods
    ]
    columns = []
    for horizon in horizons:
        own = rows.loc[rows["horizon"] == horizon].iloc[0]
        origins = wording.plural(own["n_origins"], "year")
        count = f"{wording.plural(own['n_forecasts'], 'forecast')} from {origins}"
        columns.append(Column(f"{wording.plural(int(horizon), 'year')} ahead", "number", (count,)))
    failed = rows["n_origins_failed"].max()
    notes = ["These are few forecasts of few partners: a small lead is no lead."]
    if failed > 0:
        notes.append(
            f"From {wording.plural(int(failed), 'further year')} on the equation could not be estimated."
        )
    return table(
        "Mean absolute error of forecasts in logarithms (0.1 is about 10\N{NO-BREAK SPACE}%). Beneath: over "
        "that of carrying the last trade on (below 1 beats it), and how many outcomes lay within the "
        f"{wording.percent(rows['interval_level'].max())} interval.",
        [Column("Forecast", "long"), *columns],
        body,
        source="rpt_backtest",
        notes=tuple(notes),
        layout="small",
    )


def _cell(row: pd.Series) -> Cell:
    relative, hits = row["relative_error"], row["hit_rate"]
    return Cell(
        wording.number(row["mean_absolute_error"]),
        below=(
            "" if wording.is_missing(relative) else f"{wording.number(relative, 2)} of naive",
            "" if wording.is_missing(hits) else f"{wording.percent(hits)} within",
        ),
        style="marked" if relative < 1 and row["method"].startswith(_GRAVITY) else "",
    )
