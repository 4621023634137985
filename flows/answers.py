"""How answers from the release are shown to a person, and made safe for JSON."""

from __future__ import annotations

import math
from datetime import date, datetime
from typing import Any


def print_table(columns: list[str], rows: list[tuple[Any, ...]], limit: int) -> None:
    """Print at most ``limit`` rows as a table; what a cell holds is shown as text, never as markup."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table()
    for column in columns:
        table.add_column(Text(column), overflow="fold")
    for row in rows[:limit]:
        table.add_row(*(Text(_cell(value)) for value in row))
    console = Console()
    if not console.is_terminal:
        # Piped output must not be folded at 80 columns.
        console = Console(width=max(80, 4096))
    console.print(table)
    if len(rows) > limit:
        console.print(f"{limit} of {len(rows)} rows shown; --limit, --csv or --json give the rest")


def finite(value: Any) -> Any:
    """Return what JSON can say: it knows no infinity and no not-a-number."""
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:.6g}"
    if isinstance(value, datetime | date):
        return value.isoformat(sep=" ") if isinstance(value, datetime) else value.isoformat()
    return str(value)
