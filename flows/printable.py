"""Names from outside as text that is safe to show and to store. Standard library only."""

from __future__ import annotations


def printable(text: str) -> str:
    """Return a text that no terminal and no database stumbles over: what is not printable is escaped."""
    return "".join(sign if sign.isprintable() else sign.encode("unicode_escape").decode() for sign in text)
