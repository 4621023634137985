"""Which contract claims a file: decided by the header inside it, never by its name."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from expectations.contract import Contract
from expectations.layout import CsvLayout, Layout

NAMES_SHOWN = 8


class Unclaimed(ValueError):
    """No contract claims the file, or more than one layout does; the message says which and why."""


@dataclass(frozen=True)
class Claim:
    """How a header fits one layout of one contract.

    Attributes
    ----------
    lacking : tuple of str
        Headers (or, for the values of a wide layout, their pattern) that the layout needs and the file lacks.
    extra : tuple of str
        Headers of the file that the layout does not know and refuses.
    known_count : int
        How many of the file's headers the layout knows; value columns count beside a known name only.
    choices : tuple of str
        Groups of headers of which the file has none or several, in words.
    """

    contract: Contract
    layout: Layout
    lacking: tuple[str, ...]
    extra: tuple[str, ...]
    known_count: int
    choices: tuple[str, ...] = ()

    @property
    def is_whole(self) -> bool:
        """The header is one of this layout's."""
        return not self.lacking and not self.extra and not self.choices

    def __str__(self) -> str:
        return f"{self.contract.name} (layout {self.layout.name})"


def recognise(
    contracts: Iterable[Contract], header_of: Callable[[Layout], Sequence[str] | None]
) -> tuple[Contract, Layout]:
    """Return the one contract, and its layout, that the file's header fulfils.

    Parameters
    ----------
    contracts : iterable of Contract
        All contracts.
    header_of : callable
        Returns the file's header names as a layout would read them, or None when it cannot.

    Raises
    ------
    Unclaimed
        When no layout is fulfilled (the nearest one is named, with what is lacking and what is extra), or
        when several are (all are named).
    """
    fits = [
        _fit(contract, layout, header)
        for contract in contracts
        for layout in contract.layouts
        if (header := header_of(layout)) is not None
    ]
    claims = [fit for fit in fits if fit.is_whole]
    if len(claims) == 1:
        return claims[0].contract, claims[0].layout
    if claims:
        raise Unclaimed(f"{len(claims)} layouts claim this file: {' and '.join(map(str, claims))}")
    nearest = max(fits, key=lambda fit: (fit.known_count, -len(fit.lacking), -len(fit.extra)), default=None)
    if nearest is None:
        raise Unclaimed("no contract claims this file: it is no text that a layout could read")
    if nearest.known_count == 0:
        seen = _listed(nearest.extra) or "nothing"
        raise Unclaimed(f"no contract claims this file: no column of its header is known, seen {seen}")
    faults = []
    if nearest.lacking:
        faults.append(f"lacks column {_listed(nearest.lacking)}")
    if nearest.extra:
        faults.append(f"has extra column {_listed(nearest.extra)}")
    faults += nearest.choices
    raise Unclaimed(f"no contract claims this file; nearest is {nearest}: {'; '.join(faults)}")


def _fit(contract: Contract, layout: Layout, header: Sequence[str]) -> Claim:
    header = [layout.canonical(name) for name in header]
    known = {*layout.bound, *layout.ignored_columns}
    wide = []
    if layout.values:
        pattern = re.compile(layout.values.header_pattern)
        wide = [name for name in header if name not in known and pattern.fullmatch(name)]
    lacking = [name for name in layout.columns if name not in header]
    if layout.values and not wide:
        lacking.append(f"/{layout.values.header_pattern}/")
    choices = []
    for group in layout.one_of:
        there = [name for name in group if name in header]
        if len(there) != 1:
            seen = f"has {' and '.join(there)}" if there else "has none"
            choices.append(f"{seen}, expected one of {', '.join(group)}")
    extra = Counter(name for name in header if name not in known and name not in wide)
    if isinstance(layout, CsvLayout) and layout.trailing_delimiter and header and header[-1] == "":
        extra -= Counter([""])
    named = sum(name in known for name in header)
    matched = named + len(wide) if named else 0
    refused = tuple(extra) if layout.unknown_columns == "refused" else ()
    return Claim(contract, layout, tuple(lacking), refused, matched, tuple(choices))


def _listed(names: Sequence[str]) -> str:
    shown = ", ".join(repr(name[:60]) for name in names[:NAMES_SHOWN])
    return shown + (f" and {len(names) - NAMES_SHOWN} more" if len(names) > NAMES_SHOWN else "")
