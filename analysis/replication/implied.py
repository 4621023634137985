"""Numbers that are not printed but follow from printed ones, beside ours."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

from analysis.replication.comparison import compare
from analysis.replication.evidence import Evidence
from analysis.replication.rounding import interval, reachable

Item = dict[str, Any]


def implied_items(evidence: Evidence) -> Iterator[Item]:
    """Numbers that are not printed but follow from printed ones, beside ours under the base fill set."""
    yield from _implied_standard_errors(evidence)
    yield from _implied_mean_outcome(evidence)


def _implied_standard_errors(evidence: Evidence) -> Iterator[Item]:
    """Standard errors of fixed effects: print has sqrt(V_fe - V_re) in one table, sqrt(V_re) in another."""
    printed, fill_set = evidence.printed, evidence.study.base_fill_set
    fe_column, se_column = (printed.hausman.columns.index(name) for name in ("fe", "se"))
    random_column = printed.regression.columns.index("std_error")
    for term, cells in printed.hausman.rows.items():
        random = printed.text(printed.regression.rows[term][random_column])
        difference = printed.text(cells[se_column])
        implied = math.hypot(float(random), float(difference))
        possible = reachable(math.hypot, interval(random), interval(difference))
        ours = evidence.coefficient(fill_set, printed.comparison.fixed_effects, term, "std_error")
        compared = compare(f"{implied:.{printed.decimals}f}", ours, possible=possible)
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
        implied, low, high = 0.0, 0.0, 0.0
        for term, cells in printed.hausman.rows.items():
            slope = printed.text(cells[position])
            row = printed.descriptive_statistics.rows.get(term)
            mean = None if row is None else printed.text(row[mean_column])
            # The constant stands at exactly 1.
            means = (1.0, 1.0) if mean is None else interval(mean)
            implied += float(slope) * (1.0 if mean is None else float(mean))
            smallest, largest = reachable(float.__mul__, interval(slope), means)
            low, high = low + smallest, high + largest
        compared = compare(f"{implied:.{printed.decimals}f}", ours, possible=(low, high))
        yield {
            "item": f"implied.mean_log_trade.{column}",
            "model": evidence.model.model,
            "fill_set": fill_set,
            **compared,
            "reason": (
                "Not printed, implied by the coefficients at the printed means; ours is the mean logarithm "
                "of all goods trade: where both agree, the paper's e-commerce trade behaves as total trade. "
                f"{compared['reason']}"
            ),
        }
