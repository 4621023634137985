"""Who makes way for whom."""

from __future__ import annotations

from flows.ingestion.superseding import Superseding, superseded


def sets(**told: str) -> dict[str, frozenset[str]]:
    """Return name → set of the words told of it."""
    return {name: frozenset(text.split()) for name, text in told.items()}


def test_a_named_file_makes_way_and_so_does_one_named_by_that():
    came_as = sets(a="a", b="b", c="c", d="d")
    assert superseded(sets(a="b", b="c"), came_as).gone == {"b": "a", "c": "b"}


def test_a_file_that_is_not_here_changes_nothing():
    assert superseded(sets(a="x"), sets(a="a")) == Superseding({}, {})


def test_members_of_a_superseded_archive_make_way_unless_they_came_otherwise_too():
    came_as = sets(old="zip1", kept="zip1 zip2", plain="zip1 plain", new="zip2")
    assert superseded(sets(new="zip1", kept="zip1"), came_as).gone == {"old": "kept"}


def test_files_that_supersede_one_another_in_a_circle_all_stay():
    came_as = sets(a="a", b="b", c="c", d="d")
    circle = {"a": ("b", "c"), "b": ("a", "c"), "c": ("a", "b")}
    assert superseded(sets(a="b", b="c", c="a"), came_as) == Superseding({}, circle)
    pair = {"a": ("b",), "b": ("a",)}
    assert superseded(sets(a="b", b="a", c="d"), came_as) == Superseding({"d": "c"}, pair)


def test_what_a_circle_supersedes_makes_way_and_is_no_part_of_it():
    came_as = sets(a="a", b="b", c="c")
    found = superseded(sets(a="b c", b="a"), came_as)
    assert found == Superseding({"c": "a"}, {"a": ("b",), "b": ("a",)})
