"""Which files are superseded by others that say so in their side-cars, whichever came first."""

from __future__ import annotations

from collections.abc import Mapping


def superseded(
    replaces: Mapping[str, frozenset[str]], sources: Mapping[str, frozenset[str]]
) -> dict[str, str]:
    """Return the contents that make way, each with the one (the first in order) that it makes way for.

    A content that also came in an archive that nobody supersedes stays. Contents that supersede one another
    in a circle all stay, for nobody can say which is the last.

    Parameters
    ----------
    replaces : mapping
        Content → hashes of the files, archives among them, that it supersedes.
    sources : mapping
        Content → what it came as: its own hash, or those of the archives that hold it.
    """
    named = frozenset().union(*replaces.values()) if replaces else frozenset()
    by = {
        content: sorted(
            other for other, gone in replaces.items() if other != content and gone & {content, *came_as}
        )
        for content, came_as in sources.items()
        if content in named or (came_as and came_as <= named)
    }
    return {content: others[0] for content, others in by.items() if others and not _is_in_circle(content, by)}


def _is_in_circle(content: str, by: Mapping[str, list[str]]) -> bool:
    reached, open_ends = set(), list(by.get(content, ()))
    while open_ends:
        other = open_ends.pop()
        if other == content:
            return True
        if other not in reached:
            reached.add(other)
            open_ends += by.get(other, ())
    return False
