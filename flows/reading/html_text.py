"""HTML as tags and visible text, in one pass over the page.

The standard library's parser looks for the end of every comment and tag that is never closed, from each of
them to the end of the page: a few megabytes of broken markup take it hours. Here what is not closed is
looked for once, and ends the page, as it does in a browser.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape

_RAW = frozenset({"script", "style", "textarea", "title", "xmp", "iframe", "noembed", "noframes"})
_UNSEEN = frozenset({"script", "style", "template", "noscript", "iframe", "noembed", "noframes"})
_INLINE = frozenset(
    {
        "a",
        "abbr",
        "b",
        "big",
        "em",
        "font",
        "i",
        "ins",
        "o:p",
        "s",
        "small",
        "span",
        "strong",
        "sub",
        "sup",
        "u",
    }
)
_TAG = re.compile(r"</?([a-zA-Z][^\s/>]*)")
_IN_TAG = re.compile(r"""[>"']""")


@dataclass(frozen=True)
class Tag:
    """One tag.

    Attributes
    ----------
    name : str
        In small letters.
    attributes : str
        All that stands between the name and the end of the tag.
    """

    name: str
    is_end: bool
    attributes: str = ""

    @property
    def is_break(self) -> bool:
        """Words before and after the tag are two words."""
        return self.name not in _INLINE

    def number(self, attribute: str) -> int:
        """Return a whole number that an attribute states; 1 where it states none, as for spans of cells."""
        stated = re.search(
            rf"(?:^|[\s\"'/]){attribute}\s*=\s*[\"']?\s*(\d{{1,9}})", self.attributes, re.IGNORECASE
        )
        return int(stated.group(1)) if stated else 1


def tokens(text: str) -> Iterator[Tag | str]:
    """Yield the tags of a page, and the visible text between them with its entities resolved.

    Comments, declarations, scripts and what else a browser does not show are left out.
    """
    hiding, depth = "", 0
    for token in _all_tokens(text):
        if not hiding and isinstance(token, Tag) and token.name in _UNSEEN:
            if not token.is_end:
                hiding, depth = token.name, 1
        elif not hiding:
            yield token
        elif isinstance(token, Tag) and token.name == hiding:
            depth += -1 if token.is_end else 1
            hiding = hiding if depth else ""


def _all_tokens(text: str) -> Iterator[Tag | str]:
    position, length = 0, len(text)
    lowered = ""
    while position < length:
        start = text.find("<", position)
        if start < 0:
            yield _resolved(text[position:])
            return
        if start > position:
            yield _resolved(text[position:start])
        if text.startswith("<!--", start):
            end = text.find("-->", start + 4)
        elif text.startswith(("<!", "<?"), start):
            end = text.find(">", start)
        elif tag := _TAG.match(text, start):
            end = _tag_end(text, tag.end())
            if end < 0:
                return
            name, is_end = tag.group(1).lower(), text.startswith("</", start)
            yield Tag(name, is_end, text[tag.end() : end])
            position = end + 1
            if name in _RAW and not is_end:
                # Small letters of some scripts are longer: places in the two texts must be the same.
                lowered = lowered or text.translate(_LOWER)
                close = lowered.find(f"</{name}", position)
                if close < 0:
                    return
                yield _resolved(text[position:close])
                position = close
            continue
        else:
            yield "<"
            position = start + 1
            continue
        if end < 0:
            return
        position = text.index(">", end) + 1


_LOWER = {code: code + 32 for code in range(ord("A"), ord("Z") + 1)}


def _tag_end(text: str, position: int) -> int:
    """Return where the tag's closing sign stands, outside quoted values; -1 where it is never closed."""
    while sign := _IN_TAG.search(text, position):
        if sign.group() == ">":
            return sign.start()
        position = sign.end()
        if text[max(0, sign.start() - 20) : sign.start()].rstrip().endswith("="):
            position = text.find(sign.group(), position) + 1
            if not position:
                return -1
    return -1


def _resolved(text: str) -> str:
    try:
        return unescape(text)
    except ValueError:  # an entity of thousands of digits
        return text
