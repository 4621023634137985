"""Who makes way for whom."""

from __future__ import annotations

from flows.ingestion.superseding import superseded


def sets(**told: str) -> dict[str, frozenset[str]]:
    """Return name → set of the words told of it."""
    return {name: frozenset(text.split()) for name, text in told.items()}


def test_a_named_file_makes_way_and_so_does_one_named_by_that():
    came_as = sets(a="a", b="b", c="c", d="d")
    assert superseded(sets(a="b", b="c"), came_as) == {"b": "a", "c": "b"}


def test_a_file_that_is_not_here_changes_nothing():
    assert superseded(sets(a="x"), sets(a="a")) == {}


def test_members_of_a_superseded_archive_make_way_unless_they_came_otherwise_too():
    came_as = sets(old="zip1", kept="zip1 zip2", plain="zip1 plain", new="zip2")
    assert superseded(sets(new="zip1", kept="zip1"), came_as) == {"old": "kept"}


def test_files_that_supersede_one_another_in_a_circle_all_stay():
    came_as = sets(a="a", b="b", c="c", d="d")
    assert superseded(sets(a="b", b="c", c="a"), came_as) == {}
    assert superseded(sets(a="b", b="a", c="d"), came_as) == {"d": "c"}
