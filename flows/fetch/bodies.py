"""What a reply's bytes are, before anything in them is believed."""

from __future__ import annotations

import json
from collections.abc import Collection
from typing import Any

from flows.fetch.faults import Passing
from flows.reading.page import html_page


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
