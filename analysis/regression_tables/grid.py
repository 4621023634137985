"""A regression table as text, in no language yet."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Cell:
    """Text of a cell and how many stars follow it."""

    text: str
    stars: int = 0


@dataclass(frozen=True)
class Grid:
    """Rows of a regression table with m columns.

    Attributes
    ----------
    titles, outcomes : tuple of str, length m
        Outcomes are all empty where none is told.
    body : tuple of (str, tuple of Cell)
        Label and cells of each row; a row without label belongs to the one above.
    footer : tuple of (str, tuple of str)
    notes : tuple of str
    caption, label : str
    """

    titles: tuple[str, ...]
    outcomes: tuple[str, ...]
    body: tuple[tuple[str, tuple[Cell, ...]], ...]
    footer: tuple[tuple[str, tuple[str, ...]], ...]
    notes: tuple[str, ...]
    caption: str = ""
    label: str = ""

    @property
    def heads(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """Label and cells of the rows above the body: number, outcome where one is told, title."""
        numbers = tuple(f"({number})" for number in range(1, len(self.titles) + 1))
        told = (("Outcome", self.outcomes),) if any(self.outcomes) else ()
        return (("", numbers), *told, ("Model", self.titles))
