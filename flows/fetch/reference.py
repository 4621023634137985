"""What the project's seeds know of UN Comtrade's codes: areas by year, flows, and the codes of totals."""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path

from flows.settings import PROJECT

SEEDS = PROJECT / "dbt_project" / "seeds"
CODE_SYSTEM = "un_comtrade"
CODE_LIST = "site_of_2022"
"""The codes of flows and totals that the API shares with the site of 2022."""


class UnknownCode(ValueError):
    """A code that the seeds have not, not for that year, or several times; the message names the choice."""


def area_codes(given: str, year: int, *, seeds: Path = SEEDS) -> list[str]:
    """Return the codes under which a country is listed in a year.

    Parameters
    ----------
    given : str
        ISO 3166 alpha-3 code; or one of the service's own numbers, which is returned as it is.

    Raises
    ------
    UnknownCode
        When no code of the country is in use that year.
    """
    return [row["code"] for row in _areas("--partner", given, year, seeds)]


def reporter_code(given: str, year: int, *, seeds: Path = SEEDS) -> str:
    """Return the one code under which a country reports in a year.

    Raises
    ------
    UnknownCode
        When there is none, or several: which of them reports is told by the choice that the message lists.
    """
    found = _areas("--reporter", given, year, seeds)
    if len(found) > 1:
        choice = "; ".join(
            f"{row['code']} {row['country_name']}" + (f" ({row['note']})" if row["note"] else "")
            for row in found
        )
        raise UnknownCode(
            f"--reporter: {given} has several codes in {year}, give the one that reports: {choice}"
        )
    return found[0]["code"]


def total_codes(*, seeds: Path = SEEDS) -> dict[str, str]:
    """Return the codes of all second partners, all customs procedures and all modes of transport."""
    for row in _rows(seeds / "un_comtrade_totals.csv"):
        if row["code_list"] == CODE_LIST:
            return {
                "partner2Code": row["total_partner2_code"],
                "customsCode": row["total_customs_code"],
                "motCode": row["total_mode_of_transport_code"],
            }
    raise UnknownCode(f"{seeds / 'un_comtrade_totals.csv'} has no row of {CODE_LIST}")


def check_flows(flows: tuple[str, ...], *, seeds: Path = SEEDS) -> None:
    """Check flow codes.

    Raises
    ------
    UnknownCode
        When one is not among the service's; the message lists them.
    """
    known = {
        row["code"]: row["meaning"]
        for row in _rows(seeds / "flow_codes.csv")
        if row["code_list"] == CODE_LIST
    }
    if unknown := [flow for flow in flows if flow not in known]:
        listed = ", ".join(f"{code} ({meaning})" for code, meaning in known.items())
        raise UnknownCode(f"--flow: seen {', '.join(unknown)}, expected one of {listed}")


def _areas(option: str, given: str, year: int, seeds: Path) -> list[dict[str, str]]:
    if given.isdigit():
        return [{"code": str(int(given)), "country_name": "", "note": ""}]
    path = seeds / "countries.csv"
    found = [row for row in _rows(path) if row["code_system"] == CODE_SYSTEM and row["country_iso3"] == given]
    if not found:
        raise UnknownCode(
            f"{option}: seen {given!r}, expected an ISO 3166 alpha-3 code that UN Comtrade numbers,"
            " or the number"
        )
    in_force = [row for row in found if _first(row) <= year <= _last(row)]
    if not in_force:
        spans = "; ".join(f"{row['code']} {row['valid_from_year']}-{row['valid_to_year']}" for row in found)
        raise UnknownCode(f"{option}: {given} has no code in {year}: {spans}")
    return in_force


def _first(row: dict[str, str]) -> int:
    return int(row["valid_from_year"] or 0)


def _last(row: dict[str, str]) -> int:
    return int(row["valid_to_year"] or 9999)


@cache
def _rows(path: Path) -> tuple[dict[str, str], ...]:
    """Return a seed's rows; read once, for a question is asked per reporter and year."""
    with path.open(encoding="utf-8", newline="") as lines:
        return tuple(csv.DictReader(lines))
