"""A partner's way through the classes."""

from __future__ import annotations

import pytest

from analysis.potential.trajectory import trajectory


def test_spells_and_changes_are_counted_over_years_with_a_class():
    way = trajectory([2016, 2013, 2014, 2015, 2017], ["low", "low", None, "low", "high"])
    assert (way.first_year, way.last_year, way.n_years) == (2013, 2017, 4)
    assert (way.first_class, way.last_class, way.n_changes) == ("low", "high", 1)
    assert way.path == "low (2013-2016) → high (2017)"
    assert not way.is_stable


def test_a_class_that_never_changes_is_stable():
    assert trajectory([2013, 2014], ["low", "low"]).is_stable


def test_without_a_class_there_is_no_way():
    assert trajectory([2013], [None]) is None
    assert trajectory([], []) is None


def test_a_year_counts_once():
    with pytest.raises(ValueError, match="expected each once"):
        trajectory([2013, 2013], ["low", "high"])
