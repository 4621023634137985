"""The published study in a folder of its own, to be spoilt."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from analysis.study import STUDIES


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    """The Central Asia study in a folder of its own, to be spoilt."""
    shutil.copytree(STUDIES, tmp_path / "studies")
    return tmp_path / "studies" / "central_asia.yml"


def spoil(path: Path, old: str, new: str) -> int:
    """Replace a text that occurs in the file, and return the line where it stands."""
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))
    return text[: text.index(old)].count("\n") + 1
