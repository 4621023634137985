"""Whether a printed distance that varies over time is distance times a price."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
import pandas as pd

from analysis.replication.evidence import Evidence
from analysis.replication.findings.rows import Row, base_fill_set, finding_row

FINDING = "distance_times_a_price"


def finding(evidence: Evidence) -> Iterator[Row]:
    """Within-variation of a product of something constant in time and something common to all partners.

    ln(d_i p_t) = ln d_i + ln p_t: deviations from partner means are those of ln p_t alone. With the spread of
    ln d_i from the panel, the printed standard deviation s of the product leaves for the price
    (n - 1) s^2 - T sum_i (ln d_i - mean)^2 = N sum_t (ln p_t - mean)^2.
    """
    fill_set = base_fill_set(evidence)
    if fill_set is None:
        return
    values = evidence.inputs[fill_set].values
    years = values.index.get_level_values("year")
    values = values[years.isin(evidence.printed.years)]
    constant = {name for name in values if _spread(values[name], "country_iso3") == 0}
    common = {name for name in values if name not in constant and _spread(values[name], "year") == 0}
    for name, term_name in evidence.printed.comparison.terms.items():
        term = next((item for item in evidence.study.gravity.terms if item.term == term_name), None)
        if term is None or not term.is_log or len(term.product_of) != 2:
            continue
        fixed = [part for part in term.product_of if part in constant]
        moving = [part for part in term.product_of if part in common]
        if fixed and moving:
            yield from _decomposed(evidence, fill_set, values, name, fixed[0], moving[0], sorted(common))


def _spread(values: pd.Series, level: str) -> float:
    """Largest range of a variable within the groups of a level; nan where it is nowhere whole."""
    if values.isna().any() or (values <= 0).any():
        return math.nan
    groups = values.groupby(level=level)
    return float((groups.max() - groups.min()).max())


def _decomposed(
    evidence: Evidence,
    fill_set: str,
    values: pd.DataFrame,
    name: str,
    fixed: str,
    moving: str,
    candidates: list[str],
) -> Iterator[Row]:
    printed = evidence.printed
    table = printed.descriptive_statistics
    row = dict(zip(table.columns, table.rows[name], strict=True))
    sd, smallest, largest = (float(row[column]) for column in ("sd", "min", "max"))
    shared = {"evidence": f"printed {name}, and {fixed} and {moving} of the panel", "fill_set": fill_set}
    logs = np.log(values[list(dict.fromkeys([fixed, *candidates]))])
    product = logs[fixed] + logs[moving]
    within = product - product.groupby(level="country_iso3").transform("mean")
    price_within = logs[moving] - logs[moving].groupby(level="country_iso3").transform("mean")
    # Rounding of the sums leaves some 1e-15, which differs between machines.
    apart = round(float(np.abs(within - price_within).max()), 9)
    at = {column: place for place, column in enumerate(printed.hausman.columns)}
    fe = float(printed.hausman.rows[name][at["fe"]])
    yield finding_row(
        FINDING,
        "fixed_effects_coefficient",
        fe,
        f"Fixed effects have a coefficient of {name} ({fe:g}), which they cannot have of a distance: it "
        "varies "
        "over time.",
        printed_value=fe,
    )
    yield finding_row(
        FINDING,
        "range_in_print",
        largest - smallest,
        f"exp({smallest:g}) to exp({largest:g}) is {math.exp(smallest):,.0f} to {math.exp(largest):,.0f}: "
        "no kilometres.",
        printed_value=largest - smallest,
    )
    yield finding_row(
        FINDING,
        "within_variation_apart",
        apart,
        f"Around partner means ln({fixed} x {moving}) and ln {moving} are {apart:g} apart: "
        + ("no variation is left to the distance there." if apart == 0 else "they vary differently."),
        **shared,
    )
    ours = float(product.std(ddof=1))
    yield finding_row(
        FINDING,
        f"sd_with_{moving}",
        ours,
        f"Its standard deviation is {ours:.3f} on our panel, {sd:g} in print.",
        **shared,
        printed_value=sd,
    )
    # What the printed spread leaves for the price once distances are known.
    distances = logs[fixed].groupby(level="country_iso3").first().to_numpy()
    n_years, n = len(printed.years), int(row["n"])
    left = (n - 1) * sd**2 - n_years * float(((distances - distances.mean()) ** 2).sum())
    if left <= 0:
        yield finding_row(
            FINDING,
            "price_sd_implied",
            None,
            f"The distances alone spread more than the printed {sd:g}: no price fits.",
            **shared,
        )
        return
    implied = math.sqrt(left / (len(distances) * (n_years - 1)))
    found = {}
    for candidate in candidates:
        series = logs[candidate].groupby(level="year").first()
        found[candidate] = float(series.std(ddof=1))
    closest = min(found, key=lambda candidate: (abs(found[candidate] - implied), candidate))
    yield finding_row(
        FINDING,
        "price_sd_implied",
        implied,
        f"With our distances the printed {sd:g} leaves a standard deviation of {implied:.3f} to the "
        "logarithm of "
        f"the price; {closest} comes closest of {len(found)} series that all partners share.",
        **shared,
    )
    for candidate, value in found.items():
        yield finding_row(
            FINDING,
            f"price_sd_{candidate}",
            value,
            f"Of ln {candidate}: {value:.3f}, {abs(value - implied):.3f} from what the print leaves.",
            **shared,
        )
    level = float(row["mean"]) - float(product.mean())
    yield finding_row(
        FINDING,
        "mean_apart",
        level,
        f"The printed mean lies {level:.3f} from ours: a constant factor of {math.exp(level):.3f}, which "
        "another unit "
        "or another measure of distance would give and which no slope but the constant feels.",
        **shared,
        printed_value=float(row["mean"]),
    )
