"""Suites at work: published tables judged with Great Expectations, in memory, as data frames.

No Great Expectations project, nothing written, nothing sent. Whatever goes wrong while judging, an absent
table, an absent column, an error inside the library, comes back as a failed critical verdict: a check that
could not be made is never green.
"""

from __future__ import annotations

import dataclasses
import functools
import json
import math
import os
import warnings
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from typing import TYPE_CHECKING, Any

from expectations.suite_file import Expectation, Suite, SuiteError, load_suites
from expectations.verdict import Verdict

if TYPE_CHECKING:
    from types import ModuleType

    import pandas as pd

__all__ = ["Suite", "SuiteError", "load_suites", "validate", "warm_up"]

KEPT_ROWS = 20
"""How many failing rows a verdict shows; the count tells of the others."""

TABLE_HAS_ROWS = "table_has_rows"
"""Asked of every table before any expectation of its suite."""

UNJUDGED = "could not be judged: "
NOTHING_TO_JUDGE = f"{UNJUDGED}no "
"""How the verdict on an expectation begins that found no row or no value."""

KEPT_CHARACTERS = 200
"""Longer text of a cell is cut: a damaged file may put the whole of itself in one."""


def warm_up() -> None:
    """Import Great Expectations, which takes seconds, before it is needed."""
    _whole_frame()


def validate(
    suites: Sequence[Suite], tables: Mapping[str, pd.DataFrame], *, is_absence_tolerated: bool = False
) -> list[Verdict]:
    """Judge tables by their suites.

    Plain data in, plain data out: the function can run in another process.

    Parameters
    ----------
    suites : sequence of Suite
        What is expected; see :func:`load_suites`.
    tables : mapping of table name to DataFrame
        The tables of the suites and their lookup tables (:attr:`Suite.tables`); others are ignored.
    is_absence_tolerated : bool
        For a rebuild of what was known on an earlier day: what was not known yet is absent, not wrong, so a
        table without rows, or a failed expectation about absence, is a warning.

    Returns
    -------
    list of Verdict
        For each suite whether its table has rows, then each of its expectations in the suite's order. A table
        without rows is judged no further. What could not be judged is a failed critical verdict.
    """
    verdicts = []
    for suite in suites:
        presence = _presence(suite, tables.get(suite.table))
        found = [presence]
        if presence.checked_count:
            found += _judged(suite, tables)
        about_absence = {item.name for item in suite.expectations if item.is_about_absence}
        about_absence |= {TABLE_HAS_ROWS} if suite.table in tables else set()
        verdicts += [
            _tolerated(verdict, about_absence) if is_absence_tolerated else verdict for verdict in found
        ]
    return verdicts


def _tolerated(verdict: Verdict, about_absence: set[str]) -> Verdict:
    """Return the verdict as a warning when all that it says is that something is not there."""
    is_absent = verdict.expectation in about_absence or verdict.observed.startswith(NOTHING_TO_JUDGE)
    if verdict.is_passed or verdict.severity != "critical" or not is_absent:
        return verdict
    return dataclasses.replace(verdict, severity="warning")


def _presence(suite: Suite, table: pd.DataFrame | None) -> Verdict:
    """The verdict on whether there is anything to judge."""
    rows = 0 if table is None else len(table)
    is_passed = rows > 0 or (table is not None and suite.is_empty_allowed)
    return Verdict(
        suite=suite.table,
        expectation=TABLE_HAS_ROWS,
        column="",
        severity="critical",
        is_passed=is_passed,
        observed="no such table" if table is None else f"{rows:,} rows",
        expected="a table, with or without rows" if suite.is_empty_allowed else "a table with rows",
        failing_count=int(not is_passed),
        checked_count=rows,
        failing_rows="[]",
        description="An absent or empty table passes every check on its rows: it is a failure of its own.",
    )


def _judged(suite: Suite, tables: Mapping[str, pd.DataFrame]) -> list[Verdict]:
    """One verdict per expectation of a suite whose table has rows."""
    lookups = {name: tables[name] for name in suite.lookups if name in tables}
    frames: dict[str | None, pd.DataFrame | Exception] = {None: tables[suite.table].reset_index(drop=True)}
    for name, frame in suite.frames.items():
        source = frames[frame.reads]
        try:
            frames[name] = source if isinstance(source, Exception) else frame.build(source, lookups)
        except Exception as error:  # whatever it is, it becomes a verdict: never a crash, never green
            frames[name] = error
    verdicts: dict[str, Verdict] = {}
    for name, frame in frames.items():
        asked = [expectation for expectation in suite.expectations if expectation.frame == name]
        if isinstance(frame, Exception):
            verdicts |= {item.name: _unjudged(suite, item, _said(frame)) for item in asked}
        elif asked:
            results = _results(f"{suite.table}.{name}", frame, asked)
            verdicts |= {item.name: _verdict(suite, item, frame, results.get(item.name)) for item in asked}
    return [verdicts[expectation.name] for expectation in suite.expectations]


def _results(name: str, frame: pd.DataFrame, asked: Sequence[Expectation]) -> dict[str, Any]:
    """What Great Expectations says of one frame: a result, or the error in its stead, by expectation name."""
    library = _great_expectations()
    results: dict[str, Any] = {}
    built = []
    for expectation in asked:
        try:
            kind = getattr(library.expectations, expectation.expectation.title().replace("_", ""))
            built.append(
                kind(**expectation.arguments, severity=expectation.severity, meta={"name": expectation.name})
            )
        except Exception as error:  # an argument that the library refuses
            results[expectation.name] = error
    try:
        # Other people's warnings are about their code; a warning of ours would have been an expectation.
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            suite = library.ExpectationSuite(name=name, expectations=built)
            batch = _whole_frame().get_batch({"dataframe": frame})
            answer = batch.validate(suite, result_format={"result_format": "COMPLETE"})
    except Exception as error:  # no answer at all
        return {item.name: error for item in asked} | results
    for result in answer.results:
        results[result.expectation_config.meta["name"]] = _error_of(result) or result
    return results


def _error_of(result: Any) -> RuntimeError | None:
    """The first error that the library met while judging; it reports a failure and keeps the error apart."""
    information = result.exception_info or {}
    # One error for the expectation, or one per metric that it is computed from.
    for part in (information, *information.values()):
        if isinstance(part, Mapping) and part.get("raised_exception") is True:
            return RuntimeError(part.get("exception_message") or "no message")
    return None if "element_count" in result.result else RuntimeError("no counts in the answer")


def _verdict(suite: Suite, expectation: Expectation, frame: pd.DataFrame, result: Any) -> Verdict:
    """Turn the library's result for one expectation into a verdict."""
    is_empty_allowed = expectation.frame is not None and suite.frames[expectation.frame].is_empty_allowed
    if not len(frame) and is_empty_allowed:
        return _stated(suite, expectation, is_passed=True, observed="no rows, which is allowed here")
    if not len(frame):
        return _unjudged(suite, expectation, "no rows to judge")
    if isinstance(result, Exception) or result is None:
        return _unjudged(suite, expectation, _said(result))
    is_value_asked_for = expectation.expectation == "expect_column_values_to_not_be_null"
    missing = 0 if is_value_asked_for else result.result["missing_count"]
    checked = result.result["element_count"] - missing
    if not checked and not is_empty_allowed:
        return _unjudged(suite, expectation, f"no value to judge in {len(frame):,} rows")
    labels = result.result["unexpected_index_list"] or []
    columns = dict.fromkeys([*suite.key, *expectation.columns, *suite.show])
    if expectation.frame is not None and suite.frames[expectation.frame].by:
        columns = dict.fromkeys(frame.columns)
    shown = _in_order(frame.loc[labels, [column for column in columns if column in frame]], suite.key)
    rows = [
        {name: _plain(value) for name, value in row.items()}
        for row in shown.head(KEPT_ROWS).to_dict("records")
    ]
    return _stated(
        suite,
        expectation,
        is_passed=bool(result.success),
        observed=_observed(frame, expectation),
        failing_count=int(result.result["unexpected_count"]),
        checked_count=int(checked),
        failing_rows=json.dumps(rows, ensure_ascii=False, allow_nan=False),
    )


def _in_order(rows: pd.DataFrame, key: Sequence[str]) -> pd.DataFrame:
    """Sort rows by the columns of a key that they have, missing cells last: an engine states no order.

    Cells of no one type are compared as text: what is broken may hold anything.
    """
    named = [column for column in key if column in rows]
    if not named:
        return rows

    def comparable(cells: pd.Series) -> pd.Series:
        return cells.map(str, na_action="ignore") if cells.dtype == object else cells

    return rows.sort_values(named, kind="stable", key=comparable)


def _unjudged(suite: Suite, expectation: Expectation, what: str) -> Verdict:
    """The verdict on an expectation that could not be judged: critical, however mild it is by itself."""
    return _stated(suite, expectation, is_passed=False, severity="critical", observed=f"{UNJUDGED}{what}")


def _stated(suite: Suite, expectation: Expectation, **seen: Any) -> Verdict:
    """A verdict with all that the suite says, and what was seen on top."""
    said = {
        "suite": suite.table,
        "expectation": expectation.name,
        "column": ", ".join(expectation.columns),
        "severity": expectation.severity,
        "expected": expectation.expected,
        "failing_count": 0,
        "checked_count": 0,
        "failing_rows": "[]",
        "description": expectation.description,
    }
    return Verdict(**{**said, **seen})


def _observed(frame: pd.DataFrame, expectation: Expectation) -> str:
    """What the judged column holds: its extremes, or how many different values."""
    parts = []
    for name in expectation.columns:
        values = frame[name].dropna()
        if values.empty:
            text = "no value"
        elif values.dtype.kind in "iuf":
            text = f"{values.min():.6g} to {values.max():.6g}"
        else:
            text = f"{values.nunique():,} different values in {len(values):,} rows"
        parts.append(text if len(expectation.columns) == 1 else f"{name} {text}")
    return "; ".join(parts)


def _plain(value: Any) -> str | int | float | bool | None:
    """A cell as JSON can hold it: no numpy, no NaN, infinities and days as text, long text cut."""
    if hasattr(value, "item"):
        value = value.item()
    if value is None or value != value:  # NaN and NaT are not equal to themselves
        return None
    if isinstance(value, float) and math.isinf(value):
        return str(value)
    if isinstance(value, bool | int | float):
        return value
    if isinstance(value, datetime) and value.time() == time.min:
        value = value.date()  # a frame knows no days without a time
    text = value.isoformat() if isinstance(value, date) else str(value)
    return text if len(text) <= KEPT_CHARACTERS else f"{text[:KEPT_CHARACTERS]}…"


def _said(error: Exception | None) -> str:
    """An error in one line of bounded length."""
    text = f"{type(error).__name__}: {error}" if error is not None else "no answer"
    return " ".join(text.split())[:500]


def _great_expectations() -> ModuleType:
    """Import the library with its usage statistics off; it reads these variables while it is imported."""
    os.environ["GX_ANALYTICS_ENABLED"] = "false"
    os.environ["DO_NOT_TRACK"] = "1"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import great_expectations
        import great_expectations.expectations
    return great_expectations


@functools.cache
def _whole_frame() -> Any:
    """The library's way to a data frame, in a context that leaves nothing behind.

    One for all frames: for each new one the library would write down its whole configuration again.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        context = _great_expectations().get_context(mode="ephemeral")
        context.variables.progress_bars = {"globally": False, "metric_calculations": False}
        frames = context.data_sources.add_pandas("tables").add_dataframe_asset("frame")
        return frames.add_batch_definition_whole_dataframe("all rows")
