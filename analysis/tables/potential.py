"""Trade potential of every partner and year as a table: ratio, class, gap and how sure they are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from analysis.benchmark import Benchmark
from analysis.equation import Equation, Key
from analysis.frontier_efficiency import FrontierEfficiency, Named
from analysis.gravity.poisson_fit import PoissonFit
from analysis.potential.classes import classify
from analysis.potential.ratio import potential_gap, potential_ratio
from analysis.tables.caveats import joined, sentence
from analysis.tables.gravity import names

MOSTLY_FILLED = "most cells behind this row are filled, not published"

SEPARATED = (
    "undefined: separated, the sample predicts its trade of 0 perfectly, so the estimates know nothing of it"
)

_OWN_MEAN = "compares the year with the partner's own mean, not with other partners"
_OWN_MEAN_AND_YEAR = (
    "compares the year with the partner's own mean and with what the year brought to all partners, not "
    "partners with one another"
)
COMPARES = {
    "fixed_effects": _OWN_MEAN,
    "ppml_partner_effects": _OWN_MEAN,
    "two_way_fixed_effects": _OWN_MEAN_AND_YEAR,
    "ppml_year_effects": (
        "compares partners within the year: what the year brought to all is in the norm, and predicted trade "
        "sums to actual trade in every year by construction, so K says nothing of the level of a year"
    ),
    "ppml_partner_year_effects": _OWN_MEAN_AND_YEAR,
    "first_difference": (
        "compares the year with the partner's own mean, by slopes of changes from year to year, not with "
        "other partners"
    ),
    "between": (
        "compares the year with what the partners' means over time lead to expect, so K counts the partner's "
        "own movement over time as potential"
    ),
}
"""What K compares with what under estimators whose norm is not common to all partners and years."""


@dataclass(frozen=True)
class Potential:
    """Trade potential of one specification of an equation, all of it by (country_iso3, year) of the panel.

    Attributes
    ----------
    benchmark : Benchmark
    predicted_usd, ratio, gap_usd : Series
    label : Series
        The class; None where K is undefined.
    """

    benchmark: Benchmark
    predicted_usd: pd.Series
    ratio: pd.Series
    gap_usd: pd.Series
    label: pd.Series

    @property
    def equation(self) -> Equation:
        """The equation that the benchmark is a specification of."""
        return self.benchmark.equation


def potential_of(benchmark: Benchmark) -> Potential:
    """Compute K, its class and the gap under one specification."""
    actual, predicted = benchmark.equation.actual_usd, benchmark.predicted_usd
    ratio = potential_ratio(actual, predicted)
    return Potential(
        benchmark=benchmark,
        predicted_usd=predicted,
        ratio=pd.Series(ratio, actual.index),
        gap_usd=pd.Series(potential_gap(actual, predicted), actual.index),
        label=pd.Series(classify(ratio, benchmark.study.potential.classes), actual.index, dtype=object),
    )


def potential_rows(
    potentials: Sequence[Potential], frontier: Mapping[Named, FrontierEfficiency] | None = None
) -> Iterator[dict[str, Any]]:
    """Rows of `trade_potential`: every row of the panel, for the specifications that have potential.

    A row outside the sample of potential is there, undefined and with the reason.

    Parameters
    ----------
    potentials : sequence of Potential
        All of the study: a class is held against that under the other fill sets.
    frontier : mapping of (model, flow, fill set) to FrontierEfficiency, optional
        Technical efficiency from a stochastic frontier of the same equation: actual trade over the most that
        the frontier allows, in (0, 1]. Where there is none, or something must be said, its row says so.
    """
    for potential in potentials:
        siblings = potential.benchmark.siblings
        others = {
            other.equation.fill_set: other.label
            for other in potentials
            if other.benchmark.siblings == siblings and other is not potential
        }
        equation = potential.equation
        named = (equation.model.model, equation.flow.flow, equation.fill_set)
        yield from _rows(potential, others, (frontier or {}).get(named))


def _rows(
    potential: Potential, other_labels: Mapping[str, pd.Series], efficiency: FrontierEfficiency | None
) -> Iterator[dict[str, Any]]:
    benchmark, equation = potential.benchmark, potential.equation
    study, actual = benchmark.study, equation.actual_usd
    left_out = {
        (entry.country_iso3, entry.year): f"undefined: {entry.terms} ({entry.rule})"
        for entry in equation.sample_of(benchmark.key).ledger.itertuples()
    }
    left_out |= dict.fromkeys(separated_rows(equation, benchmark.key), SEPARATED)
    meaning = [_centred(benchmark), _meaning(equation, benchmark.key)]
    if efficiency is not None:
        meaning.append(efficiency.caveat)
    n_estimation = len(benchmark.predictor.sample)
    sizes = {"n_estimation": n_estimation, "n_potential": int(benchmark.is_told.sum())}
    certain, shares = _certainty(benchmark), _class_probability(benchmark)
    has_efficiency = efficiency is not None and efficiency.values is not None
    efficiencies = efficiency.values.reindex(actual.index).to_numpy() if has_efficiency else None
    ratio, own_labels = potential.ratio.to_list(), potential.label.to_list()
    predicted_usd, gap_usd = potential.predicted_usd.to_list(), potential.gap_usd.to_list()
    actual_usd, filled_share = actual.to_list(), equation.filled_share.to_list()
    elsewhere_of = {fill_set: labels.to_dict() for fill_set, labels in other_labels.items()}
    named = names(study, equation, benchmark.key)
    for position, row in enumerate(actual.index.to_list()):
        if np.isnan(ratio[position]):
            caveat = joined([left_out.get(row, "undefined: the prediction is not positive")])
        else:
            is_mostly_filled = filled_share[position] > 0.5
            elsewhere = {fill_set: labels.get(row) for fill_set, labels in elsewhere_of.items()}
            is_beyond = not benchmark.is_in_sample[position]
            caveat = joined(
                [
                    MOSTLY_FILLED if is_mostly_filled else "",
                    _class_differs(own_labels[position], elsewhere),
                    "predicted, though not among the rows that the equation is estimated on"
                    if is_beyond
                    else "",
                    *meaning,
                ]
            )
        label = own_labels[position]
        yield {
            **named,
            "partner_iso3": row[0],
            "year": row[1],
            "actual_trade_usd": actual_usd[position],
            "predicted_trade_usd": predicted_usd[position],
            "potential_ratio": ratio[position],
            "potential_class": label,
            "potential_gap_usd": gap_usd[position],
            "filled_share": filled_share[position],
            "is_selected": benchmark.is_selected,
            "caveat": caveat,
            **sizes,
            **(certain[position] if label is not None else {}),
            "class_probability": None if label is None else shares[label][position],
            "interval_method": sentence(benchmark.about_draws),
            "frontier_efficiency": None if efficiencies is None else efficiencies[position],
        }


def _certainty(benchmark: Benchmark) -> list[dict[str, Any]]:
    """Intervals by position in the panel; without numbers where there are none."""
    rows: list[dict[str, Any]] = [{} for _ in range(len(benchmark.cells))]
    intervals = benchmark.intervals
    if intervals is None:
        return rows
    columns = {
        "potential_ratio_low": intervals.ratio_low,
        "potential_ratio_high": intervals.ratio_high,
        "new_draw_ratio_low": intervals.new_ratio_low,
        "new_draw_ratio_high": intervals.new_ratio_high,
        "potential_gap_low_usd": intervals.gap_low_usd,
        "potential_gap_high_usd": intervals.gap_high_usd,
    }
    # An upper end without limit, where new draws of trade may be 0, is no number.
    finite = {name: np.where(np.isfinite(values), values, np.nan) for name, values in columns.items()}
    for cell, position in enumerate(np.flatnonzero(benchmark.is_told)):
        rows[position] = {name: values[cell] for name, values in finite.items()}
        rows[position]["interval_level"] = intervals.level
    return rows


def _class_probability(benchmark: Benchmark) -> dict[str, np.ndarray]:
    """Share of new draws by class and position in the panel."""
    labels = [item.label for item in benchmark.study.potential.classes]
    shares = np.full((len(benchmark.cells), len(labels)), np.nan)
    if benchmark.intervals is not None:
        shares[benchmark.is_told] = benchmark.intervals.class_probabilities
    return dict(zip(labels, shares.T, strict=True))


def _class_differs(label: str, elsewhere: Mapping[str, str | None]) -> str:
    """Under which other fill sets the same partner, year and flow is in another class; undefined is none."""
    differing = sorted(name for name, other in elsewhere.items() if other is not None and other != label)
    if not differing:
        return ""
    return f"class differs under fill set{'s' if len(differing) > 1 else ''} {', '.join(differing)}"


def separated_rows(equation: Equation, key: Key) -> pd.MultiIndex:
    """Rows that Poisson estimation left out since the sample predicts their trade of 0 perfectly."""
    fit, rows = equation.fits[key], equation.sample_of(key).rows
    return rows[fit.separation.is_separated] if isinstance(fit, PoissonFit) else rows[:0]


def _centred(benchmark: Benchmark) -> str:
    """What holds of K or of predictions over the sample by construction, whatever the data say."""
    if benchmark.predictor.is_poisson:
        return (
            "predicted trade sums to actual trade over the sample by construction, so K says nothing of the "
            "overall level"
        )
    # Duan's factor is the mean exponential of the residuals, so K, residual over it, has the mean 1.
    if benchmark.study.potential.smearing != "duan" or not benchmark.predictor.is_log:
        return ""
    return "K averages exactly 1 over the sample by construction, so it says nothing of the overall level"


def _meaning(equation: Equation, key: Key) -> str:
    """What K compares with what, where it is easily misread."""
    if key[0] in COMPARES:
        return joined([COMPARES[key[0]]])
    test = equation.test("f_partner_effects")
    if test is not None and test.rejects:
        return joined(
            [
                "partners differ lastingly in ways the equation does not explain, and K counts that as "
                f"potential ({test.summary})"
            ]
        )
    return ""
