"""The study's own index, built from one fill set of the panel."""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis.design import PanelInputs
from analysis.index.composite import CompositeIndex, composite_index
from analysis.index.pca import RetentionRule
from analysis.sample import Sample, select_rows
from analysis.study import Study


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
        When too few rows have every indicator, or an indicator does not vary.
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
    values = inputs.values.loc[sample.rows, names]
    for item in indicators:
        if item.transform == "log":
            values[item.variable] = np.log(values[item.variable])
        if item.direction == "lower_is_better":
            values[item.variable] = -values[item.variable]
    retention = study.index.retention
    try:
        index = composite_index(values.to_numpy(), names, RetentionRule(retention.rule, retention.value))
    except ValueError as error:
        raise IndexRefused(f"the index cannot be made: {error}") from error
    return index, sample


def index_series(index: CompositeIndex, sample: Sample) -> pd.Series:
    """Return the index by (country_iso3, year)."""
    return pd.Series(index.index, index=sample.rows)
