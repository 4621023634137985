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
