"""Searching the order of printed rows by the identities of least squares."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest

from analysis.replication.findings.level_equation import search_orders

PARTNERS = ("AAA", "BBB", "CCC", "DDD")


def made(seed: int = 5) -> tuple[np.ndarray, np.ndarray]:
    """Trade of four partners, and actual over fitted of least squares in levels, one cell missing."""
    random = np.random.Generator(np.random.PCG64(seed))
    size = np.array([20.0, 5.0, 8.0, 2.0])[:, None] * np.linspace(1, 1.6, 6)
    trade = size + random.normal(size=size.shape)
    kept = np.ones(trade.shape, dtype=bool)
    kept[3, 5] = False
    design = np.column_stack([np.ones(kept.sum()), size[kept]])
    fitted = np.full(trade.shape, np.nan)
    fitted[kept] = design @ np.linalg.lstsq(design, trade[kept], rcond=None)[0]
    return trade, trade / fitted


def test_the_true_order_comes_first_and_satisfies_both_identities():
    trade, ratios = made()
    mixed = [2, 0, 3, 1]
    found = search_orders(trade, ratios[mixed], PARTNERS)
    assert found.orders[0] == tuple(PARTNERS[place] for place in mixed)
    assert found.distance[0] == pytest.approx(0, abs=1e-12)
    assert found.distance[1] > 1e-3
    assert (np.diff(found.distance) >= 0).all()


def test_each_order_has_the_residuals_that_a_plain_computation_gives():
    trade, ratios = made()
    found = search_orders(trade, ratios, PARTNERS).to_frame().set_index("order")
    assert len(found) == 24
    for order in permutations(range(4)):
        fitted = trade[list(order)] / ratios
        kept = ~np.isnan(fitted)
        residual = (trade[list(order)] - fitted)[kept]
        row = found.loc[" ".join(PARTNERS[place] for place in order)]
        assert row["residual_share"] == pytest.approx(
            residual.sum() / trade[list(order)][kept].sum(), abs=1e-12
        )
        assert row["correlation"] == pytest.approx(np.corrcoef(residual, fitted[kept])[0, 1], abs=1e-9)


def test_shapes_that_do_not_fit_and_too_many_rows_are_refused():
    trade, ratios = made()
    with pytest.raises(ValueError, match="expected one shape"):
        search_orders(trade, ratios[:3], PARTNERS)
    many = np.ones((9, 2))
    with pytest.raises(ValueError, match="no more than 8"):
        search_orders(many, many, tuple(f"P{n}" for n in range(9)))
