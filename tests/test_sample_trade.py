"""The sample's trade, distances and digital services: complete, gaps left gaps, figures the publishers'."""

from __future__ import annotations

import math
from collections import Counter

import pytest

from tests.test_sample import (
    ASEAN,
    CENTRAL_ASIA,
    ECONOMIES_WITH_TMP,
    PARTNERS,
    REST_OF_SCO,
    YEARS,
    read,
    sample,
    worldbank,
)

__all__ = ["sample", "worldbank"]  # fixtures of the whole folder

CHINA_REPORTS = "imf/DOTS_CHN_by_partner_2000-2020.csv"
PARTNERS_REPORT = "imf/DOTS_partners_report_CHN_2000-2020.csv"
OTHER_PARTNERS = "imf/DOTS_SCO_ASEAN_reporters_other_partners_2000-2020.csv.gz"
DISTANCES = "cepii/dist_cepii_from_22_economies.csv"
DIGITAL_SERVICES = "unctad/digitally_deliverable_services_2010-2023.csv"
ECONOMY_TABLE = "worldbank/WDICountry_2026-08-18.csv"
OTHERS = "Other Countries not included elsewhere"
"""Stands among the areas, but is the sum of Cuba and North Korea, which have rows of their own."""


# --- IMF, CEPII, EIA ----------------------------------------------------------------------------------


def test_direction_of_trade_holds_both_sides_of_every_flow_and_keeps_the_mark_of_estimates(sample):
    flows, years = ("exports_fob", "imports_cif"), range(2008, 2021)
    wanted = {(partner, flow, str(year)) for partner in PARTNERS for flow in flows for year in years}
    by_china, by_partners = read(sample / CHINA_REPORTS), read(sample / PARTNERS_REPORT)
    for rows, other in ((by_china, "partner"), (by_partners, "reporter")):
        keys = [(row[f"{other}_imf"], row["flow"], row["year"]) for row in rows]
        assert len(keys) == len(set(keys))
        assert wanted <= {(row[f"{other}_iso3"], row["flow"], row["year"]) for row in rows}
        assert {row["year"] for row in rows} == set(map(str, range(2000, 2021)))
    assert (
        {row["reporter_iso3"] for row in by_china} == {row["partner_iso3"] for row in by_partners} == {"CHN"}
    )
    assert len({row["partner_iso3"] for row in by_china if row["partner_type"] == "country"}) == 205
    assert len({row["reporter_iso3"] for row in by_partners} - {""}) == 206
    assert not [row for row in by_china if row["value_usd_million"].endswith(" e")]
    estimates = [row for row in by_partners if row["value_usd_million"].endswith(" e")]
    assert len(estimates) == 510
    marked = Counter((row["reporter_iso3"], row["flow"]) for row in estimates if row["year"] >= "2008")
    assert {key: count for key, count in marked.items() if key[0] in PARTNERS} == {
        ("LAO", "exports_fob"): 13,
        ("LAO", "imports_cif"): 13,
        ("IRN", "exports_fob"): 13,
    }
    letters = {
        (row["reporter_iso3"], row["flow"], row["year"]): row["value_usd_million"] for row in by_partners
    }
    assert letters["LAO", "exports_fob", "2013"] == "962.87 e"
    assert letters["IRN", "exports_fob", "2008"] == "18,472.91 e"
    assert letters["USA", "imports_cif", "2020"] == "435449.022854"


def test_what_china_reports_by_country_and_area_adds_up_to_the_world_that_the_source_prints(sample):
    """The world of 2013 and 2020 as the IMF prints it: 2,210,662 and 2,598,024 million dollars of exports."""
    rows = [row for row in read(sample / CHINA_REPORTS) if row["flow"] == "exports_fob"]
    for year, world in (("2013", 2_210_662), ("2020", 2_598_024)):
        of_year = [row for row in rows if row["year"] == year]
        (printed,) = (row["value_usd_million"] for row in of_year if row["partner_imf"] == "World")
        parts = [float(row["value_usd_million"]) for row in of_year if row["partner_type"] != "aggregate"]
        (counted_twice,) = (row["value_usd_million"] for row in of_year if row["partner_imf"] == OTHERS)
        assert round(float(printed)) == world
        assert math.fsum(parts) - float(counted_twice) == pytest.approx(float(printed), rel=1e-9)


def test_the_groups_reporters_trade_with_every_country_but_china_which_stands_elsewhere(sample):
    rows = read(sample / OTHER_PARTNERS)
    reporters = {*CENTRAL_ASIA, *REST_OF_SCO, *ASEAN} - {"TLS"}
    assert {row["reporter_iso3"] for row in rows} == reporters
    assert {row["partner_type"] for row in rows} == {"country"}
    assert "CHN" not in {row["partner_iso3"] for row in rows}
    keys = {(row["reporter_iso3"], row["partner_iso3"], row["flow"], row["year"]) for row in rows}
    assert len(keys) == len(rows)
    assert {row["year"] for row in rows} == set(map(str, range(2000, 2021)))
    for reporter in reporters:
        assert len({key[1] for key in keys if key[0] == reporter}) > 150, reporter


def test_geodist_has_every_pair_with_the_publishers_codes(sample):
    rows = read(sample / DISTANCES)
    pairs = {(row["iso_o"], row["iso_d"]): row for row in rows}
    assert len(rows) == len(pairs) == 22 * 224
    assert {origin for origin, _ in pairs} == ECONOMIES_WITH_TMP
    assert (pairs["CHN", "KAZ"]["dist"], pairs["CHN", "KAZ"]["distcap"]) == ("3277.169", "3655.658")
    assert pairs["CHN", "TMP"]["dist"] == "5478.192"
    assert all(pairs[a, b]["dist"] == pairs[b, a]["dist"] for a, b in pairs if (b, a) in pairs)


# --- UNCTAD -------------------------------------------------------------------------------------------


def test_digital_services_hold_every_economy_with_the_world_and_keep_their_gaps(sample):
    rows = {(row["iso3"], int(row["year"])): row for row in read(sample / DIGITAL_SERVICES)}
    exports = {key: row["dig_services_exports_usd_millions"] for key, row in rows.items()}
    assert len(rows) == 2_879
    assert len({country for country, _ in rows}) == 206
    assert (exports["SGP", 2020], exports["CHN", 2020]) == ("133222.0", "151509.0")
    assert (exports["WLD", 2010], exports["WLD", 2020]) == ("1835732.0", "3324128.0")
    assert all(exports["WLD", year] for year in range(2010, 2024))
    gaps = {"THA": range(2019, 2024), "VNM": (*range(2015, 2020), 2023), "BRN": range(2010, 2014)}
    gaps |= {"MMR": range(2022, 2024), "LAO": range(2023, 2024)}
    for country, years in gaps.items():
        blank = {year for year in range(2010, 2024) if not exports.get((country, year))}
        assert blank == set(years), country


def test_singapores_advantage_in_digital_services_can_be_computed_from_what_landed(sample, worldbank):
    """Exports of 133,222 million of 2020 in all that 181.18 % of 351.2 billion sell, against the world's."""
    exports = {
        row["iso3"]: float(row["dig_services_exports_usd_millions"]) * 1e6
        for row in read(sample / DIGITAL_SERVICES)
        if row["year"] == "2020" and row["iso3"] in ("SGP", "WLD")
    }
    sold = {
        country: math.prod(
            float(worldbank["2026-07-01", code, country]["2020"])
            for code in ("NY.GDP.MKTP.CD", "NE.EXP.GNFS.ZS")
        )
        / 100
        for country in exports
    }
    share = {country: exports[country] / sold[country] for country in exports}
    assert round(share["SGP"], 4) == 0.2094
    assert round(share["WLD"], 4) == 0.1478
    assert round(share["SGP"] / share["WLD"], 3) == 1.416


def test_the_table_of_economies_knows_every_country_of_the_indicators(sample, worldbank):
    table = {row["Country Code"]: row for row in read(sample / ECONOMY_TABLE)}
    assert len(table) == 264
    assert sum(bool(row["Region"]) for row in table.values()) == 217
    codes = {country for vintage, _, country in worldbank if vintage == "2026-07-01"}
    assert codes - set(table) == {"FCS", "INX"}  # fragile states as one, and "not classified"
    assert (table["TKM"]["Region"], table["TKM"]["Income Group"]) == (
        "Europe & Central Asia",
        "Upper middle income",
    )


def test_brent_carries_the_publishers_own_header_and_annual_averages(sample):
    rows = read(sample / "eia" / "europe_brent_spot_price_annual.csv")
    assert list(rows[0]) == ["Date", "Europe Brent Spot Price FOB (Dollars per Barrel)"]
    prices = {row["Date"][:4]: row["Europe Brent Spot Price FOB (Dollars per Barrel)"] for row in rows}
    assert list(prices) == YEARS
    assert (prices["2013"], prices["2016"], prices["2020"]) == ("108.56", "43.64", "41.96")


# --- against the publishers' files


@pytest.mark.real_data
def test_direction_of_trade_is_the_publishers_to_the_letter(sample, shared_data):
    for ours, theirs, left_out in (
        (CHINA_REPORTS, "imf_dots_china_by_partner_1961_2020", ()),
        (PARTNERS_REPORT, "imf_dots_mirror_partners_report_china_1960_2020", ()),
        (OTHER_PARTNERS, "imf_dots_sco_asean_tkm_reporters_2000_2020", ("CHN",)),
    ):
        published = read(shared_data / "trade" / f"{theirs}.csv")
        wanted = [row for row in published if row["year"] >= "2000" and row["partner_iso3"] not in left_out]
        assert read(sample / ours) == wanted, ours


@pytest.mark.real_data
def test_what_the_groups_reporters_say_of_china_stands_in_the_partners_reports(sample, shared_data):
    left_out = [
        row
        for row in read(shared_data / "trade" / "imf_dots_sco_asean_tkm_reporters_2000_2020.csv")
        if row["partner_iso3"] == "CHN"
    ]
    carried = {tuple(row.values()) for row in read(sample / PARTNERS_REPORT)}
    assert len(left_out) == 838
    assert {tuple(row.values()) for row in left_out} <= carried


@pytest.mark.real_data
def test_geodist_brent_and_the_tables_of_few_columns_are_the_publishers_to_the_letter(sample, shared_data):
    published = read(shared_data / "geo" / "dist_cepii.csv")
    wanted = [row for row in published if row["iso_o"] in ECONOMIES_WITH_TMP]
    assert read(sample / DISTANCES) == wanted
    annual = read(shared_data / "trade" / "oil_brent_year.csv")
    ours = read(sample / "eia" / "europe_brent_spot_price_annual.csv")
    wanted = [list(row.values()) for row in annual if row["Date"][:4] in YEARS]
    assert [list(row.values()) for row in ours] == wanted
    for ours, theirs in (
        (DIGITAL_SERVICES, "policy/unctad_digitally_deliverable_services_2010_2023.csv"),
        (ECONOMY_TABLE, "wdi/WDICountry_extract.csv"),
        ("facts/china_cbec_partner_shares.csv", "policy/cbec_china_partner_shares.csv"),
    ):
        # Every line to the letter, in an order of our own.
        carried = (sample / ours).read_bytes().splitlines()
        published = (shared_data / theirs).read_bytes().splitlines()
        assert carried[0] == published[0], ours
        assert sorted(carried) == sorted(published), ours
