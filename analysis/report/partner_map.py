"""The map section: each partner at its capital, in the colour of its class."""

from __future__ import annotations

from typing import Any

import pandas as pd
from jinja2 import Environment

from analysis.report import classes, map, wording
from analysis.report.study_frames import StudyFrames, is_defined
from analysis.report.svg import Figure


def _map(environment: Environment, study: StudyFrames, anchor: str) -> Section | None:
    year = study.latest_year
    if year is None:
        return None
    rows = study.potential.loc[study.potential["flow"] == study.main_flow]
    here = rows.loc[rows["year"] == year].drop_duplicates("partner_iso3").set_index("partner_iso3")
    order = here["actual_trade_usd"].fillna(0).sort_values(ascending=False, kind="stable").index
    absent = sorted(set(rows["partner_iso3"]) - set(here.index))
    places = [
        _place(study, iso3, here.loc[iso3] if iso3 in here.index else None) for iso3 in [*order, *absent]
    ]
    if study.reference_iso3:
        name = study.country(study.reference_iso3)
        places.insert(
            0, map.Place(study.reference_iso3, name, f"{name}: reference country", "reference", 0.0)
        )
    unplaced = map.unplaced(places)
    if len(unplaced) == len(places):
        return None
    caption = (
        f"Partners by class of K in {year} ({wording.flow(study.main_flow)}). Points stand at capitals, their "
        "area grows with actual trade; the square is the reference country. No borders are drawn."
    )
    drawings = {}
    for name, width, height, size in (("wide", 900, 470, 14), ("narrow", 360, 380, 12.5)):
        drawings[name], without = map.draw(
            environment,
            places,
            key=f"{anchor}-map-{name}",
            label=caption,
            width=width,
            height=height,
            font_size=size,
        )
        if without and name == "wide":
            caption += f" {wording.plural(len(without), 'partner')} without a label for want of room."
    content = {
        "figure": Figure(caption, drawings["wide"], drawings["narrow"]),
        "unplaced": wording.listing(place.text for place in unplaced),
        "classes": _classes_of(study.potential),
    }
    return Section("map", "Where the partners are", "map", content)


def _place(study: StudyFrames, iso3: str, row: pd.Series | None) -> map.Place:
    name = study.country(iso3)
    if row is None or not is_defined(row.to_frame().T.infer_objects()).iloc[0]:
        return map.Place(iso3, name, f"{name}: K undefined", classes.UNDEFINED, 0.0)
    ratio = wording.number(row["potential_ratio"], 2)
    return map.Place(
        iso3,
        f"{name} {ratio}",
        f"{name}: K = {ratio}, {row['potential_class']}; actual trade {wording.money(row['actual_trade_usd'])}",
        classes.slot_of(row["potential_class"]),
        float(row["actual_trade_usd"]),
    )


