"""One request until it is answered: what is tried again, how long, and what is never taken."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest

from flows.fetch import comtrade
from flows.fetch.faults import FetchFailed, NotAdmitted, Passing, Unreachable, Unusable
from flows.fetch.request import Facts, Request
from flows.fetch.transport import Answer
from tests.flows.fetch.bench import Bench
from tests.flows.fetch.service import HTML, Comtrade, Reply

Get = Callable[..., Answer]


@pytest.fixture
def get(world: Bench, tmp_path: Path) -> Get:
    """Ask for the first page of an indicator and take whatever comes as its bytes."""

    def ask(
        path: str = "/v2/country/all/indicator/SP.POP.TOTL?source=2",
        *,
        etag: str | None = None,
        **options: Any,
    ):
        url = path if path.startswith("http") else world.service.url + path
        request = Request(url, "page.json", check=_taken)
        with world.transport(**options) as transport:
            return transport.get(request, lambda: tmp_path / "body", etag=etag)

    return ask


def _taken(body: bytes) -> Facts:
    if body.startswith(b"<"):
        raise Passing("an HTML page", "JSON")
    return Facts("p", "t", "l", "allowed", None, None, row_count=len(body))


def test_a_busy_server_is_left_alone_as_long_as_it_asks(world: Bench, get: Get):
    world.service.faults.append(Reply(429, b"busy", {"Retry-After": "7"}))
    assert get().status == 200
    assert world.time.waits == [7]
    assert "status 429" in world.told.reasons("retry")[0]


def test_a_date_in_retry_after_is_understood(world: Bench, get: Get):
    later = format_datetime(datetime.now(UTC) + timedelta(seconds=90), usegmt=True)
    world.service.faults.append(Reply(503, b"", {"Retry-After": later}))
    get()
    assert 80 < world.time.waits[0] <= 90


@pytest.mark.parametrize("said", ["soon", "-5", "1.5e3", ""])
def test_nonsense_in_retry_after_falls_back_to_growing_waits(world: Bench, get: Get, said: str):
    world.service.faults.append(Reply(503, b"", {"Retry-After": said}))
    get()
    assert 1 <= world.time.waits[0] <= 2


def test_two_server_faults_are_waited_out_with_growing_waits(world: Bench, get: Get):
    world.service.faults += [Reply(500, b"oops"), Reply(500, b"oops")]
    assert get().status == 200
    first, second = world.time.waits
    assert 1 <= first <= 2
    assert 2 <= second <= 3


def test_attempts_come_to_an_end_and_the_message_says_so(world: Bench, get: Get):
    world.service.faults += [Reply(502, HTML)] * 9
    with pytest.raises(Passing) as failure:
        get(attempts=4)
    assert len(world.service.asked) == 4
    told = str(failure.value)
    assert told.startswith(world.service.url)
    assert "status 502 Bad Gateway (an HTML page titled 'Service unavailable'), expected status 200" in told
    assert "4 attempts" in told


def test_a_wait_beyond_our_patience_is_not_begun(world: Bench, get: Get):
    world.service.faults.append(Reply(429, b"", {"Retry-After": "3600"}))
    with pytest.raises(Passing, match="status 429"):
        get(patience_seconds=600)
    assert world.time.waits == []


@pytest.mark.parametrize("manner", ["cut", "cut_chunk"])
def test_a_reply_that_is_cut_off_is_asked_for_again(world: Bench, get: Get, tmp_path: Path, manner: str):
    world.service.faults.append(Reply(200, b"[1, 2, 3, 4]", manner=manner))
    answer = get()
    assert "cut off after" in world.told.reasons("retry")[0]
    assert answer.facts.row_count == (tmp_path / "body").stat().st_size > 100


def test_silence_is_waited_for_as_long_as_the_timeout_says(world: Bench, get: Get):
    world.service.faults.append(Reply(manner="silent"))
    assert get(timeout_seconds=0.2).status == 200
    assert "silence for 0.2 s" in world.told.reasons("retry")[0]


def test_a_reply_without_end_is_left_when_patience_is_used_up(world: Bench, get: Get):
    import time

    world.time.clock = time.monotonic
    world.service.faults.append(Reply(manner="drip"))
    with pytest.raises(Passing, match="no end"):
        get(patience_seconds=0.3, attempts=1)


def test_a_reply_that_is_too_large_is_not_taken_and_not_asked_for_again(world: Bench, get: Get):
    with pytest.raises(Unusable, match="at most 100"):
        get(largest_reply_bytes=100)
    assert len(world.service.asked) == 1


def test_an_error_page_with_status_200_is_asked_for_again(world: Bench, get: Get):
    world.service.faults.append(Reply(200, HTML))
    assert get().status == 200
    assert len(world.service.asked) == 2


def test_what_is_not_there_is_not_asked_for_again(world: Bench, get: Get):
    world.service.faults.append(Reply(404, b"no such thing\x1b[31m"))
    with pytest.raises(Unusable, match=r"status 404 Not Found \(no such thing \[31m\)"):
        get()
    assert len(world.service.asked) == 1


def test_a_status_that_one_source_means_in_passing_is_asked_for_again(world: Bench, get: Get):
    world.service.faults.append(Reply(400, b"Bad Request"))
    assert get(passing_statuses=(400,)).status == 200


def test_a_compressed_reply_is_kept_as_what_it_says(world: Bench, get: Get, tmp_path: Path):
    world.service.faults.append(Reply(200, b"[1]" * 50, {"Content-Encoding": "gzip"}))
    get()
    assert (tmp_path / "body").read_bytes() == b"[1]" * 50
    assert "gzip" in world.service.asked[0].headers["accept-encoding"]


def test_an_unchanged_reply_is_not_sent_again(world: Bench, get: Get, tmp_path: Path):
    etag = get().etag
    (tmp_path / "body").unlink()
    answer = get(etag=etag)
    assert (answer.status, answer.facts) == (304, None)
    assert not (tmp_path / "body").exists()


def test_a_304_that_nobody_asked_for_is_not_taken(world: Bench, get: Get):
    world.service.faults.append(Reply(304))
    with pytest.raises(Unusable, match="status 304"):
        get()


def test_who_asks_is_said(world: Bench, get: Get):
    get()
    assert world.service.asked[0].headers["user-agent"].startswith("serai/")


def test_no_connection_at_first_is_said_at_once(world: Bench, get: Get):
    with pytest.raises(Unreachable, match=r"http://127\.0\.0\.1:9/: seen no connection .*offline"):
        get("http://127.0.0.1:9/")
    assert world.time.waits == []


def test_a_connection_that_is_lost_after_a_reply_is_tried_again(world: Bench, tmp_path: Path):
    request = Request(f"{world.service.url}/v2/country/all/indicator/SP.POP.TOTL?source=2", "p", check=_taken)
    gone = Request("http://127.0.0.1:9/", "p", check=_taken)
    with world.transport(attempts=3) as transport:
        transport.get(request, lambda: tmp_path / "body")
        with pytest.raises(Passing, match="no connection"):
            transport.get(gone, lambda: tmp_path / "body")
    assert len([wait for wait in world.time.waits if wait >= 1]) == 2


def test_requests_keep_their_distance(world: Bench, tmp_path: Path):
    from flows.fetch.settings import FetchSettings
    from flows.fetch.transport import Transport

    request = Request(f"{world.service.url}/v2/country/all/indicator/SP.POP.TOTL?source=2", "p", check=_taken)
    options = {"sleep": world.time.sleep, "clock": world.time.clock, "requests_per_second": 4}
    with Transport(FetchSettings(), world.told, **options) as transport:
        for _ in range(3):
            transport.get(request, lambda: tmp_path / "body")
    assert world.time.waits == pytest.approx([0.25, 0.25])


def test_a_proxy_of_the_environment_is_used(world: Bench, get: Get, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("HTTP_PROXY", world.service.url)
    monkeypatch.setenv("NO_PROXY", "")
    get("http://statistics.invalid/v2/country/all/indicator/SP.POP.TOTL?source=2")
    assert world.service.asked[0].headers["host"] == "statistics.invalid"


def test_a_proxy_that_does_not_answer_is_no_connection(get: Get, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("NO_PROXY", "")
    with pytest.raises(Unreachable):
        get("http://statistics.invalid/")


SECRET = {comtrade.KEY_HEADER: Comtrade.KEY}


def test_a_redirect_is_not_followed_so_that_the_key_stays_with_us(world: Bench, get: Get):
    world.service.faults.append(Reply(302, b"", {"Location": f"{world.service.url}/elsewhere"}))
    with pytest.raises(Unusable, match=r"a redirect to .*/elsewhere"):
        get(secret_headers=SECRET)
    assert len(world.service.asked) == 1


@pytest.mark.parametrize("status", [401, 403])
def test_a_refused_key_ends_it_and_is_shown_nowhere(world: Bench, get: Get, status: int):
    world.service.faults.append(Reply(status, f"wrong key {Comtrade.KEY}".encode()))
    with pytest.raises(NotAdmitted) as failure:
        get(secret_headers=SECRET)
    assert world.service.asked[0].headers["ocp-apim-subscription-key"] == Comtrade.KEY
    assert Comtrade.KEY not in str(failure.value)
    assert "wrong key [the key]" in str(failure.value)
    assert len(world.service.asked) == 1


def test_a_key_that_a_busy_server_repeats_is_not_told_either(world: Bench, get: Get):
    world.service.faults.append(Reply(500, f"key {Comtrade.KEY}".encode()))
    get(secret_headers=SECRET)
    assert world.told.events
    assert Comtrade.KEY not in repr(world.told.events)


def test_every_failure_names_what_was_asked(world: Bench, get: Get):
    world.service.faults.append(Reply(200, HTML))
    with pytest.raises(FetchFailed) as failure:
        get(attempts=1)
    assert str(failure.value).startswith(
        f"{world.service.url}/v2/country/all/indicator/SP.POP.TOTL?source=2: seen"
    )
