"""The head of a small contract as its file would state it; whoever uses it adds grain, layouts, columns."""

from __future__ import annotations

from typing import Any

SHOP: dict[str, Any] = {
    "version": 1,
    "source": "shop",
    "table": "sales",
    "each_row_is": "a sale",
    "publisher": "The shop",
    "licence": {"name": "free", "redistribution": "allowed"},
    "vintage": {"order": ["landing_date"]},
}
