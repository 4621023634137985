"""A local HTTP server that speaks as the World Bank's API and UN Comtrade's do, faults included."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import threading
import time
import zipfile
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

HTML = b"<!DOCTYPE html>\n<html><head><title>Service\n unavailable</title></head><body>later</body></html>"


@dataclass(frozen=True)
class Asked:
    """A request as the server saw it."""

    path: str
    query: dict[str, str]
    headers: dict[str, str]


@dataclass(frozen=True)
class Reply:
    """What the server sends.

    Attributes
    ----------
    manner : str
        ``whole``; ``cut`` (fewer bytes than Content-Length says), ``cut_chunk`` (no last chunk), ``silent``
        (nothing at all), ``drip`` (a byte now and then).
    """

    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    manner: str = "whole"


Answer = Callable[[Asked], Reply]


class Service:
    """The server's state: what was asked, and the faults that come before the faithful answers.

    Attributes
    ----------
    faults : deque of Reply or None
        Taken one per request; None lets the request through.
    """

    def __init__(self, answer: Answer) -> None:
        self.answer = answer
        self.asked: list[Asked] = []
        self.faults: deque[Reply | None] = deque()
        self.url = ""
        self.ending = threading.Event()

    def reply(self, asked: Asked) -> Reply:
        self.asked.append(asked)
        fault = self.faults.popleft() if self.faults else None
        if fault is not None:
            return fault
        reply = self.answer(asked)
        etag = '"' + hashlib.sha256(reply.body).hexdigest()[:16] + '"'
        if reply.status == 200 and asked.headers.get("if-none-match") == etag:
            return Reply(304, headers={"ETag": etag})
        return Reply(reply.status, reply.body, {"ETag": etag, **reply.headers}, reply.manner)


@contextmanager
def serving(answer: Answer) -> Iterator[Service]:
    """Serve on a free port of this machine."""
    service = Service(answer)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            query = {name: values[-1] for name, values in parse_qs(parts.query).items()}
            headers = {name.lower(): value for name, value in self.headers.items()}
            self._send(service.reply(Asked(unquote(parts.path), query, headers)))

        def _send(self, reply: Reply) -> None:
            if reply.manner == "silent":
                service.ending.wait(5)
                self.close_connection = True
                return
            body = reply.body
            if reply.headers.get("Content-Encoding") == "gzip":
                body = gzip.compress(body)
            self.send_response(reply.status)
            for name, value in reply.headers.items():
                self.send_header(name, value)
            if reply.manner in {"drip", "cut_chunk"}:
                self.send_header("Transfer-Encoding", "chunked")
            elif reply.status != 304:
                self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            if reply.manner == "whole":
                self.wfile.write(body)
                return
            self.close_connection = True
            if reply.manner == "cut":
                self.wfile.write(body[: len(body) // 2])
            elif reply.manner == "cut_chunk":
                half = body[: len(body) // 2]
                self.wfile.write(f"{len(half):x}\r\n".encode() + half + b"\r\n")
            else:
                for _ in range(250):  # five seconds are endless enough
                    if service.ending.wait(0.02):
                        return
                    try:
                        self.wfile.write(b"1\r\n[\r\n")
                        self.wfile.flush()
                    except OSError:
                        return

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    server.handle_error = lambda *_: None  # a client that went away is what some tests are about
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    service.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield service
    finally:
        service.ending.set()
        server.shutdown()
        server.server_close()
        thread.join()


class WorldBank:
    """The Indicators API over a few made-up rows; what it holds may change between requests."""

    def __init__(self) -> None:
        self.last_updated = "2026-07-13"
        self.countries = {"KAZ": ("KZ", "Kazakhstan"), "CHN": ("CN", "China"), "TKM": ("TM", "Turkmenistan")}
        self.indicators = {
            "SP.POP.TOTL": "Population, total",
            "NY.GDP.PCAP.CD": "GDP per capita (current US$)",
        }
        self.years = range(2019, 2023)

    def rows(self, code: str, countries: str, date: str | None) -> list[dict[str, Any]]:
        wanted = list(self.countries) if countries == "all" else countries.split(";")
        first, last = (date.split(":") * 2)[:2] if date else ("1900", "2100")
        return [
            {
                "indicator": {"id": code, "value": self.indicators[code]},
                "country": {"id": self.countries[iso3][0], "value": self.countries[iso3][1]},
                "countryiso3code": iso3,
                "date": str(year),
                "value": None if (iso3, year) == ("TKM", 2022) else 1000.5 + len(iso3) * year,
                "unit": "",
                "obs_status": "",
                "decimal": 0,
            }
            for iso3 in wanted
            for year in sorted(self.years, reverse=True)
            if int(first) <= year <= int(last)
        ]

    def __call__(self, asked: Asked) -> Reply:
        _, _, _, countries, _, code = asked.path.split("/")
        if code not in self.indicators or not set(countries.split(";")) <= {"all", *self.countries}:
            return _json([{"message": [_invalid()]}])
        rows = self.rows(code, countries, asked.query.get("date"))
        if asked.query.get("downloadformat") == "csv":
            return Reply(200, self._zip(code, rows), {"Content-Type": "application/zip"})
        per_page, page = int(asked.query.get("per_page", 50)), int(asked.query.get("page", 1))
        meta = {
            "page": page,
            "pages": -(-len(rows) // per_page),
            "per_page": per_page,
            "total": len(rows),
            "sourceid": asked.query["source"],
            "lastupdated": self.last_updated,
        }
        return _json([meta, rows[(page - 1) * per_page : page * per_page] or None])

    def _zip(self, code: str, rows: list[dict[str, Any]]) -> bytes:
        years = sorted(self.years)
        cells = {(row["countryiso3code"], row["date"]): row["value"] for row in rows}
        names = ["Country Name", "Country Code", "Indicator Name", "Indicator Code", *map(str, years)]
        lines = [
            ["Data Source", "World Development Indicators"],
            [],
            ["Last Updated Date", self.last_updated],
            [],
        ]
        lines.append(names)
        for iso3 in dict.fromkeys(row["countryiso3code"] for row in rows):
            values = ["" if cells[iso3, str(year)] is None else str(cells[iso3, str(year)]) for year in years]
            lines.append([self.countries[iso3][1], iso3, self.indicators[code], code, *values])
        text = "\ufeff" + "".join("".join(f'"{cell}",' for cell in line) + "\r\n" for line in lines)
        content = io.BytesIO()
        with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as container:
            container.writestr(_member(f"API_{code}_DS2_en_csv_v2_1.csv"), text)
            container.writestr(
                _member(f"Metadata_Indicator_API_{code}_DS2_en_csv_v2_1.csv"),
                f'\ufeff"INDICATOR_CODE","INDICATOR_NAME",\r\n"{code}","{self.indicators[code]}",\r\n',
            )
        return content.getvalue()


class Comtrade:
    """The API of UN Comtrade over made-up totals: ``partners`` per flow, cut at the limit without a word."""

    KEY = "0123456789abcdef0123456789abcdef"

    def __init__(self) -> None:
        self.limit = 100_000
        self.partners = [0, 398, 795]
        self.empty_years: set[int] = set()

    def __call__(self, asked: Asked) -> Reply:
        if asked.path.startswith("/public/v1/preview/"):
            limit = 500
        elif asked.headers.get("ocp-apim-subscription-key") == self.KEY:
            limit = self.limit
        else:
            said = "Access denied due to invalid subscription key."
            return _json({"statusCode": 401, "message": said}, status=401)
        rows = [
            _trade(asked.query, flow, commodity, partner)
            for flow in asked.query["flowCode"].split(",")
            for commodity in asked.query["cmdCode"].split(",")
            for partner in self.partners
            if str(partner) in asked.query.get("partnerCode", str(partner)).split(",")
            and int(asked.query["period"][:4]) not in self.empty_years
        ][: min(limit, int(asked.query.get("maxRecords", limit)))]
        return _json({"elapsedTime": "0.1 secs", "count": len(rows), "data": rows, "error": ""})


def _trade(query: dict[str, str], flow: str, commodity: str, partner: int) -> dict[str, Any]:
    year = int(query["period"][:4])
    return {
        "typeCode": "C",
        "freqCode": "A",
        "refPeriodId": year * 10_000 + 101,
        "refYear": year,
        "refMonth": 52,
        "period": query["period"],
        "reporterCode": int(query["reporterCode"]),
        "reporterISO": "CHN",
        "reporterDesc": "China",
        "flowCode": flow,
        "flowDesc": {"M": "Import", "X": "Export"}[flow],
        "partnerCode": partner,
        "partnerISO": {0: "W00", 398: "KAZ", 795: "TKM"}.get(partner, "S19"),
        "partnerDesc": {0: "World", 398: "Kazakhstan", 795: "Turkmenistan"}.get(partner, "Elsewhere"),
        "partner2Code": int(query["partner2Code"]),
        "partner2ISO": "W00",
        "partner2Desc": "World",
        "classificationCode": "H4",
        "classificationSearchCode": "HS",
        "isOriginalClassification": True,
        "cmdCode": commodity,
        "cmdDesc": "All Commodities",
        "aggrLevel": 0,
        "isLeaf": False,
        "customsCode": query["customsCode"],
        "customsDesc": "TOTAL CPC",
        "mosCode": "0",
        "motCode": int(query["motCode"]),
        "motDesc": "TOTAL MOT",
        "qtyUnitCode": -1,
        "qtyUnitAbbr": "N/A",
        "qty": 0,
        "isQtyEstimated": False,
        "altQtyUnitCode": -1,
        "altQtyUnitAbbr": "N/A",
        "altQty": 0,
        "isAltQtyEstimated": False,
        "netWgt": None,
        "isNetWgtEstimated": False,
        "grossWgt": None,
        "isGrossWgtEstimated": False,
        "cifvalue": 2_000_000.25 if flow == "M" else None,
        "fobvalue": 1_000_000.5 if flow == "X" else None,
        "primaryValue": 2_000_000.25 if flow == "M" else 1_000_000.5,
        "legacyEstimationFlag": 0,
        "isReported": False,
        "isAggregate": True,
    }


def _invalid() -> dict[str, str]:
    return {"id": "120", "key": "Invalid value", "value": "The provided parameter value is not valid"}


def _json(content: Any, *, status: int = 200) -> Reply:
    # The World Bank's replies begin with a byte order mark.
    mark = b"\xef\xbb\xbf" if isinstance(content, list) else b""
    return Reply(status, mark + json.dumps(content).encode(), {"Content-Type": "application/json"})


def _member(name: str) -> zipfile.ZipInfo:
    member = zipfile.ZipInfo(name, date_time=(2026, 7, 13, 0, 0, 0))
    member.compress_type = zipfile.ZIP_DEFLATED
    return member


class FakeTime:
    """A clock that only waiting moves."""

    def __init__(self) -> None:
        self.now = time.monotonic()
        self.waits: list[float] = []

    def sleep(self, seconds: float) -> None:
        self.waits.append(seconds)
        self.now += seconds

    def clock(self) -> float:
        return self.now
