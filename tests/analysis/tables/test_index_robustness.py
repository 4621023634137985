"""The robustness of an index as tables: one clear grain each, caveats where they belong, the same bytes."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from analysis.design import panel_inputs
from analysis.own_index import build_index
from analysis.own_index_robustness import index_robustness
from analysis.tables.index_robustness import index_tables, robustness_rows, trust_rows
from analysis.tables.schema import as_table
from tests.analysis.conftest import small_study
from tests.analysis.in_another_process import printed, start

ROBUSTNESS = {
    "reason": "To see what it hangs on.",
    "varied": {"scaling": [{"method": "min_max"}], "weights": ["equal"], "aggregation": ["geometric"]},
    "bootstrap": {"draws": 20, "seed": 3},
}


@pytest.fixture
def study(study_of):
    return study_of(index=small_study()["index"] | {"robustness": ROBUSTNESS})


@pytest.fixture
def built(study, made_up_panel):
    inputs = panel_inputs(study, made_up_panel, "as_it_is")
    return study, inputs, *build_index(study, inputs)


@pytest.fixture
def tables(built):
    study, inputs, index, sample = built
    rows = index_tables(study, {"as_it_is": inputs}, index, sample)
    return {name: as_table(name, found, "a" * 16, "b" * 16) for name, found in rows.items()}


def test_every_variant_has_every_cell_and_the_first_is_the_published_index(tables, built):
    variants, (_, _, index, _) = tables["index_variants"], built
    assert variants["variant"].nunique() == 2 * 2 * 2 + 3
    assert (variants.groupby("variant").size() == 120).all()
    first = variants[variants["variant"] == 1]
    np.testing.assert_array_equal(first["index_value"], index.index)
    assert first["is_reference"].all()
    assert not variants.loc[variants["variant"] > 1, "is_reference"].any()
    assert set(first["weights"]) == {"variance_share"}
    assert set(first["matrix"]) == {"correlation"}
    left_out = variants[variants["variant_kind"] == "without_indicator"]
    assert set(left_out["left_out_indicator"]) == {"TEST.SPEED", "TEST.PAPER", "TEST.PORT"}
    assert variants.loc[variants["variant_kind"] == "choices", "left_out_indicator"].isna().all()


def test_intervals_are_those_of_the_variants(tables):
    variants, found = tables["index_variants"], tables["index_robustness"]
    cell = variants.query("country_iso3 == 'ABA' and year == 2012 and variant_kind == 'choices'")
    row = found.query("country_iso3 == 'ABA' and year == 2012 and perturbation_kind == 'choices'").iloc[0]
    low, median, high = np.percentile(cell["index_value"], [5, 50, 95])
    np.testing.assert_allclose(
        [row["index_low"], row["index_median"], row["index_high"]], [low, median, high]
    )
    assert (row["rank_best"], row["rank_worst"]) == (cell["index_rank"].min(), cell["index_rank"].max())
    assert row["same_rank_share"] == pytest.approx((cell["index_rank"] == row["index_rank"]).mean())
    assert row["variant_count"] == 8
    assert (found["rank_best"] <= found["rank_low"]).all()
    assert (found["rank_low"] <= found["rank_median"]).all()
    assert (found["rank_median"] <= found["rank_high"]).all()
    assert (found["rank_high"] <= found["rank_worst"]).all()


def test_there_is_a_row_per_kind_country_and_year_and_the_draws_are_told(tables):
    found = tables["index_robustness"]
    assert found.groupby("perturbation_kind").size().to_dict() == {
        "choices": 120,
        "resampling": 120,
        "without_indicator": 120,
    }
    caveats = found.groupby("perturbation_kind")["caveat"].first()
    assert caveats["resampling"] == "Resampled: 20 draws of 10 years."
    assert found.loc[found["perturbation_kind"] == "resampling", "driver"].isna().all()
    movers = found.query("perturbation_kind == 'without_indicator'")["driver"].dropna()
    assert set(movers) <= {"TEST.SPEED", "TEST.PAPER", "TEST.PORT"}
    still = found["rank_best"] == found["rank_worst"]
    assert found.loc[still & (found["perturbation_kind"] == "choices"), "driver"].isna().all()


def test_shares_of_every_factor_stand_beside_its_levels(tables):
    found = tables["index_sensitivity"]
    assert len(found) == 3 * 4
    row = found.query("outcome == 'index_rank' and factor == 'weights'").iloc[0]
    assert (row["level_count"], row["level_labels"]) == (2, "variance_share; equal")
    fills = found.query("factor == 'fill_set'")
    assert (fills["total_share"] == 0).all()
    assert set(fills["caveat"]) == {"One level is left, so nothing can hang on it."}
    assert (found.groupby("outcome")["first_order_share"].sum() <= 1 + 1e-9).all()


def test_bootstrap_intervals_stand_beside_retained_components_alone(tables):
    loadings = tables["index_loadings"]
    kept = loadings["weight"] > 0
    assert loadings.loc[kept, ["loading_low", "loading_high"]].notna().all(axis=None)
    assert loadings.loc[~kept, ["loading_low", "loading_high"]].isna().all(axis=None)
    assert (loadings.loc[kept, "loading_low"] <= loadings.loc[kept, "loading_high"]).all()
    scores = tables["index_scores"]
    assert scores.loc[scores["weight"] > 0, "score_low"].notna().all()
    assert scores.loc[scores["weight"] == 0, "score_low"].isna().all()


def test_an_indicator_that_is_mostly_filled_is_told_in_both_tables(built):
    study, inputs, index, sample = built
    is_filled = inputs.is_filled.copy()
    is_filled["speed"] = np.arange(120) < 61
    is_filled["paper"] = np.arange(120) < 60
    inputs = replace(inputs, is_filled=is_filled)
    found = {row["statistic"]: row for row in trust_rows(study, index, inputs, sample)}
    assert found["filled_share TEST.SPEED"]["value"] == pytest.approx(61 / 120)
    says = "51% of the cells of speed are filled, not published: more than half."
    assert found["filled_share TEST.SPEED"]["caveat"] == says
    assert found["filled_share TEST.PAPER"]["caveat"] == ""
    robustness = index_robustness(study, {"as_it_is": inputs}, index, sample)
    caveats = {row["caveat"] for row in robustness_rows(study, index, inputs, sample, robustness)}
    says = "More than half of the cells of speed are filled, not published."
    assert all(caveat.endswith(says) for caveat in caveats)


def test_a_low_kmo_and_few_rows_are_told_beside_every_interval(built):
    study, inputs, index, sample = built
    warnings = {"kmo": "KMO is 0.4, below 0.5: too little is shared", "observations": "9 rows are few"}
    poor = replace(index, adequacy=replace(index.adequacy, warnings=warnings))
    robustness = index_robustness(study, {"as_it_is": inputs}, index, sample)
    for row in robustness_rows(study, poor, inputs, sample, robustness):
        assert "KMO is 0.4, below 0.5: too little is shared. 9 rows are few." in row["caveat"]


def test_parallel_analysis_and_turned_signs_are_told(built):
    study, inputs, index, sample = built
    robustness = index_robustness(study, {"as_it_is": inputs}, index, sample)
    found = {row["statistic"]: row for row in trust_rows(study, index, inputs, sample, robustness)}
    assert found["components_parallel"]["value"] == 1
    assert found["components_parallel"]["caveat"] == ""
    assert found["sign_turned_share component 1"]["value"] == 0
    more = replace(index, retention=replace(index.retention, count=2))
    says = {row["statistic"]: row for row in trust_rows(study, more, inputs, sample)}
    assert says["components_parallel"]["caveat"].endswith("would keep 1 of them, not 2.")


def test_treated_outliers_are_told(study_of, made_up_panel):
    declared = small_study()["index"]
    declared["method"] = {"treatment": {"reason": "One value is a slip of the pen."}}
    study = study_of(index=declared)
    panel = made_up_panel.copy()
    panel.loc[panel.index[panel["variable"] == "speed"][0], "value"] = 5000.0
    inputs = panel_inputs(study, panel, "as_it_is")
    index, sample = build_index(study, inputs)
    found = {row["statistic"]: row for row in trust_rows(study, index, inputs, sample)}
    assert found["treated TEST.SPEED"]["value"] == 1
    assert found["treated TEST.SPEED"]["caveat"].startswith("Winsorised: skewness ")
    assert found["treated TEST.PAPER"]["caveat"] == ""


def test_a_study_that_varies_nothing_has_its_other_tables_and_no_intervals(study_of, made_up_panel):
    study = study_of()
    inputs = panel_inputs(study, made_up_panel, "as_it_is")
    rows = index_tables(study, {"as_it_is": inputs}, *build_index(study, inputs))
    assert set(rows) == {"index_adequacy", "index_loadings", "index_scores"}
    assert pd.DataFrame(rows["index_loadings"])["loading_low"].isna().all()


def test_the_central_asian_index_says_how_far_it_may_be_trusted(real_tables):
    adequacy = real_tables["index_adequacy"].set_index("statistic")
    # Five of eight years of the logistics index lie between or after its editions.
    assert adequacy.loc["filled_share LP.LPI.INFR.XQ", "value"] == pytest.approx(0.625)
    assert "more than half" in adequacy.loc["filled_share LP.LPI.INFR.XQ", "caveat"]
    assert adequacy.loc["components_parallel", "value"] == 1
    assert "would keep 1 of them, not 3" in adequacy.loc["components_parallel", "caveat"]
    found = real_tables["index_robustness"]
    assert set(found["caveat"].str.contains("fewer than 5 each")) == {True}
    choices = found[found["perturbation_kind"] == "choices"].set_index(["country_iso3", "year"])
    assert set(choices["variant_count"]) == {240}
    # Kazakhstan leads whatever is chosen; who is second in 2020 is a choice.
    assert (choices.loc["KAZ", "rank_worst"] == 1).all()
    second = choices.loc[("UZB", 2020)]
    assert (second["rank_low"], second["rank_high"], second["driver"]) == (2, 3, "weights")
    fills = real_tables["index_sensitivity"].query("outcome == 'index_rank' and factor == 'fill_set'").iloc[0]
    assert fills["total_share"] < 0.1
    assert "The level complete_cases is not compared: 11 of 40 rows" in fills["caveat"]
    assert (
        "The level deflator_proxy is not compared: it fills the indicators as carry_proxy" in fills["caveat"]
    )


PROGRAM = """
import hashlib, sys
import numpy as np, pandas as pd
from analysis.design import panel_inputs
from analysis.own_index import build_index
from analysis.study import Study
from analysis.tables.index_robustness import index_tables
from tests.analysis.conftest import COUNTRIES, as_panel, small_study
rng = np.random.default_rng(7)
panel = as_panel([
    (country, year, name, float(np.exp(rng.normal())))
    for country in COUNTRIES for year in range(2010, 2020) for name in ("speed", "paper", "port")
])
panel = panel.sample(frac=1, random_state=int(sys.argv[1]))
robustness = {"reason": "So.", "varied": {"weights": ["equal", "entropy"]}, "bootstrap": {"draws": 9}}
study = Study.model_validate(small_study(index=small_study()["index"] | {"robustness": robustness}))
inputs = panel_inputs(study, panel, "as_it_is")
rows = index_tables(study, {"as_it_is": inputs}, *build_index(study, inputs))
print(hashlib.sha256(repr(rows).encode()).hexdigest())
"""


def test_row_order_hash_seed_and_threads_change_no_byte():
    started = [start(PROGRAM, seed, hash_seed=seed, threads=seed) for seed in ("1", "2")]
    assert len({printed(process) for process in started}) == 1
