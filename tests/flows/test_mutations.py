"""Damaged and altered files: every mutation of a real file is stopped or flagged, and named.

The files are the sample's, in the layouts in which their publishers send them. What only the warehouse as a
whole can see, such as a series a thousand times too large, is tried in ``tests/integration``.
"""

from __future__ import annotations

import gzip
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.flows.house import House

WDI = "worldbank/WDICSV_2026-07-01.csv"
DOTS = "imf/DOTS_CHN_by_partner_2000-2020.csv"
DIST = "cepii/dist_cepii_from_22_economies.csv"
BRENT = "eia/europe_brent_spot_price_annual.csv"
GROUPS = "facts/group_memberships.csv"

Change = Callable[[bytes], bytes]


@dataclass(frozen=True)
class Mutation:
    """One way in which a file goes wrong.

    Attributes
    ----------
    told : str
        Regular expression that the reason or a fault must match.
    is_row : bool
        Rows are at fault; otherwise the file as a whole.
    is_counted : bool
        The side-car says how many records there should be.
    """

    name: str
    file: str
    change: Change
    told: str
    is_row: bool = False
    is_counted: bool = False


def replaced(old: str, new: str, count: int = 1) -> Change:
    def change(data: bytes) -> bytes:
        assert old.encode() in data, f"{old!r} is not in the file"
        return data.replace(old.encode(), new.encode(), count)

    return change


def line_changed(number: int, change: Callable[[str], str]) -> Change:
    def changed(data: bytes) -> bytes:
        lines = data.decode().splitlines(keepends=True)
        lines[number - 1] = change(lines[number - 1])
        return "".join(lines).encode()

    return changed


def cell(line: int, column: int, text: str) -> Change:
    """Put a text into a cell of a line without quotes."""

    def change(row: str) -> str:
        assert '"' not in row
        cells = row.rstrip("\n").split(",")
        cells[column] = text
        return ",".join(cells) + "\n"

    return line_changed(line, change)


def column_dropped(name: str) -> Change:
    def change(data: bytes) -> bytes:
        lines = [line.split(",") for line in data.decode().splitlines()]
        place = lines[0].index(name)
        return "".join(",".join(line[:place] + line[place + 1 :]) + "\n" for line in lines).encode()

    return change


def column_added(name: str, text: str) -> Change:
    def change(data: bytes) -> bytes:
        first, *rest = data.decode().splitlines()
        return "".join(
            f"{line}\n" for line in (f"{first},{name}", *(f"{row},{text}" for row in rest))
        ).encode()

    return change


def flipped(position: int) -> Change:
    """Turn over the highest bit of one byte of the text."""

    def change(data: bytes) -> bytes:
        return data[:position] + bytes([data[position] ^ 0x80]) + data[position + 1 :]

    return change


def gzip_with_a_wrong_checksum(data: bytes) -> bytes:
    packed = gzip.compress(data, mtime=0)
    return packed[:-8] + bytes(byte ^ 0xFF for byte in packed[-8:-4]) + packed[-4:]


MUTATIONS = [
    # Headers
    Mutation(
        "a header renamed",
        DOTS,
        replaced("value_usd_million", "value_usd"),
        "lacks column 'value_usd_million'",
    ),
    Mutation(
        "a header in another language",
        DIST,
        replaced("distcap", "distance_capitale"),
        "lacks column 'distcap'",
    ),
    Mutation("a header in capitals", BRENT, replaced("Date", "DATE"), "lacks column 'Date'"),
    Mutation(
        "two headers exchanged",
        DIST,
        replaced("iso_d,contig", "contig,iso_d"),
        r"column 'iso_d'.*type|pattern",
    ),
    Mutation(
        "the value's header exchanged",
        DOTS,
        replaced("flow,year,", "year,flow,"),
        r"expected (one of|a whole number)",
    ),
    Mutation("a column dropped", DIST, column_dropped("distw"), "lacks column 'distw'"),
    Mutation("the key's column dropped", WDI, replaced("Country Code,", ""), "lacks column 'Country Code'"),
    Mutation("a column added", BRENT, column_added("Unit", "USD"), "extra column 'Unit'"),
    Mutation("a column twice", BRENT, column_added("Date", "1999-06-30"), r"2 columns of this name"),
    Mutation("no header", BRENT, lambda data: data.split(b"\n", 1)[1], "no contract claims"),
    Mutation(
        "a second header in the middle",
        BRENT,
        lambda data: data + data,
        r"the same stands on line 27",
    ),
    Mutation(
        "two tables in one file", BRENT, lambda data: data + b"\nYear,Price\n2008,97\n", "expected a date"
    ),
    Mutation("a title above the header", BRENT, lambda data: b"Spot prices\n" + data, "no contract claims"),
    Mutation("a footer", BRENT, lambda data: data + b"Source: EIA\n", "1 values"),
    # Numbers
    Mutation("a decimal comma", DOTS, replaced(",32325.189\n", ',"32325,189 "\n'), "expected a number", True),
    Mutation("a decimal comma without quotes", DOTS, replaced(",32325.189\n", ",32325,189\n"), "9 values"),
    Mutation("semicolons between values", BRENT, lambda data: data.replace(b",", b";"), "no contract claims"),
    Mutation("infinity", DOTS, replaced("32325.189", "inf"), "expected a finite number", True),
    Mutation(
        "minus infinity", WDI, replaced("93.2,93.8", "-Infinity,93.8"), "expected a (finite )?number", True
    ),
    Mutation("not a number", DOTS, replaced("32325.189", "nan"), "expected a finite number", True),
    Mutation(
        "too large for a double", DOTS, replaced("32325.189", "1e400"), "expected a finite number", True
    ),
    Mutation("a spreadsheet's error", WDI, replaced("93.2,93.8", "#DIV/0!,93.8"), "#DIV/0!", True),
    Mutation("a currency sign", DOTS, replaced("32325.189", "$32325.189"), "expected a number", True),
    Mutation(
        "a minus sign of typography", WDI, replaced("93.2,93.8", "\u221293.2,93.8"), "expected a number", True
    ),
    Mutation("a number below its bound", DOTS, replaced("32325.189", "-32325.189"), "at least 0", True),
    Mutation(
        "a number in hexadecimal digits", DOTS, replaced("32325.189", "0x7E45"), "expected a number", True
    ),
    Mutation(
        "a number with underscores", DOTS, replaced("32325.189", "32_325.189"), "expected a number", True
    ),
    Mutation("digits of another script", DOTS, replaced("32325.189", "٣٢٣٢٥"), "expected a number", True),
    Mutation(
        "a year as a text", DOTS, replaced(",2008,32325.189", ",FY2008,32325.189"), "whole number", True
    ),
    Mutation(
        "a year as a decimal", DOTS, replaced(",2008,32325.189", ",2008.0,32325.189"), "whole number", True
    ),
    Mutation("a date in another order", BRENT, replaced("2008-06-30", "30/06/2008"), "expected a date", True),
    Mutation("a day that never was", BRENT, replaced("2008-06-30", "2008-06-31"), "expected a date", True),
    # Codes
    Mutation("NA read as no country", WDI, replaced(",BLR,", ",,"), "expected a value", True),
    Mutation("a code of two letters", DIST, replaced("BLR,BLR,0", "BLR,BY,0"), "[A-Z]", True),
    Mutation("a code in small letters", DIST, replaced("BLR,BLR,0", "BLR,blr,0"), "[A-Z]", True),
    Mutation("a country that is none", GROUPS, replaced("SCO,KAZ,", "SCO,KAS,"), "KAS.*KAZ", True),
    Mutation("a flow of another list", DOTS, replaced(",exports_fob,", ",exports_cif,"), "one of", True),
    Mutation(
        "a key twice", BRENT, replaced("2009-06-30", "2008-06-30"), "one row per crude_oil, price_date", True
    ),
    # Bytes
    Mutation("an open quote", DOTS, replaced(",CHN,Singapore", ',CHN,"Singapore'), "quot"),
    Mutation("a quote inside a value", BRENT, replaced("96.94", '96"94'), "quote"),
    Mutation("a NUL byte", DOTS, replaced("Singapore", "Singa\0pore"), "NUL"),
    Mutation("a flipped byte", DOTS, flipped(1_000), "byte 0x|UTF-8|utf-8"),
    Mutation("UTF-16", BRENT, lambda data: data.decode().encode("utf-16"), "no contract claims"),
    Mutation(
        "Latin-1", GROUPS, lambda data: data.replace(b"founding", "fondé".encode("latin-1"), 1), "byte 0xE9"
    ),
    Mutation(
        "carriage returns alone",
        BRENT,
        lambda data: data.replace(b"\n", b"\r"),
        "no contract claims|line feed",
    ),
    Mutation("mixed line ends", BRENT, replaced("96.94\n", "96.94\r"), "line feed"),
    Mutation("cut inside a line", DIST, lambda data: data[:-30], r"\d+ values"),
    Mutation(
        "cut inside the last number, by its count",
        DIST,
        lambda data: data[:-1000],
        "side-car|values",
        is_counted=True,
    ),
    Mutation("an empty file", BRENT, lambda _: b"", "an empty file"),
    Mutation("a header alone", BRENT, lambda data: data.split(b"\n")[0] + b"\n", "at least one record"),
    Mutation("a gzip with a wrong checksum", BRENT, gzip_with_a_wrong_checksum, "(?i)crc|checksum"),
    Mutation(
        "a web page", BRENT, lambda _: b"<!DOCTYPE html><html><body>503</body></html>", "no contract claims"
    ),
]


@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda mutation: mutation.name)
def test_a_mutated_file_is_stopped_and_what_is_wrong_is_named(
    house: House, repository: Path, mutation: Mutation
):
    original = (repository / "sample" / mutation.file).read_bytes()
    mutated = mutation.change(original)
    assert mutated != original
    house.put(
        "mutated.csv", mutated, **({"row_count": record_count(original)} if mutation.is_counted else {})
    )
    result = house.only(house.run().files)
    assert result.status == "refused"
    told = " ".join([result.reason or "", *map(str, result.faults)])
    assert re.search(mutation.told, told), told
    if mutation.is_row:
        assert any(fault.line for fault in result.faults)
    report = house.run()
    assert house.row_count(report) == 0


def test_there_are_at_least_forty_mutations_each_with_its_own_name():
    names = {mutation.name for mutation in MUTATIONS}
    assert len(names) == len(MUTATIONS) >= 40


@pytest.mark.parametrize("file", [WDI, DOTS, DIST, BRENT, GROUPS])
def test_the_files_are_good_before_they_are_mutated(house: House, repository: Path, file: str):
    data = (repository / "sample" / file).read_bytes()
    house.put("whole.csv", data, row_count=record_count(data))
    assert house.run().is_clean


def test_a_file_cut_at_a_line_end_is_stopped_by_the_count_or_the_hash_that_was_given(
    house: House, repository: Path
):
    data = (repository / "sample" / DIST).read_bytes()
    cut = b"".join(data.splitlines(keepends=True)[:-100])
    house.put("by_count.csv", cut, row_count=record_count(data))
    house.put("by_hash.csv", cut + b"\n", sha256="0" * 64)
    report = house.run()
    reasons = {result.file_name: result.reason for result in report.refused}
    assert re.search(r"4828 records.*4928", reasons["by_count.csv"])
    assert "sha256" in reasons["by_hash.csv"]


def test_a_file_cut_at_a_line_end_of_which_nothing_is_known_is_flagged_as_unverified(
    house: House, repository: Path
):
    data = (repository / "sample" / DIST).read_bytes()
    house.put("cut.csv", b"".join(data.splitlines(keepends=True)[:-100]))
    house.put("whole.csv", data, row_count=record_count(data))
    report = house.run()
    told = house.ask(report, "select file_name, completeness from meta.files order by file_name")
    assert told == [("cut.csv", None), ("whole.csv", "row_count")]


def test_columns_that_moved_with_their_headers_are_read_by_name(house: House, repository: Path):
    data = (repository / "sample" / BRENT).read_bytes()
    turned = "".join(
        f"{price},{day}\n" for day, price in (row.split(",") for row in data.decode().splitlines())
    )
    house.put("turned.csv", turned)
    report = house.run()
    assert report.is_clean
    assert house.ask(
        report, "select price_date::varchar, price_usd_per_bbl from raw.eia_petroleum__spot_prices"
    ) == [tuple(row.split(",")) for row in data.decode().splitlines()[1:]]


def record_count(data: bytes) -> int:
    """Records after the header; no cell of these files holds a line end."""
    return len(data.splitlines()) - 1
