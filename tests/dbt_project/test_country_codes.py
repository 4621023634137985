"""The countries seed: what a publisher's code means in a year, against the publishers' own tables."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

OTHERWISE = {
    "490": "TWN",  # S19, "Other Asia, nes": Taiwan in practice
    "412": "XKX",  # _KS
    "492": "",  # MCO, though it is the rest of the European Union
}
"""Codes of UN Comtrade's tables that the seed knows better than the code beside them."""


@pytest.fixture(scope="module")
def rows(project: Path) -> list[dict[str, str]]:
    with (project / "seeds" / "countries.csv").open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def meanings(rows: list[dict[str, str]], code_system: str, code: str, year: int) -> list[str]:
    return [
        row["country_iso3"] or row["kind"]
        for row in rows
        if row["code_system"] == code_system
        and row["code"] == code
        and int(row["valid_from_year"]) <= year <= int(row["valid_to_year"] or 9999)
    ]


@pytest.mark.parametrize(
    ("code", "year", "meaning"),
    [
        ("842", 1981, ["USA"]),
        ("842", 1980, []),
        ("841", 1980, ["USA"]),
        ("841", 1981, []),
        ("56", 1999, ["BEL"]),
        ("56", 1998, []),
        ("58", 1998, ["BEL"]),
        ("58", 1999, []),
        ("736", 2011, ["SDN"]),
        ("736", 2012, []),
        ("729", 2011, ["SDN"]),
        ("729", 2010, []),
        ("728", 2010, []),
        ("728", 2011, ["SSD"]),
        ("891", 2006, ["SCG"]),
        ("891", 2007, []),
        ("688", 2005, []),
        ("688", 2006, ["SRB"]),
        ("499", 2006, ["MNE"]),
        ("590", 1977, ["PAN"]),
        ("591", 1978, ["PAN"]),
        ("280", 1990, ["DEU"]),
        ("276", 1991, ["DEU"]),
        ("278", 1990, ["DDR"]),
        ("230", 1992, ["ETH"]),
        ("231", 1993, ["ETH"]),
        ("886", 1990, ["YEM"]),
        ("887", 1991, ["YEM"]),
        ("868", 1974, ["VNM"]),
        ("704", 1975, ["VNM"]),
        ("658", 1980, ["KNA"]),
        ("659", 1981, ["KNA"]),
        ("532", 1985, ["ANT"]),
        ("530", 1986, ["ANT"]),
        ("530", 2011, []),
        ("711", 1999, ["residual"]),
        ("711", 2000, []),
        ("710", 2000, ["ZAF"]),
        ("356", 1974, ["IND"]),
        ("699", 1975, ["IND"]),
        ("516", 2013, ["NAM"]),
        ("490", 2013, ["TWN"]),
        ("251", 2013, ["FRA"]),
        ("579", 2013, ["NOR"]),
        ("757", 2013, ["CHE"]),
        ("0", 2013, ["aggregate"]),
        ("97", 2013, ["aggregate"]),
        ("975", 2013, ["aggregate"]),
        *((code, 2013, ["residual"]) for code in ("899", "837", "838", "839", "697", "492", "473", "636")),
    ],
)
def test_a_comtrade_code_means_what_it_meant_in_the_year(rows, code: str, year: int, meaning: list[str]):
    assert meanings(rows, "un_comtrade", code, year) == meaning


@pytest.mark.parametrize(
    ("code", "year", "meaning"),
    [
        ("842", 2020, ["USA"]),
        ("251", 2020, ["FRA"]),
        ("490", 2020, ["TWN"]),
        ("381", 2020, ["ITA"]),
        ("380", 2020, ["ITA"]),
        ("697", 2020, ["residual"]),
        ("849", 2020, ["PUS"]),
        ("711", 1998, ["residual"]),
        ("58", 1998, ["BEL"]),
        ("58", 1999, []),
        ("891", 2005, ["SCG"]),
        ("688", 2005, []),
        ("688", 2006, ["SRB"]),
        ("736", 2012, []),
        ("729", 2012, ["SDN"]),
    ],
)
def test_a_baci_code_means_what_it_meant_in_the_year(rows, code: str, year: int, meaning: list[str]):
    assert meanings(rows, "baci", code, year) == meaning


@pytest.mark.parametrize(
    ("name", "year", "meaning"),
    [
        ("Belgium-Luxembourg", 1996, ["BEL"]),
        ("Belgium-Luxembourg", 1997, []),
        ("Belgium", 1996, []),
        ("Belgium", 1997, ["BEL"]),
        ("Czechoslovakia", 1992, ["CSK"]),
        ("Eastern Germany", 1989, ["DDR"]),
        ("USSR", 1991, ["SUN"]),
        ("USSR", 1992, []),
        ("Yemen Arab Rep.", 1989, ["YEM"]),
        ("Yemen, Rep. of", 1989, []),
        ("Yemen, Rep. of", 1990, ["YEM"]),
        ("Yemen, People's Dem. Rep. of", 1961, ["YMD"]),
        ("Yugoslavia", 1991, ["YUG"]),
        ("Yugoslavia", 1992, ["SCG"]),
        ("Serbia and Montenegro", 2005, ["SCG"]),
        ("Serbia, Rep. of", 2006, ["SRB"]),
        ("Netherlands Antilles", 2020, ["ANT"]),
        ("South African Common Customs Area (SACCA)", 1997, ["residual"]),
        ("Asia not specified", 2013, ["residual"]),
        ("Other Countries not included elsewhere", 2013, ["aggregate"]),
        ("World", 2013, ["aggregate"]),
    ],
)
def test_a_name_of_the_direction_of_trade_means_what_it_meant_in_the_year(
    rows, name: str, year: int, meaning: list[str]
):
    assert meanings(rows, "imf_dots", name, year) == meaning


def test_an_economy_has_a_code_of_its_own_and_an_area_has_none(rows):
    canonical = {row["code"] for row in rows if row["code_system"] == "iso3"}
    for row in rows:
        is_economy = row["kind"] in {"country", "historical"}
        assert (row["country_iso3"] in canonical) == is_economy, row
        assert bool(row["country_iso3"]) == is_economy, row


def test_a_former_state_has_the_same_code_in_every_system_in_a_year_of_its_trade(rows):
    names = {
        "BEL": {"un_comtrade": "58", "baci": "58", "imf_dots": "Belgium-Luxembourg"},
        "CSK": {"un_comtrade": "200", "baci": "200", "imf_dots": "Czechoslovakia"},
        "DDR": {"un_comtrade": "278", "baci": "278", "imf_dots": "Eastern Germany"},
        "SUN": {"un_comtrade": "810", "baci": "810", "imf_dots": "USSR"},
        "YMD": {"un_comtrade": "720", "imf_dots": "Yemen, People's Dem. Rep. of"},
        "YEM": {"un_comtrade": "886", "imf_dots": "Yemen Arab Rep."},
        "YUG": {"un_comtrade": "890", "imf_dots": "Yugoslavia"},
    }
    for country, codes in names.items():
        for code_system, code in codes.items():
            assert meanings(rows, code_system, code, 1985) == [country]
    for code_system, code in {"un_comtrade": "891", "imf_dots": "Serbia and Montenegro"}.items():
        assert meanings(rows, code_system, code, 2000) == ["SCG"]


@pytest.mark.real_data
@pytest.mark.parametrize("role", ["reporter", "partner"])
def test_every_code_of_the_publishers_table_is_known_with_its_years(rows, shared_data: Path, role: str):
    known = {row["code"]: row for row in rows if row["code_system"] == "un_comtrade"}
    canonical = {row["code"] for row in rows if row["code_system"] == "iso3"}
    with (shared_data / "comtrade" / f"ref_{role}.csv").open(encoding="utf-8", newline="") as lines:
        published = list(csv.DictReader(lines))
    assert len(published) > 250
    for area in published:
        code = area["reporterCode" if role == "reporter" else "PartnerCode"]
        row = known[code]
        name = "reporterCodeIsoAlpha3" if role == "reporter" else "PartnerCodeIsoAlpha3"
        iso3 = area[name].strip()
        assert row["country_iso3"] == OTHERWISE.get(code, iso3 if iso3 in canonical else ""), area
        assert row["valid_to_year"] == area["entryExpiredDate"][:4], area
        if code != "0":
            assert row["valid_from_year"] == area["entryEffectiveDate"][:4], area


@pytest.mark.real_data
@pytest.mark.parametrize("name", ["country_codes_V202201.csv", "country_codes_V202301.csv"])
def test_every_code_of_baci_is_known_under_its_published_country(rows, shared_data: Path, name: str):
    known = {row["code"]: row for row in rows if row["code_system"] == "baci"}
    with (shared_data / "baci" / name).open(encoding="cp1252", newline="") as lines:
        published = list(csv.DictReader(lines))
    assert len(published) == 238
    otherwise = {"490": "TWN", "697": "", "849": "PUS", "711": ""}
    for area in published:
        code = area["country_code"]
        assert known[code]["country_iso3"] == otherwise.get(code, area["iso_3digit_alpha"]), area


def test_hs_editions_are_named_alike_for_comtrade_and_baci(project: Path):
    with (project / "seeds" / "hs_editions.csv").open(encoding="utf-8", newline="") as lines:
        named = {row["comtrade_code"]: row["hs_edition"] for row in csv.DictReader(lines)}
    editions = ["HS92", "HS96", "HS02", "HS07", "HS12", "HS17", "HS22"]
    assert named == {f"H{place}": edition for place, edition in enumerate(editions)}
    with (project / "seeds" / "commodity_classifications.csv").open(encoding="utf-8", newline="") as lines:
        classified = {row["classification_code"]: row["hs_edition"] for row in csv.DictReader(lines)}
    assert {code: edition for code, edition in classified.items() if edition} == named
