"""A public data set serves inflation under the heading of the price index: nothing of it is published."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

pytestmark = pytest.mark.integration

INDEX, INFLATION = "cpi_synthetic_price_index.csv", "cpi_synthetic_inflation.csv"


@pytest.fixture
def fixtures(repository: Path) -> Path:
    return repository / "tests" / "fixtures" / "datasets_cpi"


def land(name: str, fixtures: Path, landing: Path) -> None:
    for file in (name, f"{name}.origin.yml"):
        (landing / "cpi").mkdir(exist_ok=True)
        shutil.copyfile(fixtures / file, landing / "cpi" / file)


def test_inflation_under_the_heading_of_the_price_index_is_caught_and_the_release_stays(
    copied, landing: Path, fixtures: Path
):
    before = copied.record["run_id"]
    # The same header, the same countries: both are recognised, checked and loaded.
    land(INDEX, fixtures, landing)
    land(INFLATION, fixtures, landing)
    bad = copied.run(landing)
    assert bad.exit_code == 1, bad.out
    assert "nothing was published" in bad.err
    assert "rpt_revision_summary" in bad.err
    assert "FP.CPI.TOTL" in bad.err
    assert INFLATION in bad.err
    assert "Traceback" not in bad.err
    assert copied.record["run_id"] == before
    last = sorted((copied.home / "runs").glob("r*.json"))[-1]
    failed = json.loads(last.read_text(encoding="utf-8"))
    assert (failed["status"], failed["exit_code"]) == ("failed", 1)
    # Only what compares the two releases objects: the figures themselves lie within every plausible range.
    assert [line for line in bad.err.splitlines() if line.startswith(("  rpt_", "  fct_"))]
    assert not [line for line in bad.err.splitlines() if line.startswith("  fct_study_panel")]
