"""What a study monitors: figures that others publish, shown and checked, with nothing estimated."""

from __future__ import annotations

from pydantic import Field, model_validator

from analysis.study.file import Frozen
from analysis.study.panel import Name, Sentence


class MonitoredConcept(Frozen):
    """One statistical concept: figures of two concepts never join into one series.

    `share_of` names the concept that this one is a part of; `absent_because` says what it means when no
    figure of the concept has landed.
    """

    concept: Name
    title: Sentence
    definition: Sentence
    share_of: Name | None = None
    absent_because: Sentence


class Monitor(Frozen):
    """What is shown of which sources, and the published tables in which it stands."""

    sources: tuple[Name, ...] = Field(min_length=1)
    tables: tuple[Name, ...] = Field(min_length=1)
    concepts: tuple[MonitoredConcept, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _each_once(self) -> Monitor:
        for what, names in (
            ("source", self.sources),
            ("table", self.tables),
            ("concept", [item.concept for item in self.concepts]),
        ):
            repeated = sorted({name for name in names if names.count(name) > 1})
            if repeated:
                raise ValueError(f"seen {what} {repeated} more than once, expected every {what} once")
        names = [item.concept for item in self.concepts]
        for item in self.concepts:
            if item.share_of is not None and (item.share_of not in names or item.share_of == item.concept):
                place = f"concept {item.concept}"
                raise ValueError(f"{place}: seen share_of {item.share_of!r}, expected another one of {names}")
        return self
