"""The World Bank's API in JSON: a page or several, the release in the answer, economies without a value."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from tests.flows.house import House

SYNTHETIC = Path(__file__).parents[1] / "fixtures" / "worldbank_wdi"
PAGES = [
    (SYNTHETIC / f"api_v2_page_{number}_synthetic.json").read_text(encoding="utf-8") for number in (1, 2)
]
ROWS = [
    ("KAZ", "Kazakhstan", "SP.POP.TOTL", 2014, "17288285"),
    ("KAZ", "Kazakhstan", "SP.POP.TOTL", 2013, "17035551"),
    ("NAM", "Namibia", "SP.POP.TOTL", 2013, "2273426.0"),
]
QUERY = (
    "select country_code, country_name, indicator_code, year, value from raw.worldbank_wdi__observations"
    " order by country_code, row_number"
)


def test_pages_land_as_files_of_the_release_that_they_state(house: House):
    for number, page in enumerate(PAGES, 1):
        house.put(f"page-{number}.json", page)
    report = house.run()
    assert house.ask(report, QUERY) == ROWS
    entries = house.ask(
        report,
        "select layout, vintage, vintage_origin, completeness, row_count, left_out_row_count"
        " from meta.files order by file_name",
    )
    release = ("api_json", date(2026, 4, 8), "content", "stated_count")
    assert entries == [(*release, 2, 1), (*release, 1, 0)]


@pytest.mark.parametrize(
    "text", ["\n".join(PAGES), f"[{','.join(PAGES)}]"], ids=["one after another", "in an array"]
)
def test_pages_in_one_file_land_the_same_rows(house: House, text: str):
    house.put("pages.json", text)
    assert house.ask(house.run(), QUERY) == ROWS


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (('"total": 4', '"total": 2'), "3 records"),
        (('"2026-04-08"', '"2026-04-31"'), "vintage"),
        (('"date": "2014"', '"date": "2014Q1"'), "a whole number"),
        (('"countryiso3code": "KAZ"', '"countryiso3code": ""'), "countryiso3code"),
        (('"value": 17288285', '"value": "n/a"'), "a number"),
        (('"value": 17288285', '"VALUE": 17288285'), "VALUE"),
        (("]]", "]"), "the end of the file"),
    ],
)
def test_a_broken_answer_is_refused_and_the_reason_names_the_fault(
    house: House, change: tuple[str, str], told: str
):
    after = PAGES[0].replace(*change)
    assert after != PAGES[0]
    house.put("page.json", after)
    (result,) = house.run().files
    assert result.status == "refused"
    assert told in result.reason
