"""The page of contracts: written from them, and committed as they are."""

from __future__ import annotations

from pathlib import Path

from expectations.catalogue import sources_page
from expectations.contract import load_contracts


def test_the_committed_page_is_what_the_contracts_say(repository: Path):
    committed = (repository / "docs" / "sources.md").read_text(encoding="utf-8")
    assert committed == sources_page(load_contracts()), "python -m expectations.catalogue > docs/sources.md"


def test_every_contract_and_layout_is_told():
    contracts = load_contracts()
    page = sources_page(contracts)
    for contract in contracts:
        assert f"\n## {contract.name}\n" in page
        chapter = page.split(f"\n## {contract.name}\n")[1].split("\n## ")[0]
        for layout in contract.layouts:
            assert f"| `{layout.name}` |" in chapter


def test_a_pattern_with_a_bar_does_not_end_its_cell():
    page = sources_page(load_contracts())
    for line in page.splitlines():
        if line.startswith("| `"):
            assert line.replace("\\|", "").count("|") == 5
