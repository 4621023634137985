"""The specification curve: every combination once, each number that of the estimator run for itself."""

from __future__ import annotations

import itertools

import numpy as np
import pandas as pd
import pytest

from analysis.design import of_partners, panel_inputs
from analysis.equation import estimate_equation
from analysis.estimate import estimate_study
from analysis.gravity.inference import infer
from analysis.specification_curve import specification_curves
from analysis.study import Study
from analysis.tables.specification_curve import curve_tables
from tests.analysis.conftest import COUNTRIES, small_study
from tests.analysis.test_estimate import noisy

CURVE = {
    "model": "plain",
    "term": "log_income",
    "optional_terms": ["log_people"],
    "estimators": [
        {"estimator": "pooled_ols", "covariance": "cr2_satterthwaite"},
        {"estimator": "fixed_effects", "covariance": "classical_t"},
        {"estimator": "random_effects", "covariance": "classical_normal"},
        {"estimator": "ppml", "covariance": "cr1_t"},
    ],
    "reason": "To see what choices do.",
}


def study_with(**changes) -> Study:
    gravity = small_study()["gravity"] | {"specification_curves": [CURVE | changes]}
    return Study.model_validate(small_study(gravity=gravity))


def curve_of(study, panel):
    partners = {"as_it_is": of_partners(study, panel_inputs(study, panel, "as_it_is"))}
    return specification_curves(study, partners, {})[0]


@pytest.fixture
def panel(made_up_panel):
    return noisy(made_up_panel)


def test_every_combination_is_there_once(panel):
    curve = curve_of(study_with(), panel)
    # Nothing is filled, so 'published_only' leaves out no row and gives no point of its own.
    samples = 1 + len(COUNTRIES) + 10
    assert len(curve.points) == 2 * 4 * samples * 2
    assert curve.n_planned == 4 * (samples + 1) * 2
    names = [(point.flow, point.choices.name) for point in curve.points]
    assert len(set(names)) == len(names)
    assert not any(point.refused for point in curve.points)


def test_the_full_specification_equals_the_equation(panel):
    study = study_with()
    curve = curve_of(study, panel)
    study = Study.model_validate(
        study.model_dump()
        | {
            "gravity": study.gravity.model_dump()
            | {"specifications": [item | {"fill_sets": ["as_it_is"]} for item in CURVE["estimators"]]}
        }
    )
    intervals = curve.inference(0.95)
    for flow in study.gravity.flows:
        inputs = panel_inputs(study, panel, "as_it_is")
        equation = estimate_equation(study, study.gravity.models[0], flow, "as_it_is", inputs, None)
        for (estimator, covariance), fit in equation.fits.items():
            name = f"{estimator}.{covariance}.as_it_is.all.log_people"
            at = next(
                place
                for place, point in enumerate(curve.points)
                if point.flow == flow.flow and point.choices.name == name
            )
            expected = infer(fit, 0.95).to_frame().set_index("term").loc["log_income"]
            assert curve.points[at].estimate == pytest.approx(expected["estimate"], rel=1e-8)
            assert curve.points[at].std_error == pytest.approx(expected["std_error"], rel=1e-7)
            assert intervals.loc[at, "p_value"] == pytest.approx(expected["p_value"], rel=1e-5, abs=1e-12)
            assert intervals.loc[at, "ci_low"] == pytest.approx(expected["ci_low"], rel=1e-6)


def test_too_many_combinations_are_refused_as_a_whole_and_the_summary_says_so(panel):
    study = study_with(most_specifications=10)
    curve = curve_of(study, panel)
    assert curve.points == ()
    tables = curve_tables(study, [curve])
    assert tables["specification_curve"] == []
    summary = pd.DataFrame(tables["specification_curve_summary"])
    assert list(summary["choice"]) == ["all", "all"]
    assert summary["caveat"].str.contains("more than the 10 that the study allows").all()


def test_rows_with_filled_cells_are_left_out_term_by_term(panel):
    is_filled = (panel["variable"] == "people") & (panel["year"] == 2012)
    curve = curve_of(study_with(), panel.assign(is_filled=is_filled))
    sizes = {
        point.choices.terms: point.n_obs
        for point in curve.points
        if point.choices.sample == "published_only" and point.flow == "total"
    }
    assert sizes == {("log_people",): 120 - 12}


def test_a_missing_optional_term_costs_rows_only_where_it_stands(panel):
    is_gone = (panel["variable"] == "people") & (panel["country_iso3"] == COUNTRIES[0])
    curve = curve_of(study_with(), panel.assign(value=panel["value"].mask(is_gone)))
    sizes = {
        point.choices.terms: point.n_obs
        for point in curve.points
        if point.choices.sample == "all" and point.choices.estimator == "fixed_effects"
    }
    assert sizes == {("log_people",): 110, (): 120}


def test_a_term_that_effects_absorb_gives_no_second_point_and_one_of_interest_a_reason(panel):
    constant = panel["variable"] == "people"
    level = panel["country_iso3"].map({country: 1e5 + at for at, country in enumerate(COUNTRIES)})
    fixed = panel.assign(value=panel["value"].mask(constant, level.astype(float)))
    curve = curve_of(study_with(), fixed)
    terms = {point.choices.terms for point in curve.points if point.choices.estimator == "fixed_effects"}
    assert terms == {()}
    swapped = study_with(term="log_people", optional_terms=["log_income"])
    own = [point for point in curve_of(swapped, fixed).points if point.choices.estimator == "fixed_effects"]
    assert {point.refused for point in own} == {"effects absorb the term"}
    assert all(np.isnan(point.estimate) for point in own)


def test_tables_are_sorted_counted_and_the_same_for_any_order_of_rows(panel):
    study = study_with()
    tables = estimate_study(study, panel)
    again = estimate_study(study, panel.sample(frac=1, random_state=3))
    for name in ("specification_curve", "specification_curve_summary", "gravity_influence", "gravity_tests"):
        pd.testing.assert_frame_equal(tables[name], again[name], check_exact=True)
    curve = tables["specification_curve"].query("flow == 'total'").sort_values("position")
    assert list(curve["position"]) == list(range(1, len(curve) + 1))
    assert curve["estimate"].is_monotonic_increasing
    assert curve["is_reference"].sum() == 1
    assert ((curve["ci_low"] <= curve["estimate"]) & (curve["estimate"] <= curve["ci_high"])).all()
    whole = tables["specification_curve_summary"].query("flow == 'total' and choice == 'all'").iloc[0]
    assert whole["specification_count"] == len(curve)
    assert whole["significant_share"] == pytest.approx(curve["is_significant"].mean())
    assert whole["estimate_median"] == pytest.approx(curve["estimate"].median())
    by_estimator = tables["specification_curve_summary"].query("flow == 'total' and choice == 'estimator'")
    assert by_estimator["specification_count"].sum() == len(curve)


def test_a_study_without_a_curve_has_empty_tables(study_of, panel):
    tables = estimate_study(study_of(), panel)
    assert tables["specification_curve"].empty
    assert tables["specification_curve_summary"].empty


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"model": "another"}, "expected one of"),
        ({"term": "log_people"}, "not optional"),
        ({"optional_terms": ["log_distance"]}, "seen optional terms"),
        ({"samples": ["without_year"]}, "expected all to be among them"),
        ({"fill_sets": ["unknown"]}, "expected names out of"),
        ({"estimators": [{"estimator": "ppml", "covariance": "cr2_t"}]}, "expected one that begins with"),
        ({"estimators": [CURVE["estimators"][0]] * 2}, "expected every estimator once"),
    ],
)
def test_what_a_curve_cannot_be_is_refused_with_what_was_expected(changes, words):
    with pytest.raises(ValueError, match=words):
        study_with(**changes)


def test_all_terms_and_samples_of_the_choices_are_named(panel):
    curve = curve_of(study_with(), panel)
    seen = {(point.choices.sample, point.choices.left_out) for point in curve.points}
    expected = itertools.chain(
        [("all", "")],
        (("without_partner", country) for country in COUNTRIES),
        (("without_year", str(year)) for year in range(2010, 2020)),
    )
    assert seen == set(expected)
