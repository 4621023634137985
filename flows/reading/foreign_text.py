"""Text of another kind than is read here: told as what it is, with how to repair it."""

from __future__ import annotations

import codecs
from collections.abc import Collection
from typing import NamedTuple

from flows.reading.content import Content

_SEPARATORS = {";": "semicolons", "\t": "tabs", "|": "vertical bars"}
_LOOKED_AT = 4096
_AS_UTF_8 = "text in UTF-8: save it again so, in a spreadsheet as 'CSV UTF-8'"


class Foreign(NamedTuple):
    """What a text is, and what it should be."""

    seen: str
    expected: str


def foreign_text(content: Content, delimiters: Collection[str]) -> Foreign | None:
    """Tell a text in UTF-16 or UTF-32, or with values separated by another sign; None for any other file.

    Parameters
    ----------
    delimiters : collection of str
        Signs by which the layouts separate values.
    """
    head = content.head[:_LOOKED_AT]
    if head.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        return Foreign("text in UTF-32", _AS_UTF_8)
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) or _is_every_other_byte_nul(head):
        return Foreign("text in UTF-16", _AS_UTF_8)
    first = content.head.partition(b"\n")[0].decode("utf-8", "replace")
    unquoted = "".join(first.split('"')[0::2])
    for sign, words in _SEPARATORS.items():
        if sign not in delimiters and unquoted.count(sign) > max(map(unquoted.count, delimiters), default=0):
            return Foreign(
                f"values separated by {words}: {first.strip()}",
                "values separated by commas, with a point before decimals: save it again so",
            )
    return None


def _is_every_other_byte_nul(head: bytes) -> bool:
    """Tell the letters of Latin script in two bytes each, without a mark before them."""
    return len(head) > 3 and any(not any(head[start::2]) and all(head[1 - start :: 2]) for start in (0, 1))
