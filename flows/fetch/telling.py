"""What a fetch says while it works: events, for a person or one JSON object per line."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Protocol


class Tell(Protocol):
    """Takes what happened and its particulars."""

    def __call__(self, event: str, /, **facts: Any) -> None: ...


@contextmanager
def telling(*, as_json: bool) -> Iterator[Tell]:
    """Yield who tells events: results on standard output, the way there on standard error.

    On a terminal the way there is one moving line; with ``as_json`` every event is a line of standard output.
    """
    if as_json:
        yield _tell_json
        return
    from rich.console import Console

    console = Console(stderr=True, highlight=False)
    if not console.is_terminal:
        yield _tell_plainly
        return
    from rich.markup import escape

    results = sys.stdout  # before the moving line takes hold of it
    with console.status("fetching") as status:

        def tell(event: str, /, **facts: Any) -> None:
            line = sentence(event, facts)
            if event not in RESULTS:
                status.update(escape(line))
            elif event == "failed" or results.isatty():
                console.print(line, markup=False, soft_wrap=True)
            else:
                print(line, file=results, flush=True)

        yield tell


RESULTS = ("landed", "kept", "unchanged", "failed", "planned", "done")
"""Events that are results; the others only tell how far it is."""


def _tell_json(event: str, /, **facts: Any) -> None:
    print(json.dumps({"event": event, **facts}, ensure_ascii=False, default=str), flush=True)


def _tell_plainly(event: str, /, **facts: Any) -> None:
    stream = sys.stdout if event in RESULTS and event != "failed" else sys.stderr
    print(sentence(event, facts), file=stream, flush=True)


def sentence(event: str, facts: dict[str, Any]) -> str:
    """Return an event as a line for a person."""
    rows = facts.get("rows")
    counted = "" if rows is None else f", {rows:,} rows"
    match event:
        case "request":
            return f"asking     {facts['url']}"
        case "retry":
            return (
                f"waiting    {facts['wait_seconds']:g} s after attempt {facts['attempt']}: {facts['reason']}"
            )
        case "landed":
            return f"landed     {facts['file']}{counted}"
        case "kept":
            return f"kept       {facts['file']}: here already{counted}"
        case "unchanged":
            return f"unchanged  {facts['file']}: the source has nothing newer{counted}"
        case "restarted" | "split":
            return f"{event:<10} {facts['reason']}"
        case "planned":
            plan = "here" if facts["is_here"] else "would ask"
            return f"{plan:<10} {facts['url']}\n           → {facts['file']}"
        case "failed":
            return f"failed     {facts['reason']}"
        case "done":
            told = [
                f"{facts[name]} {name}" for name in ("landed", "kept", "unchanged", "failed") if facts[name]
            ]
            return f"{', '.join(told) or 'nothing'}: {facts['landing']}"
    return f"{event:<10} {facts}"
