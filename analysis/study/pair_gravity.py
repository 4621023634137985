"""Gravity between many exporters and importers, as a study declares it."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from analysis.study.file import Frozen
from analysis.study.panel import Iso3, MembershipRule, Name, Sentence, Years

PairEffectName = Literal[
    "exporter_year", "importer_year", "pair", "symmetric_pair", "exporter", "importer", "year"
]
PairCovariance = Literal[
    "cr1_pair_normal",
    "cr1_pair_t",
    "cr1_symmetric_pair_normal",
    "cr1_symmetric_pair_t",
    "two_way_exporter_importer_normal",
    "two_way_exporter_importer_t",
    "hc1_normal",
]
PairFlow = Literal["final", "exporter_report", "importer_report"]


class PairCountries(Frozen):
    """Countries of one side: those listed, and ever members of these groups; none named: all."""

    countries: tuple[Iso3, ...] = ()
    group_codes: tuple[Sentence, ...] = ()

    @property
    def is_everyone(self) -> bool:
        """Whether no country is left out."""
        return not (self.countries or self.group_codes)


class PairTerm(Frozen):
    """One regressor of pairs: a variable of the pairs over a unit, or common membership of a group.

    Attributes
    ----------
    product_of : tuple of str
        Columns of the pairs frame.
    co_members_of : str or None
        1 where exporter and importer are members of this group in the year by `membership_rule`, 0 where they
        are not, missing in years beyond what the list of members knows.
    """

    term: Name
    product_of: tuple[Name, ...] = ()
    co_members_of: Sentence | None = None
    membership_rule: MembershipRule | None = None
    unit: float = Field(default=1.0, gt=0)
    is_log: bool = False
    caveat: Sentence | None = None

    @model_validator(mode="after")
    def _variables_or_membership(self) -> PairTerm:
        if bool(self.product_of) == bool(self.co_members_of):
            raise ValueError(f"term {self.term}: seen both or neither of product_of and co_members_of")
        if bool(self.co_members_of) != bool(self.membership_rule):
            raise ValueError(f"term {self.term}: expected co_members_of and membership_rule together")
        if self.co_members_of and (self.is_log or self.unit != 1):
            raise ValueError(f"term {self.term}: seen is_log or unit, expected neither: membership is 0 or 1")
        if self.term == "const":
            raise ValueError("seen a term named const, expected another name")
        return self


class PairModel(Frozen):
    """A named equation of pairs: its terms and its effects, with the reason for them.

    Attributes
    ----------
    between : PairCountries
        Both sides are among these: for terms that are known of them alone, as where the list of a group's
        members names no others.
    """

    model: Name
    title: Sentence
    terms: tuple[Name, ...] = Field(min_length=1)
    effects: tuple[PairEffectName, ...] = ("exporter_year", "importer_year", "pair")
    covariances: tuple[PairCovariance, ...] = ("cr1_pair_normal",)
    between: PairCountries = PairCountries()
    caveat: Sentence | None = None

    @model_validator(mode="after")
    def _each_once(self) -> PairModel:
        for what, names in (
            ("term", self.terms),
            ("effect", self.effects),
            ("covariance", self.covariances),
        ):
            if not names or len(set(names)) < len(names):
                raise ValueError(f"model {self.model}: seen {what} {list(names)}, expected some, each once")
        return self


class PairGravity(Frozen):
    """PPML of trade between many exporters and importers, beside the study of one reference country.

    Attributes
    ----------
    flows : tuple of str
        Which report of a pair's trade is explained: 'final' is the one that the trade mart settles on,
        'exporter_report' and 'importer_report' are what either side says.
    reporters : PairCountries
        Countries whose reports enter: of 'exporter_report' these are the exporters, of 'importer_report' the
        importers, of 'final' at least one side is among them.
    exporters, importers : PairCountries
        Further limits to either side.
    is_domestic_trade_included : bool
        Whether rows of a country with itself enter. Trade statistics hold re-imports there, which are no
        domestic sales.
    """

    flows: tuple[PairFlow, ...] = Field(default=("final",), min_length=1)
    unit_usd: float = Field(default=1.0, gt=0)
    years: Years | None = None
    reporters: PairCountries = PairCountries()
    exporters: PairCountries = PairCountries()
    importers: PairCountries = PairCountries()
    is_domestic_trade_included: bool = False
    terms: tuple[PairTerm, ...] = Field(min_length=1)
    models: tuple[PairModel, ...] = Field(min_length=1)
    engine: Literal["own", "pyfixest", "auto"] = "auto"
    significance_level: float = Field(default=0.05, gt=0, lt=1)
    reason: Sentence

    @property
    def variables(self) -> tuple[str, ...]:
        """Columns that the terms read from the pairs frame, sorted."""
        return tuple(sorted({name for term in self.terms for name in term.product_of}))

    @property
    def group_codes(self) -> tuple[str, ...]:
        """Groups that some equation names, sorted."""
        return tuple(sorted({code for model in self.models for code in self.group_codes_of(model)}))

    def group_codes_of(self, model: PairModel) -> tuple[str, ...]:
        """Groups whose members must be known for one equation, sorted."""
        sides = (self.reporters, self.exporters, self.importers, model.between)
        found = {code for side in sides for code in side.group_codes}
        terms = [term for term in self.terms if term.term in model.terms and term.co_members_of]
        return tuple(sorted(found | {term.co_members_of for term in terms}))

    @model_validator(mode="after")
    def _names_are_known(self) -> PairGravity:
        known = [term.term for term in self.terms]
        for what, names in (
            ("term", known),
            ("model", [model.model for model in self.models]),
            ("flow", list(self.flows)),
        ):
            if len(set(names)) < len(names):
                raise ValueError(f"pair_gravity: seen {what} {names}, expected every {what} once")
        for model in self.models:
            unknown = [name for name in model.terms if name not in known]
            if unknown:
                raise ValueError(
                    f"pair_gravity, model {model.model}: seen terms {unknown}, expected some of {known}"
                )
        return self
