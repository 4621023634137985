"""Which files are superseded by others that say so in their side-cars, whichever came first."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from flows.loading.load import LedgerEntry


@dataclass(frozen=True)
class Superseding:
    """Who makes way for whom.

    Attributes
    ----------
    gone : dict
        Content that makes way → the one (the first in order) that it makes way for.
    circles : dict
        Content that stays because it and others supersede one another in a circle → those others, in order.
    """

    gone: dict[str, str]
    circles: dict[str, tuple[str, ...]]


def superseding(standing: Mapping[str, LedgerEntry], came_as: Callable[[str], frozenset[str]]) -> Superseding:
    """Return who of the contents that stand in the ledger makes way.

    Parameters
    ----------
    came_as : callable
        Returns as what a content came: its own hash, or those of the archives that hold it.
    """
    replaces = {
        key: frozenset(entry.replaces_file_id.split())
        for key, entry in standing.items()
        if entry.replaces_file_id
    }
    return superseded(replaces, {key: came_as(key) for key in standing} if replaces else {})


def superseded(replaces: Mapping[str, frozenset[str]], sources: Mapping[str, frozenset[str]]) -> Superseding:
    """Return who makes way.

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
    reached = {content: _reached(content, by) for content, others in by.items() if others}
    circles = {
        content: tuple(sorted(one for one in found if one != content and content in reached.get(one, ())))
        for content, found in reached.items()
        if content in found
    }
    return Superseding({content: by[content][0] for content in reached if content not in circles}, circles)


def _reached(content: str, by: Mapping[str, list[str]]) -> set[str]:
    reached, open_ends = set(), list(by[content])
    while open_ends:
        other = open_ends.pop()
        if other not in reached:
            reached.add(other)
            open_ends += by.get(other, ())
    return reached
