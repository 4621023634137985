"""Labels on a map neither cover each other nor a point nor the frame."""

from __future__ import annotations

import itertools
import random

from analysis.report import labels


def crowd(count: int) -> list[labels.Disc]:
    numbers = random.Random(7)
    return [
        labels.Disc(
            numbers.uniform(60, 840),
            numbers.uniform(30, 440),
            numbers.uniform(4, 12),
            f"Country {number} 0.93",
        )
        for number in range(count)
    ]


def test_no_label_covers_another_a_point_or_the_frame_however_crowded() -> None:
    discs = crowd(60)
    found = [label for label in labels.place(discs, width=900, height=470, font_size=14) if label]
    assert len(found) > 15
    for first, second in itertools.combinations(found, 2):
        assert not first.overlaps(second, gap=0)
    for label in found:
        assert all(label.distance(disc) > 0 for disc in discs)
        assert label.left >= 0
        assert label.right <= 900
        assert label.top >= 0
        assert label.bottom <= 470


def test_a_point_by_itself_has_its_label_beside_it_without_a_line() -> None:
    (label,) = labels.place([labels.Disc(100, 100, 5, "Kazakhstan")], width=900, height=470, font_size=14)
    assert (label.anchor, label.leader) == ("start", None)
    assert 0 < label.left - 105 < 6


def test_a_label_without_a_line_is_nearest_to_its_own_point() -> None:
    discs = [labels.Disc(100, 100, 8, "Uzbekistan 0.82"), labels.Disc(104, 112, 6, "Tajikistan 0.63")]
    beside, below = labels.place(discs, width=360, height=340, font_size=12.5)
    for own, other, label in ((*discs, beside), (*reversed(discs), below)):
        if label.leader is None:
            assert label.distance(own) < label.distance(other)


def test_a_point_in_the_corner_is_labelled_inwards() -> None:
    (label,) = labels.place([labels.Disc(890, 10, 5, "China")], width=900, height=470, font_size=14)
    assert label.anchor == "end"


def test_where_there_is_no_room_there_is_no_label() -> None:
    (label,) = labels.place(
        [labels.Disc(50, 50, 5, "A name too long for it")], width=100, height=100, font_size=14
    )
    assert label is None


def test_chinese_characters_take_the_width_of_a_square() -> None:
    assert labels.text_width("潜力", 10) > labels.text_width("ab", 10) * 1.5
