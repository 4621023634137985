"""The print against itself: what the printed numbers imply about one another, by arithmetic alone.

Printed numbers are rounded, so each stands for an interval; two of them contradict each other only where no
values inside their intervals agree.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from itertools import product
from typing import Any

import numpy as np
from scipy import stats

from analysis.replication.comparison import DIFFERS, EQUAL, as_text, compare
from analysis.replication.evidence import Evidence
from analysis.study.printed import half_unit

Item = dict[str, Any]
Interval = tuple[float, float]


def consistency_items(evidence: Evidence) -> Iterator[Item]:
    """What the print says of itself: no data of ours and no fill set enters."""
    yield from _coefficients(evidence)
    yield from _differences(evidence)
    yield from _f_test(evidence)
    yield from _index_moments(evidence)
    yield from _hausman_from_f(evidence)


def implied_items(evidence: Evidence) -> Iterator[Item]:
    """Numbers that are not printed but follow from printed ones, beside ours under the base fill set."""
    yield from _implied_standard_errors(evidence)
    yield from _implied_mean_outcome(evidence)


def _interval(text: str) -> Interval:
    return float(text) - half_unit(text), float(text) + half_unit(text)


def _range(function: Callable[..., float], *intervals: Interval) -> Interval:
    """Smallest and largest value over the corners: exact for functions monotone in each argument."""
    values = [function(*corner) for corner in product(*intervals)]
    return min(values), max(values)


def _checked(item: str, text: str, value: float, possible: Interval, how: str, **columns: Any) -> Item:
    """A printed number against the interval that other printed numbers leave for it."""
    low, high = _interval(text) if "bounds" not in columns else columns.pop("bounds")
    agrees = possible[0] <= high and low <= possible[1]
    return {
        "item": f"consistency.{item}",
        "printed_value": float(text),
        "printed_text": text,
        "our_value": value,
        "our_text": as_text(value, text),
        "difference": value - float(text),
        "verdict": EQUAL if agrees else DIFFERS,
        "reason": f"{how}: {possible[0]:.4f} to {possible[1]:.4f} as the print is rounded.",
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
        intervals = _interval(estimate), _interval(std_error)
        z = row[column["z"]]
        yield _checked(
            f"z.{term}",
            z,
            b / se,
            _range(lambda b, se: b / se, *intervals),
            "Estimate over standard error",
            bounds=(float(z) - z_unit / 2, float(z) + z_unit / 2),
            **columns,
        )
        p_range = _range(lambda b, se: 2 * stats.norm.sf(abs(b / se)), *intervals)
        student = _range(lambda b, se: 2 * stats.t.sf(abs(b / se), df), *intervals)
        low, high = _interval(row[column["p_value"]])
        how = "Two-sided p of the normal distribution"
        if student[0] > high or student[1] < low:
            how = f"The t distribution with {df} degrees of freedom is ruled out; {how.lower()}"
        yield _checked(
            f"p_value.{term}", row[column["p_value"]], 2 * stats.norm.sf(abs(b / se)), p_range, how, **columns
        )
        for name, sign in (("ci_low", -1.0), ("ci_high", 1.0)):
            yield _checked(
                f"{name}.{term}",
                row[column[name]],
                b + sign * quantile * se,
                _range(lambda b, se, sign=sign: b + sign * quantile * se, *intervals),
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
            _range(lambda fe, re: fe - re, _interval(fe), _interval(re)),
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
        _range(lambda value: float(stats.f.sf(value, test.df1, test.df2)), _interval(statistic)),
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
    shared = {"model": evidence.model.model, "term": own_term}
    for moment, value in moments.items():
        compared = compare(printed.text(row[moment]), float(value))
        reason = f"Of the {values.size} cells of the printed index table: {value:.4f}."
        yield {"item": f"consistency.index.{moment}", **shared, **compared, "reason": reason}


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
            "printed_text": printed.hausman.decision,
            "our_value": value,
            "our_text": f"chi2({df1}) = {value:.2f}, p = {p_value:.4f}",
            "verdict": DIFFERS if rejects else EQUAL,
            "reason": (
                "The printed F test is the Hausman test of fixed effects against the printed random effects, "
                f"which are pooled; it {'rejects' if rejects else 'does not reject'} the model chosen."
            ),
        }


def _implied_standard_errors(evidence: Evidence) -> Iterator[Item]:
    """Standard errors of fixed effects: print has sqrt(V_fe - V_re) in one table, sqrt(V_re) in another."""
    printed, fill_set = evidence.printed, evidence.study.base_fill_set
    fe_column, se_column = (printed.hausman.columns.index(name) for name in ("fe", "se"))
    random_column = printed.regression.columns.index("std_error")
    for term, cells in printed.hausman.rows.items():
        random = printed.text(printed.regression.rows[term][random_column])
        difference = printed.text(cells[se_column])
        implied = math.hypot(float(random), float(difference))
        low, high = _range(math.hypot, _interval(random), _interval(difference))
        ours = evidence.coefficient(fill_set, printed.comparison.fixed_effects, term, "std_error")
        compared = compare(f"{implied:.{printed.decimals}f}", ours, tolerance=(high - low) / 2)
        t_value = float(cells[fe_column]) / implied
        yield {
            "item": f"implied.fe_std_error.{term}",
            "model": evidence.model.model,
            "term": printed.comparison.terms[term],
            "fill_set": fill_set,
            **compared,
            "reason": (
                f"Not printed, implied by sqrt({random}^2 + {difference}^2); the printed estimate then has "
                f"t = {t_value:.2f}. {compared['reason']}"
            ),
        }


def _implied_mean_outcome(evidence: Evidence) -> Iterator[Item]:
    """Regressions pass through the means: that of ln trade follows from coefficients and printed means."""
    printed, fill_set = evidence.printed, evidence.study.base_fill_set
    mean_column = printed.descriptive_statistics.columns.index("mean")
    ours = float(evidence.outcome(fill_set).mean())
    for column in ("fe", "re"):
        position = printed.hausman.columns.index(column)
        implied, tolerance = 0.0, 0.0
        for term, cells in printed.hausman.rows.items():
            slope = printed.text(cells[position])
            row = printed.descriptive_statistics.rows.get(term)
            mean = "1" if row is None else printed.text(row[mean_column])
            implied += float(slope) * float(mean)
            tolerance += half_unit(slope) * abs(float(mean))
            tolerance += 0.0 if row is None else half_unit(mean) * abs(float(slope))
        compared = compare(f"{implied:.{printed.decimals}f}", ours, tolerance=tolerance)
        yield {
            "item": f"implied.mean_log_trade.{column}",
            "model": evidence.model.model,
            "fill_set": fill_set,
            **compared,
            "reason": (
                "Not printed, implied by the coefficients at the printed means; ours is the mean logarithm "
                "of all goods trade, so the paper's e-commerce trade behaves as total trade. "
                f"{compared['reason']}"
            ),
        }
