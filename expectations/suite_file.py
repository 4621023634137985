"""How a suite file is written: strict YAML in, a frozen model out, errors that say where they are."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from pydantic import Field, ValidationError, model_validator

from expectations.preparation import Frame, Scalar, StrictModel
from expectations.strict_yaml import load_yaml
from expectations.verdict import Severity

SUITES = Path(__file__).resolve().parent / "suites"

HUGE = 1e300
"""A limit of this size stands for "no limit, but a finite number"."""


class SuiteError(ValueError):
    """A suite file that cannot be used; the message names file, line, column, key, seen and expected."""


class _Expectation(StrictModel):
    """What every expectation says: its name, how bad its failure is, and why in plain words.

    ``is_about_absence``: it asks whether something is there, not whether what is there can be believed.
    """

    name: str
    frame: str | None = None
    severity: Severity
    is_about_absence: bool = False
    description: str = Field(min_length=20)

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that are judged."""
        return (self.column,)

    @property
    def arguments(self) -> dict[str, Any]:
        """What Great Expectations is told, in its own words."""
        return self.model_dump(exclude={*_Expectation.model_fields, "expectation"})


class _MostlyExpectation(_Expectation):
    column: str
    mostly: float = Field(default=1.0, gt=0, le=1)

    def _with_tolerance(self, text: str) -> str:
        return text if self.mostly == 1 else f"{text}, in at least {self.mostly:.0%} of rows"


class ValuesToBeBetween(_MostlyExpectation):
    """Each value lies between two numbers; infinities lie outside of any two."""

    expectation: Literal["expect_column_values_to_be_between"]
    min_value: float
    max_value: float
    strict_min: bool = False
    strict_max: bool = False

    @property
    def expected(self) -> str:
        """The expectation in words."""
        parts = []
        if self.min_value > -HUGE:
            parts.append(f"{'more than' if self.strict_min else 'at least'} {self.min_value:g}")
        if self.max_value < HUGE:
            parts.append(f"{'less than' if self.strict_max else 'at most'} {self.max_value:g}")
        if len(parts) < 2:
            parts.append("finite")
        return self._with_tolerance(", ".join(parts))


class ValuesToNotBeNull(_MostlyExpectation):
    """There is a value, and it is a number where numbers are due (NaN is missing too)."""

    expectation: Literal["expect_column_values_to_not_be_null"]

    @property
    def expected(self) -> str:
        """The expectation in words."""
        return self._with_tolerance("a value")


class ValuesToBeInSet(_MostlyExpectation):
    """Each value is one of a few."""

    expectation: Literal["expect_column_values_to_be_in_set"]
    value_set: tuple[Scalar, ...] = Field(min_length=1)

    @property
    def expected(self) -> str:
        """The expectation in words."""
        return self._with_tolerance(f"one of {', '.join(map(str, self.value_set))}")


class PairValuesAToBeGreaterThanB(_Expectation):
    """One column is larger than another, row by row, where both have a value."""

    expectation: Literal["expect_column_pair_values_a_to_be_greater_than_b"]
    column_A: str  # noqa: N815  (the library's own name)
    column_B: str  # noqa: N815
    or_equal: bool = False
    ignore_row_if: Literal["either_value_is_missing"] = "either_value_is_missing"

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that are judged."""
        return (self.column_A, self.column_B)

    @property
    def expected(self) -> str:
        """The expectation in words."""
        return f"{self.column_A} {'at least' if self.or_equal else 'more than'} {self.column_B}"


Expectation = Annotated[
    ValuesToBeBetween | ValuesToNotBeNull | ValuesToBeInSet | PairValuesAToBeGreaterThanB,
    Field(discriminator="expectation"),
]


class Suite(StrictModel):
    """What is expected of one published table.

    Attributes
    ----------
    table : str
        The published table, without its schema.
    key : tuple of str
        The columns that name a row to a reader.
    show : tuple of str
        Further columns shown with a failing row, where the judged frame has them.
    lookups : tuple of str
        Other tables that the frames look something up in.
    is_empty_allowed : bool
        Whether the table may have no rows at all.
    frames : mapping of name to Frame
        Filtered, summarised or compared forms of the table that expectations may name.
    expectations : tuple of Expectation
        Judged in this order.
    """

    table: str
    key: tuple[str, ...] = Field(min_length=1)
    show: tuple[str, ...] = ()
    lookups: tuple[str, ...] = ()
    is_empty_allowed: bool = False
    frames: dict[str, Frame] = Field(default_factory=dict)
    expectations: tuple[Expectation, ...] = Field(min_length=1)

    @property
    def tables(self) -> tuple[str, ...]:
        """All tables that judging this suite needs."""
        return (self.table, *self.lookups)

    @model_validator(mode="after")
    def _names_what_is_there(self) -> Suite:
        seen: list[str] = []
        for name, frame in self.frames.items():
            if frame.reads is not None and frame.reads not in seen:
                raise ValueError(f"frame {name} reads {frame.reads!r}, expected a frame written above it")
            seen.append(name)
        names = [expectation.name for expectation in self.expectations]
        for expectation in self.expectations:
            if names.count(expectation.name) > 1:
                raise ValueError(
                    f"seen two expectations named {expectation.name!r}, expected different names"
                )
            if expectation.frame is not None and expectation.frame not in self.frames:
                raise ValueError(
                    f"{expectation.name}: seen frame {expectation.frame!r}, expected one of {seen}"
                )
        unused = set(seen) - {e.frame for e in self.expectations} - {f.reads for f in self.frames.values()}
        if unused:
            raise ValueError(
                f"seen frames {sorted(unused)} that nothing uses, expected a use or their removal"
            )
        return self


def load_suites(directory: Path | None = None) -> tuple[Suite, ...]:
    """Read every suite file of a folder.

    Parameters
    ----------
    directory : Path, optional
        Default: ``suites`` beside this module.

    Returns
    -------
    tuple of Suite
        In the order of their tables' names.

    Raises
    ------
    SuiteError
        When a file is not as suites are written, or there is none: without suites everything would pass.
    """
    directory = SUITES if directory is None else directory
    paths = sorted(directory.glob("*.yml"))
    if not paths:
        raise SuiteError(f"{directory}: seen no suite, expected one <table>.yml per published table")
    return tuple(_read(path) for path in paths)


def _read(path: Path) -> Suite:
    try:
        text = path.read_text(encoding="utf-8")
        suite = Suite.model_validate(load_yaml(text))
    except ValidationError as error:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
        lines = []
        for problem in error.errors():
            keys, place = _walk(root, problem["loc"])
            seen = f" (seen {problem['input']!r:.100})" if problem["type"] != "missing" else ""
            lines.append(f"{path}{place}: {'.'.join(keys) or 'suite'}: {problem['msg']}{seen}")
        raise SuiteError("\n".join(lines)) from error
    except ValueError as error:  # not text, or not YAML
        raise SuiteError(f"{path}: {error}") from error
    if suite.table != path.stem:
        raise SuiteError(
            f"{path}: seen table {suite.table!r}, expected {path.stem!r}: a suite is named by its table"
        )
    return suite


def _walk(node: yaml.Node | None, location: tuple[str | int, ...]) -> tuple[list[str], str]:
    """Return the keys that a pydantic location stands for, and line and column of the last one in the file.

    A location also names members of unions, which are nowhere in the file, and may end in an absent key.
    """
    keys, mark = [], node.start_mark if node else None
    for step in location:
        entries: dict[str | int, tuple[yaml.Node, yaml.Node]] = {}
        if isinstance(node, yaml.MappingNode):
            entries = {key.value: (key, value) for key, value in node.value}
        elif isinstance(node, yaml.SequenceNode):
            entries = {number: (value, value) for number, value in enumerate(node.value)}
        if step in entries:
            place, node = entries[step]
            mark = place.start_mark
        if step in entries or step == location[-1]:
            keys.append(str(step))
    return keys, f":{mark.line + 1}:{mark.column + 1}" if mark else ""
