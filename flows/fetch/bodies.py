"""What a reply's bytes are, before anything in them is believed."""

from __future__ import annotations

import json
import re
from collections.abc import Collection
from typing import Any

from flows.fetch.faults import Passing

_SHOWN = 200


def parsed_json(body: bytes, kept_keys: Collection[str]) -> Any:
    """Return a JSON text, of its objects only the keys that are looked at: the text itself lands, not this.

    Raises
    ------
    Passing
        When it is none: an error page sent with status 200, or a text that was cut off.
    """
    if not body.strip():
        raise Passing("an empty reply", "JSON")
    try:
        # The World Bank begins its replies with a byte order mark.
        text = body.decode("utf-8-sig")
        return json.loads(text, object_pairs_hook=lambda pairs: {k: v for k, v in pairs if k in kept_keys})
    except UnicodeDecodeError as error:
        raise Passing(f"a byte that is not UTF-8 at {error.start:,}", "JSON") from None
    except json.JSONDecodeError as error:
        if page := html_page(body):
            raise Passing(page, "JSON") from None
        where = f"line {error.lineno} column {error.colno}"
        raise Passing(
            f"{len(body):,} bytes that are no whole JSON text ({error.msg}, {where})", "JSON"
        ) from None
    except RecursionError:
        raise Passing("JSON nested without end", "JSON") from None


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
