"""Numbers and names as people read them."""

from __future__ import annotations

import math

import pandas as pd
import pytest

from analysis.report import wording


@pytest.mark.parametrize("value", [None, float("nan"), pd.NA, pd.NaT, math.inf, "", "  "])
def test_nothing_is_written_as_a_dash(value) -> None:
    assert wording.is_missing(value)
    assert wording.number(value) == "–"
    assert wording.day(value) == "–"


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [(-0.2664, 3, "−0.266"), (1234567.8, 0, "1,234,568"), (-0.0001, 2, "0.00"), (0, 1, "0.0")],
)
def test_numbers_have_true_minus_signs_separated_thousands_and_no_negative_zero(
    value, decimals, text
) -> None:
    assert wording.number(value, decimals) == text


@pytest.mark.parametrize(
    ("value", "text"), [(0.816, "0.816"), (28.0, "28"), (-4.448, "−4.448"), (1e-7, "1.00000e−07"), (0, "0")]
)
def test_compact_numbers_have_no_digits_that_say_nothing(value, text) -> None:
    assert wording.compact(value) == text


@pytest.mark.parametrize(
    ("share", "text"),
    [(0, "0 %"), (0.001, "under 1 %"), (0.25, "25 %"), (0.999, "over 99 %"), (1, "100 %")],
)
def test_a_small_share_is_never_rounded_to_none_nor_a_large_one_to_all(share, text) -> None:
    assert wording.percent(share).replace(wording.NO_BREAK, " ") == text
    assert " " not in wording.percent(0.25)


@pytest.mark.parametrize(
    ("amount", "text"),
    [(3.94e9, "3.9 billion USD"), (4.12e8, "412 million USD"), (2.5e6, "2.5 million USD"), (900, "900 USD")],
)
def test_amounts_take_the_unit_that_suits_them(amount, text) -> None:
    assert wording.money(amount) == text


def test_probabilities_too_small_to_print_are_said_to_be_small() -> None:
    assert wording.p_clause(0.00004).split() == ["p", "<", "0.001"]
    assert wording.p_clause(0.0334).split() == ["p", "=", "0.033"]


def test_codes_become_words_in_their_usual_spelling() -> None:
    assert wording.label("log_gdp_per_capita_ppp") == "log GDP per capita PPP"
    assert wording.label("breusch_pagan_lm") == "Breusch Pagan LM"


def test_runs_of_years_are_drawn_together() -> None:
    assert wording.spans([2020, 2013, 2018, 2019]) == "2013, 2018–2020"


def test_a_listing_stops_only_when_more_than_one_word_is_saved() -> None:
    assert wording.shortened("abc", 2) == "a, b and c"
    assert wording.shortened("abcd", 2) == "a, b and 2 more"


def test_sentences_are_cut_between_them_and_not_within_numbers() -> None:
    assert wording.sentences_of("F(4, 28) = 15.48, p < 0.0001. 5 partners are too few") == [
        "F(4, 28) = 15.48, p < 0.0001.",
        "5 partners are too few.",
    ]


def test_moments_are_written_without_seconds() -> None:
    assert wording.day(pd.Timestamp("2025-01-02 03:04:05")) == "2025-01-02 03:04"
    assert wording.day(pd.Timestamp("2025-01-02")) == "2025-01-02"
