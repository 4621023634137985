"""Arrivals: what stands beside one content under several names, written down and read back."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest

from flows.landing.arrivals import Arrival, hear, heard_of, merged, told
from tests.flows.landing.test_side_car import GOOD

FIRST, LATER = datetime(2026, 1, 2, 3, 4, 5), datetime(2027, 1, 1)
SHA256 = "ab" * 32
CONTAINER = "cd" * 32


def arrival(name: str = "a.csv", side_car: str | None = GOOD, at: datetime = FIRST) -> Arrival:
    """An arrival with a side-car."""
    return Arrival(name, at, None if side_car is None else side_car.encode(), f"{name}.origin.yml")


def within(side_car: str, siblings: int = 0) -> Arrival:
    """A member of an archive whose side-car stands beside the archive."""
    return replace(
        arrival("z.zip!/a.csv", side_car),
        container_id=CONTAINER,
        sibling_count=siblings,
        is_side_car_of_container=True,
    )


def test_arrivals_are_read_back_as_they_were_written():
    arrivals = [arrival(), replace(arrival("b.csv"), side_car=b"\xff\x00"), within(GOOD, 2)]
    assert heard_of(told(arrivals)) == arrivals


def test_an_entry_that_cannot_be_a_file_is_not_remembered():
    assert heard_of(told([replace(arrival(), problem="not a regular file")])) == []


def test_a_name_has_its_latest_side_car_and_its_earliest_arrival():
    corrected = arrival(side_car=GOOD.replace("2024", "2023"), at=LATER)
    assert merged([arrival(), corrected], SHA256) == [replace(corrected, first_seen=FIRST)]


@pytest.mark.parametrize("later", [None, "vintage: spring\n", ""])
def test_a_side_car_that_is_taken_away_or_broken_does_not_unsay_what_was_said(later: str | None):
    assert merged([arrival(), arrival(side_car=later, at=LATER)], SHA256) == [arrival()]


def test_a_good_side_car_takes_the_place_of_a_broken_one():
    good = arrival(at=LATER)
    assert merged([arrival(side_car="vintage: spring\n"), good], SHA256) == [replace(good, first_seen=FIRST)]


def test_plain_files_come_before_members_and_names_in_order():
    names = [one.name for one in merged([within(GOOD), arrival("zz.csv"), arrival("b.csv")], SHA256)]
    assert names == ["b.csv", "zz.csv", "z.zip!/a.csv"]


def test_a_side_car_beside_an_archive_speaks_of_the_archives_hash_and_a_members_of_its_own():
    assert hear(within(f"{GOOD}sha256: {CONTAINER}\n"), SHA256).side_car.sha256 == SHA256
    assert "expected " + CONTAINER in hear(within(f"{GOOD}sha256: {SHA256}\n"), SHA256).fault
    assert hear(arrival(side_car=f"{GOOD}sha256: {SHA256}\n"), SHA256).fault is None


def test_a_malformed_side_car_is_told_with_its_name():
    assert hear(arrival(side_car=GOOD.replace("2024-03-28", "spring")), SHA256).fault == (
        "its side-car a.csv.origin.yml: key 'vintage': seen 'spring', expected a date such as 2024-03-28"
    )


def test_a_side_car_of_another_content_is_told_with_both_hashes():
    fault = hear(arrival(side_car=f"{GOOD}sha256: {CONTAINER}\n"), SHA256).fault
    assert f"key 'sha256': seen {CONTAINER}, expected {SHA256}, the file's own" in fault


def test_a_count_beside_an_archive_of_several_files_is_nobodys():
    assert hear(within(GOOD + "row_count: 3\n"), SHA256).side_car.row_count == 3
    fault = hear(within(GOOD + "row_count: 3\n", siblings=1), SHA256).fault
    assert fault == (
        "its side-car z.zip!/a.csv.origin.yml: key 'row_count': the archive holds 2 files: put it beside each"
    )


@pytest.mark.parametrize("replaced", [SHA256, CONTAINER])
def test_a_file_does_not_replace_itself_or_the_archive_it_is_in(replaced: str):
    assert (
        "expected another file than this one" in hear(within(f"{GOOD}replaces: {replaced}\n"), SHA256).fault
    )
