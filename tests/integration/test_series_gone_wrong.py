"""Mutations that no single file shows: wrong units, currencies and places, caught where releases meet.

Each file below keeps its contract to the letter. What is wrong is what its numbers say beside the release
before.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from flows.warehouse import reading

pytestmark = pytest.mark.integration

YUAN_PER_DOLLAR = 6.45

Cells = list[str]


def revised(file: Path, vintage: str, is_meant: str, change: Callable[[Cells], Cells]) -> None:
    """Land a later release of a file, in which the lines that hold a text have changed values."""
    header, *lines = file.read_text(encoding="utf-8").splitlines()
    meant = [number for number, line in enumerate(lines) if is_meant in line]
    assert meant
    for number in meant:
        (cells,) = csv.reader([lines[number]])
        lines[number] = ",".join(f'"{cell}"' if "," in cell else cell for cell in change(cells))
    second = file.with_name(f"{file.stem}_{vintage}_{is_meant.strip(',').replace('.', '_')}.csv")
    second.write_text(
        "".join(f"{line}\n" for line in [header, *(lines[number] for number in meant)]), "utf-8"
    )
    origin = yaml.safe_load(Path(f"{file}.origin.yml").read_text(encoding="utf-8"))
    origin.update(vintage=vintage)
    for key in ("sha256", "row_count"):
        origin.pop(key, None)
    Path(f"{second}.origin.yml").write_text(yaml.safe_dump(origin), encoding="utf-8")


def scaled(factor: float, first: int) -> Callable[[Cells], Cells]:
    """Multiply every value from a place of the line on; places below zero count from its end."""

    def change(cells: Cells) -> Cells:
        start = first % len(cells)
        return [
            *cells[:start],
            *(repr(float(cell) * factor) if cell.strip() else cell for cell in cells[start:]),
        ]

    return change


def turned(first: int) -> Callable[[Cells], Cells]:
    """Give the years in the opposite order, as when a header is sorted without its columns."""
    return lambda cells: [*cells[:first], *reversed(cells[first:])]


def test_series_in_another_unit_currency_or_order_stop_the_release_and_are_named(copied, landing: Path):
    before = copied.record["run_id"]
    worldbank = landing / "worldbank"
    # Thousands of people; a share for per cent; yuan for dollars; the years from last to first.
    revised(worldbank / "WDICSV_2022-05-25.csv", "2022-06-30", ",SP.POP.TOTL,", scaled(1e-3, 4))
    revised(worldbank / "WDICSV_2022-05-25.csv", "2022-06-30", ",IT.NET.USER.ZS,", scaled(1e-2, 4))
    dots = landing / "imf" / "DOTS_CHN_by_partner_2008-2020.csv"
    revised(dots, "2023-01-31", ",exports_fob,", scaled(YUAN_PER_DOLLAR, -1))
    revised(worldbank / "WDICSV_2026-07-01.csv", "2026-08-01", ",EG.ELC.ACCS.ZS,", turned(4))
    outcome = copied.run(landing, "--force")
    assert outcome.exit_code == 1, outcome.out
    assert "nothing was published" in outcome.err
    assert copied.record["run_id"] == before
    newest = max((copied.home / "build").iterdir(), key=lambda folder: int(folder.name))
    with reading(newest / "serai.duckdb") as connection:
        suspect = connection.execute(
            "select distinct indicator_code from reporting.rpt_revision_summary"
            " where rescaled_share > 0.1 or correlation < 0.5 or median_absolute_relative_change > 0.3"
        ).fetchall()
    assert {code for (code,) in suspect} >= {"SP.POP.TOTL", "IT.NET.USER.ZS", "IMF_DOTS.EXPORTS_FOB"}
    for code in ("SP.POP.TOTL", "IT.NET.USER.ZS", "IMF_DOTS.EXPORTS_FOB"):
        assert code in outcome.err
    assert "Traceback" not in outcome.err
    (failed,) = (
        json.loads(path.read_text(encoding="utf-8")) for path in (copied.home / "runs").glob("r000002-*.json")
    )
    assert (failed["status"], failed["exit_code"]) == ("failed", 1)
