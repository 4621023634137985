"""Whether the printed K comes from least squares of trade in levels, and in which order its rows stand."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import permutations

import numpy as np
import pandas as pd

from analysis.design import actual_trade
from analysis.replication.evidence import Evidence
from analysis.replication.findings.rows import MOST_ORDERS, Row, base_fill_set, finding_row

FINDING = "potential_from_a_level_equation"


@dataclass(frozen=True)
class Orders:
    """How well each order of the printed rows satisfies the identities of least squares in levels.

    Least squares with a constant leaves residuals that sum to 0 and do not correlate with the fitted values.
    Trade over printed K is the fitted value under an order of the rows, trade less that the residual.

    Attributes
    ----------
    orders : tuple of tuple of str
        Partners in the order of the printed rows; best first.
    residual_share : ndarray, shape (orders,)
        Sum of the residuals over the sum of trade.
    correlation : ndarray, shape (orders,)
        Of residuals and fitted values.
    trade_sum : ndarray, shape (orders,)
        Of the cells for which K is printed, in the unit of trade.
    """

    orders: tuple[tuple[str, ...], ...]
    residual_share: np.ndarray
    correlation: np.ndarray
    trade_sum: np.ndarray

    @property
    def distance(self) -> np.ndarray:
        """Root of the sum of squares of both, shape (orders,); 0 where both identities hold."""
        return np.hypot(self.residual_share, self.correlation)

    def to_frame(self) -> pd.DataFrame:
        """One row per order, best first: order, residual_share, correlation, distance."""
        return pd.DataFrame(
            {
                "order": [" ".join(order) for order in self.orders],
                "residual_share": self.residual_share,
                "correlation": self.correlation,
                "distance": self.distance,
            }
        )


def search_orders(trade: np.ndarray, ratios: np.ndarray, partners: tuple[str, ...]) -> Orders:
    """Try every assignment of partners to the printed rows of K.

    Parameters
    ----------
    trade : ndarray, shape (partners, years)
        In any unit, all there.
    ratios : ndarray, shape (rows, years)
        Printed K; nan where a dash is printed.
    partners : tuple of str
        Of the rows of `trade`; as many as there are printed rows.

    Returns
    -------
    Orders
        Sorted from the one that fits best; ties by the names.

    Raises
    ------
    ValueError
        More rows than can be searched, or shapes that do not fit.
    """
    if trade.shape != ratios.shape or len(partners) != len(trade):
        raise ValueError(
            f"trade {trade.shape}, K {ratios.shape}, {len(partners)} partners: expected one shape"
        )
    if len(partners) > MOST_ORDERS:
        raise ValueError(
            f"{len(partners)} rows: expected no more than {MOST_ORDERS} to search every order of"
        )
    # Moments of (printed row, partner) pairs add up to those of an order.
    # A printed K of 0 is trade over no prediction at all.
    fitted = trade[None, :, :] / np.where(ratios == 0, np.nan, ratios)[:, None, :]
    kept = ~np.isnan(fitted)
    actual = np.where(kept, trade[None, :, :], 0.0)
    fitted = np.where(kept, fitted, 0.0)
    residual = actual - fitted
    moments = [
        values.sum(axis=2)
        for values in (kept, actual, residual, fitted, residual * fitted, residual**2, fitted**2)
    ]
    found = np.array(list(permutations(range(len(partners)))))
    rows = np.arange(len(partners))
    n, y, e, f, ef, ee, ff = (table[rows, found].sum(axis=1) for table in moments)
    spread = np.sqrt(np.clip(ee - e**2 / n, 0, None) * np.clip(ff - f**2 / n, 0, None))
    # Residuals that are all alike correlate with nothing.
    does_vary = spread > 1e-12 * y**2
    correlation = np.where(does_vary, (ef - e * f / n) / np.where(does_vary, spread, 1.0), 0.0)
    share = e / y
    orders = [tuple(partners[place] for place in order) for order in found]
    best = sorted(
        range(len(orders)), key=lambda at: (float(np.hypot(share[at], correlation[at])), orders[at])
    )
    return Orders(tuple(orders[at] for at in best), share[best], correlation[best], y[best])


def finding(evidence: Evidence) -> Iterator[Row]:
    """The identities of least squares on trade in levels, searched over every order of the printed rows."""
    printed = evidence.printed
    ratios = np.array(
        [[np.nan if cell is None else float(cell) for cell in row] for row in printed.potential.rows.values()]
    )
    partners = printed.row_order.partners
    present = ratios[~np.isnan(ratios)]
    if not present.size:
        return
    negative = int((present <= 0).sum())
    verdict = "no exponential is" if negative else "an exponential could be"
    yield finding_row(
        FINDING,
        "cells_not_positive",
        negative,
        f"{negative} of {present.size} printed K are not positive, as {verdict}: trade over the exponential "
        "of a fitted logarithm is positive always.",
    )
    fill_set = base_fill_set(evidence)
    trade = None if fill_set is None else _trade(evidence, fill_set)
    if trade is None or len(partners) > MOST_ORDERS:
        return
    shared = {
        "evidence": f"printed K and {evidence.flow.flow} trade of the panel, in USD",
        "fill_set": fill_set,
    }
    cells = ~np.isnan(ratios) & (ratios != 0)
    logs = np.log(trade / evidence.study.gravity.dependent.unit_usd)
    needed = logs[ratios > 0] / ratios[ratios > 0]
    if needed.size:
        yield finding_row(
            FINDING,
            "largest_log_if_ratio_of_logs",
            float(needed.max()),
            f"Were K a ratio of logarithms, predicted ln trade would run from {needed.min():.1f} to "
            f"{needed.max():.1f}, where actual ln trade runs from {logs.min():.1f} to {logs.max():.1f}.",
            **shared,
        )
    if not cells.any():
        return
    orders = search_orders(trade, ratios, partners)
    yield finding_row(
        FINDING,
        "cells",
        int(cells.sum()),
        f"K is printed for {int(cells.sum())} cells, the equation for {printed.sample.observations} "
        "observations: " + ("two samples." if cells.sum() != printed.sample.observations else "one sample."),
        **shared,
        printed_value=printed.sample.observations,
    )
    yield from _best_orders(orders, partners, shared)
    fitted = trade[cells] / ratios[cells]
    residual = trade[cells] - fitted
    yield finding_row(
        FINDING,
        "smallest_prediction_usd",
        float(fitted.min()),
        f"Trade over K gives predictions down to {fitted.min() / 1e9:.2f} bn USD, "
        f"{int((fitted < 0).sum())} of them negative.",
        **shared,
    )
    actual = trade[cells]
    total = float(((actual - actual.mean()) ** 2).sum())
    r_squared = 1 - float(residual @ residual) / total if total > 0 else math.nan
    yield finding_row(
        FINDING,
        "r_squared_levels",
        r_squared,
        f"These predictions explain {r_squared:.1%} of the variance of trade in levels."
        if total > 0
        else "Trade does not vary: nothing is explained.",
        **shared,
    )


def _best_orders(orders: Orders, derived: tuple[str, ...], shared: Row) -> Iterator[Row]:
    place = orders.orders.index(derived) + 1
    share, correlation = float(orders.residual_share[0]), float(orders.correlation[0])
    sums, totals = orders.residual_share * orders.trade_sum / 1e9, orders.trade_sum / 1e9
    best = (
        f"Of {len(orders.orders)} orders of the printed rows {' '.join(orders.orders[0])} fits best: "
        "residuals sum to "
        f"{sums[0]:.2f} of {totals[0]:.1f} bn USD and their correlation with the fit is "
        f"{correlation:.4f}, both 0 for least squares in levels with a constant."
    )
    yield finding_row(FINDING, "residual_share", share, best, **shared)
    yield finding_row(FINDING, "residual_fit_correlation", correlation, best, **shared)
    if len(orders.orders) > 1 and orders.distance[0] > 0:
        ahead = float(orders.distance[1] / orders.distance[0])
        yield finding_row(
            FINDING,
            "runner_up_ratio",
            ahead,
            f"The runner-up {' '.join(orders.orders[1])} is {ahead:.1f} times as far from the identities "
            f"({sums[1]:.2f} bn USD, correlation {orders.correlation[1]:.4f}).",
            **shared,
        )
    yield finding_row(
        FINDING,
        "rank_of_the_order_used",
        place,
        f"The order that the study uses, {' '.join(derived)}, is number {place} of {len(orders.orders)}.",
        **shared,
    )


def _trade(evidence: Evidence, fill_set: str) -> np.ndarray | None:
    """Trade in USD by printed partner and year; None where the panel does not have it all."""
    printed = evidence.printed
    values = actual_trade(evidence.inputs[fill_set], evidence.flow)
    table = values.unstack("year").reindex(
        index=list(printed.row_order.partners), columns=list(printed.years)
    )
    found = table.to_numpy(dtype=float)
    return found if np.isfinite(found).all() and (found > 0).all() else None
