"""Every test of dbt that guards a sum, a code or a word fails on data that break just that promise."""

from __future__ import annotations

from pathlib import Path

import pytest

from flows.warehouse import writing
from tests.dbt_project.building import Build, Dbt

SPOILT = {
    "country_codes_are_known": """
        update raw.worldbank_wdi__observations set country_code = 'QQQ' where row_number = 2""",
    "country_codes_do_not_overlap": """
        update seeds.countries set valid_to_year = null where code_system = 'un_comtrade' and code = '280'""",
    "un_comtrade_codes_agree_with_their_labels": """
        update raw.un_comtrade__flows set reporter_iso = 'KAZ' where partner_code = '417'""",
    "un_comtrade_rows_are_counted_once": """
        insert into raw.un_comtrade__flows by name
        select * replace (11 as row_number) from raw.un_comtrade__flows where partner_code = '417'""",
    "un_comtrade_countries_are_counted_once": """
        insert into raw.un_comtrade__flows by name
        select * replace (12 as row_number, '840' as partner_code)
        from raw.un_comtrade__flows where partner_code = '842'""",
    "un_comtrade_partners_add_up_to_the_world": """
        update raw.un_comtrade__flows set value_usd = '61' where partner_code = '398'""",
    "baci_rows_are_counted_once": """
        insert into raw.baci__flows by name select * replace (12 as row_number) from raw.baci__flows""",
    "group_member_counts_are_as_known": """
        update intermediate.int_group_memberships__chosen set valid_from = date '2016-02-01'
        where country_iso3 = 'KGZ'""",
    "finite_numbers_fct_bilateral_trade_": """
        update marts.fct_bilateral_trade set value_final_usd = 'inf' where year = 2014""",
    "accepted_values_fct_study_panel_value_origin": """
        update marts.fct_study_panel set value_origin = 'guessed'
        where is_filled and variable = 'population'""",
    "one_potential_is_selected_per_partner_and_year": """
        update reporting.rpt_trade_potential set is_selected = true""",
    "potential_ratio_is_actual_over_predicted": """
        update reporting.rpt_trade_potential set potential_ratio = 0.50001""",
    "potential_gap_is_predicted_less_actual": """
        update reporting.rpt_trade_potential set potential_gap_usd = -potential_gap_usd""",
    "potential_decomposition_adds_up": """
        update reporting.rpt_potential_decomposition set actual_change_usd = 0 where driver = 'residual'""",
    "group_totals_are_sums_of_their_members": """
        update reporting.rpt_trade_potential_by_group set actual_trade_usd = 2 * actual_trade_usd
        where group_code = 'EAEU' and membership_view = 'members_then'""",
    "studies_have_what_they_ask_for": """
        delete from reporting.rpt_gravity_fit""",
    "index_weights_sum_to_one": """
        update reporting.rpt_index_loadings set weight = 0.7 where component = 1""",
    "index_ranks_follow_the_index": """
        update reporting.rpt_cbec_index set index_rank = 3 - index_rank where year = 2013""",
    "gravity_statistic_is_estimate_over_std_error": """
        update reporting.rpt_gravity_coefficients set statistic = -statistic where term = 'const'""",
    "gravity_interval_holds_its_estimate": """
        update reporting.rpt_gravity_coefficients set ci_high = ci_low where term = 'log_population'""",
    "coverage_cells_add_up": """
        update reporting.rpt_data_coverage set missing = missing + 1 where country_iso3 = 'KGZ'""",
    "replication_difference_is_ours_less_printed": """
        update reporting.rpt_replication set difference = null where item = 'lnpop'""",
    "replication_distance_is_in_printed_std_errors": """
        update reporting.rpt_replication set difference_in_se = 5 where item = 'lncpi'""",
}
"""Each test with the one change to a built warehouse that it is there to find."""


SELECTED = ["test_type:singular", "test_name:finite_numbers", "accepted_values_fct_study_panel*"]


@pytest.fixture(scope="module")
def statuses(dbt: Dbt, build: Build, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What each test says of a copy of the warehouse with all of the changes."""
    work = tmp_path_factory.mktemp("spoilt")
    database = build.copied(work)
    with writing(database) as connection:
        for change in SPOILT.values():
            assert connection.execute(change).fetchone()[0] > 0, change
    (found,) = dbt.run(database, work, ["test", "--select", *SELECTED])
    return found


def said(statuses: dict[str, str], name: str) -> str:
    """The status of a test by the beginning of its name: dbt adds the arguments of a generic one."""
    (status,) = (status for test, status in statuses.items() if test.startswith(name))
    return status


@pytest.mark.parametrize("name", SPOILT)
def test_data_that_break_a_promise_fail_the_test_that_names_it(build: Build, statuses, name: str):
    assert said(build.panel | build.reporting, name) == "pass"
    assert said(statuses, name) == "fail"


def test_promises_that_were_kept_still_hold(statuses):
    spoilt = {test for test in statuses for name in SPOILT if test.startswith(name)}
    assert {status for test, status in statuses.items() if test not in spoilt} == {"pass"}


def test_every_sum_of_the_published_tables_has_a_way_to_break_it(project: Path):
    assert {path.stem for path in (project / "tests" / "reporting").glob("*.sql")} <= set(SPOILT)


def test_the_warehouse_that_others_read_is_left_alone(build: Build, statuses):
    assert build.rows("select distinct is_selected from reporting.rpt_trade_potential order by 1") == [
        (False,),
        (True,),
    ]
    assert not build.rows("select * from marts.fct_study_panel where value_origin = 'guessed'")
