"""Mutations that no single file shows: wrong units, currencies and places, caught where releases meet.

Each file below keeps its contract to the letter. What is wrong is what its numbers say beside the release
before. One of them is real: a public data set that serves inflation under the heading of the price index.
"""

from __future__ import annotations

import csv
import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from flows.warehouse import reading
from tests.integration.conftest import Rerun, Warehouse

pytestmark = pytest.mark.integration

YUAN_PER_DOLLAR = 6.45
INDEX, INFLATION = "cpi_synthetic_price_index.csv", "cpi_synthetic_inflation.csv"

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


@pytest.fixture(scope="module")
def gone_wrong(
    copy_anew: Callable[[], Warehouse],
    lean_sample: Path,
    repository: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> Rerun:
    """A run over files of every kind of wrong numbers at once."""
    landing = Path(shutil.copytree(lean_sample, tmp_path_factory.mktemp("wrong") / "landing"))
    worldbank = landing / "worldbank"
    # Thousands of people; a share for per cent; yuan for dollars; the years from last to first. All of it
    # comes after the day on which the study rests: its own panel stays as it is.
    latest = worldbank / "WDICSV_2026-07-01.csv"
    revised(latest, "2026-08-01", ",SP.POP.TOTL,", scaled(1e-3, 4))
    revised(worldbank / "WDICSV_2022-05-25.csv", "2024-06-30", ",IT.NET.USER.ZS,", scaled(1e-2, 4))
    dots = next((landing / "imf").glob("DOTS_CHN_by_partner_*.csv"))
    revised(dots, "2024-06-30", ",exports_fob,", scaled(YUAN_PER_DOLLAR, -1))
    revised(latest, "2026-08-02", ",IT.NET.BBND.P2,", turned(4))
    # The same header, the same countries: the index and what stands in its place are recognised and loaded.
    fixtures = repository / "tests" / "fixtures" / "datasets_cpi"
    (landing / "cpi").mkdir()
    for name in (INDEX, INFLATION):
        for file in (name, f"{name}.origin.yml"):
            shutil.copyfile(fixtures / file, landing / "cpi" / file)
    warehouse = copy_anew()
    before = warehouse.record
    outcome = warehouse.run(landing)
    return Rerun(warehouse.moved(tmp_path_factory.mktemp("gone_wrong")), outcome, before)


def test_nothing_is_published_of_a_run_with_series_gone_wrong_and_the_release_stays(gone_wrong: Rerun):
    outcome = gone_wrong.outcome
    assert outcome.exit_code == 1, outcome.out
    assert "nothing was published" in outcome.err
    assert "Traceback" not in outcome.err
    assert gone_wrong.warehouse.record["run_id"] == gone_wrong.before["run_id"]
    (failed,) = (
        json.loads(path.read_text(encoding="utf-8"))
        for path in (gone_wrong.warehouse.home / "runs").glob("r000002-*.json")
    )
    assert (failed["status"], failed["exit_code"]) == ("failed", 1)


def test_series_in_another_unit_currency_or_order_stop_the_release_and_are_named(gone_wrong: Rerun):
    builds = gone_wrong.warehouse.home / "build"
    newest = max(builds.iterdir(), key=lambda folder: int(folder.name))
    with reading(newest / "serai.duckdb") as connection:
        suspect = connection.execute(
            "select distinct indicator_code from reporting.rpt_revision_summary"
            " where rescaled_share > 0.1 or correlation < 0.5 or median_absolute_relative_change > 0.3"
        ).fetchall()
    in_another_unit, in_another_order = {"SP.POP.TOTL", "IT.NET.USER.ZS"}, {"IT.NET.BBND.P2"}
    in_another_currency = {"IMF_DOTS.EXPORTS_FOB"}
    wrong = in_another_unit | in_another_order | in_another_currency
    assert {code for (code,) in suspect} >= wrong
    # The message names the first few rows of each check that failed, and the page that has all of them.
    err = gone_wrong.outcome.err
    assert [code for code in in_another_unit | in_another_order if code not in err] == []
    (page,) = (gone_wrong.warehouse.home / "runs").glob("r000002-*.validation.html")
    assert page.name in err
    assert [code for code in wrong if code not in page.read_text(encoding="utf-8")] == []


def test_inflation_under_the_heading_of_the_price_index_stops_the_release_and_is_named(gone_wrong: Rerun):
    assert "rpt_revision_summary" in gone_wrong.outcome.err
    assert "FP.CPI.TOTL" in gone_wrong.outcome.err
    assert INFLATION in gone_wrong.outcome.err
    # Only what compares two releases objects: the figures themselves lie within every plausible range.
    objections = [
        line for line in gone_wrong.outcome.err.splitlines() if line.startswith(("  rpt_", "  fct_"))
    ]
    assert objections
    assert [line for line in objections if not line.startswith("  rpt_revision")] == []
