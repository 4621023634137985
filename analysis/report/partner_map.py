"""The map section: each partner at its capital, in the colour of its class."""

from __future__ import annotations

from typing import Any

import pandas as pd
from jinja2 import Environment

from analysis.report import classes, map, wording
from analysis.report.study_frames import StudyFrames, is_defined
from analysis.report.svg import Figure

# Width, height, letters and largest point of the two drawings, pixels.
_SIZES = {"wide": (900.0, 470.0, 14.0, 13.0), "narrow": (360.0, 340.0, 12.5, 8.0)}
# With more partners than this points are smaller and only the largest partners are named.
_CROWD = 40
_CROWDED_SIZES = {"wide": (900.0, 390.0, 12.0, 11.0), "narrow": (360.0, 190.0, 10.0, 6.0)}
_CROWDED_SMALLEST = {"wide": 3.0, "narrow": 2.0}
_MOST_LABELS = {"wide": 28, "narrow": 6}


def map_content(environment: Environment, study: StudyFrames, anchor: str) -> dict[str, Any] | None:
    """What the map section draws: partners in the latest year with K, in the main flow.

    Returns
    -------
    dict or None
        figure, unplaced (names, in words) and classes; None when there is no K or no place is known.
    """
    if study.latest_year is None:
        return None
    places = _places(study)
    unplaced = map.unplaced(places)
    if len(unplaced) == len(places):
        return None
    caption = (
        f"Partners by class of K in {study.latest_year} ({wording.flow(study.main_flow)}). Points stand at "
        "capitals, their area grows with actual trade; the square is the reference country. "
        "No borders are drawn."
    )
    drawings, is_crowded = {}, False
    is_crowd = len(places) > _CROWD
    for name, (width, height, letters, largest) in (_CROWDED_SIZES if is_crowd else _SIZES).items():
        drawings[name], without = map.draw(
            environment,
            places,
            key=f"{anchor}-map-{name}",
            label=caption,
            width=width,
            height=height,
            font_size=letters,
            largest_radius=largest,
            smallest_radius=_CROWDED_SMALLEST[name] if is_crowd else map.SMALLEST_RADIUS,
            most_labels=_MOST_LABELS[name] if is_crowd else None,
        )
        is_crowded |= bool(without)
    if is_crowded:
        caption += (
            " Only the larger partners are named; hovering names every point."
            if is_crowd
            else (" Where there is no room for a name, hovering shows it.")
        )
    return {
        "figure": Figure(caption, drawings["wide"], drawings["narrow"]),
        "unplaced": wording.listing(place.text for place in unplaced),
        "classes": study.classes,
    }


def _places(study: StudyFrames) -> list[map.Place]:
    """The reference country, then partners by trade: the larger choose the place of their label first."""
    rows = study.potential.loc[study.potential["flow"] == study.main_flow]
    here = (
        rows.loc[rows["year"] == study.latest_year].drop_duplicates("partner_iso3").set_index("partner_iso3")
    )
    by_trade = here["actual_trade_usd"].fillna(0).sort_values(ascending=False, kind="stable").index
    absent = sorted(set(rows["partner_iso3"]) - set(here.index))
    places = [_place(study, iso3, here.loc[iso3]) for iso3 in by_trade]
    places += [_undefined(study, iso3) for iso3 in absent]
    if study.reference_iso3:
        name = study.country(study.reference_iso3)
        tooltip = f"{name}: reference country"
        places.insert(0, map.Place(study.reference_iso3, name, tooltip, "reference", 0.0))
    return places


def _place(study: StudyFrames, iso3: str, row: pd.Series) -> map.Place:
    if not is_defined(row):
        return _undefined(study, iso3)
    label = f"{study.country(iso3)} {wording.number(row['potential_ratio'], 2)}"
    return map.Place(
        iso3,
        label,
        f"{label}, {row['potential_class']}; actual trade {wording.money(row['actual_trade_usd'])}",
        study.class_named(row["potential_class"]).slot,
        float(row["actual_trade_usd"]),
    )


def _undefined(study: StudyFrames, iso3: str) -> map.Place:
    name = study.country(iso3)
    return map.Place(iso3, name, f"{name}: K undefined", classes.UNDEFINED, 0.0)
