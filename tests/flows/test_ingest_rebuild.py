"""Ingest after a crash, with other contracts or a lost build: the archive gives back the same rows."""

from __future__ import annotations

import shutil
from datetime import date

import pytest

from expectations.contract import load_contracts
from flows.ingestion.report import IngestEvent
from flows.storage import archive, quarantine
from flows.warehouse import reading
from tests.flows.house import House


def test_a_crash_within_a_file_leaves_nothing_of_it_and_the_next_run_makes_good(house: House):
    house.put("a.csv", house.WDI)
    house.put("b.csv", house.FLOWS)

    def crashing(event: IngestEvent) -> None:
        if (event.kind, event.file_name) == ("loading", "b.csv"):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        house.run(progress=crashing)
    with reading(house.settings.builds / "1" / "serai.duckdb") as connection:
        assert connection.execute("select count(*) from raw.imf_dots__flows").fetchall() == [(0,)]
        assert connection.execute("select file_name from meta.files").fetchall() == [("a.csv",)]
    report = house.run(house.LATER)
    assert ([file.file_name for file in report.loaded], house.row_count(report)) == (["b.csv"], 5)
    assert house.run().loaded == ()


def test_changed_contracts_load_everything_anew_from_the_archive_with_its_first_arrival(house: House):
    flows = house.put("flows.csv", house.FLOWS, vintage=date(2022, 2, 2))
    house.put("wdi.csv", house.WDI)
    first = house.run()
    before = house.raw_rows(first)
    flows.unlink()
    contracts = [contract.model_copy(update={"version": 9}) for contract in load_contracts()]
    second = house.run(house.LATER, contracts=contracts)
    assert house.raw_rows(second) == before
    assert (second.is_new_build, second.build_path.parent.name) == (True, "2")
    assert sorted(file.file_name for file in second.loaded) == ["flows.csv", "wdi.csv"]
    assert not first.build_path.exists()


def test_a_lost_build_is_loaded_anew_from_the_archive(house: House):
    path = house.put("flows.csv", house.FLOWS, vintage=date(2022, 2, 2))
    before = house.raw_rows(house.run())
    shutil.rmtree(house.settings.builds)
    path.unlink()
    assert house.raw_rows(house.run(house.LATER)) == before


def test_an_extended_contract_takes_up_what_was_refused(house: House):
    house.put("flows.csv", house.FLOWS.replace("exports_fob", "re_exports_fob"))
    sha256 = house.only(house.run().refused).file_id
    extended = []
    for contract in load_contracts():
        columns = tuple(
            column.model_copy(update={"allowed": (*column.allowed, "re_exports_fob")})
            if column.name == "flow" and contract.source == "imf_dots"
            else column
            for column in contract.columns
        )
        extended.append(contract.model_copy(update={"columns": columns}))
    report = house.run(house.LATER, contracts=extended)
    assert (house.only(report.loaded).row_count, quarantine.known(house.settings, sha256)) == (2, None)
    assert house.ask(report, "select distinct loaded_at from raw.imf_dots__flows") == [(house.FIRST,)]


def test_a_narrowed_contract_refuses_what_the_archive_has_and_says_so_in_every_run(house: House):
    path = house.put("flows.csv", house.FLOWS)
    house.run()
    path.unlink()
    without = [contract for contract in load_contracts() if contract.source != "imf_dots"]
    for _ in range(2):
        report = house.run(house.LATER, contracts=without)
        assert house.only(report.refused).file_name == "flows.csv"
    back = house.run()
    assert (house.only(back.loaded).row_count, back.is_clean) == (2, True)
    assert list(house.settings.quarantine.glob("*")) == []


def test_a_record_of_arrival_that_is_lost_is_told_and_the_rest_goes_on(house: House):
    house.put("a.csv", house.WDI)
    path = house.put("flows.csv", house.FLOWS)
    sha256 = next(file.file_id for file in house.run().loaded if file.file_name == "flows.csv")
    path.unlink()
    shutil.rmtree(house.settings.builds)
    (archive.kept(house.settings, sha256).folder / "first_arrival.yml").unlink()
    report = house.run(house.LATER)
    assert [file.file_name for file in report.loaded] == ["a.csv"]
    assert house.only(report.refused).reason.startswith("the archive is damaged: ")


def test_a_landed_copy_heals_a_lost_record_of_arrival_and_the_first_arrival_stands(house: House):
    house.put("flows.csv", house.FLOWS)
    first = house.run()
    sha256 = house.only(first.loaded).file_id
    record = archive.kept(house.settings, sha256).folder / "first_arrival.yml"
    record.unlink()
    report = house.run(house.LATER)
    assert (report.is_clean, house.only(report.duplicates).file_name) == (True, "flows.csv")
    assert archive.kept(house.settings, sha256).first_seen == house.FIRST


def test_a_landed_copy_heals_a_damaged_content(house: House):
    house.put("copy.csv", house.FLOWS)
    sha256 = house.only(house.run().loaded).file_id
    kept = archive.kept(house.settings, sha256)
    kept.path.chmod(0o644)
    kept.path.write_text("rotten")
    shutil.rmtree(house.settings.builds)
    report = house.run(house.LATER)
    assert (report.is_clean, house.row_count(report)) == (True, 2)
    assert archive.kept(house.settings, sha256).path.read_text() == house.FLOWS
    assert house.ask(report, "select loaded_at from meta.files") == [(house.FIRST,)]


def test_a_damaged_archive_is_told_and_the_rest_goes_on(house: House):
    house.put("a.csv", house.WDI)
    path = house.put("flows.csv", house.FLOWS)
    sha256 = next(file.file_id for file in house.run().loaded if file.file_name == "flows.csv")
    path.unlink()
    kept = archive.kept(house.settings, sha256)
    kept.path.chmod(0o644)
    kept.path.write_text(house.FLOWS.replace("12545", "99999"))
    shutil.rmtree(house.settings.builds)
    report = house.run(house.LATER)
    assert [file.file_name for file in report.loaded] == ["a.csv"]
    assert house.only(report.refused).reason.startswith("the archive is damaged: ")
    assert house.only(report.refused).reason.endswith("flows.csv is not what was kept there")
    kept.path.write_text(house.FLOWS)
    repaired = house.run(house.LATER)
    assert house.only(repaired.loaded).file_name == "flows.csv"
