"""The study's own index: built from the panel, and told as tables."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

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


def index_rows(study: Study, inputs: PanelInputs, values: pd.Series) -> Iterator[dict[str, Any]]:
    """Rows of `cbec_index`: every partner and year of the panel; rank 1 is the highest of its year."""
    by_row = values.reindex(inputs.values.index)
    ranks = by_row.groupby(level="year").rank(method="min", ascending=False)
    shares = inputs.filled_share([item.variable for item in study.index.indicators])
    for (country, year), value in by_row.items():
        is_there = not math.isnan(value)
        yield {
            "study": study.study,
            "country_iso3": country,
            "year": year,
            "index_value": value,
            "index_rank": int(ranks[country, year]) if is_there else None,
            "filled_share": shares[country, year],
        }


def adequacy_rows(study: Study, index: CompositeIndex) -> Iterator[dict[str, Any]]:
    """Rows of `index_adequacy`: whether the indicators may be summarised, and how many components do it."""
    adequacy, components = index.adequacy, index.components
    kept = index.retention.count
    codes = [study.variable(name).indicator_code for name in components.names]
    statistics = [
        ("bartlett_chi2", adequacy.bartlett.statistic, adequacy.bartlett.p_value),
        ("bartlett_df", adequacy.bartlett.df, None),
        ("components_retained", kept, None),
        ("explained_share_retained", components.cumulative_share[kept - 1], None),
        ("indicators", len(codes), None),
        ("kmo", adequacy.kmo.overall, None),
        ("observations", adequacy.n_obs, None),
        *((f"msa {code}", value, None) for code, value in zip(codes, adequacy.kmo.msa, strict=True)),
    ]
    for statistic, value, p_value in statistics:
        yield {"study": study.study, "statistic": statistic, "value": float(value), "p_value": p_value}


def loading_rows(study: Study, index: CompositeIndex) -> Iterator[dict[str, Any]]:
    """Rows of `index_loadings`: every component; the weight of one that is not retained is 0."""
    components = index.components
    weights = _weights(index)
    for component, eigenvalue in enumerate(components.eigenvalues):
        for position, name in enumerate(components.names):
            yield {
                "study": study.study,
                "component": component + 1,
                "indicator_code": study.variable(name).indicator_code,
                "loading": components.loadings[position, component],
                "weight": weights[component],
                "eigenvalue": eigenvalue,
                "explained_share": components.explained_share[component],
            }


def score_rows(study: Study, index: CompositeIndex, sample: Sample) -> Iterator[dict[str, Any]]:
    """Rows of `index_scores`: every component's score; the index is their weighted sum, scaled to 0-1."""
    weights = _weights(index)
    for component in range(index.scores.shape[1]):
        for (country, year), score in zip(sample.rows, index.scores[:, component], strict=True):
            yield {
                "study": study.study,
                "component": component + 1,
                "country_iso3": country,
                "year": year,
                "score": score,
                "weight": weights[component],
            }


def _weights(index: CompositeIndex) -> np.ndarray:
    """Return the weight of every component, 0 where it is not retained. Shape (p,)."""
    weights = np.zeros(len(index.components.eigenvalues))
    weights[: len(index.weights)] = index.weights
    return weights


def index_caveats(study: Study, inputs: PanelInputs, index: CompositeIndex, sample: Sample) -> list[str]:
    """Sentences about the index that must stay beside whatever is built on it."""
    names = [item.variable for item in study.index.indicators]
    share = inputs.is_filled.loc[sample.rows, names].to_numpy().mean()
    sentences = []
    if share > 0:
        sentences.append(f"{share:.0%} of the cells behind the index are filled, not published.")
    if index.lowering_indicators:
        sentences.append(f"More of {', '.join(index.lowering_indicators)} lowers the index.")
    return sentences
