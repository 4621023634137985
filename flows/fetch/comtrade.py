"""UN Comtrade, API version 1: one reporter and one period per question, split where a reply is full.

With a key the service sends at most 100,000 rows, without one a preview of 500; a longer answer is cut
without a word. So a reply with as many rows as the limit is never taken: the question is split by flow, then
by commodity, then by partner.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from flows.fetch.bodies import parsed_json
from flows.fetch.faults import NothingThere, Passing, RowLimitReached, Unusable
from flows.fetch.fetching import Get, Page
from flows.fetch.request import Facts, Request, name_part, web_address
from flows.fetch.telling import Tell
from flows.reading.page import one_line

BASE_URL = "https://comtradeapi.un.org"
FOLDER = "un_comtrade"
KEY_VARIABLE = "SERAI_COMTRADE_KEY"
KEY_HEADER = "Ocp-Apim-Subscription-Key"
LONGEST_URL = 4_096
"""Beyond it the service answers 414."""

WITH_KEY, PREVIEW = "data/v1/get", "public/v1/preview"
GOODS = "C"
_TIME_TAKEN = re.compile(rb'"elapsedTime"\s*:\s*"[^"]*"')
_KEPT_KEYS = frozenset(
    {"count", "data", "error", "statusCode", "message", "period", "reporterCode", "flowCode", "cmdCode"}
)


@dataclass(frozen=True)
class Flows:
    """What one reporter reports for one period.

    Attributes
    ----------
    reporter : str
        The service's code of the reporter.
    period : str
        Year, or year and month as 201301.
    partners : tuple of str
        The service's codes; none for all partners.
    flows, commodities : tuple of str
        Flow codes; commodity codes of the classification, or TOTAL, AG2 …
    totals : dict
        Query of the rows that are totals over second partners, customs procedures and modes of transport:
        the others are parts of them, and to add them up counts trade several times.
    method : str
        ``WITH_KEY`` or ``PREVIEW``.
    row_limit : int
        Rows that a reply has at most.
    """

    reporter: str
    period: str
    partners: tuple[str, ...]
    flows: tuple[str, ...]
    commodities: tuple[str, ...]
    classification: str
    frequency: str
    totals: dict[str, str]
    method: str
    row_limit: int
    base_url: str = BASE_URL

    def first_requests(self) -> list[Request]:
        """Return the request for all of it."""
        return [self._request()]

    def pages(self, get: Get, tell: Tell) -> Iterator[list[Page]]:
        """Yield the reply, or the replies to the parts of the question, each a whole of its own.

        Raises
        ------
        FetchFailed
            When a reply does not come, or even the smallest part reaches the limit.
        """
        try:
            page = get(self._request())
        except RowLimitReached as reached:
            parts = self._parts()
            if not parts:
                raise
            tell("split", reason=f"{reached}; asking in {len(parts)} parts", url=reached.url)
        else:
            yield [page]
            return
        empty = 0
        for part in parts:
            try:
                yield from part.pages(get, tell)
            except NothingThere as nothing:
                empty += 1
                tell("empty", reason=str(nothing), url=nothing.url)
        if empty == len(parts):
            raise Unusable(f"no rows in any of {empty} parts", f"the {self.row_limit:,} of the whole")

    def _parts(self) -> list[Flows]:
        for name in ("flows", "commodities", "partners"):
            codes = getattr(self, name)
            if len(codes) > 1:
                return [replace(self, **{name: (code,)}) for code in codes]
        return []

    def _request(self) -> Request:
        query = {
            "reporterCode": self.reporter,
            "period": self.period,
            "flowCode": ",".join(self.flows),
            "cmdCode": ",".join(self.commodities),
            **self.totals,
            "includeDesc": "true",
            "maxRecords": str(self.row_limit),
        }
        if self.partners:
            query["partnerCode"] = ",".join(self.partners)
        path = (*self.method.split("/"), GOODS, self.frequency, self.classification)
        url = web_address(self.base_url, path, query)
        if len(url) > LONGEST_URL:
            raise Unusable(
                f"a URL of {len(url):,} characters", f"at most {LONGEST_URL:,}: ask for fewer codes at once"
            )
        name = ".".join(
            (
                f"{GOODS}-{self.frequency}-{self.classification}",
                f"reporter-{self.reporter}",
                self.period,
                f"partner-{name_part(self.partners) or 'all'}",
                f"flow-{name_part(self.flows)}",
                name_part(self.commodities),
            )
        )
        return Request(url=url, file_name=f"{name}.json", check=self._check)

    def _check(self, body: bytes) -> Facts:
        reply = parsed_json(body, _KEPT_KEYS)
        if not isinstance(reply, dict):
            raise Passing(f"JSON of another shape ({one_line(str(reply))})", "an object with count and data")
        if said := reply.get("error") or reply.get("message"):
            raise Unusable(f"the service's message {one_line(str(said))!r}", "an object with count and data")
        count, rows = reply.get("count"), reply.get("data")
        if not isinstance(count, int) or not isinstance(rows, list):
            raise Passing(
                f"an object of {', '.join(sorted(reply)) or 'nothing'}", "an object with count and data"
            )
        # Before anything else is looked at: a cut reply is cut whatever it says of itself.
        if max(count, len(rows)) >= self.row_limit:
            raise RowLimitReached(
                f"{max(count, len(rows)):,} rows, the most that a reply may have, so the rest was cut off",
                f"fewer than {self.row_limit:,}: ask for fewer flows, commodities or partners at once",
            )
        if count != len(rows):
            raise Passing(f"{len(rows):,} rows", f"{count:,} as the reply's count says")
        if not rows:
            raise NothingThere("count 0", f"rows of reporter {self.reporter} in {self.period}")
        self._check_rows(rows)
        is_annual = "annual" if self.frequency == "A" else "monthly"
        return Facts(
            publisher="United Nations Statistics Division",
            title=f"UN Comtrade, {is_annual} {self.classification} {name_part(self.commodities)}: reporter"
            f" {self.reporter}, {self.period}, flows {', '.join(self.flows)}",
            licence="UN Comtrade terms of use: internal use, no re-dissemination without written permission",
            redistribution="not_allowed",
            vintage=None,
            vintage_note="the day of retrieval: the source states no release date and revises without notice",
            row_count=len(rows),
            total=count,
            content_sha256=hashlib.sha256(_TIME_TAKEN.sub(b"", body, count=1)).hexdigest(),
        )

    def _check_rows(self, rows: list[Any]) -> None:
        asked = {"reporterCode": {self.reporter}, "period": {self.period}, "flowCode": set(self.flows)}
        for key, wanted in asked.items():
            seen = {str(row.get(key)) if isinstance(row, dict) else "no object" for row in rows}
            if strange := sorted(seen - wanted):
                raise Unusable(
                    f"rows with {key} {', '.join(strange[:5])}", f"{key} {', '.join(sorted(wanted))} alone"
                )
