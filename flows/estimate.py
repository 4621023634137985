"""Third stage: the panel goes to Python, the estimates come back as tables."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from flows.warehouse import has_table, read_frame, reading, write_frame, writing

if TYPE_CHECKING:
    import pandas as pd


class UnknownStudy(Exception):
    """The study that was asked for does not exist; the message names those that do."""


def estimate_studies(
    database: Path,
    only: str | None = None,
    say: Callable[[str], None] = lambda _: None,
    folder: Path | None = None,
) -> dict[str, int]:
    """Estimate the studies on ``marts.fct_study_panel`` and write ``estimates.*``.

    Parameters
    ----------
    database : Path
        The build database, after the panel was built.
    only : str, optional
        Estimate this study alone; the rows of another stand as long as its file and its panel are those they
        were made from. Otherwise it is estimated all the same, so that no release holds stale estimates.
    say : callable
        Takes progress lines.
    folder : Path, optional
        Of the study files; by default our own.

    Returns
    -------
    dict
        Rows per table.

    Raises
    ------
    UnknownStudy
        When ``only`` names no study.
    """
    import pandas as pd

    from analysis.design import panel_digest
    from analysis.estimate import TABLES, estimate_study
    from analysis.study import load_studies

    studies = load_studies(folder)
    check_study(only, [study.study for study in studies])
    with reading(database) as connection:
        standing = {
            table: read_frame(connection, "estimates", table)
            for table in TABLES
            if has_table(connection, "estimates", table)
        }
        panel = read_frame(connection, "marts", "fct_study_panel")
    parts: dict[str, list[pd.DataFrame]] = {table: [] for table in TABLES}
    for study in studies:
        own = panel[panel["study"] == study.study].reset_index(drop=True)
        frames = None
        if only not in (None, study.study):
            frames = _standing(standing, TABLES, study.study, study.hash, panel_digest(own))
        say(f"{study.study}: {'estimating' if frames is None else 'stands'}")
        for table, frame in (frames or estimate_study(study, own)).items():
            parts[table].append(frame)
    rows = {}
    with writing(database) as connection:
        for table, frames in parts.items():
            filled = [frame for frame in frames if len(frame)] or frames[:1]
            write_frame(connection, "estimates", table, pd.concat(filled, ignore_index=True))
            rows[table] = sum(map(len, frames))
    return rows


def _standing(
    tables: dict[str, pd.DataFrame], names: Sequence[str], study: str, study_hash: str, digest: str
) -> dict[str, pd.DataFrame] | None:
    """Return a study's rows as they stand; None unless all were made from this study file and this panel."""
    found = {name: frame[frame["study"] == study] for name, frame in tables.items()}
    made_from = {
        pair
        for frame in found.values()
        for pair in frame[["study_hash", "panel_digest"]].itertuples(index=False, name=None)
    }
    return found if set(found) == set(names) and made_from == {(study_hash, digest)} else None


def check_study(name: str | None, known: list[str]) -> None:
    """Raise `UnknownStudy` when a name is given that no study bears."""
    if name is not None and name not in known:
        raise UnknownStudy(f"no study is called {name!r}; there are: {', '.join(known)}")
