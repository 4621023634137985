"""How patient and considerate fetching is: ``SERAI_FETCH_…``, ``[fetch]`` in ``serai.toml``, defaults."""

from __future__ import annotations

from typing import Any, ClassVar

from pydantic import Field
from pydantic_settings import SettingsConfigDict

from flows.settings import TomlSettings


class FetchSettings(TomlSettings):
    """Attempts, waits, rates and sizes.

    Attributes
    ----------
    attempts : int
        How often one request is made at most.
    patience_seconds : float
        How long one request may take at most, its attempts and the waits between them together.
    timeout_seconds : float
        How long the source may stay silent.
    worldbank_requests_per_second, comtrade_requests_per_second : float
        At most; the sources refuse who asks faster.
    worldbank_page_size : int
        Rows per page; the service sends at most 32,500.
    comtrade_row_limit : int
        Rows that a reply to a request with a key has at most. A reply with so many is taken for cut.
    comtrade_preview_row_limit : int
        The same without a key.
    largest_reply_bytes : int
        A reply beyond it is not taken.
    """

    model_config = SettingsConfigDict(env_prefix="SERAI_FETCH_", frozen=True, extra="forbid")

    toml_table: ClassVar[str | None] = "fetch"

    attempts: int = Field(default=6, ge=1)
    patience_seconds: float = Field(default=600, gt=0)
    timeout_seconds: float = Field(default=120, gt=0)
    worldbank_requests_per_second: float = Field(default=1, gt=0)
    comtrade_requests_per_second: float = Field(default=0.5, gt=0)
    worldbank_page_size: int = Field(default=20_000, ge=1, le=32_500)
    comtrade_row_limit: int = Field(default=100_000, ge=1)
    comtrade_preview_row_limit: int = Field(default=500, ge=1)
    largest_reply_bytes: int = Field(default=2_000_000_000, ge=1)

    @classmethod
    def load(cls, **overrides: Any) -> FetchSettings:
        """Return the settings, with the command line's values (those not None) on top."""
        return cls(**{name: value for name, value in overrides.items() if value is not None})
