"""One request, made until it is answered: paced, repeated with growing waits, never taken when cut off."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from importlib.metadata import version
from pathlib import Path
from types import TracebackType
from typing import Self

import httpx
from tenacity import (
    RetryCallState,
    Retrying,
    retry_if_exception_type,
    stop_after_attempt,
    wait_exponential_jitter,
)

from flows.fetch.faults import FetchFailed, NotAdmitted, Passing, Unreachable, Unusable
from flows.fetch.request import Facts, Request
from flows.fetch.settings import FetchSettings
from flows.fetch.telling import Tell
from flows.reading.page import html_page, one_line

PASSING_STATUSES = frozenset({408, 425, 429, 500, 502, 503, 504})
_ERROR_TEXT_BYTES = 16_384


@dataclass(frozen=True)
class Answer:
    """A reply that was taken.

    Attributes
    ----------
    facts : Facts or None
        None when the source says that nothing changed (status 304).
    """

    status: int
    etag: str | None
    sha256: str | None
    facts: Facts | None


class Transport:
    """The way to one source.

    Parameters
    ----------
    requests_per_second : float
        At most so many, repeated ones included.
    secret_headers : mapping
        Sent with every request and shown nowhere.
    passing_statuses : collection of int
        Statuses that another attempt may turn, beyond the usual ones.
    sleep, clock : callable
        Waiting and the running time in seconds; tests put their own.
    """

    def __init__(
        self,
        settings: FetchSettings,
        tell: Tell,
        *,
        requests_per_second: float,
        secret_headers: Mapping[str, str] | None = None,
        passing_statuses: Collection[int] = (),
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._settings = settings
        self._tell = tell
        self._interval = 1 / requests_per_second
        self._secrets = dict(secret_headers or {})
        self._passing = PASSING_STATUSES | set(passing_statuses)
        self._sleep, self._clock = sleep, clock
        self._next_at = clock()
        self._has_answered = False
        self._backoff = wait_exponential_jitter(initial=1, max=60, jitter=1)
        # A redirect is not followed: a secret header would go along to whoever it names.
        self._client = httpx.Client(
            headers={"User-Agent": f"serai/{version('serai')}", "Accept-Encoding": "gzip, deflate"},
            timeout=settings.timeout_seconds,
            follow_redirects=False,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._client.close()

    def get(self, request: Request, into: Callable[[], Path], *, etag: str | None = None) -> Answer:
        """Have a request answered and its body, checked, in a file.

        Parameters
        ----------
        into : callable
            Gives the file that takes the body's bytes, once there are any; after a failure it is of no use.
        etag : str, optional
            Of the body that is here already, so that the source need not send it again.

        Raises
        ------
        FetchFailed
            Unreachable, NotAdmitted or Unusable; Passing when attempts or patience are used up.
        """
        started = self._clock()

        def is_too_late(state: RetryCallState) -> bool:
            return self._clock() - started + state.upcoming_sleep > self._settings.patience_seconds

        retrying = Retrying(
            sleep=self._sleep,
            stop=lambda state: stop_after_attempt(self._settings.attempts)(state) or is_too_late(state),
            wait=self._wait,
            retry=retry_if_exception_type(Passing),
            before_sleep=lambda state: self._tell_retry(request, state),
            reraise=True,
        )
        try:
            return retrying(self._attempt, request, into, etag, started + self._settings.patience_seconds)
        except FetchFailed as failure:
            failure.attempts = retrying.statistics.get("attempt_number", 1)
            raise

    def _attempt(
        self, request: Request, into: Callable[[], Path], etag: str | None, deadline: float
    ) -> Answer:
        self._pace()
        file = None
        headers = dict(self._secrets)
        if etag:
            headers["If-None-Match"] = etag
        try:
            with self._client.stream("GET", request.url, headers=headers) as response:
                self._has_answered = True
                if etag and response.status_code == httpx.codes.NOT_MODIFIED:
                    return Answer(response.status_code, response.headers.get("etag", etag), None, None)
                if response.status_code != httpx.codes.OK:
                    raise self._refusal(response)
                file = into()
                sha256 = self._keep(response, file, deadline)
            facts = request.check(file.read_bytes())
            return Answer(response.status_code, response.headers.get("etag"), sha256, facts)
        except httpx.HTTPError as error:
            size = file.stat().st_size if file and file.exists() else 0
            raise self._broken(error, size, request.url) from None
        except FetchFailed as failure:
            failure.url = request.url
            raise

    def _pace(self) -> None:
        now = self._clock()
        if now < self._next_at:
            self._sleep(self._next_at - now)
        self._next_at = max(now, self._next_at) + self._interval

    def _keep(self, response: httpx.Response, into: Path, deadline: float) -> str:
        digest, size = hashlib.sha256(), 0
        with into.open("wb") as file:
            for chunk in response.iter_bytes():
                size += len(chunk)
                if size > self._settings.largest_reply_bytes:
                    raise Unusable(
                        f"more than {size:,} bytes", f"at most {self._settings.largest_reply_bytes:,}"
                    )
                if self._clock() > deadline:
                    raise Passing(
                        f"{size:,} bytes and no end", f"a reply within {self._settings.patience_seconds:g} s"
                    )
                digest.update(chunk)
                file.write(chunk)
        return digest.hexdigest()

    def _refusal(self, response: httpx.Response) -> FetchFailed:
        status = response.status_code
        text = b""
        for chunk in response.iter_bytes():
            text += chunk
            if len(text) > _ERROR_TEXT_BYTES:
                break
        said = html_page(text) or one_line(text.decode("utf-8", "replace"))
        for secret in self._secrets.values():
            said = said.replace(secret, "[the key]")
        seen = f"status {status} {response.reason_phrase}".rstrip() + (f" ({said})" if said else "")
        if response.is_redirect:
            return Unusable(
                f"{seen}, a redirect to {one_line(response.headers.get('location', ''))}", "status 200"
            )
        if status in self._passing:
            return Passing(seen, "status 200", retry_after=_retry_after(response.headers.get("retry-after")))
        if status in {401, 403, 407}:
            return NotAdmitted(seen, "status 200")
        return Unusable(seen, "status 200")

    def _broken(self, error: httpx.HTTPError, size: int, url: str) -> FetchFailed:
        cause = one_line(str(error)) or type(error).__name__
        if isinstance(error, httpx.UnsupportedProtocol):
            return Unusable(cause, "an http(s) address", url=url)
        never_connected = httpx.ConnectError | httpx.ConnectTimeout | httpx.ProxyError
        if isinstance(error, never_connected) and not self._has_answered:
            # Nobody waits a minute to be told that the cable is out.
            return Unreachable(f"no connection ({cause})", "a reply: offline, or a wrong address", url=url)
        if isinstance(error, never_connected):
            return Passing(f"no connection ({cause})", "a reply", url=url)
        if isinstance(error, httpx.TimeoutException):
            return Passing(f"silence for {self._settings.timeout_seconds:g} s", "a reply", url=url)
        return Passing(f"a reply cut off after {size:,} bytes ({cause})", "a whole reply", url=url)

    def _wait(self, state: RetryCallState) -> float:
        failure = state.outcome.exception() if state.outcome else None
        asked = failure.retry_after if isinstance(failure, Passing) else None
        return self._backoff(state) if asked is None else asked

    def _tell_retry(self, request: Request, state: RetryCallState) -> None:
        failure = state.outcome.exception() if state.outcome else None
        if isinstance(failure, FetchFailed):
            self._tell(
                "retry",
                url=request.url,
                attempt=state.attempt_number,
                wait_seconds=round(state.upcoming_sleep, 1),
                reason=f"seen {failure.seen}, expected {failure.expected}",
            )


def _retry_after(text: str | None) -> float | None:
    """Return the seconds that ``Retry-After`` asks for, a number or a date; None when it says neither."""
    if not text:
        return None
    if text.strip().isdigit():
        return float(text)
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max(0.0, (moment - datetime.now(UTC)).total_seconds())
