"""China's national figures from landed files to the monitor: growth by hand, conflicts, modes, gaps."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from flows.ingest import ingest
from flows.settings import Settings
from flows.transform import load_study_rows
from flows.warehouse import reading
from tests.dbt_project.building import Dbt

FACTS = ("china_cbec_national.csv", "china_cbec_partner_shares.csv")
RATES = (
    "Country Name,Country Code,Indicator Name,Indicator Code,2020\n"
    'China,CHN,"Official exchange rate (LCU per US$, period average)",PA.NUS.FCRF,6.90076726944925\n'
)
MODES = {
    "exports/2020_cny.csv": "gacc/supervision_modes_exports_cny_synthetic.csv",
    "exports/2020_usd.csv": "gacc/supervision_modes_exports_usd_synthetic.csv",
}
SURVEY = "concept = 'cbec_survey_total' and breakdown = 'all'"

Ask = Callable[[str], list[tuple[Any, ...]]]


def built(dbt: Dbt, work: Path, landed: dict[str, Path], studies: Path | None = None) -> Path:
    """Land files, and build the monitor and what is below it."""
    for name, path in landed.items():
        (work / "landing" / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, work / "landing" / name)
    (work / "landing" / "rates.csv").write_text(RATES, encoding="utf-8")
    report = ingest(Settings(home=work / "home", landing=work / "landing"))
    assert {file.status for file in report.files} == {"loaded"}
    load_study_rows(report.build_path, studies)
    select = [
        "--indirect-selection",
        "buildable",
        "--select",
        "+rpt_china_cbec_monitor+",
        "resource_type:seed",
    ]
    (found,) = dbt.run(report.build_path, work, ["build", *select, "--exclude-resource-type", "unit_test"])
    assert {name for name, status in found.items() if status not in ("success", "pass")} == set()
    return report.build_path


def asking(database: Path) -> Ask:
    """Ask a build."""

    def answer(query: str) -> list[tuple[Any, ...]]:
        with reading(database) as connection:
            return connection.execute(query).fetchall()

    return answer


@pytest.fixture(scope="module")
def ask(dbt: Dbt, repository: Path, tmp_path_factory: pytest.TempPathFactory) -> Ask:
    """Ask a build of the sample's facts and of customs records by supervision mode."""
    landed = {name: repository / "sample" / "facts" / name for name in FACTS}
    landed |= {
        f"{name}.origin.yml": path.with_name(f"{path.name}.origin.yml") for name, path in landed.items()
    }
    landed |= {name: repository / "tests" / "fixtures" / fixture for name, fixture in MODES.items()}
    return asking(built(dbt, tmp_path_factory.mktemp("monitor"), landed))


@pytest.mark.parametrize(
    ("period", "status", "printed", "level", "base", "check"),
    [
        ("2021", "preliminary", 15.0, 1.98, 1.69, "contradicted"),
        ("2021", "revised", 18.6, 1.92, 1.62, "contradicted within rounding of levels"),
        ("2022", "reported", 7.1, 2.1, 1.98, "contradicted within rounding of levels"),
        ("2023", "reported", 15.6, 2.38, 2.1, "contradicted within rounding of levels"),
        ("2024H1", "reported", 13.0, 1.25, 1.1, "contradicted within rounding of levels"),
        ("2024H1", "preliminary", 10.5, 1.22, 1.1, "contradicted within rounding of levels"),
    ],
)
def test_growth_follows_from_the_printed_levels(ask: Ask, period, status, printed, level, base, check):
    ((found, computed, difference, is_contradicted, found_check),) = ask(
        "select growth_printed_pct, growth_computed_pct, growth_difference, is_growth_contradicted,"
        " growth_check"
        f" from reporting.rpt_china_cbec_monitor where {SURVEY} and flow = 'total'"
        f" and period = '{period}' and status = '{status}'"
    )
    by_hand = (level / base - 1) * 100
    assert found == printed
    assert computed == pytest.approx(by_hand)
    assert difference == pytest.approx(by_hand - printed)
    assert (is_contradicted, found_check) == (True, check)


def test_the_first_figure_of_2020_says_its_growth_only_in_a_circle_and_the_revised_one_does_not(ask: Ask):
    assert ask(
        "select flow, status, round(growth_computed_pct, 1), is_growth_circular, growth_check,"
        " growth_base_status"
        f" from reporting.rpt_china_cbec_monitor where {SURVEY} and period = '2020' order by status, flow"
    ) == [
        ("exports", "reported", None, True, "circular", "derived"),
        ("imports", "reported", None, True, "circular", "derived"),
        ("total", "reported", None, True, "circular", "derived"),
        ("total", "revised", 25.7, False, "agrees", "derived"),
    ]


def test_2020_is_1_69_trillion_yuan_and_its_dollars_are_at_the_rate_of_another_time(ask: Ask):
    ((value, usd, origin, implied, is_unusual, growth, share, publisher, url),) = ask(
        "select value_cny, value_usd, value_usd_origin, implied_cny_per_usd, is_implied_rate_unusual,"
        " growth_printed_pct, share_of_goods_trade_pct, source_publisher, conversion_url"
        f" from reporting.rpt_china_cbec_monitor where {SURVEY} and period = '2020' and flow = 'total'"
        " and status = 'reported'"
    )
    assert (value, usd, origin, growth) == (1.69e12, 2.615e11, "converted_by_source", 31.1)
    assert implied == pytest.approx(1690 / 261.5)
    assert is_unusual
    assert share == pytest.approx(100 * 1.69 / 32.16)
    assert publisher == "Global Times"
    assert url.startswith("https://news.cgtn.com/")


def test_the_growth_of_goods_trade_in_dollars_is_no_second_figure_of_the_growth_in_yuan(ask: Ask):
    assert ask(
        "select breakdown, item, value_cny, growth_printed_pct from reporting.rpt_china_cbec_monitor"
        " where concept = 'goods_trade' and period = '2020' and flow = 'total' order by breakdown"
    ) == [("all", "all", 3.216e13, 1.9), ("currency", "USD", None, 1.5)]


def test_exports_and_imports_of_2022_explain_the_printed_growth_of_2023(ask: Ask):
    ((flows,),) = ask(
        f"select flows_sum_cny from reporting.rpt_china_cbec_monitor where {SURVEY} and period = '2022'"
        " and flow = 'total' and status = 'reported'"
    )
    assert flows == pytest.approx(1530e9 + 527.8e9)
    ((growth,),) = ask(
        f"select growth_of_flows_pct from reporting.rpt_china_cbec_monitor where {SURVEY} and period = '2023'"
    )
    assert growth == pytest.approx((2380 / 2057.8 - 1) * 100)
    assert round(growth, 1) == pytest.approx(15.7)


def test_concepts_are_never_bases_of_one_another(ask: Ask):
    assert ask(
        f"select growth_base_period from reporting.rpt_china_cbec_monitor where {SURVEY} and period = '2018'"
    ) == [(None,)]
    assert ask(
        "select growth_check, growth_base_value_cny from reporting.rpt_china_cbec_monitor"
        " where concept = 'customs_retail' and period = '2017' and flow = 'total'"
    ) == [("circular", 49.97e9)]


def test_a_platforms_words_are_bounds_ranks_and_counts_without_yuan(ask: Ask):
    assert ask(
        "select rank, item from reporting.rpt_china_cbec_monitor where breakdown = 'city' order by rank"
    ) == [(1, "Shenzhen"), (2, "Guangzhou"), (3, "Jinhua"), (4, "Dongguan"), (5, "Ningbo")]
    assert ask(
        "select count(*), min(growth_printed_pct), min(growth_bound), max(growth_check)"
        " from reporting.rpt_china_cbec_monitor where breakdown = 'sector'"
    ) == [(5, 100.0, "above", "bound")]
    assert ask(
        "select item, growth_printed_pct, growth_bound, item_count, item_count_bound"
        " from reporting.rpt_china_cbec_monitor where breakdown = 'measure' order by item"
    ) == [
        ("countries_with_doubled_volume", 100.0, "about", 100, "above"),
        ("orders", 100.0, "about", None, None),
        ("transactions", 101.0, None, None, None),
    ]
    assert ask(
        "select count(*) from reporting.rpt_china_cbec_monitor"
        " where concept = 'platform' and (value_cny is not null or is_growth_contradicted is not null)"
    ) == [(0,)]


def test_partners_stand_with_their_share_and_their_name(ask: Ask):
    assert ask(
        "select rank, partner_iso3, item_name, share_of_flow_pct from reporting.rpt_china_cbec_monitor"
        " where breakdown = 'partner' and period = '2024H1' and flow = 'exports' order by rank"
    ) == [
        (1, "USA", "United States", 34.2),
        (2, "GBR", "United Kingdom", 8.1),
        (3, "DEU", "Germany", 6.2),
        (4, "FRA", "France", 4.5),
    ]


def test_modes_are_summed_by_month_from_their_first_day(ask: Ask):
    assert ask(
        "select period, item, status, value_cny, value_usd, value_usd_origin, is_implied_rate_unusual"
        " from reporting.rpt_china_cbec_monitor where concept = 'customs_modes' order by period, item"
    ) == [
        ("2020-06", "9610", "reported", 141_600.0, 20_000.0, "reported", False),
        ("2020-07", "9610", "reported", 175_000.0, 25_000.0, "reported", False),
        ("2020-07", "9710", "reported", 21_000.0, 3_000.0, "reported", False),
        ("2020-07", "9810", "reported", 35_000.0, 5_000.0, "reported", False),
        ("2020-08", "9710", "reported", 27_720.0, 4_000.0, "reported", False),
    ]
    ((caveat,),) = ask(
        "select distinct caveat from reporting.rpt_china_cbec_monitor where concept = 'customs_modes'"
    )
    assert "the least that the mode can be" in caveat


def test_one_figure_stands_for_each_period(ask: Ask):
    assert ask(
        "select period, status from reporting.rpt_china_cbec_monitor"
        f" where {SURVEY} and flow = 'total' and is_main_figure and period_type = 'year' order by period"
    ) == [
        ("2018", "reported"),
        ("2019", "derived"),
        ("2020", "reported"),
        ("2021", "preliminary"),
        ("2022", "reported"),
        ("2023", "reported"),
    ]


@pytest.mark.real_data
def test_the_compiled_files_without_modes_say_why_a_concept_is_absent(
    dbt: Dbt, shared_data: Path, tmp_path: Path
):
    studies = tmp_path / "studies"
    studies.mkdir()
    ours = Path(__file__).parents[2] / "analysis" / "studies" / "china_monitor.yml"
    content = yaml.safe_load(ours.read_text(encoding="utf-8")) | {"study": "since_2020"}
    content["years"]["first"] = 2020
    (studies / "since_2020.yml").write_text(yaml.safe_dump(content), encoding="utf-8")
    files = ("cbec_china_national_facts.csv", "cbec_china_partner_shares.csv")
    ask = asking(built(dbt, tmp_path, {name: shared_data / "policy" / name for name in files}, studies))
    with (shared_data / "policy" / files[0]).open(encoding="utf-8", newline="") as lines:
        since_2020 = sum(row["period"] >= "2020" for row in csv.DictReader(lines))
    absent = dict(
        ask("select concept, empty_reason from reporting.rpt_china_cbec_concepts where row_count = 0")
    )
    assert set(absent) == {"customs_modes", "platform", "pilot_cities", "customs_retail", "goods_trade"}
    assert "No download of the customs' query platform by supervision mode" in absent["customs_modes"]
    assert ask(
        "select min(year), count(*), count(growth_computed_pct), min(study)"
        " from reporting.rpt_china_cbec_monitor where breakdown = 'all'"
    ) == [(2020, since_2020, 8, "since_2020")]
