"""The public data set of consumer prices: a file of the index and one of inflation look alike at the door."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

import pytest
import yaml

from tests.flows.house import House

FIXTURES = Path(__file__).parents[1] / "fixtures" / "datasets_cpi"
NAMES = ("cpi_synthetic_price_index.csv", "cpi_synthetic_inflation.csv")


def origin(name: str) -> dict:
    return yaml.safe_load((FIXTURES / f"{name}.origin.yml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("header", ["Country Name", "Country"])
def test_every_row_lands_under_either_spelling_of_the_header(house: House, name: str, header: str):
    text = (FIXTURES / name).read_text(encoding="utf-8").replace("Country Name,", f"{header},", 1)
    house.put(name, text, **origin(name))
    report = house.run()
    assert house.ask(report, "select contract, status, vintage_origin from meta.files") == [
        ("datasets_cpi__consumer_prices", "loaded", "side_car")
    ]
    with (FIXTURES / name).open(encoding="utf-8", newline="") as lines:
        expected = sorted((r["Country Code"], int(r["Year"]), r["CPI"]) for r in csv.DictReader(lines))
    columns = "country_code, year, trim(consumer_price_index)"
    assert sorted(house.ask(report, f"select {columns} from raw.datasets_cpi__consumer_prices")) == expected


def test_the_index_and_the_inflation_under_its_heading_are_two_vintages(house: House):
    for name in NAMES:
        house.put(name, (FIXTURES / name).read_bytes(), **origin(name))
    report = house.run()
    assert report.is_clean
    assert house.ask(report, "select vintage from meta.files order by vintage") == [
        (date(2024, 11, 30),),
        (date(2024, 12, 31),),
    ]


def test_a_country_that_is_stated_twice_for_a_year_is_a_broken_promise(house: House):
    text = (FIXTURES / NAMES[0]).read_text(encoding="utf-8")
    house.put("twice.csv", text + text.splitlines()[1] + "\n")
    (result,) = house.run().files
    assert result.status == "refused"
