"""The order in which files arrive decides nothing: every mart and published table has the same content."""

from __future__ import annotations

import random
import shutil
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from analysis.tables.schema import SCHEMAS, as_table
from flows.settings import Settings
from flows.transform import load_study_rows
from flows.warehouse import content, qualified, reading, write_frame, writing
from tests.dbt_project.building import Call, Dbt
from tests.dbt_project.tiny_warehouse import ESTIMATES
from tests.flows.house import House

pytestmark = pytest.mark.integration

MORNING = datetime(2026, 11, 2, 6)
KEPT = (
    *("cepii/", "eia/", "facts/", "imf/DOTS_CHN", "imf/DOTS_partners"),
    *("worldbank/WDICSV_2022-05-25", "worldbank/WDICSV_2018-08-01"),
)
TOLD_OF_ARRIVAL = {"loaded_at", "file_name"}
"""What tells of the arrival itself, in the table that lists the files, differs with it."""


@pytest.fixture(scope="module")
def files(repository: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A few of the sample's files; two of one vintage that disagree; a renamed copy of a third."""
    folder = tmp_path_factory.mktemp("files")
    sample = repository / "sample"
    for path in sorted(sample.rglob("*")):
        name = path.relative_to(sample).as_posix()
        if path.is_file() and name.startswith(KEPT):
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, folder / name)
    first = folder / "worldbank" / "WDICSV_2022-05-25.csv"
    text = first.read_text(encoding="utf-8")
    population = next(line for line in text.splitlines() if ",KAZ," in line and ",SP.POP.TOTL," in line)
    last = population.rsplit(",", 1)[1] or population.rstrip(",").rsplit(",", 1)[1]
    twin = text.replace(population, population.replace(last, f"{float(last) * 1.01:.0f}"))
    assert twin != text
    for name, body in {"a twin.csv": twin, "z copy of the twin.csv": twin}.items():
        (folder / "worldbank" / name).write_text(body, encoding="utf-8")
        origin = Path(f"{first}.origin.yml").read_text(encoding="utf-8").splitlines(keepends=True)
        said = "".join(line for line in origin if not line.startswith(("sha256:", "row_count:")))
        (folder / "worldbank" / f"{name}.origin.yml").write_text(said, encoding="utf-8")
    return folder


def landed(name: str) -> bool:
    return not name.endswith(".origin.yml")


def warehouse(tmp_path: Path, name: str) -> House:
    home = tmp_path / name
    (home / "landing").mkdir(parents=True)
    return House(Settings(home=home / "warehouse", landing=home / "landing"))


def all_at_once(house: House, files: Path) -> Path:
    shutil.copytree(files, house.settings.landing_folder, dirs_exist_ok=True)
    return house.run(at=MORNING).build_path


def one_by_one(house: House, files: Path, shuffle: random.Random) -> Path:
    """Land each file alone, an ingest after each, through the hours of one day."""
    names = sorted(p.relative_to(files).as_posix() for p in files.rglob("*") if p.is_file())
    order = [name for name in names if landed(name)]
    shuffle.shuffle(order)
    build = None
    for hour, name in enumerate(order):
        for part in (name, f"{name}.origin.yml"):
            target = house.settings.landing_folder / part
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(files / part, target)
        build = house.run(at=MORNING + timedelta(hours=hour)).build_path
    assert build is not None
    return build


def raw_content(build: Path) -> dict[str, list[tuple]]:
    """Every landed row but the time of its arrival."""
    with reading(build) as connection:
        tables = connection.execute(
            "select table_name from duckdb_tables() where schema_name = 'raw'"
        ).fetchall()
        return {
            name: connection.execute(
                f"select * exclude (loaded_at) from {qualified('raw', name)} order by all"
            ).fetchall()
            for (name,) in tables
        }


def build_all(dbt: Dbt, builds: list[Path]) -> None:
    """Build every model and everything that is published, of each build."""
    only = ["--resource-type", "model", "--resource-type", "seed"]
    calls = []
    for build in builds:
        load_study_rows(build)
        with writing(build) as connection:
            for table in SCHEMAS:
                frame = as_table(table, ESTIMATES.get(table, []), "study", "panel")
                write_frame(connection, "estimates", table, frame)
        commands = [["build", "--selector", selector, *only] for selector in ("panel", "reporting")]
        calls += [Call(build, build.parent, command) for command in commands]
    for outcome in dbt.run_all(calls):
        assert set(outcome.values()) == {"success"}, outcome


def published_content(build: Path) -> dict[str, object]:
    """Return the content of every table that is published."""
    with reading(build) as connection:
        tables = connection.execute(
            "select schema_name, table_name from duckdb_tables() where schema_name in ('marts', 'reporting')"
        ).fetchall()
        found: dict[str, object] = {
            table: content(connection, schema, table)
            for schema, table in sorted(tables)
            if table != "rpt_source_vintages"
        }
        columns = [
            name
            for name, *_ in connection.execute("describe reporting.rpt_source_vintages").fetchall()
            if name not in TOLD_OF_ARRIVAL
        ]
        found["rpt_source_vintages"] = connection.execute(
            f"select {', '.join(columns)} from reporting.rpt_source_vintages order by all"
        ).fetchall()
    return found


def test_every_order_of_arrival_gives_every_published_table_the_same_content(
    dbt: Dbt, files: Path, tmp_path: Path
):
    together = all_at_once(warehouse(tmp_path, "together"), files)
    rows = raw_content(together)
    apart = [
        one_by_one(warehouse(tmp_path, f"apart{seed}"), files, random.Random(seed)) for seed in (1, 2, 3)
    ]
    for build in apart:
        assert raw_content(build) == rows
    build_all(dbt, [together, apart[0]])
    published = published_content(together)
    assert published["fct_country_year"][0] > 100
    assert published["rpt_revisions"][0] > 10
    again = published_content(apart[0])
    assert {name for name in published if published[name] != again[name]} == set()
    assert again.keys() == published.keys()
