"""Where the names on a map go, so that none covers another, a point or the frame."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

# Directions tried in this order: beside the point reads best, then above and below, then aslant.
_DIRECTIONS = ((1, 0), (-1, 0), (0, -1), (0, 1), (1, -1), (-1, -1), (1, 1), (-1, 1))
_DISTANCES = (3.0, 9.0, 16.0, 25.0, 36.0, 50.0, 68.0, 90.0)
_LEADER_FROM = 9.0


@dataclass(frozen=True)
class Disc:
    """A point of the map with the text that names it. Lengths in pixels of the drawing."""

    x: float
    y: float
    radius: float
    text: str


@dataclass(frozen=True)
class Placement:
    """Where a label goes.

    Attributes
    ----------
    left, top, right, bottom : float
        The box that is kept free for the text.
    leader : tuple of float or None
        Where the line to a label that stands off begins and ends (x1, y1, x2, y2).
    anchor : str
        Which end of the text is nearest to its point: ``start``, ``middle`` or ``end``.
    """

    left: float
    top: float
    right: float
    bottom: float
    leader: tuple[float, float, float, float] | None = None
    anchor: str = "middle"

    @property
    def text_x(self) -> float:
        """Where the text is anchored."""
        return {"start": self.left, "middle": (self.left + self.right) / 2, "end": self.right}[self.anchor]

    def overlaps(self, other: Placement, gap: float = 1.0) -> bool:
        """Whether two text boxes come nearer than the gap."""
        return not (
            self.right + gap <= other.left
            or other.right + gap <= self.left
            or self.bottom + gap <= other.top
            or other.bottom + gap <= self.top
        )

    def distance(self, disc: Disc) -> float:
        """Pixels between the text box and the rim of a point; negative when they overlap."""
        dx = max(self.left - disc.x, 0.0, disc.x - self.right)
        dy = max(self.top - disc.y, 0.0, disc.y - self.bottom)
        return math.hypot(dx, dy) - disc.radius

    def covers(self, disc: Disc) -> bool:
        """Whether the text box touches a point."""
        return self.distance(disc) < 1


def text_width(text: str, font_size: float) -> float:
    """An upper estimate of a text's width in pixels: East Asian characters are square, others 0.6 as wide."""
    ems = sum(1.05 if unicodedata.east_asian_width(character) in "WF" else 0.6 for character in text)
    return ems * font_size


def place(
    discs: Sequence[Disc], *, width: float, height: float, font_size: float, most: int | None = None
) -> list[Placement | None]:
    """Find a free place for each label, nearest positions first.

    Parameters
    ----------
    discs : sequence of Disc
        Points in order of importance: earlier ones choose first.
    width, height, font_size : float
        The drawing and its letters, pixels.
    most : int, optional
        How many points, the first ones, get a label at all.

    Returns
    -------
    list of Placement or None
        One per point, None where no free place is left.
    """
    placed: list[Placement | None] = []
    for disc in discs[:most]:
        taken = [placement for placement in placed if placement is not None]
        placed.append(_first_free(disc, discs, taken, width, height, font_size))
    return placed + [None] * (len(discs) - len(placed))


def _first_free(
    disc: Disc,
    discs: Sequence[Disc],
    taken: Sequence[Placement],
    width: float,
    height: float,
    font_size: float,
) -> Placement | None:
    for distance in _DISTANCES:
        for direction in _DIRECTIONS:
            candidate = _candidate(disc, direction, distance, font_size)
            if candidate.left < 2 or candidate.top < 2:
                continue
            if candidate.right > width - 2 or candidate.bottom > height - 2:
                continue
            if any(candidate.overlaps(other) for other in taken):
                continue
            if any(candidate.covers(other) for other in discs):
                continue
            if _crosses(candidate, taken, discs, disc):
                continue
            if candidate.leader is None and _is_ambiguous(candidate, disc, discs):
                continue
            return candidate
    return None


def _candidate(disc: Disc, direction: tuple[int, int], distance: float, font_size: float) -> Placement:
    across, down = direction
    wide, high = text_width(disc.text, font_size), font_size * 1.2
    reach = (disc.radius + distance) * (0.75 if across and down else 1.0)
    anchor_x, anchor_y = disc.x + across * reach, disc.y + down * reach
    left = {1: anchor_x, -1: anchor_x - wide, 0: disc.x - wide / 2}[across]
    top = {1: anchor_y, -1: anchor_y - high, 0: disc.y - high / 2}[down]
    leader = None
    if distance > _LEADER_FROM:
        edge = disc.radius * (0.75 if across and down else 1.0)
        leader = (disc.x + across * edge, disc.y + down * edge, anchor_x, anchor_y)
    anchor = {1: "start", -1: "end", 0: "middle"}[across]
    return Placement(left, top, left + wide, top + high, leader, anchor)


def _is_ambiguous(candidate: Placement, own: Disc, discs: Sequence[Disc]) -> bool:
    """Whether a label without a leader line stands as near to another point as to its own."""
    distance = candidate.distance(own)
    return any(candidate.distance(disc) < 1.5 * distance + 2 for disc in discs if disc is not own)


def _crosses(candidate: Placement, taken: Sequence[Placement], discs: Sequence[Disc], own: Disc) -> bool:
    """Whether the candidate's leader runs through another label or point, or another's leader through it."""
    others = [disc for disc in discs if disc is not own]
    for x, y in _along(candidate.leader):
        dot = Placement(x, y, x, y)
        if any(dot.overlaps(other) for other in taken) or any(dot.covers(disc) for disc in others):
            return True
    return any(candidate.overlaps(Placement(x, y, x, y)) for other in taken for x, y in _along(other.leader))


def _along(leader: tuple[float, float, float, float] | None) -> list[tuple[float, float]]:
    if leader is None:
        return []
    x1, y1, x2, y2 = leader
    steps = 12
    return [(x1 + (x2 - x1) * i / steps, y1 + (y2 - y1) * i / steps) for i in range(steps + 1)]
