"""Where each country stands in each dimension of the index, which one binds, and how sure that is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from analysis.design import PanelInputs
from analysis.index.correlation import IndicatorError
from analysis.index.dimensions import DimensionSpread, dimension_scores, dimension_spread
from analysis.own_dimensions import OwnDimensions, own_dimensions
from analysis.own_index import indicators_of
from analysis.study import Study
from analysis.tables.caveats import joined


def dimension_rows(study: Study, inputs: Mapping[str, PanelInputs]) -> Iterator[dict[str, Any]]:
    """Rows of `index_dimensions`: every country, year and dimension of the index, measured or not.

    Scores are those of the base fill set; a row needs none of the other indicators. Ranks and what binds are
    told beside what they would be without each indicator, and under every other fill set that has each cell.

    Parameters
    ----------
    study : Study
        With an index.
    inputs : mapping of str to PanelInputs
        By fill set, the base one among them.
    """
    cells = inputs[study.base_fill_set]
    if cells.values.empty:
        return
    own = own_dimensions(study, cells)
    if own is None:
        return
    about = [f"without {', '.join(own.refused)}, of which there is one value only"] if own.refused else []
    fills = [indicators_of(study, found)[:, own.positions] for found in inputs.values()]
    scored_by = own.names, own.dimensions, own.years
    others = _comparable(fills, own.values, *scored_by)
    spread = dimension_spread(own.scored, own.values, *scored_by, others)
    yield from _measured(study, cells, own, spread, about)
    for place, item in enumerate(study.index.not_measured, start=len(study.index.dimensions) + 1):
        for country, year in cells.values.index:
            yield {
                "study": study.study,
                "country_iso3": country,
                "year": year,
                "dimension": item.dimension,
                "position": place,
                "is_measured": False,
                "is_binding": False,
                "indicator_count": 0,
                "scored_indicator_count": 0,
                "caveat": joined([f"not measured: {item.reason}"]),
            }


def _measured(
    study: Study, cells: PanelInputs, own: OwnDimensions, spread: DimensionSpread, about: list[str]
) -> Iterator[dict[str, Any]]:
    rows, scored, scores = own.rows, own.scored, own.scores()
    leaders = {year: own.leaders(year) for year in np.unique(own.years).tolist()}
    best = scores.groupby(level="year").transform("max")
    for position, dimension in enumerate(study.index.dimensions, start=1):
        if dimension.dimension not in scored.names:
            continue
        at = scored.names.index(dimension.dimension)
        names = [item.variable for item in dimension.indicators]
        missing = cells.values[names].isna().to_numpy()
        filled = cells.is_filled[names].to_numpy()
        for row, (country, year) in enumerate(rows):
            is_there = not np.isnan(scored.scores[row, at])
            share = filled[row].sum() / len(names)
            score, top = scored.scores[row, at], best[dimension.dimension].iloc[row]
            yield {
                "study": study.study,
                "country_iso3": country,
                "year": year,
                "dimension": dimension.dimension,
                "position": position,
                "is_measured": is_there,
                "score": score,
                "dimension_rank": int(scored.ranks[row, at]) if is_there else None,
                "rank_best": int(spread.rank_best[row, at]) if is_there else None,
                "rank_worst": int(spread.rank_worst[row, at]) if is_there else None,
                "is_binding": bool(scored.is_binding[row, at]),
                "binding_share": spread.binding_share[row, at] if is_there else None,
                "best_score": top,
                "best_countries": ", ".join(leaders[year][dimension.dimension]),
                "gap_to_best": top - score,
                "indicator_count": len(names),
                "scored_indicator_count": int(scored.counts[row, at]),
                "missing_indicators": _codes(study, names, missing[row]),
                "filled_share": share,
                "way_count": spread.count,
                "caveat": joined([*about, *_warnings(study, share, missing[row], is_there)]),
            }


def _warnings(study: Study, share: float, missing: np.ndarray, is_there: bool) -> Iterator[str]:
    if not is_there:
        yield "none of the indicators is published for this country and year, and no rule fills one"
    elif missing.any():
        yield f"scored on {(~missing).sum()} of {len(missing)} indicators: the others are not published"
    if share > study.index.filled_share_warning:
        yield f"{share:.0%} of the indicators are filled, not published"


def _comparable(
    fills: list[np.ndarray],
    base: np.ndarray,
    names: Sequence[str],
    dimensions: dict[str, str],
    years: np.ndarray,
) -> list[np.ndarray]:
    """Other fills that have every cell of the base one: ranks among fewer countries are other ranks."""
    found = []
    for values in fills:
        if values.shape != base.shape or np.array_equal(values, base, equal_nan=True):
            continue
        if not np.array_equal(np.isnan(values), np.isnan(base)):
            continue
        try:
            dimension_scores(values, names, dimensions, years)
        except IndicatorError:
            continue
        found.append(values)
    return found


def _codes(study: Study, names: list[str], missing: np.ndarray) -> str:
    codes = [study.variable(name).indicator_code for name in names]
    return ", ".join(code for code, is_missing in zip(codes, missing, strict=True) if is_missing)
