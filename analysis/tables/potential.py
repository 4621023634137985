"""Trade potential of every partner and year as a table: ratio, class and gap, undefined where need be."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
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


@dataclass(frozen=True)
class Potential:
    """Trade potential of one specification of an equation, all of it by (country_iso3, year) of the panel.

    Attributes
    ----------
    equation : Equation
    key : Key
    is_selected : bool
    predicted_usd, ratio, gap_usd : Series
    label : Series
        The class; None where K is undefined.
    """

    equation: Equation
    key: Key
    is_selected: bool
    predicted_usd: pd.Series
    ratio: pd.Series
    gap_usd: pd.Series
    label: pd.Series

    @property
    def siblings(self) -> tuple[str, str, Key]:
        """What it shares with its like under other fill sets: model, flow, estimator and covariance."""
        return self.equation.model.model, self.equation.flow.flow, self.key


def potential_rows(
    study: Study, equations: Sequence[Equation], selected: Mapping[str, Selected]
) -> Iterator[dict[str, Any]]:
    """Rows of `trade_potential`: every row of the panel, for the specifications that have potential.

    A row outside the estimation sample is there, undefined and with the reason: sample and potential have the
    same rows.

    Parameters
    ----------
    study : Study
    equations : sequence of Equation
        All of the study: a class is held against that under the other fill sets.
    selected : mapping of str to Selected
        By flow.
    """
    potentials = [
        potential_of(study, equation, key, is_chosen)
        for equation in equations
        for key, is_chosen in _with_potential(study, equation, selected)
    ]
    for potential in potentials:
        others = {
            other.equation.fill_set: other.label
            for other in potentials
            if other.siblings == potential.siblings and other is not potential
        }
        yield from _rows(study, potential, others)


def _with_potential(
    study: Study, equation: Equation, selected: Mapping[str, Selected]
) -> Iterator[tuple[Key, bool]]:
    """Estimated specifications that have potential, and whether each is the selected one."""
    for item in equation.specifications:
        key = (item.estimator, item.covariance)
        is_chosen = is_selected(study, equation, key, selected)
        if key in equation.fits and (item.has_potential or is_chosen):
            yield key, is_chosen


def potential_of(study: Study, equation: Equation, key: Key, is_chosen: bool) -> Potential:
    """Compute K, its class and the gap under one specification."""
    rows, actual, predicted = (
        equation.actual_usd.index,
        equation.actual_usd,
        predicted_usd(study, equation, key),
    )
    ratio = potential_ratio(actual, predicted)
    return Potential(
        equation=equation,
        key=key,
        is_selected=is_chosen,
        predicted_usd=predicted,
        ratio=pd.Series(ratio, rows),
        gap_usd=pd.Series(potential_gap(actual, predicted), rows),
        label=pd.Series(classify(ratio, study.potential.classes), rows, dtype=object),
    )


def predicted_usd(study: Study, equation: Equation, key: Key) -> pd.Series:
    """Return predicted trade in USD by (country_iso3, year); NaN outside the estimation sample."""
    fit = equation.fits[key]
    dependent = study.gravity.dependent
    smearing = smearing_factor(fit.residuals, study.potential.smearing, fit.n_obs - fit.df_resid)
    levels = predicted_levels(fit.fitted, dependent.unit_usd, is_log=dependent.is_log, smearing=smearing)
    return pd.Series(levels, index=equation.sample.rows).reindex(equation.actual_usd.index)


def _rows(
    study: Study, potential: Potential, other_labels: Mapping[str, pd.Series]
) -> Iterator[dict[str, Any]]:
    equation, actual = potential.equation, potential.equation.actual_usd
    left_out = {
        (entry.country_iso3, entry.year): f"undefined: {entry.terms} ({entry.rule})"
        for entry in equation.sample.ledger.itertuples()
    }
    meaning = [_centred(study), _meaning(equation, potential.key)]
    for position, row in enumerate(actual.index):
        if np.isnan(potential.ratio.iloc[position]):
            caveat = joined([left_out.get(row, "undefined: the prediction is not positive")])
        else:
            is_mostly_filled = equation.filled_share.iloc[position] > 0.5
            elsewhere = {fill_set: labels.get(row) for fill_set, labels in other_labels.items()}
            caveat = joined(
                [
                    MOSTLY_FILLED if is_mostly_filled else "",
                    _class_differs(potential.label.iloc[position], elsewhere),
                    *meaning,
                ]
            )
        yield {
            **names(study, equation, potential.key),
            "partner_iso3": row[0],
            "year": row[1],
            "actual_trade_usd": actual.iloc[position],
            "predicted_trade_usd": potential.predicted_usd.iloc[position],
            "potential_ratio": potential.ratio.iloc[position],
            "potential_class": potential.label.iloc[position],
            "potential_gap_usd": potential.gap_usd.iloc[position],
            "filled_share": equation.filled_share.iloc[position],
            "is_selected": potential.is_selected,
            "caveat": caveat,
        }


def _class_differs(label: str, elsewhere: Mapping[str, str | None]) -> str:
    """Under which other fill sets the same partner, year and flow is in another class; undefined is none."""
    differing = sorted(name for name, other in elsewhere.items() if other is not None and other != label)
    if not differing:
        return ""
    return f"class differs under fill set{'s' if len(differing) > 1 else ''} {', '.join(differing)}"


def _centred(study: Study) -> str:
    """Duan's factor is the mean exponential of the residuals, so K, residual over it, has the mean 1."""
    if study.potential.smearing != "duan" or not study.gravity.dependent.is_log:
        return ""
    return "K averages exactly 1 over the sample by construction, so it says nothing of the overall level"


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
