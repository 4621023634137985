"""``serai fetch …``: options in, files in the landing folder. Nothing heavy is imported here."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from flows.options import Home, Landing
from flows.settings import Settings

if TYPE_CHECKING:
    from flows.fetch.fetching import Outcome, Question
    from flows.fetch.settings import FetchSettings

EXIT_FAILED, EXIT_USAGE, EXIT_INCOMPLETE, EXIT_UNREACHABLE, EXIT_LOCKED = 1, 2, 3, 4, 75
EXIT_INTERRUPTED = 130

app = typer.Typer(
    name="fetch",
    short_help="Download from a live source into the landing folder: worldbank, comtrade.",
    help="Download from a live source into the landing folder, each reply as it came, its origin beside it."
    " Runs never download: fetch first, then serai run.",
    epilog="Exit codes: 0 all that was asked for is here; 1 nothing of it came; 2 usage; 3 some of it came;"
    " 4 the source cannot be reached; 75 another fetch is at work in the landing folder.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)


class Layout(StrEnum):
    """In which form the World Bank sends an indicator."""

    JSON = "json"
    CSV_ZIP = "csv-zip"


class Frequency(StrEnum):
    """Annual or monthly trade."""

    ANNUAL = "A"
    MONTHLY = "M"


BaseUrl = Annotated[
    str | None, typer.Option("--base-url", help="Another address of the service, such as a mirror.")
]
Refresh = Annotated[
    bool, typer.Option("--refresh", help="Ask the source again for what is here; without it, that is kept.")
]
DryRun = Annotated[
    bool, typer.Option("--dry-run", help="List the requests that would be made, and make none.")
]
AsJson = Annotated[
    bool, typer.Option("--json", help="One JSON object per line for every event, for machines.")
]


@app.command()
def worldbank(
    indicators: Annotated[
        list[str], typer.Argument(metavar="INDICATOR…", help="Codes such as NY.GDP.PCAP.PP.CD.")
    ],
    countries: Annotated[
        str, typer.Option("--countries", help="all, or codes such as KAZ;CHN or KAZ,CHN.")
    ] = "all",
    years: Annotated[
        str | None, typer.Option("--years", help="2000:2023 or 2023; all years without it.")
    ] = None,
    source: Annotated[
        str, typer.Option("--source", help="Number of the database; 2 is World Development Indicators.")
    ] = "2",
    layout: Annotated[
        Layout,
        typer.Option("--layout", help="json, page by page; or csv-zip, the publisher's zip of all years."),
    ] = Layout.JSON,
    landing: Landing = None,
    home: Home = None,
    base_url: BaseUrl = None,
    refresh: Refresh = False,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Fetch indicators from the World Bank's API, version 2.

    What the database says of its last update is the vintage; a later state lands beside an earlier one.
    """
    from flows.fetch import worldbank as service
    from flows.fetch.asked import worldbank_questions

    settings = _patience()
    try:
        folder = Settings.load(home=home, landing=landing).landing_folder
        questions = worldbank_questions(
            indicators,
            countries=countries,
            years=years,
            source=source,
            layout=layout.value,
            base_url=base_url,
            settings=settings,
        )
    except ValueError as error:
        _fail(str(error), EXIT_USAGE)
    _fetch(
        questions,
        folder,
        service.FOLDER,
        settings,
        is_refresh=refresh,
        is_dry=dry_run,
        as_json=as_json,
        requests_per_second=settings.worldbank_requests_per_second,
        passing_statuses=service.PASSING_STATUSES,
    )


@app.command()
def comtrade(
    reporter: Annotated[
        str,
        typer.Option(
            "--reporter", help="Who reports: codes such as CHN, or the service's numbers such as 156."
        ),
    ],
    years: Annotated[str, typer.Option("--years", help="2013:2020 or 2020.")],
    partner: Annotated[
        str, typer.Option("--partner", help="all, or codes such as KAZ,CHN; 0 is the total of all partners.")
    ] = "all",
    flow: Annotated[str, typer.Option("--flow", help="Flow codes: M imports, X exports, RM, RX …")] = "M,X",
    commodity: Annotated[
        str, typer.Option("--commodity", help="TOTAL, AG2, AG4, AG6, or codes such as 270900.")
    ] = "TOTAL",
    classification: Annotated[
        str, typer.Option("--classification", help="HS (each year's own edition), H0 … H6, S1 … S4.")
    ] = "HS",
    frequency: Annotated[
        Frequency, typer.Option("--frequency", help="A annual, M monthly.")
    ] = Frequency.ANNUAL,
    landing: Landing = None,
    home: Home = None,
    base_url: BaseUrl = None,
    refresh: Refresh = False,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Fetch trade flows from UN Comtrade's API, version 1.

    With a key in SERAI_COMTRADE_KEY replies have up to 100,000 rows; without one the preview sends 500.
    A reply that reaches its limit is not taken but split.

    The data may not be passed on: the side-car says so.
    """
    from flows.fetch import comtrade as service
    from flows.fetch.asked import comtrade_questions, usable_key

    settings = _patience()
    try:
        folder = Settings.load(home=home, landing=landing).landing_folder
        key = usable_key(os.environ.get(service.KEY_VARIABLE))
        questions = comtrade_questions(
            reporters=reporter,
            years=years,
            partners=partner,
            flows=flow,
            commodities=commodity,
            classification=classification,
            frequency=frequency.value,
            base_url=base_url,
            key=key,
            settings=settings,
        )
    except ValueError as error:
        _fail(str(error), EXIT_USAGE)
    _fetch(
        questions,
        folder,
        service.FOLDER,
        settings,
        is_refresh=refresh,
        is_dry=dry_run,
        as_json=as_json,
        requests_per_second=settings.comtrade_requests_per_second,
        secret_headers={service.KEY_HEADER: key} if key else None,
    )


def _patience() -> FetchSettings:
    from pydantic import ValidationError

    from flows.fetch.settings import FetchSettings

    try:
        return FetchSettings.load()
    except ValidationError as error:
        found = error.errors()[0]
        _fail(f"SERAI_FETCH_{'.'.join(map(str, found['loc'])).upper()}: {found['msg']}", EXIT_USAGE)
        raise  # never reached: _fail ends


def _fetch(
    questions: Sequence[Question],
    landing: Path,
    folder: str,
    settings: FetchSettings,
    *,
    is_refresh: bool,
    is_dry: bool,
    as_json: bool,
    **transport_options: Any,
) -> None:
    from flows.fetch.deposit import Deposit
    from flows.fetch.faults import FetchFailed, Unreachable
    from flows.fetch.fetching import Fetch
    from flows.fetch.telling import telling
    from flows.fetch.transport import Transport
    from flows.lock import LockHeld

    deposit = Deposit(landing, folder)
    try:
        with telling(as_json=as_json) as tell:
            if is_dry:
                for question in questions:
                    for request in question.first_requests():
                        is_here = not is_refresh and deposit.landed(request) is not None
                        tell("planned", url=request.url, file=request.file_name, is_here=is_here)
                return
            with Transport(settings, tell, **transport_options) as transport:
                outcome = Fetch(transport, deposit, tell, is_refresh=is_refresh).ask(questions)
            counts = {name: getattr(outcome, name) for name in ("landed", "kept", "unchanged")}
            tell("done", **counts, failed=len(outcome.failures), landing=str(landing))
    except LockHeld as held:
        _fail(str(held), EXIT_LOCKED)
    except FetchFailed as failure:
        _fail(str(failure), EXIT_FAILED)
    except OSError as error:
        _fail(f"{landing}: {error}", EXIT_FAILED)
    except KeyboardInterrupt:
        _fail("interrupted: what came whole is kept; the same command goes on from there", EXIT_INTERRUPTED)
    finally:
        deposit.close()
    raise typer.Exit(_exit_code(outcome, Unreachable))


def _exit_code(outcome: Outcome, unreachable: type[Exception]) -> int:
    if not outcome.failures:
        return 0
    if any(isinstance(failure, unreachable) for failure in outcome.failures):
        return EXIT_UNREACHABLE
    return EXIT_INCOMPLETE if outcome.landed + outcome.kept + outcome.unchanged else EXIT_FAILED


def _fail(message: str, code: int) -> None:
    print(message, file=sys.stderr)
    raise typer.Exit(code)
