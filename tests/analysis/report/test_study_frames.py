"""The choices that every section shares."""

from __future__ import annotations

from analysis.report.published import Published
from analysis.report.study_frames import StudyFrames, flows_of


def test_total_trade_is_shown_first_where_there_is_one(central_asia) -> None:
    assert flows_of(central_asia.fit["flow"]) == ["total"]
    assert central_asia.main_flow == "total"


def test_without_total_trade_exports_come_before_imports(frames) -> None:
    assert StudyFrames(Published(frames), "pacific").main_flow == "exports"


def test_the_reference_country_is_known_from_the_panel_when_nothing_declares_it(frames) -> None:
    del frames["dim_study"]
    assert StudyFrames(Published(frames), "central_asia").reference_iso3 == "CHN"
    assert StudyFrames(Published(frames), "pacific").reference_iso3 == ""


def test_an_undeclared_study_is_called_by_its_name_in_words(frames) -> None:
    del frames["dim_study"]
    assert StudyFrames(Published(frames), "central_asia").title == "Central Asia"


def test_the_base_fill_set_is_that_of_the_selected_specification_when_nothing_declares_it(frames) -> None:
    del frames["dim_study"]
    assert StudyFrames(Published(frames), "central_asia").base_fill_set == "carry_proxy"


def test_the_selected_specification_shown_is_the_one_behind_the_published_potential(frames) -> None:
    fit = frames["rpt_gravity_fit"]
    fit.loc[fit["specification"] == "pooled_ols.classical_normal.carry_proxy", "is_selected"] = True
    assert StudyFrames(Published(frames), "central_asia").selected_fit["model"] == "own_index"
