"""UN Comtrade as it is downloaded: every layout lands what another reader finds, digit by digit."""

from __future__ import annotations

import csv
import shutil
from collections import defaultdict
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from flows.ingestion.report import IngestReport
from tests.flows.house import House

WEB = (
    "TradeData_2022_CHN_USA_DEU_TOTAL_all_partners.csv",
    "TradeData_Services_2022.csv",
    "TradeData_THA_8542_2014_2024.csv",
)
LEGACY = (
    "legacy_comtrade_CHN_S4_2010_2014_a.csv",
    "legacy_comtrade_CHN_S4_2010_2014_b.csv",
    "legacy_comtrade_CHN_S4_2015_2018_a.csv",
    "legacy_comtrade_CHN_S4_2015_2018_b.csv",
    "legacy_comtrade_H5_871200_2017_all_reporters.csv",
)
SYNTHETIC = Path(__file__).parents[1] / "fixtures" / "un_comtrade"
OTHER_NAMES = {
    "reporterCode": "Reporter Code",
    "partnerCode": "Partner Code",
    "partnerDesc": "Partner",
    "flowCode": "Trade Flow Code",
    "cmdCode": "Commodity Code",
    "period": "Period",
    "qty": "Qty",
    "netWgt": "Netweight (kg)",
    "primaryValue": "Trade Value (US$)",
}
"""What the old site calls the columns that are compared."""

LANDED = (
    "reporter_code, partner_code, partner_name, flow_code, commodity_code, period, coalesce(quantity, ''),"
    " coalesce(net_weight_kg, ''), value_usd"
)


def independent(path: Path) -> list[dict[str, str]]:
    """Read a file with the standard library, column by column as its header says; what is beyond is blank."""
    encoding = "cp1252" if path.name in WEB else "utf-8"
    with path.open(encoding=encoding, newline="") as lines:
        header, *records = csv.reader(lines)
    assert all(not "".join(record[len(header) :]) for record in records)
    return [dict(zip(header, record, strict=False)) for record in records]


def cell(record: dict[str, str], name: str) -> str:
    return record[name] if name in record else record[OTHER_NAMES[name]]


@pytest.fixture(scope="module")
def real(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[House, IngestReport]:
    """All of them, landed together."""
    from flows.settings import Settings

    work = tmp_path_factory.mktemp("comtrade")
    house = House(Settings(home=work / "home", landing=work / "landing"))
    for name in (*WEB, *LEGACY):
        house.put(name, (shared_data / "comtrade" / name).read_bytes())
    return house, house.run()


@pytest.mark.real_data
@pytest.mark.parametrize("name", [*WEB, *LEGACY])
def test_every_record_lands_as_another_reader_finds_it(real, shared_data: Path, name: str):
    house, report = real
    expected = [
        tuple(cell(record, column) for column in OTHER_NAMES)
        for record in independent(shared_data / "comtrade" / name)
    ]
    found = house.ask(
        report,
        f"select {LANDED} from raw.un_comtrade__flows join meta.files using (file_id)"
        f" where file_name = '{name}' order by row_number",
    )
    assert found == expected


@pytest.mark.real_data
def test_sums_of_a_reporter_and_flow_are_those_of_another_reader(real, shared_data: Path):
    house, report = real
    expected: dict[tuple[str, ...], Decimal] = defaultdict(Decimal)
    for name in (*WEB, *LEGACY):
        for record in independent(shared_data / "comtrade" / name):
            expected[cell(record, "reporterCode"), cell(record, "flowCode")] += Decimal(
                cell(record, "primaryValue")
            )
    found = house.ask(
        report,
        "select reporter_code, flow_code, sum(cast(value_usd as decimal(30, 6)))"
        " from raw.un_comtrade__flows group by all",
    )
    assert {(reporter, flow): value for reporter, flow, value in found} == expected


@pytest.mark.real_data
def test_china_imports_from_the_world_what_the_publisher_says_and_also_from_itself(real):
    house, report = real
    found = house.ask(
        report,
        "select partner_code, value_usd from raw.un_comtrade__flows where reporter_code = '156'"
        " and year = 2022 and flow_code = 'M' and commodity_code = 'TOTAL'"
        " and partner_code in ('0', '156')"
        " order by partner_code",
    )
    assert found == [("0", "2715997517261"), ("156", "122883424107")]


@pytest.mark.real_data
def test_layouts_letters_and_leading_zeros_are_kept(real):
    house, report = real
    layouts = house.ask(report, "select layout, count(*) from meta.files group by layout order by layout")
    assert layouts == [("legacy_csv", len(LEGACY)), ("web_csv", len(WEB))]
    names = house.ask(
        report,
        "select distinct partner_name from raw.un_comtrade__flows where partner_code in ('384', '792', '531')"
        " order by 1",
    )
    assert names == [("Curaçao",), ("Côte d'Ivoire",), ("Türkiye",)]
    assert (
        house.ask(report, "select count(*) from raw.un_comtrade__flows where commodity_code = '00'")[0][0] > 0
    )


@pytest.mark.real_data
@pytest.mark.parametrize(
    ("change", "told"),
    [
        ((b'"2715997517261",,"2715997517261"', b'"2715997517261",,"-2715997517261"'), "at least 0"),
        ((b'"2715997517261",,"2715997517261"', b'"2715997517261",,"NaN"'), "a finite number"),
        ((b'"2715997517261",,"2715997517261"', b'"2715997517261",,"1e400"'), "a finite number"),
        ((b'"156","CHN","China","M","Import","4"', b'"156","CHN","China","M","Import","04"'), "partnerCode"),
        ((b'"156","CHN","China","M","Import","4"', b'"156","CHN","China","M","Import","892"'), "seen '892'"),
        ((b'"156","CHN","China","M","Import","4"', b'"156","CHN","China","Q","Import","4"'), "flowCode"),
        ((b'"H6","HS","true","TOTAL"', b'"H7","HS","true","TOTAL"'), "classificationCode"),
        ((b'"156","CHN","China","M","Import","4"', b'"156","CHN","China","M","Import","0"'), "grain"),
        ((b"partnerCode,partnerISO", b"partnerISO,partnerCode"), "partnerCode"),
        ((b"primaryValue", b"primaryvalue"), "lacks column 'primaryValue'"),
        ((b'"4","false","true",\r\n', b'"4","false","true"\r\n'), "width"),
        ((b'"4","false","true",\r\n', b'"4","false","true","x"\r\n'), "width"),
    ],
)
def test_a_broken_download_is_refused_and_the_reason_names_the_fault(
    house: House, shared_data: Path, change: tuple[bytes, bytes], told: str
):
    before = b"".join((shared_data / "comtrade" / WEB[0]).read_bytes().splitlines(keepends=True)[:20])
    after = before.replace(*change, 1)
    assert after != before
    house.put("TradeData.csv", after)
    (result,) = house.run().files
    assert result.status == "refused"
    assert told in result.reason


@pytest.mark.real_data
def test_a_selection_of_columns_is_refused_with_what_it_lacks(house: House, shared_data: Path):
    shutil.copyfile(
        shared_data / "trade" / "comtrade_china_by_partner_2022.csv",
        house.settings.landing_folder / "selection.csv",
    )
    (result,) = house.run().files
    assert result.status == "refused"
    assert "nearest is un_comtrade__flows" in result.reason
    assert "'reporterCode'" in result.reason


def test_an_answer_of_the_api_lands_under_the_names_of_the_web_download(house: House):
    house.put("answer.json", (SYNTHETIC / "api_v1_synthetic.json").read_bytes())
    report = house.run()
    (entry,) = house.ask(report, "select layout, completeness, row_count from meta.files")
    assert entry == ("api_json", "stated_count", 8)
    found = house.ask(
        report,
        "select row_number, partner_code, flow_code, commodity_code, mode_of_transport_code, customs_code,"
        " quantity, net_weight_kg, is_net_weight_estimated, value_cif_usd, value_fob_usd, value_usd"
        " from raw.un_comtrade__flows where row_number in (1, 3)",
    )
    value = "1234567890123.25"
    assert found == [
        (1, "0", "X", "010121", "0", "C00", "30.5", None, False, None, value, value),
        (3, "398", "X", "010121", "3100", "C00", "30.5", None, False, None, "600000000000", "600000000000"),
    ]


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (('"count": 8', '"count": 9'), "8 records"),
        (('"error": ""', '"error": "Quota exceeded"'), "Quota exceeded"),
        (('"motCode": 3100, ', ""), "motCode"),
        (('"partnerCode": 490', '"partnerCode": 4900'), "partnerCode"),
        (("600000000000", "Infinity"), "a finite number"),
    ],
)
def test_a_broken_answer_is_refused(house: House, change: tuple[str, str], told: str):
    before = (SYNTHETIC / "api_v1_synthetic.json").read_text(encoding="utf-8")
    after = before.replace(*change)
    assert after != before
    house.put("answer.json", after)
    (result,) = house.run().files
    assert result.status == "refused"
    assert told in result.reason


def test_the_old_bulk_layout_is_not_taken_for_the_wider_one(house: House):
    house.put("bulk.csv", (SYNTHETIC / "bulk_22_columns_synthetic.csv").read_bytes())
    report = house.run()
    assert house.ask(report, "select layout, row_count from meta.files") == [("legacy_bulk_csv", 4)]
    found: list[tuple[Any, ...]] = house.ask(
        report,
        "select flow_code, commodity_code, partner2_code, quantity, value_usd, legacy_estimation_flag"
        " from raw.un_comtrade__flows order by row_number",
    )
    assert found[:2] == [("1", "010121", None, "12", "90210", "0"), ("2", "010121", None, "0", "777", "2")]
