"""A map of partners: points at capitals on a land outline without political borders, as static SVG.

The projection is equirectangular with the true scale at the middle latitude of the window, so that a window
of any size, over the 180th meridian too, is drawn by the same few lines.
"""

from __future__ import annotations

import csv
import itertools
import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

from jinja2 import Environment
from markupsafe import Markup

from analysis.report import labels

Ring = list[tuple[float, float]]
_PADDING = 0.2
_LEAST_SPAN_LONGITUDE, _LEAST_SPAN_LATITUDE = 16.0, 10.0
SMALLEST_RADIUS = 4.5
# Places that reach further round the world than this are drawn as the whole world, cut where nobody is.
_WORLD = 300.0


@dataclass(frozen=True)
class Place:
    """A country to be drawn.

    Attributes
    ----------
    iso3, text, tooltip : str
        Country code, the label beside its point, and the longer text on hovering.
    slot : str
        Colour slot: below, near, above, other, undefined or reference.
    size : float
        Area of the point in any unit (trade in USD); not finite or not positive draws the smallest.
    """

    iso3: str
    text: str
    tooltip: str
    slot: str
    size: float


@dataclass(frozen=True)
class _Window:
    """The part of the world that is drawn, and its projection to pixels."""

    west: float
    north: float
    scale_x: float
    scale_y: float
    width: float
    height: float

    def project(self, longitude: float, latitude: float) -> tuple[float, float]:
        return (longitude - self.west) * self.scale_x, (self.north - latitude) * self.scale_y

    @property
    def east(self) -> float:
        return self.west + self.width / self.scale_x

    @property
    def south(self) -> float:
        return self.north - self.height / self.scale_y


@lru_cache(maxsize=1)
def capitals() -> dict[str, tuple[float, float]]:
    """Longitude and latitude in degrees of each country's capital, by ISO 3166 alpha-3 code."""
    text = resources.files("analysis.report").joinpath("capitals.csv").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    return {
        row["country_iso3"]: (float(row["longitude"]), float(row["latitude"]))
        for row in csv.DictReader(lines)
    }


@lru_cache(maxsize=1)
def land_outline() -> list[Ring]:
    """Rings of (longitude, latitude) in degrees; filled by the even-odd rule they are the world's land."""
    text = resources.files("analysis.report").joinpath("land_outline.json").read_text(encoding="utf-8")
    return [[(lon, lat) for lon, lat in ring] for ring in json.loads(text)["rings"]]


def unplaced(places: Sequence[Place]) -> list[Place]:
    """Places whose coordinates are not known: they cannot be drawn and must be named in words."""
    return [place for place in places if place.iso3 not in capitals()]


def draw(
    environment: Environment,
    places: Sequence[Place],
    *,
    key: str,
    label: str,
    width: float,
    height: float,
    font_size: float,
    largest_radius: float,
    smallest_radius: float = SMALLEST_RADIUS,
    most_labels: int | None = None,
) -> tuple[Markup, list[Place]]:
    """Draw the places that have coordinates.

    Parameters
    ----------
    environment : jinja2.Environment
        Templates with autoescape: every text goes through it.
    places : sequence of Place
        Partners in order of importance; a place with slot ``reference`` centres the map.
    key, label : str
        Prefix of element ids, and what the drawing shows in words.
    width, height, font_size, largest_radius : float
        The drawing, its letters and its largest point, pixels.
    smallest_radius : float
        Radius of the smallest point and of the reference country's square, pixels.
    most_labels : int, optional
        How many places, the first ones, are labelled at all.

    Returns
    -------
    (Markup, list of Place)
        The SVG, and the places drawn without a label for want of room.
    """
    known = [place for place in places if place.iso3 in capitals()]
    centre = next((place for place in known if place.slot == "reference"), known[0])
    centre_longitude = capitals()[centre.iso3][0]
    positions = _unrolled([capitals()[place.iso3] for place in known], centre_longitude)
    window = _fit(positions, width, height)
    sizes = [place.size for place in known if _is_positive(place.size)]
    per_size = largest_radius**2 / max(sizes, default=1.0)
    discs = [
        labels.Disc(*window.project(*position), _radius(place, per_size, smallest_radius), place.text)
        for place, position in zip(known, positions, strict=True)
    ]
    placements = labels.place(discs, width=width, height=height, font_size=font_size, most=most_labels)
    svg = environment.get_template("map.svg.jinja").render(
        key=key,
        label=label,
        width=width,
        height=height,
        font_size=font_size,
        land=_land_path(window),
        graticule=_graticule(window),
        marks=list(zip(known, discs, placements, strict=True)),
    )
    without = [place for place, placement in zip(known, placements, strict=True) if placement is None]
    return Markup(svg), without  # rendered by the escaping environment


def _is_positive(size: float) -> bool:
    return math.isfinite(size) and size > 0


def _radius(place: Place, per_size: float, smallest: float) -> float:
    if place.slot == "reference":
        return smallest
    if not _is_positive(place.size):
        return smallest + 1.5  # room for the hatching to be seen
    return max(smallest, math.sqrt(place.size * per_size))


def _unrolled(places: Sequence[tuple[float, float]], centre: float) -> list[tuple[float, float]]:
    """Positions with longitudes that run on over the 180th meridian, in degrees.

    They lie around the centre; where they reach round the world, they begin behind the widest stretch of
    longitudes without any place, so that no region is torn apart.
    """
    around = [(centre + (longitude - centre + 180) % 360 - 180, latitude) for longitude, latitude in places]
    longitudes = sorted(longitude % 360 for longitude, _ in places)
    if max(longitude for longitude, _ in around) - min(longitude for longitude, _ in around) <= _WORLD:
        return around
    gaps = [
        (after - before, after) for before, after in itertools.pairwise([*longitudes, longitudes[0] + 360])
    ]
    start = max(gaps)[1] % 360
    return [(start + (longitude - start) % 360, latitude) for longitude, latitude in places]


def _fit(positions: Sequence[tuple[float, float]], width: float, height: float) -> _Window:
    """The window around all positions with some room, in the shape of the drawing."""
    longitudes, latitudes = zip(*positions, strict=True)
    middle_longitude = (min(longitudes) + max(longitudes)) / 2
    middle_latitude = (min(latitudes) + max(latitudes)) / 2
    span_longitude = max((max(longitudes) - min(longitudes)) * (1 + 2 * _PADDING), _LEAST_SPAN_LONGITUDE)
    span_latitude = max((max(latitudes) - min(latitudes)) * (1 + 2 * _PADDING), _LEAST_SPAN_LATITUDE)
    shrink = math.cos(math.radians(min(abs(middle_latitude), 60.0)))
    scale_y = min(width / (min(span_longitude, 360.0) * shrink), height / span_latitude)
    scale_x = scale_y * shrink
    return _Window(
        west=middle_longitude - width / scale_x / 2,
        north=middle_latitude + height / scale_y / 2,
        scale_x=scale_x,
        scale_y=scale_y,
        width=width,
        height=height,
    )


def _land_path(window: _Window) -> str:
    """The land inside the window as one path; rings are repeated a turn to the west and to the east."""
    parts = []
    for ring in land_outline():
        for turn in (-360.0, 0.0, 360.0):
            longitudes = [lon + turn for lon, _ in ring]
            if max(longitudes) < window.west or min(longitudes) > window.east:
                continue
            points = [window.project(lon, lat) for lon, (_, lat) in zip(longitudes, ring, strict=True)]
            points = _clip(points, window)
            if len(points) > 2:
                parts.append("M" + "L".join(f"{x:.1f},{y:.1f}" for x, y in points) + "Z")
    return "".join(parts)


def _clip(ring: Ring, window: _Window) -> Ring:
    """Cut a closed ring to a little more than the drawing (Sutherland and Hodgman 1974)."""
    margin = 10.0
    for axis, limit, sign in (
        (0, -margin, 1.0),
        (0, window.width + margin, -1.0),
        (1, -margin, 1.0),
        (1, window.height + margin, -1.0),
    ):
        kept: Ring = []
        for before, here in zip([ring[-1], *ring[:-1]] if ring else [], ring, strict=True):
            was_inside = (before[axis] - limit) * sign >= 0
            is_inside = (here[axis] - limit) * sign >= 0
            if was_inside != is_inside:
                share = (limit - before[axis]) / (here[axis] - before[axis])
                kept.append(
                    (before[0] + share * (here[0] - before[0]), before[1] + share * (here[1] - before[1]))
                )
            if is_inside:
                kept.append(here)
        ring = kept
    return ring


@dataclass(frozen=True)
class _Line:
    """A meridian or parallel with its degrees at the frame."""

    path: str
    x: float
    y: float
    text: str


def _graticule(window: _Window) -> list[_Line]:
    """Meridians and parallels at a round step that leaves a handful of each."""
    span = window.east - window.west
    step = next((step for step in (5, 10, 15, 20, 30) if span / step <= 8), 45)
    lines = []
    for degree in range(math.ceil(window.west / step) * step, math.floor(window.east) + 1, step):
        x = window.project(degree, 0)[0]
        east = (degree + 180) % 360 - 180
        text = f"{abs(east)}°{'E' if east > 0 else 'W'}" if east % 180 else f"{abs(east)}°"
        lines.append(_Line(f"M{x:.1f},0V{window.height:.0f}", x + 3, window.height - 5, text))
    for degree in range(math.ceil(window.south / step) * step, math.floor(window.north) + 1, step):
        if abs(degree) <= 90:
            y = window.project(0, degree)[1]
            text = f"{abs(degree)}°{'N' if degree > 0 else 'S'}" if degree else "0°"
            lines.append(_Line(f"M0,{y:.1f}H{window.width:.0f}", 4, y - 3, text))
    return lines
