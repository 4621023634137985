"""Every finding about how a publication made its numbers, as rows."""

from __future__ import annotations

from collections.abc import Iterator

from analysis.replication.evidence import Evidence
from analysis.replication.findings import (
    hausman_from_f,
    index_rows,
    level_equation,
    oil_price_in_distance,
    pooled_in_disguise,
    three_components,
)
from analysis.replication.findings.rows import Row

PARTS = (
    pooled_in_disguise,
    hausman_from_f,
    level_equation,
    index_rows,
    oil_price_in_distance,
    three_components,
)


def finding_rows(evidence: Evidence) -> Iterator[Row]:
    """Rows of `replication_findings`: statistics computed from printed numbers and our panel.

    A finding that needs a panel which is not there, or does not apply to what is printed, has no rows.
    """
    for part in PARTS:
        for row in part.finding(evidence):
            yield {"study": evidence.study.study, **row}
