"""The tables of uncertainty on the page: what is said of them, and that the page stays what it was."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
import pytest

from analysis.report import (
    backtest,
    caveats,
    certainty,
    changes,
    coefficients,
    findings,
    heat,
    index_stability,
    influence,
    render_report,
    scenarios,
    specification_curve,
    tables,
    wording,
)
from analysis.report.published import Published
from analysis.report.study_frames import StudyFrames
from tests.analysis.report import estimation_frames as made

NEW_TABLES = (
    "rpt_index_robustness",
    "rpt_index_sensitivity",
    "rpt_potential_scenarios",
    "rpt_backtest",
    "rpt_potential_decomposition",
    "rpt_potential_trajectory",
    "rpt_specification_curve",
    "rpt_specification_curve_summary",
    "rpt_gravity_influence",
    "rpt_gravity_selection",
)


def study_of(frames: dict[str, pd.DataFrame]) -> StudyFrames:
    return StudyFrames(Published(frames), "central_asia")


@pytest.fixture
def estimated(frames) -> dict[str, pd.DataFrame]:
    return made.with_estimation(frames)


@pytest.fixture
def study(estimated) -> StudyFrames:
    return study_of(estimated)


def plain(text: str) -> str:
    return text.replace(wording.NO_BREAK, " ")


def sentence(study: StudyFrames, lead: str) -> str:
    return plain({found.lead: found.text for found in findings.sentences(study)}[lead])


# inference for few clusters


def test_inference_for_few_clusters_leads_and_the_usual_one_stands_beside(study, estimated) -> None:
    row = coefficients.side_by_side(study).set_index("series").loc["own index, pooled OLS (selected)"]
    row = row.loc[row["term"] == "ln_population"].iloc[0]
    source = estimated["rpt_gravity_coefficients"].query("is_selected and term == 'ln_population'").iloc[0]
    assert row["p_value"] == 0.4
    assert row["low"] == source["few_cluster_ci_low"]
    assert (row["usual_low"], row["usual_p_value"]) == (source["ci_low"], source["p_value"])


def test_an_end_that_the_interval_for_few_clusters_lacks_is_said_to_be_open(estimated) -> None:
    rows = estimated["rpt_gravity_coefficients"]
    rows.loc[rows["term"] == "ln_population", "few_cluster_ci_low"] = None
    study = study_of(estimated)
    (cells,) = (row for row in tables.coefficient_table(study).rows if row[0].tooltip == "ln_population")
    assert cells[1].lines[1].startswith("up to ")
    assert "runs to the edge" in render_report(estimated, {"run_id": "r"})


def test_a_printed_slope_keeps_its_printed_interval(study) -> None:
    rows = coefficients.side_by_side(study)
    assert set(rows.loc[rows["kind"] == "printed", "few_cluster_method"]) == {""}


def test_the_finding_names_only_slopes_that_inference_for_few_clusters_tells_from_0(study) -> None:
    text = sentence(study, "Drivers")
    assert (
        "By inference for few clusters (wild cluster bootstrap) 1 can be told from 0 at 5 %: "
        "ln GDP per capita PPP (p = 0.012)." in text
    )
    assert "conventional p-values" not in text


def test_with_no_slope_told_from_0_the_finding_says_none(frames) -> None:
    rows = made.with_few_clusters(frames["rpt_gravity_coefficients"], {"const": 0.001})
    study = study_of({**frames, "rpt_gravity_coefficients": rows})
    assert "(wild cluster bootstrap) none can be told from 0 at 5 %." in sentence(study, "Drivers")


def test_the_section_counts_what_the_usual_p_values_would_find(study, estimated) -> None:
    rows = estimated["rpt_gravity_coefficients"].query("is_selected and term != 'const'")
    usual = int((rows["p_value"] < 0.05).sum())
    text = plain(coefficients.inference_sentence(study, coefficients.side_by_side(study)))
    assert text.startswith("With 5 partners, p-values and intervals are by wild cluster bootstrap")
    assert f"the usual ones would tell {usual} of 7 slopes from 0, these 1: ln GDP per capita PPP" in text


# K


def test_a_class_less_likely_than_not_is_marked_and_its_probability_shown(study) -> None:
    table = heat.potential_table(study, "total")
    (cells,) = (row for row in table.rows if row[0].text == "Kazakhstan")
    assert "unlikely" in cells[1].style.split()
    assert plain(cells[1].lines[0]).endswith(" ?")
    assert plain(cells[1].lines[1]) == "P 40 %"
    assert "95 % interval" in plain(cells[1].tooltip)


def test_a_class_of_one_half_is_not_marked(frames) -> None:
    study = study_of(
        {**frames, "rpt_trade_potential": made.with_intervals(frames["rpt_trade_potential"], 0.5)}
    )
    styles = [cell.style for row in heat.potential_table(study, "total").rows for cell in row]
    assert not any("unlikely" in style for style in styles)


def test_without_intervals_nothing_is_said_of_certainty(central_asia) -> None:
    assert certainty.sentence(central_asia) == ""
    assert "How sure K is" not in [found.lead for found in findings.sentences(central_asia)]


def test_where_every_interval_holds_1_nobody_is_said_to_be_above_or_below(estimated) -> None:
    rows = estimated["rpt_trade_potential"]
    rows["potential_ratio_low"], rows["potential_ratio_high"] = 0.1, 9.0
    text = sentence(study_of(estimated), "How sure K is")
    assert text.startswith("The 95 % interval of K in 2020 holds 1 for every partner")


def test_a_partner_whose_interval_leaves_out_1_is_named(estimated) -> None:
    rows = estimated["rpt_trade_potential"]
    rows["potential_ratio_low"], rows["potential_ratio_high"] = 0.1, 9.0
    rows.loc[(rows["partner_iso3"] == "TJK") & (rows["year"] == 2020), "potential_ratio_high"] = 0.9
    text = sentence(study_of(estimated), "How sure K is")
    assert "holds 1 for 3 of 4 partners; it does not for Tajikistan." in text


def test_unlikely_classes_are_a_caveat(study) -> None:
    (found,) = (found for found in caveats.caveats(study) if found.lead == "Classes are point estimates")
    assert "In 38 of 38 cells the published class is less likely than not." in found.text


# index


def test_the_choice_that_moves_ranks_most_is_named_first(study) -> None:
    text = plain(index_stability.stability_sentence(study))
    assert text.startswith("2 of 10 ranks are the same in all 240 ways")
    assert (
        "choice of weights (70 % of the variance of ranks goes through it), before aggregation 30 %" in text
    )
    assert "scaling" not in text


def test_ranges_of_ranks_stand_by_kind_of_doubt(study) -> None:
    table = index_stability.rank_table(study)
    assert [column.heading for column in table.columns[2:]] == ["choices", "resampling", "without indicator"]
    assert [cell.text for cell in table.rows[1][:3]] == ["Kyrgyz Republic", "2", "1 to 3"]
    assert table.rows[1][4].lines[-1] == "Individuals using the Internet"


# scenarios, backtest, changes


def test_scenarios_say_where_they_leave_what_was_observed(study) -> None:
    together, apart = scenarios.scenario_tables(study)
    assert len(together.rows) == len(apart.rows) == 2
    by_title = {row[0].text: row for row in together.rows}
    last = by_title["Title of more_income"][-1]
    assert (last.text, last.style, last.lines) == ("leaves it", "doubtful", ("GDP leaves it",))
    assert plain(by_title["Title of best_internet"][1].lines[0]) == "\N{MINUS SIGN}1 % to 12 %"
    text = plain(scenarios.scenario_sentence(study))
    assert "interval leaves out 0 in 1 of 2 scenarios. 1 leaves the observed range." in text


def test_the_sentence_says_that_gravity_does_not_beat_the_naive_forecast(study) -> None:
    text = backtest.backtest_sentence(study)
    assert text.startswith(
        "1 year ahead, gravity does not beat carrying the last trade on (mean absolute error "
        "0.23 against 0.19)"
    )
    assert "it does not beat it (mean absolute error 0.20 against 0.19). 2 years ahead" in text
    assert text.endswith("it beats it (mean absolute error 0.21 against 0.27).")


def test_the_sentence_says_that_gravity_beats_the_naive_forecast_where_it_does(estimated) -> None:
    errors = {"naive": (0.3, 0.3), "gravity_last_drivers": (0.2, 0.3)}
    estimated["rpt_backtest"] = made.backtest_rows(errors)
    text = backtest.backtest_sentence(study_of(estimated))
    assert "1 year ahead, gravity beats" in text
    assert "2 years ahead, gravity does not beat" in text


def test_methods_stand_gravity_first_then_naive(study) -> None:
    heads = [row[0].text for row in backtest.backtest_table(study).rows]
    assert heads == ["gravity last drivers", "gravity observed drivers", "naive", "AR(1)"]


def test_parts_of_a_change_add_up_and_the_largest_is_marked(study) -> None:
    table = changes.decomposition_table(study)
    row = table.rows[0]
    assert [cell.text for cell in row[1:]] == ["14", "\N{MINUS SIGN}4", "18"]
    assert row[-1].style == "marked"
    assert "from 2019 to 2020" in table.caption


def test_the_way_through_classes_starts_with_the_least_steady(study) -> None:
    assert changes.trajectory_table(study).rows[0][0].text == "Uzbekistan"


# specification curve, influence, selection


def test_the_curve_counts_signs_and_slopes_told_from_0_on_both_sides(study) -> None:
    ((model, term, rows),) = specification_curve.curves(study)
    positive = int((made.curve_rows()["estimate"] > 0).sum())
    told = int((made.curve_rows()["estimate"] > 1.05).sum())
    text = specification_curve.curve_sentence(model, term, rows)
    assert text.startswith(
        f"CBEC index (own index) is positive in {positive} of 30 estimable specifications; {told} "
        "are positive "
        "and told from 0, 3 negative and told from 0. The reference specification is number 5 by size."
    )


def test_a_sign_that_depends_on_the_specification_is_a_caveat_and_one_that_does_not_is_none(
    study, estimated
) -> None:
    lead = "Sign that depends on the specification, CBEC index"
    assert lead in [found.lead for found in caveats.caveats(study)]
    estimated["rpt_specification_curve"]["estimate"] += 5
    assert lead not in [found.lead for found in caveats.caveats(study_of(estimated))]


def test_a_long_curve_is_thinned_keeps_its_ends_and_the_reference_one_and_says_so(study, estimated) -> None:
    estimated["rpt_specification_curve"] = made.curve_rows(2000)
    html = render_report(estimated, {"run_id": "r"})
    counts = re.search(r"Drawn: (\d+) of 2,000; all are in rpt_specification_curve", html)
    assert counts
    assert int(counts[1]) <= 241


def test_a_slope_that_changes_sign_without_one_partner_is_marked(study) -> None:
    table = influence.influence_table(study)
    assert "1 of 3 change sign" in table.caption
    by_head = {row[0].text: row[1] for row in table.rows}
    assert by_head["without Kazakhstan"].style == "doubtful"
    assert by_head["without Uzbekistan"].style == ""


def test_the_study_s_own_rule_stands_first_with_its_choice(study) -> None:
    rows = influence.selection_table(study).rows
    assert [cell.text for cell in rows[0][:3]] == ["benchmark across partners", "pooled OLS", "chosen"]


# wording


def test_sentences_that_differ_in_one_word_are_drawn_together() -> None:
    assert wording.merged(
        ["Half of a is filled.", "Other.", "Half of b is filled.", "Half of c is filled."]
    ) == [
        "Half of a, b and c is filled.",
        "Other.",
    ]
    assert wording.merged(["a b c.", "a x y."]) == ["a b c.", "a x y."]


def test_an_interval_without_an_end_is_said_in_words() -> None:
    assert wording.interval(-np.inf, 0.5, 1) == "up to 0.5"
    assert wording.interval(0.5, np.inf, 1) == "from 0.5"
    assert wording.interval(-np.inf, np.inf) == "no bound"


# the page


def test_every_table_is_optional_by_itself(estimated) -> None:
    for name in NEW_TABLES:
        few = {key: frame for key, frame in estimated.items() if key != name}
        study = study_of(few)
        findings.sentences(study)
        caveats.caveats(study)
    assert "If drivers were others" in render_report(estimated, {"run_id": "r"})
    empty = {key: frame.iloc[0:0] if key in NEW_TABLES else frame for key, frame in estimated.items()}
    html = render_report(empty, {"run_id": "r"})
    for heading in (
        "If drivers were others",
        "Does the equation forecast?",
        "Every admissible specification",
    ):
        assert heading not in html


HOSTILE = '<script>alert(1)</script>{{7*7}}" onload="alert(3)" \' &amp;'


def test_hostile_text_in_the_tables_of_uncertainty_stays_text(estimated) -> None:
    spoilt = dict(estimated)
    kept = {"study", "model", "specification", "flow", "scope", "outcome", "perturbation_kind", "method"}
    for name in NEW_TABLES:
        frame = spoilt[name].copy()
        for column in set(frame.columns) - kept:
            frame[column] = frame[column].map(
                lambda value: value + HOSTILE if isinstance(value, str) else value
            )
        spoilt[name] = frame
    html = render_report(spoilt, {"run_id": "r"})
    assert "<script" not in html
    assert "&lt;script&gt;alert(1)" in html
    assert not re.search(r"<[a-z]+[^>\"]*\sonload=", html)
    assert "49&#34; onload" not in html


def test_every_link_has_its_target_and_every_new_section_its_place_in_the_contents(estimated) -> None:
    html = render_report(estimated, {"run_id": "r"})
    ids = re.findall(r'\sid="([^"]+)"', html)
    assert len(ids) == len(set(ids))
    assert set(re.findall(r'href="#([^"]+)"', html)) <= set(ids)
    for section in ("curve", "scenarios", "backtest"):
        assert f'<a href="#study-1-{section}">' in html
