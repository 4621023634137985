"""A contract of whose files the direction of trade is told elsewhere, and files that keep it."""

from __future__ import annotations

from expectations.contract import Contract

HOW = "Put the file into a folder called exports or imports, or give values: {flow: exports} in its side-car."

BY_DIRECTION = Contract.model_validate(
    {
        "version": 1,
        "source": "customs",
        "table": "trade",
        "each_row_is": "a partner and value",
        "publisher": "Customs",
        "licence": {"name": "free", "redistribution": "allowed"},
        "vintage": {"order": ["side_car", "landing_date"]},
        "grain": ["partner", "flow"],
        "layouts": [
            {
                "reader": "long_csv",
                "name": "download",
                "columns": {"Partner": "partner", "Value": "value"},
                "optional_columns": {"Flow": "flow"},
            }
        ],
        "stated_columns": [
            {
                "column": "flow",
                "path_pattern": r"(?i)(?:^|[/!])(exports?|imports?)(?=/)",
                "path_values": {"export": "exports", "import": "imports"},
                "how_to_tell": HOW,
            }
        ],
        "columns": [
            {"name": "partner", "type": "text", "description": "Partner.", "required": True},
            {
                "name": "flow",
                "type": "text",
                "description": "Direction.",
                "required": True,
                "allowed": ["exports", "imports"],
            },
            {"name": "value", "type": "number", "description": "Value."},
        ],
    }
)

PLAIN = "Partner,Value\nKazakhstan,12.50\nKyrgyzstan,7\n"
WITH_FLOW = "Partner,Flow,Value\nKazakhstan,imports,12.50\n"
