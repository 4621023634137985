"""Fixtures of the tests that land files."""

from __future__ import annotations

from pathlib import Path

import pytest

from flows.settings import Settings
from tests.flows.house import House


@pytest.fixture
def house(tmp_path: Path) -> House:
    """An empty state directory and an empty landing folder."""
    (tmp_path / "landing").mkdir()
    return House(Settings(home=tmp_path / "home", landing=tmp_path / "landing"))
