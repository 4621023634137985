"""One landing folder replayed in many orders, at once and file by file: the same rows and statuses."""

from __future__ import annotations

import hashlib
import random
import shutil
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from expectations.contract import load_contracts
from flows.warehouse import reading
from tests.flows.house import House, gzipped, zipped
from tests.flows.stated import BY_DIRECTION, PLAIN, WITH_FLOW

CONTRACTS = (*load_contracts(), BY_DIRECTION)
REVISED = House.FLOWS.replace("12545.166", "12600")
WITHDRAWN = House.FLOWS.replace("2013", "2014")
INSTEAD = WITHDRAWN.replace("12545.166", "13000")
MORE = House.WDI.replace("Population", "Population (all)")

Landing = dict[str, tuple[str | bytes, dict[str, Any]]]
"""Name → content and what its side-car says."""


def sha256(content: str | bytes) -> str:
    """Return the hash by which a content is known."""
    return hashlib.sha256(content.encode() if isinstance(content, str) else content).hexdigest()


OLD_ZIP = zipped(a__csv=WITH_FLOW, b__csv=PLAIN)

LANDING: Landing = {
    # Good ones, copied, renamed, and in archives too.
    "imf/flows.csv": (House.FLOWS, {"vintage": date(2022, 2, 2)}),
    "imf/copy of flows.csv": (House.FLOWS, {}),
    "imf/flows.csv.gz": (gzipped(House.FLOWS), {}),
    "gz/b.csv.gz": (gzipped(House.FLOWS.replace("2013", "2012")), {}),
    "gz/a (1).csv.gz": (gzipped(House.FLOWS.replace("2013", "2012")), {}),
    "wdi.csv": (House.WDI, {}),
    "renamed/WDI (1).csv": (House.WDI, {"vintage": date(2024, 3, 28)}),
    "wdi.zip": (zipped(wdi__csv=House.WDI, more__csv=MORE, README="how to"), {"vintage": date(2024, 3, 28)}),
    # Revised, and superseded.
    "imf/revised.csv": (REVISED, {"vintage": date(2023, 2, 2)}),
    "imf/withdrawn.csv": (WITHDRAWN, {"vintage": date(2023, 3, 3)}),
    "imf/instead.csv": (INSTEAD, {"vintage": date(2023, 3, 3), "replaces": sha256(WITHDRAWN)}),
    "customs/exports/old.zip": (OLD_ZIP, {}),
    "customs/exports/new.zip": (
        zipped(b__csv=PLAIN, c__csv=PLAIN + "Uzbekistan,3\n"),
        {"replaces": sha256(OLD_ZIP)},
    ),
    # Told in one place only, told differently, or not at all.
    "customs/unsorted.csv": (PLAIN + "Tajikistan,1\n", {}),
    "customs/imports/sorted.csv": (PLAIN + "Tajikistan,1\n", {}),
    "customs/exports/twice.csv": (PLAIN + "Turkmenistan,1\n", {}),
    "customs/imports/twice.csv": (PLAIN + "Turkmenistan,1\n", {}),
    "customs/unknown.csv": (PLAIN + "Mongolia,1\n", {}),
    # Side-cars that do not fit, beside a good copy.
    "cut/first.csv": (REVISED.replace("2013", "2015"), {"row_count": 3}),
    "cut/second.csv": (REVISED.replace("2013", "2015"), {}),
    "odd/a.csv": (REVISED.replace("2013", "2016"), {"vintage": "spring"}),
    "odd/b.csv": (REVISED.replace("2013", "2016"), {"vintage": date(2023, 2, 2)}),
    # Refused whatever happens.
    "broken.csv": (House.DOTS + "broken\n", {}),
    "what.txt": ("what is this", {}),
    "nested.zip": (zipped(in__zip=zipped(wdi__csv=House.WDI)), {}),
    "cut.zip": (zipped(wdi__csv=House.WDI)[:-9], {}),
}

EXPECTED = {
    "imf/copy of flows.csv": "loaded",
    "gz/a (1).csv.gz!/a (1).csv": "loaded",
    "renamed/WDI (1).csv": "loaded",
    "wdi.zip!/more.csv": "loaded",
    "imf/revised.csv": "loaded",
    "imf/withdrawn.csv": "replaced",
    "imf/instead.csv": "loaded",
    "customs/exports/old.zip!/a.csv": "replaced",
    "customs/exports/new.zip!/b.csv": "loaded",
    "customs/exports/new.zip!/c.csv": "loaded",
    "customs/imports/sorted.csv": "loaded",
    "customs/exports/twice.csv": "refused",
    "customs/unknown.csv": "refused",
    "cut/first.csv": "refused",
    "odd/b.csv": "loaded",
    "broken.csv": "refused",
    "what.txt": "refused",
    "nested.zip!/in.zip": "refused",
    "cut.zip": "refused",
}


def land(house: House, name: str) -> None:
    """Land one file."""
    content, origin = LANDING[name]
    house.put(name, content, **origin)


def state(path: Path) -> dict[str, Any]:
    """Return all that a build holds, but for the time at which it came."""
    with reading(path) as connection:
        tables = connection.execute(
            "select table_name from duckdb_tables() where schema_name = 'raw' order by 1"
        ).fetchall()
        found: dict[str, Any] = {
            name: connection.execute(
                f'select * exclude (loaded_at) from raw."{name}" order by all'
            ).fetchall()
            for (name,) in tables
        }
        found["files"] = connection.execute(
            "select * exclude (loaded_at) from meta.files order by file_id"
        ).fetchall()
        found["refused_rows"] = connection.execute("select * from meta.refused_rows order by all").fetchall()
        return found


def rows(found: dict[str, Any]) -> dict[str, Any]:
    """Return the landed rows alone."""
    return {name: held for name, held in found.items() if name not in ("files", "refused_rows")}


@pytest.fixture(scope="module")
def at_once(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What one run over all files makes of them."""
    house = house_in(tmp_path_factory.mktemp("at_once"))
    for name in LANDING:
        land(house, name)
    report = house.run(contracts=CONTRACTS)
    assert house.statuses(report) == EXPECTED
    return state(report.build_path)


def house_in(folder: Path) -> House:
    """A state directory and a landing folder."""
    (folder / "landing").mkdir()
    return House(House.settings_in(folder))


@pytest.mark.parametrize("seed", range(4))
def test_files_that_come_one_by_one_give_the_same_in_any_order(tmp_path: Path, at_once: dict, seed: int):
    house = house_in(tmp_path)
    names = list(LANDING)
    random.Random(seed).shuffle(names)
    for name in names:
        land(house, name)
        report = house.run(contracts=CONTRACTS)
    assert state(report.build_path) == at_once


@pytest.mark.parametrize("seed", range(4, 6))
def test_files_that_are_taken_away_after_each_run_give_the_same_in_any_order(
    tmp_path: Path, at_once: dict, seed: int
):
    house = house_in(tmp_path)
    names = list(LANDING)
    random.Random(seed).shuffle(names)
    for name in names:
        shutil.rmtree(house.settings.landing_folder)
        house.settings.landing_folder.mkdir()
        land(house, name)
        report = house.run(contracts=CONTRACTS)
    assert rows(state(report.build_path)) == rows(at_once)
    # What was said of files that are gone is remembered with them, not in the build.
    shutil.rmtree(house.settings.builds)
    assert rows(state(house.run(contracts=CONTRACTS).build_path)) == rows(at_once)
    for name in names:
        land(house, name)
    report = house.run(contracts=CONTRACTS)
    assert state(report.build_path) == at_once


@pytest.mark.parametrize("seed", range(6, 8))
def test_files_that_come_in_batches_a_rebuild_between_give_the_same(tmp_path: Path, at_once: dict, seed: int):
    house = house_in(tmp_path)
    chance = random.Random(seed)
    names = list(LANDING)
    chance.shuffle(names)
    while names:
        for _ in range(chance.randint(1, 6)):
            if names:
                land(house, names.pop())
        house.run(contracts=CONTRACTS)
        if chance.random() < 0.5:
            shutil.rmtree(house.settings.builds)
    assert state(house.run(contracts=CONTRACTS).build_path) == at_once


def test_a_rebuild_from_the_archive_alone_gives_the_same_rows(tmp_path: Path, at_once: dict):
    house = house_in(tmp_path)
    for name in LANDING:
        land(house, name)
    house.run(contracts=CONTRACTS)
    shutil.rmtree(house.settings.builds)
    shutil.rmtree(house.settings.landing_folder)
    house.settings.landing_folder.mkdir()
    found = state(house.run(datetime(2030, 1, 1), contracts=CONTRACTS).build_path)
    assert rows(found) == rows(at_once)
    standing = [row for row in at_once["files"] if row[6] != "refused"]
    assert [row for row in found["files"] if row[6] != "refused"] == standing
