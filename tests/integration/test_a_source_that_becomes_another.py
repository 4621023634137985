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
    land(INDEX, fixtures, landing)
    good = copied.run(landing)
    assert good.exit_code == 0, good.err
    before = copied.record["run_id"]
    published = "select country_iso3, year, cpi_2010_100 from marts.fct_country_year where year = 2014"
    prices = {country: value for country, _, value in copied.ask(published) if value is not None}
    # Germany stands in the data set alone; the World Bank's own file of the sample does not have it.
    assert prices["DEU"] == pytest.approx(106.7, abs=0.5)

    # The same header, the same countries: recognised, checked and loaded as the good one was.
    land(INFLATION, fixtures, landing)
    bad = copied.run(landing)
    assert bad.exit_code == 1, bad.out
    assert "nothing was published" in bad.err
    assert "rpt_revision_summary" in bad.err
    assert "FP.CPI.TOTL" in bad.err
    assert INFLATION in bad.err
    assert "Traceback" not in bad.err
    assert copied.record["run_id"] == before
    assert {c: v for c, _, v in copied.ask(published) if v is not None} == prices
    last = sorted((copied.home / "runs").glob("r*.json"))[-1]
    failed = json.loads(last.read_text(encoding="utf-8"))
    assert (failed["status"], failed["exit_code"]) == ("failed", 1)
    # Only what compares the two releases objects: the figures themselves lie within every plausible range.
    assert [line for line in bad.err.splitlines() if line.startswith(("  rpt_", "  fct_"))]
    assert not [line for line in bad.err.splitlines() if line.startswith("  fct_study_panel")]
