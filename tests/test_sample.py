"""The sample is complete, dated and cited, its holes are holes, its figures the publishers' own."""

from __future__ import annotations

import csv
import gzip
import hashlib
import io
import math
import re
from collections import Counter
from datetime import date
from pathlib import Path

import pytest
import yaml

CENTRAL_ASIA = ["KAZ", "KGZ", "TJK", "TKM", "UZB"]
REST_OF_SCO = ["RUS", "IND", "PAK", "IRN", "BLR"]
ASEAN = ["BRN", "KHM", "IDN", "LAO", "MYS", "MMR", "PHL", "SGP", "THA", "VNM", "TLS"]
PARTNERS = [*CENTRAL_ASIA, *REST_OF_SCO, *ASEAN]
ECONOMIES = {"CHN", *PARTNERS}
ECONOMIES_WITH_TMP = ECONOMIES - {"TLS"} | {"TMP"}  # the LPI's, the WGI's and GeoDist's code for Timor-Leste
OF_EVERY_ECONOMY = {  # indicators that stand for every economy and aggregate of the source, by vintage
    **{vintage: {"NY.GDP.PCAP.PP.CD"} for vintage in ("2024-03-28", "2026-07-01")},
    "2022-05-25": {"IT.NET.USER.ZS", "NY.GDP.PCAP.CD", "SP.POP.TOTL"},
    "2022-09-16": {"NE.EXP.GNFS.ZS", "NY.GDP.MKTP.CD"},
    "2026-04-08": {"NE.TRD.GNFS.ZS"},
}
OF_EVERY_ECONOMY["2026-07-01"] |= {
    *("FP.CPI.TOTL.ZG", "NY.GDP.DEFL.KD.ZG", "NY.GDP.MKTP.CD", "NY.GDP.PCAP.CD", "SP.POP.TOTL"),
    *("IT.CEL.SETS.P2", "IT.NET.BBND.P2", "IT.NET.SECR.P6", "GB.XPD.RSDV.GD.ZS", "SE.TER.ENRR"),
    *("LP.EXP.DURS.MD", "LP.IMP.DURS.MD", "LP.LPI.OVRL.XQ", "TG.VAL.TOTL.GD.ZS"),
    *("NE.EXP.GNFS.ZS", "NE.IMP.GNFS.ZS", "TM.VAL.MRCH.CD.WT", "TX.VAL.MRCH.CD.WT"),
}
SIZE_MAX = 8_000_000
YEARS = [str(year) for year in range(2000, 2024)]
WDI_HEADER = ["Country Name", "Country Code", "Indicator Name", "Indicator Code", *YEARS]
SIDE_CAR_KEYS = {
    *("publisher", "title", "url", "vintage", "vintage_note"),
    *("licence", "redistribution", "retrieved_from", "note"),
}
PUBLISHERS_HOSTS = {
    *("datatopics.worldbank.org", "lpi.worldbank.org", "www.worldbank.org", "data.imf.org"),
    "unctadstat.unctad.org",
    *("www.cepii.fr", "www.eia.gov", "github.com", "stats.customs.gov.cn"),
}
CUSTOMS_ENCODING = "gb18030"  # what the Chinese customs' query platform sends
Rows = list[dict[str, str]]


def encoding(path: Path) -> str:
    return CUSTOMS_ENCODING if "gacc" in path.parts and path.suffix == ".csv" else "utf-8"


def content(path: Path) -> bytes:
    """The text's bytes, unpacked where the file is packed."""
    return gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()


def read(path: Path) -> Rows:
    return list(csv.DictReader(io.StringIO(content(path).decode(encoding(path)), newline="")))


@pytest.fixture(scope="module")
def sample(repository: Path) -> Path:
    return repository / "sample"


@pytest.fixture(scope="module")
def data_files(sample: Path) -> list[Path]:
    return sorted([*sample.rglob("*.csv"), *sample.rglob("*.csv.gz")])


@pytest.fixture(scope="module")
def worldbank(sample: Path) -> dict[tuple[str, str, str], dict[str, str]]:
    """Row by vintage, indicator code and country code."""
    table: dict[tuple[str, str, str], dict[str, str]] = {}
    for path in sorted((sample / "worldbank").glob("WDICSV_*.csv")):
        vintage = str(side_car(path)["vintage"])
        for row in read(path):
            key = (vintage, row["Indicator Code"], row["Country Code"])
            assert key not in table, f"{path.name}: {key} stands twice"
            table[key] = row
    return table


def side_car(path: Path) -> dict[str, object]:
    return yaml.safe_load(path.with_name(path.name + ".origin.yml").read_text(encoding="utf-8"))


def published_years(worldbank, indicator: str, country: str, vintage: str | None = None) -> set[int]:
    return {
        int(year)
        for (seen_vintage, seen_indicator, seen_country), row in worldbank.items()
        if (seen_indicator, seen_country) == (indicator, country) and vintage in (None, seen_vintage)
        for year in YEARS
        if row[year]
    }


# --- the folder ---------------------------------------------------------------------------------------


def test_the_sample_stays_small(sample):
    assert sum(path.stat().st_size for path in sample.rglob("*") if path.is_file()) < SIZE_MAX


def test_every_file_is_plain_text_with_rows_as_wide_as_its_header(data_files):
    assert len(data_files) >= 21
    for path in data_files:
        text = content(path)
        assert not text.startswith(b"\xef\xbb\xbf"), path.name
        assert b"\r" not in text, path.name
        assert text.endswith(b"\n"), path.name
        header, *body = csv.reader(text.decode(encoding(path)).splitlines())
        assert body, path.name
        assert {len(row) for row in body} == {len(header)}, path.name


def test_every_file_has_a_complete_side_car_and_every_side_car_its_file(sample, data_files):
    side_cars = sorted(sample.rglob("*.origin.yml"))
    assert [path.name for path in side_cars] == [f"{path.name}.origin.yml" for path in data_files]
    for path in data_files:
        origin = side_car(path)
        assert set(origin) - {"row_count"} == SIDE_CAR_KEYS, path.name
        assert origin.get("row_count") in (None, len(read(path))), path.name
        assert type(origin["vintage"]) is date, path.name
        assert date(2004, 1, 1) < origin["vintage"] <= date(2026, 11, 21), path.name
        assert origin["redistribution"] in {"allowed", "not_allowed", "unknown"}, path.name
        for key in SIDE_CAR_KEYS - {"vintage"}:
            assert str.strip(origin[key]), (path.name, key)


def test_no_content_lies_there_twice(data_files):
    assert max(Counter(hashlib.sha256(content(path)).hexdigest() for path in data_files).values()) == 1


def test_sources_md_lists_every_file_with_its_rows_and_vintage(sample, data_files):
    text = (sample / "SOURCES.md").read_text(encoding="utf-8")
    listed = {}
    for line in text.splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if len(cells) == 9 and cells[0].startswith("`"):
            listed[cells[0].strip("`")] = (int(cells[4]), cells[5])
    assert listed == {
        path.relative_to(sample).as_posix(): (len(read(path)), str(side_car(path)["vintage"]))
        for path in data_files
    }


def test_the_sample_names_no_machine_and_no_host_but_publishers_and_cited_pages(sample):
    for path in sorted(path for path in sample.rglob("*") if path.is_file()):
        text = content(path).decode(encoding(path))
        assert not re.search(r"(?<![\w/:.<>)-])/[A-Za-z]\w*/\w|(?<!\w)\.\./|[A-Z]:\\", text), path.name
        if path.suffix not in (".csv", ".gz"):
            assert set(re.findall(r"https?://([^/\s]+)", text)) <= PUBLISHERS_HOSTS, path.name
        elif path.parent.name != "facts":
            assert "://" not in text, path.name


# --- World Bank ---------------------------------------------------------------------------------------


def test_world_bank_files_have_the_bulk_layout_one_vintage_each_and_all_economies(sample):
    vintages = []
    for path in sorted((sample / "worldbank").glob("WDICSV_*.csv")):
        with path.open(encoding="utf-8") as stream:
            assert next(csv.reader(stream)) == WDI_HEADER, path.name
        origin = side_car(path)
        codes = {row["Country Code"] for row in read(path)}
        assert codes >= (ECONOMIES_WITH_TMP if re.search("LPI|WGI", path.name) else ECONOMIES), path.name
        vintages.append(str(origin["vintage"]))
        if stated := re.search(r"\d{4}-\d{2}-\d{2}", path.name):
            assert stated[0] == str(origin["vintage"]), path.name
    assert len(set(vintages)) == len(vintages) == 9
    assert {"2018-12-31", "2023-12-31"} < set(vintages)


def test_what_the_studies_use_stands_for_every_economy_and_for_the_world(worldbank):
    by_indicator: dict[tuple[str, str], set[str]] = {}
    for vintage, indicator, country in worldbank:
        by_indicator.setdefault((vintage, indicator), set()).add(country)
    counts = {key: len(countries) for key, countries in by_indicator.items()}
    survey = {key: counts.pop(key) for key in list(counts) if key[0] in ("2018-12-31", "2023-12-31")}
    assert Counter(survey.values()) == {169: 7, 214: 6}
    of_every = {(vintage, code) for vintage, codes in OF_EVERY_ECONOMY.items() for code in codes}
    assert {key for key, count in counts.items() if count == 266} == of_every
    assert max(count for key, count in counts.items() if key not in of_every) == 22
    assert all("WLD" in by_indicator[key] for key in of_every)


def test_every_value_is_a_plain_finite_number(worldbank):
    for key, row in worldbank.items():
        for year in YEARS:
            assert re.fullmatch(r"|-?\d+(\.\d+)?([eE]-?\d+)?", row[year]), (*key, year, row[year])


def test_the_indicators_the_studies_need_are_there(worldbank):
    wanted = {
        *("NY.GDP.PCAP.PP.CD", "NY.GDP.MKTP.CD", "NY.GDP.DEFL.KD.ZG", "SP.POP.TOTL", "PA.NUS.FCRF"),
        *("FP.CPI.TOTL.ZG", "TG.VAL.TOTL.GD.ZS", "GB.XPD.RSDV.GD.ZS", "SE.TER.ENRR"),
        *("IT.NET.USER.ZS", "IT.NET.SECR.P6", "IT.CEL.SETS.P2", "IT.NET.BBND.P2"),
        *(f"LP.LPI.{score}.XQ" for score in ("OVRL", "CUST", "INFR", "ITRN", "LOGS", "TIME", "TRAC")),
        *(f"{dimension}.EST" for dimension in ("CC", "GE", "PV", "RL", "RQ", "VA")),
    }
    assert wanted <= {indicator for _, indicator, _ in worldbank}


@pytest.mark.parametrize(
    ("indicator", "country", "vintage", "last_year"),
    [
        ("FP.CPI.TOTL.ZG", "TKM", None, None),
        ("FP.CPI.TOTL", "TKM", None, None),
        ("PA.NUS.FCRF", "TKM", None, 2001),
        ("FP.CPI.TOTL.ZG", "TJK", None, 2016),
        ("IT.NET.USER.ZS", "TJK", "2022-05-25", 2017),
        ("IT.NET.USER.ZS", "TKM", "2022-05-25", 2017),
        ("IT.NET.USER.ZS", "KAZ", "2022-05-25", 2020),
        ("GB.XPD.RSDV.GD.ZS", "LAO", None, 2002),
        ("GB.XPD.RSDV.GD.ZS", "TLS", None, None),
        ("LP.LPI.OVRL.XQ", "TLS", None, 2007),
        ("LP.LPI.OVRL.XQ", "TMP", None, 2007),
        ("LP.LPI.CUST.XQ", "TMP", None, 2007),
        ("LP.LPI.CUST.XQ", "CHN", None, 2018),
        ("LP.IMP.DURS.MD", "TKM", None, None),
    ],
)
def test_a_known_hole_is_a_hole(worldbank, indicator, country, vintage, last_year):
    assert max(published_years(worldbank, indicator, country, vintage), default=None) == last_year


@pytest.mark.parametrize(
    ("vintage", "indicator", "country", "year", "letters"),
    [
        ("2022-05-25", "IT.NET.USER.ZS", "KAZ", 2020, "85.94259898"),
        ("2022-05-25", "IT.NET.USER.ZS", "TKM", 2013, "9.6"),
        ("2022-05-25", "SP.POP.TOTL", "TKM", 2013, "5366376"),
        ("2026-07-01", "SP.POP.TOTL", "TKM", 2013, "5939341"),
        ("2026-07-01", "TG.VAL.TOTL.GD.ZS", "KGZ", 2013, "110.81066864812"),
        ("2018-08-01", "IT.NET.SECR.P6", "KAZ", 2016, "30.9648031343799"),
        ("2026-07-01", "IT.NET.SECR.P6", "KAZ", 2016, "255.995556426844"),
        ("2018-08-01", "FP.CPI.TOTL", "KAZ", 2010, "100"),
        ("2024-03-28", "NY.GDP.PCAP.PP.CD", "TKM", 2013, "12295.3344384643"),
    ],
)
def test_a_published_value_stands_to_the_letter(worldbank, vintage, indicator, country, year, letters):
    assert worldbank[vintage, indicator, country][str(year)] == letters


def test_extremes_are_those_printed_for_central_asia_in_2013_to_2020(worldbank):
    """Journal ISSN 1008-9659, 2024 no. 2, pp. 86 ff.: table of descriptive statistics, in logarithms.

    Its smallest openness is Uzbekistan's of 2016 on the GDP of September 2022.
    """

    def value(vintage: str, indicator: str, country: str, year: int) -> float:
        return float(worldbank[vintage, indicator, country][str(year)] or "nan")

    for vintage, indicator, unit, extremes in (
        ("2022-05-25", "IT.NET.USER.ZS", 1, (2.262, 4.454)),
        ("2022-05-25", "SP.POP.TOTL", 10_000, (6.285, 8.138)),
        ("2024-03-28", "NY.GDP.PCAP.PP.CD", 1, (8.006, 10.221)),
    ):
        values = [value(vintage, indicator, c, y) / unit for c in CENTRAL_ASIA for y in range(2013, 2021)]
        logarithms = [math.log(number) for number in values if not math.isnan(number)]
        assert (round(min(logarithms), 3), round(max(logarithms), 3)) == extremes
    trade = sum(value("2026-07-01", code, "UZB", 2016) for code in ("TX.VAL.MRCH.CD.WT", "TM.VAL.MRCH.CD.WT"))
    openness = 100 * trade / value("2022-09-16", "NY.GDP.MKTP.CD", "UZB", 2016)
    assert (round(openness, 2), round(math.log(openness), 3)) == (23.57, 3.160)
    assert round(math.log(value("2026-07-01", "TG.VAL.TOTL.GD.ZS", "KGZ", 2013)), 3) == 4.708


@pytest.mark.parametrize(
    ("indicator", "country", "year", "older", "newer", "ratio"),
    [
        ("SP.POP.TOTL", "TKM", 2013, "2022-05-25", "2026-07-01", 5.94 / 5.37),
        ("NY.GDP.MKTP.CD", "UZB", 2016, "2022-09-16", "2026-07-01", 97.9 / 86.1),
        ("NY.GDP.MKTP.CD", "UZB", 2016, "2018-08-01", "2022-09-16", 86.1 / 67.2),
        ("IT.NET.SECR.P6", "KAZ", 2016, "2018-08-01", "2026-07-01", 256 / 31),
        ("NY.GDP.PCAP.PP.CD", "TKM", 2013, "2018-08-01", "2024-03-28", 12295 / 13698),
    ],
)
def test_vintages_differ_where_revisions_matter(worldbank, indicator, country, year, older, newer, ratio):
    before, after = (float(worldbank[vintage, indicator, country][str(year)]) for vintage in (older, newer))
    assert after / before == pytest.approx(ratio, rel=0.005)


# --- cited facts --------------------------------------------------------------------------------------


def test_national_facts_are_unique_cited_and_as_printed(sample):
    rows = read(sample / "facts" / "china_cbec_national.csv")
    parts = ("period", "concept", "flow", "breakdown", "item", "status")
    assert len({tuple(row[part] for part in parts) for row in rows}) == len(rows)
    assert all(row["source_url"].startswith("http") and row["source_publisher"] for row in rows)
    totals = [row for row in rows if row["breakdown"] == "all"]
    assert all(row["value"] and row["unit"] for row in totals)
    keys = [(r["period"], r["concept"], r["flow"], r["unit"], r["status"]) for r in totals]
    facts = {key: (row["value"], row["yoy_pct"]) for key, row in zip(keys, totals, strict=True)}
    assert facts["2020", "cbec_survey_total", "total", "bn_cny", "reported"] == ("1690", "31.1")
    assert facts["2020", "cbec_survey_total", "exports", "bn_cny", "reported"] == ("1120", "40.1")
    assert facts["2020", "goods_trade", "total", "bn_cny", "reported"] == ("32160", "1.9")
    assert facts["2020", "cbec_survey_total", "total", "bn_usd", "converted"] == ("261.5", "")


def test_facts_without_a_yuan_value_are_there_with_their_bounds(sample):
    rows = [r for r in read(sample / "facts" / "china_cbec_national.csv") if r["concept"] == "platform"]
    cities = {row["item_rank"]: row["item"] for row in rows if row["breakdown"] == "city"}
    assert cities == {"1": "Shenzhen", "2": "Guangzhou", "3": "Jinhua", "4": "Dongguan", "5": "Ningbo"}
    sectors = {row["item"] for row in rows if (row["breakdown"], row["growth_bound"]) == ("sector", "above")}
    assert sectors == {"machinery", "home gardening", "consumer electronics", "cosmetics", "apparel"}
    said = {row["item"]: (row["yoy_pct"], row["item_count"]) for row in rows if row["breakdown"] == "measure"}
    assert said["transactions"] == ("101", "")
    assert said["countries_with_doubled_volume"] == ("100", "100")
    assert not any(row["value"] for row in rows)


def test_memberships_are_unique_cited_and_still_in_force(sample):
    rows = read(sample / "facts" / "group_memberships.csv")
    keys = [(row["group_code"], row["country_iso3"], row["status"]) for row in rows]
    assert len(keys) == len(set(keys))
    assert {row["confidence"] for row in rows} == {"A", "B", "C"}
    assert not [row for row in rows if not row["source_url"].startswith("http") and row["confidence"] != "C"]
    assert not [row for row in rows if row["valid_to"]]
    statuses = Counter(row["status"] for row in rows)
    assert set(statuses) == {"member", "in_force", "partly_in_force", "partner", "disputed"}
    assert [row["country_iso3"] for row in rows if row["status"] == "partly_in_force"] == ["MMR"]
    assert {row["group_code"] for row in rows if row["status"] == "partner"} == {"SCO"}
    assert statuses["partner"] == 17


# --- against the publishers' files --------------------------------------------------------------------

VINTAGE_BY_EXTRACT = {
    "WDICSV_extract_2018-08.csv": "2018-08-01",
    "WDICSV_extract_LPI_2007-2018.csv": "2018-12-31",
    "WDICSV_extract_WGI_2023update.csv": "2023-12-31",
    "WDICSV_extract.csv": "2026-07-01",
    "WDICSV_extract_2021-2024.csv": "2024-03-28",
}
VINTAGE_BY_INDICATOR = {  # where an extract mixes vintages
    "WDICSV_extract.csv": dict.fromkeys(("NE.TRD.GNFS.ZS", "BX.KLT.DINV.WD.GD.ZS"), "2026-04-08"),
    "WDICSV_extract_2021-2024.csv": {
        **dict.fromkeys(("GB.XPD.RSDV.GD.ZS", "SP.POP.SCIE.RD.P6"), "2021-09-15"),
        **dict.fromkeys(("TX.VAL.TECH.MF.ZS", "TX.VAL.TECH.CD"), "2021-09-15"),
        **dict.fromkeys(("IT.NET.USER.ZS", "NY.GDP.PCAP.CD", "SP.POP.TOTL"), "2022-05-25"),
        **dict.fromkeys(("NY.GDP.MKTP.CD", "NE.EXP.GNFS.ZS", "SE.XPD.TOTL.GD.ZS"), "2022-09-16"),
    },
}


@pytest.mark.real_data
def test_world_bank_cells_are_the_publishers_to_the_letter_and_none_is_lost(worldbank, shared_data):
    published = {}
    for extract, vintage in VINTAGE_BY_EXTRACT.items():
        exceptions = VINTAGE_BY_INDICATOR.get(extract, {})
        for row in read(shared_data / "wdi" / extract):
            indicator, country = row["Indicator Code"], row["Country Code"]
            released = exceptions.get(indicator, vintage)
            is_survey = released in ("2018-12-31", "2023-12-31")
            is_of_every = is_survey or indicator in OF_EVERY_ECONOMY.get(released, ())
            if is_of_every or country in {*ECONOMIES, "TMP"}:
                published[released, indicator, country] = {column: row[column] for column in WDI_HEADER}
    assert worldbank == published


@pytest.mark.real_data
def test_cited_facts_keep_every_row_and_day_but_those_corrected_with_a_note(sample, shared_data):
    facts = read(sample / "facts" / "china_cbec_national.csv")
    compiled = read(shared_data / "policy" / "cbec_china_national_facts.csv")
    carried = [{column: row[column] for column in compiled[0]} for row in facts if row["breakdown"] == "all"]
    assert [row for row in carried if row in compiled] == compiled
    shares = read(sample / "facts" / "china_cbec_partner_shares.csv")
    compiled = read(shared_data / "policy" / "cbec_china_partner_shares.csv")
    assert sorted(map(str, shares)) == sorted(map(str, compiled))
    ours = {
        (r["group_code"], r["country_iso3"]): r
        for r in read(sample / "facts" / "group_memberships.csv")
        if r["status"] != "partner"
    }
    moved = set()
    for row in read(shared_data / "policy" / "regional_memberships.csv"):
        key = (row["bloc"], row["iso3"])
        if row["status"] == "not_member":
            assert key not in ours
        elif ours[key]["valid_from"] != row["effective_date"]:
            assert row["effective_date"] in ours[key]["note"]
            moved.add(key)
    assert moved == {("ASEAN", "BRN")}
