"""A dbt model as its files state it: the SQL, and the YAML beside it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import yaml

REFERENCE = re.compile(r"""ref\(\s*["'](\w+)["']""")
SOURCE = re.compile(r"""source\(\s*["'](\w+)["']\s*,\s*["'](\w+)["']""")
COMMENT = re.compile(r"\{#.*?#\}|--[^\n]*", re.DOTALL)


@dataclass(frozen=True)
class Model:
    """One model: its SQL and the YAML beside it."""

    path: Path
    layer: str

    @property
    def name(self) -> str:
        return self.path.stem

    @cached_property
    def sql(self) -> str:
        """The statement without comments."""
        return COMMENT.sub("", self.path.read_text(encoding="utf-8"))

    @cached_property
    def documents(self) -> list[dict[str, Any]]:
        """All that the YAML file beside the model describes."""
        beside = self.path.with_suffix(".yml")
        return yaml.safe_load(beside.read_text(encoding="utf-8"))["models"] if beside.is_file() else []

    @cached_property
    def properties(self) -> dict[str, Any]:
        """The model's own description."""
        return next(item for item in self.documents if item["name"] == self.name)

    @property
    def columns(self) -> list[dict[str, Any]]:
        return self.properties["columns"]

    @property
    def column_names(self) -> list[str]:
        return [column["name"] for column in self.columns]

    @property
    def references(self) -> set[str]:
        return set(REFERENCE.findall(self.sql))

    @property
    def sources(self) -> set[str]:
        return {source for source, _ in SOURCE.findall(self.sql)}

    @property
    def primary_key(self) -> list[str] | None:
        keys = [item for item in self.properties.get("constraints", []) if item["type"] == "primary_key"]
        return keys[0]["columns"] if keys else None

    @property
    def tested_grains(self) -> list[list[str]]:
        return [
            test["unique_grain"]["arguments"]["columns"]
            for test in self.properties.get("data_tests", [])
            if isinstance(test, dict) and "unique_grain" in test
        ]
