"""What can go wrong between a source and the landing folder; every message names URL, seen and expected."""

from __future__ import annotations


class FetchFailed(Exception):
    """Something that was asked for did not come.

    Attributes
    ----------
    seen, expected : str
        What the source sent or did, and what it should have.
    url : str or None
        What was asked, without any secret.
    """

    def __init__(self, seen: str, expected: str, *, url: str | None = None) -> None:
        super().__init__(seen, expected)
        self.seen = seen
        self.expected = expected
        self.url = url
        self.attempts = 1

    def __str__(self) -> str:
        said = f"seen {self.seen}, expected {self.expected}"
        if self.attempts > 1:
            said = f"{said} (given up after {self.attempts} attempts)"
        return f"{self.url}: {said}" if self.url else said


class Passing(FetchFailed):
    """It may well succeed at another attempt: a busy or faulty server, a reply that was cut off."""

    def __init__(
        self, seen: str, expected: str, *, url: str | None = None, retry_after: float | None = None
    ) -> None:
        super().__init__(seen, expected, url=url)
        self.retry_after = retry_after


class Unusable(FetchFailed):
    """The source answered for good, and not with what was asked for."""


class NothingThere(Unusable):
    """The source has no rows for what was asked."""


class BeyondTheEnd(Unusable):
    """A page that the source no longer has: what is asked for has become shorter meanwhile."""


class RowLimitReached(Unusable):
    """The reply has as many rows as the source sends at most: the rest was cut off silently."""


class NotAdmitted(FetchFailed):
    """The source refuses us altogether: a wrong key, a quota that is used up."""


class Unreachable(FetchFailed):
    """No reply at all: offline, a wrong address, a proxy that does not answer."""
