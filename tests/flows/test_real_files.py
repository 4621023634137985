"""The publishers' real files: each is claimed by exactly one contract, or refused with the reason why."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from flows.ingestion.results import FileResult
from flows.ingestion.validating import check
from flows.settings import Settings

pytestmark = pytest.mark.real_data

CLAIMED = {
    "baci/country_codes_V202201.csv": "baci__countries",
    "baci/country_codes_V202301.csv": "baci__countries",
    "baci/product_codes_HS92_V202301.csv": "baci__products",
    "comtrade/TradeData_2022_CHN_USA_DEU_TOTAL_all_partners.csv": "un_comtrade__flows",
    "comtrade/TradeData_Services_2022.csv": "un_comtrade__flows",
    "comtrade/TradeData_THA_8542_2014_2024.csv": "un_comtrade__flows",
    "comtrade/legacy_comtrade_CHN_S4_2010_2014_a.csv": "un_comtrade__flows",
    "comtrade/legacy_comtrade_CHN_S4_2010_2014_b.csv": "un_comtrade__flows",
    "comtrade/legacy_comtrade_CHN_S4_2015_2018_a.csv": "un_comtrade__flows",
    "comtrade/legacy_comtrade_CHN_S4_2015_2018_b.csv": "un_comtrade__flows",
    "comtrade/legacy_comtrade_H5_871200_2017_all_reporters.csv": "un_comtrade__flows",
    "customs/gacc_fuel_export_2024_no_partner.utf8.csv": "gacc__commodity_trade",
    "customs/gacc_fuel_import_2025_no_partner.utf8.csv": "gacc__commodity_trade",
    "customs/gacc_soybean_2024in.csv": "gacc__commodity_trade",
    "customs/gacc_soybean_2024out.csv": "gacc__commodity_trade",
    "customs/gacc_soybean_2025in.csv": "gacc__commodity_trade",
    "customs/gacc_soybean_2025out.csv": "gacc__commodity_trade",
    "geo/cepii_gravity_V202211_9countries_2015_2021.dta": "cepii_gravity__pairs",
    "geo/dist_cepii.csv": "cepii_geodist__distances",
    "geo/dist_cepii.zip!/dist_cepii.xls": "cepii_geodist__distances",
    "geo/dist_cepii_CHN.csv": "cepii_geodist__distances",
    "geo/geo_cepii.csv": "cepii_geodist__cities",
    "geo/geo_cepii.xls": "cepii_geodist__cities",
    "policy/UNCTAD_DE_data360_raw.csv": "worldbank_data360__observations",
    "policy/cbec_china_national_facts.csv": "cited_facts__china_cbec_national",
    "policy/cbec_china_partner_shares.csv": "cited_facts__china_cbec_partner_shares",
    "policy/taped_derived_rta_data_flags_CHN_pairs.csv": "taped__data_clauses",
    "policy/unctad_digitally_deliverable_services_2010_2023.csv": "unctad__digitally_deliverable_services",
    "trade/imf_dots_china_by_partner_1961_2020.csv": "imf_dots__flows",
    "trade/imf_dots_mirror_partners_report_china_1960_2020.csv": "imf_dots__flows",
    "trade/imf_dots_sco_asean_tkm_reporters_2000_2020.csv": "imf_dots__flows",
    **{f"trade/imf_dots_original/DOTS_{n}.xlsx": "imf_dots__flows" for n in (103, 109, 192, 201, 210, 40)},
    "trade/oil_brent_year.csv": "eia_petroleum__spot_prices",
    "trade/oil_wti_year.csv": "eia_petroleum__spot_prices",
    "wdi/WDICSV_extract.csv": "worldbank_wdi__observations",
    "wdi/WDICSV_extract_2018-08.csv": "worldbank_wdi__observations",
    "wdi/WDICSV_extract_2021-2024.csv": "worldbank_wdi__observations",
    "wdi/WDICSV_extract_KAZ_2023-09.csv": "worldbank_wdi__observations",
    "wdi/WDICSV_extract_LPI_2007-2018.csv": "worldbank_wdi__observations",
    "wdi/WDICSV_extract_WEF_CUAT_selected.csv": "worldbank_wdi__observations",
    "wdi/WDICSV_extract_WGI_2023update.csv": "worldbank_wdi__observations",
    "wdi/WDICountry_extract.csv": "worldbank_wdi__economies",
    "wdi/WDISeries_extract.csv": "worldbank_wdi__series",
    "wdi/formats/API_14_DS2_en_csv_v2_3054360_science-and-technology-raw-2021.csv": (
        "worldbank_wdi__observations"
    ),
    "wdi/formats/API_IT.NET.USER.ZS_DS2_en_csv_v2_4150946.csv": "worldbank_wdi__observations",
    "wdi/formats/API_KAZ_DS2_en_excel_v2_5882662.xls": "worldbank_wdi__observations",
    "wdi/formats/API_NE.TRD.GNFS.ZS_DS2_en_csv_v2_101.csv": "worldbank_wdi__observations",
    "wdi/formats/DataBank_export_2025-01-28.csv": "worldbank_wdi__observations",
    "wdi/formats/International_LPI_from_2007_to_2018.xlsx": "worldbank_lpi__scores",
    "wdi/formats/Metadata_Country_API_14_DS2_en_csv_v2_3054360.csv": "worldbank_wdi__economies",
    "wdi/formats/Metadata_Indicator_API_14_DS2_en_csv_v2_3054360.csv": "worldbank_wdi__series",
    "wdi/formats/WDICountry_2026.csv": "worldbank_wdi__economies",
    "wdi/pinksheet_crude_oil_annual_nominal.csv": "worldbank_pinksheet__annual_prices",
}

REFUSED = {
    # The direction of trade is in neither the file nor its name.
    "customs/gacc_soybean_2023.csv": "flow",
    # Tables of codes and of checks, selections and reports that others made: no table of a publisher.
    "comtrade/ref_dataitem.csv": "no contract claims",
    "comtrade/ref_partner.csv": "no contract claims",
    "comtrade/ref_reporter.csv": "no contract claims",
    "customs/gacc_country_codes.csv": "no contract claims",
    "geo/capitals.csv": "no contract claims",
    # A fact without the page that carries it is no cited fact.
    "policy/regional_memberships.csv": "14 of 65 rows.*source_url.*expected a value",
    "trade/central_asia_china_trade_2010_2020.csv": "no contract claims",
    "trade/comtrade_china_by_partner_2022.csv": "no contract claims.*un_comtrade__flows.*lacks",
    "trade/comtrade_mirror_China_1.1_trade_balance_2014-2025.xlsx": "no contract claims",
    "trade/comtrade_mirror_China_2.1.1_top_export_partners_reverse.xlsx": "no contract claims",
    "trade/comtrade_mirror_China_3.1.1_top_import_partners.xlsx": "no contract claims",
    "wdi/availability_central_asia_2013_2020.csv": "no contract claims",
    "wdi/check_paper_descriptives.csv": "no contract claims",
    "wdi/formats/API_indicator_metadata_IT.NET.USER.ZS.json": "no contract claims",
}


@pytest.fixture(scope="module")
def results(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, FileResult]:
    """What a mere check of the whole folder says, by file."""
    home = tmp_path_factory.mktemp("home")
    report = check(Settings(home=home / "state", landing=shared_data))
    return {result.file_name: result for result in report.files}


def test_every_file_is_in_one_of_the_two_lists(results: dict[str, FileResult]):
    assert set(results) == CLAIMED.keys() | REFUSED.keys()


@pytest.mark.parametrize("name", CLAIMED)
def test_the_file_is_claimed_by_its_contract(results: dict[str, FileResult], name: str):
    result = results[name]
    assert (result.status, result.contract) in [
        ("loaded", CLAIMED[name]),
        ("duplicate", CLAIMED[name]),
    ], result.reason


@pytest.mark.parametrize("name", REFUSED)
def test_the_file_is_refused_with_a_reason(results: dict[str, FileResult], name: str):
    result = results[name]
    assert result.status == "refused"
    assert re.search(REFUSED[name], result.reason), result.reason
