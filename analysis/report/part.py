"""A part of a section: a heading of its own, a sentence, drawings, tables in sight and tables folded away."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from analysis.report.svg import Figure
from analysis.report.table import Table


@dataclass(frozen=True)
class Part:
    """What stands under one small heading, in this order."""

    heading: str = ""
    lead: str = ""
    figures: tuple[Figure, ...] = ()
    tables: tuple[Table, ...] = ()
    folded: tuple[Table, ...] = ()
    notes: tuple[str, ...] = ()


def parts_content(lead: str, *parts: Part | None) -> dict[str, Any]:
    """What the template draws of a section that is made of parts; parts without rows are left out."""
    return {"lead": lead, "parts": [part for part in parts if part is not None]}


def there(*found: Any) -> tuple[Any, ...]:
    """Those that there are rows for."""
    return tuple(one for one in found if one is not None)
