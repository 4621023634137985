"""Ingest of files that come in archives: kept once, opened again from the archive, never loaded twice."""

from __future__ import annotations

import hashlib
import shutil
from datetime import date
from pathlib import Path

import pytest

from flows.ingestion.report import IngestEvent
from flows.ingestion.validating import check
from flows.storage import archive, quarantine
from tests.flows.house import House, gzipped, zipped


def sha256(content: str | bytes) -> str:
    """Return the hash by which a content is known."""
    return hashlib.sha256(content.encode() if isinstance(content, str) else content).hexdigest()


def test_each_member_is_a_file_of_its_own_and_the_archive_is_kept_once(house: House):
    content = zipped(flows__csv=House.FLOWS, wdi__csv=House.WDI, README="how to")
    house.put("all.zip", content, vintage=date(2022, 2, 2))
    report = house.run()
    assert [(file.file_name, file.file_id) for file in report.loaded] == [
        ("all.zip!/flows.csv", sha256(House.FLOWS)),
        ("all.zip!/wdi.csv", sha256(House.WDI)),
    ]
    assert report.files == report.loaded
    assert house.ask(
        report, "select distinct container_id, vintage, vintage_origin, status, loaded_at from meta.files"
    ) == [(sha256(content), date(2022, 2, 2), "side_car", "loaded", house.FIRST)]
    assert archive.kept_ids(house.settings) == [sha256(content)]
    assert not house.settings.work.exists()
    assert house.row_count(report) == 5


def test_the_same_archive_again_is_not_opened(house: House):
    house.put("all.zip", zipped(flows__csv=House.FLOWS))
    house.run()
    events: list[IngestEvent] = []
    report = house.run(house.LATER, progress=events.append)
    assert (events, report.is_clean) == ([], True)
    assert house.only(report.duplicates).reason == "loaded before"


def test_a_file_that_comes_plain_and_in_archives_is_loaded_once(house: House):
    house.put("a.csv", House.FLOWS)
    house.put("b.zip", zipped(flows__csv=House.FLOWS))
    house.put("c.csv.gz", gzipped(House.FLOWS))
    report = house.run()
    assert [file.file_name for file in report.loaded] == ["a.csv"]
    assert [(file.file_name, file.reason) for file in report.duplicates] == [
        ("b.zip!/flows.csv", "the same content as a.csv"),
        ("c.csv.gz!/c.csv", "the same content as a.csv"),
    ]
    assert house.row_count(report) == 2
    assert house.ask(report, "select file_name, container_id from meta.files") == [("a.csv", None)]


def test_a_file_that_came_in_an_archive_first_is_kept_by_itself_too_when_it_comes_plain(house: House):
    house.put("b.zip", zipped(flows__csv=House.FLOWS))
    first = house.run()
    house.put("a.csv", House.FLOWS)
    second = house.run(house.LATER)
    assert house.raw_rows(second) == house.raw_rows(first)
    assert house.ask(second, "select file_name, container_id, loaded_at from meta.files") == [
        ("a.csv", None, house.FIRST)
    ]
    assert sha256(House.FLOWS) in archive.kept_ids(house.settings)
    assert house.run(house.LATER).is_clean


def test_a_rebuild_opens_the_archive_again(house: House):
    path = house.put("all.zip", zipped(flows__csv=House.FLOWS, wdi__csv=House.WDI), vintage=date(2022, 2, 2))
    before = house.raw_rows(house.run())
    shutil.rmtree(house.settings.builds)
    path.unlink()
    report = house.run(house.LATER)
    assert house.raw_rows(report) == before
    assert [file.file_name for file in report.loaded] == ["all.zip!/flows.csv", "all.zip!/wdi.csv"]


def test_a_damaged_archive_file_is_told_and_healed_by_a_landed_one(house: House):
    content = zipped(flows__csv=House.FLOWS)
    path = house.put("all.zip", content)
    house.run()
    kept = archive.kept(house.settings, sha256(content)).path
    kept.chmod(0o644)
    kept.write_bytes(content[:-1])
    shutil.rmtree(house.settings.builds)
    path.unlink()
    assert "is not what was kept there" in house.only(house.run().refused).reason
    house.put("again.zip", content)
    report = house.run()
    assert (report.is_clean, house.row_count(report)) == (True, 2)
    assert kept.read_bytes() == content


def test_one_bad_member_does_not_stop_the_others(house: House):
    house.put(
        "all.zip",
        zipped(
            bad__csv=House.DOTS + "broken\n",
            in__zip=zipped(x="y", flows__csv=House.FLOWS),
            wdi__csv=House.WDI,
        ),
    )
    for number in range(2):
        report = house.run()
        told = {file.file_name: file.status for file in report.files}
        assert told == {
            "all.zip!/bad.csv": "refused",
            "all.zip!/in.zip": "refused",
            "all.zip!/wdi.csv": "duplicate" if number else "loaded",
        }
    quarantined = quarantine.known(house.settings, sha256(House.DOTS + "broken\n"))
    assert (quarantined or {})["file_name"] == "all.zip!/bad.csv"
    assert house.statuses(report) == told | {"all.zip!/wdi.csv": "loaded"}
    house.put("in.zip", zipped(x="y", flows__csv=House.FLOWS))
    assert house.statuses(house.run())["in.zip!/flows.csv"] == "loaded"


def test_an_archive_of_refused_files_alone_is_told_until_it_is_taken_away(house: House):
    path = house.put("all.zip", zipped(bad__csv=House.DOTS + "broken\n"))
    house.run()
    events: list[IngestEvent] = []
    assert len(house.run(progress=events.append).refused) == 1
    assert (events, archive.kept_ids(house.settings)) == ([], [])
    path.unlink()
    report = house.run()
    assert (report.files, house.statuses(report)) == ((), {})


def test_an_archive_that_cannot_be_opened_is_refused_as_a_whole(house: House):
    content = zipped(flows__csv=House.FLOWS)[:-1]
    house.put("cut.zip", content)
    for _ in range(2):
        report = house.run()
        refused = house.only(report.refused)
        assert refused.reason.startswith("cannot be opened: seen 'a zip")
        assert house.statuses(report) == {"cut.zip": "refused"}
    assert (quarantine.known(house.settings, sha256(content)) or {})["reason"] == refused.reason


def test_a_bomb_leaves_nothing_behind(house: House):
    house.put("bomb.zip", zipped(a__csv="0" * 30_000_000))
    house.put("bomb.csv.gz", gzipped("0" * 30_000_000))
    report = house.run()
    assert len(report.refused) == 2
    assert not house.settings.work.exists()


def test_a_crash_within_an_archive_leaves_no_rows_and_no_work_behind_the_next_run(house: House):
    house.put("all.zip", zipped(flows__csv=House.FLOWS, wdi__csv=House.WDI))

    def crashing(event: IngestEvent) -> None:
        if (event.kind, event.file_name) == ("loading", "all.zip!/wdi.csv"):
            # A killed process cleans nothing up.
            shutil.copytree(house.settings.work, house.settings.state / "left")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        house.run(progress=crashing)
    shutil.move(house.settings.state / "left", house.settings.work)
    report = house.run(house.LATER)
    assert [file.file_name for file in report.loaded] == ["all.zip!/wdi.csv"]
    assert house.row_count(report) == 5
    assert house.ask(report, "select distinct loaded_at from meta.files") == [(house.FIRST,)]
    assert not house.settings.work.exists()
    assert house.run().is_clean


def test_a_crash_before_the_first_member_is_loaded_is_made_good(house: House):
    house.put("all.zip", zipped(flows__csv=House.FLOWS, wdi__csv=House.WDI))

    def crashing(event: IngestEvent) -> None:
        if event.kind == "loading":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        house.run(progress=crashing)
    report = house.run(house.LATER)
    assert (len(report.loaded), report.is_clean, house.row_count(report)) == (2, True, 5)


def test_a_corrected_side_car_of_an_archive_moves_all_its_members(house: House):
    content = zipped(flows__csv=House.FLOWS, wdi__csv=House.WDI)
    house.put("all.zip", content, vintage=date(2022, 2, 2))
    house.run()
    house.put("all.zip", content, vintage=date(2021, 1, 1))
    report = house.run(house.LATER)
    assert house.ask(report, "select distinct vintage, loaded_at from meta.files") == [
        (date(2021, 1, 1), house.FIRST)
    ]
    shutil.rmtree(house.settings.builds)
    assert house.ask(house.run(), "select distinct vintage from meta.files") == [(date(2021, 1, 1),)]


def test_the_hash_beside_an_archive_is_held_against_the_archive(house: House):
    content = zipped(flows__csv=House.FLOWS)
    house.put("good.zip", content, sha256=sha256(content), row_count=2)
    report = house.run()
    assert house.ask(report, "select completeness from meta.files") == [("sha256 and row_count",)]
    house.put("bad.zip", zipped(wdi__csv=House.WDI), sha256=sha256(House.WDI))
    assert "key 'sha256'" in house.only(house.run().refused).reason


def test_a_member_keeps_to_its_own_side_car(house: House):
    own = "\n".join(f"{key}: {value}" for key, value in {**House.ORIGIN, "vintage": "2020-01-01"}.items())
    content = zipped(flows__csv=House.FLOWS, flows__csv__origin__yml=own, wdi__csv=House.WDI)
    house.put("all.zip", content, vintage=date(2022, 2, 2))
    assert house.ask(house.run(), "select file_name, vintage from meta.files order by 1") == [
        ("all.zip!/flows.csv", date(2020, 1, 1)),
        ("all.zip!/wdi.csv", date(2022, 2, 2)),
    ]


def test_a_check_looks_into_archives_and_leaves_nothing(house: House):
    house.put("all.zip", zipped(flows__csv=House.FLOWS, bad__csv="x\n1\n", in__zip=zipped(x="y")))
    house.put("cut.csv.gz", gzipped(House.WDI)[:-3])
    house.put("copy.csv", House.FLOWS)
    checked = check(house.settings)
    assert not house.settings.state.exists()
    told = [(file.file_name, file.status, file.reason, file.row_count) for file in checked.files]
    ingested = house.run().files
    assert told == [(file.file_name, file.status, file.reason, file.row_count) for file in ingested]
    assert [status for _, status, _, _ in told] == ["refused", "duplicate", "refused", "loaded", "refused"]


def test_a_world_bank_download_as_it_comes(house: House):
    table = (
        '\ufeff"Data Source","World Development Indicators",\r\n\r\n"Last Updated Date","2022-05-25",\r\n\r\n'
        '"Country Name","Country Code","Indicator Name","Indicator Code","2019","2020",\r\n'
        '"Kazakhstan","KAZ","Population, total","SP.POP.TOTL","18513673","18755666",\r\n'
    )
    name = "API_SP.POP.TOTL_DS2_en_csv_v2_1"
    house.put("API.zip", zipped(**{f"{name}__csv": table}))
    report = house.run()
    assert house.ask(report, "select file_name, vintage, vintage_origin, row_count from meta.files") == [
        (f"API.zip!/{name}.csv", date(2022, 5, 25), "content", 2)
    ]


def test_a_baci_release_as_it_comes(house: House):
    rows = "t,i,j,k,v,q\n2020,156,398,010121,12.5,0.1\n2020,156,417,010121,7,NA\n"
    house.put("BACI_HS92_V202301.zip", zipped(BACI_HS92_Y2020_V202301__csv=rows, Readme__txt="BACI"))
    report = house.run()
    assert [(file.contract, file.row_count) for file in report.loaded] == [("baci__flows", 2)]
    assert house.ask(report, "select distinct hs_edition from raw.baci__flows") == [("HS92",)]
    assert report.is_clean


@pytest.mark.real_data
def test_the_publishers_zip_and_its_text_are_taken_as_what_they_are(house: House, shared_data: Path):
    shutil.copy(shared_data / "geo" / "dist_cepii.zip", house.settings.landing_folder / "dist_cepii.zip")
    shutil.copy(shared_data / "geo" / "dist_cepii.csv", house.settings.landing_folder / "dist_cepii.csv")
    report = house.run()
    told = {file.file_name: file.contract for file in report.files}
    assert set(told) == {"dist_cepii.csv", "dist_cepii.zip!/dist_cepii.xls"}
    assert told["dist_cepii.csv"] == "cepii_geodist__distances"
