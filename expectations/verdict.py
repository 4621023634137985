"""Verdicts: what became of each expectation, whether a release may go out, and the page that says so."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    import pandas as pd

Severity = Literal["critical", "warning", "info"]

SEVERITIES: tuple[Severity, ...] = ("critical", "warning", "info")
"""From worst to mildest."""

_TEMPLATES = Path(__file__).resolve().parent / "templates"


@dataclass(frozen=True)
class Verdict:
    """What became of one expectation.

    Attributes
    ----------
    suite : str
        The published table that was judged.
    expectation : str
        Name of the expectation within its suite.
    column : str
        The column or columns that were judged, separated by a comma.
    severity : {'critical', 'warning', 'info'}
        A failed critical expectation stops the release; the others are printed with it.
    is_passed : bool
        Whether the table is as expected.
    observed : str
        What was seen.
    expected : str
        What was expected.
    failing_count : int
        Rows that broke the expectation (an expectation may tolerate some of them).
    checked_count : int
        Rows that were judged: those with a value, unless the value itself was asked for.
    failing_rows : str
        The first of the failing rows, as the JSON text of a list of objects.
    description : str
        Why this is expected, in plain words.
    """

    suite: str
    expectation: str
    column: str
    severity: Severity
    is_passed: bool
    observed: str
    expected: str
    failing_count: int
    checked_count: int
    failing_rows: str
    description: str

    @property
    def rows(self) -> list[dict[str, Any]]:
        """The failing rows that were kept, each a mapping of column to value."""
        return json.loads(self.failing_rows)

    @property
    def failing_share(self) -> float:
        """Share of the judged rows that broke the expectation (0 when none was judged)."""
        return self.failing_count / self.checked_count if self.checked_count else 0.0


def gate(verdicts: Sequence[Verdict]) -> bool:
    """Return whether a release may go out: no critical expectation failed."""
    return not any(verdict.severity == "critical" and not verdict.is_passed for verdict in verdicts)


def verdicts_frame(verdicts: Sequence[Verdict]) -> pd.DataFrame:
    """Return one row per verdict with the columns of :class:`Verdict`, typed also when there is none."""
    import pandas as pd

    types = {"bool": "bool", "int": "int64"}
    frame = pd.DataFrame(
        [asdict(verdict) for verdict in verdicts], columns=[field.name for field in fields(Verdict)]
    )
    return frame.astype({field.name: types.get(str(field.type), "str") for field in fields(Verdict)})


def render_page(verdicts: Sequence[Verdict], title: str = "Data checks") -> str:
    """Return one self-contained HTML page: counts, failures first, what passed folded away.

    Every value is escaped, set apart from the direction of the text around it, and the page forbids scripts
    and outside content by its own policy: names that arrive in data files are other people's text.
    """
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    failed = sorted(
        (verdict for verdict in verdicts if not verdict.is_passed),
        key=lambda verdict: (SEVERITIES.index(verdict.severity), verdict.suite, verdict.expectation),
    )
    passed: dict[str, list[Verdict]] = {}
    for verdict in sorted(verdicts, key=lambda verdict: verdict.suite):
        if verdict.is_passed:
            passed.setdefault(verdict.suite, []).append(verdict)
    return environment.get_template("verdicts.html").render(
        title=title,
        is_released=gate(verdicts),
        failed=failed,
        passed=passed,
        counts={name: sum(verdict.severity == name for verdict in failed) for name in SEVERITIES},
        passed_count=len(verdicts) - len(failed),
        total=len(verdicts),
    )
