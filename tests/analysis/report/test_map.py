"""The map: right places, nothing beyond its frame, the 180th meridian no obstacle."""

from __future__ import annotations

import itertools
import re

import pytest
from jinja2 import Environment

from analysis.report import map
from analysis.report.page import page_environment


@pytest.fixture
def environment() -> Environment:
    return page_environment()


def place(iso3: str, slot: str = "near", size: float = 1e9) -> map.Place:
    return map.Place(iso3, f"<{iso3}>", f"{iso3} & more", slot, size)


def draw(environment: Environment, *places: map.Place):
    return map.draw(
        environment, places, key="m", label="a map", width=900, height=470, font_size=14, largest_radius=13
    )


def is_land(longitude: float, latitude: float) -> bool:
    """Even-odd rule over all rings, as the drawing fills them."""
    crossings = 0
    for ring in map.land_outline():
        for (x1, y1), (x2, y2) in zip(ring, [*ring[1:], ring[0]], strict=True):
            if (y1 > latitude) != (y2 > latitude):
                crossings += longitude < x1 + (latitude - y1) / (y2 - y1) * (x2 - x1)
    return crossings % 2 == 1


@pytest.mark.parametrize(
    ("name", "longitude", "latitude", "expected"),
    [
        ("steppe", 70, 48, True),
        ("Caspian Sea", 51, 41, False),
        ("Indian Ocean", 75, -20, False),
        ("Chukotka beyond the 180th meridian", 182, 67, True),
        ("Antarctica", 20, -85, True),
    ],
)
def test_land_is_land_and_sea_is_sea(name, longitude, latitude, expected) -> None:
    assert is_land(longitude, latitude) == expected


def test_no_ring_of_the_outline_jumps_across_the_world() -> None:
    steps = [
        abs(here[0] - before[0])
        for ring in map.land_outline()
        for before, here in itertools.pairwise(ring)
        if before[1] > -89 and here[1] > -89
    ]
    assert max(steps) < 60


def test_capitals_stand_where_they_are_and_under_the_codes_of_today() -> None:
    known = map.capitals()
    assert known["CHN"] == pytest.approx((116.4, 39.9), abs=0.1)
    assert known["WSM"] == pytest.approx((-171.75, -13.8), abs=0.1)
    assert known["NZL"] == pytest.approx((174.8, -41.3), abs=0.1)
    assert {"TLS", "ROU", "COD", "PSE", "SRB"} <= known.keys()
    assert all(-180 <= longitude <= 180 and -90 <= latitude <= 90 for longitude, latitude in known.values())


@pytest.mark.real_data
def test_all_points_of_the_publishers_file_are_carried_over(shared_data) -> None:
    lines = (shared_data / "geo" / "geo_cepii.csv").read_text(encoding="utf-8").splitlines()
    names = lines[0].split(",")
    capital_rows = [line for line in lines[1:] if line.split(",")[names.index("cap")] == "1"]
    assert 200 < len(capital_rows) <= len(map.capitals())


def test_partners_on_both_sides_of_the_180th_meridian_stand_together(environment) -> None:
    svg, _ = draw(environment, place("NZL", "reference"), place("FJI"), place("WSM"))
    east_of_it = [float(x) for x in re.findall(r'cx="([^"]+)"', svg)]
    assert all(0 < x < 900 for x in east_of_it)
    assert abs(east_of_it[0] - east_of_it[1]) < 450
    assert svg.count("180°") == 1


def test_land_beyond_the_180th_meridian_is_drawn_where_its_partners_are(environment) -> None:
    svg, _ = draw(environment, place("NZL", "reference"), place("USA"))
    (washington,) = (float(x) for x in re.findall(r'cx="([^"]+)"', svg))
    land = re.search(r'<path d="(M[^"]+)" fill="#f6f1e4"', svg).group(1)
    coast = [float(x) for x in re.findall(r"[ML]([\d.-]+),", land)]
    assert any(abs(x - washington) < 40 for x in coast)


def test_a_lone_partner_gets_a_window_of_its_own(environment) -> None:
    svg, without = draw(environment, place("TLS", "below"))
    assert 'cx="450.0"' in svg
    assert without == []


def test_text_from_data_is_escaped_in_the_drawing(environment) -> None:
    svg, _ = draw(environment, place("KAZ"))
    assert "&lt;KAZ&gt;" in svg
    assert "KAZ &amp; more" in svg


def test_area_grows_with_trade_and_missing_trade_is_the_smallest_point(environment) -> None:
    svg, _ = draw(
        environment, place("KAZ", size=4e9), place("UZB", size=1e9), place("RUS", size=float("nan"))
    )
    radii = dict(zip(["KAZ", "UZB", "RUS"], map_radii(svg), strict=True))
    assert radii["KAZ"] == pytest.approx(2 * radii["UZB"], abs=0.1)
    assert radii["RUS"] <= radii["UZB"]


def map_radii(svg: str) -> list[float]:
    return [float(radius) for radius in re.findall(r' r="([^"]+)"', svg)]


def test_a_place_without_coordinates_is_named_not_guessed() -> None:
    assert [found.iso3 for found in map.unplaced([place("KAZ"), place("XXX")])] == ["XXX"]
