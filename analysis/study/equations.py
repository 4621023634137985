"""What a study estimates: its index, its gravity equations and specifications, its potential classes."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from analysis.study.file import Frozen
from analysis.study.panel import Name, Sentence

Estimator = Literal["pooled_ols", "fixed_effects", "between", "random_effects", "random_effects_sigma_u_zero"]
Covariance = Literal["classical_normal", "classical_t", "hc1_normal", "hc1_t", "cr1_normal", "cr1_t"]
FlowName = Literal["total", "exports", "imports"]
Smearing = Literal["duan", "normal", "none"]


class Indicator(Frozen):
    """One indicator of an index: which way is better, and whether its logarithm enters."""

    variable: Name
    direction: Literal["higher_is_better", "lower_is_better"] = "higher_is_better"
    transform: Literal["none", "log"] = "none"
    reason: Sentence | None = None

    @model_validator(mode="after")
    def _transform_has_its_reason(self) -> Indicator:
        if self.transform != "none" and not self.reason:
            raise ValueError(
                f"indicator {self.variable}: seen a transform without reason, expected a sentence"
            )
        return self


class Dimension(Frozen):
    """Indicators that say the same kind of thing; only a heading, the components are free of it."""

    dimension: Sentence
    indicators: tuple[Indicator, ...] = Field(min_length=1)


class Retention(Frozen):
    """Which principal components are kept."""

    rule: Literal["eigenvalue_above", "cumulative_share", "fixed"]
    value: float = Field(gt=0)
    reason: Sentence

    @model_validator(mode="after")
    def _value_fits_the_rule(self) -> Retention:
        if self.rule == "cumulative_share" and self.value > 1:
            raise ValueError(f"retention: seen a cumulative share of {self.value}, expected at most 1")
        if self.rule == "fixed" and self.value != int(self.value):
            raise ValueError(f"retention: seen {self.value} components, expected a whole number")
        return self


class IndexSpecification(Frozen):
    """A composite index by principal components of the correlation matrix over all rows of the study.

    Its method is fixed: standardised over all partners and years together, components weighted by their share
    of variance, scaled to [0, 1]. What a study chooses is the indicators and the rule of retention.
    """

    title: Sentence
    dimensions: tuple[Dimension, ...] = Field(min_length=1)
    retention: Retention

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


class Flow(Frozen):
    """A flow of trade as seen from the reference country: the sum of these variables, in USD."""

    flow: FlowName
    sum_of: tuple[Name, ...] = Field(min_length=1)


class Dependent(Frozen):
    """Unit in which trade enters the equations, and whether its logarithm does."""

    unit_usd: float = Field(gt=0)
    is_log: bool


class Term(Frozen):
    """One regressor: a product of variables over a unit, or an index; in logarithms if so said."""

    term: Name
    product_of: tuple[Name, ...] = ()
    index: Literal["own", "printed"] | None = None
    unit: float = Field(default=1.0, gt=0)
    is_log: bool = False
    caveat: Sentence | None = None

    @model_validator(mode="after")
    def _variables_or_index(self) -> Term:
        if bool(self.product_of) == bool(self.index):
            raise ValueError(f"term {self.term}: seen both or neither of product_of and index, expected one")
        if self.term == "const":
            raise ValueError(
                "seen a term named const, expected another name: the constant is added by itself"
            )
        return self


class GravityModel(Frozen):
    """A named equation: which terms it has."""

    model: Name
    title: Sentence
    terms: tuple[Name, ...] = Field(min_length=1)
    caveat: Sentence | None = None


class GravitySpecification(Frozen):
    """One way to estimate the equations: estimator and covariance, under each of these fill sets."""

    estimator: Estimator
    covariance: Covariance
    fill_sets: tuple[Name, ...] = Field(min_length=1)
    has_potential: bool = False


class SelectionSpecification(Frozen):
    """Which rows are marked selected: this model under the base fill set, its estimator chosen by this rule.

    The selected specification is the first one listed of the chosen estimator.
    """

    model: Name
    rule: Literal["benchmark_across_partners", "specification_tests"]
    reason: Sentence


class Gravity(Frozen):
    """The gravity part of a study."""

    flows: tuple[Flow, ...] = Field(min_length=1)
    dependent: Dependent
    terms: tuple[Term, ...] = Field(min_length=1)
    models: tuple[GravityModel, ...] = Field(min_length=1)
    specifications: tuple[GravitySpecification, ...] = Field(min_length=1)
    selection: SelectionSpecification
    significance_level: float = Field(default=0.05, gt=0, lt=1)

    def terms_of(self, model: GravityModel) -> tuple[Term, ...]:
        """Return the terms of one equation in its own order."""
        by_name = {term.term: term for term in self.terms}
        return tuple(by_name[name] for name in model.terms)

    @model_validator(mode="after")
    def _names_are_known(self) -> Gravity:
        known = [term.term for term in self.terms]
        for what, names in (
            ("term", known),
            ("model", [model.model for model in self.models]),
            ("flow", [flow.flow for flow in self.flows]),
            ("specification", [f"{item.estimator}.{item.covariance}" for item in self.specifications]),
        ):
            repeated = sorted({name for name in names if names.count(name) > 1})
            if repeated:
                raise ValueError(f"seen {what} {repeated} more than once, expected every {what} once")
        for model in self.models:
            unknown = [name for name in model.terms if name not in known]
            if unknown or len(set(model.terms)) < len(model.terms):
                raise ValueError(
                    f"model {model.model}: seen terms {list(model.terms)}, expected each once, out of {known}"
                )
        if self.selection.model not in [model.model for model in self.models]:
            raise ValueError(f"selection: seen model {self.selection.model!r}, expected one of the models")
        return self


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


class Potential(Frozen):
    """How potential is read from a fitted equation."""

    smearing: Smearing
    smearing_reason: Sentence
    classes: tuple[PotentialClass, ...] = Field(min_length=1)
    boundary_reason: Sentence

    @model_validator(mode="after")
    def _bounds_rise(self) -> Potential:
        *bounded, last = self.classes
        uppers = [item.upper for item in bounded]
        if last.upper is not None or None in uppers or sorted(set(uppers)) != uppers:
            raise ValueError(
                f"seen upper bounds {[item.upper for item in self.classes]}, "
                "expected rising bounds and none for the last class"
            )
        return self
