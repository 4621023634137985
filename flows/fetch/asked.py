"""What a person types, made into questions; everything wrong with it is said before anything is asked."""

from __future__ import annotations

import re
from collections.abc import Iterable

from flows.fetch import comtrade, reference, worldbank
from flows.fetch.request import check_base_url
from flows.fetch.settings import FetchSettings

MONTHS = 12


class Misasked(ValueError):
    """An option that cannot be meant; the message names it, what was seen and what is expected."""


def worldbank_questions(
    indicators: Iterable[str],
    *,
    countries: str,
    years: str | None,
    source: str,
    layout: str,
    base_url: str | None,
    settings: FetchSettings,
) -> list[worldbank.Indicator | worldbank.IndicatorZip]:
    """Return one question per indicator.

    Raises
    ------
    Misasked, BaseUrlError
        When an option is not of its form.
    """
    base_url = base_url or worldbank.BASE_URL
    check_base_url(base_url, carries_key=False)
    codes = _list(
        "INDICATOR", indicators, r"[A-Za-z0-9_][A-Za-z0-9_.\-]*", "a code such as NY.GDP.PCAP.PP.CD"
    )
    places = _list(
        "--countries", re.split("[;,]", countries), "all|[A-Za-z0-9]{2,3}", "all, or codes such as KAZ;CHN"
    )
    if places != ("all",) and "all" in places:
        raise Misasked("--countries: seen all and single codes, expected one or the other")
    _list("--source", [source], r"\d{1,4}", "the number of a database, 2 for World Development Indicators")
    if layout == "csv-zip":
        if years is not None:
            raise Misasked("--years: the zip of layout csv-zip holds every year: leave it out")
        return [worldbank.IndicatorZip(code, places, source, base_url) for code in codes]
    if years is not None:
        first, last = _years(years)
        years = years if first != last else str(first)
    size = settings.worldbank_page_size
    return [worldbank.Indicator(code, places, years, source, size, base_url) for code in codes]


def comtrade_questions(
    *,
    reporters: str,
    years: str,
    partners: str,
    flows: str,
    commodities: str,
    classification: str,
    frequency: str,
    base_url: str | None,
    key: str | None,
    settings: FetchSettings,
) -> list[comtrade.Flows]:
    """Return one question per reporter and period.

    Raises
    ------
    Misasked, BaseUrlError, UnknownCode
        When an option is not of its form, or a code is not known for a year.
    """
    base_url = base_url or comtrade.BASE_URL
    check_base_url(base_url, carries_key=key is not None)
    area, area_form = "[A-Z]{3}|[0-9]{1,3}", "codes such as CHN or 156"
    reporting = _list("--reporter", reporters.split(","), area, area_form)
    trading = _list("--partner", partners.split(","), f"all|{area}", f"all, or {area_form}")
    flow_codes = _list("--flow", flows.split(","), "[A-Z]{1,3}", "codes such as M,X")
    commodity_codes = _list(
        "--commodity", commodities.split(","), "[A-Za-z0-9]{1,10}", "codes such as TOTAL or 270900"
    )
    _list("--classification", [classification], "[A-Z][A-Z0-9]{1,4}", "a code such as HS, H5 or S4")
    if trading != ("all",) and "all" in trading:
        raise Misasked("--partner: seen all and single codes, expected one or the other")
    reference.check_flows(flow_codes)
    first, last = _years(years)
    totals = reference.total_codes()
    return [
        comtrade.Flows(
            reporter=reference.reporter_code(reporter, year),
            period=period,
            partners=() if trading == ("all",) else _partner_codes(trading, year),
            flows=tuple(sorted(flow_codes)),
            commodities=tuple(sorted(commodity_codes)),
            classification=classification,
            frequency=frequency,
            totals=totals,
            method=comtrade.WITH_KEY if key else comtrade.PREVIEW,
            row_limit=settings.comtrade_row_limit if key else settings.comtrade_preview_row_limit,
            base_url=base_url,
        )
        for reporter in reporting
        for year in range(first, last + 1)
        for period in _periods(year, frequency)
    ]


def usable_key(text: str | None) -> str | None:
    """Return the key of the environment, None when there is none.

    Raises
    ------
    Misasked
        When no header can carry it; the key itself is not shown.
    """
    key = (text or "").strip()
    if not key:
        return None
    if not re.fullmatch(r"[!-~]+", key):
        raise Misasked(f"{comtrade.KEY_VARIABLE}: expected printable ASCII without blanks")
    return key


def _partner_codes(partners: tuple[str, ...], year: int) -> tuple[str, ...]:
    codes = {code for partner in partners for code in reference.area_codes(partner, year)}
    return tuple(sorted(codes, key=int))


def _periods(year: int, frequency: str) -> list[str]:
    if frequency == "A":
        return [str(year)]
    return [f"{year}{month:02}" for month in range(1, MONTHS + 1)]


def _list(option: str, given: Iterable[str], pattern: str, expected: str) -> tuple[str, ...]:
    codes = tuple(dict.fromkeys(code.strip() for code in given))
    for code in codes:
        if not re.fullmatch(pattern, code, re.ASCII):
            raise Misasked(f"{option}: seen {code!r}, expected {expected}")
    return codes


def _years(text: str) -> tuple[int, int]:
    found = re.fullmatch(r"((?:19|20)\d\d)(?::((?:19|20)\d\d))?", text, re.ASCII)
    if not found:
        raise Misasked(f"--years: seen {text!r}, expected 2000:2023 or 2023")
    first, last = int(found[1]), int(found[2] or found[1])
    if last < first:
        raise Misasked(f"--years: seen {text!r}, expected the earlier year first")
    return first, last
