"""The specification curve: one coefficient under every admissible combination of choices."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats

from analysis.design import PanelInputs, equation_levels, logged_columns, outcome_name
from analysis.estimators import estimate, explains_levels
from analysis.gravity.covariance import covariance_rule
from analysis.gravity.covariate_subsets import (
    BATCHED,
    BATCHED_KINDS,
    every_subset,
    fit_subsets,
    partialled,
)
from analysis.gravity.errors import EstimationError
from analysis.gravity.inference import infer
from analysis.gravity.panel_data import panel_data
from analysis.study import Study
from analysis.study.equations import CurveEstimator, GravityModel, SpecificationCurve, Term


@dataclass(frozen=True)
class Choices:
    """One combination of choices.

    Attributes
    ----------
    estimator, covariance, fill_set : str
    sample : str
        'all', 'without_partner', 'without_year' or 'published_only'.
    left_out : str
        The partner or year; empty where none is.
    terms : tuple of str
        The optional terms that stand, in the model's order.
    """

    estimator: str
    covariance: str
    fill_set: str
    sample: str
    left_out: str
    terms: tuple[str, ...]

    @property
    def name(self) -> str:
        """All choices in one word, as in ``pooled_ols.cr1_t.base.without_year=2013.income+prices``."""
        sample = f"{self.sample}={self.left_out}" if self.left_out else self.sample
        terms = "+".join(self.terms) or "none"
        return f"{self.estimator}.{self.covariance}.{self.fill_set}.{sample}.{terms}"


@dataclass(frozen=True)
class Point:
    """The coefficient of interest under one combination of choices.

    Attributes
    ----------
    flow : str
    choices : Choices
    n_obs, n_partners : int
    estimate, std_error, df : float
        nan where it is refused; df infinite where the normal distribution judges.
    refused : str
        Why it could not be estimated; empty where it could.
    """

    flow: str
    choices: Choices
    n_obs: int
    n_partners: int
    estimate: float
    std_error: float
    df: float
    refused: str


@dataclass(frozen=True)
class Curve:
    """All points of one coefficient.

    Attributes
    ----------
    specification : SpecificationCurve
        As the study asks for it.
    points : tuple of Point
        Those that differ: a sample that leaves no row out, and a term that effects absorb, give no point of
        their own.
    optional_terms : tuple of str
        In the model's order.
    n_planned : int
        Combinations per flow before those that give no point of their own are left out.
    refused : str
        Why the curve as a whole is not drawn; empty where it is.
    """

    specification: SpecificationCurve
    points: tuple[Point, ...]
    optional_terms: tuple[str, ...]
    n_planned: int
    refused: str = ""

    def inference(self, level: float) -> pd.DataFrame:
        """Statistic, p-value and interval of every point: columns p_value, ci_low, ci_high."""
        estimates = np.array([point.estimate for point in self.points])
        errors = np.array([point.std_error for point in self.points])
        df = np.array([point.df for point in self.points])
        # t with infinite degrees of freedom is the normal; nan stays nan.
        half_width = stats.t.ppf((1 + level) / 2, df) * errors
        usable = np.where(errors > 0, errors, np.nan)
        return pd.DataFrame(
            {
                "p_value": 2 * stats.t.sf(np.abs(estimates / usable), df),
                "ci_low": estimates - half_width,
                "ci_high": estimates + half_width,
            }
        )


def specification_curves(
    study: Study, partners: Mapping[str, PanelInputs], own_index: Mapping[str, pd.Series]
) -> list[Curve]:
    """Every curve that a study asks for.

    Parameters
    ----------
    study : Study
        With gravity.
    partners : mapping of str to PanelInputs
        By fill set, of partners.
    own_index : mapping of str to Series
        The study's index by fill set, where it could be built. It is not made again where rows are left out.
    """
    return [_curve(study, asked, partners, own_index) for asked in study.gravity.specification_curves]


@dataclass(frozen=True)
class _Columns:
    """Outcomes and terms of one fill set as they enter, NaN where a row cannot be used.

    Attributes
    ----------
    outcomes : ndarray, shape (n, f)
    terms : ndarray, shape (n, p)
    is_filled : ndarray of bool, shape (n, p)
        Whether anything behind a term was filled.
    outcome_is_filled : ndarray of bool, shape (n, f)
    partners, years : ndarray, shape (n,)
    """

    outcomes: np.ndarray
    terms: np.ndarray
    is_filled: np.ndarray
    outcome_is_filled: np.ndarray
    partners: np.ndarray
    years: np.ndarray


def _curve(
    study: Study,
    asked: SpecificationCurve,
    partners: Mapping[str, PanelInputs],
    own_index: Mapping[str, pd.Series],
) -> Curve:
    model = next(model for model in study.gravity.models if model.model == asked.model)
    optional = tuple(term for term in model.terms if term in asked.optional_terms)
    always = [at for at, term in enumerate(model.terms) if term not in optional]
    subsets = every_subset(len(model.terms), always)
    fill_sets = asked.fill_sets or tuple(partners)
    columns = {
        (fill_set, of_levels): _columns(study, model, partners[fill_set], own_index.get(fill_set), of_levels)
        for fill_set in fill_sets
        for of_levels in {explains_levels(item.estimator) for item in asked.estimators}
    }
    n_planned = sum(
        len(subsets) * len(asked.estimators) * len(_samples(asked, _any_of(columns, fill_set)))
        for fill_set in fill_sets
    )
    if n_planned > asked.most_specifications:
        why = (
            f"{n_planned} combinations per flow, more than the {asked.most_specifications} that the study "
            "allows: none is estimated rather than some of them"
        )
        return Curve(asked, (), optional, n_planned, why)
    points: list[Point] = []
    for fill_set in fill_sets:
        for item in asked.estimators:
            own = columns[fill_set, explains_levels(item.estimator)]
            points += _points(study, model, asked, item, fill_set, own, subsets)
    return Curve(asked, tuple(points), optional, n_planned)


def _any_of(columns: Mapping[tuple[str, bool], _Columns], fill_set: str) -> _Columns:
    return next(own for (name, _), own in columns.items() if name == fill_set)


def _columns(
    study: Study, model: GravityModel, inputs: PanelInputs, own_index: pd.Series | None, of_levels: bool
) -> _Columns:
    flows, outcomes, outcome_is_filled = study.gravity.flows, [], []
    for flow in flows:
        name = outcome_name(flow)
        levels = equation_levels(study, model, flow, inputs, own_index)
        logged = [
            column for column in logged_columns(study, model, flow) if not (of_levels and column == name)
        ]
        positive = levels[logged].where(levels[logged] > 0)
        values = levels.assign(**{column: np.log(positive[column]) for column in logged})
        outcomes.append(values[name].to_numpy(dtype=float))
        outcome_is_filled.append(inputs.is_filled[list(flow.sum_of)].to_numpy().any(axis=1))
    rows = inputs.values.index
    filled = [
        inputs.is_filled[_variables(study, term)].to_numpy().any(axis=1)
        for term in study.gravity.terms_of(model)
    ]
    return _Columns(
        outcomes=np.column_stack(outcomes),
        terms=values[list(model.terms)].to_numpy(dtype=float),
        is_filled=np.column_stack(filled),
        outcome_is_filled=np.column_stack(outcome_is_filled),
        partners=rows.get_level_values("country_iso3").to_numpy(dtype=str),
        years=rows.get_level_values("year").to_numpy(),
    )


def _variables(study: Study, term: Term) -> list[str]:
    """Panel variables behind a term: its own, or the indicators of an own index."""
    if term.index == "own":
        return [indicator.variable for indicator in study.index.indicators]
    return list(term.product_of)


def _samples(asked: SpecificationCurve, columns: _Columns) -> list[tuple[str, str]]:
    """Every sample: its kind and what it leaves out."""
    found = []
    for sample in asked.samples:
        if sample == "without_partner":
            found += [(sample, str(label)) for label in np.unique(columns.partners)]
        elif sample == "without_year":
            found += [(sample, str(label)) for label in np.unique(columns.years)]
        else:
            found.append((sample, ""))
    return found


def _points(
    study: Study,
    model: GravityModel,
    asked: SpecificationCurve,
    item: CurveEstimator,
    fill_set: str,
    columns: _Columns,
    subsets: np.ndarray,
) -> Iterator[Point]:
    flows = [flow.flow for flow in study.gravity.flows]
    position = model.terms.index(asked.term)
    is_there = np.isfinite(columns.terms)
    # Rows by subset and flow: those whose every used column is there.
    whole = (
        np.stack([is_there[:, subset].all(axis=1) for subset in subsets])[:, None, :]
        & np.isfinite(columns.outcomes).T
    )
    for sample, label in _samples(asked, columns):
        kept = whole & _kept(sample, label, columns, subsets)
        # Subsets and flows that share their rows are estimated together.
        together: dict[bytes, list[tuple[int, int]]] = defaultdict(list)
        for subset, flow in np.argwhere((kept != whole).any(axis=2) | (sample == "all")):
            together[kept[subset, flow].tobytes()].append((int(subset), int(flow)))
        for rows, members in together.items():
            is_row = np.frombuffer(rows, dtype=bool)
            n_partners = np.unique(columns.partners[is_row]).size
            for subset, flow, estimated, error, df, refused in _estimated(
                model, item, columns, is_row, subsets, members, position, study.gravity.significance_level
            ):
                terms = tuple(
                    term
                    for term, is_in in zip(model.terms, subsets[subset], strict=True)
                    if is_in and term in asked.optional_terms
                )
                yield Point(
                    flow=flows[flow],
                    choices=Choices(item.estimator, item.covariance, fill_set, sample, label, terms),
                    n_obs=int(is_row.sum()),
                    n_partners=n_partners,
                    estimate=estimated,
                    std_error=error,
                    df=df,
                    refused=refused,
                )


def _kept(sample: str, label: str, columns: _Columns, subsets: np.ndarray) -> np.ndarray:
    """Rows that a sample keeps, broadcast to (subsets, flows, n)."""
    if sample == "without_partner":
        return columns.partners != label
    if sample == "without_year":
        return columns.years.astype(str) != label
    if sample == "all":
        return np.ones(columns.years.size, dtype=bool)
    filled = np.stack([columns.is_filled[:, subset].any(axis=1) for subset in subsets])
    return ~(filled[:, None, :] | columns.outcome_is_filled.T)


Estimated = tuple[int, int, float, float, float, str]


def _estimated(
    model: GravityModel,
    item: CurveEstimator,
    columns: _Columns,
    is_row: np.ndarray,
    subsets: np.ndarray,
    members: Sequence[tuple[int, int]],
    position: int,
    alpha: float,
) -> Iterator[Estimated]:
    """Estimates of the subsets and flows that share their rows."""
    nan = float("nan")
    if is_row.sum() < 2:
        for subset, flow in members:
            yield subset, flow, nan, nan, nan, f"{int(is_row.sum())} rows have every variable"
        return
    kind = item.covariance.rpartition("_")[0]
    if item.estimator in BATCHED and kind in BATCHED_KINDS:
        yield from _batched(item, columns, is_row, subsets, members, position)
        return
    for subset, flow in members:
        chosen = subsets[subset]
        terms = [term for term, is_in in zip(model.terms, chosen, strict=True) if is_in]
        try:
            panel = panel_data(
                columns.outcomes[is_row, flow],
                columns.terms[is_row][:, chosen],
                terms,
                columns.partners[is_row],
                columns.years[is_row],
            )
            fit = estimate(item.estimator, item.covariance, panel, alpha)
        except EstimationError as error:
            yield subset, flow, nan, nan, nan, str(error)
            continue
        if set(terms) - {*fit.terms, model.terms[position]}:
            continue  # What is absorbed gives no point of its own.
        if model.terms[position] not in fit.terms:
            yield subset, flow, nan, nan, nan, "effects absorb the term"
            continue
        at = fit.terms.index(model.terms[position])
        df = infer(fit, 1 - alpha).df
        degrees = float("inf") if df is None else float(df[at])
        yield subset, flow, float(fit.coefficients[at]), float(fit.std_errors[at]), degrees, ""


def _batched(
    item: CurveEstimator,
    columns: _Columns,
    is_row: np.ndarray,
    subsets: np.ndarray,
    members: Sequence[tuple[int, int]],
    position: int,
) -> Iterator[Estimated]:
    flows = sorted({flow for _, flow in members})
    used = sorted({subset for subset, _ in members})
    # A term that no subset here uses may be missing in these rows: it must not enter the arithmetic.
    in_any = subsets[used].any(axis=0)
    sample = partialled(
        item.estimator,
        columns.outcomes[is_row][:, flows],
        np.where(in_any, columns.terms[is_row], 0.0),
        columns.partners[is_row],
        columns.years[is_row],
    )
    is_own = np.arange(subsets.shape[1]) == position
    # A subset with an absorbed term is the one without it over again.
    is_distinct = ~(subsets & sample.is_absorbed & ~is_own).any(axis=1)
    rule = covariance_rule(item.covariance)
    fits = fit_subsets(sample, subsets[used], position, rule)
    for subset, flow in members:
        if not is_distinct[subset]:
            continue
        row, column = used.index(subset), flows.index(flow)
        yield (
            subset,
            flow,
            float(fits.estimates[row, column]),
            float(fits.std_errors[row, column]),
            float(fits.df[row]),
            fits.refused[row],
        )
