"""Columns of a regression table from the published tables of a release: nothing is estimated again."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

import pandas as pd

from analysis.estimators import FRONTIERS, PPML_EFFECTS, PPML_SMALL_SAMPLE
from analysis.gravity.covariance import CovarianceRule, covariance_rule
from analysis.regression_tables.columns import Coefficient, ModelColumn
from analysis.regression_tables.wording import (
    EFFECTS,
    covariance_footer,
    covariance_note,
    inference_in_words,
    sentence,
    test_in_words,
    title_of,
    whole,
)

EQUATION = ["study", "model", "specification", "flow"]
FLOW_ORDER = {"total": 0}
"""The flow that is shown where none is asked for: total trade where it is there, else the first by name."""


_SENTENCE_END = re.compile(r"(?<=[.!?])\s+(?=[A-Z0-9(])")


class NothingPublished(ValueError):
    """The published tables hold no fit of what was asked for; the message names what they hold."""


def published_columns(
    coefficients: pd.DataFrame,
    fits: pd.DataFrame,
    tests: pd.DataFrame,
    *,
    study: str,
    model: str | None = None,
    flow: str | None = None,
    fill_set: str | None = None,
    specifications: Sequence[str] = (),
    selection: pd.DataFrame | None = None,
    level: float = 0.95,
) -> tuple[ModelColumn, ...]:
    """Make columns of the published fits of one equation.

    Parameters
    ----------
    coefficients, fits, tests : DataFrame
        ``rpt_gravity_coefficients``, ``rpt_gravity_fit`` and ``rpt_gravity_tests`` of a release, or the
        tables `gravity_coefficients`, `gravity_fit` and `gravity_tests` of `estimate_study`.
    study : str
    model : str, optional
        By default that of the selected fit.
    flow : str, optional
        By default total trade where it is there.
    fill_set : str, optional
        By default that of the selected fit.
    specifications : sequence of str, optional
        ``estimator.covariance``, in the order of the columns; by default all, the selected one first.
    selection : DataFrame, optional
        ``rpt_gravity_selection`` of a release, or the table `gravity_selection`. With it the default is the
        estimators that some rule would choose, the study's or another, which is what a reader weighs; all
        where no rule chooses any.
    level : float
        Coverage of the published intervals; it stands in the note below the table.

    Returns
    -------
    tuple of ModelColumn
        One per fit that was estimated. P-values and intervals are those for few clusters where the release
        has them, and the footer says so.

    Raises
    ------
    NothingPublished
        No such study, model, flow, fill set or specification, or none of it was estimated.
    """
    own = _narrowed(fits, "study", study).sort_values(EQUATION)
    own = _narrowed(
        own, "flow", flow or min(own["flow"].unique(), key=lambda name: (FLOW_ORDER.get(name, 1), name))
    )
    selected = own[own["is_selected"].fillna(False).astype(bool)]
    chosen = selected if len(selected) else own
    own = _narrowed(own, "model", model or chosen["model"].iloc[0])
    own = _narrowed(own, "fill_set", fill_set or chosen["fill_set"].iloc[0])
    own = own.assign(way=[_way(row) for row in own.itertuples()])
    if specifications:
        own = pd.concat(
            [_narrowed(own, "way", way, "specification") for way in dict.fromkeys(specifications)]
        )
    else:
        own = own.sort_values(["is_selected", "way"], ascending=[False, True], kind="stable")
        if selection is not None:
            own = _weighed(own, selection)
    columns = [_column(row, coefficients, tests, level) for row in own.itertuples()]
    estimated = tuple(column for column in columns if column.coefficients)
    if not estimated:
        raise NothingPublished(f"study {study}: none of {sorted(own['specification'])} was estimated")
    return estimated


def _narrowed(rows: pd.DataFrame, column: str, value: str, called: str = "") -> pd.DataFrame:
    kept = rows[rows[column] == value]
    if kept.empty:
        known = sorted(rows[column].dropna().unique())
        raise NothingPublished(f"{called or column} {value!r} is not published: expected one of {known}")
    return kept


def _weighed(own: pd.DataFrame, selection: pd.DataFrame) -> pd.DataFrame:
    """The fits whose estimator some rule chooses for this equation; all of them where none is chosen."""
    equation = ["study", "model", "flow", "fill_set"]
    same = (selection[equation] == own.iloc[0][equation]).all(axis=1)
    chosen = selection[same & selection["is_selected"].fillna(False).astype(bool)]["estimator"]
    kept = own[own["estimator"].isin(chosen)]
    return own if kept.empty else kept


def _way(row) -> str:
    """Estimator and covariance of a specification, without its fill set."""
    return row.specification.removesuffix(f".{row.fill_set}")


def _column(row, coefficients: pd.DataFrame, tests: pd.DataFrame, level: float) -> ModelColumn:
    key = {name: getattr(row, name) for name in EQUATION}
    own = _rows_of(coefficients, key).sort_values("term")
    found = {
        item.term: Coefficient(
            estimate=float(item.estimate),
            std_error=float(item.std_error),
            statistic=float(item.statistic),
            p_value=_first(item, "few_cluster_p_value", "p_value"),
            **dict(zip(("ci_low", "ci_high"), _interval(item), strict=True)),
        )
        for item in own.itertuples()
    }
    return ModelColumn(
        title=title_of(row.estimator),
        outcome=f"{sentence(row.flow)} trade" if row.flow in FLOW_ORDER else sentence(row.flow),
        coefficients=found,
        footer=_footer(row, own, _rows_of(tests, key)),
        caveats=tuple(sentence(text) for text in _sentences(row.caveat)),
        level=level,
        remarks=tuple(
            covariance_note(rule)
            for rule in (_rule(row.estimator, name) for name in own["covariance"].unique())
            if rule
        ),
    )


def _footer(row, own: pd.DataFrame, tests: pd.DataFrame) -> dict[str, str]:
    footer = {
        "Observations": whole(row.n_obs),
        "Partners": whole(row.n_entities),
        "Years": whole(row.n_years),
        "Effects": EFFECTS.get(row.estimator, ""),
        "Selected by the rule": "yes" if not pd.isna(row.is_selected) and row.is_selected else "",
        "Fills": row.fill_set.replace("_", " "),
    }
    if not pd.isna(row.r_squared):
        footer[f"R² ({row.r_squared_kind})"] = f"{row.r_squared:.3f}"
    if not pd.isna(row.log_likelihood):
        footer["Log-likelihood"] = f"{row.log_likelihood:.3f}"
    if len(own):
        first = own.iloc[0]
        kind, _, distribution = first["covariance"].rpartition("_")
        rule = _rule(row.estimator, first["covariance"])
        footer |= covariance_footer(rule) if rule else {"Standard errors": sentence(kind)}
        few = first.get("few_cluster_method")
        footer["p-values and intervals"] = inference_in_words(distribution if pd.isna(few) else few)
    for test in tests.sort_values("test").itertuples():
        footer[title_of(test.test)] = test_in_words(
            test.statistic, test.df1, test.df2, test.p_value, bool(test.is_valid)
        )
    return {label: text for label, text in footer.items() if text}


def _rule(estimator: str, covariance: str) -> CovarianceRule | None:
    """The rule that an estimator gives a named covariance; None where it has none, as a Hessian."""
    kind = covariance.rpartition("_")[0]
    if estimator in FRONTIERS:
        return None
    return covariance_rule(covariance, PPML_SMALL_SAMPLE.get(kind, "") if estimator in PPML_EFFECTS else "")


def _rows_of(frame: pd.DataFrame, key: dict[str, str]) -> pd.DataFrame:
    kept = pd.Series(True, index=frame.index)
    for column, value in key.items():
        kept &= frame[column] == value
    return frame[kept]


def _first(item, *names: str) -> float:
    """The first of these columns that is there and has a number; nan where none has."""
    values = (getattr(item, name, math.nan) for name in names)
    return next((float(value) for value in values if not pd.isna(value)), math.nan)


def _interval(item) -> tuple[float, float]:
    """The interval for few clusters where there is that method: an end of it that is missing has no bound."""
    if pd.isna(getattr(item, "few_cluster_method", math.nan)):
        return float(item.ci_low), float(item.ci_high)
    low, high = item.few_cluster_ci_low, item.few_cluster_ci_high
    return (-math.inf if pd.isna(low) else float(low)), (math.inf if pd.isna(high) else float(high))


def _sentences(text) -> list[str]:
    """The sentences of a published caveat; none where it is missing."""
    return [] if pd.isna(text) else _SENTENCE_END.split(str(text).strip())
