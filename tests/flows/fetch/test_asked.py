"""What a person types: misunderstandings are said before anything is asked."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from flows.fetch import comtrade, reference, worldbank
from flows.fetch.asked import Misasked, comtrade_questions, usable_key, worldbank_questions
from flows.fetch.request import BaseUrlError
from flows.fetch.settings import FetchSettings


def _worldbank(indicators: tuple[str, ...] = ("SP.POP.TOTL",), **changes: Any) -> list[Any]:
    said = {"countries": "all", "years": None, "source": "2", "layout": "json", "base_url": None}
    return worldbank_questions(indicators, settings=FetchSettings(), **{**said, **changes})


def _comtrade(**changes: Any) -> list[comtrade.Flows]:
    said = {
        "reporters": "CHN",
        "years": "2013:2020",
        "partners": "all",
        "flows": "M,X",
        "commodities": "TOTAL",
        "classification": "HS",
        "frequency": "A",
        "base_url": None,
        "key": None,
    }
    return comtrade_questions(settings=FetchSettings(), **{**said, **changes})


def test_the_public_addresses_are_the_publishers():
    (page,) = _worldbank(countries="KAZ;CHN", years="2000:2023")[0].first_requests()
    assert page.url == (
        "https://api.worldbank.org/v2/country/KAZ;CHN/indicator/SP.POP.TOTL"
        "?format=json&source=2&per_page=20000&page=1&date=2000:2023"
    )
    (year,) = _comtrade(years="2020", partners="KAZ")[0].first_requests()
    assert year.url.startswith(
        "https://comtradeapi.un.org/public/v1/preview/C/A/HS?reporterCode=156&period=2020&"
    )
    assert year.url.endswith("&partnerCode=398")


def test_one_question_per_indicator_and_none_twice():
    assert [question.code for question in _worldbank(("A.B", "C.D", "A.B"))] == ["A.B", "C.D"]


def test_one_question_per_reporter_and_period():
    assert len(_comtrade(reporters="CHN,KAZ")) == 16
    months = _comtrade(years="2020", frequency="M")
    assert [question.period for question in months][:2] == ["202001", "202002"]
    assert len(months) == 12


def test_a_zip_is_asked_for_as_a_zip():
    (question,) = _worldbank(layout="csv-zip")
    assert isinstance(question, worldbank.IndicatorZip)
    assert "downloadformat=csv" in question.first_requests()[0].url


def test_with_a_key_the_full_service_is_asked():
    assert _comtrade(key="k")[0].first_requests()[0].url.startswith("https://comtradeapi.un.org/data/v1/get/")


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"indicators": ("../../etc",)}, "INDICATOR: seen '../../etc'"),
        ({"countries": "KAZ;Kazakhstan"}, "--countries: seen 'Kazakhstan'"),
        ({"countries": "all;KAZ"}, "--countries: seen all and single codes"),
        ({"years": "2023:2000"}, "expected the earlier year first"),
        ({"years": "20000"}, "--years: seen '20000', expected 2000:2023 or 2023"),
        ({"source": "WDI"}, "--source: seen 'WDI'"),
        ({"layout": "csv-zip", "years": "2000"}, "--years: the zip of layout csv-zip holds every year"),
    ],
)
def test_a_misunderstanding_about_indicators_is_said(changes: dict[str, Any], told: str):
    with pytest.raises(Misasked, match=told):
        _worldbank(**changes)


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"reporters": "China"}, "--reporter: seen 'China', expected codes such as CHN or 156"),
        ({"reporters": "XXA"}, "--reporter: seen 'XXA', expected an ISO 3166 alpha-3 code"),
        ({"partners": "all,KAZ"}, "--partner: seen all and single codes"),
        ({"flows": "import"}, "--flow: seen 'import'"),
        ({"flows": "M,Q"}, r"--flow: seen Q, expected one of M \(Import\), X \(Export\)"),
        ({"commodities": "27.09"}, "--commodity: seen '27.09'"),
        ({"classification": "hs"}, "--classification: seen 'hs'"),
        ({"reporters": "USA"}, r"several codes in 2013, give the one that reports: .*842 USA"),
        ({"reporters": "KAZ", "years": "1990"}, "--reporter: KAZ has no code in 1990: 398 1992-"),
    ],
)
def test_a_misunderstanding_about_trade_is_said(changes: dict[str, Any], told: str):
    with pytest.raises(ValueError, match=told):
        _comtrade(**changes)


@pytest.mark.parametrize(
    ("base_url", "told"),
    [
        ("ftp://example.org", "expected https://"),
        ("https://user:secret@example.org", "no secret belongs there"),
        ("https://example.org/?subscription-key=secret", "no secret belongs there"),
        ("http://example.org", "the key does not go to example.org unencrypted"),
        ("https://example.org:port", "--base-url"),
    ],
)
def test_an_address_that_would_leak_or_fail_is_refused(base_url: str, told: str):
    with pytest.raises(BaseUrlError, match=told) as failure:
        _comtrade(base_url=base_url, key="k")
    assert "secret@" not in str(failure.value)
    assert "=secret" not in str(failure.value)


def test_a_key_may_go_unencrypted_to_this_machine_and_no_key_anywhere():
    assert _comtrade(base_url="http://127.0.0.1:8000", key="k")
    assert _comtrade(base_url="http://localhost:8000", key="k")
    assert _comtrade(base_url="http://example.org")


def test_a_key_that_no_header_can_carry_is_refused_without_showing_it():
    assert usable_key(" abc\n") == "abc"
    assert usable_key("  ") is usable_key(None) is None
    with pytest.raises(Misasked) as failure:
        usable_key("geheim\nX-Header: 1")
    assert "geheim" not in str(failure.value)


def test_a_country_is_asked_for_by_the_code_of_the_year():
    years = {question.period: question.reporter for question in _comtrade(reporters="DEU", years="1990:1991")}
    assert years["1991"] == "276"
    assert years["1990"] != "276"


def test_a_partner_is_asked_for_under_all_its_codes():
    (question,) = _comtrade(years="2020", partners="TWN")
    assert question.partners == tuple(sorted(reference.area_codes("TWN", 2020), key=int))
    assert len(question.partners) == 2


def test_the_services_own_numbers_pass_as_they_are():
    assert reference.reporter_code("842", 2020) == "842"
    assert reference.area_codes("0", 2020) == ["0"]


def test_the_order_of_codes_makes_no_other_file():
    names = {_comtrade(flows=flows)[0].first_requests()[0].file_name for flows in ("M,X", "X,M", "X, M,X")}
    assert len(names) == 1


def test_settings_come_from_the_environment_and_the_settings_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    (tmp_path / "serai.toml").write_text("[fetch]\nattempts = 2\ntimeout_seconds = 5\n", encoding="utf-8")
    monkeypatch.setenv("SERAI_FETCH_ATTEMPTS", "9")
    settings = FetchSettings.load(patience_seconds=7, worldbank_page_size=None)
    assert (settings.attempts, settings.timeout_seconds, settings.patience_seconds) == (9, 5, 7)
    assert settings.worldbank_page_size == 20_000
