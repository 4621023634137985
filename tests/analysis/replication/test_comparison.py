"""The five verdicts and the numbers behind them; what rounding leaves open."""

from __future__ import annotations

import numpy as np
import pytest

from analysis.replication.comparison import VERDICTS, compare, compare_texts
from analysis.replication.rounding import moment_interval


@pytest.mark.parametrize(
    ("printed", "ours", "std_error", "is_signed", "verdict"),
    [
        ("0.701", 0.7014, 0.135, True, "equal to printed digits"),
        ("0.701", 0.70149, 0.135, True, "equal to printed digits"),
        ("0.965", 0.9656, 0.135, True, "within 1 printed se"),
        ("0.701", 0.7016, 0.135, True, "within 1 printed se"),
        ("0.701", 0.836, 0.135, True, "within 1 printed se"),
        ("0.701", 0.837, 0.135, True, "same sign"),
        ("0.701", -0.1, 0.135, True, "differs"),
        ("-0.266", -9.0, None, True, "same sign"),
        ("-0.266", 0.001, 1.0, True, "within 1 printed se"),
        ("0.977", 0.5, None, False, "differs"),
        ("40", 40, None, False, "equal to printed digits"),
        ("40", 27, None, False, "differs"),
        ("5.88", 5.884, None, False, "equal to printed digits"),
        ("100.00", 99.99, None, False, "differs"),
        ("1.0e-07", 0.0, None, False, "differs"),
        ("0.701", None, 0.135, True, "not reproducible"),
        ("0.701", float("nan"), 0.135, True, "not reproducible"),
    ],
)
def test_the_verdict_follows_from_digits_standard_error_and_sign(
    printed, ours, std_error, is_signed, verdict
):
    found = compare(printed, ours, std_error=std_error, is_signed=is_signed)
    assert found["verdict"] == verdict
    assert verdict in VERDICTS
    assert found["reason"].endswith(".")


def test_differences_are_ours_minus_printed_also_in_standard_errors():
    found = compare("0.701", 0.566, std_error=0.135)
    assert found["difference"] == pytest.approx(-0.135)
    assert found["difference_in_se"] == pytest.approx(-1.0)
    assert found["our_text"] == "0.566"


def test_a_number_that_cannot_be_made_again_keeps_ours_beside_it():
    found = compare("0.680", 0.68, not_reproducible_because="The indicators are not named.")
    assert found["verdict"] == "not reproducible"
    assert found["our_value"] == 0.68
    assert found["reason"] == "The indicators are not named."


def test_an_opposite_sign_is_said_even_within_a_standard_error():
    assert "opposite sign" in compare("-0.266", 0.001, std_error=1.0, is_signed=True)["reason"]


@pytest.mark.parametrize("verdict", ["within 1 printed se", "differs"])
def test_a_bound_on_the_other_side_of_zero_is_not_passed_over_in_silence(verdict):
    std_error = 0.5 if verdict == "within 1 printed se" else 0.05
    found = compare("0.121", -0.112, std_error=std_error)
    assert found["verdict"] == verdict
    assert found["reason"].endswith("printed standard errors apart, on the other side of 0.")
    assert "other side" not in compare("0.121", 0.112, std_error=std_error)["reason"]


def test_what_the_rounding_of_printed_inputs_explains_is_no_equality():
    found = compare("13.274", 13.267, possible=(13.2515, 13.2967))
    assert found["verdict"] == "same sign"
    assert found["reason"].endswith(
        "within what the rounding of the printed inputs allows: [13.25150, 13.29670]."
    )
    assert compare("13.274", 13.2741, possible=(13.2515, 13.2967))["verdict"] == "equal to printed digits"
    assert compare("13.274", 13.297, possible=(13.2515, 13.2967))["verdict"] == "differs"


def test_moments_of_rounded_numbers_lie_in_their_interval():
    rng = np.random.default_rng(2)
    exact = rng.uniform(0, 1, 40)
    rounded = exact.round(1)
    for moment, of in (("mean", np.mean), ("min", np.min), ("max", np.max), ("sd", lambda x: x.std(ddof=1))):
        low, high = moment_interval(moment, float(of(rounded)), 40, 0.05)
        assert low <= of(exact) <= high
        assert high - low < 0.11
    assert moment_interval("sd", 0.0, 40, 0.05)[0] == 0.0


def test_ours_is_written_with_the_printed_digits():
    assert compare("5.88", 22.3807)["our_text"] == "22.38"
    assert compare("40", 27.0)["our_text"] == "27"


def test_texts_agree_differ_or_cannot_be_told():
    assert compare_texts("a", "a", True, "Same.")["verdict"] == "equal to printed digits"
    assert compare_texts("a", "in other words", True, "Same.")["verdict"] == "same sign"
    assert compare_texts("a", "b", False, "Not same.")["verdict"] == "differs"
    assert compare_texts("a", "", None, "Lost.")["verdict"] == "not reproducible"
