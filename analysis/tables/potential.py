"""Trade potential of every partner and year as a table: ratio, class and gap, undefined where need be."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pandas as pd

from analysis.equation import Equation, Key, Selected, is_selected
from analysis.potential.classes import classify
from analysis.potential.ratio import potential_gap, potential_ratio, predicted_levels, smearing_factor
from analysis.study import Study
from analysis.tables.caveats import joined
from analysis.tables.gravity import names

MOSTLY_FILLED = "most cells behind this row are filled, not published"


def potential_rows(
    study: Study, equation: Equation, selected: Mapping[str, Selected]
) -> Iterator[dict[str, Any]]:
    """Rows of `trade_potential`: every row of the panel, for the specifications that have potential.

    A row outside the estimation sample is there, undefined and with the reason: sample and potential have the
    same rows.
    """
    for item in equation.specifications:
        key = (item.estimator, item.covariance)
        is_chosen = is_selected(study, equation, key, selected)
        if key in equation.fits and (item.has_potential or is_chosen):
            yield from _rows(study, equation, key, is_chosen)


def predicted_usd(study: Study, equation: Equation, key: Key) -> pd.Series:
    """Return predicted trade in USD by (country_iso3, year); NaN outside the estimation sample."""
    fit = equation.fits[key]
    dependent = study.gravity.dependent
    smearing = smearing_factor(fit.residuals, study.potential.smearing, fit.n_obs - fit.df_resid)
    levels = predicted_levels(fit.fitted, dependent.unit_usd, is_log=dependent.is_log, smearing=smearing)
    return pd.Series(levels, index=equation.sample.rows).reindex(equation.actual_usd.index)


def _rows(study: Study, equation: Equation, key: Key, is_chosen: bool) -> Iterator[dict[str, Any]]:
    actual, predicted = equation.actual_usd, predicted_usd(study, equation, key)
    ratio = potential_ratio(actual, predicted)
    gap = potential_gap(actual, predicted)
    labels = classify(ratio, study.potential.classes)
    left_out = {
        (entry.country_iso3, entry.year): f"undefined: {entry.terms} ({entry.rule})"
        for entry in equation.sample.ledger.itertuples()
    }
    meaning = _meaning(equation, key)
    for position, row in enumerate(actual.index):
        if np.isnan(ratio[position]):
            why = left_out.get(row, "undefined: the prediction is not positive")
            caveat = joined([why])
        else:
            is_mostly_filled = equation.filled_share.iloc[position] > 0.5
            caveat = joined([MOSTLY_FILLED if is_mostly_filled else "", meaning])
        yield {
            **names(study, equation, key),
            "partner_iso3": row[0],
            "year": row[1],
            "actual_trade_usd": actual.iloc[position],
            "predicted_trade_usd": predicted.iloc[position],
            "potential_ratio": ratio[position],
            "potential_class": labels[position],
            "potential_gap_usd": gap[position],
            "filled_share": equation.filled_share.iloc[position],
            "is_selected": is_chosen,
            "caveat": caveat,
        }


def _meaning(equation: Equation, key: Key) -> str:
    """What K compares with what, where it is easily misread."""
    if key[0] == "fixed_effects":
        return joined(["compares the year with the partner's own mean, not with other partners"])
    test = equation.test("f_partner_effects")
    if test is not None and test.rejects:
        return joined(
            [
                "partners differ lastingly in ways the equation does not explain, and K counts that as "
                f"potential ({test.summary})"
            ]
        )
    return ""
