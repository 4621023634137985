"""China's customs: query downloads as they come and as people leave them, and the monthly bulletin."""

from __future__ import annotations

import csv
from collections import defaultdict
from decimal import Decimal
from pathlib import Path

import pytest

from tests.flows.house import House

SYNTHETIC = Path(__file__).parents[1] / "fixtures" / "gacc"
QUERY = '"数据年月","商品编码","商品名称","第一数量","第一计量单位","第二数量","第二计量单位","人民币",\n'
ROW = '"202401","27101923","柴油,不含生物柴油","593011665","千克","697381730","升","3,518,160,796",\n'
BULLETIN = (SYNTHETIC / "monthly_bulletin_synthetic.html").read_text(encoding="utf-8")

REAL = [
    ("gacc_soybean_2023.csv", "gb18030", None, 40),
    ("gacc_soybean_2024in.csv", "gb18030", "imports", 36),
    ("gacc_soybean_2024out.csv", "gb18030", "exports", 29),
    ("gacc_soybean_2025in.csv", "gb18030", "imports", 28),
    ("gacc_soybean_2025out.csv", "gb18030", "exports", 23),
    ("gacc_fuel_export_2024_no_partner.utf8.csv", "utf-8", "exports", 24),
    ("gacc_fuel_import_2025_no_partner.utf8.csv", "utf-8", "imports", 14),
]


@pytest.mark.real_data
@pytest.mark.parametrize(("name", "encoding", "flow", "row_count"), REAL)
def test_a_real_download_lands_as_another_reader_finds_it(
    house: House, shared_data: Path, name: str, encoding: str, flow: str | None, row_count: int
):
    path = shared_data / "customs" / name
    house.put(name, path.read_bytes(), **({} if flow else {"values": {"flow": "imports"}}))
    report = house.run()
    by_month: dict[str, list[Decimal]] = defaultdict(lambda: [Decimal(0)] * 4)
    with path.open(encoding=encoding, newline="") as lines:
        records = list(csv.DictReader(lines))
    for record in records:
        amounts = [record[header].replace(",", "") for header in ("第一数量", "第二数量", "人民币")]
        added = [Decimal(1), *map(Decimal, amounts)]
        by_month[record["数据年月"]] = [
            sum(pair) for pair in zip(by_month[record["数据年月"]], added, strict=True)
        ]
    found = house.ask(
        report,
        "select period, count(*), sum(cast(quantity_1 as decimal(30, 0))),"
        " sum(cast(quantity_2 as decimal(30, 0))), sum(cast(value_cny as decimal(30, 0)))"
        " from raw.gacc__commodity_trade group by period",
    )
    assert {period: list(amounts) for period, *amounts in found} == dict(by_month)
    assert len(records) == row_count
    texts = house.ask(
        report,
        "select period, commodity_code, commodity_name, coalesce(quantity_2_unit, '?'), flow"
        " from raw.gacc__commodity_trade order by row_number",
    )
    headers = ("数据年月", "商品编码", "商品名称", "第二计量单位")
    assert texts == [(*(record[header] for header in headers), flow or "imports") for record in records]


@pytest.mark.real_data
def test_the_files_called_in_and_out_hold_imports_and_exports(house: House, shared_data: Path):
    # China buys some hundred million tonnes of genetically modified soybeans a year, and grows none to sell.
    for name in ("gacc_soybean_2024in.csv", "gacc_soybean_2024out.csv"):
        house.put(name, (shared_data / "customs" / name).read_bytes())
    found = house.ask(
        house.run(),
        "select flow, sum(cast(quantity_1 as double)) / 1e9 > 90,"
        " count(*) filter (where commodity_name = '转基因黄大豆') > 0"
        " from raw.gacc__commodity_trade group by flow order by flow",
    )
    assert found == [("exports", False, False), ("imports", True, True)]


@pytest.mark.parametrize(
    ("path", "flow"),
    [
        ("exports/diesel.csv", "exports"),
        ("out/diesel.csv", "exports"),
        ("出口/diesel.csv", "exports"),
        ("2024进口柴油.csv", "imports"),
        ("diesel_2024in.csv", "imports"),
        ("diesel_2024_out.csv", "exports"),
        ("Imports/diesel.csv", "imports"),
    ],
)
def test_the_path_tells_the_direction(house: House, path: str, flow: str):
    house.put(path, QUERY + ROW)
    assert house.ask(house.run(), "select distinct flow from raw.gacc__commodity_trade") == [(flow,)]


@pytest.mark.parametrize("path", ["diesel.csv", "made_in_china.csv", "importers.csv", "2024进出口.csv"])
def test_a_download_without_a_direction_is_refused_saying_how_to_tell_it(house: House, path: str):
    house.put(path, QUERY + ROW)
    result = house.only(house.run().files)
    assert result.status == "refused"
    assert "a folder exports or imports" in result.reason
    assert "values {flow: exports}" in result.reason


def test_a_path_that_tells_both_directions_is_refused(house: House):
    house.put("exports/diesel_2024in.csv", QUERY + ROW)
    result = house.only(house.run().files)
    assert result.status == "refused"
    assert "contradict" in result.reason


def test_dimensions_may_come_in_any_order_and_what_was_not_asked_for_is_missing(house: House):
    house.put("exports/modes.csv", (SYNTHETIC / "trade_modes_exports_synthetic.csv").read_bytes())
    report = house.run()
    assert house.ask(
        report,
        "select period, commodity_code, partner_code, mode_code, registration_place_code, quantity_1,"
        " value_cny, value_usd from raw.gacc__commodity_trade order by row_number limit 1",
    ) == [("202401", "851713", "145", "10", None, None, None, "1200000")]


def test_codes_keep_their_leading_zeros_and_lost_ones_are_seen(house: House):
    name = "supervision_modes_exports_cny_synthetic.csv"
    house.put(name, (SYNTHETIC / name).read_bytes())
    found = house.ask(
        house.run(), "select distinct mode_code from raw.gacc__commodity_trade order by mode_code"
    )
    assert [code for (code,) in found] == ["0110", "110", "9610", "9710", "9810"]


def test_a_file_that_people_worked_on_is_read_without_its_totals(house: House):
    name = "hand_edited_imports_synthetic.csv"
    house.put(name, (SYNTHETIC / name).read_bytes())
    report = house.run()
    assert house.ask(report, "select row_count, left_out_row_count from meta.files") == [(3, 2)]
    assert house.ask(
        report, "select period, quantity_1, value_usd from raw.gacc__commodity_trade order by row_number"
    ) == [
        ("2024-01", "4074670531", "2327000000"),
        ("2024-01", "3325975236", "1916000000"),
        ("2024年2月", "5000000", "2800000"),
    ]


def test_a_file_without_months_takes_its_period_from_its_path(house: House):
    name = "four_dimensions_exports_2023_synthetic.csv"
    house.put(name, (SYNTHETIC / name).read_bytes())
    assert house.ask(
        house.run(),
        "select distinct period, registration_place_code from raw.gacc__commodity_trade order by 2",
    ) == [("2023", "44"), ("2023", "65")]


def test_a_file_without_months_and_without_a_stated_period_is_refused_saying_how_to_tell_it(house: House):
    data = (SYNTHETIC / "four_dimensions_exports_2023_synthetic.csv").read_bytes()
    house.put("exports/cars.csv", data)
    result = house.only(house.run().files)
    assert result.status == "refused"
    assert "values" not in result.reason or '{period: "202401-202406"}' in result.reason
    house.put("exports/cars.csv", data, values={"period": "202301-202306"})
    assert house.ask(house.run(), "select distinct period from raw.gacc__commodity_trade") == [
        ("202301-202306",)
    ]


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (('"202401"', '"202413"'), "column '数据年月': seen '202413'"),
        (('"202401"', '"Jan-24"'), "column '数据年月'"),
        (('"27101923"', '"2710192"'), "column '商品编码': seen '2710192'"),
        (('"3,518,160,796"', '"3518160,796"'), "column '人民币': seen '3518160,796'"),
        (('"3,518,160,796"', '"-5"'), "at least 0"),
        (('"3,518,160,796"', '"inf"'), "column '人民币'"),
        (('"593011665"', '"many"'), "column '第一数量'"),
        (('"593011665"', '"5.93E+08"'), "column '第一数量': seen '5.93E+08'"),
        (('"人民币"', '"人民币","美元"'), "has 人民币 and 美元, expected one of 人民币, 美元"),
        (('"人民币"', '"欧元"'), "欧元"),
        (('"第二数量"', '"第一数量"'), "第一数量"),
    ],
)
def test_broken_downloads_are_refused_and_the_reason_names_the_fault(
    house: House, change: tuple[str, str], told: str
):
    text = (QUERY + ROW).replace(*change, 1)
    assert text != QUERY + ROW
    house.put("exports/diesel.csv", text.encode("gb18030"))
    result = house.only(house.run().files)
    assert result.status == "refused"
    assert told in result.reason


def test_the_same_cell_twice_is_refused_though_most_dimensions_are_absent(house: House):
    house.put("exports/diesel.csv", QUERY + ROW + ROW.replace("3,518,160,796", "1"))
    result = house.only(house.run().files)
    assert result.status == "refused"
    assert "grain" in result.reason


def test_an_unknown_partner_is_refused_and_the_span_of_the_codes_told(house: House):
    data = (SYNTHETIC / "trade_modes_exports_synthetic.csv").read_bytes().replace(b'"145"', b'"150"', 1)
    house.put("exports/modes.csv", data)
    result = house.only(house.run().files)
    assert result.status == "refused"
    assert "column '贸易伙伴编码': seen '150'" in result.reason
    assert "code_system gacc) from 101 to 999" in result.reason


def test_the_bulletin_lands_with_groups_apart_from_countries(house: House):
    house.put("bulletin.html", BULLETIN)
    report = house.run()
    assert house.ask(report, "select contract, row_count, completeness from meta.files") == [
        ("gacc__trade_by_country", 8, "control_total")
    ]
    found = house.ask(
        report,
        "select year, month, partner_name, aggregate_name, exports_month_usd_thousand, imports_change_pct"
        " from raw.gacc__trade_by_country order by row_number",
    )
    assert found[0] == (2026, 7, None, "TOTAL", "500000", "-0.6")
    assert found[4] == (2026, 7, "Hong Kong, China", None, "110000", None)
    assert [name for *_, name, _, _ in found] == [
        "TOTAL", "Asia", None, None, None, "Latin America", None, None,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (("<span>Japan</span>", "<span>Japaan</span>"), "nearest are Japan"),
        (("<span>150,000</span>", "<span>250,000</span>"), "add up"),
        (("Unit:&nbsp;US$1,000", "Unit: CNY 10,000"), "US$1,000"),
        (("<span>60,000</span>", "<span>60.000,0</span>"), "column 'exports_month'"),
        (("<td><span>60,000</span></td>", ""), "9 cells"),
        (("<td><span>60,000</span></td>", "<td colspan=2><span>60,000</span></td>"), "11 columns"),
        (("by Country (Region)", "by Product"), "no contract claims"),
    ],
)
def test_broken_bulletins_are_refused_and_the_reason_names_the_fault(
    house: House, change: tuple[str, str], told: str
):
    text = BULLETIN.replace(*change) if "by Country" in change[0] else BULLETIN.replace(*change, 1)
    assert text != BULLETIN
    house.put("bulletin.html", text)
    result = house.only(house.run().files)
    assert result.status == "refused"
    assert told in result.reason
