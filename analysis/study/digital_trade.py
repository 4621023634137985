"""Digital trade of a study: trade in digitally deliverable services, and what holds a country back in it."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from analysis.study.file import Frozen
from analysis.study.panel import Name, Sentence, Years

Pillar = Literal["digital_base", "digital_services", "rules_and_governance"]
MeasureKind = Literal["index", "services", "rules", "variable"]
ServicesMeasure = Literal[
    "dds_exports_revealed_advantage",
    "dds_exports_share_pct",
    "dds_imports_share_pct",
    "dds_exports_growth_pct",
    "dds_balance_usd",
]
RulesMeasure = Literal["agreements_in_force_count", "digital_agreements_in_force_count"]
Share = Annotated[float, Field(gt=0, le=1)]


class ServicesTrade(Frozen):
    """The study's variables that hold exports and imports of digitally deliverable services, US dollars."""

    exports: Name
    imports: Name


class Total(Frozen):
    """The trade that services are set against: one variable in US dollars, or a percentage of one.

    Parameters
    ----------
    variable : str, optional
        Variable in US dollars.
    percentage, percentage_of : str, optional
        Variable in percent, and the variable in US dollars that it is a percentage of.
    """

    variable: Name | None = None
    percentage: Name | None = None
    percentage_of: Name | None = None

    @model_validator(mode="after")
    def _stated_or_converted(self) -> Total:
        is_converted = self.percentage is not None and self.percentage_of is not None
        is_partly_converted = self.percentage is not None or self.percentage_of is not None
        if (self.variable is None) != is_converted or (self.variable and is_partly_converted):
            raise ValueError(
                f"seen variable {self.variable}, percentage {self.percentage} and percentage_of "
                f"{self.percentage_of}, expected either variable or both of the others"
            )
        return self

    @property
    def variables(self) -> tuple[Name, ...]:
        """The variables that it reads."""
        return tuple(name for name in (self.variable, self.percentage, self.percentage_of) if name)


class Totals(Frozen):
    """Total exports and imports, and what trade they are."""

    concept: Sentence
    exports: Total
    imports: Total


class Measure(Frozen):
    """One number that a pillar is scored by: of the index, of services, of agreements, or a variable."""

    index: Literal["own"] | None = None
    services: ServicesMeasure | None = None
    rules: RulesMeasure | None = None
    variable: Name | None = None
    is_lower_better: bool = False

    @model_validator(mode="after")
    def _is_one_number(self) -> Measure:
        seen = [kind for kind in ("index", "services", "rules", "variable") if getattr(self, kind)]
        if len(seen) != 1:
            raise ValueError(f"seen {seen}, expected exactly one of index, services, rules and variable")
        return self

    @property
    def kind(self) -> MeasureKind:
        """Where the number is from."""
        return next(kind for kind in ("index", "services", "rules", "variable") if getattr(self, kind))

    @property
    def name(self) -> str:
        """Name of the number; the study's own index has no other name than its table's column."""
        return "index_value" if self.index else getattr(self, self.kind)


class PillarScore(Frozen):
    """One pillar, and the numbers that it is scored by."""

    pillar: Pillar
    title: Sentence
    reason: Sentence
    measures: tuple[Measure, ...] = Field(min_length=1)


class Scale(Frozen):
    """How numbers in different units become comparable: within one year, partners and reference country.

    Parameters
    ----------
    method : {'min_max', 'percentile_rank'}
        Distance from the lowest in the range, or share of the others that lie below.
    min_countries : int
        A number that fewer countries have in a year is not scored.
    min_measure_share : float
        A pillar is scored where at least this share of its measures is.
    min_pillars : int
        A weakest pillar is named where at least this many pillars are scored.
    reason : str
        Why so.
    """

    method: Literal["min_max", "percentile_rank"]
    min_countries: int = Field(ge=2)
    min_measure_share: Share
    min_pillars: int = Field(ge=2)
    reason: Sentence


class DigitalTrade(Frozen):
    """What a study publishes on digital trade; its years may be others than those of its panel."""

    years: Years
    services: ServicesTrade
    totals: Totals
    pillars: tuple[PillarScore, ...] = Field(min_length=2)
    scale: Scale

    @property
    def variables(self) -> tuple[Name, ...]:
        """Every variable of the study that is read."""
        measured = [item.variable for pillar in self.pillars for item in pillar.measures if item.variable]
        names = [
            *(self.services.exports, self.services.imports),
            *self.totals.exports.variables,
            *self.totals.imports.variables,
            *measured,
        ]
        return tuple(dict.fromkeys(names))

    @property
    def is_index_read(self) -> bool:
        """Whether a pillar is scored by the study's own index."""
        return any(item.index for pillar in self.pillars for item in pillar.measures)

    @model_validator(mode="after")
    def _each_once(self) -> DigitalTrade:
        pillars = [pillar.pillar for pillar in self.pillars]
        if len(set(pillars)) < len(pillars):
            raise ValueError(f"seen pillars {pillars}, expected every pillar once")
        for pillar in self.pillars:
            measures = [(item.kind, item.name) for item in pillar.measures]
            if len(set(measures)) < len(measures):
                raise ValueError(f"pillar {pillar.pillar}: seen {measures}, expected every measure once")
        if self.scale.min_pillars > len(pillars):
            raise ValueError(
                f"seen min_pillars {self.scale.min_pillars}, expected no more than the {len(pillars)} pillars"
            )
        return self
