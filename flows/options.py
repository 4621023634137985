"""Options that several commands have."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def _folder(told: str) -> Path:
    """Return the folder that an option names; an empty name, as of a variable not set, names none."""
    if not told.strip():
        raise typer.BadParameter("seen an empty name, expected a folder ('.' for the one you are in)")
    return Path(told)


Home = Annotated[
    Path | None,
    typer.Option(
        "--home",
        parser=_folder,
        metavar="PATH",
        help="State directory (else SERAI_HOME, else ./warehouse).",
    ),
]
Landing = Annotated[
    Path | None,
    typer.Option(
        "--landing",
        parser=_folder,
        metavar="PATH",
        help="Folder of arriving files (else SERAI_LANDING, else <home>/landing).",
    ),
]
