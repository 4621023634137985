"""The World Bank's Indicators API, version 2: one indicator per question, in pages or as the publisher's zip.

A reply is ``[meta, rows]``; a refusal comes with status 200, as ``[{"message": [{"id", "key", "value"}]}]``.
When it is busy the service answers 400 to requests that succeed a moment later, so 400 is tried again too.
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flows.fetch.bodies import parsed_json
from flows.fetch.faults import BeyondTheEnd, NothingThere, Passing, Unusable
from flows.fetch.fetching import Get, Page
from flows.fetch.request import Facts, Request, name_part, web_address
from flows.fetch.telling import Tell
from flows.reading.page import html_page, one_line

BASE_URL = "https://api.worldbank.org/v2"
PASSING_STATUSES = (400,)
FOLDER = "worldbank"
DEVELOPMENT_INDICATORS = "2"
"""The service's number of World Development Indicators."""

_KEPT_KEYS = frozenset(
    {
        "page",
        "pages",
        "per_page",
        "total",
        "sourceid",
        "lastupdated",
        "message",
        "id",
        "key",
        "value",
        "indicator",
    }
)
_MOST_RESTARTS = 3
_LARGEST_ZIP_CONTENT = 2_000_000_000
_LAST_UPDATED_LINES = 10
_NOT_A_ZIP = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, UnicodeDecodeError, csv.Error)


@dataclass(frozen=True)
class Indicator:
    """One indicator of one of the service's databases, as pages of JSON.

    Attributes
    ----------
    countries : tuple of str
        Codes, or ``all``.
    years : str or None
        ``2000:2023``, one year, or None for all.
    source : str
        Number of the database.
    """

    code: str
    countries: tuple[str, ...]
    years: str | None
    source: str
    page_size: int
    base_url: str = BASE_URL

    def first_requests(self) -> list[Request]:
        """Return the request for the first page; it tells how many there are."""
        return [self._page(1)]

    def pages(self, get: Get, tell: Tell) -> Iterator[list[Page]]:
        """Yield all pages of one state of the database.

        Raises
        ------
        FetchFailed
            When a page does not come, or the database keeps changing while its pages are fetched.
        """
        for restart in range(_MOST_RESTARTS + 1):
            got = [get(self._page(1), is_anew=restart > 0)]
            changed = None
            try:
                for number in range(2, got[0].facts.page_count + 1):
                    got.append(get(self._page(number), is_anew=restart > 0))
                    if changed := _changed(got[0].facts, got[-1].facts):
                        break
            except BeyondTheEnd as shorter:
                changed = shorter.seen
            if changed is None:
                self._check_sum(got)
                yield got
                return
            tell("restarted", reason=f"{self.code}: the pages are not of one state: {changed}")
        raise Unusable(
            f"{changed}, after {_MOST_RESTARTS} restarts",
            "pages of one state of the database",
            url=self._page(1).url,
        )

    def _check_sum(self, got: Sequence[Page]) -> None:
        seen = sum(page.facts.row_count or 0 for page in got)
        if seen != got[0].facts.total:
            raise Unusable(
                f"{seen:,} rows on {len(got)} pages",
                f"the {got[0].facts.total:,} stated",
                url=got[0].request.url,
            )

    def _page(self, number: int) -> Request:
        query = {
            "format": "json",
            "source": self.source,
            "per_page": str(self.page_size),
            "page": str(number),
        }
        if self.years:
            query["date"] = self.years
        return Request(
            url=web_address(self.base_url, _path(self), query),
            file_name=f"{_stem(self)}.page-{number:03}.json",
            check=lambda body: self._check_page(body, number),
        )

    def _check_page(self, body: bytes, number: int) -> Facts:
        meta, rows = _meta_and_rows(parsed_json(body, _KEPT_KEYS))
        page, page_count, per_page, total = (
            _whole(meta, key) for key in ("page", "pages", "per_page", "total")
        )
        if total > 0 and number > page_count:
            raise BeyondTheEnd(f"{page_count} pages", f"page {number}")
        if total == 0:
            raise NothingThere(
                "total 0 and no rows",
                f"rows of {self.code} ({name_part(self.countries)}, {_years(self)})",
            )
        if page != number:
            raise Passing(f"page {page}", f"page {number}")
        if (due := min(per_page, total - per_page * (page - 1))) != len(rows):
            raise Passing(f"{len(rows):,} rows", f"{due:,} (page {page} of {page_count}, total {total:,})")
        if (source := meta.get("sourceid")) is not None and str(source) != self.source:
            raise Unusable(f"database {source}", f"database {self.source}")
        indicators = {str((row.get("indicator") or {}).get("id")): row for row in rows}
        if list(indicators) != [self.code]:
            raise Unusable(f"rows of {', '.join(sorted(indicators))}", f"rows of {self.code} alone")
        name = one_line(str(indicators[self.code]["indicator"].get("value") or self.code))
        return _facts(
            self,
            f"{name} ({self.code}), API page {page} of {page_count}",
            _day(meta.get("lastupdated"), "lastupdated"),
            row_count=len(rows),
            page_count=page_count,
            total=total,
        )


@dataclass(frozen=True)
class IndicatorZip:
    """One indicator as the publisher's own zip: every year, with its metadata."""

    code: str
    countries: tuple[str, ...]
    source: str
    base_url: str = BASE_URL
    years: None = None

    def first_requests(self) -> list[Request]:
        """Return the one request."""
        query = {"downloadformat": "csv", "source": self.source}
        url = web_address(self.base_url, _path(self), query)
        return [Request(url=url, file_name=f"{_stem(self)}.csv.zip", check=self._check)]

    def pages(self, get: Get, tell: Tell) -> Iterator[list[Page]]:
        """Yield the zip.

        Raises
        ------
        FetchFailed
            When it does not come.
        """
        yield [get(request) for request in self.first_requests()]

    def _check(self, body: bytes) -> Facts:
        expected = "a zip of the CSV download"
        try:
            with zipfile.ZipFile(io.BytesIO(body)) as container:
                if sum(member.file_size for member in container.infolist()) > _LARGEST_ZIP_CONTENT:
                    raise Unusable("a zip that holds more than 2 GB", expected)
                if broken := container.testzip():
                    raise Passing(f"a zip whose member {broken} is damaged", expected)
                data = [name for name in container.namelist() if name.startswith("API_")]
                if len(data) != 1:
                    raise Unusable(
                        f"a zip of {', '.join(container.namelist()) or 'nothing'}", "one member API_….csv"
                    )
                with container.open(data[0]) as member:
                    updated = _last_updated(io.TextIOWrapper(member, encoding="utf-8-sig", newline=""))
        except _NOT_A_ZIP as error:
            if page := html_page(body):
                raise Passing(page, expected) from None
            if body.lstrip(b"\xef\xbb\xbf \r\n").startswith((b"[", b"{")):
                _meta_and_rows(parsed_json(body, _KEPT_KEYS))
            raise Passing(
                f"{len(body):,} bytes that are no whole zip ({one_line(str(error))})", expected
            ) from None
        return _facts(self, f"{self.code}, API download as CSV, all years", updated, row_count=None)


def _path(asked: Indicator | IndicatorZip) -> tuple[str, ...]:
    return "country", ";".join(asked.countries), "indicator", asked.code


def _stem(asked: Indicator | IndicatorZip) -> str:
    return (
        f"{asked.code}.source-{asked.source}.{name_part(asked.countries)}.{_years(asked).replace(':', '-')}"
    )


def _years(asked: Indicator | IndicatorZip) -> str:
    return asked.years or "all-years"


def _facts(asked: Indicator | IndicatorZip, title: str, vintage: date, **counts: Any) -> Facts:
    is_known = asked.source == DEVELOPMENT_INDICATORS
    licence = (
        "CC BY 4.0" if is_known else "see the terms of the database; the World Bank's default is CC BY 4.0"
    )
    database = "World Development Indicators" if is_known else f"World Bank database {asked.source}"
    return Facts(
        publisher="World Bank",
        title=f"{database}: {title}",
        licence=licence,
        redistribution="allowed" if is_known else "unknown",
        vintage=vintage,
        vintage_note="the day on which the publisher last updated the database, as the reply states it",
        **counts,
    )


def _meta_and_rows(reply: Any) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    expected = "[meta, rows]"
    if not isinstance(reply, list) or not reply or not isinstance(reply[0], dict):
        raise Passing(f"JSON of another shape ({one_line(str(reply))})", expected)
    if messages := reply[0].get("message"):
        told = messages if isinstance(messages, list) else [messages]
        said = "; ".join(
            f"{item.get('id')} {item.get('key')}: {item.get('value')}"
            if isinstance(item, dict)
            else str(item)
            for item in told
        )
        raise Unusable(f"the service's message {one_line(said)!r}", expected)
    # Beyond the last page, and where there is nothing, the rows are null.
    rows = (reply[1] if reply[1] is not None else []) if len(reply) == 2 else None
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise Passing(f"an array of {len(reply)} without rows", expected)
    return reply[0], rows


def _whole(meta: dict[str, Any], key: str) -> int:
    try:
        return int(meta[key])
    except (KeyError, TypeError, ValueError):
        raise Unusable(f"{key} {meta.get(key)!r} in the reply's meta", "a whole number") from None


def _day(text: Any, where: str) -> date:
    try:
        return date.fromisoformat(str(text))
    except ValueError:
        raise Unusable(f"{where} {text!r}", "a date such as 2024-06-28") from None


def _last_updated(lines: io.TextIOWrapper) -> date:
    """Return the date in the preamble, the vintage of the download."""
    for _, cells in zip(range(_LAST_UPDATED_LINES), csv.reader(lines), strict=False):
        if cells and re.fullmatch(r"Last Updated(?: Date)?", cells[0].strip()):
            return _day(cells[1] if len(cells) > 1 else None, cells[0])
    raise Unusable("no line Last Updated Date", "it in the preamble of the CSV file")


def _changed(first: Facts, other: Facts) -> str | None:
    for name in ("total", "page_count", "vintage"):
        if getattr(first, name) != getattr(other, name):
            return f"{name.replace('_', ' ')} {getattr(first, name)}, then {getattr(other, name)}"
    return None
