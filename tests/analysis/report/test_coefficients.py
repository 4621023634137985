"""Estimates that are shown side by side: whose they are, and in which order."""

from __future__ import annotations

import pandas as pd
import pytest

from analysis.report import coefficients
from analysis.report.published import Published
from analysis.report.study_frames import StudyFrames


def test_selected_model_rebuild_and_print_stand_side_by_side(central_asia) -> None:
    rows = coefficients.side_by_side(central_asia)
    assert list(dict.fromkeys(zip(rows["series"], rows["kind"], strict=True))) == [
        ("own index, pooled OLS (selected)", "selected"),
        ("paper rebuild, pooled OLS", "other"),
        ("printed", "printed"),
    ]


def test_a_model_without_a_selected_specification_is_shown_by_the_one_most_like_it(central_asia) -> None:
    row = central_asia.representative("paper_rebuild", "total")
    assert row["specification"] == "pooled_ols.classical_normal.carry_proxy"


def test_printed_intervals_are_the_printed_ones_where_they_are_printed(frames) -> None:
    replication = frames["rpt_replication"]
    sample = replication.loc[replication["item"] == "regression.ln_cpi.estimate"].head(1)
    limits = [
        sample.assign(item=f"regression.ln_cpi.{name}", printed_value=value)
        for name, value in (("ci_low", -2.11), ("ci_high", 0.121))
    ]
    frames["rpt_replication"] = pd.concat([replication, *limits])
    rows = coefficients.printed(StudyFrames(Published(frames), "central_asia")).set_index("term")
    assert list(rows.loc["ln_cpi", ["low", "high"]]) == [-2.11, 0.121]
    other = rows.loc["ln_population"]
    assert other["high"] - other["estimate"] == pytest.approx(1.959964 * other["std_error"])
    assert len(rows) == 8


def test_only_estimates_count_as_printed_coefficients(frames) -> None:
    replication = frames["rpt_replication"]
    replication["item"] = replication["item"].str.replace(".estimate", ".z", regex=False)
    assert coefficients.printed(StudyFrames(Published(frames), "central_asia")).empty


def test_fill_sets_are_compared_by_one_estimator_base_first(central_asia) -> None:
    rows = coefficients.by_fill_set(central_asia, "paper_rebuild")
    assert list(dict.fromkeys(rows["fill_set"])) == [
        "carry_proxy",
        "complete_cases",
        "trend",
        "deflator_proxy",
    ]
    assert len(rows) == 4 * 8


def test_one_fill_set_alone_is_no_comparison(frames) -> None:
    for name in ("rpt_gravity_fit", "rpt_gravity_coefficients"):
        frames[name] = frames[name].loc[frames[name]["specification"].str.endswith("carry_proxy")]
    study = StudyFrames(Published(frames), "central_asia")
    assert coefficients.by_fill_set(study, "paper_rebuild").empty


def test_a_slope_that_is_negative_under_one_fill_set_only_changes_sign_and_the_constant_never_counts() -> (
    None
):
    rows = pd.DataFrame(
        {"term": ["a", "a", "b", "b", "const", "const"], "estimate": [1.0, -0.1, 2.0, 3.0, -1.0, 1.0]}
    )
    assert coefficients.sign_changes(rows) == ["a"]


def test_a_term_of_the_second_series_follows_its_predecessor_and_the_constant_comes_last() -> None:
    rows = pd.DataFrame(
        {
            "series": ["x"] * 3 + ["y"] * 4,
            "term": ["const", "income", "prices", "const", "income", "index", "prices"],
        }
    )
    assert coefficients.term_order(rows) == ["income", "index", "prices", "const"]
