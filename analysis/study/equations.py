"""What a study estimates: its index, its gravity equations and specifications."""

from __future__ import annotations

from typing import Literal, get_args

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
    "random_effects_baltagi_chang",
    "random_effects_amemiya",
    "random_effects_wallace_hussain",
    "random_effects_nerlove",
    "random_effects_sigma_u_zero",
    "ppml",
    "ppml_partner_effects",
    "ppml_year_effects",
    "ppml_partner_year_effects",
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


def check_covariance(estimator: str, covariance: str) -> None:
    """Refuse a covariance that an estimator does not have.

    Raises
    ------
    ValueError
    """
    kind = covariance.rpartition("_")[0]
    least_squares = tuple(dict.fromkeys(name.rpartition("_")[0] for name in get_args(Covariance)))
    expected = tuple(name for name in least_squares if name not in FRONTIER_COVARIANCES)
    if estimator.startswith("ppml"):
        expected = POISSON_COVARIANCES
    elif estimator.startswith("frontier"):
        expected = FRONTIER_COVARIANCES
    elif estimator == "random_effects_sigma_u_zero" and not covariance.endswith("_normal"):
        raise ValueError(f"{estimator}: seen covariance {covariance}, expected one that ends with normal")
    if kind not in expected:
        raise ValueError(
            f"{estimator}: seen covariance {covariance}, expected one that begins with {', '.join(expected)}"
        )


class GravitySpecification(Frozen):
    """One way to estimate the equations: estimator and covariance, under each of these fill sets."""

    estimator: Estimator
    covariance: Covariance
    fill_sets: tuple[Name, ...] = Field(min_length=1)
    has_potential: bool = False

    @model_validator(mode="after")
    def _covariance_fits_the_estimator(self) -> GravitySpecification:
        check_covariance(self.estimator, self.covariance)
        return self

    @model_validator(mode="after")
    def _a_frontier_is_no_norm(self) -> GravitySpecification:
        # K holds trade against what is to be expected; a frontier is the most that is possible, so trade over
        # it is an efficiency below 1 by construction, which the classes of K would all call huge potential.
        if self.has_potential and self.estimator.startswith("frontier"):
            raise ValueError(
                f"{self.estimator}: seen has_potential true, expected false: a frontier is the most that is "
                "possible and no norm for K; its efficiency stands beside the K of every other "
                "specification, in the column frontier_efficiency"
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
    rule: Literal[
        "benchmark_across_partners",
        "benchmark_across_partners_in_levels",
        "specification_tests",
        "hausman_step",
    ]
    reason: Sentence


CurveSample = Literal["all", "without_partner", "without_year", "published_only"]


class CurveEstimator(Frozen):
    """One way to estimate every specification of a curve."""

    estimator: Estimator
    covariance: Covariance

    @model_validator(mode="after")
    def _covariance_fits_the_estimator(self) -> CurveEstimator:
        check_covariance(self.estimator, self.covariance)
        return self


class SpecificationCurve(Frozen):
    """One coefficient under every combination of choices that could have been made with equal right.

    `optional_terms` are left out in every combination, all other terms of the model always stand. Samples:
    'all' rows, one partner or one year left out in turn, rows without filled cells ('published_only').
    """

    model: Name
    term: Name
    optional_terms: tuple[Name, ...] = Field(default=(), max_length=12)
    estimators: tuple[CurveEstimator, ...] = Field(min_length=1)
    samples: tuple[CurveSample, ...] = ("all", "without_partner", "without_year", "published_only")
    fill_sets: tuple[Name, ...] | None = None
    most_specifications: int = Field(default=20_000, ge=1)
    reason: Sentence

    @model_validator(mode="after")
    def _choices_are_listed_once(self) -> SpecificationCurve:
        for what, names in (
            ("optional term", list(self.optional_terms)),
            ("estimator", [item.estimator for item in self.estimators]),
            ("sample", list(self.samples)),
            ("fill set", list(self.fill_sets or ())),
        ):
            if len(set(names)) < len(names):
                raise ValueError(f"seen {what} {names}, expected every {what} once")
        if "all" not in self.samples:
            raise ValueError(f"seen samples {list(self.samples)}, expected all to be among them")
        return self


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
    specification_curves: tuple[SpecificationCurve, ...] = ()

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
        terms_of = {model.model: model.terms for model in self.models}
        curves = [(curve.model, curve.term) for curve in self.specification_curves]
        if len(set(curves)) < len(curves):
            raise ValueError(f"seen specification curves of {curves}, expected one per model and term")
        for curve in self.specification_curves:
            place = f"specification curve of {curve.term}"
            if curve.model not in terms_of:
                raise ValueError(f"{place}: seen model {curve.model!r}, expected one of {list(terms_of)}")
            terms = terms_of[curve.model]
            if curve.term not in terms or curve.term in curve.optional_terms:
                raise ValueError(f"{place}: expected a term of {curve.model} that is not optional")
            unknown = [name for name in curve.optional_terms if name not in terms]
            if unknown:
                raise ValueError(f"{place}: seen optional terms {unknown}, expected some of {list(terms)}")
        if self.selection.model not in [model.model for model in self.models]:
            raise ValueError(f"selection: seen model {self.selection.model!r}, expected one of the models")
        return self
