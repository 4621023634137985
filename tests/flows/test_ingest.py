"""Ingest, through the door its users use: files in a folder, a report, and what the build then holds."""

from __future__ import annotations

import csv
import hashlib
import shutil
from datetime import date
from pathlib import Path

import pytest

from expectations.contract import Contract, load_contracts
from flows.ingest import ingest
from flows.ingestion.report import IngestEvent
from flows.ingestion.validating import check
from flows.landing.files import fingerprint
from flows.settings import Settings
from flows.storage import archive, quarantine
from tests.flows.house import House


def test_good_files_are_loaded_with_vintage_line_and_arrival(house: House):
    path = house.put("imf/flows.csv", house.FLOWS, vintage=date(2022, 2, 2))
    house.put("wdi.csv", house.WDI, vintage=date(2024, 3, 28))
    report = house.run()
    sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
    assert report.is_clean
    assert [(file.file_name, file.contract, file.row_count) for file in report.loaded] == [
        ("imf/flows.csv", "imf_dots__flows", 2),
        ("wdi.csv", "worldbank_wdi__observations", 3),
    ]
    assert house.ask(
        report,
        "select file_id, row_number, vintage, loaded_at, reporter_name, value_usd_million, is_estimated"
        " from raw.imf_dots__flows order by row_number",
    ) == [
        (sha256, 2, date(2022, 2, 2), house.FIRST, "China, P.R.: Mainland", "12545.166", False),
        (sha256, 3, date(2022, 2, 2), house.FIRST, "China, P.R.: Mainland", "16050.5", True),
    ]
    assert house.ask(
        report,
        "select row_number, country_code, year, value from raw.worldbank_wdi__observations"
        " order by row_number, year",
    ) == [(2, "KAZ", 2012, "16791425"), (2, "KAZ", 2013, "17035275"), (3, "TKM", 2013, "5366277")]


@pytest.mark.parametrize(
    ("contract_says", "side_car_says", "told"),
    [
        ("not_allowed", "unknown", "not_allowed"),
        ("not_allowed", "allowed", "allowed"),
        ("allowed", "not_allowed", "not_allowed"),
    ],
)
def test_a_side_car_that_does_not_know_the_terms_leaves_the_contracts_word_standing(
    house: House, contract_says: str, side_car_says: str, told: str
):
    house.put("flows.csv", house.FLOWS, redistribution=side_car_says)
    contracts = [
        contract.model_copy(
            update={"licence": contract.licence.model_copy(update={"redistribution": contract_says})}
        )
        for contract in load_contracts()
    ]
    report = house.run(contracts=contracts)
    assert house.ask(report, "select redistribution from meta.files") == [(told,)]


def test_the_ledger_tells_what_was_loaded(house: House):
    path = house.put("flows.csv", house.FLOWS, vintage=date(2022, 2, 2))
    report = house.run()
    assert house.ask(report, "select * exclude (file_id) from meta.files") == [
        (
            *("flows.csv", path.stat().st_size, "imf_dots__flows", "imf_dots", "long_csv", "loaded", None),
            *(
                date(2022, 2, 2),
                "side_car",
                house.ORIGIN["publisher"],
                house.ORIGIN["url"],
                house.ORIGIN["licence"],
            ),
            *("allowed", house.FIRST, 2, 0, None, 0, None, None, None),
        )
    ]
    assert house.ask(report, "select count(*) from meta.refused_rows") == [(0,)]


def test_a_file_without_a_side_car_takes_the_day_of_landing_and_the_contracts_licence(house: House):
    house.put("flows.csv", house.FLOWS)
    report = house.run()
    assert house.ask(
        report, "select vintage, vintage_origin, publisher, source_url, licence from meta.files"
    ) == [
        (
            *(house.FIRST.date(), "landing_date", "International Monetary Fund", None),
            "IMF terms for data, free reuse with attribution",
        )
    ]


def test_columns_in_another_order_read_right(house: House):
    header = house.DOTS.strip().split(",")
    swapped = [header[2], header[3], header[0], header[1], *header[4:]]
    record = ["Kazakhstan", "KAZ", "China", "CHN", "country", "exports_fob", "2013", "7"]
    house.put("flows.csv", ",".join(swapped) + "\n" + ",".join(record) + "\n")
    report = house.run()
    assert house.ask(report, "select reporter_iso3, partner_iso3 from raw.imf_dots__flows") == [
        ("CHN", "KAZ")
    ]


def test_a_file_is_kept_once_and_the_landing_folder_is_not_altered(house: House):
    path = house.put("flows.csv", house.FLOWS, vintage=date(2022, 2, 2))
    before = {item: (item.read_bytes(), item.stat().st_mtime_ns) for item in path.parent.iterdir()}
    house.run()
    assert {item: (item.read_bytes(), item.stat().st_mtime_ns) for item in path.parent.iterdir()} == before
    sha256 = hashlib.sha256(house.FLOWS.encode()).hexdigest()
    kept = archive.kept(house.settings, sha256)
    (arrival,) = kept.arrivals
    assert (kept.path.read_bytes(), kept.first_seen) == (house.FLOWS.encode(), house.FIRST)
    assert (arrival.name, arrival.side_car) == ("flows.csv", Path(f"{path}.origin.yml").read_bytes())


def test_a_hostile_name_harms_nothing(house: House):
    name = "a'); drop table raw.imf_dots__flows; --\x1b[2J<script>\n.csv"
    house.put(name, house.FLOWS)
    report = house.run()
    shown = "a'); drop table raw.imf_dots__flows; --\\x1b[2J<script>\\n.csv"
    assert house.only(report.loaded).file_name == shown
    assert house.ask(report, "select file_name from meta.files") == [(shown,)]
    assert house.run().duplicates[0].same_as == shown


def test_a_refusal_is_told_in_the_report_the_ledger_and_the_quarantine(house: House):
    house.put("bad.csv", house.FLOWS.replace("2013,12545.166", "2o13,1e400"), vintage=date(2022, 2, 2))
    report = house.run()
    result = house.only(report.refused)
    assert result.reason == (
        "1 of 2 rows break the contract imf_dots__flows:"
        " line 2, column 'year': seen '2o13', expected a whole number [type];"
        " line 2, column 'value_usd_million': seen '1e400', expected a finite number [finite]"
    )
    assert house.ask(report, "select * exclude (file_id) from meta.refused_rows order by column_name") == [
        ("bad.csv", 2, "value_usd_million", "1e400", "a finite number", "finite"),
        ("bad.csv", 2, "year", "2o13", "a whole number", "type"),
    ]
    assert house.ask(
        report, "select status, reason, contract, vintage, row_count, refused_row_count from meta.files"
    ) == [("refused", result.reason, "imf_dots__flows", None, 0, 1)]
    told = quarantine.known(house.settings, result.file_id)
    assert told is not None
    assert (told["file_name"], told["reason"], len(told["faults"])) == ("bad.csv", result.reason, 2)
    assert archive.kept_ids(house.settings) == []
    assert house.row_count(report) == 0
    assert not report.is_clean


def test_one_bad_file_does_not_stop_the_others(house: House):
    house.put("a.csv", house.DOTS + "broken\n")
    house.put("b.csv", house.FLOWS)
    house.put("c.txt", "what is this")
    house.put("d.csv.origin.yml", "publisher: nobody\n")
    report = house.run()
    assert [file.file_name for file in report.loaded] == ["b.csv"]
    assert [file.file_name for file in report.refused] == ["a.csv", "c.txt", "d.csv.origin.yml"]
    assert house.row_count(report) == 2


def test_documentation_is_neither_loaded_nor_refused(house: House):
    house.put("SOURCES.md", "# Sources")
    assert house.run().files == ()


def test_more_faults_than_are_kept_are_counted(house: House):
    rows = "".join(f"A,,B{number},,country,exports_fob,2013,bad\n" for number in range(1500))
    house.put("bad.csv", house.DOTS + rows)
    report = house.run()
    reason = house.only(report.refused).reason
    assert "1,500 of 1,500 rows break the contract" in reason
    assert reason.endswith("and 1,497 more (the first 1,000 are in meta.refused_rows)")
    assert house.ask(report, "select count(*), max(line) from meta.refused_rows") == [(1000, 1001)]
    assert house.ask(report, "select refused_row_count from meta.files") == [(1500,)]


def test_a_refused_file_is_refused_again_without_being_read_again(house: House):
    house.put("bad.csv", house.DOTS + "broken\n")
    first = house.run()
    events: list[IngestEvent] = []
    second = house.run(house.LATER, progress=events.append)
    assert second.refused == first.refused
    assert [event.kind for event in events] == []


def test_a_refused_file_that_was_taken_away_is_told_no_more(house: House):
    path = house.put("bad.csv", house.DOTS + "broken\n")
    house.run()
    path.unlink()
    report = house.run()
    assert report.is_clean
    assert house.ask(report, "select (select count(*) from meta.files), count(*) from meta.refused_rows") == [
        (0, 0)
    ]


def test_a_refused_file_is_tried_again_with_another_side_car_and_keeps_its_first_arrival(house: House):
    house.put("flows.csv", house.FLOWS, vintage="spring")
    sha256 = house.only(house.run().refused).file_id
    house.put("flows.csv", house.FLOWS, vintage=date(2022, 2, 2))
    report = house.run(house.LATER)
    assert house.only(report.loaded).row_count == 2
    assert quarantine.known(house.settings, sha256) is None
    assert house.ask(report, "select status, loaded_at from meta.files") == [("loaded", house.FIRST)]


def test_a_copy_with_a_good_side_car_loads_though_the_first_name_has_a_bad_one(house: House):
    house.put("a.csv", house.FLOWS, vintage="spring")
    house.put("b.csv", house.FLOWS, vintage=date(2022, 2, 2))
    house.put("c.csv", house.FLOWS, vintage="spring")
    report = house.run()
    assert [file.file_name for file in report.loaded] == ["b.csv"]
    assert (house.row_count(report), house.ask(report, "select status from meta.files")) == (2, [("loaded",)])


def test_a_file_that_changes_while_the_run_is_on_is_left_for_the_next_run(house: House):
    house.put("a.csv", house.WDI)
    path = house.put("flows.csv", house.FLOWS)

    def still_writing(event: IngestEvent) -> None:
        if (event.kind, event.file_name) == ("reading", "a.csv"):
            path.write_text(house.FLOWS.replace("KAZ", "KGZ").replace("Kazakhstan", "Kyrgyz Rep."))

    report = house.run(progress=still_writing)
    refused = house.only(report.refused)
    assert refused.reason == "its content changed while it was read: it will be tried again"
    assert house.ask(report, "select file_name from meta.files") == [("a.csv",)]
    assert house.only(house.run().loaded).row_count == 2


def test_what_is_loaded_and_kept_is_a_copy_that_a_late_writer_cannot_reach(house: House):
    path = house.put("flows.csv", house.FLOWS)

    def late_writer(event: IngestEvent) -> None:
        if event.kind == "reading":
            with path.open("r+b") as stream:
                stream.write(b"overwritten")

    result = house.only(house.run(progress=late_writer).loaded)
    assert (result.row_count, archive.kept(house.settings, result.file_id).path.read_text()) == (
        2,
        house.FLOWS,
    )


def lenient() -> list[Contract]:
    """The contracts, with half of the rows of a flows file allowed to be broken."""
    return [
        contract.model_copy(update={"refused_share_max": 0.5}) if contract.source == "imf_dots" else contract
        for contract in load_contracts()
    ]


def test_a_contract_may_allow_a_share_of_broken_rows(house: House):
    house.put("flows.csv", house.FLOWS + "broken\n")
    report = house.run(contracts=lenient())
    result = house.only(report.loaded)
    assert (result.row_count, result.refused_row_count, report.is_clean) == (2, 1, False)
    assert result.reason.startswith("1 of 3 rows break the contract imf_dots__flows: line 4: seen '1 values")
    assert house.ask(report, "select line, rule from meta.refused_rows") == [(4, "width")]
    assert house.ask(report, "select status, row_count, refused_row_count from meta.files") == [
        ("loaded", 2, 1)
    ]
    again = house.run(contracts=lenient())
    assert (again.is_clean, again.refused_row_count) == (False, 1)


def test_one_broken_row_more_than_allowed_refuses_the_file(house: House):
    house.put("flows.csv", house.FLOWS + "broken\n" * 3)
    report = house.run(contracts=lenient())
    assert (len(report.refused), house.row_count(report)) == (1, 0)


def test_progress_is_told_file_by_file_in_lines_for_a_person(house: House):
    house.put("a.csv", house.FLOWS)
    house.put("b.csv", "x\n1\n")
    lines: list[str] = []
    house.run(progress=lambda event: lines.append(str(event)))
    assert lines == [
        "1/2 reading a.csv",
        "1/2 loading a.csv: 2 rows",
        "2/2 reading b.csv",
        "2/2 refused b.csv: no contract claims this file: no column of its header is known, seen 'x'",
    ]


def test_a_check_tells_what_ingest_would_and_writes_nothing(house: House):
    house.put("a.csv", house.FLOWS)
    house.put("b.csv", house.FLOWS)
    house.put("c.csv", house.DOTS + "broken\n")
    checked = check(house.settings)
    assert not house.settings.state.exists()
    assert checked.build_path is None
    ingested = house.run()
    summary = [(file.file_name, file.status, file.reason, file.row_count) for file in checked.files]
    assert summary == [(file.file_name, file.status, file.reason, file.row_count) for file in ingested.files]


def test_a_landing_folder_that_is_not_there_is_an_error(tmp_path: Path):
    with pytest.raises(FileNotFoundError, match="does not exist"):
        ingest(Settings(home=tmp_path, landing=tmp_path / "nowhere"))


def test_files_land_by_default_within_the_state_directory(tmp_path: Path):
    house = House(Settings(home=tmp_path / "home"))
    house.put("flows.csv", house.FLOWS)
    assert house.only(house.run().loaded).row_count == 2
    assert [file.file_name for file in house.run().files] == ["flows.csv"]
    assert fingerprint(house.settings)


@pytest.mark.real_data
def test_the_publishers_real_files_load_with_the_rows_that_an_independent_count_finds(
    house: House, shared_data: Path
):
    wide = [
        "WDICSV_extract.csv",
        "WDICSV_extract_2018-08.csv",
        "WDICSV_extract_2021-2024.csv",
        "WDICSV_extract_LPI_2007-2018.csv",
        "WDICSV_extract_WGI_2023update.csv",
    ]
    long = [
        "trade/imf_dots_china_by_partner_1961_2020.csv",
        "trade/imf_dots_mirror_partners_report_china_1960_2020.csv",
        "trade/imf_dots_sco_asean_tkm_reporters_2000_2020.csv",
        "geo/dist_cepii.csv",
        "policy/cbec_china_national_facts.csv",
    ]
    expected, estimates = {}, 0
    for path in [*(shared_data / "wdi" / name for name in wide), *(shared_data / name for name in long)]:
        shutil.copy(path, house.settings.landing_folder / path.name)
        with path.open(encoding="utf-8-sig", newline="") as lines:
            if path.name in wide:
                count = sum(
                    bool(cell.strip())
                    for record in csv.DictReader(lines)
                    for name, cell in record.items()
                    if name.isdigit()
                )
            else:
                records = list(csv.DictReader(lines))
                estimates += sum(row.get("value_usd_million", "").endswith(" e") for row in records)
                count = len(records)
        expected[path.name] = count
    report = house.run()
    assert report.refused == ()
    assert {file.file_name: file.row_count for file in report.loaded} == expected
    assert estimates > 9000
    assert house.ask(report, "select count(*) from raw.imf_dots__flows where is_estimated") == [(estimates,)]
    assert house.ask(report, "select count(*) from raw.cepii_geodist__distances where distw is null") == [
        (2215,)
    ]
