"""One row of `replication_findings`: a statistic, what it is held against, and what follows from it."""

from __future__ import annotations

import math
from typing import Any

from analysis.replication.comparison import NO_FILL_SET
from analysis.replication.evidence import Evidence

Row = dict[str, Any]

PRINT_ALONE = "printed numbers alone"
MOST_ORDERS = 8
"""Rows of which every order is searched: 8! are 40,320, and more rows take minutes rather than moments."""


def finding_row(
    finding: str,
    statistic: str,
    value: float | None,
    conclusion: str,
    evidence: str = PRINT_ALONE,
    *,
    printed_value: float | None = None,
    fill_set: str = NO_FILL_SET,
) -> Row:
    """Put one statistic of a finding together.

    Parameters
    ----------
    finding : str
        What the publication seems to have done, as a name.
    statistic : str
        Name of the number, unique within the finding.
    value : float or None
        The number as computed; nan and what is infinite are missing.
    conclusion : str
        What follows from it.
    evidence : str
        What it is computed from.
    printed_value : float or None
        The printed number that it is held against, where there is one.
    fill_set : str
        The fill set of the panel, where the panel enters.
    """
    is_missing = value is None or not math.isfinite(value)
    return {
        "finding": finding,
        "statistic": statistic,
        "value": None if is_missing else float(value),
        "printed_value": printed_value,
        "conclusion": conclusion,
        "evidence": evidence,
        "fill_set": fill_set,
    }


def base_fill_set(evidence: Evidence) -> str | None:
    """The study's base fill set, if the comparison equation has a sample under it."""
    fill_set = evidence.study.base_fill_set
    equation = evidence.by_fill_set.get(fill_set)
    return fill_set if equation is not None and len(equation.sample.rows) else None
