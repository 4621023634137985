"""A second run, a revised file, a refused one, an unbelievable one: each changes what it should, no more."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from tests.integration.conftest import Rerun, Warehouse

pytestmark = pytest.mark.integration


def digests(record: dict) -> dict[str, str]:
    return {name: table["digest"] for name, table in record["tables"].items()}


def test_with_nothing_new_a_run_ends_before_anything_heavy_is_imported(published, sample: Path):
    watch = (
        "import sys\n"
        "from flows import cli\n"
        "sys.argv = ['serai', *sys.argv[1:]]\n"
        "try:\n"
        "    cli.main()\n"
        "except SystemExit as end:\n"
        "    heavy = {'prefect', 'dbt', 'great_expectations', 'pandas', 'duckdb', 'pyarrow'}\n"
        "    print('heavy:', sorted(heavy & set(sys.modules)))\n"
        "    raise\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", watch, "run", "--landing", sample, "--home", published.home],
        capture_output=True,
        text=True,
        env=published.environment,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert f"Nothing new: {published.release.name}" in done.stdout
    assert "heavy: []" in done.stdout


def test_studies_of_a_folder_of_ones_own_are_read_in_place_of_those_that_ship(published, lean):
    titles = "select title from marts.dim_study where study = 'central_asia'"
    ((shipped,),) = published.ask(titles)
    assert lean.ask(titles) == [(f"{shipped} (lean)",)]
    # What is estimated rests on the same file: of the fill sets, the lean study uses the base one alone.
    used = "select count(distinct fill_set) from reporting.rpt_gravity_fit where study = 'central_asia'"
    assert (published.ask(used), lean.ask(used)) == ([(4,)], [(1,)])


def test_a_rebuild_from_the_archive_alone_changes_no_published_value(rebuilt: Rerun):
    # The build database is disposable: without it, and with nothing in the landing folder, all comes back.
    assert rebuilt.outcome.exit_code == 0, rebuilt.outcome.err
    before, again = rebuilt.before, rebuilt.warehouse.record
    assert (again["previous"], again["run_id"] != before["run_id"]) == (before["run_id"], True)
    assert digests(again) == digests(before)
    assert "no published value changed" in rebuilt.outcome.out


@pytest.fixture(scope="module")
def landing_of_the_revised(lean_sample: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The lean sample with a later release that differs in one value, a stranger, and a renamed copy."""
    landing = Path(shutil.copytree(lean_sample, tmp_path_factory.mktemp("revised") / "landing"))
    first = next((landing / "imf").glob("DOTS_CHN_*.csv"))
    side_car = yaml.safe_load(Path(f"{first}.origin.yml").read_text(encoding="utf-8"))
    lines = first.read_text(encoding="utf-8").splitlines(keepends=True)
    revised = []
    for line in lines:
        fields = line.split(",")
        if ",KAZ," in line and ",exports_fob,2020," in line:
            fields[-1] = f"{float(fields[-1]) * 1.01:.6f}\n"
            revised.append(",".join(fields))
        else:
            revised.append(line)
    assert sum(a != b for a, b in zip(lines, revised, strict=True)) == 1
    second = first.with_name("DOTS_CHN_revised.csv")
    second.write_text("".join(revised), encoding="utf-8")
    side_car.update(vintage="2023-03-01", vintage_note="a revision made by this test")
    side_car.pop("sha256", None)
    Path(f"{second}.origin.yml").write_text(yaml.safe_dump(side_car), encoding="utf-8")

    (landing / "stranger.csv").write_text("who,what\nknows,this\n", encoding="utf-8")
    twin = next((landing / "eia").glob("*.csv"))
    for ending in ("", ".origin.yml"):
        shutil.copyfile(f"{twin}{ending}", landing / "eia" / f"a renamed copy.csv{ending}")
    return landing


@pytest.fixture(scope="module")
def revised(
    copy_anew: Callable[[], Warehouse], landing_of_the_revised: Path, tmp_path_factory: pytest.TempPathFactory
) -> Rerun:
    """A run over the later release, the stranger and the copy."""
    warehouse = copy_anew()
    before = warehouse.record
    outcome = warehouse.run(landing_of_the_revised)
    return Rerun(warehouse.moved(tmp_path_factory.mktemp("revised")), outcome, before)


def test_a_revised_file_changes_what_it_should_and_nothing_else(revised: Rerun):
    ask, before = revised.warehouse.ask, revised.before
    assert revised.warehouse.record["status"] == "published", revised.outcome.err
    assert revised.warehouse.record["run_id"] != before["run_id"]
    old = revised.warehouse.home / "releases" / before["run_id"]
    query = (
        "select variable, country_iso3, year, value from marts.fct_study_panel"
        " where study = 'central_asia' and fill_set = 'complete_cases' order by all"
    )
    changed = set(ask(query)) - set(ask(query, release=old))
    assert {(variable, country, year) for variable, country, year, _ in changed} == {
        ("exports_fob_usd", "KAZ", 2020)
    }
    index = "select country_iso3, year, index_value from reporting.rpt_cbec_index order by all"
    assert ask(index) == ask(index, release=old)
    imports = (
        "select partner_iso3, year, potential_ratio from reporting.rpt_trade_potential"
        " where flow = 'imports' and is_selected order by all"
    )
    assert ask(imports) == ask(imports, release=old)
    exports = imports.replace("'imports'", "'exports'")
    assert ask(exports) != ask(exports, release=old)
    assert before["run_id"] in revised.outcome.out


def test_a_refused_file_is_named_and_the_rest_goes_on(revised: Rerun, landing_of_the_revised: Path):
    assert revised.outcome.exit_code == 3, revised.outcome.err
    assert "stranger.csv" in revised.outcome.out
    assert revised.warehouse.ask("select file_name, status from meta.files where status <> 'loaded'") == [
        ("stranger.csv", "refused")
    ]
    again = revised.warehouse.run(landing_of_the_revised)
    assert again.exit_code == 3
    assert "Nothing new" in again.out
    assert "stranger.csv" in again.out


def test_as_of_an_earlier_day_is_kept_beside_and_knows_no_later_vintage(copied, lean_sample: Path):
    before = copied.record["run_id"]
    outcome = copied.run(lean_sample, "--as-of", "2022-12-31")
    assert copied.record["run_id"] == before
    assert outcome.exit_code == 0, outcome.err
    (beside,) = (copied.home / "releases").glob("*-asof-2022-12-31")
    latest = copied.ask("select max(vintage) <= date '2022-12-31' from marts.fct_study_panel", release=beside)
    assert latest == [(True,)]
    # The oil price at hand was published later, so no equation can be estimated, and the tables say so.
    unknown = copied.ask(
        "select study, indicator_code from reporting.rpt_data_coverage group by all"
        " having sum(reported) = 0 and indicator_code = 'EIA.BRENT'",
        release=beside,
    )
    assert unknown == [("central_asia", "EIA.BRENT")]
    told = (
        "select row_count, empty_reason from meta.table_status"
        " where table_name = 'rpt_trade_potential' and study = 'central_asia'"
    )
    ((count, reason),) = copied.ask(told, release=beside)
    assert (count, reason.startswith("Has rows for")) == (0, True)
    # What was not known is listed: on the screen, in the record, and as a table, empty in a regular release.
    assert "not known on 2022-12-31: eia_petroleum" in outcome.out
    assert "without any vintage on 2022-12-31: central_asia.brent_usd_per_bbl" in outcome.out
    record = json.loads((beside / "run.json").read_text(encoding="utf-8"))
    assert "central_asia.brent_usd_per_bbl" in record["not_known"]["variables_without_vintage"]
    listed = "select indicator_code, vintage > date '2022-12-31' from reporting.rpt_as_of_exclusions"
    found = copied.ask(f"{listed} where source = 'worldbank_wdi'", release=beside)
    assert ("NY.GDP.PCAP.PP.CD", True) in found
    assert {is_later for _, is_later in found} == {True}
    assert copied.ask("select count(*) from reporting.rpt_as_of_exclusions") == [(0,)]


def test_a_run_of_one_study_says_which_and_of_an_unknown_one_which_there_are(
    rebuilt: Rerun, lean_sample: Path
):
    assert (rebuilt.before["study"], rebuilt.warehouse.record["study"]) == (None, "central_asia")
    unknown = rebuilt.warehouse.run(lean_sample, "--study", "atlantis")
    assert unknown.exit_code == 2
    assert "central_asia" in unknown.err


def test_a_missing_landing_folder_is_a_usage_error(copied, tmp_path: Path):
    outcome = copied.run(tmp_path / "nowhere")
    assert outcome.exit_code == 2
    assert "--landing" in outcome.err
