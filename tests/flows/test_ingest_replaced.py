"""A file that supersedes another one takes its rows out, whichever comes first, and nothing is lost."""

from __future__ import annotations

import hashlib
import shutil
from datetime import date

import pytest

from flows.ingestion.validating import check
from flows.storage import archive
from tests.flows.house import House, zipped

OLD = House.FLOWS
NEW = House.FLOWS.replace("12545.166", "12600")
OLD_ID = hashlib.sha256(OLD.encode()).hexdigest()


def put_old(house: House) -> None:
    """Land the file that makes way."""
    house.put("old.csv", OLD, vintage=date(2022, 2, 2))


def put_new(house: House, replaces: str | None = OLD_ID) -> None:
    """Land the file that supersedes it."""
    house.put("new.csv", NEW, vintage=date(2022, 2, 2), **({"replaces": replaces} if replaces else {}))


@pytest.mark.parametrize("order", [(put_old, put_new), (put_new, put_old)])
def test_the_rows_of_the_superseded_file_are_taken_out_in_either_order(house: House, order):
    for put in order:
        put(house)
        report = house.run()
    assert house.statuses(report) == {"new.csv": "loaded", "old.csv": "replaced"}
    assert house.ask(report, "select value_usd_million from raw.imf_dots__flows order by 1") == [
        ("12600",),
        ("16050.5",),
    ]
    assert house.ask(
        report, "select reason, row_count, replaces_file_id from meta.files order by file_name"
    ) == [(None, 2, OLD_ID), ("replaced by new.csv, as its side-car says", 0, None)]
    assert OLD_ID in archive.kept_ids(house.settings)
    assert report.is_clean


def test_it_stays_so_in_later_runs_and_after_a_rebuild(house: House):
    put_old(house)
    put_new(house)
    before = house.raw_rows(house.run())
    again = house.run(house.LATER)
    assert {file.file_name: file.status for file in again.files} == {
        "new.csv": "duplicate",
        "old.csv": "replaced",
    }
    shutil.rmtree(house.settings.builds)
    report = house.run(house.LATER)
    assert (house.raw_rows(again), house.raw_rows(report)) == (before, before)


def test_a_correction_that_supersedes_nothing_brings_the_rows_back(house: House):
    put_old(house)
    put_new(house)
    house.run()
    put_new(house, replaces=None)
    report = house.run(house.LATER)
    assert (house.statuses(report), house.row_count(report)) == (
        {"new.csv": "loaded", "old.csv": "loaded"},
        4,
    )
    assert house.ask(report, "select distinct loaded_at from meta.files") == [(house.FIRST,)]


def test_a_refused_file_supersedes_nothing(house: House):
    put_old(house)
    house.put("new.csv", House.DOTS + "broken\n", replaces=OLD_ID)
    report = house.run()
    assert house.statuses(report) == {"new.csv": "refused", "old.csv": "loaded"}
    assert house.row_count(report) == 2


def test_members_of_a_superseded_archive_make_way_and_come_back(house: House):
    old = zipped(flows__csv=OLD, wdi__csv=House.WDI)
    house.put("old.zip", old)
    house.run()
    replaces = hashlib.sha256(old).hexdigest()
    content = zipped(flows__csv=NEW, wdi__csv=House.WDI)
    house.put("new.zip", content, replaces=replaces)
    report = house.run()
    assert house.statuses(report) == {
        "new.zip!/flows.csv": "loaded",
        "new.zip!/wdi.csv": "loaded",
        "old.zip!/flows.csv": "replaced",
    }
    house.put("new.zip", content, vintage=date(2022, 2, 2))
    report = house.run(house.LATER)
    assert set(house.statuses(report).values()) == {"loaded"}
    assert house.ask(report, "select count(*) from raw.imf_dots__flows") == [(4,)]


def test_files_that_supersede_each_other_both_stay(house: House):
    house.put("old.csv", OLD, replaces=hashlib.sha256(NEW.encode()).hexdigest())
    put_new(house)
    assert set(house.statuses(house.run()).values()) == {"loaded"}


def test_a_check_tells_what_would_make_way(house: House):
    put_old(house)
    put_new(house)
    told = [(file.file_name, file.status, file.reason) for file in check(house.settings).files]
    assert told == [(file.file_name, file.status, file.reason) for file in house.run().files]
    assert told[1][1] == "replaced"


def test_files_that_supersede_one_another_stay_and_ledger_and_report_tell_it(house: House):
    new_id = hashlib.sha256(NEW.encode()).hexdigest()
    house.put("old.csv", OLD, vintage=date(2022, 2, 2), replaces=new_id)
    put_new(house)
    told = "its side-car and others' supersede one another in a circle: it stays loaded, as {} do"
    for run in range(2):
        report = house.run()
        assert {file.file_name: file.is_in_circle for file in report.files} == {
            "new.csv": True,
            "old.csv": True,
        }
        before = "loaded before; " if run else ""
        assert [file.reason for file in report.files] == [
            before + told.format(n) for n in ("old.csv", "new.csv")
        ]
        assert house.ask(report, "select file_name, reason from meta.files order by 1") == [
            ("new.csv", told.format("old.csv")),
            ("old.csv", told.format("new.csv")),
        ]
    assert [file.is_in_circle for file in check(house.settings).files] == [True, True]


def test_a_circle_that_is_undone_is_told_no_more(house: House):
    new_id = hashlib.sha256(NEW.encode()).hexdigest()
    house.put("old.csv", OLD, vintage=date(2022, 2, 2), replaces=new_id)
    put_new(house)
    house.run()
    put_new(house, replaces=None)
    report = house.run(house.LATER)
    assert house.statuses(report) == {"new.csv": "replaced", "old.csv": "loaded"}
    assert house.ask(report, "select reason from meta.files where file_name = 'old.csv'") == [(None,)]
