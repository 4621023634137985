"""Loading: good rows into the landed table, an entry into the ledger, and neither twice."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

import pytest

from expectations.contract import load_contracts
from flows.loading.checking import inspect, landed
from flows.loading.load import LedgerEntry, forget, insert_rows, ledger, prepare, record, recorded_faults
from flows.reading import Fault, read
from flows.warehouse import Connection, DatabaseError, in_memory, transaction
from tests.flows.reading.contents import content as content_of

CONTRACT = next(contract for contract in load_contracts() if contract.name == "imf_dots__flows")
HEADER = "reporter_imf,reporter_iso3,partner_imf,partner_iso3,partner_type,flow,year,value_usd_million\n"
ENTRY = LedgerEntry(
    file_id="f1",
    file_name="a.csv",
    byte_count=10,
    contract="imf_dots__flows",
    source="imf_dots",
    layout="long_csv",
    status="loaded",
    reason=None,
    vintage=date(2022, 2, 2),
    vintage_origin="side_car",
    publisher="IMF",
    source_url=None,
    licence="free",
    redistribution="allowed",
    loaded_at=datetime(2026, 1, 2, 3, 4, 5),
    row_count=1,
    refused_row_count=0,
)


@pytest.fixture
def connection():
    """A prepared database."""
    with in_memory() as opened:
        prepare(opened, [CONTRACT])
        yield opened


def insert(connection: Connection, content: str, file_id: str = "f1") -> None:
    """Insert the good rows of a file."""
    reading = read(content_of(HEADER + content), CONTRACT.layouts[0])
    with landed(connection, reading):
        inspection = inspect(connection, CONTRACT, reading)
    insert_rows(
        connection, CONTRACT, reading, inspection, file_id, date(2022, 2, 2), datetime(2026, 1, 2, 3, 4, 5)
    )


def rows(connection: Connection) -> list[tuple]:
    """All landed rows."""
    return connection.execute("select * from raw.imf_dots__flows order by file_id, row_number").fetchall()


def test_a_landed_row_begins_with_file_line_vintage_and_arrival(connection: Connection):
    insert(connection, '"China, P.R.: Mainland",CHN,Kazakhstan,KAZ,country,exports_fob,2013,"12,545.1 e"\n')
    assert rows(connection) == [
        (
            *("f1", 2, date(2022, 2, 2), datetime(2026, 1, 2, 3, 4, 5)),
            *("China, P.R.: Mainland", "CHN", "Kazakhstan", "KAZ", "country", "exports_fob", 2013),
            *("12545.1", True),
        )
    ]


def test_broken_rows_are_left_out(connection: Connection):
    good, bad = "A,,B,,country,imports_cif,2013,1\n", "A,,B,,country,imports_cif,2014,x\n"
    insert(connection, bad + good + "A,,B\n")
    assert [row[1] for row in rows(connection)] == [3]


def test_repeated_rows_are_left_out(connection: Connection):
    one, two = "A,,B,,country,imports_cif,2013,1\n", "A,,B,,country,imports_cif,2014,1\n"
    insert(connection, one + two + one)
    assert [row[1] for row in rows(connection)] == [3]


def test_the_same_content_again_takes_the_place_of_its_rows(connection: Connection):
    insert(connection, "A,,B,,country,imports_cif,2013,1\n")
    insert(connection, "A,,B,,country,imports_cif,2013,1\n")
    insert(connection, "A,,B,,country,imports_cif,2013,1\n", file_id="f2")
    assert [row[0] for row in rows(connection)] == ["f1", "f2"]


def test_the_ledger_gives_back_what_was_recorded(connection: Connection):
    faults = (
        Fault(2, "year", "x'); drop table raw.imf_dots__flows; --", "a whole number", "type"),
        Fault(None, None, "", "a value", "required"),
    )
    record(connection, ENTRY, faults)
    assert ledger(connection) == {"f1": ENTRY}
    assert set(recorded_faults(connection, "f1")) == set(faults)


def test_a_later_entry_of_the_same_content_takes_the_place_of_the_earlier_one(connection: Connection):
    record(connection, replace(ENTRY, status="refused", reason="x"), [Fault(1, "a", "b", "c", "d")])
    record(connection, ENTRY, [])
    assert ledger(connection) == {"f1": ENTRY}
    assert recorded_faults(connection, "f1") == ()


def test_a_forgotten_file_is_gone_from_the_ledger(connection: Connection):
    record(connection, ENTRY, [Fault(1, "a", "b", "c", "d")])
    record(connection, replace(ENTRY, file_id="f2"), [Fault(1, "a", "b", "c", "d")])
    forget(connection, ["f1"])
    assert list(ledger(connection)) == ["f2"]
    assert recorded_faults(connection, "f1") == ()


def test_preparing_again_changes_nothing(connection: Connection):
    insert(connection, "A,,B,,country,imports_cif,2013,1\n")
    prepare(connection, [CONTRACT])
    assert len(rows(connection)) == 1


def test_a_load_that_fails_says_why(connection: Connection):
    connection.execute("drop table raw.imf_dots__flows")
    connection.execute("create table raw.imf_dots__flows (file_id varchar)")
    with pytest.raises(DatabaseError, match="row_number"), transaction(connection):
        insert(connection, "A,,B,,country,imports_cif,2013,1\n")
    assert connection.execute("select 1").fetchall() == [(1,)]
