"""The print against itself: what the printed numbers imply about one another, by arithmetic alone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

import numpy as np
from scipy import stats

from analysis.replication.comparison import (
    DIFFERS,
    EQUAL,
    SAME_SIGN,
    compare,
    compare_texts,
)
from analysis.replication.evidence import Evidence
from analysis.replication.rounding import (
    Interval,
    as_text,
    has_printed_digits,
    interval,
    moment_interval,
    reachable,
    within,
)
from analysis.study.printed import half_unit

Item = dict[str, Any]


def consistency_items(evidence: Evidence) -> Iterator[Item]:
    """What the print says of itself: no data of ours and no fill set enters."""
    yield from _coefficients(evidence)
    yield from _differences(evidence)
    yield from _f_test(evidence)
    yield from _index_moments(evidence)
    yield from _hausman_from_f(evidence)


def _checked(item: str, text: str, value: float, possible: Interval, how: str, **columns: Any) -> Item:
    """A printed number against the interval that other printed numbers leave for it."""
    low, high = interval(text) if "bounds" not in columns else columns.pop("bounds")
    room = within(possible, text)
    if has_printed_digits(value, text):
        verdict, reason = EQUAL, f"{how} rounds to the printed digits."
    elif possible[0] <= high and low <= possible[1]:
        verdict, reason = SAME_SIGN, f"{how}, {room}."
    else:
        verdict, reason = DIFFERS, f"{how}, not {room}."
    return {
        "item": f"consistency.{item}",
        "printed_value": float(text),
        "printed_text": text,
        "our_value": value,
        "our_text": as_text(value, text),
        "difference": value - float(text),
        "verdict": verdict,
        "reason": reason,
        **columns,
    }


def _coefficients(evidence: Evidence) -> Iterator[Item]:
    """z = b / se, and p-values and intervals of the normal distribution, for every printed row."""
    printed = evidence.printed
    table = printed.regression
    column = {name: position for position, name in enumerate(table.columns)}
    texts = {term: [printed.text(cell) for cell in cells] for term, cells in table.rows.items()}
    z_unit = _carried_unit([row[column["z"]] for row in texts.values()])
    quantile = float(stats.norm.ppf(1 - evidence.study.gravity.significance_level / 2))
    df = printed.sample.observations - len(table.rows)
    for term, row in texts.items():
        columns = {"model": evidence.model.model, "term": printed.comparison.terms[term]}
        estimate, std_error = (row[column[name]] for name in ("estimate", "std_error"))
        b, se = float(estimate), float(std_error)
        intervals = interval(estimate), interval(std_error)
        z = row[column["z"]]
        z_low, z_high = float(z) - z_unit / 2, float(z) + z_unit / 2
        # Trailing zeros of a whole column are no digits, so each number of it stands for a wider interval.
        carried = f" ({z} is printed in units of {z_unit:g})" if z_unit > 2 * half_unit(z) else ""
        yield _checked(
            f"z.{term}",
            z,
            b / se,
            reachable(lambda b, se: b / se, *intervals),
            f"Estimate over standard error{carried}",
            bounds=(z_low, z_high),
            **columns,
        )
        p_range = reachable(lambda b, se: 2 * stats.norm.sf(abs(b / se)), *intervals)
        student = reachable(lambda b, se: 2 * stats.t.sf(abs(b / se), df), *intervals)
        low, high = interval(row[column["p_value"]])
        how = "Two-sided p of the normal distribution"
        if student[0] > high or student[1] < low:
            how = f"The t distribution with {df} degrees of freedom is ruled out: {how.lower()}"
        yield _checked(
            f"p_value.{term}", row[column["p_value"]], 2 * stats.norm.sf(abs(b / se)), p_range, how, **columns
        )
        for name, sign in (("ci_low", -1.0), ("ci_high", 1.0)):
            yield _checked(
                f"{name}.{term}",
                row[column[name]],
                b + sign * quantile * se,
                reachable(lambda b, se, sign=sign: b + sign * quantile * se, *intervals),
                f"Estimate {'-' if sign < 0 else '+'} {quantile:.2f} standard errors",
                **columns,
            )


def _carried_unit(texts: Sequence[str]) -> float:
    """Unit of the last digit that a column really carries: trailing zeros of every row carry nothing."""
    exponents = [int(Decimal(text).normalize().as_tuple().exponent) for text in texts]
    return 10.0 ** min(min(exponents), 0)


def _differences(evidence: Evidence) -> Iterator[Item]:
    printed = evidence.printed
    column = {name: position for position, name in enumerate(printed.hausman.columns)}
    for term, cells in printed.hausman.rows.items():
        fe, re, difference = (printed.text(cells[column[name]]) for name in ("fe", "re", "difference"))
        yield _checked(
            f"difference.{term}",
            difference,
            float(fe) - float(re),
            reachable(lambda fe, re: fe - re, interval(fe), interval(re)),
            "Fixed minus random effects",
            model=evidence.model.model,
            term=printed.comparison.terms[term],
        )


def _f_test(evidence: Evidence) -> Iterator[Item]:
    printed = evidence.printed
    test, sample = printed.f_test, printed.sample
    slopes = len(printed.regression.rows) - 1
    statistic = printed.text(test.statistic)
    model = {"model": evidence.model.model}
    yield _checked(
        "f_test.p_value",
        printed.text(test.p_value),
        float(stats.f.sf(float(statistic), test.df1, test.df2)),
        reachable(lambda value: float(stats.f.sf(value, test.df1, test.df2)), interval(statistic)),
        f"Upper tail of F({test.df1}, {test.df2}) at {statistic}",
        **model,
    )
    for name, theirs, ours, how in (
        ("df1", test.df1, sample.partners - 1, "Partners less one"),
        (
            "df2",
            test.df2,
            sample.observations - sample.partners - slopes,
            "Observations less partners less slopes",
        ),
    ):
        compared = compare(str(theirs), ours)
        yield {"item": f"consistency.f_test.{name}", **model, **compared, "reason": f"{how}: {ours}."}


def _index_moments(evidence: Evidence) -> Iterator[Item]:
    """The printed index table against its row of descriptive statistics."""
    printed = evidence.printed
    own_term = next(
        term.term for term in evidence.study.gravity.terms_of(evidence.model) if term.index == "printed"
    )
    name = next(name for name, term in printed.comparison.terms.items() if term == own_term)
    table = printed.descriptive_statistics
    row = dict(zip(table.columns, table.rows[name], strict=True))
    values = np.array(list(printed.index_values().values()))
    moments = {
        "mean": values.mean(),
        "sd": values.std(ddof=1),
        "min": values.min(),
        "max": values.max(),
    }
    for moment, value in moments.items():
        yield _checked(
            f"index.{moment}",
            printed.text(row[moment]),
            float(value),
            moment_interval(moment, float(value), values.size, half_unit(printed.text(0.0))),
            f"Of the {values.size} cells of the printed index table: {value:.4f}",
            model=evidence.model.model,
            term=own_term,
        )


def _hausman_from_f(evidence: Evidence) -> Iterator[Item]:
    """The Hausman statistic that the printed F implies for random effects that are pooled OLS.

    With at least N - 1 slopes, fixed effects against pooled OLS under one error variance is the F test over
    again: (N - 1) F with the variance of fixed effects, and that over s²_pooled / s²_FE with the pooled one.
    """
    printed = evidence.printed
    df1, df2 = printed.f_test.df1, printed.f_test.df2
    if len(printed.regression.rows) - 1 < printed.sample.partners - 1:
        return
    statistic = float(printed.f_test.statistic)
    sigmaless = df1 * statistic
    variance_ratio = (1 + sigmaless / df2) * df2 / (df1 + df2)
    for form, value in (("sigmaless", sigmaless), ("sigmamore", sigmaless / variance_ratio)):
        p_value = float(stats.chi2.sf(value, df1))
        rejects = p_value < evidence.study.gravity.significance_level
        yield {
            "item": f"consistency.hausman.{form}",
            "model": evidence.model.model,
            "our_value": value,
            **compare_texts(
                printed.hausman.decision,
                f"chi2({df1}) = {value:.2f}, p = {p_value:.4f}",
                not rejects,
                "The printed F test is the Hausman test of fixed effects against the printed random effects, "
                f"which are pooled; it {'rejects' if rejects else 'does not reject'} the model chosen.",
            ),
        }
