"""BACI: the edition and the release are in the name of a file, not in its rows, and codes are text."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

import pytest

from tests.flows.house import House

SYNTHETIC = Path(__file__).parents[1] / "fixtures" / "baci"
YEARLY = "BACI_HS92_Y2020_V202301_synthetic.csv"
ROWS = (SYNTHETIC / YEARLY).read_bytes()


def test_edition_and_release_are_read_from_the_publishers_file_name(house: House):
    house.put(f"cepii/{YEARLY}", ROWS)
    report = house.run()
    assert house.ask(report, "select vintage, vintage_origin, row_count from meta.files") == [
        (date(2023, 1, 1), "path", 6)
    ]
    found = house.ask(
        report,
        "select hs_edition, year, exporter_code, importer_code, product_code, trim(value_usd_thousand),"
        " trim(quantity_tonnes) from raw.baci__flows order by row_number limit 2",
    )
    assert found == [
        ("HS92", 2020, "156", "398", "010121", "12.345", "1.500"),
        ("HS92", 2020, "156", "490", "010121", "1234567.891", None),
    ]


@pytest.mark.parametrize("name", ["rows.csv", "HS1992/rows.csv", "BACI_hs92_Y2020.csv"])
def test_a_file_that_nobody_tells_the_edition_of_is_refused_and_the_reason_says_how_to_tell(
    house: House, name: str
):
    house.put(name, ROWS)
    (result,) = house.run().files
    assert result.status == "refused"
    assert "hs_edition" in result.reason
    assert "BACI_HS92_Y2020_V202301.csv" in result.reason
    assert "values: {hs_edition: HS92}" in result.reason


def test_an_edition_that_does_not_exist_is_refused(house: House):
    house.put("BACI_HS93_Y2020_V202301.csv", ROWS)
    (result,) = house.run().files
    assert result.status == "refused"
    assert "HS92" in result.reason


def test_a_side_car_tells_the_edition_and_its_vintage_goes_before_the_name(house: House):
    house.put("rows_V202301.csv", ROWS, vintage=date(2023, 1, 26), values={"hs_edition": "HS17"})
    report = house.run()
    assert house.ask(report, "select vintage, vintage_origin from meta.files") == [
        (date(2023, 1, 26), "side_car")
    ]
    assert house.ask(report, "select distinct hs_edition from raw.baci__flows") == [("HS17",)]


def test_a_folder_tells_the_edition_and_a_name_without_release_leaves_the_landing_date(house: House):
    house.put("baci/HS17/rows.csv", ROWS)
    report = house.run()
    assert house.ask(report, "select vintage, vintage_origin from meta.files") == [
        (House.FIRST.date(), "landing_date")
    ]
    assert house.ask(report, "select distinct hs_edition from raw.baci__flows") == [("HS17",)]


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ((b"010121,    12.345", b"10121,    12.345"), "column 'k'"),
        ((b"2020,842,251", b"2020,840,251"), "code_system baci) from 4 to 894"),
        ((b"12.345", b"-12.345"), "at least 0"),
        ((b"12.345", b"12,345"), "width"),
        ((b"     0.001", b"        NA"), "column 'v'"),
        ((b"t,i,j,k,v,q", b"t,i,j,k,q,v"), "column 'v'"),
        ((b"t,i,j,k,v,q", b"t,i,j,k,v"), "lacks column 'q'"),
        ((b"2020,842,251,847130", b"2020,156,398,010121"), "grain"),
    ],
)
def test_broken_rows_are_refused_and_the_reason_names_the_fault(
    house: House, change: tuple[bytes, bytes], told: str
):
    after = ROWS.replace(*change, 1)
    assert after != ROWS
    house.put(YEARLY, after)
    (result,) = house.run().files
    assert result.status == "refused"
    assert told in result.reason


@pytest.mark.real_data
@pytest.mark.parametrize(
    ("name", "encoding", "vintage"),
    [
        ("country_codes_V202201.csv", "cp1252", date(2022, 1, 1)),
        ("country_codes_V202301.csv", "utf-8", date(2023, 1, 1)),
    ],
)
def test_country_codes_land_as_another_reader_finds_them(
    house: House, shared_data: Path, name: str, encoding: str, vintage: date
):
    path = shared_data / "baci" / name
    house.put(name, path.read_bytes())
    report = house.run()
    with path.open(encoding=encoding, newline="") as lines:
        expected = [
            tuple(None if cell in ("", "N/A") else cell for cell in record.values())
            for record in csv.DictReader(lines)
        ]
    found = house.ask(
        report,
        "select country_code, country_name_short, country_name, country_iso2, country_iso3"
        " from raw.baci__countries order by row_number",
    )
    assert found == expected
    assert len(found) == 238
    # The publisher itself has lost the NA of Namibia.
    assert ("516", "Namibia", "Namibia", None, "NAM") in found
    assert house.ask(report, "select vintage, vintage_origin from meta.files") == [(vintage, "path")]


def test_the_later_generation_of_country_codes_is_read_too(house: House):
    house.put("country_codes_V202401.csv", (SYNTHETIC / "country_codes_V202401_synthetic.csv").read_bytes())
    report = house.run()
    assert house.ask(report, "select layout from meta.files") == [("country_codes_2024_csv",)]
    assert house.ask(
        report, "select country_code, country_iso2, country_iso3 from raw.baci__countries order by row_number"
    ) == [("156", "CN", "CHN"), ("490", None, None), ("516", "NA", "NAM"), ("842", "US", "USA")]


@pytest.mark.real_data
def test_products_land_as_another_reader_finds_them(house: House, shared_data: Path):
    path = shared_data / "baci" / "product_codes_HS92_V202301.csv"
    house.put(path.name, path.read_bytes())
    report = house.run()
    with path.open(encoding="utf-8", newline="") as lines:
        expected = [("HS92", *record.values()) for record in csv.DictReader(lines)]
    found = house.ask(
        report, "select hs_edition, product_code, product_name from raw.baci__products order by row_number"
    )
    assert found == expected
    assert len(found) == 5021
