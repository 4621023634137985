"""The specification curve as tables: every point in order of size, and shares by choice."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import pandas as pd

from analysis.gravity.covariance import FEW_PARTNERS
from analysis.specification_curve import Curve, Point
from analysis.study import Study
from analysis.tables.caveats import joined

EVERY = "all"


def curve_tables(study: Study, curves: Sequence[Curve]) -> dict[str, list[dict[str, Any]]]:
    """Rows of `specification_curve` and `specification_curve_summary`."""
    tables: dict[str, list[dict[str, Any]]] = {"specification_curve": [], "specification_curve_summary": []}
    for curve in curves:
        points = _points(study, curve)
        for flow in (flow.flow for flow in study.gravity.flows):
            own = points[points["flow"] == flow]
            tables["specification_curve"] += _rows(study, curve, own)
            tables["specification_curve_summary"] += _summaries(study, curve, flow, own)
    return tables


def _points(study: Study, curve: Curve) -> pd.DataFrame:
    """One row per point, in order of flow and size, refused ones last."""
    alpha = study.gravity.significance_level
    frame = pd.DataFrame(
        [_point(study, curve, point) for point in curve.points],
        columns=[*_POINT_COLUMNS],
    )
    frame = pd.concat([frame, curve.inference(1 - alpha)], axis=1)
    frame["is_significant"] = frame["p_value"] < alpha
    frame = frame.sort_values(["flow", "estimate", "specification_id"], ignore_index=True)
    frame["position"] = frame.groupby("flow")["estimate"].rank(method="first")
    return frame


_POINT_COLUMNS = (
    "flow",
    "specification_id",
    "estimator",
    "covariance",
    "fill_set",
    "sample",
    "left_out",
    "optional_terms",
    "terms_left_out",
    "n_obs",
    "n_entities",
    "estimate",
    "std_error",
    "is_reference",
    "refused",
)


def _point(study: Study, curve: Curve, point: Point) -> tuple:
    choices, asked = point.choices, curve.specification
    gone = [term for term in curve.optional_terms if term not in choices.terms]
    return (
        point.flow,
        choices.name,
        choices.estimator,
        choices.covariance,
        choices.fill_set,
        choices.sample,
        choices.left_out,
        ", ".join(choices.terms),
        ", ".join(gone),
        point.n_obs,
        point.n_partners,
        point.estimate,
        point.std_error,
        choices.estimator == asked.estimators[0].estimator
        and choices.fill_set == study.base_fill_set
        and choices.sample == EVERY
        and not gone,
        point.refused,
    )


def _rows(study: Study, curve: Curve, points: pd.DataFrame) -> Iterator[dict[str, Any]]:
    asked = curve.specification
    shared = {"study": study.study, "model": asked.model, "term": asked.term}
    numbers = ("estimate", "std_error", "p_value", "ci_low", "ci_high", "position", "is_significant")
    for record in points.to_dict("records"):
        refused = record.pop("refused")
        if refused:
            record |= dict.fromkeys(numbers)
            caveat = joined([f"not estimated: {refused}"])
        else:
            few = f"{record['n_entities']} partners are few: its standard error is rough"
            caveat = joined([few if record["n_entities"] < FEW_PARTNERS else ""])
        yield {**shared, **record, "caveat": caveat}


def _summaries(study: Study, curve: Curve, flow: str, points: pd.DataFrame) -> Iterator[dict[str, Any]]:
    """One row for all points, then one per option of every choice."""
    asked = curve.specification
    shared = {"study": study.study, "model": asked.model, "flow": flow, "term": asked.term}
    if curve.refused:
        yield {**shared, "choice": EVERY, "option": EVERY, "specification_count": 0, "estimated_count": 0,
               "caveat": joined([curve.refused])}  # fmt: skip
        return
    reference = points[points["is_reference"] & (points["refused"] == "")]
    about = {
        "reference_estimate": reference["estimate"].iloc[0] if len(reference) else None,
        "reference_rank": int(reference["position"].iloc[0]) if len(reference) else None,
        "caveat": joined(
            [
                f"{len(points)} specifications, of {curve.n_planned} combinations (at most "
                f"{asked.most_specifications} are allowed): those that differ from another in name only "
                "are left out",
                "they share their data: a share of them is no probability",
            ]
        ),
    }
    yield {**shared, "choice": EVERY, "option": EVERY, **_shares(points), **about}
    groups = {"estimator": points["estimator"], "fill_set": points["fill_set"], "sample": points["sample"]}
    groups["left_out"] = points["left_out"].where(points["left_out"] != "")
    for term in curve.optional_terms:
        is_in = points["optional_terms"].str.split(", ").map(lambda terms, term=term: term in terms)
        groups[term] = is_in.map({True: "in", False: "left out"})
    for choice, options in groups.items():
        for option, own in points.groupby(options, sort=True):
            yield {**shared, "choice": choice, "option": option, **_shares(own)}


def _shares(points: pd.DataFrame) -> dict[str, Any]:
    found = points[points["refused"] == ""]
    counts = {"specification_count": len(points), "estimated_count": len(found)}
    if found.empty:
        return counts
    is_positive, is_significant = found["estimate"] > 0, found["is_significant"].astype(bool)
    return {
        **counts,
        "positive_share": is_positive.mean(),
        "significant_share": is_significant.mean(),
        "significant_positive_share": (is_positive & is_significant).mean(),
        "significant_negative_share": (~is_positive & is_significant).mean(),
        "estimate_low": found["estimate"].min(),
        "estimate_median": float(np.median(found["estimate"])),
        "estimate_high": found["estimate"].max(),
    }
