"""The five verdicts and the numbers behind them."""

from __future__ import annotations

import pytest

from analysis.replication.comparison import VERDICTS, compare, compare_texts


@pytest.mark.parametrize(
    ("printed", "ours", "std_error", "is_signed", "verdict"),
    [
        ("0.701", 0.7014, 0.135, True, "equal to printed digits"),
        ("0.701", 0.7015, 0.135, True, "equal to printed digits"),
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


def test_ours_is_written_with_the_printed_digits():
    assert compare("5.88", 22.3807)["our_text"] == "22.38"
    assert compare("40", 27.0)["our_text"] == "27"


def test_texts_agree_differ_or_cannot_be_told():
    assert compare_texts("a", "a", True, "Same.")["verdict"] == "equal to printed digits"
    assert compare_texts("a", "b", False, "Not same.")["verdict"] == "differs"
    assert compare_texts("a", "", None, "Lost.")["verdict"] == "not reproducible"
