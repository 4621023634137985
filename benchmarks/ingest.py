"""What contract, refusals and provenance cost: a file through ``flows.ingest``, against a bare load of it.

Run: ``python benchmarks/ingest.py [rows] [rounds]``. Both loads happen in turn in each round, in one process,
on the same file; the figure to quote is the ratio within a round.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from pathlib import Path

from flows.ingest import ingest
from flows.settings import Settings
from flows.warehouse import writing

HEADER = "reporter_imf,reporter_iso3,partner_imf,partner_iso3,partner_type,flow,year,value_usd_million\n"


def write_flows(path: Path, rows: int) -> None:
    """Write a long file of bilateral flows with distinct keys."""
    with path.open("w", encoding="utf-8") as handle:
        handle.write(HEADER)
        for number in range(rows):
            handle.write(
                f"Reporter {number // 2000},,Partner {number // 100 % 20},,country,exports_fob,"
                f"{1920 + number % 100},{number / 7:.6f}\n"
            )


def bare_load(source: Path, database: Path) -> float:
    """Load the file with fixed types and nothing else; return seconds."""
    types = (
        "{'reporter_imf': 'VARCHAR', 'reporter_iso3': 'VARCHAR', 'partner_imf': 'VARCHAR',"
        " 'partner_iso3': 'VARCHAR', 'partner_type': 'VARCHAR', 'flow': 'VARCHAR', 'year': 'INTEGER',"
        " 'value_usd_million': 'DOUBLE'}"
    )
    started = time.monotonic()
    with writing(database) as connection:
        connection.execute(f"create table t as from read_csv('{source}', header = true, columns = {types})")
    return time.monotonic() - started


def main(rows: int, rounds: int) -> None:
    """Measure and print."""
    ours, bare = [], []
    with tempfile.TemporaryDirectory() as folder:
        landing = Path(folder) / "landing"
        landing.mkdir()
        source = landing / "flows.csv"
        write_flows(source, rows)
        for number in range(rounds):
            bare.append(bare_load(source, Path(folder) / f"bare{number}.duckdb"))
            started = time.monotonic()
            report = ingest(Settings(home=Path(folder) / f"home{number}", landing=landing))
            ours.append(time.monotonic() - started)
            if [file.row_count for file in report.loaded] != [rows]:
                raise SystemExit(f"expected {rows} rows loaded, seen {report.files}")
    ratio = statistics.median(a / b for a, b in zip(ours, bare, strict=True))
    print(
        f"{rows:,} rows, {rounds} rounds, medians: ingest {rows / statistics.median(ours):,.0f} rows/s,",
        end=" ",
    )
    print(f"bare load {rows / statistics.median(bare):,.0f} rows/s, ratio of times {ratio:.1f}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000, int(sys.argv[2]) if len(sys.argv) > 2 else 3)
