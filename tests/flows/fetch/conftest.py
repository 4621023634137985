"""A source on this machine, a landing folder that is not there yet, and time that does not pass."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from flows.fetch import comtrade, worldbank
from tests.flows.fetch.bench import Bench
from tests.flows.fetch.service import Comtrade, WorldBank, serving

TOTALS = {"partner2Code": "0", "customsCode": "C00", "motCode": "0"}


@pytest.fixture(autouse=True)
def _no_settings_from_outside(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    monkeypatch.delenv(comtrade.KEY_VARIABLE, raising=False)
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def bank() -> WorldBank:
    return WorldBank()


@pytest.fixture
def world(bank: WorldBank, tmp_path: Path) -> Iterator[Bench]:
    """The World Bank."""
    with serving(bank) as service:
        yield Bench(service, tmp_path / "landing", worldbank.FOLDER)


@pytest.fixture
def statistics() -> Comtrade:
    return Comtrade()


@pytest.fixture
def trade(statistics: Comtrade, tmp_path: Path) -> Iterator[Bench]:
    """UN Comtrade."""
    with serving(statistics) as service:
        yield Bench(service, tmp_path / "landing", comtrade.FOLDER)


@pytest.fixture
def indicator(world: Bench) -> Callable[..., worldbank.Indicator]:
    """Make a question about population, four rows a page."""

    def make(**changes: Any) -> worldbank.Indicator:
        said = {
            "code": "SP.POP.TOTL",
            "countries": ("all",),
            "years": None,
            "source": "2",
            "page_size": 5,
            "base_url": f"{world.service.url}/v2",
        }
        return worldbank.Indicator(**{**said, **changes})

    return make


@pytest.fixture
def flows(trade: Bench) -> Callable[..., comtrade.Flows]:
    """Make a question about China's totals of 2020, asked with a key."""

    def make(**changes: Any) -> comtrade.Flows:
        said = {
            "reporter": "156",
            "period": "2020",
            "partners": (),
            "flows": ("M", "X"),
            "commodities": ("TOTAL",),
            "classification": "HS",
            "frequency": "A",
            "totals": TOTALS,
            "method": comtrade.WITH_KEY,
            "row_limit": 100_000,
            "base_url": trade.service.url,
        }
        return comtrade.Flows(**{**said, **changes})

    return make
