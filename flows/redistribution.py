"""Which published tables hold figures that may not be passed on, and what a release without them lacks."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flows.lineage import REDISTRIBUTABLE_SCHEMA, Lineage
from flows.warehouse import Connection, qualified, quoted, transaction

if TYPE_CHECKING:
    import pandas as pd

STRICTEST_FIRST = ("not_allowed", "unknown", "allowed")
"""What a publisher's terms say of passing its figures on; of several files the strictest holds."""


@dataclass(frozen=True)
class SourceTerms:
    """One source behind a published table.

    Attributes
    ----------
    source : str
        The landed source, e.g. ``un_comtrade``.
    redistribution : str
        ``allowed``, ``not_allowed`` or ``unknown``: the strictest of its loaded files.
    licences : tuple of str
        The terms of those files, in words.
    is_left_out : bool
        True where this release has none of the rows that may not be passed on.
    """

    source: str
    redistribution: str
    licences: tuple[str, ...]
    is_left_out: bool


@dataclass(frozen=True)
class TableTerms:
    """What may be done with one published table."""

    sources: tuple[SourceTerms, ...] = ()

    @property
    def redistribution(self) -> str:
        """The strictest of the sources whose rows are in the table; empty without any."""
        found = {terms.redistribution for terms in self.sources if not terms.is_left_out}
        return next((kind for kind in STRICTEST_FIRST if kind in found), "")

    @property
    def licences(self) -> tuple[str, ...]:
        """The terms of the sources whose rows are in the table, in words."""
        return tuple(
            sorted({text for terms in self.sources if not terms.is_left_out for text in terms.licences})
        )

    @property
    def note(self) -> str:
        """One sentence for the table's description; empty where all may be passed on."""
        not_allowed = self._named("not_allowed", is_left_out=False)
        unknown = self._named("unknown", is_left_out=False)
        left_out = self._named("not_allowed", is_left_out=True)
        said = []
        if not_allowed:
            said.append(
                f"Not to be passed on: made with figures of {not_allowed}, whose terms do not allow it."
            )
        if unknown:
            said.append(f"Whether figures of {unknown} may be passed on is not known.")
        if left_out:
            said.append(f"Left out, as its terms do not allow passing on: {left_out}.")
        return " ".join(said)

    def _named(self, kind: str, *, is_left_out: bool) -> str:
        return ", ".join(
            terms.source
            for terms in self.sources
            if terms.redistribution == kind and terms.is_left_out == is_left_out
        )


def terms_of(
    relations: Iterable[str], lineage: Lineage, files: pd.DataFrame, *, is_redistributable: bool
) -> dict[str, TableTerms]:
    """Return what may be done with each published table, by the loaded files of the sources behind it.

    Parameters
    ----------
    relations : iterable of str
        Published tables as ``schema.table``.
    lineage : Lineage
        What is behind each.
    files : DataFrame
        The ledger ``meta.files``.
    is_redistributable : bool
        Whether the release leaves out what may not be passed on.

    Returns
    -------
    dict
        By ``schema.table``. A source of which some files alone may not be passed on is there twice in a
        redistributable release: the files that stay, and those left out.
    """
    loaded = files[files["status"] == "loaded"]
    by_source = {
        str(source): _terms(str(source), rows, is_redistributable)
        for source, rows in loaded.groupby("source")
    }
    return {
        relation: TableTerms(
            tuple(
                terms
                for source in sorted(lineage.raw_sources(relation) & by_source.keys())
                for terms in by_source[source]
            )
        )
        for relation in relations
    }


def show_what_may_be_passed_on(connection: Connection) -> None:
    """Make schema ``raw_redistributable`` anew: every landed table less what may not be passed on, as a view.

    dbt reads it in place of ``raw`` when its variable ``redistributable`` is true, so what rests on those
    files is worked out from the sources that remain.
    """
    schema = quoted(REDISTRIBUTABLE_SCHEMA)
    with transaction(connection):
        connection.execute(f"drop schema if exists {schema} cascade")
        connection.execute(f"create schema {schema}")
        connection.execute(
            "select table_name from information_schema.columns"
            " where table_schema = 'raw' and column_name = 'file_id' order by table_name"
        )
        for (table,) in connection.fetchall():
            connection.execute(
                f"create view {qualified(REDISTRIBUTABLE_SCHEMA, table)} as"
                f" select * from {qualified('raw', table)} where file_id not in"
                " (select file_id from meta.files where redistribution = 'not_allowed')"
            )


def left_out_sources(files: pd.DataFrame, *, is_redistributable: bool) -> list[str]:
    """Return the sources of which this release leaves files out."""
    if not is_redistributable:
        return []
    left_out = files[(files["status"] == "loaded") & (files["redistribution"] == "not_allowed")]
    return sorted({str(source) for source in left_out["source"]})


def _terms(source: str, files: pd.DataFrame, is_redistributable: bool) -> list[SourceTerms]:
    # A file of which nothing is said is one whose terms nobody knows.
    kinds = files["redistribution"].fillna("unknown")
    is_left_out = (kinds == "not_allowed") & is_redistributable
    found = []
    for left_out in (False, True):
        part = files[is_left_out == left_out]
        if len(part):
            strictest = min(kinds[part.index], key=STRICTEST_FIRST.index)
            licences = tuple(sorted(part["licence"].dropna().unique()))
            found.append(SourceTerms(source, strictest, licences, left_out))
    return found
