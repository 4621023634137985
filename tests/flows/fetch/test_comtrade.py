"""UN Comtrade's API: keys, full replies, empty years, and rows that were not asked for."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from flows.fetch import comtrade
from flows.fetch.faults import NotAdmitted, NothingThere, Passing, RowLimitReached, Unusable
from tests.flows.fetch.bench import NOW, Bench
from tests.flows.fetch.service import Comtrade, Reply

Make = Callable[..., comtrade.Flows]

KEY = {"secret_headers": {comtrade.KEY_HEADER: Comtrade.KEY}}
NAME = "un_comtrade/2026-11-21/C-A-HS.reporter-156.2020.partner-all.flow-M-X.TOTAL.json"


def test_a_year_lands_with_its_origin(trade: Bench, flows: Make):
    assert trade.fetch(flows(), options=KEY).landed == 1
    assert trade.files() == [NAME, f"{NAME}.origin.yml"]
    origin = trade.origin(NAME)
    assert (origin["redistribution"], origin["row_count"]) == ("not_allowed", 6)
    assert origin["vintage"] == date(2026, 11, 21)
    assert "day of retrieval" in origin["vintage_note"]
    assert len(json.loads((trade.landing / NAME).read_bytes())["data"]) == 6


def test_only_the_additive_rows_are_asked_for_and_all_partners_are_nobody_named(trade: Bench, flows: Make):
    trade.fetch(flows(), options=KEY)
    asked = trade.service.asked[0]
    assert asked.path == "/data/v1/get/C/A/HS"
    assert asked.query == {
        "reporterCode": "156",
        "period": "2020",
        "flowCode": "M,X",
        "cmdCode": "TOTAL",
        "customsCode": "C00",
        "motCode": "0",
        "partner2Code": "0",
        "includeDesc": "true",
        "maxRecords": "100000",
    }


def test_the_key_goes_in_a_header_and_stands_nowhere_on_the_disk(trade: Bench, flows: Make):
    trade.fetch(flows(), options=KEY)
    assert trade.service.asked[0].headers["ocp-apim-subscription-key"] == Comtrade.KEY
    written = b"".join((trade.landing / name).read_bytes() for name in trade.files())
    assert Comtrade.KEY.encode() not in written
    assert Comtrade.KEY not in repr(trade.told.events)


def test_a_wrong_key_ends_everything_at_once(trade: Bench, flows: Make):
    wrong = {"secret_headers": {comtrade.KEY_HEADER: "wrong"}}
    outcome = trade.fetch(flows(), flows(period="2021"), options=wrong)
    assert isinstance(outcome.failures[0], NotAdmitted)
    assert "invalid subscription key" in str(outcome.failures[0])
    assert len(trade.service.asked) == 1


def test_without_a_key_the_preview_is_asked(trade: Bench, flows: Make):
    assert trade.fetch(flows(method=comtrade.PREVIEW, row_limit=500)).landed == 1
    assert trade.service.asked[0].path == "/public/v1/preview/C/A/HS"


def test_a_full_reply_is_split_by_flow_and_never_taken(trade: Bench, statistics: Comtrade, flows: Make):
    statistics.partners = list(range(300))
    outcome = trade.fetch(flows(method=comtrade.PREVIEW, row_limit=500))
    assert (outcome.landed, outcome.failures) == (2, [])
    flow_of = [name.split("flow-")[1] for name in trade.files() if name.endswith(".json")]
    assert flow_of == ["M.TOTAL.json", "X.TOTAL.json"]
    assert "500 rows, the most that a reply may have" in trade.told.reasons("split")[0]


def test_a_full_part_is_split_on_by_commodity(trade: Bench, statistics: Comtrade, flows: Make):
    statistics.limit, statistics.partners = 10, list(range(6))
    question = flows(commodities=("27", "85"), row_limit=10)
    assert trade.fetch(question, options=KEY).landed == 4


def test_what_cannot_be_split_further_is_said_and_does_not_land(
    trade: Bench, statistics: Comtrade, flows: Make
):
    statistics.partners = list(range(600))
    outcome = trade.fetch(flows(method=comtrade.PREVIEW, row_limit=500, flows=("M",)))
    assert isinstance(outcome.failures[0], RowLimitReached)
    assert "expected fewer than 500: ask for fewer flows, commodities or partners" in str(outcome.failures[0])
    assert trade.files() == trade.hidden() == []


def test_a_reply_exactly_at_the_limit_is_taken_for_cut(trade: Bench, statistics: Comtrade, flows: Make):
    statistics.partners = list(range(500))
    assert trade.fetch(flows(method=comtrade.PREVIEW, row_limit=500, flows=("M",))).landed == 0


def test_a_year_without_a_report_is_said_and_the_others_land(trade: Bench, statistics: Comtrade, flows: Make):
    statistics.empty_years = {2020}
    outcome = trade.fetch(flows(), flows(period="2021"), options=KEY)
    assert outcome.landed == 1
    assert isinstance(outcome.failures[0], NothingThere)
    assert "seen count 0, expected rows of reporter 156 in 2020" in str(outcome.failures[0])


def test_a_busy_service_is_left_alone_as_long_as_it_asks(trade: Bench, flows: Make):
    said = b'{"statusCode": 429, "message": "Rate limit is exceeded. Try again in 2 seconds."}'
    trade.service.faults.append(Reply(429, said, {"Retry-After": "2"}))
    assert trade.fetch(flows(), options=KEY).landed == 1
    assert 2 in trade.time.waits


def _reply(**changes: Any) -> bytes:
    row = {"period": "2020", "reporterCode": 156, "flowCode": "M"}
    return json.dumps({"count": 1, "data": [row], "error": "", **changes}).encode()


@pytest.mark.parametrize(
    ("body", "kind", "told"),
    [
        (b"[]", Passing, "JSON of another shape"),
        (_reply(data=None), Passing, "expected an object with count and data"),
        (_reply(error="bad clCode"), Unusable, "the service's message 'bad clCode'"),
        (_reply(count=2), Passing, "seen 1 rows, expected 2 as the reply's count says"),
        (_reply(data=["x"]), Unusable, "rows with reporterCode no object"),
        (_reply(data=[{"period": "2019", "reporterCode": 156, "flowCode": "M"}]), Unusable, "period 2019"),
        (
            _reply(data=[{"period": "2020", "reporterCode": 842, "flowCode": "M"}]),
            Unusable,
            "reporterCode 842",
        ),
        (_reply(data=[{"period": "2020", "reporterCode": 156, "flowCode": "RX"}]), Unusable, "flowCode RX"),
    ],
)
def test_a_reply_that_is_not_the_year_is_not_taken(flows: Make, body: bytes, kind: type, told: str):
    with pytest.raises(kind, match=told):
        flows().first_requests()[0].check(body)


def test_too_many_codes_for_one_url_are_said_before_asking(trade: Bench, flows: Make):
    outcome = trade.fetch(flows(commodities=tuple(str(code) for code in range(100_000, 101_000))))
    assert "expected at most 4,096: ask for fewer codes at once" in str(outcome.failures[0])
    assert trade.service.asked == []


def test_long_lists_of_codes_keep_names_short_and_apart(flows: Make):
    one, other = (flows(commodities=tuple(map(str, range(first, first + 30)))) for first in (10, 11))
    names = {question.first_requests()[0].file_name for question in (one, other)}
    assert len(names) == 2
    assert all(len(name) < 120 for name in names)


def test_the_day_is_the_day_in_utc(trade: Bench, flows: Make):
    from datetime import timedelta, timezone

    late = NOW.replace(hour=23).astimezone(timezone(timedelta(hours=8)))
    trade.fetch(flows(), options=KEY, now=late)
    assert trade.origin(NAME)["vintage"] == date(2026, 11, 21)


def test_the_time_that_the_server_took_is_no_news(trade: Bench, flows: Make):
    from datetime import timedelta

    trade.fetch(flows(), options=KEY)
    faithful = trade.service.answer
    trade.service.answer = lambda asked: Reply(200, faithful(asked).body.replace(b"0.1 secs", b"0.7 secs"))
    outcome = trade.fetch(flows(), options=KEY, is_refresh=True, now=NOW + timedelta(days=9))
    assert (outcome.unchanged, outcome.landed) == (1, 0)
    trade.service.answer = lambda asked: Reply(200, faithful(asked).body.replace(b"2000000.25", b"2000000.5"))
    assert trade.fetch(flows(), options=KEY, is_refresh=True, now=NOW + timedelta(days=9)).landed == 1
    assert {name.split("/")[1] for name in trade.files()} == {"2026-11-21", "2026-11-30"}
