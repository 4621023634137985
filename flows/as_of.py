"""What a rebuild of an earlier day's knowledge left out, for the run's record and for whoever asked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

EXCLUSIONS = "rpt_as_of_exclusions"
"""The published table that lists it."""


def left_out(exclusions: pd.DataFrame) -> dict[str, Any]:
    """Return the vintages released after the day, and the study variables that are left with none.

    Parameters
    ----------
    exclusions : DataFrame
        `rpt_as_of_exclusions`.

    Returns
    -------
    dict
        ``vintages``: one entry per source and vintage with its items (indicators, or files that feed none),
        and ``is_upper_bound``, true where the day of arrival stands for the unknown day of the release.
        ``variables_without_vintage``: names such as ``central_asia.brent_usd_per_bbl``.
    """
    vintages = [
        {
            "source": str(source),
            "vintage": f"{vintage:%Y-%m-%d}",
            "is_upper_bound": bool(rows["is_upper_bound"].any()),
            "items": sorted(rows["item"]),
        }
        for (source, vintage), rows in exclusions.groupby(["source", "vintage"], sort=True)
    ]
    named = {
        variable
        for listed in exclusions["variables_without_vintage"].dropna()
        for variable in str(listed).split(", ")
    }
    return {"vintages": vintages, "variables_without_vintage": sorted(named)}


def described(day: str, found: dict[str, Any]) -> list[str]:
    """Return the same as lines of text."""
    lines = []
    for entry in found.get("vintages", ()):
        bound = " (day of arrival: released then or before)" if entry["is_upper_bound"] else ""
        lines.append(
            f"- not known on {day}: {entry['source']} {entry['vintage']}{bound}: {', '.join(entry['items'])}"
        )
    if named := found.get("variables_without_vintage"):
        lines.append(f"- without any vintage on {day}: {', '.join(named)}")
    return lines or [f"- nothing that has landed was released after {day}"]
