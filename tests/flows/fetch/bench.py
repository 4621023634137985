"""One source, one landing folder, and fetches from the one into the other."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import yaml

from flows.fetch.deposit import Deposit
from flows.fetch.fetching import Fetch, Outcome
from flows.fetch.settings import FetchSettings
from flows.fetch.transport import Transport
from tests.flows.fetch.service import FakeTime, Service

NOW = datetime(2026, 11, 21, 12, 30, 45, tzinfo=UTC)


@dataclass
class Told:
    """Events, remembered."""

    events: list[tuple[str, dict[str, Any]]] = field(default_factory=list)

    def __call__(self, event: str, /, **facts: Any) -> None:
        self.events.append((event, facts))

    def kinds(self) -> list[str]:
        return [event for event, _ in self.events]

    def reasons(self, kind: str) -> list[str]:
        return [facts["reason"] for event, facts in self.events if event == kind]


class Bench:
    """One source, one landing folder, and fetches from the one into the other."""

    def __init__(self, service: Service, landing: Path, folder: str) -> None:
        self.service = service
        self.landing = landing
        self.folder = folder
        self.time = FakeTime()
        self.told = Told()

    def fetch(
        self,
        *questions: Any,
        is_refresh: bool = False,
        now: datetime = NOW,
        options: dict[str, Any] | None = None,
        **settings: Any,
    ) -> Outcome:
        deposit = Deposit(self.landing, self.folder)
        self.told = Told()
        try:
            with self.transport(**(options or {}), **settings) as transport:
                fetch = Fetch(transport, deposit, self.told, is_refresh=is_refresh, now=lambda: now)
                return fetch.ask(questions)
        finally:
            deposit.close()

    def transport(
        self,
        *,
        secret_headers: dict[str, str] | None = None,
        passing_statuses: tuple[int, ...] = (),
        **settings: Any,
    ) -> Transport:
        return Transport(
            FetchSettings(**{"timeout_seconds": 5, **settings}),
            self.told,
            requests_per_second=1e9,
            secret_headers=secret_headers,
            passing_statuses=passing_statuses,
            sleep=self.time.sleep,
            clock=self.time.clock,
        )

    def files(self) -> list[str]:
        """Everything below the landing folder that a run would see."""
        found = [path.relative_to(self.landing) for path in self.landing.rglob("*") if path.is_file()]
        return sorted(
            path.as_posix() for path in found if not any(part.startswith(".") for part in path.parts)
        )

    def hidden(self) -> list[str]:
        """Everything below the landing folder that a run would not see."""
        found = [
            path.relative_to(self.landing).as_posix() for path in self.landing.rglob("*") if path.is_file()
        ]
        return sorted(set(found) - set(self.files()))

    def origin(self, name: str) -> dict[str, Any]:
        """The side-car of a landed file."""
        return yaml.safe_load((self.landing / f"{name}.origin.yml").read_text(encoding="utf-8"))
