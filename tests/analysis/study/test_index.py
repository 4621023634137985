"""What a study may say of its index, and what contradicts itself."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from analysis.study.index import (
    IndexSpecification,
    MethodSpecification,
    Retention,
    RobustnessSpecification,
    ScalingLevel,
)
from tests.analysis.conftest import small_study


def index(**keys) -> dict:
    return small_study()["index"] | keys


def test_without_a_word_the_method_is_the_usual_one_and_nothing_is_varied():
    found = IndexSpecification.model_validate(index())
    assert found.method == MethodSpecification()
    assert (found.method.scaling.method, found.method.scaling.reference) == ("z_score", "pooled")
    assert (found.method.weights, found.method.aggregation) == ("variance_share", "arithmetic")
    assert (found.method.treatment, found.robustness) == (None, None)


def test_a_percentile_of_parallel_analysis_is_below_100():
    Retention(rule="parallel", value=95, reason="Horn.")
    with pytest.raises(ValidationError, match="seen a percentile of 100"):
        Retention(rule="parallel", value=100, reason="Horn.")


@pytest.mark.parametrize("keys", [{"reference": "base_year"}, {"base_year": 2013}])
def test_a_base_year_stands_where_it_is_used(keys):
    with pytest.raises(ValidationError, match="expected a base_year with reference base_year"):
        ScalingLevel(**keys)


def weighted(*weights) -> dict:
    content = index()
    for indicator, weight in zip(content["dimensions"][0]["indicators"], weights, strict=True):
        if weight is not None:
            indicator["weight"] = weight
    return content


def test_experts_weigh_all_indicators_or_none():
    IndexSpecification.model_validate(weighted(1, 2, 0))
    with pytest.raises(ValidationError, match=r"seen no weight of indicators \['paper'\]"):
        IndexSpecification.model_validate(weighted(1, None, 3))
    with pytest.raises(ValidationError, match="seen weights that are all 0"):
        IndexSpecification.model_validate(weighted(0, 0, 0))
    with pytest.raises(ValidationError, match="seen no weight of indicators"):
        IndexSpecification.model_validate(index(method={"weights": "expert"}))
    tried = {"reason": "Why not.", "varied": {"weights": ["expert"]}}
    with pytest.raises(ValidationError, match="seen no weight of indicators"):
        IndexSpecification.model_validate(index(robustness=tried))


def test_robustness_needs_its_reason_and_a_level_that_is_one():
    with pytest.raises(ValidationError, match="reason"):
        RobustnessSpecification.model_validate({"varied": {}})
    with pytest.raises(ValidationError, match="interval"):
        RobustnessSpecification.model_validate({"reason": "So.", "interval": 90})


def test_fill_sets_that_are_varied_are_those_of_the_study(study_of):
    robustness = {"reason": "So.", "varied": {"fill_sets": ["another"]}}
    with pytest.raises(ValidationError, match=r"index.robustness.varied: seen \['another'\]"):
        study_of(index=index(robustness=robustness))
