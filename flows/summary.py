"""What a run tells the person who started it: what was published, where, and what changed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from flows.as_of import described
from flows.run_record import RunRecord


def summarise(record: RunRecord, folder: Path) -> str:
    """Return the run's outcome as a few lines of Markdown that also read well as plain text."""
    rows = sum(table["rows"] for table in record.tables.values())
    lines = [
        f"Published {record.run_id}: {len(record.tables)} tables, {rows:,} rows",
        "",
        f"- release: {folder}",
        f"- database: {folder / 'serai.duckdb'}",
        f"- report: {folder / 'report.html'}",
        f"- files: {record.files.get('loaded', 0)} loaded, {record.files.get('duplicates', 0)} seen before,"
        f" {len(record.refused)} refused",
        f"- checks: {record.verdicts.get('passed', 0)} passed, {record.verdicts.get('warning', 0)} warnings"
        " (validation.html)",
    ]
    lines += [f"- refused: {item['file']}: {item['reason']}" for item in record.refused]
    if record.circles:
        named = ", ".join(record.circles)
        lines.append(f"- all loaded, for their side-cars supersede one another in a circle: {named}")
    lines += [_warning(found) for found in record.warned]
    changes = record.changes
    if changes:
        changed = [
            name
            if counts["rows_before"] == counts["rows_after"]
            else f"{name} ({counts['rows_before']:,} → {counts['rows_after']:,} rows)"
            for name, counts in changes["changed"].items()
        ]
        parts = [
            *(f"new {name}" for name in changes["added"]),
            *(f"gone {name}" for name in changes["gone"]),
            *(f"changed {name}" for name in changed),
        ]
        lines.append(f"- against {changes['against']}: {', '.join(parts) or 'no published value changed'}")
    if record.redistributable:
        named = ", ".join(record.left_out) or "nothing that has landed"
        lines.append(f"- may be passed on; left out, as their terms do not allow it: {named}")
    if record.as_of:
        lines.append(f"- as of {record.as_of}: kept beside, the current release stays as it is")
        lines += described(record.as_of, record.not_known)
    return "\n".join(lines)


def _warning(found: dict[str, Any]) -> str:
    first = ", ".join(f"{name} {cell}" for name, cell in (found["rows"] or [{}])[0].items())
    return f"- warning: {found['test']}: {found['count']} rows{f', the first: {first}' if first else ''}"
