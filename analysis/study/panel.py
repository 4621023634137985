"""What a study reads: partners, years, variables with their vintages, and the named sets of fill rules."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import Field, StringConstraints, model_validator

from analysis.study.file import Frozen

Iso3 = Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]
Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$")]
Sentence = Annotated[str, StringConstraints(min_length=1)]
Year = Annotated[int, Field(ge=1900, le=2100)]

MembershipRule = Literal["member_on_31dec", "member_any_day", "member_full_year", "current_members_fixed"]
FillMethod = Literal["linear", "carry", "trend", "proxy", "group_mean"]


class Years(Frozen):
    """First and last year of a study, both included."""

    first: Year
    last: Year

    @model_validator(mode="after")
    def _in_order(self) -> Years:
        if self.first > self.last:
            raise ValueError(f"seen years {self.first} to {self.last}, expected the first not after the last")
        return self


class Partners(Frozen):
    """Countries that the reference country trades with: listed, a dated group with its rule, or every one.

    Every country is each one, in the years in which it exists, of whose trade with the reference country a
    series of the study has landed, up to the last year of which such trade has landed with anybody: a later
    year of the study enters when its trade does.
    """

    countries: tuple[Iso3, ...] = ()
    group_code: str | None = None
    membership_rule: MembershipRule | None = None
    is_every_country: bool = False
    is_reference_included: bool = False

    @model_validator(mode="after")
    def _listed_or_grouped(self) -> Partners:
        named = {
            "countries": self.countries,
            "group_code": self.group_code,
            "is_every_country": self.is_every_country,
        }
        given = [name for name, value in named.items() if value]
        if len(given) != 1:
            raise ValueError(f"seen {given or 'none'} of {', '.join(named)}, expected exactly one")
        if bool(self.group_code) != bool(self.membership_rule):
            raise ValueError("seen one of group_code and membership_rule, expected both or neither")
        if len(set(self.countries)) < len(self.countries):
            raise ValueError(f"seen {list(self.countries)}, expected every country once")
        return self


class Chain(Frozen):
    """How an index is chained from a yearly rate in percent: its rate, and the year that it starts from."""

    rate_variable: Name
    base_year: Year
    base_value: float = Field(gt=0)


class Variable(Frozen):
    """One series of the panel: our name for it, the indicator it is, and which vintage may be taken.

    Without a pin the latest vintage that the study's `as_of` allows is taken. A pin, or a vintage later than
    `as_of` for want of an earlier one, needs its reason.
    """

    variable: Name
    indicator_code: Sentence
    vintage_pin: date | None = None
    is_later_vintage_allowed: bool = False
    vintage_reason: Sentence | None = None
    chain: Chain | None = None

    @model_validator(mode="after")
    def _vintage_has_its_reason(self) -> Variable:
        if (self.vintage_pin or self.is_later_vintage_allowed) and not self.vintage_reason:
            raise ValueError(
                f"variable {self.variable}: seen a vintage pinned or allowed to be later without "
                "vintage_reason, expected a sentence that says why"
            )
        return self


class FillRule(Frozen):
    """One way to fill missing cells of some variables; rules of a variable are tried in the order written."""

    variables: tuple[Name, ...] = Field(min_length=1)
    method: FillMethod
    proxy_variable: Name | None = None
    max_years: int | None = Field(default=None, ge=1)
    from_year: Year | None = None
    to_year: Year | None = None
    is_in_logs: bool | None = None
    reason: Sentence

    @model_validator(mode="after")
    def _keys_fit_the_method(self) -> FillRule:
        allowed = {
            "proxy": {"proxy_variable"},
            "carry": {"max_years"},
            "trend": {"from_year", "to_year", "is_in_logs"},
        }.get(self.method, set())
        optional = ("proxy_variable", "max_years", "from_year", "to_year", "is_in_logs")
        foreign = [key for key in optional if getattr(self, key) is not None and key not in allowed]
        if foreign:
            raise ValueError(f"seen {foreign} in a rule of method {self.method}, expected {sorted(allowed)}")
        if self.method == "proxy" and self.proxy_variable is None:
            raise ValueError("seen method proxy without proxy_variable, expected the variable to take")
        return self


class FillSet(Frozen):
    """A named set of fill rules; without rules it is complete cases."""

    fill_set: Name
    title: Sentence
    description: Sentence
    rules: tuple[FillRule, ...] = ()

    def steps(self) -> list[tuple[Name, int, FillRule]]:
        """Return (variable, step, rule) in file order; step counts the rules of one variable from 1."""
        counts: dict[str, int] = {}
        steps = []
        for rule in self.rules:
            for variable in rule.variables:
                counts[variable] = counts.get(variable, 0) + 1
                steps.append((variable, counts[variable], rule))
        return steps
