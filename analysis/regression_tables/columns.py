"""One model of a regression table: its coefficients and what stands below them."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from analysis.gravity.inference import FewClusters, Inference, infer, leading_inference
from analysis.gravity.specification_tests import SpecificationTest
from analysis.regression_tables.wording import (
    EFFECTS,
    covariance_footer,
    covariance_note,
    inference_in_words,
    sentence,
    test_in_words,
    title_of,
    whole,
)


@dataclass(frozen=True)
class Coefficient:
    """One cell of a regression table before it is written.

    Attributes
    ----------
    estimate, std_error, statistic, p_value, ci_low, ci_high : float
        nan where there is none.
    """

    estimate: float
    std_error: float
    statistic: float
    p_value: float
    ci_low: float
    ci_high: float


@dataclass(frozen=True)
class ModelColumn:
    """One column of a regression table.

    Attributes
    ----------
    title : str
    outcome : str
        What is explained; empty when it is not told.
    coefficients : dict of str to Coefficient
        By term, in the order of the fit.
    footer : dict of str to str
        What stands below, by label: observations, effects, R squared, covariance, tests.
    caveats : tuple of str
        What must be said of the column.
    level : float
        Coverage of its intervals.
    remarks : tuple of str
        What the words of its footer mean.
    """

    title: str
    outcome: str
    coefficients: dict[str, Coefficient]
    footer: dict[str, str]
    caveats: tuple[str, ...] = ()
    level: float = 0.95
    remarks: tuple[str, ...] = ()

    def to_frame(self) -> pd.DataFrame:
        """One row per term: term, estimate, std_error, statistic, p_value, ci_low, ci_high."""
        return pd.DataFrame([{"term": term, **vars(cell)} for term, cell in self.coefficients.items()])

    # The plug-in protocol of the library maketables, which makes Word and Typst of `RegressionTable.columns`.
    @property
    def __maketables_coef_table__(self) -> pd.DataFrame:
        names = {
            "estimate": "b",
            "std_error": "se",
            "statistic": "t",
            "p_value": "p",
            "ci_low": "ci_low",
            "ci_high": "ci_high",
        }
        frame = self.to_frame().set_index("term").rename(columns=names)
        return frame[list(names.values())].rename_axis("Coefficient")

    @property
    def __maketables_depvar__(self) -> str:
        return self.outcome or self.title

    def __maketables_stat__(self, key: str) -> str | None:
        return self.footer.get(key)

    @property
    def __maketables_default_stat_keys__(self) -> list[str]:
        return list(self.footer)


def column_of(
    fit: Any,
    *,
    title: str = "",
    outcome: str = "",
    tests: Iterable[SpecificationTest] = (),
    level: float = 0.95,
    few_clusters: FewClusters | None = None,
) -> ModelColumn:
    """Make a column of a fit.

    Parameters
    ----------
    fit : LinearFit, RowFit, PoissonFit or FrontierFit
        Or another with terms, coefficients, std_errors, df_inference, n_obs and covariance_note.
    title : str
        By default the estimator in words.
    outcome : str
        What is explained, as it is to be read.
    tests : iterable of SpecificationTest
        Each has a row in the footer, with its statistic and p-value.
    level : float
        Coverage of the intervals, between 0 and 1.
    few_clusters : FewClusters, optional
        When clusters are few, and how p-values and intervals are then found. Where a fit has fewer clusters
        than that, p-values and intervals are by that method and the footer says so; standard errors stay
        those of the fit's own covariance.

    Raises
    ------
    ValueError
        `level` is not between 0 and 1.

    Notes
    -----
    A coefficient b with standard error s has the statistic b / s and the interval b +- q s, with q the
    quantile of the fit's distribution.
    """
    own = infer(fit, level)
    leading = leading_inference(fit, level, few_clusters) if hasattr(fit, "regression") else own
    coefficients = {
        term: Coefficient(
            estimate=float(own.estimates[at]),
            std_error=float(own.std_errors[at]),
            statistic=float(own.statistics[at]),
            p_value=float(leading.p_values[at]),
            ci_low=float(leading.ci_low[at]),
            ci_high=float(leading.ci_high[at]),
        )
        for at, term in enumerate(own.terms)
    }
    caveats = [text for text in (getattr(fit, "caveats", ()) or ()) if text]
    return ModelColumn(
        title=title or title_of(getattr(fit, "estimator", "least squares")),
        outcome=outcome,
        coefficients=coefficients,
        footer=_footer(fit, leading, tests),
        caveats=tuple(sentence(text) for text in caveats),
        level=level,
        remarks=(covariance_note(fit.rule),) if hasattr(fit, "rule") else (),
    )


def _footer(fit: Any, leading: Inference, tests: Iterable[SpecificationTest]) -> dict[str, str]:
    footer = {"Observations": whole(fit.n_obs)}
    for label, name in (("Partners", "n_entities"), ("Clusters", "n_clusters")):
        count = getattr(fit, name, None)
        if count:
            footer[label] = whole(count)
    effects = getattr(fit, "effect_names", None)
    told = ", ".join(effects) if effects else EFFECTS.get(getattr(fit, "estimator", ""), "")
    if told:
        footer["Effects"] = told
    kind = getattr(fit, "r_squared_kind", "")
    r_squared = getattr(fit, "headline_r_squared", getattr(fit, "r_squared", None))
    if isinstance(r_squared, float) and math.isfinite(r_squared):
        footer[f"R² ({kind})" if kind else "R²"] = f"{r_squared:.3f}"
    for label, name in (("Pseudo R²", "pseudo_r_squared"), ("Log-likelihood", "log_likelihood")):
        value = getattr(fit, name, None)
        if isinstance(value, float) and math.isfinite(value):
            footer[label] = f"{value:.3f}"
    rule = getattr(fit, "rule", None)
    footer |= covariance_footer(rule) if rule else {"Standard errors": fit.covariance_note}
    footer["p-values and intervals"] = inference_in_words(leading.method)
    return footer | tests_in_words(tests)


def tests_in_words(tests: Iterable[SpecificationTest]) -> dict[str, str]:
    """Return the summary of each test by its name in words; one that carries no conclusion says so."""
    return {
        title_of(test.test): test_in_words(test.statistic, test.df1, test.df2, test.p_value, test.is_valid)
        for test in tests
    }


def in_one_order(sequences: Iterable[Iterable[str]]) -> list[str]:
    """Merge names: one that only a later sequence has follows the name that it follows there."""
    order: list[str] = []
    for sequence in sequences:
        at = -1
        for name in sequence:
            if name not in order:
                order.insert(at + 1, name)
            at = order.index(name)
    return order


def ordered_terms(columns: Sequence[ModelColumn], last: Sequence[str] = ("const",)) -> list[str]:
    """Return the terms of all columns in one order; those of `last` come last."""
    order = in_one_order(column.coefficients for column in columns)
    return [term for term in order if term not in last] + [term for term in order if term in last]
