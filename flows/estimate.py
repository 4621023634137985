"""Third stage: the panel goes to Python, the estimates come back as tables."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from flows.warehouse import has_table, read_frame, reading, write_frame, writing


class UnknownStudy(Exception):
    """The study that was asked for does not exist; the message names those that do."""


def estimate_studies(
    database: Path, only: str | None = None, say: Callable[[str], None] = lambda _: None
) -> dict[str, int]:
    """Estimate the studies on ``marts.fct_study_panel`` and write ``estimates.*``.

    Parameters
    ----------
    database : Path
        The build database, after the panel was built.
    only : str, optional
        Estimate this study alone; the rows of the others stand as they are. A study that has no estimates in
        this build yet is estimated all the same, so that no study goes missing from a release.
    say : callable
        Takes progress lines.

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

    from analysis.estimate import TABLES, estimate_study
    from analysis.study import load_studies

    studies = load_studies()
    check_study(only, [study.study for study in studies])
    with reading(database) as connection:
        standing = {
            table: read_frame(connection, "estimates", table)
            for table in TABLES
            if has_table(connection, "estimates", table)
        }
        panel = read_frame(connection, "marts", "fct_study_panel")
    names = {study.study for study in studies}
    estimated_before = {
        study.study
        for study in studies
        if len(standing) == len(TABLES) and (standing["gravity_fit"]["study_hash"] == study.hash).any()
    }
    keep = {name for name in estimated_before if only is not None and name != only}
    fresh: dict[str, list[pd.DataFrame]] = {table: [] for table in TABLES}
    for study in studies:
        if study.study in keep:
            say(f"{study.study}: stands")
            continue
        say(f"{study.study}: estimating")
        frames = estimate_study(study, panel[panel["study"] == study.study].reset_index(drop=True))
        for table in TABLES:
            fresh[table].append(frames[table])
    rows = {}
    with writing(database) as connection:
        for table in TABLES:
            kept = standing[table][standing[table]["study"].isin(keep & names)] if keep else None
            parts = [part for part in ([kept] if kept is not None else []) + fresh[table] if len(part)]
            frame = pd.concat(parts, ignore_index=True) if parts else fresh[table][0]
            write_frame(connection, "estimates", table, frame)
            rows[table] = len(frame)
    return rows


def check_study(name: str | None, known: list[str]) -> None:
    """Raise `UnknownStudy` when a name is given that no study bears."""
    if name is not None and name not in known:
        raise UnknownStudy(f"no study is called {name!r}; there are: {', '.join(known)}")
