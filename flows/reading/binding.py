"""Which header feeds which landed column: bound by name, whatever the order."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, datetime

from expectations.layout import Layout, StatedVintage
from flows.reading.result import Fault, Unreadable, shown

_WRITTEN = {"%Y": "YYYY", "%m": "MM", "%d": "DD", "%y": "YY", "%B": "month", "%b": "month"}
"""How a person writes what ``datetime.strptime`` reads by a directive."""


def bind(layout: Layout, names: Iterable[str], line: int | None = 1) -> dict[str, str]:
    """Return the file's header → landed column, for the headers that the layout binds.

    Parameters
    ----------
    names : iterable of str
        The headers as they stand in the file.
    line : int or None
        Where the header stands, for the message.

    Raises
    ------
    Unreadable
        When two headers feed one column.
    """
    bound, feeding = layout.bound, {}
    for name in names:
        landed = bound.get(layout.canonical(name))
        if landed is None:
            continue
        if landed in feeding:
            seen = f"{feeding[landed]!r} and {name!r}"
            raise Unreadable(Fault(line, name, seen, f"one column that feeds {landed}", "header"))
        feeding[landed] = name
    return {name: landed for landed, name in feeding.items()}


def is_value(layout: Layout, name: str) -> bool:
    """Tell whether a header of a wide layout stands above values."""
    if layout.values is None or layout.canonical(name) in layout.bound or name in layout.ignored_columns:
        return False
    return re.fullmatch(layout.values.header_pattern, name) is not None


def value_name(layout: Layout, name: str) -> str:
    """Return what a value's header says: the first group of the layout's pattern, or all of it."""
    match = re.fullmatch(layout.values.header_pattern, name)
    return match.group(1) if match.re.groups else match.group(0)


def stated_vintage(layout: Layout, text: str, line: int | None = None) -> date | None:
    """Return the vintage that a text outside the rows states, or None when it states none.

    Raises
    ------
    Unreadable
        When what stands in the place of the date is none of the layout's form.
    """
    return None if layout.vintage is None else dated(layout.vintage, text, line)


def dated(vintage: StatedVintage, text: str, line: int | None = None) -> date | None:
    """Return the date that stands in a text in one form, or None when the text has no such place.

    Raises
    ------
    Unreadable
        When what stands there is none of the form.
    """
    if not (match := re.search(vintage.pattern, text)):
        return None
    try:
        return datetime.strptime(match.group(1), vintage.format).date()
    except ValueError:
        form = vintage.format
        for directive, written in _WRITTEN.items():
            form = form.replace(directive, written)
        expected = f"a vintage written as {form}"
        raise Unreadable(Fault(line, None, shown(match.group(1)), expected, "vintage")) from None
