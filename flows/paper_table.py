"""A regression table of a release: its published fits, written for a paper."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from analysis.regression_tables.published import NothingPublished, published_columns
from analysis.regression_tables.table import regression_table
from flows.warehouse import read_frame, reading

__all__ = ["NothingPublished", "paper_table"]


def paper_table(
    database: Path,
    form: str,
    *,
    study: str,
    model: str | None = None,
    flow: str | None = None,
    fill_set: str | None = None,
    specifications: Sequence[str] = (),
    is_every_fit: bool = False,
    **style: object,
) -> str:
    """Write the published fits of one equation side by side.

    Parameters
    ----------
    database : Path
        ``serai.duckdb`` of a release.
    form : {'latex', 'html', 'markdown', 'csv'}
    study, model, flow, fill_set, specifications
        Which fits; see `published_columns`.
    is_every_fit : bool
        Whether all fits of the equation are written where no specification is asked for, not only those whose
        estimator some rule of selection chooses.
    **style
        How they are written; see `regression_table`.

    Raises
    ------
    NothingPublished
        The release holds no such fit; the message names what it holds.
    ValueError
        A form or a style that there is not.
    """
    with reading(database) as connection:
        frames = [
            read_frame(connection, "reporting", f"rpt_gravity_{name}")
            for name in ("coefficients", "fit", "tests", "selection")
        ]
    *tables, selection = frames
    columns = published_columns(
        *tables,
        study=study,
        model=model,
        flow=flow,
        fill_set=fill_set,
        specifications=specifications,
        selection=None if is_every_fit else selection,
    )
    return regression_table(columns, **style).render(form)
