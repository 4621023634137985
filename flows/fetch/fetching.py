"""One question to a source after the other: asked, checked, landed; what fails is told, the rest goes on."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

from flows.fetch.deposit import Deposit, Kept
from flows.fetch.faults import FetchFailed, NotAdmitted, Unreachable
from flows.fetch.request import Facts, Request
from flows.fetch.telling import Tell
from flows.fetch.transport import Answer, Transport


@dataclass(frozen=True)
class Page:
    """A checked reply that is on the disk.

    Attributes
    ----------
    is_fresh : bool
        It came, or was confirmed by the source, just now.
    """

    request: Request
    facts: Facts
    kept: Kept
    is_landed: bool
    is_fresh: bool


class Get(Protocol):
    """Has one request answered, from what is here already where ``is_anew`` does not forbid it."""

    def __call__(self, request: Request, *, is_anew: bool = False) -> Page: ...


class Question(Protocol):
    """What lands as a whole or not at all."""

    def first_requests(self) -> list[Request]:
        """Return the requests that are known before the source has said anything."""
        ...

    def pages(self, get: Get, tell: Tell) -> Iterator[list[Page]]:
        """Have it answered and yield the pages that make a whole, each whole once.

        Raises
        ------
        FetchFailed
            When the source does not answer, or not with what was asked.
        """
        ...


@dataclass
class Outcome:
    """How many files landed, were here already, or are the same at the source; and what failed."""

    landed: int = 0
    kept: int = 0
    unchanged: int = 0
    failures: list[FetchFailed] = field(default_factory=list)


class Fetch:
    """Questions to one source.

    Parameters
    ----------
    is_refresh : bool
        Ask the source again for what has landed, with its ETag where there is one.
    now : callable
        Time of a retrieval.
    """

    def __init__(
        self,
        transport: Transport,
        deposit: Deposit,
        tell: Tell,
        *,
        is_refresh: bool = False,
        now: Callable[[], datetime] = lambda: datetime.now(UTC).replace(microsecond=0),
    ) -> None:
        self._transport = transport
        self._deposit = deposit
        self._tell = tell
        self._is_refresh = is_refresh
        self._now = now

    def ask(self, questions: Iterable[Question]) -> Outcome:
        """Have questions answered, each on its own; end when the source cannot be reached or refuses us."""
        outcome = Outcome()
        for question in questions:
            try:
                for pages in question.pages(self.get, self._tell):
                    for page in pages:
                        self._settle(page, outcome)
            except FetchFailed as failure:
                outcome.failures.append(failure)
                self._tell("failed", reason=str(failure), url=failure.url)
                if isinstance(failure, Unreachable | NotAdmitted):
                    break
        return outcome

    def get(self, request: Request, *, is_anew: bool = False) -> Page:
        """Return a request's reply: what waits aside or has landed, else from the source.

        Raises
        ------
        FetchFailed
            When the source does not answer, or not with what was asked.
        """
        landed = self._deposit.landed(request)
        if not is_anew and (waiting := self._deposit.waiting(request)):
            return Page(request, _facts(request, waiting.path), waiting, is_landed=False, is_fresh=False)
        if landed and not is_anew and not self._is_refresh:
            return Page(request, _facts(request, landed.path), landed, is_landed=True, is_fresh=False)
        self._tell("request", url=request.url)
        with self._deposit.place(request) as place:
            answer = self._transport.get(request, place, etag=landed.side_car.etag if landed else None)
            if landed and _says_the_same(answer, landed, request):
                return Page(request, _facts(request, landed.path), landed, is_landed=True, is_fresh=True)
            kept = self._deposit.keep(request, answer, answer.facts, at=self._now(), instead_of=landed)
            return Page(request, answer.facts, kept, is_landed=False, is_fresh=True)

    def _settle(self, page: Page, outcome: Outcome) -> None:
        event = "landed"
        path = page.kept.path
        if page.is_landed:
            event = "unchanged" if page.is_fresh else "kept"
        else:
            path = self._deposit.land(page.kept)
        setattr(outcome, event, getattr(outcome, event) + 1)
        self._tell(
            event,
            file=str(path),
            rows=page.facts.row_count,
            vintage=page.kept.side_car.vintage.isoformat(),
            sha256=page.kept.side_car.sha256,
            url=page.request.url,
        )


def _says_the_same(answer: Answer, landed: Kept, request: Request) -> bool:
    if answer.facts is None or answer.sha256 == landed.side_car.sha256:
        return True
    content = answer.facts.content_sha256
    return content is not None and content == _facts(request, landed.path).content_sha256


def _facts(request: Request, path: Path) -> Facts:
    return request.check(path.read_bytes())
