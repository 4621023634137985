"""A study: one YAML file that says, as data, what is asked, read, filled, estimated and compared."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import Field, model_validator

from analysis.study.digital_trade import DigitalTrade
from analysis.study.dimension_changes import expect_dimensions
from analysis.study.equations import Gravity
from analysis.study.file import Frozen, StudyError, read_yaml, validated
from analysis.study.index import IndexSpecification
from analysis.study.monitor import Monitor
from analysis.study.pair_gravity import PairGravity
from analysis.study.panel import FillSet, Iso3, Name, Partners, Sentence, Variable, Years
from analysis.study.potential import Potential
from analysis.study.printed import Printed

if TYPE_CHECKING:
    import pandas as pd

STUDIES = Path(__file__).parent.parent / "studies"

_PANEL_PARTS = ("partners", "variables", "fill_sets", "base_fill_set", "base_fill_set_reason")
_PARTS_WITHOUT_PANEL = (
    "study",
    "title",
    "question",
    "reference_iso3",
    "years",
    "monitor",
    "profile_priority",
)


class Study(Frozen):
    """A complete, checked study. Every name that it uses is one that it defines.

    Notes
    -----
    Partners, variables and fill sets make a panel and come together; index, gravity and potential are each
    there or not. A study without a panel estimates nothing: it declares what it monitors.
    Where several studies tell of one country, its profile shows the one of the lowest `profile_priority`.
    `as_of` is the day whose knowledge the study asks for: per variable the latest vintage up to that day is
    taken, unless the variable says otherwise and why.
    """

    study: Name
    title: Sentence
    question: Sentence
    reference_iso3: Iso3
    partners: Partners | None = None
    years: Years
    as_of: date | None = None
    variables: tuple[Variable, ...] = ()
    fill_sets: tuple[FillSet, ...] = ()
    base_fill_set: Name | None = None
    base_fill_set_reason: Sentence | None = None
    index: IndexSpecification | None = None
    gravity: Gravity | None = None
    potential: Potential | None = None
    printed: Printed | None = None
    digital_trade: DigitalTrade | None = None
    monitor: Monitor | None = None
    profile_priority: int = Field(default=100, ge=0)
    pair_gravity: PairGravity | None = None

    @cached_property
    def hash(self) -> str:
        """First 16 hexadecimal digits of the sha256 of the content; comments and layout do not enter."""
        content = json.dumps(self.model_dump(mode="json"), sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(content.encode()).hexdigest()[:16]

    def variable(self, name: str) -> Variable:
        """Return the variable of that name."""
        return next(variable for variable in self.variables if variable.variable == name)

    @model_validator(mode="after")
    def _a_panel_is_whole_or_absent(self) -> Study:
        parts = {name: getattr(self, name) for name in _PANEL_PARTS}
        given = [name for name, part in parts.items() if part]
        missing = [name for name, part in parts.items() if not part]
        if given and missing:
            raise ValueError(
                f"seen {given} without {missing}, expected all of them, which make a panel, or none"
            )
        if not given:
            alone = {*_PANEL_PARTS, *_PARTS_WITHOUT_PANEL}
            reading = [name for name in type(self).model_fields if name not in alone and getattr(self, name)]
            if reading:
                raise ValueError(f"seen {reading}, expected the panel that they read: {list(_PANEL_PARTS)}")
            if not self.monitor:
                raise ValueError("seen neither a panel nor monitor, expected one of them: nothing is asked")
        if self.potential and not self.gravity:
            raise ValueError("seen potential, expected gravity, which trade is held against")
        return self

    @model_validator(mode="after")
    def _panel_names_are_known(self) -> Study:
        if not self.variables:
            return self
        names = [variable.variable for variable in self.variables]
        _expect_once("variable", names)
        fill_sets = [fill_set.fill_set for fill_set in self.fill_sets]
        _expect_once("fill set", fill_sets)
        _expect_known("base_fill_set", [self.base_fill_set], fill_sets)
        chained = [variable for variable in self.variables if variable.chain]
        for variable in chained:
            _expect_known(f"chain of {variable.variable}", [variable.chain.rate_variable], names)
        for fill_set in self.fill_sets:
            for rule in fill_set.rules:
                place = f"fill set {fill_set.fill_set}, rule {rule.method}"
                _expect_known(place, rule.variables, names)
                _expect_known(place, [rule.proxy_variable] if rule.proxy_variable else [], names)
                for variable in chained:
                    if variable.variable in rule.variables:
                        raise ValueError(
                            f"{place}: seen chained variable {variable.variable}, "
                            f"expected its rate {variable.chain.rate_variable}: the rate is what is filled"
                        )
        return self

    @model_validator(mode="after")
    def _model_names_are_known(self) -> Study:
        names = [variable.variable for variable in self.variables]
        if self.index:
            _expect_known("index", [item.variable for item in self.index.indicators], names)
            if self.index.robustness:
                known = [fill_set.fill_set for fill_set in self.fill_sets]
                _expect_known("index.robustness.varied", self.index.robustness.varied.fill_sets, known)
        if not self.gravity:
            return self
        for flow in self.gravity.flows:
            _expect_known(f"flow {flow.flow}", flow.sum_of, names)
        for term in self.gravity.terms:
            _expect_known(f"term {term.term}", term.product_of, names)
            if term.index == "own" and not self.index:
                raise ValueError(f"term {term.term}: seen index own, expected an index in this study")
            if term.index == "printed" and not self.printed:
                raise ValueError(
                    f"term {term.term}: seen index printed, expected printed numbers in this study"
                )
        fill_sets = [fill_set.fill_set for fill_set in self.fill_sets]
        for item in self.gravity.specifications:
            _expect_known(f"specification {item.estimator}", item.fill_sets, fill_sets)
        for curve in self.gravity.specification_curves:
            _expect_known(f"specification curve of {curve.term}", curve.fill_sets or (), fill_sets)
        if not self.potential and any(item.has_potential for item in self.gravity.specifications):
            raise ValueError("seen a specification that has_potential, expected potential in this study")
        return self

    @model_validator(mode="after")
    def _scenario_drivers_are_known(self) -> Study:
        names = [variable.variable for variable in self.variables]
        for item in self.potential.scenarios if self.potential else ():
            place = f"scenario {item.scenario}"
            _expect_known(place, [change.variable for change in item.changes if change.variable], names)
            for kind in [change.index for change in item.changes if change.index]:
                if (kind == "own" and not self.index) or (kind == "printed" and not self.printed):
                    raise ValueError(f"{place}: seen index {kind}, expected it in this study")
            if any(change.dimension for change in item.changes):
                if not self.index:
                    raise ValueError(f"{place}: seen a dimension, expected an index in this study")
                expect_dimensions(self.index, place, item.changes)
        return self

    @model_validator(mode="after")
    def _gap_scenario_is_known(self) -> Study:
        gap = self.index.gap_scenario if self.index else None
        if gap:
            known = [item.scenario for item in self.potential.scenarios] if self.potential else []
            _expect_known("index.gap_scenario", [gap.scenario], known)
            _expect_known("index.gap_scenario.flow", [gap.flow], [item.flow for item in self.gravity.flows])
        return self

    @model_validator(mode="after")
    def _digital_trade_names_are_known(self) -> Study:
        if self.digital_trade:
            names = [variable.variable for variable in self.variables if not variable.chain]
            _expect_known("digital_trade", self.digital_trade.variables, names)
            if self.digital_trade.is_index_read and not self.index:
                raise ValueError("digital_trade: seen a pillar of index own, expected an index in this study")
        return self

    @model_validator(mode="after")
    def _printed_numbers_have_a_counterpart(self) -> Study:
        if not self.printed:
            return self
        if not self.gravity or not self.index:
            raise ValueError("seen printed numbers, expected index and gravity to hold them against")
        comparison = self.printed.comparison
        models = {model.model: model for model in self.gravity.models}
        _expect_known("printed.comparison", [comparison.model], list(models))
        known = [*models[comparison.model].terms, "const"]
        _expect_known("printed.comparison.terms", comparison.terms.values(), known)
        if sum(term.index == "printed" for term in self.gravity.terms_of(models[comparison.model])) != 1:
            raise ValueError(
                f"printed.comparison: seen model {comparison.model} without one term of index printed, "
                "expected the printed index to stand in the equation that the print is held against"
            )
        specifications = [f"{item.estimator}.{item.covariance}" for item in self.gravity.specifications]
        wanted = [comparison.fixed_effects, comparison.random_effects, comparison.potential]
        _expect_known("printed.comparison", wanted, specifications)
        return self


def load_study(path: Path) -> Study:
    """Read one study and the file of printed numbers that it names, if any.

    Parameters
    ----------
    path : Path
        A study file. Its key `printed`, if there, is a path relative to it.

    Raises
    ------
    StudyError
        With file, line, column, key, what was seen and what was expected, one line per fault.
    """
    path = Path(path)
    content, node = read_yaml(path)
    if isinstance(content, dict) and isinstance(content.get("printed"), str):
        printed_path = path.parent / content["printed"]
        content = content | {"printed": validated(Printed, *_read(printed_path))}
    study = validated(Study, content, path, node)
    if study.study != path.stem:
        raise StudyError(f"{path}: study: seen {study.study!r}, expected the name of the file, {path.stem!r}")
    return study


def load_studies(directory: Path | None = None) -> tuple[Study, ...]:
    """Read every study of a folder, in order of name.

    Parameters
    ----------
    directory : Path, optional
        Folder of ``*.yml`` files; by default the studies that come with the package.

    Raises
    ------
    StudyError
        When any of them cannot be used.
    """
    return tuple(load_study(path) for path in sorted((directory or STUDIES).glob("*.yml")))


def study_tables(studies: Sequence[Study]) -> dict[str, pd.DataFrame]:
    """Return what SQL needs to know of the studies, as rows.

    Parameters
    ----------
    studies : sequence of Study

    Returns
    -------
    dict of str to DataFrame
        ``serai__studies``, ``serai__study_partners``, ``serai__study_variables``, ``serai__study_fill_sets``,
        ``serai__study_fill_rules``, ``serai__study_potential_classes``, ``serai__study_concepts`` and
        ``serai__study_digital_…`` (trade, totals, measures); all are there, with all columns, whatever the
        studies hold.
    """
    from analysis.study.rows import rows_of_studies

    return rows_of_studies(studies)


def _read(path: Path) -> tuple[object, Path, object]:
    content, node = read_yaml(path)
    return content, path, node


def _expect_once(what: str, names: Sequence[str]) -> None:
    repeated = sorted({name for name in names if names.count(name) > 1})
    if repeated:
        raise ValueError(f"seen {what} {repeated} more than once, expected every {what} once")


def _expect_known(place: str, names, known: Sequence[str]) -> None:
    unknown = [name for name in names if name not in known]
    if unknown:
        raise ValueError(f"{place}: seen {unknown}, expected names out of {list(known)}")
