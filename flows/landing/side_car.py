"""The side-car of a landed file: what the publisher says about it that the file itself does not."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from expectations.strict_yaml import load_yaml

LONGEST = 65_536
"""A side-car is a page of text; anything larger is a mistake."""

_Text = Annotated[str, Field(min_length=1)]
_Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class SideCarError(ValueError):
    """A side-car that cannot be understood; the message names key, seen and expected."""


class StatedTotal(BaseModel):
    """What a column of the file adds up to, as whoever sends it says.

    Attributes
    ----------
    column : str
        Landed column.
    value : Decimal
        Sum over all its rows, in the column's unit.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    column: _Text
    value: Decimal


class SideCar(BaseModel):
    """Origin of one file, from ``<file>.origin.yml``.

    Attributes
    ----------
    vintage : date
        Release of the source that the file belongs to.
    redistribution : str
        allowed, not_allowed or unknown.
    sha256 : str, optional
        Hash that the content must have.
    row_count : int, optional
        Records that the file must hold, its header not counted.
    control_total : StatedTotal, optional
        What a column must add up to.
    values : dict
        Landed column that the file itself does not hold → the text that every row has.
    retrieved_at : datetime, optional
        When it was downloaded, UTC without zone.
    etag, http_status : optional
        What the server said of it.
    replaces : str, optional
        Sha256 of a file that this one supersedes: its rows are taken out.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    publisher: _Text
    title: _Text
    url: _Text
    vintage: date
    vintage_note: str | None = None
    licence: _Text
    redistribution: Literal["allowed", "not_allowed", "unknown"]
    retrieved_from: str | None = None
    note: str | None = None
    sha256: _Sha256 | None = None
    row_count: Annotated[int, Field(ge=0)] | None = None
    control_total: StatedTotal | None = None
    values: dict[str, str] = Field(default={})
    retrieved_at: datetime | None = None
    etag: str | None = None
    http_status: Annotated[int, Field(ge=100, le=599)] | None = None
    replaces: _Sha256 | None = None

    @field_validator("retrieved_at")
    @classmethod
    def _in_utc(cls, told: datetime | None) -> datetime | None:
        return told.astimezone(UTC).replace(tzinfo=None) if told and told.tzinfo else told


def parse_side_car(content: bytes) -> SideCar:
    """Return the side-car.

    Raises
    ------
    SideCarError
        When it is too large, not UTF-8, not YAML, or lacks, repeats, misspells or mistypes a key.
    """
    if len(content) > LONGEST:
        raise SideCarError(f"seen {len(content):,} bytes, expected at most {LONGEST:,}")
    try:
        said = load_yaml(content.decode("utf-8-sig"))
        if not isinstance(said, dict):
            raise SideCarError("expected keys such as publisher and vintage, seen none")
        return SideCar.model_validate(said)
    except ValidationError as error:
        raise SideCarError("; ".join(_described(found) for found in error.errors())) from None
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise SideCarError(f"line {line}: seen a byte that is not UTF-8") from None
    except ValueError as error:
        raise SideCarError(str(error)) from None


def _described(found: dict) -> str:
    key = ".".join(str(part) for part in found["loc"])
    if found["type"] == "missing":
        return f"lacks key {key!r}"
    if found["type"] == "extra_forbidden":
        return f"key {key!r} is not one of {', '.join(SideCar.model_fields)}"
    expected = {
        "vintage": "a date such as 2024-03-28",
        "retrieved_at": "a time such as 2024-03-28T12:00:00Z",
    }.get(key, found["msg"])
    return f"key {key!r}: seen {str(found['input'])!r:.80}, expected {expected}"
