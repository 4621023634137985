"""The study's own index, built from one fill set of the panel."""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis.design import PanelInputs
from analysis.index.composite import CompositeIndex, composite_index
from analysis.index.correlation import IndicatorError
from analysis.index.method import IndexMethod
from analysis.index.retention import RetentionRule
from analysis.index.scaling import Scaling
from analysis.index.treatment import TreatmentRule
from analysis.sample import Sample, select_rows
from analysis.study import Study
from analysis.study.index import RetentionLevel, ScalingLevel, Treatment


class IndexRefused(ValueError):
    """The index cannot be made from these rows; the message says why, as part of a sentence."""


def build_index(study: Study, inputs: PanelInputs) -> tuple[CompositeIndex, Sample]:
    """Build the index over all rows of a fill set that have every indicator.

    Parameters
    ----------
    study : Study
        With an index.
    inputs : PanelInputs

    Returns
    -------
    index : CompositeIndex
        Its rows are those of the sample, in that order.
    sample : Sample

    Raises
    ------
    IndexRefused
        When too few rows have every indicator, an indicator does not vary, or the study's method does not
        suit them.
    """
    values, sample = indicator_sample(study, inputs)
    years = sample.rows.get_level_values("year").to_numpy()
    rule, method = retention_rule(study.index.retention), index_method(study)
    try:
        index = composite_index(values.to_numpy(), list(values.columns), rule, method=method, years=years)
    except IndicatorError as error:
        raise IndexRefused(f"the index cannot be made: {error}") from error
    return index, sample


def index_series(index: CompositeIndex, sample: Sample) -> pd.Series:
    """Return the index by (country_iso3, year)."""
    return pd.Series(index.index, index=sample.rows)


def indicator_sample(study: Study, inputs: PanelInputs) -> tuple[pd.DataFrame, Sample]:
    """Return indicators as they enter the index: logarithms taken where asked, more of each being better.

    Returns
    -------
    values : DataFrame, shape (n, p)
        Indexed by the rows of the sample.
    sample : Sample
        Rows that have every indicator.

    Raises
    ------
    IndexRefused
        When there are no more rows than indicators.
    """
    indicators = study.index.indicators
    names = [indicator.variable for indicator in indicators]
    sample = select_rows(
        inputs.values[names], [item.variable for item in indicators if item.transform == "log"]
    )
    # With no more rows than indicators the correlation matrix is singular: components fit rows, not matter.
    if len(sample.rows) <= len(names):
        raise IndexRefused(
            f"{len(sample.rows)} of {sample.n_candidates} rows have all {len(names)} indicators of the "
            "index, too few for their correlation matrix"
        )
    return entering(study, inputs.values.loc[sample.rows, names]), sample


def entering(study: Study, values: pd.DataFrame) -> pd.DataFrame:
    """Return indicators as they enter the index: logarithms where the study says so, higher being better.

    Parameters
    ----------
    values : DataFrame, shape (rows, indicators)
        Published or filled values, positive or missing where a logarithm is taken.
    """
    columns = values.copy()
    for item in study.index.indicators:
        if item.transform == "log":
            columns[item.variable] = np.log(columns[item.variable])
        if item.direction == "lower_is_better":
            columns[item.variable] = -columns[item.variable]
    return columns


def indicators_of(study: Study, inputs: PanelInputs) -> np.ndarray:
    """Indicators of the index as they enter it, every row of a panel; NaN where they cannot."""
    logged = [item.variable for item in study.index.indicators if item.transform == "log"]
    values = inputs.values[[item.variable for item in study.index.indicators]].copy()
    values[logged] = values[logged].where(values[logged] > 0)
    return entering(study, values).to_numpy(dtype=float)


def index_method(study: Study) -> IndexMethod:
    """Return the method that a study declares for its index."""
    declared = study.index.method
    return IndexMethod(
        treatment=treatment_rule(declared.treatment) if declared.treatment else None,
        scaling=scaling(study, declared.scaling),
        matrix=declared.matrix,
        rotation=declared.rotation,
        weights=declared.weights,
        aggregation=declared.aggregation,
        floor=declared.floor,
        result=declared.result,
        dimensions={
            indicator.variable: dimension.dimension
            for dimension in study.index.dimensions
            for indicator in dimension.indicators
        },
        expert={
            indicator.variable: indicator.weight
            for indicator in study.index.indicators
            if indicator.weight is not None
        },
    )


def retention_rule(declared: RetentionLevel) -> RetentionRule:
    """Return a rule of retention as estimation takes it."""
    return RetentionRule(declared.rule, declared.value, declared.draws, declared.seed)


def scaling(study: Study, declared: ScalingLevel) -> Scaling:
    """Return a scaling as estimation takes it; goalposts enter as their indicators do."""
    ends = {}
    if declared.method == "goalposts":
        stated = pd.DataFrame({item.variable: item.goalposts for item in study.index.indicators}, dtype=float)
        ends = {name: tuple(sorted(found)) for name, found in entering(study, stated).items()}
    return Scaling(declared.method, declared.reference, declared.base_year, goalposts=ends)


def treatment_rule(declared: Treatment) -> TreatmentRule:
    """Return a treatment as estimation takes it."""
    return TreatmentRule(
        declared.skewness_limit,
        declared.kurtosis_limit,
        declared.winsorised_max,
        declared.otherwise,
        declared.power,
    )
