"""Files of IMF, World Bank, CEPII, UNCTAD and EIA: what lands is what another reader finds in them."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from tests.flows.house import House

FIXTURES = Path(__file__).parents[1] / "fixtures"
# openpyxl warns of what it leaves unread in a workbook.
pytestmark = pytest.mark.filterwarnings("ignore:Unknown extension is not supported:UserWarning")


def landed(house: House, path: Path, table: str, columns: str, name: str = "") -> list[tuple]:
    """Columns of the landed table, sorted, after the file alone was taken in."""
    house.put(name or path.name, path.read_bytes())
    report = house.run()
    assert [
        entry[0] for entry in house.ask(report, "select reason from meta.files where status = 'refused'")
    ] == []
    return sorted(house.ask(report, f"select {columns} from raw.{table}"))


def records(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as lines:
        return list(csv.DictReader(lines))


def number(text: str) -> float:
    return float(text.replace(",", ""))


@pytest.mark.real_data
@pytest.mark.parametrize("name", ["DOTS_40", "DOTS_103", "DOTS_109", "DOTS_192", "DOTS_201", "DOTS_210"])
def test_a_workbook_of_direction_of_trade_lands_cell_by_cell(house: House, shared_data: Path, name: str):
    path = shared_data / "trade" / "imf_dots_original" / f"{name}.xlsx"
    expected = set()
    for sheet, flow in (("Exports, FOB", "exports_fob"), ("Imports, CIF", "imports_cif")):
        cells = openpyxl.load_workbook(path)[sheet]
        years = {cell.column: int(cell.value) for cell in cells[7] if cell.value}
        for row in cells.iter_rows(min_row=8, min_col=2):
            for cell in row[1:]:
                if cell.value is not None:
                    text = str(cell.value)
                    value = number(text.removesuffix(" e"))
                    told = (cells["B4"].value, row[0].value.strip(), flow, years[cell.column])
                    expected.add((*told, value, text.endswith(" e")))
    found = landed(
        house,
        path,
        "imf_dots__flows",
        "reporter_name, trim(partner_name), flow, year, value_usd_million, is_estimated",
    )
    assert len(found) == len(expected)
    assert {(*row[:4], number(row[4]), row[5]) for row in found} == expected


@pytest.mark.real_data
def test_a_workbook_and_the_long_file_made_of_it_state_the_same_digits(house: House, shared_data: Path):
    folder = shared_data / "trade"
    long = {
        (row["partner_imf"], row["flow"], int(row["year"]), row["value_usd_million"])
        for row in records(folder / "imf_dots_china_by_partner_1961_2020.csv")
    }
    found = landed(
        house,
        folder / "imf_dots_original" / "DOTS_40.xlsx",
        "imf_dots__flows",
        "trim(partner_name), flow, year, value_usd_million",
    )
    assert len(found) == 16_084
    assert set(found) == long


@pytest.mark.real_data
def test_every_edition_of_the_logistics_index_lands_with_its_scores_and_ranks(
    house: House, shared_data: Path
):
    path = shared_data / "wdi" / "formats" / "International_LPI_from_2007_to_2018.xlsx"
    # Places as a person finds them: the editions from 2010 on have one form, that of 2007 another.
    later = {"overall": (2, 5)} | {
        name: (9 + 2 * place, 10 + 2 * place)
        for place, name in enumerate(
            ("customs", "infrastructure", "shipments", "services", "tracking", "timeliness")
        )
    }
    first = {
        "overall": (2, 3),
        "customs": (6, 7),
        "infrastructure": (8, 9),
        "shipments": (10, 11),
        "services": (12, 13),
        "tracking": (14, 15),
        "timeliness": (18, 19),
    }
    columns = ["edition_year", "country_code"]
    columns += [f"{name}_{what}" for name in later for what in ("score", "rank")]
    expected = set()
    for sheet in openpyxl.load_workbook(path, data_only=True):
        places = first if sheet.title == "2007" else later
        for row in sheet.iter_rows(min_row=4, values_only=True):
            if row[1]:
                values = [float(row[place]) for name in later for place in places[name]]
                expected.add((int(sheet.title), row[1], *values))
    found = landed(house, path, "worldbank_lpi__scores", ", ".join(columns))
    assert len(found) == len(expected) == 940
    assert {(*row[:2], *map(float, row[2:])) for row in found} == expected


@pytest.mark.real_data
def test_the_workbook_of_a_country_lands_what_its_extract_holds(house: House, shared_data: Path):
    extract = {
        (row["Indicator Code"], int(year)): float(row[year])
        for row in records(shared_data / "wdi" / "WDICSV_extract_KAZ_2023-09.csv")
        for year in row
        if year.isdigit() and row[year]
    }
    path = shared_data / "wdi" / "formats" / "API_KAZ_DS2_en_excel_v2_5882662.xls"
    found = landed(
        house, path, "worldbank_wdi__observations", "indicator_code, year, value, vintage, country_code"
    )
    assert {(row[3], row[4]) for row in found} == {(date(2023, 9, 19), "KAZ")}
    values = {(row[0], row[1]): float(row[2]) for row in found}
    assert len(values) == len(found) == 31_114
    # The extract was written with fifteen digits.
    assert {cell: float(f"{values[cell]:.15g}") for cell in extract} == extract


@pytest.mark.real_data
@pytest.mark.parametrize(
    ("workbook", "extract", "table", "columns", "headers"),
    [
        (
            "geo_cepii.xls",
            "geo_cepii.csv",
            "cepii_geodist__cities",
            "iso3, city_name, latitude, longitude, area_km2, city_count",
            ("iso3", "city_en", "lat", "lon", "area", "citynum"),
        ),
        (
            "dist_cepii.zip",
            "dist_cepii.csv",
            "cepii_geodist__distances",
            "iso_o, iso_d, contig, smctry, dist, distcap, distw, distwces",
            ("iso_o", "iso_d", "contig", "smctry", "dist", "distcap", "distw", "distwces"),
        ),
    ],
)
def test_an_old_workbook_of_distances_lands_what_the_csv_of_it_holds(
    house: House,
    shared_data: Path,
    workbook: str,
    extract: str,
    table: str,
    columns: str,
    headers: tuple[str, ...],
):
    expected = sorted(
        tuple("" if row[name] == "." else row[name] for name in headers)
        for row in records(shared_data / "geo" / extract)
    )
    found = landed(house, shared_data / "geo" / workbook, table, columns)
    assert sorted(tuple("" if cell is None else str(cell) for cell in row) for row in found) == expected


@pytest.mark.real_data
def test_the_gravity_database_lands_as_another_reader_reads_it(house: House, shared_data: Path):
    path = shared_data / "geo" / "cepii_gravity_V202211_9countries_2015_2021.dta"
    frame = pd.read_stata(path, convert_categoricals=False).astype(
        {"tradeflow_imf_o": float, "gdpcap_o": float}
    )
    names = ["year", "country_id_o", "country_id_d", "dist", "wto_d", "fta_wto", "gdp_o", "gdpcap_o"]
    names += ["tradeflow_comtrade_d", "tradeflow_imf_o", "rta_type"]
    expected = sorted(
        tuple(None if cell != cell else cell for cell in row)
        for row in frame[names].itertuples(index=False, name=None)
    )
    found = landed(
        house,
        path,
        "cepii_gravity__pairs",
        "year, country_id_origin, country_id_destination, cast(distance as double), wto_destination,"
        " regional_trade_agreement, cast(gdp_origin as double), cast(gdp_per_capita_origin as double),"
        " cast(tradeflow_comtrade_destination as double), cast(tradeflow_imf_origin as double),"
        " agreement_type",
    )
    assert len(found) == 567
    assert found == expected
    assert ("CHN", "IDN.2") in {row[1:3] for row in found}


@pytest.mark.real_data
def test_digital_services_and_data360_land_record_by_record(house: House, shared_data: Path):
    policy = shared_data / "policy"
    services = policy / "unctad_digitally_deliverable_services_2010_2023.csv"
    found = landed(
        house,
        services,
        "unctad__digitally_deliverable_services",
        "country_code, year, coalesce(exports_usd_million, ''), coalesce(imports_usd_million, '')",
    )
    assert found == sorted(
        (row["iso3"], int(row["year"]), *list(row.values())[3:]) for row in records(services)
    )
    raw = policy / "UNCTAD_DE_data360_raw.csv"
    found = landed(
        house,
        raw,
        "worldbank_data360__observations",
        "indicator_code, country_code, period, unit_code, unit_exponent, coalesce(value, ''),"
        " observation_status",
    )
    keys = ("INDICATOR", "REF_AREA", "TIME_PERIOD", "UNIT_MEASURE")
    assert found == sorted(
        (*(row[key] for key in keys), int(row["UNIT_MULT"]), row["OBS_VALUE"], row["OBS_STATUS"])
        for row in records(raw)
    )


@pytest.mark.real_data
def test_the_pink_sheet_lands_below_its_line_of_units_and_an_ellipsis_is_missing(
    house: House, shared_data: Path
):
    path = shared_data / "wdi" / "pinksheet_crude_oil_annual_nominal.csv"
    _, *rows = records(path)
    found = landed(house, path, "worldbank_pinksheet__annual_prices", "year, crude_oil_brent, crude_oil_wti")
    assert len(found) == 65
    expected = [(row["Year"], row["Crude oil, Brent"], row["Crude oil, WTI"]) for row in rows]
    assert found == [
        tuple(None if cell == "…" else cell for cell in (int(row[0]), *row[1:])) for row in expected
    ]


@pytest.mark.real_data
def test_a_price_is_of_the_oil_that_its_name_tells_and_of_none_is_refused(house: House, shared_data: Path):
    path = shared_data / "trade" / "oil_wti_year.csv"
    found = landed(house, path, "eia_petroleum__spot_prices", "crude_oil, price_date, price_usd_per_bbl")
    assert found == sorted(("wti", date.fromisoformat(row["Date"]), row["Price"]) for row in records(path))
    house.put("oil.csv", path.read_bytes() + b"2026-06-30,60\n")
    (refused,) = house.run().refused
    assert "brent or wti" in refused.reason


@pytest.mark.real_data
def test_the_tables_of_economies_and_series_land_in_each_of_their_forms(house: House, shared_data: Path):
    wdi = shared_data / "wdi"
    for path, code, name, region in (
        (wdi / "formats" / "WDICountry_2026.csv", "Country Code", "Table Name", "Region"),
        (wdi / "WDICountry_extract.csv", "Country Code", "Table Name", "Region"),
        (
            wdi / "formats" / "Metadata_Country_API_14_DS2_en_csv_v2_3054360.csv",
            "Country Code",
            "TableName",
            "Region",
        ),
    ):
        expected = sorted((row[code], row[name], row[region]) for row in records(path))
        house.put(path.name, path.read_bytes())
        report = house.run()
        found = house.ask(
            report,
            "select country_code, table_name, coalesce(region, '') from raw.worldbank_wdi__economies"
            f" join meta.files using (file_id) where file_name = '{path.name}' order by country_code",
        )
        assert found == expected
    metadata = wdi / "formats" / "Metadata_Indicator_API_14_DS2_en_csv_v2_3054360.csv"
    found = landed(house, metadata, "worldbank_wdi__series", "indicator_code, long_definition")
    # A line end within a note is a bare line feed in this file and stays one.
    assert found == sorted((row["INDICATOR_CODE"], row["SOURCE_NOTE"]) for row in records(metadata))


@pytest.mark.real_data
def test_memberships_without_a_page_are_refused_with_their_lines(house: House, shared_data: Path):
    path = shared_data / "policy" / "regional_memberships.csv"
    house.put(path.name, path.read_bytes())
    (refused,) = house.run().refused
    unsourced = [line for line, row in enumerate(records(path), 2) if not row["source_url"]]
    assert refused.reason.startswith(f"{len(unsourced)} of 65 rows break the contract")
    assert f"line {unsourced[0]}, column 'source_url': seen '', expected a value" in refused.reason


def test_governance_is_read_past_the_broken_headers_of_two_sheets(house: House):
    path = FIXTURES / "worldbank_wgi" / "wgidataset_synthetic.xlsx"
    found = landed(house, path, "worldbank_wgi__estimates", "indicator_code, country_code, year, value")
    dimensions = ["VA.EST", "PV.EST", "GE.EST", "RQ.EST", "RL.EST", "CC.EST"]
    codes = ["ADO", "ZAR", "KAZ", "KSV", "ROM", "TMP", "WBG"]
    missing = {("TMP", 1996), ("KSV", 1996), ("KSV", 1998)}
    expected = [
        (dimension, code, year, round(-1.5 + 0.25 * economy + 0.1 * place + 0.01 * sheet, 4))
        for sheet, dimension in enumerate(dimensions)
        for economy, code in enumerate(codes)
        for place, year in enumerate((1996, 1998, 2000))
        if (code, year) not in missing
    ]
    assert [(*row[:3], float(row[3])) for row in found] == sorted(expected)


def test_governance_of_a_year_that_the_first_sheet_does_not_have_is_refused(house: House, tmp_path: Path):
    book = openpyxl.load_workbook(FIXTURES / "worldbank_wgi" / "wgidataset_synthetic.xlsx")
    book["GovernmentEffectiveness"]["C14"] = 1997
    book.save(tmp_path / "other.xlsx")
    house.put("other.xlsx", (tmp_path / "other.xlsx").read_bytes())
    (refused,) = house.run().refused
    assert "sheet 'GovernmentEffectiveness'" in refused.reason


def test_the_workbook_of_commodity_prices_is_read_by_name_and_unit_and_dates_itself(
    house: House, tmp_path: Path
):
    path = FIXTURES / "worldbank_pinksheet" / "CMO-Historical-Data-Annual_synthetic.xlsx"
    columns = "year, crude_oil_average, crude_oil_brent, crude_oil_dubai, crude_oil_wti, vintage"
    release = date(2025, 5, 2)
    assert landed(house, path, "worldbank_pinksheet__annual_prices", columns) == [
        (1960, "1.5", "1.5", "1.5", None, release),
        (2022, "97", "99.5", "96.5", "95", release),
        (2023, "80.8", "82.6", "82", "77.7", release),
        (2024, "78.7", "80.2", "79.25", "76.55", release),
    ]
    book = openpyxl.load_workbook(path)
    book["Annual Prices (Nominal)"]["C8"] = "($/mt)"
    book.save(tmp_path / "tonnes.xlsx")
    house.put("tonnes.xlsx", (tmp_path / "tonnes.xlsx").read_bytes())
    (refused,) = house.run().refused
    assert "lacks column 'Crude oil, Brent ($/bbl)'" in refused.reason


@pytest.mark.real_data
@pytest.mark.parametrize(
    ("cell", "value", "told"),
    [
        # The row of Australia stands twice: where the two differ nobody knows which is meant.
        ("D8", 999.5, "one row per reporter_name, partner_name, flow, year"),
        ("B5", "US Dollars, Thousands", "seen 'US Dollars, Thousands'"),
        ("B2", "Imports, CIF from Partner Countries", "sheet 'Exports, FOB', cell B2"),
        ("F12", "n.a.", "sheet 'Exports, FOB': F (1995)"),
        ("F7", 1996, "2 columns of this name"),
    ],
)
def test_an_altered_workbook_of_direction_of_trade_is_refused_with_sheet_and_cell(
    house: House, shared_data: Path, tmp_path: Path, cell: str, value: object, told: str
):
    book = openpyxl.load_workbook(shared_data / "trade" / "imf_dots_original" / "DOTS_109.xlsx")
    book["Exports, FOB"][cell] = value
    book.save(tmp_path / "altered.xlsx")
    house.put("altered.xlsx", (tmp_path / "altered.xlsx").read_bytes())
    (refused,) = house.run().refused
    assert told in refused.reason
