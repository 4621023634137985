"""One request to a source, and what its reply must be to be landed."""

from __future__ import annotations

import hashlib
import ipaddress
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from urllib.parse import quote, urlencode, urlsplit

LONGEST_NAME_PART = 40
"""Beyond it, a list of codes stands in a file's name by its length and a digest."""


class BaseUrlError(ValueError):
    """A base URL that cannot be used; the message says why."""


@dataclass(frozen=True)
class Facts:
    """What a checked reply says of itself, for its side-car.

    Attributes
    ----------
    vintage : date or None
        Release that the reply states; None where the source states none, so that the day of retrieval stands.
    row_count : int or None
        Records of the reply; None for a container.
    page_count, total : int
        Pages and records of everything that was asked for.
    content_sha256 : str or None
        Hash of what the reply tells, where its bytes also tell how long the server took; None: the bytes'.
    """

    publisher: str
    title: str
    licence: str
    redistribution: str
    vintage: date | None
    vintage_note: str | None
    row_count: int | None
    page_count: int = 1
    total: int = 0
    content_sha256: str | None = None


@dataclass(frozen=True)
class Request:
    """What is asked, under which name the reply lands, and how it is checked.

    Attributes
    ----------
    url : str
        With its query and without any secret.
    file_name : str
        The same for the same question, whenever it is asked.
    check : callable
        Takes the reply's bytes, returns its facts; raises a FetchFailed without URL.
    """

    url: str
    file_name: str
    check: Callable[[bytes], Facts]


def web_address(base_url: str, path: Sequence[str], query: dict[str, str]) -> str:
    """Return the URL of a service's method; separators of code lists stay readable."""
    below = "/".join(quote(part, safe=";,.:") for part in path)
    asked = urlencode(query, safe=";,:")
    return f"{base_url.rstrip('/')}/{below}" + (f"?{asked}" if asked else "")


def check_base_url(base_url: str, *, carries_key: bool) -> None:
    """Check where requests would go.

    Raises
    ------
    BaseUrlError
        When it is no http(s) address, holds a user, a query or a fragment (they would stand in every
        side-car), or would carry a key unencrypted to another machine.
    """
    try:
        parts = urlsplit(base_url)
        host, _ = parts.hostname, parts.port
    except ValueError as error:
        raise BaseUrlError(f"--base-url: {error}") from None
    if parts.scheme not in {"http", "https"} or not host:
        raise BaseUrlError(f"--base-url: seen {base_url!r}, expected https://…")
    if parts.username or parts.password or parts.query or parts.fragment:
        raise BaseUrlError(
            "--base-url: seen a user, a query or a fragment, expected none: no secret belongs there"
        )
    if carries_key and parts.scheme == "http" and not _is_this_machine(host):
        raise BaseUrlError(f"--base-url: the key does not go to {host} unencrypted: expected https://…")


def _is_this_machine(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def name_part(codes: Sequence[str]) -> str:
    """Return a list of codes as a part of a file's name, the same for the same codes."""
    joined = "-".join(codes)
    if len(joined) <= LONGEST_NAME_PART:
        return joined
    return f"{len(codes)}-codes-{hashlib.sha256(joined.encode()).hexdigest()[:8]}"
