"""What is behind a table: dbt's graph, joined across the estimates, where that graph ends."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ESTIMATES_READ = ("model.serai.fct_study_panel",)
"""Estimation reads this table, so every estimate depends on it."""
PAIR_ESTIMATES_READ = ("model.serai.fct_pair_panel", "model.serai.dim_country_group")
"""Gravity between pairs reads these instead."""
PAIR_ESTIMATES = "estimates.pair_gravity_"
"""What the tables of gravity between pairs begin with."""

REDISTRIBUTABLE_SCHEMA = "raw_redistributable"
LANDED_SCHEMAS = ("raw", REDISTRIBUTABLE_SCHEMA)
"""Schemas of landed tables, the second without the files that may not be passed on."""


@dataclass(frozen=True)
class Lineage:
    """dbt's graph of one build.

    Attributes
    ----------
    parents : dict
        Node to the nodes it reads, estimates joined to the panel.
    relations : dict
        Node to ``schema.table``.
    """

    parents: dict[str, tuple[str, ...]]
    relations: dict[str, str]

    @classmethod
    def of_build(cls, work: Path) -> Lineage:
        """Read the graph that dbt left in the build's work folder.

        Raises
        ------
        FileNotFoundError
            When dbt has not run in that folder.
        """
        manifest: dict[str, Any] = json.loads((work / "target" / "manifest.json").read_text(encoding="utf-8"))
        parents = {name: tuple(found) for name, found in manifest["parent_map"].items()}
        relations = {}
        for name, node in {**manifest["nodes"], **manifest["sources"]}.items():
            if node["resource_type"] in {"model", "seed", "source"}:
                relations[name] = (
                    f"{node['schema']}.{node.get('identifier') or node.get('alias') or node['name']}"
                )
        for name, relation in relations.items():
            if relation.startswith("estimates."):
                is_of_pairs = relation.startswith(PAIR_ESTIMATES)
                parents[name] = PAIR_ESTIMATES_READ if is_of_pairs else ESTIMATES_READ
        return cls(parents, relations)

    def behind(self, relation: str) -> frozenset[str]:
        """Return every table, as ``schema.table``, that a table is made from, directly or not.

        Raises
        ------
        KeyError
            When the graph holds no such table.
        """
        nodes = [name for name, found in self.relations.items() if found == relation]
        if not nodes:
            raise KeyError(f"no table {relation} in the graph of this build")
        seen: set[str] = set()
        waiting = list(nodes)
        while waiting:
            for parent in self.parents.get(waiting.pop(), ()):
                if parent not in seen:
                    seen.add(parent)
                    waiting.append(parent)
        return frozenset(self.relations[name] for name in seen if name in self.relations)

    def raw_sources(self, relation: str) -> frozenset[str]:
        """Return the landed sources (``worldbank_wdi``, ``imf_dots`` …) behind a table."""
        return frozenset(
            name.split("__")[0]
            for schema, _, name in (found.partition(".") for found in self.behind(relation))
            if schema in LANDED_SCHEMAS and not name.startswith("serai__")
        )
