"""Third stage: the panel goes to Python, the estimates come back as tables."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from flows.warehouse import has_table, read_frame, reading, write_frame, writing

if TYPE_CHECKING:
    import pandas as pd

    from analysis.study import Study


class UnknownStudy(Exception):
    """The study that was asked for does not exist; the message names those that do."""


def estimate_studies(
    database: Path,
    only: str | None = None,
    say: Callable[[str], None] = lambda _: None,
    folder: Path | None = None,
) -> dict[str, int]:
    """Estimate the studies on ``marts.fct_study_panel`` and write ``estimates.*``.

    Gravity between pairs reads ``marts.fct_pair_panel`` and ``marts.dim_country_group`` as well.

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
        is_of_pairs = any(study.pair_gravity for study in studies)
        pairs = read_frame(connection, "marts", "fct_pair_panel") if is_of_pairs else None
        groups = read_frame(connection, "marts", "dim_country_group") if is_of_pairs else None
    parts: dict[str, list[pd.DataFrame]] = {table: [] for table in TABLES}
    for study in studies:
        own = panel[panel["study"] == study.study].reset_index(drop=True)
        own_pairs = None
        if study.pair_gravity:
            own_pairs = pairs[pairs["study"] == study.study].reset_index(drop=True)
        frames = None
        if only not in (None, study.study):
            digests = dict.fromkeys(TABLES, panel_digest(own)) | _digests_of_pairs(study, own_pairs, groups)
            frames = _standing(standing, study, digests)
        say(f"{study.study}: {'estimating' if frames is None else 'stands'}")
        if frames is None:
            frames = estimate_study(study, own) | _estimated_pairs(study, own_pairs, groups)
        for table, frame in frames.items():
            parts[table].append(frame)
    rows = {}
    with writing(database) as connection:
        for table, frames in parts.items():
            filled = [frame for frame in frames if len(frame)] or frames[:1]
            write_frame(connection, "estimates", table, pd.concat(filled, ignore_index=True))
            rows[table] = sum(map(len, frames))
    return rows


def _estimated_pairs(
    study: Study, pairs: pd.DataFrame | None, groups: pd.DataFrame | None
) -> dict[str, pd.DataFrame]:
    """Tables of gravity between pairs, if the study has any."""
    if not study.pair_gravity:
        return {}
    from analysis.pair_gravity import estimate_pair_gravity

    return estimate_pair_gravity(study.pair_gravity, pairs, groups, study=study.study, study_hash=study.hash)


def _digests_of_pairs(
    study: Study, pairs: pd.DataFrame | None, groups: pd.DataFrame | None
) -> dict[str, str]:
    """What each table of gravity between pairs would be estimated from now, if the study has any."""
    if not study.pair_gravity:
        return {}
    from analysis.pair_sample import checked_memberships, checked_pairs, pairs_digest
    from analysis.tables.pair_gravity import PAIR_SCHEMAS

    rows = checked_pairs(study.pair_gravity, pairs)
    return dict.fromkeys(PAIR_SCHEMAS, pairs_digest(rows, checked_memberships(study.pair_gravity, groups)))


def _standing(
    tables: dict[str, pd.DataFrame], study: Study, digests: dict[str, str]
) -> dict[str, pd.DataFrame] | None:
    """Return a study's rows as they stand; None unless all were made from its file and panels of now."""
    found = {name: frame[frame["study"] == study.study] for name, frame in tables.items()}
    made_from = {
        pair
        for frame in found.values()
        for pair in frame[["study_hash", "panel_digest"]].itertuples(index=False, name=None)
    }
    expected = {(study.hash, digest) for digest in digests.values()}
    return found if set(found) == set(digests) and made_from == expected else None


def check_study(name: str | None, known: list[str]) -> None:
    """Raise `UnknownStudy` when a name is given that no study bears."""
    if name is not None and name not in known:
        raise UnknownStudy(f"no study is called {name!r}; there are: {', '.join(known)}")
