"""Side-cars: what one must say, and the clear word about one that says it wrong."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

import pytest

from flows.landing.side_car import LONGEST, SideCarError, StatedTotal, parse_side_car

GOOD = """\
publisher: World Bank
title: World Development Indicators
url: https://example.org/wdi
vintage: 2024-03-28
licence: CC BY 4.0
redistribution: allowed
"""


def test_a_side_car_is_read():
    said = parse_side_car(GOOD.encode() + b"note: 'x: y'\nrow_count: 3\nsha256: " + b"ab" * 32 + b"\n")
    assert (said.publisher, said.vintage, said.row_count) == ("World Bank", date(2024, 3, 28), 3)


def test_what_a_download_and_a_sender_add_is_read():
    said = parse_side_car(
        GOOD.encode()
        + b"retrieved_at: 2024-03-29T08:00:00+08:00\netag: '\"x\"'\nhttp_status: 200\n"
        + b"control_total: {column: value, value: 12545.160}\nvalues: {flow: exports}\n"
        + b"replaces: "
        + b"cd" * 32
    )
    assert said.retrieved_at == datetime(2024, 3, 29)
    assert (said.http_status, said.etag, said.values) == (200, '"x"', {"flow": "exports"})
    assert said.control_total == StatedTotal(column="value", value=Decimal("12545.16"))
    assert said.replaces == "cd" * 32


@pytest.mark.parametrize("told", ["allowed", "not_allowed", "unknown"])
def test_what_may_be_passed_on_is_said_in_one_of_three_words(told: str):
    assert parse_side_car(GOOD.replace("allowed", told).encode()).redistribution == told


def test_a_byte_order_mark_is_skipped():
    assert parse_side_car(b"\xef\xbb\xbf" + GOOD.encode()).licence == "CC BY 4.0"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (GOOD.replace("vintage: 2024-03-28\n", ""), "lacks key 'vintage'"),
        (
            GOOD.replace("2024-03-28", "2018"),
            "key 'vintage': seen '2018', expected a date such as",
        ),
        (GOOD.replace("2024-03-28", "spring"), "key 'vintage': seen 'spring', expected a date"),
        (GOOD + "vintage: 2025-01-01\n", "line 7: key 'vintage' is given twice"),
        (GOOD + "colour: red\n", "key 'colour' is not one of publisher, title"),
        (
            GOOD.replace("World Bank", "2018"),
            "key 'publisher': seen '2018', expected Input should",
        ),
        (GOOD.replace("allowed", "perhaps"), "key 'redistribution': seen 'perhaps'"),
        (GOOD + "sha256: abc\n", "key 'sha256': seen 'abc'"),
        (GOOD + "row_count: -1\n", "key 'row_count': seen '-1'"),
        (GOOD + "replaces: abc\n", "key 'replaces': seen 'abc'"),
        (GOOD + "retrieved_at: noon\n", "key 'retrieved_at': seen 'noon', expected a time such as"),
        (
            GOOD + "values: {month: 6}\n",
            "key 'values.month': seen '6', expected Input should be a valid string",
        ),
        (GOOD + "control_total: {column: value}\n", "lacks key 'control_total.value'"),
        (GOOD + "note: [1, 2\n", "line 8: "),
        ("", "expected keys such as publisher and vintage"),
        ("- a\n- b\n", "expected keys such as publisher and vintage"),
        ("a: &x [1]\nb: *x\n", "alias"),
    ],
)
def test_a_malformed_side_car_is_refused_with_key_seen_and_expected(text: str, message: str):
    with pytest.raises(SideCarError) as refused:
        parse_side_car(text.encode())
    assert message in str(refused.value)


def test_bytes_that_are_no_utf_8_are_refused_with_their_line():
    with pytest.raises(SideCarError, match="line 7: seen a byte that is not UTF-8"):
        parse_side_car(GOOD.encode() + b"note: \xff\n")


def test_a_side_car_as_large_as_a_data_file_is_refused_unread():
    with pytest.raises(SideCarError, match="seen 65,537 bytes, expected at most 65,536"):
        parse_side_car(b"#" * (LONGEST + 1))


def test_a_deeply_nested_side_car_is_refused():
    with pytest.raises(SideCarError):
        parse_side_car(b"note: " + b"[" * 20_000)
