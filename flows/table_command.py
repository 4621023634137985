"""``serai table``: options in, a regression table out. Nothing heavy is imported here."""

from __future__ import annotations

import sys
from enum import StrEnum
from typing import Annotated

import typer

from flows.options import Home
from flows.settings import Settings

EXIT_USAGE = 2

app = typer.Typer()


class Format(StrEnum):
    """In which language a table is written."""

    LATEX = "latex"
    HTML = "html"
    MARKDOWN = "markdown"
    CSV = "csv"


class Below(StrEnum):
    """What stands below a coefficient."""

    STD_ERROR = "std_error"
    INTERVAL = "interval"
    STATISTIC = "statistic"
    NOTHING = "nothing"


@app.command()
def table(
    study: Annotated[str, typer.Option("--study", help="Whose fits.")],
    form: Annotated[Format, typer.Option("--format", help="The language of the table.")] = Format.MARKDOWN,
    model: Annotated[str | None, typer.Option("--model", help="Else that of the selected fit.")] = None,
    flow: Annotated[str | None, typer.Option("--flow", help="Else total trade.")] = None,
    fill_set: Annotated[str | None, typer.Option("--fill-set", help="Else that of the selected fit.")] = None,
    specification: Annotated[
        list[str] | None,
        typer.Option(
            "--specification",
            help="estimator.covariance, once per column. Else the estimators that some rule chooses.",
        ),
    ] = None,
    every: Annotated[bool, typer.Option("--all", help="Every fit of the equation.")] = False,
    below: Annotated[Below, typer.Option("--below", help="Below a coefficient.")] = Below.STD_ERROR,
    stars: Annotated[bool, typer.Option("--stars", help="Stars at 10, 5 and 1 %; the note says so.")] = False,
    digits: Annotated[int, typer.Option("--digits", min=0, max=10, help="After the point.")] = 3,
    caption: Annotated[str, typer.Option("--caption", help="Caption of the table.")] = "",
    label: Annotated[str, typer.Option("--label", help="What LaTeX or HTML refers to.")] = "",
    caveats: Annotated[
        bool, typer.Option("--caveats/--no-caveats", help="What not to believe, below the table.")
    ] = True,
    home: Home = None,
) -> None:
    """Write the published fits of a study side by side, to paste into a paper."""
    from flows.paper_table import NothingPublished, paper_table
    from flows.release import current_release

    settings = Settings.load(home=home)
    current = current_release(settings)
    if current is None:
        _refuse(f"nothing is published in {settings.state} yet: serai run")
    try:
        text = paper_table(
            current / "serai.duckdb",
            form.value,
            study=study,
            model=model,
            flow=flow,
            fill_set=fill_set,
            specifications=specification or (),
            is_every_fit=every,
            below=below.value,
            stars=stars,
            digits=digits,
            caption=caption,
            label=label,
            has_caveats=caveats,
        )
    except NothingPublished as missing:
        _refuse(str(missing))
    print(text, end="")


def _refuse(message: str) -> None:
    print(message, file=sys.stderr)
    raise typer.Exit(EXIT_USAGE)
