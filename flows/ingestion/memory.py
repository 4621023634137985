"""What the build remembers between runs, so that nothing is read again that says the same as before.

It lies in the build database, in the same transactions as the rows it speaks of, and goes with it.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field

from flows.landing.containers import Member
from flows.warehouse import Connection


@dataclass(frozen=True)
class Decided:
    """By what a content's fate was decided.

    Attributes
    ----------
    arrivals : str
        Digest of its names and side-cars.
    statement : str or None
        Digest of what they say, for the contract that claims it; None when none does.
    faults : dict
        Name → why nothing could be understood of what stands beside it.
    """

    arrivals: str
    statement: str | None = None
    faults: dict[str, str] = field(default_factory=dict)


def prepare(connection: Connection) -> None:
    """Create the tables, in a new build."""
    connection.execute(
        "create table meta.decided"
        " (file_id varchar primary key, arrivals varchar, statement varchar, faults varchar)"
    )
    connection.execute(
        "create table meta.members (container_id varchar, name varchar, file_id varchar, byte_count bigint,"
        " side_car blob, problem varchar)"
    )


def decided(connection: Connection) -> dict[str, Decided]:
    """Return by what every content's fate was decided."""
    rows = connection.execute("select file_id, arrivals, statement, faults from meta.decided").fetchall()
    return {row[0]: Decided(row[1], row[2], json.loads(row[3])) for row in rows}


def remember(connection: Connection, file_id: str, known: Decided) -> None:
    """Remember by what a content's fate was decided."""
    connection.execute(
        "insert or replace into meta.decided values (?, ?, ?, ?)",
        [file_id, known.arrivals, known.statement, json.dumps(known.faults)],
    )


def members(connection: Connection) -> dict[str, tuple[Member, ...]]:
    """Return what every archive that was ever opened holds."""
    rows = connection.execute(
        "select container_id, name, file_id, byte_count, side_car, problem from meta.members order by all"
    ).fetchall()
    found: dict[str, list[Member]] = {}
    for container_id, *told in rows:
        found.setdefault(container_id, []).append(Member(*told))
    return {container_id: tuple(held) for container_id, held in found.items()}


def remember_members(connection: Connection, container_id: str, held: Sequence[Member]) -> None:
    """Remember what an archive holds."""
    connection.execute("delete from meta.members where container_id = ?", [container_id])
    for member in held:
        connection.execute(
            "insert into meta.members values (?, ?, ?, ?, ?, ?)",
            [container_id, member.name, member.sha256, member.byte_count, member.side_car, member.problem],
        )
