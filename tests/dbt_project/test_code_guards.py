"""Every code that staging turns into a country is guarded by a test or its contract: none is lost."""

from __future__ import annotations

import re
from pathlib import Path

from expectations.contract import load_contracts
from tests.dbt_project.project_files import Model

JOINED = r"is_code_of\(\s*\"\w+\",\s*\"(\w+)\",\s*(.+?)\)\s*\}\}"
GUARDED = (
    r"select '(\w+)'(?: as code_system)?, (\w+)(?: as code)?, \w+\s+from \{\{ source\(\"(\w+)\", \"(\w+)\"\)"
)


def test_every_code_that_staging_joins_to_a_country_is_guarded(project: Path, models: dict[str, Model]):
    guard = (project / "tests" / "panel" / "country_codes_are_known.sql").read_text(encoding="utf-8")
    guarded = {(source, table, column) for _, column, source, table in re.findall(GUARDED, guard)}
    for contract in load_contracts():
        listed = [column.name for column in contract.columns if column.code_list]
        guarded |= {(contract.source, contract.table, name) for name in listed}
    joined = set()
    for model in models.values():
        for _, code in re.findall(JOINED, model.sql, re.DOTALL):
            source, table = model.name.removeprefix("stg_").split("__")
            joined |= {(source, table, column) for column in re.findall(r"trimmed\(\"\w+\.(\w+)\"\)", code)}
    assert ("imf_dots", "flows", "partner_name") in joined
    assert ("worldbank_lpi", "scores", "country_code") in joined
    assert joined <= guarded, f"a code could be lost: {sorted(joined - guarded)}"
