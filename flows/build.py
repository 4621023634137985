"""The writer's database, ``build/<n>/serai.duckdb``: disposable, begun anew when what makes it changes."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import NamedTuple

from expectations.contract import Contract, fingerprint
from expectations.landed_tables import LEADING_COLUMNS, LEDGER
from flows.ingestion import memory
from flows.loading import load
from flows.reading import VERSION
from flows.settings import Settings
from flows.warehouse import Connection, DatabaseError, has_table, transaction, writing

DATABASE = "serai.duckdb"


class Build(NamedTuple):
    """A build that is open for writing.

    Attributes
    ----------
    path : Path
        Its database.
    is_new : bool
        It has just been begun.
    """

    path: Path
    connection: Connection
    is_new: bool


@contextmanager
def opened_build(settings: Settings, contracts: Sequence[Contract]) -> Iterator[Build]:
    """Open the newest build's database for the block, or begin the next one.

    A build stands as long as contracts, readers and the house's own columns stay the same; else the next
    number is begun, empty, with the landed table of every contract. A number is never used twice, for a
    process that has a path open would get the old database under the new file's name.

    Raises
    ------
    DatabaseError
        When another process has the newest build open.
    """
    house = hashlib.sha256(repr((LEADING_COLUMNS, LEDGER)).encode()).hexdigest()
    wanted = f"{fingerprint(contracts)}.{VERSION}.{house[:16]}"
    newest = newest_build(settings)
    with ExitStack() as held:
        if newest and (connection := _standing(newest, wanted, held)):
            yield Build(newest, connection, is_new=False)
            return
        held.close()
        path = settings.builds / str(max(_numbers(settings), default=0) + 1) / DATABASE
        path.parent.mkdir(parents=True)
        connection = held.enter_context(writing(path))
        load.prepare(connection, contracts)
        with transaction(connection):
            memory.prepare(connection)
            connection.execute("create table meta.build (fingerprint varchar)")
            connection.execute("insert into meta.build values (?)", [wanted])
        yield Build(path, connection, is_new=True)


def newest_build(settings: Settings) -> Path | None:
    """Return the newest build's database, or None before the first."""
    newest = max(_numbers(settings), default=0)
    return settings.builds / str(newest) / DATABASE if newest else None


def drop_older_builds(settings: Settings, path: Path) -> None:
    """Remove every build but the one of ``path``."""
    for number in _numbers(settings):
        folder = settings.builds / str(number)
        if folder != path.parent:
            shutil.rmtree(folder, ignore_errors=True)


def _numbers(settings: Settings) -> list[int]:
    if not settings.builds.is_dir():
        return []
    return [int(folder.name) for folder in settings.builds.iterdir() if folder.name.isdigit()]


def _standing(path: Path, wanted: str, held: ExitStack) -> Connection | None:
    """Open a build that was made as wanted; None when it was not, or is unfinished or damaged."""
    if not path.exists():
        return None
    try:
        connection = held.enter_context(writing(path))
        if not has_table(connection, "meta", "build"):
            return None
        rows = connection.execute("select fingerprint from meta.build").fetchall()
    except DatabaseError as error:
        if "Could not set lock" in str(error):
            raise  # held by another process, not damaged: a new build would part from the one in use
        return None
    return connection if rows == [(wanted,)] else None
