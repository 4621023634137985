"""The index of a study: its indicators, how it is made of them, and which choices are tried beside those."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from analysis.study.file import Frozen
from analysis.study.panel import Name, Sentence, Year

WeightRule = Literal["variance_share", "squared_loadings", "equal", "equal_by_dimension", "entropy", "expert"]
Aggregation = Literal["arithmetic", "geometric", "harmonic"]
IndexRole = Literal["cbec_development", "trade_facilitation", "digital_base"]


class Indicator(Frozen):
    """One indicator of an index: which way is better, and whether its logarithm enters.

    `weight` is an expert's; all indicators have one or none has. `goalposts` are the ends, lower first, that
    the indicator is placed between where the scaling asks for it: in its own unit, before any logarithm.
    """

    variable: Name
    direction: Literal["higher_is_better", "lower_is_better"] = "higher_is_better"
    transform: Literal["none", "log"] = "none"
    reason: Sentence | None = None
    weight: float | None = Field(default=None, ge=0)
    goalposts: tuple[float, float] | None = None

    @model_validator(mode="after")
    def _goalposts_are_ends(self) -> Indicator:
        if self.goalposts is None:
            return self
        low, high = self.goalposts
        if not low < high or (self.transform == "log" and low <= 0):
            raise ValueError(
                f"indicator {self.variable}: seen goalposts {low:g} and {high:g}, expected the lower first"
                + (", above 0 since its logarithm enters" if self.transform == "log" else "")
            )
        return self

    @model_validator(mode="after")
    def _transform_has_its_reason(self) -> Indicator:
        if self.transform != "none" and not self.reason:
            raise ValueError(
                f"indicator {self.variable}: seen a transform without reason, expected a sentence"
            )
        return self


class Dimension(Frozen):
    """Indicators that say the same kind of thing.

    Only a heading for components; weights `equal_by_dimension` give every dimension the same.
    """

    dimension: Sentence
    indicators: tuple[Indicator, ...] = Field(min_length=1)


class NotMeasured(Frozen):
    """A dimension that belongs to the matter but of which no series is known: shown without a score."""

    dimension: Sentence
    reason: Sentence


class GapScenario(Frozen):
    """The scenario and the flow by which the closing of a dimension's gap is told in trade."""

    scenario: Name
    flow: Literal["total", "exports", "imports"]


class RetentionLevel(Frozen):
    """A rule of how many principal components are kept; `draws` and `seed` are those of parallel analysis."""

    rule: Literal["eigenvalue_above", "cumulative_share", "parallel", "fixed"]
    value: float = Field(gt=0)
    draws: int = Field(default=1000, ge=1)
    seed: int = Field(default=1, ge=0)

    @model_validator(mode="after")
    def _value_fits_the_rule(self) -> RetentionLevel:
        if self.rule == "cumulative_share" and self.value > 1:
            raise ValueError(f"retention: seen a cumulative share of {self.value}, expected at most 1")
        if self.rule == "fixed" and self.value != int(self.value):
            raise ValueError(f"retention: seen {self.value} components, expected a whole number")
        if self.rule == "parallel" and self.value >= 100:
            raise ValueError(f"retention: seen a percentile of {self.value}, expected one below 100")
        return self


class Retention(RetentionLevel):
    """Which principal components are kept, and why."""

    reason: Sentence


class ScalingLevel(Frozen):
    """How indicators are brought to one scale, and the rows that they are measured against.

    See `analysis.index.scaling.Scaling`; `goalposts` are stated with each indicator.
    """

    method: Literal[
        "z_score", "min_max", "goalposts", "rank", "percentile_rank", "share_of_best", "share_of_mean"
    ] = "z_score"
    reference: Literal["pooled", "per_year", "base_year"] = "pooled"
    base_year: Year | None = None

    @model_validator(mode="after")
    def _reference_fits_the_method(self) -> ScalingLevel:
        allowed = {
            "goalposts": ("pooled",),
            "rank": ("pooled", "per_year"),
            "percentile_rank": ("pooled", "per_year"),
        }.get(self.method)
        if allowed and self.reference not in allowed:
            raise ValueError(
                f"scaling: seen {self.method} with reference {self.reference}, expected "
                f"{' or '.join(allowed)}"
            )
        return self

    @model_validator(mode="after")
    def _base_year_is_there_where_it_is_used(self) -> ScalingLevel:
        if (self.reference == "base_year") != (self.base_year is not None):
            raise ValueError(
                f"scaling: seen reference {self.reference} and base_year {self.base_year}, expected a "
                "base_year with reference base_year and only there"
            )
        return self


class Treatment(Frozen):
    """What is done to outliers: see `analysis.index.treatment.TreatmentRule`."""

    skewness_limit: float = Field(default=2.0, gt=0)
    kurtosis_limit: float = Field(default=3.5, gt=0)
    winsorised_max: int = Field(default=5, ge=0)
    otherwise: Literal["shifted_log", "box_cox", "none"] = "shifted_log"
    power: float = 0.5
    reason: Sentence


class MethodSpecification(Frozen):
    """How the index is made; without any key z-scores, components by variance share, summed, from 0 to 1."""

    treatment: Treatment | None = None
    scaling: ScalingLevel = ScalingLevel()
    matrix: Literal["correlation", "covariance"] = "correlation"
    rotation: Literal["none", "varimax"] = "none"
    weights: WeightRule = "variance_share"
    aggregation: Aggregation = "arithmetic"
    floor: float = Field(default=0.01, gt=0, lt=1)
    result: Literal["unit", "hundred", "none"] = "unit"


class VariedFactors(Frozen):
    """Levels that are tried beside the study's own; a factor without any is not varied."""

    fill_sets: tuple[Name, ...] = ()
    scaling: tuple[ScalingLevel, ...] = ()
    matrix: tuple[Literal["correlation", "covariance"], ...] = ()
    rotation: tuple[Literal["none", "varimax"], ...] = ()
    retention: tuple[RetentionLevel, ...] = ()
    weights: tuple[WeightRule, ...] = ()
    aggregation: tuple[Aggregation, ...] = ()
    treatment: tuple[Treatment, ...] = ()


class BootstrapSpecification(Frozen):
    """Draws of the bootstrap and the seed that they come from."""

    draws: int = Field(default=999, ge=1)
    seed: int = Field(default=1, ge=0)


class RobustnessSpecification(Frozen):
    """Which choices are varied to see how much the index hangs on them.

    Attributes
    ----------
    reason : str
        Why these.
    varied : VariedFactors
        Every combination of them, and of the study's own, is made.
    interval : float
        Share of variants, or of draws, between the two ends that are published.
    bootstrap : BootstrapSpecification
    """

    reason: Sentence
    varied: VariedFactors = VariedFactors()
    interval: float = Field(default=0.9, gt=0, lt=1)
    bootstrap: BootstrapSpecification = BootstrapSpecification()


class IndexSpecification(Frozen):
    """A composite index of a study's indicators.

    What a study must choose is the indicators and the rule of retention. `method` says how the index is made
    where it is not made the usual way, `robustness` which other ways are tried beside it. `role` says what
    the index stands for beside those of other studies; scores of which more than `filled_share_warning` was
    filled are warned of; `gap_scenario` is the scenario that tells what closing a gap would bring.
    """

    title: Sentence
    role: IndexRole = "cbec_development"
    dimensions: tuple[Dimension, ...] = Field(min_length=1)
    not_measured: tuple[NotMeasured, ...] = ()
    filled_share_warning: float = Field(default=0.5, ge=0, le=1)
    gap_scenario: GapScenario | None = None
    retention: Retention
    method: MethodSpecification = MethodSpecification()
    robustness: RobustnessSpecification | None = None

    @property
    def indicators(self) -> tuple[Indicator, ...]:
        """Indicators of all dimensions, in the order written."""
        return tuple(indicator for dimension in self.dimensions for indicator in dimension.indicators)

    @model_validator(mode="after")
    def _indicators_once(self) -> IndexSpecification:
        names = [indicator.variable for indicator in self.indicators]
        repeated = sorted({name for name in names if names.count(name) > 1})
        if repeated:
            raise ValueError(f"seen indicators {repeated} more than once, expected every indicator once")
        return self

    @model_validator(mode="after")
    def _dimensions_once(self) -> IndexSpecification:
        names = [item.dimension for item in (*self.dimensions, *self.not_measured)]
        repeated = sorted({name for name in names if names.count(name) > 1})
        if repeated:
            raise ValueError(f"seen dimensions {repeated} more than once, expected every dimension once")
        return self

    @model_validator(mode="after")
    def _experts_weigh_all_or_none(self) -> IndexSpecification:
        weights = {indicator.variable: indicator.weight for indicator in self.indicators}
        missing = [name for name, weight in weights.items() if weight is None]
        tried = self.robustness.varied.weights if self.robustness else ()
        is_used = "expert" in (self.method.weights, *tried)
        if missing and (is_used or len(missing) < len(weights)):
            raise ValueError(
                f"seen no weight of indicators {missing}, expected one for each where weights are an expert's"
            )
        if not missing and not sum(weights.values()):
            raise ValueError("seen weights that are all 0, expected one above 0")
        return self

    @model_validator(mode="after")
    def _goalposts_are_there_where_they_are_used(self) -> IndexSpecification:
        tried = self.robustness.varied.scaling if self.robustness else ()
        is_used = any(item.method == "goalposts" for item in (self.method.scaling, *tried))
        missing = [item.variable for item in self.indicators if item.goalposts is None]
        if is_used and missing:
            raise ValueError(
                f"seen no goalposts of indicators {missing}, expected two for each where a scaling uses them"
            )
        return self
