from __future__ import annotations

import numpy as np
import pytest

from analysis.gravity import separation
from analysis.gravity.errors import EstimationError, NonFiniteInput
from analysis.gravity.separation import Separation, find_separation
from tests.analysis.gravity.separation_sets import by_plain_programme, drawn, hand_made

HAND_MADE = hand_made()
METHODS = ["dense", "first-order conditions"]


def found_in(case) -> Separation:
    return find_separation(case.outcome, case.regressors, case.terms, case.effects)


def rows_of(result: Separation) -> frozenset[int]:
    return frozenset(np.flatnonzero(result.is_separated).tolist())


@pytest.fixture(params=METHODS)
def method(request, monkeypatch) -> str:
    """Both ways to settle a sample, whatever its size."""
    if request.param == "first-order conditions":
        monkeypatch.setattr(separation, "DENSE_COLUMNS", 0)
    return request.param


@pytest.mark.parametrize("case", HAND_MADE, ids=lambda case: case.name)
def test_exactly_the_separated_rows_of_a_hand_made_set_are_found(case, method):
    assert rows_of(found_in(case)) == case.separated


@pytest.mark.parametrize(
    "case",
    # The plain programme does not scale its columns.
    [case for case in HAND_MADE if "powers of ten" not in case.name],
    ids=lambda case: case.name,
)
def test_the_hand_made_answers_agree_with_a_programme_per_row(case):
    assert by_plain_programme(case) == case.separated


@pytest.mark.parametrize("seed", range(40))
def test_drawn_samples_agree_with_a_programme_per_row(seed, method):
    case = drawn(seed)
    assert rows_of(found_in(case)) == by_plain_programme(case)


@pytest.mark.parametrize("case", HAND_MADE, ids=lambda case: case.name)
def test_the_values_are_positive_on_separated_rows_and_zero_elsewhere(case, method):
    result = found_in(case)
    assert (result.values[result.is_separated] > 0).all()
    assert (result.values[~result.is_separated] == 0).all()


def test_the_combination_gives_the_values():
    case = next(case for case in HAND_MADE if case.name.startswith("a difference of two"))
    result = found_in(case)
    slopes = dict(result.combination)
    z = case.regressors @ [slopes["x1"], slopes["x2"]]
    assert z - z[~result.is_separated][0] == pytest.approx(result.values, abs=1e-12)
    assert slopes["x1"] == pytest.approx(-slopes["x2"])


def test_a_level_without_positive_outcome_is_named():
    case = next(case for case in HAND_MADE if case.name.startswith("a level"))
    result = found_in(case)
    assert result.all_zero_levels == (("a", "p"),)
    assert result.to_frame()["because"].tolist() == ["a p has no positive outcome"] * 2
    assert "2 rows with outcome 0 are separated by levels without positive outcome" in result.caveat


def test_any_order_of_rows_gives_the_same_bytes(method):
    case = drawn(5)
    first = found_in(case)
    order = np.random.default_rng(1).permutation(case.outcome.size)
    again = find_separation(
        case.outcome[order],
        case.regressors[order],
        case.terms,
        {name: labels[order] for name, labels in case.effects.items()},
    )
    assert first.n_separated
    assert again.values.tobytes() == first.values[order].tobytes()
    assert again.combination == first.combination


def test_thousands_of_rows_with_three_sets_of_effects_are_settled_without_a_programme():
    random = np.random.Generator(np.random.PCG64(2))
    exporter, importer, year = (axis.ravel() for axis in np.meshgrid(*[np.arange(12)] * 2, np.arange(8)))
    n = exporter.size
    outcome = random.exponential(size=n) * (random.random(n) < 0.6)
    hidden = np.zeros(n)
    chosen = random.choice(np.flatnonzero(outcome == 0), 7, replace=False)
    hidden[chosen] = random.random(7) + 0.1
    effects = {
        "exporter_year": exporter * 8 + year,
        "importer_year": importer * 8 + year,
        "pair": exporter * 12 + importer,
    }
    regressors = np.column_stack(
        [random.normal(size=n), hidden + 0.3 * random.normal(size=96)[effects["pair"] % 96]]
    )
    regressors[:, 1] = hidden + random.normal(size=144)[effects["pair"]]
    result = find_separation(outcome, regressors, ["x1", "x2"], effects)
    without = find_separation(outcome, regressors[:, :1], ["x1"], effects)
    assert result.method == "first-order conditions"
    assert set(chosen) <= rows_of(result)
    assert rows_of(result) == set(chosen) | rows_of(without)
    assert "x2" in dict(result.combination)


def test_without_a_positive_outcome_every_row_is_separated():
    result = find_separation(np.zeros(4), np.arange(4.0)[:, None], ["x1"])
    assert result.is_separated.all()


@pytest.mark.parametrize(
    ("outcome", "column", "error", "message"),
    [
        ([1, np.nan, 2], [1, 2, 3], NonFiniteInput, "'outcome', row 1"),
        ([1, 0, 2], [1, np.inf, 3], NonFiniteInput, "'x1', row 1"),
        ([1, -2, 2], [1, 2, 3], EstimationError, "seen -2, expected 0 or more"),
        ([], [], EstimationError, "no row"),
    ],
)
def test_bad_cells_are_refused(outcome, column, error, message):
    with pytest.raises(error, match=message):
        find_separation(np.array(outcome, dtype=float), np.array(column, dtype=float)[:, None], ["x1"])


def test_a_missing_label_is_refused():
    with pytest.raises(NonFiniteInput, match="effect 'a', row 1"):
        find_separation(np.ones(2), np.empty((2, 0)), [], {"a": np.array(["p", None], dtype=object)})
