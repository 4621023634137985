"""What a study estimates: its index, its gravity equations and specifications."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from analysis.study.file import Frozen
from analysis.study.panel import Name, Sentence

Estimator = Literal[
    "pooled_ols",
    "fixed_effects",
    "two_way_fixed_effects",
    "first_difference",
    "between",
    "random_effects",
    "random_effects_amemiya",
    "random_effects_wallace_hussain",
    "random_effects_nerlove",
    "random_effects_sigma_u_zero",
    "ppml",
    "ppml_partner_effects",
    "ppml_two_way_effects",
    "frontier_half_normal",
    "frontier_truncated_normal",
]
Covariance = Literal[
    "classical_normal",
    "classical_t",
    "hc0_normal",
    "hc0_t",
    "hc1_normal",
    "hc1_t",
    "hc2_normal",
    "hc2_t",
    "hc3_normal",
    "hc3_t",
    "cr0_normal",
    "cr0_t",
    "cr1_normal",
    "cr1_t",
    "cr2_normal",
    "cr2_t",
    "cr2_satterthwaite",
    "cr3_normal",
    "cr3_t",
    "cr3_satterthwaite",
    "two_way_normal",
    "two_way_t",
    "driscoll_kraay_normal",
    "driscoll_kraay_t",
    "hessian_normal",
]
POISSON_COVARIANCES = ("classical", "hc0", "hc1", "cr0", "cr1")
FRONTIER_COVARIANCES = ("hessian",)
FlowName = Literal["total", "exports", "imports"]


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

    @model_validator(mode="after")
    def _covariance_fits_the_estimator(self) -> GravitySpecification:
        kind = self.covariance.rpartition("_")[0]
        if self.estimator.startswith("ppml"):
            expected = POISSON_COVARIANCES
        elif self.estimator.startswith("frontier"):
            expected = FRONTIER_COVARIANCES
        else:
            expected = ()
            if kind in FRONTIER_COVARIANCES:
                raise ValueError(
                    f"{self.estimator}: seen covariance {self.covariance}, which is of maximum likelihood; "
                    "expected one of least squares"
                )
        if expected and kind not in expected:
            raise ValueError(
                f"{self.estimator}: seen covariance {self.covariance}, expected one that begins with "
                f"{', '.join(expected)}"
            )
        return self


class FewClustersSpecification(Frozen):
    """When partners are few for standard errors to be trusted, and which inference then leads."""

    below: int = Field(default=20, ge=0)
    method: Literal["wild_cluster_bootstrap", "cr2_satterthwaite"] = "wild_cluster_bootstrap"
    weights: Literal["webb", "rademacher"] = "webb"
    draws: int = Field(default=999, ge=99)
    seed: int = Field(default=20240331, ge=0)


class SelectionSpecification(Frozen):
    """Which rows are marked selected: this model under the base fill set, its estimator chosen by this rule.

    The selected specification is the first one listed of the chosen estimator.
    """

    model: Name
    rule: Literal["benchmark_across_partners", "specification_tests", "hausman_step"]
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
    few_clusters: FewClustersSpecification = FewClustersSpecification()

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
