"""The study's own index told as tables: its values, what it is made of, and whether it may be made."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from analysis.design import PanelInputs
from analysis.index.composite import CompositeIndex
from analysis.index.pca import sign_margins
from analysis.own_index_robustness import IndexRobustness
from analysis.sample import Sample
from analysis.study import Study
from analysis.tables.caveats import joined, near_ties


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
    """Rows of `index_adequacy`: whether the indicators may be summarised, and how many components do it.

    ``sign_margin component <k>``, of the retained components, is how clearly their sign is decided, from 0 (a
    tie) to 1: see `analysis.index.pca.sign_margins`.
    """
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
        *(
            (f"sign_margin component {component}", margin, None)
            for component, margin in enumerate(sign_margins(components)[:kept], start=1)
        ),
    ]
    caveats = {
        "bartlett_chi2": adequacy.warnings.get("bartlett", ""),
        "components_retained": index.retention.reason,
        "kmo": adequacy.warnings.get("kmo", ""),
        "observations": adequacy.warnings.get("observations", ""),
        **{
            f"msa {code}": adequacy.warnings.get(f"msa {name}", "")
            for code, name in zip(codes, components.names, strict=True)
        },
        **{f"sign_margin component {component}": text for component, text in near_ties(index).items()},
    }
    for statistic, value, p_value in statistics:
        yield {
            "study": study.study,
            "statistic": statistic,
            "value": float(value),
            "p_value": p_value,
            "caveat": joined([caveats.get(statistic, "")]),
        }


def loading_rows(
    study: Study, index: CompositeIndex, robustness: IndexRobustness | None = None
) -> Iterator[dict[str, Any]]:
    """Rows of `index_loadings`: every component; the weight of one that is not retained is 0.

    Intervals are there where there is a bootstrap, of retained components.
    """
    components = index.components
    weights = _weights(index)
    low, high = _interval(robustness, components.loadings.shape, "loading_interval")
    for component, eigenvalue in enumerate(components.eigenvalues):
        for position, name in enumerate(components.names):
            yield {
                "study": study.study,
                "component": component + 1,
                "indicator_code": study.variable(name).indicator_code,
                "loading": index.loading_correlations[position, component],
                "weight": weights[component],
                "eigenvalue": eigenvalue,
                "explained_share": components.explained_share[component],
                "indicator_weight": index.indicator_weights[position],
                "loading_low": low[position, component],
                "loading_high": high[position, component],
            }


def score_rows(
    study: Study, index: CompositeIndex, sample: Sample, robustness: IndexRobustness | None = None
) -> Iterator[dict[str, Any]]:
    """Rows of `index_scores`: every component's score; the index is their weighted sum, scaled to 0-1.

    Intervals as in `loading_rows`.
    """
    weights = _weights(index)
    low, high = _interval(robustness, index.scores.shape, "score_interval")
    for component in range(index.scores.shape[1]):
        for row, (country, year) in enumerate(sample.rows):
            yield {
                "study": study.study,
                "component": component + 1,
                "country_iso3": country,
                "year": year,
                "score": index.scores[row, component],
                "weight": weights[component],
                "score_low": low[row, component],
                "score_high": high[row, component],
            }


def _weights(index: CompositeIndex) -> np.ndarray:
    """Return the weight of every component, 0 where it is not retained. Shape (p,).

    nan for all of them where the index sums indicators and no component.
    """
    is_of_components = index.method.is_of_components
    weights = np.full(len(index.components.eigenvalues), 0.0 if is_of_components else np.nan)
    weights[: len(index.weights)] = index.weights
    return weights


def _interval(
    robustness: IndexRobustness | None, shape: tuple[int, ...], which: str
) -> tuple[np.ndarray, np.ndarray]:
    """Return bounds of retained components, nan for the others and without a bootstrap. Shape as asked."""
    bounds = np.full(shape, np.nan), np.full(shape, np.nan)
    if robustness and robustness.bootstrap:
        found = getattr(robustness.bootstrap, which)(robustness.interval)
        for bound, values in zip(bounds, found, strict=True):
            bound[:, : values.shape[1]] = values
    return bounds
