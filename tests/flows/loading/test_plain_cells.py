"""Plain cells: what is told of whole columns is never wrong, whatever stands in them."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date

import pyarrow as pa
import pytest

from expectations.contract import Contract
from flows.loading.checking import inspect, is_good, landed
from flows.loading.compiling import checked_rows
from flows.loading.plain_cells import marked
from flows.reading import Reading
from flows.reading.cell_stream import CellStream
from flows.reading.result import ROW_NUMBER
from flows.warehouse import Connection, in_memory
from tests.flows.loading.test_checking import KEY, contract

COLUMNS = {
    "number": {"type": "number"},
    "bounded number": {"type": "number", "minimum": 0, "maximum": 100},
    "number with marks": {"type": "number", "missing": [".", "7"], "thousands_separator": ","},
    "integer": {"type": "integer", "minimum": -5},
    "day": {"type": "date", "minimum": date(2000, 1, 1)},
    "boolean": {"type": "boolean"},
    "text": {"type": "text"},
    "code": {"type": "text", "pattern": r"[A-Z]{2,3}", "required": True},
    "dotted": {"type": "text", "pattern": ".{1,3}"},
    "listed": {"type": "text", "allowed": ["a", "b b", "O'Brien"]},
    "text with marks": {"type": "text", "missing": ["NA", "-"]},
    "listed integer": {"type": "integer", "allowed": ["0", "1"]},
}
PLAIN = ["1", "0", "12.5", "1e3", "-3", "2024-02-29", "true", "false", "KAZ", "a", "b b", "O'Brien", "NA", ""]
ODD = [
    *("inf", "nan", "1e400", "-0", "+1", "0x1F", "1_000", "1,000", "7", ".", "-", " 12", "12 ", "\t7", "7\n"),
    *(
        "  ",
        "\t",
        "NA ",
        "2023-02-29",
        "1999-12-31",
        "infinity",
        "True",
        "TRUE",
        "kaz",
        "A",
        "KAZ\n",
        "٣",
        "1.0",
    ),
    *("99999999999", "12024-01-01", "2024-1-5", "\x0b", "é", "中"),
]


@pytest.fixture(scope="module")
def connection() -> Iterator[Connection]:
    """Any database."""
    with in_memory() as opened:
        yield opened


def seen(connection: Connection, made: Contract, reading: Reading) -> tuple:
    """Inspection, and the good rows."""
    with landed(connection, reading):
        inspection = inspect(connection, made, reading)
        names = ", ".join(f'"{column.name}"' for column in made.columns)
        good, again = (
            connection.execute(
                f"{checked_rows(made, read)} select {names} from checked"
                f" where {is_good(made, inspection)} order by {ROW_NUMBER}"
            ).fetchall()
            for read in (reading, reading.settled())
        )
    assert again == good
    return inspection, good


def reading_of(cells: list[str | None], *, batch_size: int, is_stream: bool, is_dictionary: bool) -> Reading:
    """A reading of the given cells beside a key."""
    texts = pa.array(cells, pa.string())
    column = texts.dictionary_encode() if is_dictionary else texts
    numbers = pa.array(range(2, len(cells) + 2), pa.int64())
    table = pa.table({ROW_NUMBER: numbers, "key": numbers.cast(pa.string()), "cell": column})
    headers = {"key": "KEY", "cell": "CELL"}
    if not is_stream:
        return Reading(table, headers, len(cells))
    batches = table.to_batches(max_chunksize=batch_size)
    return Reading(CellStream(table.schema, lambda work: map(work, batches)), headers, len(cells))


@pytest.mark.parametrize("name", COLUMNS)
@pytest.mark.parametrize("is_dictionary", [False, True])
@pytest.mark.parametrize("is_stream", [False, True])
def test_marking_plain_cells_changes_nothing(
    connection: Connection, name: str, is_dictionary: bool, is_stream: bool
):
    made = contract(KEY, {"name": "cell", **COLUMNS[name]})
    chance = random.Random(name)
    for _ in range(8):
        cells = chance.choices(chance.sample(PLAIN, 3), k=30)
        for _ in range(chance.choice([0, 0, 1, 3])):
            cells[chance.randrange(30)] = chance.choice([*ODD, None])
        reading = reading_of(cells, batch_size=10, is_stream=is_stream, is_dictionary=is_dictionary)
        assert seen(connection, made, marked(reading, made)) == seen(connection, made, reading), cells


@pytest.mark.parametrize(
    ("column", "cells"),
    [
        ({"type": "number", "minimum": 0}, ["1", "2.5", None]),
        ({"type": "integer", "minimum": 1900, "maximum": 2100}, ["1990", "2000"]),
        ({"type": "date"}, ["2024-03-28", None]),
        ({"type": "boolean"}, ["true", "false"]),
        ({"type": "text", "pattern": "[A-Z]{3}"}, ["KAZ", None]),
    ],
)
def test_columns_of_plain_cells_are_told(column: dict, cells: list):
    made = contract(KEY, {"name": "cell", **column})
    table = reading_of(cells, batch_size=10, is_stream=False, is_dictionary=False)
    assert marked(table, made).plain == {"key", "cell"}
    odd = reading_of([*cells, "?"], batch_size=10, is_stream=False, is_dictionary=False)
    assert marked(odd, made).plain == {"key"}


def test_a_text_that_hardly_repeats_is_looked_at_cell_by_cell():
    made = contract(KEY, {"name": "cell", "type": "text", "pattern": r"\d+"})
    cells = [str(number) for number in range(2000)]
    told = marked(reading_of(cells, batch_size=5000, is_stream=False, is_dictionary=False), made)
    assert told.plain == {"key", "cell"}
    cells[-1] = "x"
    told = marked(reading_of(cells, batch_size=5000, is_stream=False, is_dictionary=False), made)
    assert told.plain == {"key"}
