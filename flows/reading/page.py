"""A page of the web where a file was expected: known by its beginning, told by its title."""

from __future__ import annotations

import re

_SHOWN = 200


def html_page(body: bytes) -> str | None:
    """Describe an HTML page by its title; None when it is no HTML."""
    start = body[:4096].decode("utf-8", "replace").lstrip("\ufeff \r\n\t")
    if not re.match(r"<(?:!doctype html|html|head|body)\b", start, re.IGNORECASE):
        return None
    title = re.search(r"<title[^>]*>(.*?)</title", start, re.IGNORECASE | re.DOTALL)
    return f"an HTML page titled {one_line(title[1])!r}" if title else "an HTML page"


def one_line(text: str) -> str:
    """Return a source's text as a short line that no terminal stumbles over."""
    collapsed = " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())
    return collapsed if len(collapsed) <= _SHOWN else f"{collapsed[:_SHOWN]}…"
