"""What contract, refusals and provenance cost: a file through ``flows.ingest``, against a bare load of it.

Run: ``python benchmarks/ingest.py [rows] [rounds] [shape …]``. Three shapes of file are written, with as
many rows each in the landed table: ``long`` (8 columns), ``wide`` (years side by side, 65 values a line) and
``many`` (UN Comtrade's 47 quoted columns). The bare load reads the columns that the contract keeps, with
fixed types, into a database of its own, and checks nothing. Both loads happen in turn in each round, in one
process, on the same file; the figures to quote are the ratios within a round, of elapsed and of processor
time.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from flows.ingest import ingest
from flows.settings import Settings
from flows.warehouse import writing

YEARS = range(1960, 2025)
LONG = {
    "reporter_imf": "VARCHAR",
    "reporter_iso3": "VARCHAR",
    "partner_imf": "VARCHAR",
    "partner_iso3": "VARCHAR",
    "partner_type": "VARCHAR",
    "flow": "VARCHAR",
    "year": "INTEGER",
    "value_usd_million": "DOUBLE",
}
COMTRADE_HEADER = (
    "typeCode,freqCode,refPeriodId,refYear,refMonth,period,reporterCode,reporterISO,reporterDesc,flowCode,"
    "flowDesc,partnerCode,partnerISO,partnerDesc,partner2Code,partner2ISO,partner2Desc,classificationCode,"
    "classificationSearchCode,isOriginalClassification,cmdCode,cmdDesc,aggrLevel,isLeaf,customsCode,customsDesc,"
    "mosCode,motCode,motDesc,qtyUnitCode,qtyUnitAbbr,qty,isQtyEstimated,altQtyUnitCode,altQtyUnitAbbr,altQty,"
    "isAltQtyEstimated,netWgt,isNetWgtEstimated,grossWgt,isGrossWgtEstimated,cifvalue,fobvalue,primaryValue,"
    "legacyEstimationFlag,isReported,isAggregate"
)
COMTRADE = tuple(COMTRADE_HEADER.split(","))
NOT_KEPT = {
    *("refPeriodId", "refMonth", "flowDesc", "partner2ISO", "partner2Desc"),
    *("classificationSearchCode", "isLeaf", "customsDesc", "motDesc"),
}


def write_long(path: Path, rows: int) -> str:
    """Write bilateral flows with distinct keys; return the query of the bare load."""
    with path.open("w", encoding="utf-8") as handle:
        handle.write(",".join(LONG) + "\n")
        for number in range(rows):
            handle.write(
                f"Reporter {number // 2000},,Partner {number // 100 % 20},,country,exports_fob,"
                f"{1920 + number % 100},{number / 7:.6f}\n"
            )
    return f"from read_csv('{path}', header = true, columns = {LONG})"


def write_wide(path: Path, rows: int) -> str:
    """Write indicators with years side by side; return the query of the bare load."""
    keys = ["Country Name", "Country Code", "Indicator Name", "Indicator Code"]
    with path.open("w", encoding="utf-8") as handle:
        handle.write(",".join([*keys, *map(str, YEARS)]) + "\n")
        for number in range(rows // len(YEARS)):
            code = f"{chr(65 + number // 676 % 26)}{chr(65 + number // 26 % 26)}{chr(65 + number % 26)}"
            values = ",".join(f"{(number * 65 + year) / 7:.9f}" for year in YEARS)
            handle.write(
                f'"Economy {code}",{code},"Indicator, no. {number // 17576}",X.{number // 17576},{values}\n'
            )
    types = {**dict.fromkeys(keys, "VARCHAR"), **dict.fromkeys(map(str, YEARS), "DOUBLE")}
    names = ", ".join(f'"{year}"' for year in YEARS)
    return f"from (unpivot (from read_csv('{path}', header = true, columns = {types})) on {names})"


def write_many(path: Path, rows: int) -> str:
    """Write trade by commodity in UN Comtrade's web layout; return the query of the bare load."""
    partners = [("0", "W00", "World"), ("4", "AFG", "Afghanistan"), ("276", "DEU", "Germany")]
    with path.open("w", encoding="utf-8", newline="") as handle:
        handle.write(",".join(COMTRADE) + "\r\n")
        for number in range(rows):
            code, iso, name = partners[number % 3]
            value, year = number * 37, 2000 + number // 3 % 20
            fields = [
                *("C", "A", f"{year}0101", year, "52", year, "156", "CHN", "China", "M", "Import"),
                *(code, iso, name, "0", "W00", "World", "H6", "HS", "true", f"{number // 60:06}"),
                *("A commodity; of some kind, and others", "6", "true", "C00", "TOTAL CPC", "0", "0"),
                *("TOTAL MOT", "8", "kg", value // 3, "false", "-1", "N/A", "0", "false", value // 3, "true"),
                *("0", "false", value, None, value, "4", "false", "true"),
            ]
            line = ",".join("" if field is None else f'"{field}"' for field in fields)
            handle.write(f"{line},\r\n")
    types = dict.fromkeys(COMTRADE, "VARCHAR")
    types |= dict.fromkeys(("refYear", "aggrLevel"), "INTEGER")
    types |= dict.fromkeys(("qty", "altQty", "netWgt", "grossWgt"), "DOUBLE")
    types |= dict.fromkeys(("cifvalue", "fobvalue", "primaryValue"), "DOUBLE")
    types |= dict.fromkeys((name for name in COMTRADE if name.startswith("is")), "BOOLEAN")
    kept = ", ".join(f'"{name}"' for name in COMTRADE if name not in NOT_KEPT)
    columns = {**types, "after the last delimiter": "VARCHAR"}
    return f"select {kept} from read_csv('{path}', skip = 1, header = false, columns = {columns})"


SHAPES: dict[str, Callable[[Path, int], str]] = {"long": write_long, "wide": write_wide, "many": write_many}


def bare_load(query: str, database: Path) -> int:
    """Load a file with fixed types and nothing else; return the rows."""
    with writing(database) as connection:
        connection.execute(f"create table t as {query}")
        return connection.execute("select count(*) from t").fetchall()[0][0]


def house_load(folder: Path) -> int:
    """Load a landing folder as the project does; return the rows."""
    report = ingest(Settings(home=folder / "home", landing=folder / "landing"))
    if len(report.loaded) != 1 or report.refused_row_count:
        raise SystemExit(f"expected one file loaded whole, seen {report.files}")
    return report.loaded[0].row_count


def timed(load: Callable[[], int]) -> tuple[int, float, float]:
    """Return rows, seconds elapsed and seconds of processor time."""
    started, used = time.monotonic(), time.process_time()
    rows = load()
    return rows, time.monotonic() - started, time.process_time() - used


def measure(shape: str, rows: int, rounds: int) -> None:
    """Measure one shape and print."""
    elapsed, used, speeds = [], [], []
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / f"{shape}.csv"
        query = SHAPES[shape](source, rows)
        for number in range(rounds):
            house = Path(folder) / f"house{number}"
            (house / "landing").mkdir(parents=True)
            (house / "landing" / source.name).hardlink_to(source)
            bare_rows, bare, bare_used = timed(
                lambda number=number: bare_load(query, Path(folder) / f"{number}.duckdb")
            )
            our_rows, ours, ours_used = timed(lambda house=house: house_load(house))
            if our_rows != bare_rows:
                raise SystemExit(f"{shape}: seen {our_rows:,} rows, expected {bare_rows:,}")
            elapsed.append(ours / bare)
            used.append(ours_used / bare_used)
            speeds.append((our_rows / ours, our_rows / bare))
        size = source.stat().st_size / 1e6
    ours, bare = (statistics.median(speed) for speed in zip(*speeds, strict=True))
    print(
        f"{shape}: {our_rows:,} rows, {size:.0f} MB, {rounds} rounds, medians: ingest {ours:,.0f} rows/s,"
        f" bare load {bare:,.0f} rows/s, ratio of elapsed time {statistics.median(elapsed):.2f},"
        f" of processor time {statistics.median(used):.2f}",
        flush=True,
    )


def main(rows: int, rounds: int, shapes: list[str]) -> None:
    """Measure the shapes one after the other."""
    for shape in shapes:
        measure(shape, rows, rounds)


if __name__ == "__main__":
    given = sys.argv[1:]
    main(int(given[0]) if given else 1_000_000, int(given[1]) if given[1:] else 3, given[2:] or list(SHAPES))
