"""How a study reads potential from a fitted equation: classes, intervals, scenarios and the backtest."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from analysis.study.file import Frozen
from analysis.study.panel import Name, Sentence, Year

Smearing = Literal["duan", "normal", "none"]
PotentialSample = Literal["estimation", "every_row_with_drivers"]


class PotentialClass(Frozen):
    """One class of the ratio K, from the upper bound of the class before it (from 0 for the first).

    Attributes
    ----------
    label : str
        Published name of the class.
    upper : float or None
        Upper bound of K, without unit; none for the last class.
    is_upper_included : bool
        Whether K equal to the upper bound belongs to this class or to the next.
    """

    label: Sentence
    upper: float | None = Field(default=None, gt=0)
    is_upper_included: bool = False


class Intervals(Frozen):
    """How intervals are drawn: nominal coverage, number of draws and the seed that fixes them."""

    level: float = Field(default=0.95, gt=0, lt=1)
    draws: int = Field(default=999, ge=99, le=99_999)
    seed: int = Field(default=1, ge=0)


BINDING = "binding"
"""Names, in place of a dimension, each partner's own single lowest one."""


class DriverChange(Frozen):
    """What a scenario does to one driver: a variable of the panel, an index, or a dimension of the index.

    Attributes
    ----------
    dimension : str or None
        A dimension of the study's index, or 'binding': the partner's single lowest one in the base year. Its
        indicators become those of the country with the best score of the dimension among all countries of
        the index, the reference country included, where these are better than the partner's own.
    set_to : float or None
        The new value, in the unit of the variable.
    percent : float or None
        Change in percent of the value in the base year.
    add : float or None
        Change in the unit of the variable.
    to_best : {'highest', 'lowest'} or None
        The value of the partner that is best in the base year, and which end is best.
    """

    variable: Name | None = None
    index: Literal["own", "printed"] | None = None
    dimension: Sentence | None = None
    set_to: float | None = None
    percent: float | None = Field(default=None, gt=-100)
    add: float | None = None
    to_best: Literal["highest", "lowest"] | None = None

    @model_validator(mode="after")
    def _one_driver_and_one_change(self) -> DriverChange:
        drivers = [name for name in ("variable", "index", "dimension") if getattr(self, name) is not None]
        if len(drivers) != 1:
            raise ValueError(f"seen {drivers or 'no driver'}, expected one of variable, index and dimension")
        given = [name for name in ("set_to", "percent", "add", "to_best") if getattr(self, name) is not None]
        if len(given) != 1:
            raise ValueError(
                f"change of {self.driver}: seen {given or 'no change'}, expected one of "
                "set_to, percent, add and to_best"
            )
        if self.dimension and self.to_best != "highest":
            seen = f"{given[0]}: {getattr(self, given[0])}"
            raise ValueError(f"change of {self.driver}: seen {seen}, expected to_best: highest")
        return self

    @property
    def driver(self) -> str:
        """What changes."""
        return self.variable or (f"dimension {self.dimension}" if self.dimension else f"{self.index} index")

    @property
    def sentence(self) -> str:
        """The change in words."""
        driver = self.driver
        if self.dimension:
            which = "the binding dimension" if self.dimension == BINDING else self.dimension
            return f"{which} to the best of all countries of the index"
        if self.set_to is not None:
            return f"{driver} = {self.set_to:g}"
        if self.percent is not None:
            return f"{driver} {self.percent:+g} %"
        if self.add is not None:
            return f"{driver} {self.add:+g}"
        return f"{driver} to the group's {self.to_best}"


class Scenario(Frozen):
    """A named change of one or more drivers in the base year, everything else held."""

    scenario: Name
    title: Sentence
    reason: Sentence
    changes: tuple[DriverChange, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _each_driver_once(self) -> Scenario:
        names = [change.driver for change in self.changes]
        if len(set(names)) < len(names):
            raise ValueError(f"scenario {self.scenario}: seen {names}, expected each driver once")
        return self


class Backtest(Frozen):
    """Forecasts from every year on, held against what came.

    Attributes
    ----------
    horizons : tuple of int
        Years ahead.
    first_origin : int or None
        First year to forecast from; by default the first of the study.
    """

    horizons: tuple[int, ...] = Field(default=(1, 2), min_length=1)
    first_origin: Year | None = None

    @model_validator(mode="after")
    def _horizons_are_ahead(self) -> Backtest:
        if min(self.horizons) < 1 or len(set(self.horizons)) < len(self.horizons):
            raise ValueError(f"seen horizons {list(self.horizons)}, expected years ahead, each once")
        return self


class Potential(Frozen):
    """How potential is read from a fitted equation.

    Attributes
    ----------
    sample : {'estimation', 'every_row_with_drivers'}
        For which rows K is told: those that the equation is estimated on, or all that it can predict, as
        where trade is 0 and has no logarithm.
    """

    smearing: Smearing
    smearing_reason: Sentence
    classes: tuple[PotentialClass, ...] = Field(min_length=1)
    boundary_reason: Sentence
    sample: PotentialSample = "estimation"
    sample_reason: Sentence | None = None
    intervals: Intervals = Intervals()
    scenarios: tuple[Scenario, ...] = ()
    backtest: Backtest | None = None

    @model_validator(mode="after")
    def _bounds_rise(self) -> Potential:
        *bounded, last = self.classes
        uppers = [item.upper for item in bounded]
        if last.upper is not None or None in uppers or sorted(set(uppers)) != uppers:
            raise ValueError(
                f"seen upper bounds {[item.upper for item in self.classes]}, "
                "expected rising bounds and none for the last class"
            )
        labels = [item.label for item in self.classes]
        if len(set(labels)) < len(labels):
            raise ValueError(f"seen classes {labels}, expected every label once")
        return self

    @model_validator(mode="after")
    def _another_sample_has_its_reason(self) -> Potential:
        if self.sample != "estimation" and not self.sample_reason:
            raise ValueError(f"sample {self.sample}: seen no sample_reason, expected a sentence")
        return self

    @model_validator(mode="after")
    def _scenarios_once(self) -> Potential:
        names = [item.scenario for item in self.scenarios]
        if len(set(names)) < len(names):
            raise ValueError(f"seen scenarios {names}, expected every scenario once")
        return self
