"""The World Bank's API: pages of one state, refusals with status 200, the publisher's zip."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from flows.fetch import worldbank
from flows.fetch.faults import NothingThere, Passing, Unusable
from tests.flows.fetch.bench import Bench
from tests.flows.fetch.service import HTML, Asked, Reply, WorldBank

Make = Callable[..., worldbank.Indicator]

PAGES = [
    f"worldbank/2026-07-13/SP.POP.TOTL.source-2.all.all-years.page-00{number}.json" for number in (1, 2, 3)
]


def test_every_page_lands_with_its_origin_as_the_bytes_that_came(world: Bench, indicator: Make):
    outcome = world.fetch(indicator())
    assert (outcome.landed, outcome.failures) == (3, [])
    assert world.files() == sorted([*PAGES, *(f"{page}.origin.yml" for page in PAGES)])
    for number, page in enumerate(PAGES, start=1):
        query = {"source": "2", "per_page": "5", "page": str(number)}
        sent = WorldBank()(Asked("/v2/country/all/indicator/SP.POP.TOTL", query, {})).body
        assert (world.landing / page).read_bytes() == sent


def test_the_side_car_says_where_it_came_from_and_which_release_it_is(world: Bench, indicator: Make):
    world.fetch(indicator(years="2020:2021", countries=("KAZ", "CHN")))
    name = "worldbank/2026-07-13/SP.POP.TOTL.source-2.KAZ-CHN.2020-2021.page-001.json"
    origin = world.origin(name)
    assert origin["vintage"] == date(2026, 7, 13)
    assert origin["url"] == (
        f"{world.service.url}/v2/country/KAZ;CHN/indicator/SP.POP.TOTL"
        "?format=json&source=2&per_page=5&page=1&date=2020:2021"
    )
    assert origin["title"] == "World Development Indicators: Population, total (SP.POP.TOTL), API page 1 of 1"
    assert (origin["row_count"], origin["http_status"], origin["licence"]) == (4, 200, "CC BY 4.0")
    assert origin["retrieved_at"].isoformat() == "2026-11-21T12:30:45+00:00"
    assert len(json.loads((world.landing / name).read_text(encoding="utf-8-sig"))[1]) == 4


def test_a_refusal_with_status_200_is_said_as_the_service_says_it(world: Bench, indicator: Make):
    outcome = world.fetch(indicator(code="NO.SUCH"))
    assert "120 Invalid value: The provided parameter value is not valid" in str(outcome.failures[0])
    assert len(world.service.asked) == 1
    assert world.files() == world.hidden() == []


def test_one_indicator_that_is_refused_does_not_stop_the_others(world: Bench, indicator: Make):
    outcome = world.fetch(indicator(code="NO.SUCH"), indicator(page_size=50))
    assert (outcome.landed, len(outcome.failures)) == (1, 1)


def test_no_rows_are_said_and_nothing_lands(world: Bench, indicator: Make):
    outcome = world.fetch(indicator(years="1990:1991"))
    assert isinstance(outcome.failures[0], NothingThere)
    assert "total 0 and no rows, expected rows of SP.POP.TOTL (all, 1990:1991)" in str(outcome.failures[0])
    assert not world.landing.joinpath("worldbank").exists()


def test_an_error_page_in_the_middle_is_asked_for_again(world: Bench, indicator: Make):
    world.service.faults += [None, Reply(200, HTML)]
    assert world.fetch(indicator()).landed == 3
    assert world.told.reasons("retry") == ["seen an HTML page titled 'Service unavailable', expected JSON"]


def test_pages_of_two_states_are_fetched_anew(world: Bench, bank: WorldBank, indicator: Make):
    def answer(asked: Asked) -> Reply:
        if len(world.service.asked) == 3:  # the third page is of the next release
            bank.last_updated, bank.years = "2026-08-01", range(2018, 2023)
        return bank(asked)

    world.service.answer = answer
    outcome = world.fetch(indicator())
    assert (outcome.landed, outcome.failures) == (3, [])
    assert {name.split("/")[1] for name in world.files()} == {"2026-08-01"}
    assert "total 12, then 15" in world.told.reasons("restarted")[0]
    assert world.hidden() == []


def test_a_database_that_became_shorter_is_fetched_anew(world: Bench, bank: WorldBank, indicator: Make):
    def answer(asked: Asked) -> Reply:
        if len(world.service.asked) == 3:
            bank.last_updated, bank.years = "2026-08-01", range(2020, 2023)
        return bank(asked)

    world.service.answer = answer
    outcome = world.fetch(indicator())
    assert (outcome.landed, outcome.failures) == (2, [])
    assert "2 pages" in world.told.reasons("restarted")[0]


def test_a_database_that_never_rests_is_given_up(world: Bench, bank: WorldBank, indicator: Make):
    def answer(asked: Asked) -> Reply:
        bank.last_updated = f"2026-08-{len(world.service.asked):02}"
        return bank(asked)

    world.service.answer = answer
    outcome = world.fetch(indicator())
    assert "after 3 restarts" in str(outcome.failures[0])
    assert world.files() == []


def _meta(**changes: Any) -> dict[str, Any]:
    said = {"page": 1, "pages": 1, "per_page": 5, "total": 1, "sourceid": "2", "lastupdated": "2026-07-13"}
    return {**said, **changes}


def _row(code: str = "SP.POP.TOTL") -> dict[str, Any]:
    return {"indicator": {"id": code, "value": "Population"}, "date": "2020", "value": 1}


@pytest.mark.parametrize(
    ("reply", "kind", "told"),
    [
        ({"a": 1}, Passing, "seen JSON of another shape .* expected \\[meta, rows\\]"),
        ([], Passing, "JSON of another shape"),
        ([_meta()], Passing, "an array of 1 without rows"),
        ([_meta(), [1]], Passing, "without rows"),
        ([_meta(total="many"), [_row()]], Unusable, "total 'many' in the reply's meta"),
        ([_meta(lastupdated=None), [_row()]], Unusable, "lastupdated None, expected a date"),
        ([_meta(page=2), [_row()]], Passing, "seen page 2, expected page 1"),
        ([_meta(total=2), [_row()]], Passing, r"seen 1 rows, expected 2 \(page 1 of 1, total 2\)"),
        ([_meta(sourceid="57"), [_row()]], Unusable, "seen database 57, expected database 2"),
        ([_meta(), [_row("NY.GDP.MKTP.CD")]], Unusable, "seen rows of NY.GDP.MKTP.CD"),
        ([{"message": "down"}], Unusable, "the service's message 'down'"),
    ],
)
def test_a_reply_that_is_not_the_page_is_not_taken(indicator: Make, reply: Any, kind: type, told: str):
    request = indicator().first_requests()[0]
    with pytest.raises(kind, match=told):
        request.check(json.dumps(reply).encode())


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (b" \n", "an empty reply"),
        (b'[{"page": 1}, [{"in', "19 bytes that are no whole JSON text"),
        (b"\xff\xfe[", "not UTF-8"),
        (b"[" * 100_000, "nested without end"),
    ],
)
def test_a_text_that_is_no_whole_json_is_asked_for_again(indicator: Make, body: bytes, told: str):
    with pytest.raises(Passing, match=told):
        indicator().first_requests()[0].check(body)


def test_fewer_pages_than_the_total_needs_are_not_taken_for_all(
    world: Bench, bank: WorldBank, indicator: Make
):
    world.service.answer = lambda asked: Reply(200, bank(asked).body.replace(b'"pages": 3', b'"pages": 2'))
    outcome = world.fetch(indicator())
    assert "seen 10 rows on 2 pages, expected the 12 stated" in str(outcome.failures[0])
    assert world.files() == []


def test_a_database_of_other_terms_is_not_called_free(world: Bench, indicator: Make):
    world.fetch(indicator(source="57", page_size=50))
    origin = world.origin("worldbank/2026-07-13/SP.POP.TOTL.source-57.all.all-years.page-001.json")
    assert origin["redistribution"] == "unknown"
    assert origin["title"].startswith("World Bank database 57:")


ZIP = "worldbank/2026-07-13/SP.POP.TOTL.source-2.all.all-years.csv.zip"


@pytest.fixture
def download(world: Bench) -> worldbank.IndicatorZip:
    return worldbank.IndicatorZip("SP.POP.TOTL", ("all",), "2", f"{world.service.url}/v2")


def test_the_zip_lands_as_it_came_with_the_vintage_of_its_preamble(
    world: Bench, download: worldbank.IndicatorZip
):
    assert world.fetch(download).landed == 1
    assert world.origin(ZIP)["vintage"] == date(2026, 7, 13)
    with zipfile.ZipFile(world.landing / ZIP) as container:
        assert container.namelist()[0] == "API_SP.POP.TOTL_DS2_en_csv_v2_1.csv"


def test_a_damaged_zip_is_asked_for_again(world: Bench, bank: WorldBank, download: worldbank.IndicatorZip):
    whole = bank(Asked("/v2/country/all/indicator/SP.POP.TOTL", {"downloadformat": "csv"}, {})).body
    flipped = bytearray(whole)
    flipped[80] ^= 0xFF
    world.service.faults += [Reply(200, whole[:-40]), Reply(200, bytes(flipped)), Reply(200, HTML)]
    assert world.fetch(download).landed == 1
    assert len(world.told.reasons("retry")) == 3
    assert (world.landing / ZIP).read_bytes() == whole


def test_a_zip_whose_second_member_is_damaged_is_not_taken(download: worldbank.IndicatorZip):
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_STORED) as container:
        container.writestr("API_x.csv", '"Last Updated Date","2026-07-13",\r\n')
        container.writestr("Metadata.csv", "notes")
    damaged = content.getvalue().replace(b"notes", b"motes")
    with pytest.raises(Passing, match=r"a zip whose member Metadata\.csv is damaged"):
        download.first_requests()[0].check(damaged)


def test_a_refusal_instead_of_a_zip_is_said(world: Bench, bank: WorldBank, download: worldbank.IndicatorZip):
    bank.indicators = {"ELSE": "Something else"}
    assert "120 Invalid value" in str(world.fetch(download).failures[0])


@pytest.mark.parametrize(
    ("members", "told"),
    [
        ({}, "a zip of nothing"),
        ({"notes.txt": "x"}, "a zip of notes.txt, expected one member API_"),
        ({"API_x.csv": '"Data Source","x"\r\n'}, "no line Last Updated Date"),
        ({"API_x.csv": '"Last Updated Date","soon",\r\n'}, "Last Updated Date 'soon'"),
    ],
)
def test_a_zip_that_is_another_is_not_taken(
    download: worldbank.IndicatorZip, members: dict[str, str], told: str
):
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as container:
        for name, text in members.items():
            container.writestr(name, text)
    with pytest.raises(Unusable, match=told):
        download.first_requests()[0].check(content.getvalue())
