"""What was fetched is what ingest expects: recognised, whole, with its vintage and its origin."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from flows.fetch import comtrade, worldbank
from flows.settings import Settings
from tests.flows.fetch.bench import Bench
from tests.flows.fetch.service import Comtrade, WorldBank
from tests.flows.house import House


def _house(bench: Bench) -> House:
    return House(Settings(home=bench.landing.parent / "home", landing=bench.landing))


def test_fetched_pages_of_an_indicator_are_loaded_whole(
    world: Bench, indicator: Callable[..., worldbank.Indicator]
):
    world.fetch(indicator())
    house = _house(world)
    report = house.run()
    assert [(item.status, item.contract) for item in report.files] == [
        ("loaded", "worldbank_wdi__observations")
    ] * 3
    query = """
        select count(*), count(distinct file_id), min(vintage)::varchar, max(vintage)::varchar
        from raw.worldbank_wdi__observations
    """
    # Twelve country years, of which one has no value and is left out.
    assert house.ask(report, query) == [(11, 3, "2026-07-13", "2026-07-13")]


def test_the_fetched_zip_of_an_indicator_is_loaded(world: Bench):
    world.fetch(worldbank.IndicatorZip("SP.POP.TOTL", ("all",), "2", f"{world.service.url}/v2"))
    house = _house(world)
    report = house.run()
    loaded = [item for item in report.files if item.status == "loaded"]
    assert [item.contract for item in loaded] == ["worldbank_wdi__observations"]
    ((rows,),) = house.ask(
        report, "select count(value) from raw.worldbank_wdi__observations where value <> ''"
    )
    assert rows == 11


@pytest.mark.parametrize("method", [comtrade.WITH_KEY, comtrade.PREVIEW])
def test_fetched_trade_is_loaded_whole_and_keeps_its_terms(
    trade: Bench, flows: Callable[..., comtrade.Flows], method: str
):
    trade.fetch(
        flows(method=method),
        flows(method=method, period="2021"),
        options={"secret_headers": {comtrade.KEY_HEADER: Comtrade.KEY}},
    )
    house = _house(trade)
    report = house.run()
    assert [(item.status, item.contract, item.reason) for item in report.files] == [
        ("loaded", "un_comtrade__flows", None)
    ] * 2
    ((rows, vintage),) = house.ask(
        report, "select count(*), max(vintage)::varchar from raw.un_comtrade__flows"
    )
    assert (rows, vintage) == (12, "2026-11-21")
    ((terms,),) = house.ask(report, "select distinct redistribution from meta.files")
    assert terms == "not_allowed"


def test_a_release_that_changed_silently_takes_the_place_of_what_was_loaded(
    world: Bench, bank: WorldBank, indicator: Callable[..., worldbank.Indicator]
):
    house = _house(world)
    world.fetch(indicator(page_size=50))
    house.run()
    bank.years = range(2018, 2023)
    world.fetch(indicator(page_size=50), is_refresh=True)
    report = house.run(at=house.LATER)
    query = "select count(*), count(distinct file_id) from raw.worldbank_wdi__observations"
    assert house.ask(report, query) == [(14, 1)]
